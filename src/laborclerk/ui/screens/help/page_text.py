"""A page of the manual as a document: made and dressed in the worker, laid out in the window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import (
    QImage,
    QImageReader,
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

from laborclerk.ui.kit import theme
from laborclerk.ui.screens.help.presenter import pictures

MARGIN = 24


def document_of(markdown: str, width: int, right: int) -> QTextDocument:
    """The page, `width` pixels of text and pictures, `right` pixels free beside them."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDocumentMargin(0)
    document.setDefaultFont(theme.font())
    document.setMarkdown(markdown)
    root = document.rootFrame()
    edit = QTextCursor(document)
    edit.beginEditBlock()
    outer = QTextFrameFormat(root.frameFormat())
    outer.setLeftMargin(MARGIN)
    outer.setRightMargin(right)
    outer.setTopMargin(8)
    outer.setBottomMargin(2 * MARGIN)
    root.setFrameFormat(outer)
    for block in _blocks(document):
        _dress_block(block)
        _size_pictures(block, width)
    for frame in root.childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame)
    edit.endEditBlock()
    app = QCoreApplication.instance()
    if app is not None:
        document.moveToThread(app.thread())
    return document


def picture_of(name: str, width: int, ratio: float) -> QImage:
    """A picture as wide as the text, scaled smoothly to the screen's pixels."""
    image = QImage(str(pictures() / name))
    if image.isNull():
        return image
    smooth = Qt.TransformationMode.SmoothTransformation
    scaled = image.scaledToWidth(min(image.width(), round(width * ratio)), smooth)
    scaled.setDevicePixelRatio(scaled.width() / width)
    return scaled


def picture_names(document: QTextDocument) -> list[str]:
    """The pictures of a page, in order."""
    return [
        fragment.toImageFormat().name()
        for block in _blocks(document)
        for _, fragment in _fragments(block)
        if fragment.isImageFormat()
    ]


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _fragments(block: QTextBlock) -> Iterator[tuple[tuple[int, int], QTextCharFormat]]:
    """((from, to), format) of the pieces of a block."""
    at = block.begin()
    while not at.atEnd():
        fragment = at.fragment()
        start = fragment.position()
        yield (start, start + fragment.length()), fragment.charFormat()
        at += 1


def _dress_block(block: QTextBlock) -> None:
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


def _size_pictures(block: QTextBlock, width: int) -> None:
    """Keep a picture's room free before it is there."""
    for (start, end), form in list(_fragments(block)):
        if not form.isImageFormat():
            continue
        picture = QTextImageFormat(form.toImageFormat())
        size = QImageReader(str(pictures() / picture.name())).size()
        if size.isValid():
            picture.setWidth(width)
            picture.setHeight(width * size.height() / size.width())
            cursor = QTextCursor(block)
            cursor.setPosition(start)
            cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(picture)


def _dress_table(table: QTextTable) -> None:
    form = table.format()
    form.setBorder(1)
    form.setBorderCollapse(True)
    form.setBorderBrush(theme.color("line"))
    form.setCellPadding(5)
    form.setCellSpacing(0)
    form.setTopMargin(4)
    form.setBottomMargin(8)
    percent = QTextLength.Type.PercentageLength
    shares = {2: (24, 76), 3: (20, 46, 34)}.get(table.columns())
    form.setWidth(QTextLength(percent, 100))
    if shares:
        form.setColumnWidthConstraints([QTextLength(percent, share) for share in shares])
    table.setFormat(form)
    for column in range(table.columns()):
        cell = table.cellAt(0, column)
        head = cell.format()
        head.setBackground(theme.color("panel"))
        cell.setFormat(head)
