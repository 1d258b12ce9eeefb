"""What a county has of its townships: their standing, the files that wait for an earlier one, and
the changes that are held until somebody accepts them."""

from __future__ import annotations

from collections.abc import Sequence

from laborclerk.features.registry.record_words import record_word
from laborclerk.kernel.clock import show_time
from laborclerk.sync.holding import OUT_OF_SCOPE
from laborclerk.sync.overview import HeldLine, StationLine, WaitingLine
from laborclerk.ui.kit.ask import agreed
from laborclerk.ui.kit.page import button, row_of
from laborclerk.ui.kit.table import Cell, Column, Row
from laborclerk.ui.screens.exchange.keys import Certificate
from laborclerk.ui.screens.exchange.lists_part import ListPage, Tab
from laborclerk.ui.screens.exchange.presenter import HELD_REASONS, ExchangePresenter
from laborclerk.ui.screens.exchange.reading import Facts, why_waits

WAITING, HELD = "待补", "待核"
_PASS, _TAKE_IN = "放行… (Enter)", "写入 (Enter)"
_RELEASE = (
    "“{name}”缺第 {missing} 号变更。先请对方重新写一份:每一份都带着县里没有确认的全部变更。"
    "确实不会再来了(电脑坏了、又没有备份)才放行。放行后缺的一段记为空缺,以后来了照样能导入。"
)
_VOUCH = (
    "这份返还文件是用县站换密钥以前的密钥签的。先打电话问乡镇:是不是它交回来的、里面是哪些人的改动。"
    "核对属实才放行;拿不准就留着,不碍别的文件。"
)
_ACCEPT = (
    "“{name}”的 {count} 条变更({register})不属于它的辖区,所以没有写入:{who}。\n"
    "确认这些人确实由它登记,才接受;不接受就留着,返还时会告诉对方。"
)


def county_tabs(presenter: ExchangePresenter) -> tuple[Tab, ...]:
    """The tabs of a county."""
    return (
        Tab(WAITING, lambda: WaitingPage(presenter), lambda facts: len(facts.waiting)),
        Tab(HELD, lambda: HeldPage(presenter), _asking),
    )


def _asking(facts: Facts) -> int:
    """How many changes want a decision; the others come by themselves."""
    return sum(h.entries for h in facts.held if h.reason == OUT_OF_SCOPE)


class WaitingPage(ListPage):
    """Files that came before an earlier one."""

    def __init__(self, presenter: ExchangePresenter) -> None:
        super().__init__(
            (Column("站点"), Column("第几号", 56, right=True), Column("缺第几号变更", 136),
             Column("收到", 128)),
            "没有待补的文件",
        )  # fmt: skip
        self._presenter = presenter
        self._release = button(_PASS, self.release)
        self.column.addWidget(row_of(self._release))
        self.table.opened.connect(lambda _: self.release())
        self.table.current.connect(lambda _: self._name_act())

    def show_facts(self, facts: Facts) -> None:
        self.table.fill([_waiting(w) for w in facts.waiting], [w.digest for w in facts.waiting])
        self.tell({line.digest: why_waits(line) for line in facts.waiting})
        self._release.setEnabled(bool(facts.waiting))
        self._name_act()

    def _name_act(self) -> None:
        """What comes no more is passed over by an officer's word; what has come needs none."""
        line = self._line()
        ready = line is not None and not line.missing and not line.own
        self._release.setText(_TAKE_IN if ready else _PASS)

    def _line(self) -> WaitingLine | None:
        facts, digest = self._presenter.facts, self.table.key()
        return next((w for w in facts.waiting if w.digest == digest), None) if facts else None

    def release(self) -> None:
        """Take in the bundle that waits, after asking."""
        line = self._line()
        if line is None:
            return
        text = _VOUCH if line.own else _RELEASE.format(name=line.name, missing=line.missing)
        if not (line.missing or line.own) or agreed(self, "放行待补的文件", text, "放行"):
            self._presenter.acts.release(line)


class HeldPage(ListPage):
    """Changes that were not written."""

    def __init__(self, presenter: ExchangePresenter) -> None:
        super().__init__(
            (Column("站点", 96), Column("谁的"), Column("登记册", 72),
             Column("变更", 48, right=True), Column("原因", 208)),
            "没有待核的变更",
        )  # fmt: skip
        self._presenter = presenter
        self._accept = button("接受… (Enter)", self.accept)
        self.column.addWidget(row_of(self._accept))
        self.table.opened.connect(lambda _: self.accept())

    def show_facts(self, facts: Facts) -> None:
        rows = [_held(h, facts.held_names.get(h, ())) for h in facts.held]
        self.table.fill(rows, [_held_key(h) for h in facts.held])
        self._accept.setEnabled(any(h.reason == OUT_OF_SCOPE for h in facts.held))

    def accept(self) -> None:
        """Apply what is held, after asking."""
        facts, key = self._presenter.facts, self.table.key()
        line = next((h for h in facts.held if _held_key(h) == key), None) if facts else None
        if facts is None or line is None or line.reason != OUT_OF_SCOPE:
            return
        text = _ACCEPT.format(
            name=line.name, count=line.entries, register=record_word(line.record_type),
            who=_who(line, facts.held_names.get(line, ())),
        )  # fmt: skip
        if agreed(self, "接受待核的变更", text, "接受"):
            self._presenter.acts.accept(line)


def _held_key(line: HeldLine) -> tuple[int, str, str]:
    return line.device, line.reason, line.record_type


def _waiting(line: WaitingLine) -> Row:
    return (
        Cell(line.name, tip=line.file), str(line.number),
        Cell(line.missing or ("要核对" if line.own else "都到了"), "warned"), show_time(line.at),
    )  # fmt: skip


def _held(line: HeldLine, names: Sequence[str]) -> Row:
    who, reason = _who(line, names), HELD_REASONS.get(line.reason, line.reason)
    return (
        Cell(line.name, tip=line.name), Cell(who, tip=who), record_word(line.record_type),
        f"{line.entries:,}", Cell(reason, tip=reason),
    )  # fmt: skip


def _who(line: HeldLine, names: Sequence[str]) -> str:
    more = f"等 {line.records:,} 个" if line.records > len(names) else ""
    return "、".join(names) + more


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
    number = f" · 到第 {line.last_number} 号文件" if line.last_number else ""
    return (
        Cell(line.name, tip=line.name + number),
        _certificate(facts.keys.certificates.get(line.device)),
        Cell(f"{share:.0%}" if share is not None else "—", tip=f"应访 {due:,} 户,完成 {done:,} 户"),
        show_time(line.last_at) if line.last_at else "—",
        Cell(f"缺 {line.missing}" if line.missing else "·", "wrong" if line.missing else "muted",
             tip=f"缺第 {line.missing} 号变更" if line.missing else ""),
        Cell(f"{line.held:,}" if line.held else "·", "warned" if line.held else "muted",
             tip=f"另有 {line.waits:,} 条已留存,以后自动写入" if line.waits else ""),
    )  # fmt: skip


def _certificate(found: Certificate | None) -> Cell:
    return Cell(found.state, found.token, tip=found.revoked) if found else Cell("")
