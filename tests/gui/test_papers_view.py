"""Papers on the screen: seen, kept, printed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from laborclerk.store.store import Store
from laborclerk.ui.kit.small import Scroller
from laborclerk.ui.screens.papers.view import PapersScreen
from laborclerk.ui.station import Station
from tests.gui.conftest import Show
from tests.gui.showing import press
from tests.unit.ui.stations import add_household

ENTER = Qt.Key.Key_Return
CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_paper_is_previewed_and_saved_by_keys(
    qtbot: QtBot,
    station: Station,
    show: Show,
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add_household(store, "0001", "周测试")
    screen = show(PapersScreen(station))
    assert not screen.print_.isEnabled()
    press(qtbot, ENTER, CTRL)
    assert screen.page.text() == "第 1 页 共 2 页"
    assert screen.print_.isEnabled()
    out = tmp_path / "表.pdf"
    monkeypatch.setattr("laborclerk.ui.kit.paper_out.ask_save", lambda *_: out)
    press(qtbot, Qt.Key.Key_S, CTRL)
    assert out.read_bytes().startswith(b"%PDF")
    assert "没有加密" in screen.work.sentence.text()
    screen.pages.setFocus()
    press(qtbot, Qt.Key.Key_PageDown)
    assert screen.page.text() == "第 2 页 共 2 页"


def test_pages_are_scrolled_to_in_a_small_window(
    qtbot: QtBot, station: Station, store: Store
) -> None:
    add_household(store, "0001", "周测试")
    screen = PapersScreen(station)
    scroller = Scroller(screen)
    qtbot.addWidget(scroller)
    scroller.resize(560, 300)
    scroller.show()
    scroller.activateWindow()
    qtbot.waitUntil(scroller.isActiveWindow)
    screen.presenter.load()
    screen.setFocus()
    assert screen.pages.visibleRegion().isEmpty()
    screen.presenter.preview()
    qtbot.waitUntil(lambda: screen.pages.visibleRegion().boundingRect().height() > 100)
    qtbot.wait(200)  # and it stays
    assert screen.pages.visibleRegion().boundingRect().height() > 100


def test_without_a_printer_it_says_to_save(
    qtbot: QtBot, station: Station, show: Show, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtPrintSupport import QPrinterInfo

    add_household(store, "0001", "周测试")
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", list)
    screen = show(PapersScreen(station))
    screen.presenter.preview()
    screen.print_now()
    assert "另存为 PDF" in screen.work.sentence.text()


def test_pages_go_to_the_printer_as_they_were_seen(
    qtbot: QtBot, station: Station, show: Show, store: Store, tmp_path: Path
) -> None:
    from PySide6.QtPrintSupport import QPrinter

    add_household(store, "0001", "周测试")
    screen = show(PapersScreen(station))
    screen.presenter.preview()
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    screen.out.print_on(printer)
    assert "2 页" in screen.work.sentence.text()
    from laborclerk.ui.pages import Pages

    printed = Pages((tmp_path / "printed.pdf").read_bytes())
    assert len(printed) == 2
    assert printed.sizes[0][0] > printed.sizes[0][1]
