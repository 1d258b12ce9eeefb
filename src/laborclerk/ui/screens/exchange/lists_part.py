"""The exchange screen's lists in tabs: each is built when one first turns to it, and filled anew
from then on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from laborclerk.kernel.clock import show_time
from laborclerk.sync.overview import LogLine
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.exchange.reading import Facts

LOG = "往来记录"


class LowTable(Table):
    """A table that takes the room there is and asks for none: several stand one below the other."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())


class ListPage(QWidget):
    """One list, with what can be done below it."""

    def __init__(self, columns: Sequence[Column], empty: str) -> None:
        super().__init__()
        self.table = LowTable(columns)
        self.table.empty_text = empty
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.GRID)
        self.column.addWidget(self.table, 1)

    def show_facts(self, facts: Facts) -> None:
        """Fill the list anew."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its title, how much is in it (None where that is not told), and its list."""

    title: str
    make: Callable[[], ListPage]
    count: Callable[[Facts], int] | None = None


class Lists(QWidget):
    """Lists in tabs; every file that came or went is the last. `fresh` tells by what it is known
    that something came which is to be read: then the first tab with something in it is shown."""

    def __init__(
        self, tabs: Sequence[Tab], fresh: Callable[[Facts], object] = lambda _: None
    ) -> None:
        super().__init__()
        self._tabs = (*tabs, Tab(LOG, LogPage))
        self._fresh = fresh
        self._pages: dict[int, ListPage] = {}
        self._facts: Facts | None = None
        self._read: object = None
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.stack = QStackedWidget()
        for tab in self._tabs:
            self.tabs.addTab(tab.title)
        self.tabs.currentChanged.connect(self._turn)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GRID)
        whole.addWidget(self.tabs)
        whole.addWidget(self.stack, 1)

    def page(self, title: str) -> ListPage:
        """The list of this title."""
        return self._page([tab.title for tab in self._tabs].index(title))

    def _page(self, at: int) -> ListPage:
        if at not in self._pages:
            self._pages[at] = self._tabs[at].make()
            self.stack.addWidget(self._pages[at])
            if self._facts is not None:
                self._pages[at].show_facts(self._facts)
        return self._pages[at]

    def _turn(self, at: int) -> None:
        self.stack.setCurrentWidget(self._page(at))

    def show_facts(self, facts: Facts) -> None:
        """All lists anew; the tabs say how much is in them."""
        first = self._facts is None or self._read != self._fresh(facts)
        self._facts, self._read = facts, self._fresh(facts)
        counts = [tab.count(facts) if tab.count is not None else 0 for tab in self._tabs]
        for at, (tab, count) in enumerate(zip(self._tabs, counts, strict=True)):
            self.tabs.setTabText(at, f"{tab.title} {count:,}" if count else tab.title)
        for page in self._pages.values():
            page.show_facts(facts)
        if first:
            busy = next((at for at, count in enumerate(counts) if count), len(counts) - 1)
            self.tabs.setCurrentIndex(busy)
        self._turn(self.tabs.currentIndex())


class LogPage(ListPage):
    """Every file that came or went."""

    def __init__(self) -> None:
        super().__init__(
            (Column("时间", 128), Column("往来", 152), Column("第几号", 64, right=True),
             Column("内容", 120, right=True), Column("待核", 56, right=True), Column("文件")),
            "还没有往来",
        )  # fmt: skip

    def show_facts(self, facts: Facts) -> None:
        self.table.fill([_log(line) for line in facts.log], [(x.at, x.file) for x in facts.log])


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
