"""The exchange screen's lists in tabs: what waits and what is held at a county, what came back at a
township, and at both every file that came or went."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from laborclerk.kernel.clock import show_time
from laborclerk.sync.overview import HeldLine, LogLine, StationLine, WaitingLine
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import agreed
from laborclerk.ui.kit.page import button, row_of
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.exchange.keys import Certificate
from laborclerk.ui.screens.exchange.presenter import HELD_REASONS, ExchangePresenter
from laborclerk.ui.screens.exchange.reading import Facts
from laborclerk.ui.words import record_word

WAITING, HELD, CAME, BACK, LOG = "待补", "待核", "县里改的", "没有接受", "往来记录"
_RELEASE = (
    "“{name}”缺第 {missing} 号变更。先请对方重新写一份:每一份都带着县里没有确认的全部变更。"
    "确实不会再来了(电脑坏了、又没有备份)才放行。放行后缺的一段记为空缺,以后来了照样能导入。"
)
_ACCEPT = (
    "“{name}”的 {count} 条变更({register})不属于它的辖区,所以没有写入。"
    "确认这些人确实由它登记,才接受;不接受就留着,返还时会告诉对方。"
)


class LowTable(Table):
    """A table that takes the room there is and asks for none: several stand one below the other."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())


class Lists(QWidget):
    """Tables in tabs, with what can be done below the one that is shown. `open_household` leads to
    a form."""

    def __init__(
        self,
        presenter: ExchangePresenter,
        open_household: Callable[[int, int | None, Sequence[int]], None],
    ) -> None:
        super().__init__()
        self._presenter, self._open = presenter, open_household
        self._homes: dict[Any, tuple[int, int | None]] = {}
        self.waiting = LowTable(
            (Column("站点"), Column("第几号", 56, right=True), Column("缺第几号变更", 136),
             Column("收到", 128))
        )  # fmt: skip
        self.waiting.empty_text = "没有待补的文件"
        self.held = LowTable(
            (Column("站点", 160), Column("原因"), Column("登记册", 80),
             Column("变更", 64, right=True))
        )  # fmt: skip
        self.held.empty_text = "没有待核的变更"
        self.came = LowTable(
            (Column("姓名", 96), Column("改了什么"), Column("谁", 152), Column("为什么", 88))
        )
        self.came.empty_text = "导入县里的返还文件后,县里改过的列在这里"
        self.back = LowTable((Column("姓名", 96), Column("变更"), Column("为什么没有接受", 136)))
        self.back.empty_text = "县里都接受了"
        self.log = LowTable(
            (Column("时间", 128), Column("往来", 152), Column("第几号", 64, right=True),
             Column("内容", 120, right=True), Column("待核", 56, right=True), Column("文件"))
        )  # fmt: skip
        self.log.empty_text = "还没有往来"
        for listed in (self.came, self.back):
            listed.opened.connect(self._opened)
        self.waiting.opened.connect(lambda _: self.release())
        self.held.opened.connect(lambda _: self.accept())
        self.release_ = button("放行… (Enter)", self.release)
        self.accept_ = button("接受… (Enter)", self.accept)
        county = presenter.is_county
        known: list[tuple[str, Table, QWidget | None]] = (
            [(WAITING, self.waiting, self.release_), (HELD, self.held, self.accept_)]
            if county
            else [(CAME, self.came, None), (BACK, self.back, None)]
        )
        known.append((LOG, self.log, None))
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.stack = QStackedWidget()
        for title, table, act in known:
            self.tabs.addTab(title)
            page = QWidget()
            column = QVBoxLayout(page)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.GRID)
            column.addWidget(table, 1)
            if act is not None:
                column.addWidget(row_of(act))
            self.stack.addWidget(page)
        self._titles = [title for title, *_ in known]
        self.tabs.currentChanged.connect(self.stack.setCurrentIndex)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GRID)
        whole.addWidget(self.tabs)
        whole.addWidget(self.stack, 1)
        self._first = True
        self._returned_at: int | None = None

    # -- acts ----------------------------------------------------------------------------------

    def release(self) -> None:
        """Take in the bundle that waits, after asking."""
        facts, digest = self._presenter.facts, self.waiting.key()
        line = next((w for w in facts.waiting if w.digest == digest), None) if facts else None
        if line is not None and agreed(
            self, "放行待补的文件", _RELEASE.format(name=line.name, missing=line.missing), "放行"
        ):
            self._presenter.acts.release(line.digest)

    def accept(self) -> None:
        """Apply what is held, after asking."""
        facts, key = self._presenter.facts, self.held.key()
        line = next((h for h in facts.held if _held_key(h) == key), None) if facts else None
        if line is None or line.reason != "out_of_scope":
            return
        text = _ACCEPT.format(
            name=line.name, count=line.entries, register=record_word(line.record_type)
        )
        if agreed(self, "接受待核的变更", text, "接受"):
            self._presenter.acts.accept(line)

    def _opened(self, key: object) -> None:
        if key in self._homes:
            self._open(*self._homes[key], ())

    # -- showing -------------------------------------------------------------------------------

    def show_facts(self, facts: Facts) -> None:
        """All tables anew; the tabs say how much is in them."""
        counts = {
            WAITING: len(facts.waiting), HELD: sum(h.entries for h in facts.held),
            CAME: facts.returned.total, BACK: len(facts.returned.back),
        }  # fmt: skip
        for at, title in enumerate(self._titles):
            count = counts.get(title)
            self.tabs.setTabText(at, f"{title} {count:,}" if count else title)
        if self._returned_at != facts.returned.at:  # an answer came: it is to be read
            self._returned_at = facts.returned.at
            self._first = True
        if self._first:
            self._first = False
            busy = next((at for at, t in enumerate(self._titles) if counts.get(t)), None)
            self.tabs.setCurrentIndex(len(self._titles) - 1 if busy is None else busy)
        self.waiting.fill([_waiting(w) for w in facts.waiting], [w.digest for w in facts.waiting])
        self.held.fill([_held(h) for h in facts.held], [_held_key(h) for h in facts.held])
        self.log.fill([_log(line) for line in facts.log], [(x.at, x.file) for x in facts.log])
        self.release_.setEnabled(bool(facts.waiting))
        self.accept_.setEnabled(any(h.reason == "out_of_scope" for h in facts.held))
        self._show_returned(facts)

    def _show_returned(self, facts: Facts) -> None:
        self._homes = {}
        came: list[Row] = []
        for at, one in enumerate(facts.returned.came):
            changed = "、".join(
                f"{label} {a}→{b}" if a != b else f"{label} {b}" for label, a, b in one.changed[:3]
            )
            text = f"{one.what}:{changed}" if changed else one.what
            who = f"{one.station} {one.clerk}"
            came.append(
                (Cell(one.named.name, tip=one.named.where), Cell(text, tip=text),
                 Cell(who, tip=f"{who} {show_time(one.at)}"), one.why)
            )  # fmt: skip
            self._home(("came", at), one.record_type, one.record_id, one.named.household)
        self.came.fill(came, [("came", at) for at in range(len(came))])
        back: list[Row] = []
        for at, held in enumerate(facts.returned.back):
            back.append(
                (Cell(held.named.name, tip=held.named.where), Cell(held.what, tip=held.what),
                 Cell(held.reason, "warned"))
            )  # fmt: skip
            self._home(("back", at), held.record_type, held.record_id, held.named.household)
        self.back.fill(back, [("back", at) for at in range(len(back))])

    def _home(self, key: object, record_type: str, record_id: int, household: int | None) -> None:
        if household is not None:
            self._homes[key] = household, record_id if record_type == "person" else None


