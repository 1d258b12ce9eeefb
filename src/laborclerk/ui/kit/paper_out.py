"""The ways out for a document: a printer, a PDF file. Both in the worker, both can be stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from laborclerk.kernel.progress import Progress
from laborclerk.sync.atomic import write_whole
from laborclerk.ui.jobs import Way
from laborclerk.ui.kit.files import ask_save
from laborclerk.ui.longwork import Ended, LongWork
from laborclerk.ui.pages import Pages

NO_PRINTER = "这台电脑没有装打印机。请另存为 PDF,拷到能打印的电脑上印"
DOTS = 300  # per inch on paper: sharp for the smallest type of our forms
_MOST = 2**31


class PaperOut:
    """Prints or saves `pages`. `taken` is called with what was done: printed or saved pages leave
    the house and are noted by who made them."""

    def __init__(
        self,
        parent: QWidget,
        work: LongWork,
        name: str,
        taken: Callable[[int], object] = lambda pages: None,
    ) -> None:
        self.parent, self.work, self.name, self.taken = parent, work, name, taken
        self.pages: Pages | None = None

    def print_(self) -> None:
        """Ask for the printer, then print."""
        pages = self.pages
        if pages is None or not len(pages):
            return
        if not QPrinterInfo.availablePrinterNames():
            self.work.say(Ended(NO_PRINTER, whole=False))
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self.name)
        printer.setPageLayout(layout_of(pages.sizes[0]))
        dialog = QPrintDialog(printer, self.parent)
        dialog.setMinMax(1, len(pages))
        if dialog.exec():
            self.print_on(printer)

    def print_on(self, printer: QPrinter) -> None:
        """Print the pages the printer was asked for."""
        pages = self.pages
        assert pages is not None
        first = max(1, printer.fromPage())
        last = printer.toPage() or len(pages)
        numbers = list(range(first - 1, min(last, len(pages))))

        def done(printed: int) -> Ended:
            self.taken(printed)
            return Ended(f"已送到打印机:{self.name} {printed} 页")

        self.work.run("打印", lambda p: _print(pages, printer, numbers, p), done, way=Way.LONG_READ)

    def save(self) -> None:
        """Ask for a name, then write the PDF."""
        if self.pages is None:
            return
        path = ask_save(self.parent, "另存为PDF", "PDF (*.pdf)", Path.home() / f"{self.name}.pdf")
        if path is not None:
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write the PDF; it appears whole or not at all."""
        pages = self.pages
        assert pages is not None

        def work(_progress: Progress) -> int:
            write_whole(path, [pages.pdf], lambda _: None, _MOST)
            return len(pages)

        def done(count: int) -> Ended:
            self.taken(count)
            return Ended(f"已存到 {path},{count} 页。文件没有加密,用完请删除,不要发到群里")

        self.work.run("另存为PDF", work, done, way=Way.LONG_READ)


def layout_of(size: tuple[float, float]) -> QPageLayout:
    """The paper of a page of that many points, without margins of the printer's own."""
    width, height = size
    flat = width > height
    paper = QPageSize(QSizeF(min(size), max(size)), QPageSize.Unit.Point, "", _FUZZY)
    way = QPageLayout.Orientation.Landscape if flat else QPageLayout.Orientation.Portrait
    made = QPageLayout(paper, way, QMarginsF(0, 0, 0, 0))
    made.setMode(QPageLayout.Mode.FullPageMode)
    return made


_FUZZY = QPageSize.SizeMatchPolicy.FuzzyMatch


def _print(pages: Pages, printer: QPrinter, numbers: list[int], progress: Progress) -> int:
    progress.start("打印", len(numbers))
    painter = QPainter()
    for done, number in enumerate(numbers):
        printer.setPageLayout(layout_of(pages.sizes[number]))
        if done == 0:
            if not painter.begin(printer):
                return 0
        else:
            printer.newPage()
        picture = pages.draw(number, DOTS)
        image = QImage(
            picture.pixels, picture.width, picture.height, picture.stride,
            QImage.Format.Format_RGB32,
        )  # fmt: skip
        page = printer.paperRect(QPrinter.Unit.DevicePixel)
        room = QRectF(0, 0, page.width(), page.height())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(room, image, QRectF(image.rect()), Qt.ImageConversionFlag.AutoColor)
        progress.step(done + 1)
    painter.end()
    return len(numbers)
