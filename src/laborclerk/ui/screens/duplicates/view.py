"""The screen of doubles: pairs left, both sides right, one key for each decision."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from laborclerk.features.registry.duplicates.listing import Duplicate
from laborclerk.features.registry.duplicates.model import SAME
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import button, row_of
from laborclerk.ui.kit.small import Elided, Turning
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.kit.worklist import WorklistPage
from laborclerk.ui.screens.duplicates.presenter import (
    DECIDED,
    LEFT,
    RIGHT,
    DuplicatesPresenter,
)
from laborclerk.ui.screens.duplicates.sides import Line
from laborclerk.ui.station import OpenHousehold, Station
from laborclerk.ui.worklist import OPEN

_NONE = "没有疑似重复。每次录入、导入表格或接收上报之后,程序都会核对全站,有了就列在这里"
_NONE_DECIDED = "还没有判定过。判定过的列在这里,可以随时撤回"
_SIDES = 476  # pixels at 100 % in which two numbers are read whole
_HINTS = (
    "↑↓ 换一对　Tab 到对照表　← → 这一项用左、用右　空格 换边　F8 下一处不同　"
    "Enter 打开左边的户　Shift+Enter 打开右边的户　Ctrl+Tab 已判定　Ctrl+Z 撤销"
)


class DuplicatesScreen(WorklistPage[DuplicatesPresenter]):
    """`open_household` leads to the household's form."""

    def __init__(
        self,
        station: Station,
        open_household: OpenHousehold,
        parent: QWidget | None = None,
    ) -> None:
        columns = (Column("分", 48, right=True), Column("姓名", 88), Column("依据"), Column("两处"))
        super().__init__("疑似重复", {OPEN: "待判", DECIDED: "已判定"}, columns, parent)
        self.presenter = DuplicatesPresenter(station, self, open_household)
        self.list.opened.connect(lambda _: self.presenter.open(LEFT))
        self.reason = Elided(keeps=200, strong=True)
        self.sides = Table((Column("", 28), Column("", 124), Column("左"), Column("右")))
        self.sides.opened.connect(lambda _: self.presenter.open(LEFT))
        p = self.presenter
        self.left = button("1 同一人,留左", partial(p.keep, LEFT))
        self.right = button("2 同一人,留右", partial(p.keep, RIGHT))
        self.two = button("3 是两个人", p.two_people)
        self.back = button("8 撤回判定", p.take_back)
        self.hints.setText(_HINTS)
        self._beside: int | None = None  # the pair whose sides are shown
        self._lay_out()
        self._bind()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setSpacing(theme.GRID)
        column.addWidget(self.reason)
        column.addWidget(self.sides, 1)
        actions = Turning(2 * theme.GRID)
        actions.add(row_of(self.left, self.right, self.back))
        actions.add(row_of(self.two, self.off, self.alike), 1)
        column.addWidget(actions)
        right = self.lay_out(column, (3, 5))
        right.setMinimumWidth(_SIDES * theme.size() // theme.DATA_SIZE)

    def _bind(self) -> None:
        p = self.presenter
        for key, act in (
            ("1", partial(p.keep, LEFT)), ("2", partial(p.keep, RIGHT)), ("3", p.two_people),
            ("8", p.take_back), ("F8", self._next_difference),
            ("Shift+Return", partial(p.open, RIGHT)), ("Shift+Enter", partial(p.open, RIGHT)),
        ):  # fmt: skip
            self.key(key, act)
        for key, side in (("Left", LEFT), ("Right", RIGHT)):
            self.key(key, partial(self._take, side), self.sides)
        self.key("Space", self._swap, self.sides)

    # -- keys ----------------------------------------------------------------------------------

    def _line(self) -> Line | None:
        at = self.sides.currentIndex().row()
        lines = self.presenter.state.sides
        return lines[at] if 0 <= at < len(lines) else None

    def _take(self, side: int) -> None:
        line = self._line()
        if line is not None and self.presenter.state.take.get(line.key) != side:
            self.presenter.take(line.key, side)

    def _swap(self) -> None:
        line = self._line()
        if line is not None:
            taken = self.presenter.state.take.get(line.key)
            self.presenter.take(line.key, LEFT if taken == RIGHT else RIGHT)

    def _next_difference(self) -> None:
        lines = self.presenter.state.sides
        at = self.sides.currentIndex().row() if self.sides.hasFocus() else -1
        for n in [*range(at + 1, len(lines)), *range(at + 1)]:
            if lines[n].differs and lines[n].key:
                self.sides.setFocus()
                self.sides.go_to(n)
                return

    # -- what the presenter says ---------------------------------------------------------------

    def list_changed(self) -> None:
        p, state = self.presenter, self.presenter.state
        is_open = state.tab == OPEN
        shown = f",列出前 {len(state.pairs):,} 对" if len(state.pairs) < p.total else ""
        self.about.setText(f"{p.total:,} 对待判{shown} · 把握大的在前")
        rows: list[Row]
        if is_open:
            rows = [
                (
                    Cell(str(pair.score), "wrong" if pair.certain else "text"),
                    " / ".join(dict.fromkeys(side.name for side in pair.sides)),
                    Cell(pair.words, "muted" if pair.id in state.later else "text", tip=pair.words),
                    self._places(pair),
                )
                for pair in p.pairs
            ]
        else:
            rows = [
                ("", " / ".join(dict.fromkeys(one.names)),
                 ("同一人,已合并" if one.verdict == SAME else "两个人")
                 + (f":{one.reason}" if one.reason else ""), "")
                for one in state.decided
            ]  # fmt: skip
        self.fill((p.total, len(state.decided)), rows, _NONE if is_open else _NONE_DECIDED)
        for widget in (self.left, self.right, self.two, self.off):
            widget.setVisible(is_open)
            widget.setEnabled(bool(p.pairs))
        self.back.setVisible(not is_open)
        self.back.setEnabled(bool(state.decided))
        self.told()

    def _places(self, pair: Duplicate) -> Cell:
        where = self.presenter.station.where
        text = " / ".join(dict.fromkeys(where(side.place) for side in pair.sides))
        return Cell(text, "muted", tip=text)

    def sides_changed(self) -> None:
        p, state = self.presenter, self.presenter.state
        pair = p.pair
        self.reason.setText(f"{pair.words}(分数 {pair.score})" if pair else "")
        rows: list[Row] = [self._row(line) for line in state.sides]
        self.sides.fill(rows, list(range(len(rows))))
        if rows and state.here != self._beside:
            self.sides.go_to(0)
            self.sides.scrollToTop()
        self._beside = state.here
        self.told()

    def _row(self, line: Line) -> Row:
        taken = self.presenter.state.take.get(line.key)
        cells = [Cell("≠" if line.differs else "", "warned"), Cell(line.label, "muted")]
        for side, text in ((LEFT, line.left), (RIGHT, line.right)):
            token = "warned" if line.differs else "muted" if line.label == "" else "text"
            sign = FieldState.PASSED if taken == side else None
            cells.append(Cell(text, token, sign, bold=taken == side, tip=text))
        return cells

    def told(self) -> None:
        """How many are alike, and how the last decision ended."""
        p, count = self.presenter, self.presenter.count_alike
        words = p.pair.words if p.pair is not None else ""
        self.tell(
            f"0 同类 {count:,} 对一起判",
            f"接下来按 1、2 或 3,对“{words}”的 {count:,} 对一起判。再按 0 取消",
        )
