"""The manual on the screen: pages on the left, the text with its pictures on the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import (
    QImage,
    QImageReader,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextImageFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QTextBrowser,
    QTextEdit,
    QWidget,
)

from laborclerk.ui.jobs import Runner
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import Page, button
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.help.presenter import (
    HelpPresenter,
    Hit,
    ManualPage,
    pages,
    pictures,
)

_WIDTH = 152
_COLUMN = 880  # of text: lines that are still read easily
_IMAGE = QTextDocument.ResourceType.ImageResource
_NOTHING = QImage(1, 1, QImage.Format.Format_ARGB32)
_NOTHING.fill(0)


class ManualText(QTextBrowser):
    """One page; pictures as wide as the text, the line height of a book."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setOpenLinks(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._shown: QTextDocument | None = None
        self._markdown = ""
        self._waiting: list[str] = []
        self._drawn_for = 0  # the width pictures were made for

    def show_text(self, markdown: str) -> None:
        """Show a page of Markdown. It is dressed before it is laid out, so that it is laid out
        once."""
        self._markdown, self._drawn_for = markdown, self._column()
        self._waiting = []
        self.setExtraSelections([])
        document = QTextDocument(self)
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        document.setDefaultFont(theme.font())
        document.setMarkdown(markdown)
        self._dress(document)
        self.setDocument(document)
        if self._shown is not None:
            self._shown.deleteLater()
        self._shown = document
        QTimer.singleShot(0, self, self._next_picture)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Pictures lie beside the manual's text."""
        if kind == _IMAGE.value:
            return _NOTHING  # drawn one by one, see `_next_picture`
        return super().loadResource(kind, name)

    def _next_picture(self) -> None:
        """One picture each turn of the loop: decoding all at once would hold it."""
        if not self._waiting:
            return
        name = self._waiting.pop(0)
        self.document().addResource(_IMAGE.value, QUrl(name), self._picture(name))
        self.viewport().update()
        QTimer.singleShot(0, self, self._next_picture)

    def _picture(self, name: str) -> QImage:
        """A picture as wide as the text, scaled smoothly to the screen's pixels."""
        image = QImage(str(pictures() / name))
        if image.isNull():
            return image
        ratio = self.devicePixelRatioF()
        smooth = Qt.TransformationMode.SmoothTransformation
        scaled = image.scaledToWidth(min(image.width(), round(self._column() * ratio)), smooth)
        scaled.setDevicePixelRatio(scaled.width() / self._column())
        return scaled

    def _column(self) -> int:
        """The width of text and pictures."""
        return min(_COLUMN, max(320, self.viewport().width() - 48))

    # -- look ----------------------------------------------------------------------------------

    def _dress(self, document: QTextDocument) -> None:
        width = self._column()
        root = document.rootFrame()
        edit = QTextCursor(document)
        edit.beginEditBlock()  # one layout at the end, not one for each block
        outer = QTextFrameFormat(root.frameFormat())
        outer.setLeftMargin(24)
        outer.setRightMargin(max(24, self.viewport().width() - 24 - width))
        outer.setTopMargin(8)
        outer.setBottomMargin(48)
        root.setFrameFormat(outer)
        block = document.begin()
        while block.isValid():
            self._dress_block(block, width)
            block = block.next()
        for frame in root.childFrames():
            if isinstance(frame, QTextTable):
                self._dress_table(frame)
        edit.endEditBlock()

    def _dress_block(self, block: QTextBlock, width: int) -> None:
        cursor = QTextCursor(block)
        form = QTextBlockFormat(block.blockFormat())
        level = form.headingLevel()
        in_table = cursor.currentTable() is not None
        kind = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        form.setLineHeight(100 if level or in_table else 115, kind)
        form.setTopMargin({1: 8, 2: 24, 3: 16}.get(level, 0))
        form.setBottomMargin(0 if in_table else 8 if level else 6)
        cursor.setBlockFormat(form)
        if level:
            big = QTextCharFormat()
            size = theme.size() + {1: 10, 2: 4}.get(level, 1)
            big.setProperty(QTextFormat.Property.FontPixelSize, size)
            big.setFontWeight(700)
            cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
            cursor.mergeCharFormat(big)
        self._dress_pictures(block, width)

    def _dress_pictures(self, block: QTextBlock, width: int) -> None:
        at = block.begin()
        while not at.atEnd():
            fragment = at.fragment()
            form = fragment.charFormat()
            if form.isImageFormat():
                picture = QTextImageFormat(form.toImageFormat())
                image = QImageReader(str(pictures() / picture.name())).size()
                self._waiting.append(picture.name())
                if image.isValid():
                    picture.setWidth(width)
                    picture.setHeight(width * image.height() / image.width())
                    cursor = QTextCursor(block)
                    cursor.setPosition(fragment.position())
                    cursor.setPosition(
                        fragment.position() + fragment.length(), QTextCursor.MoveMode.KeepAnchor
                    )
                    cursor.setCharFormat(picture)
            at += 1

    def _dress_table(self, table: QTextTable) -> None:
        form = table.format()
        form.setBorder(1)
        form.setBorderCollapse(True)
        form.setBorderBrush(theme.color("line"))
        form.setCellPadding(5)
        form.setCellSpacing(0)
        form.setTopMargin(4)
        form.setBottomMargin(8)
        shares = {2: (24, 76), 3: (20, 46, 34)}.get(table.columns())
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        if shares:
            form.setColumnWidthConstraints(
                [QTextLength(QTextLength.Type.PercentageLength, s) for s in shares]
            )
        table.setFormat(form)
        for column in range(table.columns()):
            cell = table.cellAt(0, column)
            head = cell.format()
            head.setBackground(theme.color("panel"))
            cell.setFormat(head)

    # -- places --------------------------------------------------------------------------------

    def go_to(self, at: tuple[str, ...]) -> None:
        """Scroll to a heading, and to a label below it."""
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
        marked = QTextEdit.ExtraSelection()
        if len(at) > 1 and block.text().strip() == at[-1]:
            cursor.select(QTextCursor.SelectionType.LineUnderCursor)
            marked.cursor = cursor  # type: ignore[attr-defined]
            marked.format.setBackground(theme.color("selection"))  # type: ignore[attr-defined]
            self.setExtraSelections([marked])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._markdown and self._drawn_for and event.size().width() != event.oldSize().width():
            at = self.verticalScrollBar().value()
            self.show_text(self._markdown)
            self.verticalScrollBar().setValue(at)


class HelpScreen(Page):
    """The manual. `explain` opens it at what the clerk is at."""

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__("帮助", parent)
        self.presenter = HelpPresenter(self, runner)
        p = self.presenter
        self.names = QListWidget()
        self.names.setFrameShape(QFrame.Shape.NoFrame)
        self.names.setFixedWidth(_WIDTH)
        for page in pages():
            self.names.addItem(page.title)
        self.names.currentRowChanged.connect(self._chosen)
        self.text = ManualText()
        self.text.anchorClicked.connect(lambda url: p.follow(_link(url)))
        self.find_box = QLineEdit()
        self.find_box.setPlaceholderText("在说明里找  Ctrl+F")
        self.find_box.setFixedWidth(240)
        self.find_box.setClearButtonEnabled(True)
        self.find_box.textChanged.connect(p.look_for)
        self.hits = Table((Column("页", 120), Column("小节", 180), Column("")))
        self.hits.opened.connect(self._open_hit)
        self.hits.setFixedHeight(self.hits.height_of_rows(8))
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
        self.text.show_text(text)
        if at:
            self.text.go_to(at)
        else:
            self.text.verticalScrollBar().setValue(0)

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
