"""Documents before they are printed: their pages as pictures, drawn in the worker as they come
into sight. Nothing plain touches the disk unless the clerk saves it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QDialog,
    QFrame,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from laborclerk.kernel.progress import Progress
from laborclerk.printing.document import Document
from laborclerk.ui.jobs import Runner, Way
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.dialogs import FRAME
from laborclerk.ui.kit.page import button, label
from laborclerk.ui.kit.paper_out import PaperOut
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.longwork import LongWork
from laborclerk.ui.pages import POINTS, Pages, Picture, pdf_of

_GAP = 12  # pixels around a page
_KEPT = 12  # pages kept as pictures
PREVIEW_KEYS = "PgUp/PgDn 翻页 · Home/End 首页、末页 · Ctrl+P 打印 · Ctrl+S 另存为PDF · Esc 返回"
_LARGEST = 1.7  # times the natural size


def image_of(picture: Picture) -> QImage:
    """The pixels as an image of its own."""
    return QImage(
        picture.pixels, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32
    ).copy()


class PagesView(QAbstractScrollArea):
    """Pages one below the other. Page keys turn pages; `turned` tells which one is seen."""

    turned = Signal(int)

    def __init__(self, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._pages: Pages | None = None
        self._whole = False
        self._drawn: OrderedDict[tuple[int, int], QPixmap] = OrderedDict()
        self._asked: set[tuple[int, int]] = set()
        self.empty_text = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._scrolled())

    # -- what is shown -------------------------------------------------------------------------

    def show_pages(self, pages: Pages | None) -> None:
        """Show these pages from the first."""
        self._pages = pages
        self._drawn.clear()
        self._asked.clear()
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self._scrolled()

    def show_whole(self, on: bool) -> None:
        """Fit a whole page into the view, or its width."""
        here = self.current()
        self._whole = on
        self._lay_out()
        self.turn_to(here)

    def current(self) -> int:
        """The page in the middle of the view (from 0)."""
        middle = self.verticalScrollBar().value() + self.viewport().height() // 2
        for number, box in enumerate(self._boxes()):
            if middle < box.bottom() + _GAP:
                return number
        return max(0, len(self._pages or ()) - 1)

    def turn_to(self, number: int) -> None:
        """Bring a page to the top."""
        boxes = self._boxes()
        if boxes:
            at = max(0, min(number, len(boxes) - 1))
            self.verticalScrollBar().setValue(boxes[at].top() - _GAP)

    # -- geometry ------------------------------------------------------------------------------

    def _scale(self, size: tuple[float, float]) -> float:
        """Logical pixels for each point of a page, such that its pixels are the screen's."""
        width, height = size
        room = self.viewport().width() - 2 * _GAP
        scale = min(room / width, _LARGEST * 96 / POINTS)
        if self._whole:
            scale = min(scale, (self.viewport().height() - 2 * _GAP) / height)
        dots = POINTS * self.devicePixelRatioF()
        return max(int(scale * dots), 8) / dots

    def _boxes(self) -> list[QRect]:
        boxes, top = [], _GAP
        for size in self._pages.sizes if self._pages else ():
            scale = self._scale(size)
            width, height = round(size[0] * scale), round(size[1] * scale)
            boxes.append(QRect((self.viewport().width() - width) // 2, top, width, height))
            top += height + _GAP
        return boxes

    def _lay_out(self) -> None:
        boxes = self._boxes()
        height = boxes[-1].bottom() + _GAP if boxes else 0
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(3 * theme.row_height())
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        here = self.current()
        super().resizeEvent(event)
        self._lay_out()
        self.turn_to(here)

    def _scrolled(self) -> None:
        self.viewport().update()
        if self._pages is not None:
            self.turned.emit(self.current())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1, Qt.Key.Key_Space: 1}
        key = Qt.Key(event.key())
        if key in steps:
            self.turn_to(self.current() + steps[key])
        elif key == Qt.Key.Key_Home:
            self.turn_to(0)
        elif key == Qt.Key.Key_End:
            self.turn_to(len(self._pages or ()) - 1)
        else:
            super().keyPressEvent(event)

    # -- drawing -------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.color("line"))
        if self._pages is None:
            painter.setPen(theme.color("muted"))
            box = self.viewport().rect().adjusted(24, 24, -24, -24)
            flags = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(box, int(flags), self.empty_text)
            return
        offset, seen = self.verticalScrollBar().value(), self.viewport().height()
        wanted = []
        for number, box in enumerate(self._boxes()):
            box.translate(0, -offset)
            if box.bottom() < 0 or box.top() > seen:
                continue
            painter.fillRect(box, Qt.GlobalColor.white)
            dots = self._dots(number)
            drawn = self._drawn.get((number, dots))
            if drawn is not None:
                painter.drawPixmap(box.topLeft(), drawn)  # never scaled: thin type would break
            else:
                wanted.append((number, dots))
            painter.setPen(theme.color("border"))
            painter.drawRect(box.adjusted(-1, -1, 0, 0))
        self._draw(wanted)

    def _dots(self, number: int) -> int:
        """Dots per inch a page is drawn with, so that a pixel of it is one of the screen."""
        assert self._pages is not None
        return round(self._scale(self._pages.sizes[number]) * POINTS * self.devicePixelRatioF())

    def _draw(self, wanted: list[tuple[int, int]]) -> None:
        pages = self._pages
        for at in wanted:
            if at in self._asked or pages is None:
                continue
            self._asked.add(at)
            self._ask(pages, at)

    def _ask(self, pages: Pages, at: tuple[int, int]) -> None:
        def work(_progress: Progress) -> Picture:
            return pages.draw(*at)

        def done(picture: Picture) -> None:
            self._asked.discard(at)
            if pages is not self._pages:
                return
            drawn = QPixmap.fromImage(image_of(picture))
            drawn.setDevicePixelRatio(self.devicePixelRatioF())
            self._drawn[at] = drawn
            while len(self._drawn) > _KEPT:
                self._drawn.popitem(last=False)
            self.viewport().update()

        self._runner.run(work, done, way=Way.LOOK)


class PreviewDialog(QDialog):
    """One document: look, print, save."""

    def __init__(
        self,
        parent: QWidget,
        runner: Runner,
        document: Document | Callable[[], Document],
        name: str,
        taken: Callable[[int], object] = lambda pages: None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"打印预览 · {name}")
        room = self.screen().availableSize() - QSize(0, FRAME)
        self.resize(QSize(900, 640).boundedTo(room))
        self.work = LongWork(runner, self._changed)
        self.strip = WorkStrip(self.work)
        self.view = PagesView(runner)
        self.view.turned.connect(lambda _: self._count())
        self.count = label(muted=True)
        self.out = PaperOut(self, self.work, name, taken)
        self.print_ = button("打印 (Ctrl+P)", self.out.print_, main=True)
        self.save = button("另存为PDF… (Ctrl+S)", self.out.save)
        self.close_ = button("关闭 (Esc)", self.reject)
        row = QHBoxLayout()
        row.setSpacing(2 * theme.GRID)
        row.addWidget(self.count, 1)
        for one in (self.print_, self.save, self.close_):
            row.addWidget(one)
        self.print_.setShortcut("Ctrl+P")
        self.save.setShortcut("Ctrl+S")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(2 * theme.GRID)
        column.addLayout(row)
        column.addWidget(self.view, 1)
        column.addWidget(self.strip)
        column.addWidget(label(PREVIEW_KEYS, small=True, wrap=True))
        self._pages: Pages | None = None
        self.view.setFocus()
        self._changed()

        def work(progress: Progress) -> Pages:
            made = document if isinstance(document, Document) else document()
            return Pages(pdf_of(made, progress))

        runner.run(work, self._made, way=Way.LOOK)

    def _made(self, pages: Pages) -> None:
        self._pages = self.out.pages = pages
        self.view.show_pages(pages)
        self._count()
        self._changed()

    def _count(self) -> None:
        if self._pages is not None:
            self.count.setText(f"第 {self.view.current() + 1} 页 共 {len(self._pages)} 页")

    def _changed(self) -> None:
        self.strip.refresh()
        ready = self.out.pages is not None and not self.work.running
        self.print_.setEnabled(ready)
        self.save.setEnabled(ready)


def show_document(
    parent: QWidget,
    runner: Runner,
    document: Document | Callable[[], Document],
    name: str,
    taken: Callable[[int], object] = lambda pages: None,
) -> None:
    """Preview a document over the screen; it may be made in the worker. `taken` is called with the
    number of pages when they were printed or saved."""
    PreviewDialog(parent, runner, document, name, taken).exec()
