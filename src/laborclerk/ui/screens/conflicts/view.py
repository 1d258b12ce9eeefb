"""The screen of conflicts: the list left, the voices side by side right, one key to decide."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from laborclerk.features.exchange.conflicts import ConflictLine, Voice
from laborclerk.features.registry.record_words import record_word
from laborclerk.kernel.clock import show_time
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.entry_line import EntryLine
from laborclerk.ui.kit.page import button, clear, label, row_of
from laborclerk.ui.kit.small import Elided
from laborclerk.ui.kit.table import Cell, Column, Row
from laborclerk.ui.kit.worklist import WorklistPage
from laborclerk.ui.screens.conflicts.presenter import LOOK, ConflictsPresenter
from laborclerk.ui.station import OpenHousehold, Station
from laborclerk.ui.worklist import OPEN

_NONE = "没有冲突。乡镇和县站改了同一项、互不知道时,两边的内容都留下,列在这里由人核定"
_NOTHING = (
    "没有要看的。两边改了同一条记录的不同项,合并后一户出现两个户主,或写在了别处已删除的人名下,"
    "列在这里"
)
_HINTS = {
    OPEN: (
        "↑↓ 换一条　1 2 … 采用　8 较晚的　9 以后再说　0 同类照此处理　Enter 打开表　"
        "Ctrl+Tab 看一看　Ctrl+Z 撤销"
    ),
    LOOK: (
        "↑↓ 换一条　1 看过了　2 不同项的都看过了　{way}Enter 打开表　Ctrl+Tab 待核定　Ctrl+Z 撤销"
    ),
}
_LETTERS = "甲乙丙丁戊己庚辛"


class ConflictsScreen(WorklistPage[ConflictsPresenter]):
    """`open_household` leads to the household's form."""

    def __init__(
        self,
        station: Station,
        open_household: OpenHousehold,
        parent: QWidget | None = None,
    ) -> None:
        columns = (Column("姓名", 80), Column("项目", 86), Column("所在", least=44, ends=True))
        super().__init__("冲突", {OPEN: "待核定", LOOK: "看一看"}, columns, parent)
        self.presenter = ConflictsPresenter(station, self, open_household)
        self.list.opened.connect(lambda _: self.presenter.open())
        self.subject = Elided(keeps=200, strong=True)
        self.place = Elided(muted=True)
        self.voices = QWidget()
        self._column = QVBoxLayout(self.voices)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.GRID)
        self.shown: list[VoiceRow] = []
        self.told_text = label(wrap=True)
        p = self.presenter
        self.entry = EntryLine(p.filling.keep, p.filling.drop)
        self.other = button("", p.filling.ask)
        self.later = button("8 采用较晚的", p.keep_later)
        self.form = button("打开表 (Enter)", p.open)
        self.tick = button("1 看过了", p.tick)
        self.tick_all = button("2 不同项的都看过了", partial(p.tick, all_of_them=True))
        self.mend = button("", p.mend)
        self.hints.setText(_HINTS[OPEN])
        self._lay_out()
        self._bind()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(2 * theme.GRID)
        column.addWidget(self.subject)
        column.addWidget(self.place)
        column.addWidget(self.voices)
        column.addWidget(self.entry)
        column.addWidget(self.told_text)
        column.addWidget(row_of(self.other, self.later, self.off))
        column.addWidget(row_of(self.form, self.alike, self.tick))
        self.more = row_of(self.tick_all, self.mend)
        column.addWidget(self.more)
        column.addStretch(1)
        self.lay_out(column, (2, 3))

    def _bind(self) -> None:
        for number in range(1, 8):
            self.key(str(number), partial(self._pressed, number))
        self.key("8", self.presenter.keep_later)
        self.key("Ctrl+S", self.presenter.filling.keep)

    # -- keys ----------------------------------------------------------------------------------

    def _pressed(self, number: int) -> None:
        p = self.presenter
        if p.finding is not None:
            if number in (1, 2):
                p.tick(all_of_them=number == 2)
            elif number == 3:
                p.mend()
            return
        line = p.line
        if line is None:
            return
        if number == len(line.voices) + 1:
            p.filling.ask()
        else:
            p.keep(number)

    # -- what the presenter says ---------------------------------------------------------------

    def list_changed(self) -> None:
        p, state = self.presenter, self.presenter.state
        shown = f",列出前 {len(state.lines):,} 处" if len(state.lines) < state.total else ""
        self.about.setText(f"{state.total:,} 处待核定{shown}")
        rows: list[Row]
        if state.tab == OPEN:
            rows = [self._open_row(line) for line in p.lines]
        else:
            rows = [
                (Cell(f.named.name, tip=f.named.name),
                 Cell("要改正", "wrong") if f.broken else Cell("不同项", "muted"),
                 Cell(f.named.where, "muted", tip=f.named.where))
                for f in state.findings
            ]  # fmt: skip
        counts = (state.total, len(state.findings))
        self.fill(counts, rows, _NONE if state.tab == OPEN else _NOTHING)

    def _open_row(self, line: ConflictLine) -> Row:
        token = "muted" if line.id in self.presenter.state.later else "text"
        return (
            Cell(line.name, token, tip=line.name), Cell(line.label, token),
            Cell(line.where, "muted", tip=line.where),
        )  # fmt: skip

    def line_changed(self) -> None:
        p = self.presenter
        line, finding = p.line, p.finding
        is_open = p.state.tab == OPEN
        way = f"3 {finding.way_out.text}　" if finding and finding.way_out.text else ""
        self.hints.setText(_HINTS[p.state.tab].format(way=way))
        self.stand()
        self.title.setText(f"冲突 {p.position}" if is_open and line else "冲突")
        self._show_voices(line)
        if line is not None:
            number = f" ({line.id_number})" if line.id_number else ""
            kind = "" if line.record_type == "person" else f" {record_word(line.record_type)}"
            self.subject.setText(f"{line.name}{number}{kind} · {line.label}")
            self.place.setText(line.where)
        elif finding is not None:
            self.subject.setText(f"{finding.named.name} · {record_word(finding.record_type)}")
            self.place.setText(finding.named.where)
        else:
            self.subject.setText("")
            self.place.setText("")
        text = f"{finding.text}({show_time(finding.at)} 导入后)" if finding else ""
        self.told_text.setText(text)
        self.told_text.setVisible(bool(text))
        for widget in (self.later, self.off):
            widget.setVisible(is_open and line is not None)
        for widget in (self.tick, self.tick_all):
            widget.setVisible(finding is not None)
        self.more.setVisible(finding is not None)
        self.mend.setVisible(bool(finding and finding.way_out.text))
        self.mend.setText(f"3 {finding.way_out.text}" if finding else "")
        self.place.setVisible(bool(self.place.text()))
        self.form.setVisible(p.home is not None)
        self.entry.follow(p.filling, self.list.setFocus)
        self.told()

    def _show_voices(self, line: ConflictLine | None) -> None:
        self.voices.setVisible(line is not None)
        self.other.setVisible(line is not None and line.another)
        clear(self._column)
        self.shown = []
        if line is None:
            return
        for at, voice in enumerate(line.voices):
            row = VoiceRow(at, voice, at == line.kept, partial(self.presenter.keep, at + 1))
            self.shown.append(row)
            self._column.addWidget(row)
        self.other.setText(f"{len(line.voices) + 1} 另填…")

    def told(self) -> None:
        """How many are alike, and how the last decision ended."""
        p = self.presenter
        on, field = p.state.all_alike, p.line.label if p.line is not None else ""
        self.tell(
            f"0 同类 {p.count_alike:,} 条{'将' if on else ''}照此处理",
            f"接下来按 1、2 … 或 8,把“{field}”上同样几方的 {p.count_alike:,} 处一起核定:"
            "采用同一方的,或较晚的。再按 0 取消",
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)


class VoiceRow(QFrame):
    """What one side says: the value large, below it who, where, when and on what ground."""

    def __init__(self, at: int, voice: Voice, shown: bool, keep: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("surface", True)
        letter = _LETTERS[at % len(_LETTERS)]
        source = voice.source
        self.button = button(f"{at + 1} 采用{letter}", keep)
        self.value = label(f"{letter}　{voice.text}", wrap=True, strong=True)
        who = " ".join(part for part in (source.station, source.clerk, source.when) if part)
        ground = "、".join(dict.fromkeys(part for part in (source.why, source.note) if part))
        self.who = label(f"{who}　{ground}" if ground else who, wrap=True, muted=True)
        self.mark = label("当前显示" if shown else "", muted=True)
        head = QHBoxLayout()
        head.setSpacing(2 * theme.GRID)
        head.addWidget(self.value, 1)
        head.addWidget(self.mark)
        head.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(theme.GRID)
        column.addLayout(head)
        column.addWidget(self.who)
