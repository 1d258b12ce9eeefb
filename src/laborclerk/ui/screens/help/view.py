"""The manual on the screen: pages on the left, the text with its pictures on the right."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QResizeEvent, QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from laborclerk.ui.jobs import Runner, Way
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import Page, button
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.help.page_text import MARGIN, document_of, picture_names, picture_of
from laborclerk.ui.screens.help.presenter import HelpPresenter, Hit, ManualPage, pages

_WIDTH = 152
_COLUMN = 880  # of text: lines that are still read easily
_IMAGE = QTextDocument.ResourceType.ImageResource
_NOTHING = QImage(1, 1, QImage.Format.Format_ARGB32)
_NOTHING.fill(0)


class ManualText(QTextBrowser):
    """One page; pictures as wide as the text, the line height of a book."""

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._shown: QTextDocument | None = None
        self._page: tuple[str, tuple[str, ...]] | None = None

    def show_text(self, markdown: str, at: tuple[str, ...] = ()) -> None:
        """Show a page of Markdown from the heading (and the label below it) `at`."""
        self._page = markdown, at
        width = self._column()
        right = max(MARGIN, self.viewport().width() - MARGIN - width)

        def done(document: QTextDocument) -> None:
            self._put(document)
            self.go_to(at)
            for name in picture_names(document):
                self._ask_picture(document, name, width)

        self._runner.run(
            lambda _p: document_of(markdown, width, right), done, way=Way.LOOK, key="help-document"
        )

    def _put(self, document: QTextDocument) -> None:
        self.setExtraSelections([])
        document.setParent(self)
        self.setDocument(document)
        if self._shown is not None:
            self._shown.deleteLater()
        self._shown = document

    def _ask_picture(self, document: QTextDocument, name: str, width: int) -> None:
        ratio = self.devicePixelRatioF()

        def done(image: QImage) -> None:
            if self._shown is document:
                document.addResource(_IMAGE.value, QUrl(name), image)
                self.viewport().update()

        self._runner.run(lambda _p: picture_of(name, width, ratio), done, way=Way.LOOK)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Pictures come from the worker, see `_ask_picture`."""
        return _NOTHING if kind == _IMAGE.value else super().loadResource(kind, name)

    def _column(self) -> int:
        """The width of text and pictures."""
        return min(_COLUMN, max(320, self.viewport().width() - 2 * MARGIN))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._page is not None and event.size().width() != event.oldSize().width():
            self.show_text(*self._page)

    def go_to(self, at: tuple[str, ...]) -> None:
        """Scroll to a heading, and to a label below it."""
        if not at:
            self.verticalScrollBar().setValue(0)
            return
        block = self.document().begin()
        for wanted in at:
            found = block
            while found.isValid() and found.text().strip() != wanted:
                found = found.next()
            if not found.isValid():
                break
            block = found
        cursor = QTextCursor(block)
        self.setTextCursor(cursor)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(cursor).top() - 16)
        if len(at) > 1 and block.text().strip() == at[-1]:
            cursor.select(QTextCursor.SelectionType.LineUnderCursor)
            marked: Any = QTextEdit.ExtraSelection()  # the stubs name no member of it
            marked.cursor = cursor
            marked.format.setBackground(theme.color("selection"))
            self.setExtraSelections([marked])


class HelpScreen(Page):
    """The manual. `explain` opens it at what the clerk is at."""

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__("帮助", parent)
        self.presenter = HelpPresenter(self, runner)
        p = self.presenter
        self.names = QListWidget()
        self.names.setFrameShape(QFrame.Shape.NoFrame)
        self.names.setFixedWidth(_WIDTH)
        self.names.ensurePolished()  # before a line is asked how high it is
        for page in pages():
            self.names.addItem(page.title)
        self.names.currentRowChanged.connect(self._chosen)
        self.text = ManualText(runner)
        self.text.anchorClicked.connect(lambda url: p.follow(_link(url)))
        self.find_box = LineEdit()
        self.find_box.setPlaceholderText("在说明里找  Ctrl+F")
        self.find_box.setFixedWidth(240)
        self.find_box.setClearButtonEnabled(True)
        self.find_box.textChanged.connect(p.look_for)
        self.hits = Table((Column("页", 120), Column("小节", 180), Column("")))
        self.hits.opened.connect(self._open_hit)
        self.hits.fix_rows(8)
        self.hits.hide()
        self.find_box.returnPressed.connect(self._first_hit)
        self.side.addWidget(self.find_box)
        self.side.addWidget(button("返回 (Alt+←)", p.back))
        row = QHBoxLayout()
        row.setSpacing(3 * theme.GRID)
        row.addWidget(self.names)
        row.addWidget(self.text, 1)
        self.body.addWidget(self.hits)
        self.body.addLayout(row, 1)
        self.hints.setText("Ctrl+F 找 · Alt+← 返回 · 在任何表格里按 F1 直接到那一项")
        self.key("Ctrl+F", self.find_box.setFocus)
        self.key("Alt+Left", p.back)
        self.key("Esc", self._end_search, self.find_box)
        self.setFocusProxy(self.text)

    def show_page(self, page: ManualPage, text: str, at: tuple[str, ...]) -> None:
        keys = [p.key for p in pages()]
        self.names.blockSignals(True)
        self.names.setCurrentRow(keys.index(page.key))
        self.names.blockSignals(False)
        self.text.show_text(text, at)

    def explain(self, screen: str, field: str = "") -> None:
        """F1: the manual at what the clerk is at."""
        self.presenter.explain(screen, field)

    def _chosen(self, at: int) -> None:
        if at >= 0:
            self.presenter.open(pages()[at].key)

    def show_hits(self, hits: list[Hit]) -> None:
        self.hits.setVisible(bool(self.find_box.text().strip()))
        self.hits.empty_text = "没有找到"
        self.hits.fill([(hit.title, Cell(hit.heading, "muted"), hit.line) for hit in hits], hits)

    def _first_hit(self) -> None:
        if self.hits.rows.keys:
            self.hits.setFocus()

    def _open_hit(self, hit: Hit) -> None:
        self.presenter.open(hit.page, (hit.heading,))
        self.text.setFocus()

    def _end_search(self) -> None:
        self.find_box.clear()
        self.text.setFocus()


def _link(url: QUrl) -> str:
    return url.fileName() + (f"#{url.fragment()}" if url.hasFragment() else "")
