"""The exchange screen's lists in tabs: each is built when one first turns to it, and filled anew
from then on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from laborclerk.kernel.clock import show_time
from laborclerk.sync.holding import OUT_OF_SCOPE
from laborclerk.sync.inbox import CLOCK, EXPIRED, FORKED, NEWER
from laborclerk.sync.overview import LogLine
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import label
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.exchange.reading import Facts, why_held, why_waits

LOG = "往来记录"
_REFUSED = {
    FORKED: "与已收到的不是同一份:那台电脑恢复过旧备份,或一份数据在两台电脑上用过。"
    "请给它写出返还文件,它导入后再上报一次就全了",
    EXPIRED: "对方的证书已过期,没有导入。请在上面的名单里选它,按“换发证书…”,再导入这一份",
    CLOCK: "县里写它时的日期不对,或本机的日期不对,没有导入。请核对两边的日期,再请县里重新写一份",
    NEWER: "由更新的程序写成,没有导入。请升级本机的程序,再导入这一份",
}


class LowTable(Table):
    """A table that takes the room there is and asks for none: several stand one below the other,
    so low that a row cut through below would be one of few. It is not shown."""

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self.minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        room = self.viewport().rect()
        last = self.rowAt(room.bottom())
        top = self.rowViewportPosition(last) if last >= 0 else 0
        if last > 0 and top + self.rowHeight(last) > room.bottom() + 1:
            painter = QPainter(self.viewport())
            painter.fillRect(room.adjusted(0, top, 0, 0), self.palette().base())


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
        self.why = label(wrap=True, muted=True)
        self.why.hide()
        self.column.addWidget(self.why)
        self._told: Mapping[object, str] = {}
        self.table.current.connect(lambda _: self._tell())

    def tell(self, told: Mapping[object, str]) -> None:
        """What is said below the list of the line under the cursor, by its key."""
        self._told = told
        self._tell()

    def _tell(self) -> None:
        self.why.setText(self._told.get(self.table.key(), ""))
        self.why.setVisible(bool(self.why.text()))

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
            (Column("时间", 128), Column("往来", 200, ends=True), Column("第几号", 56, right=True),
             Column("怎么样", 128), Column("文件", files=True)),
            "还没有往来",
        )  # fmt: skip

    def show_facts(self, facts: Facts) -> None:
        keys = [(line.at, line.file) for line in facts.log]
        latest = self.table.currentIndex().row() <= 0
        self.table.fill([_log(line) for line in facts.log], keys)
        if latest and keys:  # what came now is what is asked about
            self.table.go_to(keys[0])
        self.tell({key: _why(line) for key, line in zip(keys, facts.log, strict=True)})


def _log(line: LogLine) -> Row:
    if line.outgoing:
        way = f"返还 {line.name}" if line.name else "写出上报文件"
    else:
        way = f"收到 {line.name}"
    stopped = line.waits is not None or line.refused or line.held
    return (
        show_time(line.at), Cell(way, tip=way), str(line.number),
        Cell(_what(line), "warned" if stopped else "text", tip=_why(line)),
        Cell(line.file, "muted", tip=line.file),
    )  # fmt: skip


def _what(line: LogLine) -> str:
    """What became of a file, in a few words."""
    if line.outgoing:  # of a return bundle nobody counts what is in it for whom
        return f"{line.records:,} 条变更" if line.records else "—"
    if line.waits is not None:
        return "等前面的文件" if line.waits.missing else "已留存"
    if line.refused:
        return "没有导入"
    if line.held:
        asks = line.held.get(OUT_OF_SCOPE, 0)
        return f"{asks:,} 条待核" if asks else f"{sum(line.held.values()):,} 条等着写入"
    return f"改 {line.records:,} 条记录"


def _why(line: LogLine) -> str:
    """What to do about a file, and its whole name."""
    told = why_held(line)
    if line.waits is not None:
        told = [why_waits(line.waits)]
    elif line.refused:
        told = [_REFUSED[line.refused]]
    elif line.held and line.records:
        told.insert(0, f"改了 {line.records:,} 条记录")
    return "。".join([line.file, *told])
