"""The screen of a worklist: its list in tabs left, the one that is looked at right, below it how
the last decision ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.small import Turning, bring_into_sight
from laborclerk.ui.kit.table import Column, Row, Table
from laborclerk.ui.worklist import Worklist

P = TypeVar("P", bound=Worklist[Any])


class WorklistPage(Page, Generic[P]):
    """`tabs` by key with their titles; a side puts what it shows into `right`. A screen makes its
    `presenter` first thing."""

    presenter: P

    def __init__(
        self,
        title: str,
        tabs: Mapping[str, str],
        columns: Sequence[Column],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, parent)
        self._keys = list(tabs)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for text in tabs.values():
            self.tabs.addTab(text)
        self.tabs.currentChanged.connect(lambda at: self.presenter.show(self._keys[at]))
        self.list = Table(columns)
        self.list.current.connect(lambda here: self.presenter.go_to(here))
        self.off = button("9 以后再说", lambda: self.presenter.put_off())
        self.alike = button("", lambda: self.presenter.toggle_alike())
        self.alike.setCheckable(True)
        self.ended = label(wrap=True)
        self.ended.hide()
        self._told: object = None  # what was said last
        self.key("9", lambda: self.presenter.put_off())
        self.key("0", lambda: self.presenter.toggle_alike())
        self.key("Ctrl+Tab", self._other_tab)
        self.setFocusProxy(self.list)

    def lay_out(self, right: QVBoxLayout, shares: tuple[int, int]) -> QWidget:
        """Put the list left and this right, in these shares of the width → the right side. How the
        last decision ended stands above both: below them it is not seen at 200 %."""
        left, beside = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.tabs)
        column.addWidget(self.list, 1)
        right.setContentsMargins(0, 0, 0, 0)
        beside.setLayout(right)
        both = Turning(3 * theme.GRID)
        both.add(left, shares[0])
        both.add(beside, shares[1])
        self.body.addWidget(self.ended)
        self.body.addWidget(both, 1)
        return beside

    def _other_tab(self) -> None:
        self.tabs.setCurrentIndex(1 - self.tabs.currentIndex())
        self.list.setFocus()

    def fill(self, counts: Sequence[int], rows: Sequence[Row], empty: str) -> None:
        """Show the list of the tab, the cursor at the one that is looked at; `counts` stand in the
        tabs, one behind each title."""
        state = self.presenter.state
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(self._keys.index(state.tab))
        self.tabs.blockSignals(False)
        for at, count in enumerate(counts):
            title = self.tabs.tabText(at).split(" ")[0]
            self.tabs.setTabText(at, f"{title} {count:,}")
        self.list.blockSignals(True)
        self.list.empty_text = empty
        self.list.fill(rows, self.presenter.ids())
        self.list.blockSignals(False)
        self.stand()

    def stand(self) -> None:
        """The cursor of the list at the one that is looked at."""
        if self.presenter.state.here is not None:
            self.list.blockSignals(True)
            self.list.go_to(self.presenter.state.here)
            self.list.blockSignals(False)

    def tell(self, alike: str, all_alike: str) -> None:
        """The words of the key for all alike, and what is said while it is on; else how the last
        decision ended."""
        state = self.presenter.state
        self.alike.setVisible(self.presenter.count_alike > 1)
        self.alike.setText(alike)
        self.alike.setChecked(state.all_alike)
        ended = state.ended
        text = "\n".join([ended.text, *ended.lines]) if ended is not None else ""
        if state.all_alike:
            text = all_alike
        self.ended.setText(text)
        partly = ended is not None and not ended.whole
        theme.restyle(self.ended, warned=state.all_alike or partly)
        self.ended.setVisible(bool(text))
        news = state.all_alike or ended
        if text and news is not self._told:
            bring_into_sight(self.ended)  # the cursor may be below it in a small window
        self._told = news