def _held_key(line: HeldLine) -> tuple[int, str, str]:
    return line.device, line.reason, line.record_type


def _waiting(line: WaitingLine) -> Row:
    return (
        Cell(line.name, tip=line.file), str(line.number), Cell(line.missing, "warned"),
        show_time(line.at),
    )  # fmt: skip


def _held(line: HeldLine) -> Row:
    return (
        Cell(line.name, tip=line.name), HELD_REASONS.get(line.reason, line.reason),
        record_word(line.record_type), f"{line.entries:,}",
    )  # fmt: skip


def _log(line: LogLine) -> Row:
    if line.outgoing:
        way = f"返还 {line.name}" if line.name else "写出上报文件"
        # of a return bundle nobody counts what is in it for whom
        what = f"{line.records:,} 条变更" if line.records else "—"
    elif line.waiting:
        way, what = f"待补 {line.name}", "没有写入"
    elif line.forked:
        way, what = f"退回 {line.name}", "与已收到的不同,没有写入"
    else:
        way, what = f"收到 {line.name or '县里'}", f"改 {line.records:,} 条记录"
    return (
        show_time(line.at), Cell(way, tip=way), str(line.number), what,
        Cell(f"{line.held:,}" if line.held else "·", "warned" if line.held else "muted"),
        Cell(line.file, "muted", tip=line.file),
    )  # fmt: skip


def station_rows(facts: Facts) -> tuple[list[Row], list[object]]:
    """The enrolled devices, each with its incarnations when there are several, and the keys."""
    rows: list[Row] = []
    keys: list[object] = []
    for line in facts.stations:
        rows.append(_station(line, facts))
        keys.append(line.device)
        for at, life in enumerate(line.lives):
            order = len(line.lives) - at
            name = "　恢复备份前" if order == 1 else f"　第{order - 1}次恢复备份(或拷贝)后"
            rows.append(
                (
                    Cell(name, "muted", tip="这台电脑恢复过旧备份,或数据被拷到另一台电脑上用过"),
                    "", "", show_time(life.last_at) if life.last_at else "—",
                    Cell(f"到第 {life.last:,} 号", "muted"), "",
                )
            )  # fmt: skip
            keys.append((line.device, life.incarnation))
    return rows, keys


def _station(line: StationLine, facts: Facts) -> Row:
    due, done = facts.done.get(line.place, (0, 0))
    share = done / due if due else None
    number = f"第 {line.last_number} 号" if line.last_number else ""
    return (
        Cell(line.name, tip=f"{line.name} · {line.place} · 电脑编号 {line.device} {number}"),
        _certificate(facts.keys.certificates.get(line.device)),
        Cell(f"{share:.0%}" if share is not None else "—", tip=f"应访 {due:,} 户,完成 {done:,} 户"),
        show_time(line.last_at) if line.last_at else "—",
        Cell(f"缺 {line.missing}" if line.missing else "·", "wrong" if line.missing else "muted",
             tip=f"缺第 {line.missing} 号变更" if line.missing else ""),
        Cell(f"{line.held:,}" if line.held else "·", "warned" if line.held else "muted"),
    )  # fmt: skip


def _certificate(found: Certificate | None) -> Cell:
    return Cell(found.state, found.token, tip=found.revoked) if found else Cell("")
