"""What an import would do, or did: six numbers and the lists behind them."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.dialogs import choose
from laborclerk.ui.kit.page import button, clear, label
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.sheets.presenter import MOST_LINES, Line, SheetsPresenter, Stage

CHANGES = "更改的项"
_JOINED = "\u2060"  # no line is broken here


class ResultPart(QWidget):
    """What the import would do, or did."""

    @property
    def hints(self) -> str:
        """The keys that act now."""
        done = self.presenter.stage is Stage.DONE
        act = "Alt+← 再导一份" if done else "Ctrl+Enter 导入 · Alt+← 返回"
        return f"↑↓ 看一行 · Ctrl+Tab 换一张单子 · Ctrl+C 复制 · {act}"

    def __init__(self, presenter: SheetsPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.counts = label(wrap=True)
        self.counts.setTextFormat(Qt.TextFormat.RichText)
        self.asked = QFrame()
        self.asked.setProperty("strip", True)
        self.asking = QHBoxLayout(self.asked)
        self.asking.setContentsMargins(8, 4, 8, 4)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.currentChanged.connect(lambda _: self._show_list())
        self.table = Table(
            (Column("行", 56, right=True), Column("谁", 160), Column("什么"), Column("原来", 220),
             Column("改为", 220))
        )  # fmt: skip
        self.table.empty_text = "没有"
        self.setFocusProxy(self.table)
        self._lists: list[tuple[str, list[Line]]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(self.counts)
        column.addWidget(self.asked)
        column.addWidget(self.tabs)
        column.addWidget(self.table, 1)
        shortcut = QShortcut(QKeySequence("Ctrl+Tab"), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self._next_list)

    def begin(self) -> None:
        p = self.presenter
        named = [
            ("退回", p.refused()), (CHANGES, p.changes()), ("与上一版底册比", p.comparison()),
            ("提醒", p.warned()), ("说明", p.told()),
        ]  # fmt: skip
        self._lists = [(name, lines) for name, lines in named if lines] or [(CHANGES, [])]
        while self.tabs.count():
            self.tabs.removeTab(0)
        for name, lines in self._lists:
            more = "+" if len(lines) >= MOST_LINES else ""
            self.tabs.addTab(f"{name} {len(lines):,}{more}")
        self._show_list()

    def changed(self) -> None:
        tokens = {"退回": "wrong", "提醒": "warned", "新增": "passed", "更改": "accent",
                  "更改的户": "accent", "更改的项": "accent"}  # fmt: skip
        size, muted = theme.size() + 2 * theme.GRID, theme.color("muted").name()
        told = []
        for name, count in self.presenter.counts():
            color = theme.color(tokens.get(name, "text") if count else "muted").name()
            told.append(
                f'<span style="color:{muted}">{_JOINED.join(name)}</span>&nbsp;'
                f'<span style="color:{color}; font-size:{size}px"><b>{count:,}</b></span>'
            )
        self.counts.setText(f"{'&nbsp;' * 5} ".join(told))  # lines are broken between counts only
        self._show_asked()
        if self.presenter.stage is Stage.TRIED and self.presenter.result is not self._shown:
            self.begin()
            if self.isVisible():
                self.table.setFocus()
        self._shown = self.presenter.result

    _shown: object = None

    def _show_asked(self) -> None:
        clear(self.asking)
        asked = self.presenter.asked if self.presenter.stage is Stage.TRIED else {}
        self.asked.setVisible(bool(asked))
        for number, (text, found) in enumerate(asked.items(), 1):
            if number == 1:
                told = f"有 {len(asked)} 个地名不止一处,请指明:"
                self.asking.addWidget(label(told))
            if number <= 4:
                act = button(f"{text}({len(found)} 处)…", partial(self._ask, text))
                self.asking.addWidget(act)
        self.asking.addStretch(1)

    def _ask(self, text: str) -> None:
        tree = self.presenter.station.tree
        found = self.presenter.asked.get(text, ())
        options = [(str(place), f"{tree.path(place, 'township')} {place // 1000}")
                   for place in found]  # fmt: skip
        answer = choose(self, f"“{text}”是哪一处", "表里这个名字指的是:", options)
        if answer is not None:
            self.presenter.answer(text, int(answer))

    def _show_list(self) -> None:
        at = self.tabs.currentIndex()
        name, lines = self._lists[at] if 0 <= at < len(self._lists) else ("", [])
        pairs = name in (CHANGES, "与上一版底册比")
        for column in (3, 4):
            self.table.setColumnHidden(column, not pairs)
        token = {"退回": "wrong", "提醒": "warned"}.get(name, "text")
        self.table.rows.beginResetModel()
        self.table.rows.endResetModel()
        self.table.fill(
            [
                (str(line.row or ""), line.who, Cell(line.what, token, tip=line.what),
                 Cell(line.before, "muted"), line.after)
                for line in lines
            ],
            list(range(len(lines))),
        )  # fmt: skip

    def _next_list(self) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % max(1, self.tabs.count()))
