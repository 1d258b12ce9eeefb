"""The wizard: from an empty folder to an open station without touching the mouse."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.app import create_station, open_with
from laborclerk.features.registry.station import NAME
from laborclerk.store.backup import backup
from laborclerk.store.store import Store
from laborclerk.ui.kit import preview
from laborclerk.ui.runner import WorkerRunner
from laborclerk.ui.screens.setup import place_page, restore_page
from laborclerk.ui.screens.setup.pages import RoundPage, SheetPage, WhoPage
from laborclerk.ui.screens.setup.place_page import PlacePage
from laborclerk.ui.screens.setup.presenter import CHECKED, Kind, Step
from laborclerk.ui.screens.setup.restore_page import RestorePage
from laborclerk.ui.screens.setup.view import SetupScreen
from tests.gui.showing import write

PLAIN = Qt.KeyboardModifier.NoModifier
ENTER = Qt.Key.Key_Return


class Wizard:
    """The wizard in a window, with the real worker."""

    def __init__(self, qtbot: QtBot, folder: Path) -> None:
        self.qtbot, self.folder = qtbot, folder
        self.runner = WorkerRunner(lambda error: pytest.fail(repr(error)))
        self.opened: list[Store] = []
        doors = SimpleNamespace(create=partial(create_station, scrypt_n=2), open=open_with)
        self.screen = SetupScreen(folder, doors, self.runner, self.opened.append)
        qtbot.addWidget(self.screen)
        self.screen.resize(1366, 728)
        self.screen.show()
        self.screen.activateWindow()
        qtbot.waitUntil(lambda: self.screen.presenter.places is not None, timeout=20000)
        qtbot.waitUntil(self.runner.is_idle, timeout=20000)

    @property
    def step(self) -> Step:
        return self.screen.presenter.step

    @property
    def focus(self) -> QWidget:
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
        self.qtbot.keyClick(self.focus, key, modifier)
        self.qtbot.waitUntil(self.runner.is_idle, timeout=20000)

    def type(self, text: str, *, enter: bool = True) -> None:
        """Type into whatever has the cursor; Chinese as an input method commits it."""
        write(self.qtbot, text)
        if enter:
            self.key(ENTER)

    def to_who(self) -> None:
        self.key(ENTER)
        self.type("530627001")
        self.key(ENTER)
        assert self.step is Step.WHO

    def to_sheet(self) -> str:
        self.to_who()
        for text in ("王录入", "wufeng73", "wufeng73"):
            self.type(text)
        made = self.screen.presenter.made
        assert made is not None
        return made.code


@pytest.fixture
def wizard(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wizard]:
    monkeypatch.setattr("laborclerk.ui.look.folder", lambda: tmp_path / "config")
    made = Wizard(qtbot, tmp_path / "station")
    yield made
    made.runner.close()
    made.screen.presenter.abandon()
    for store in made.opened:
        store.close()


def test_a_station_is_made_by_keys_alone(wizard: Wizard) -> None:
    code = wizard.to_sheet()
    sheet = wizard.screen.pages[Step.SHEET]
    assert isinstance(sheet, SheetPage)
    assert wizard.focus is sheet.last
    wizard.type(code[-CHECKED:])
    assert wizard.step is Step.ROUND
    assert wizard.focus.objectName() == "name"
    for _ in range(4):
        wizard.key(ENTER)
        assert wizard.opened == []
    wizard.key(ENTER)
    assert [store.setting(NAME) for store in wizard.opened] == ["乌峰街道"]


def test_a_number_chooses_what_the_computer_is_for(wizard: Wizard) -> None:
    wizard.type("2", enter=False)
    assert wizard.screen.presenter.kind is Kind.COUNTY
    wizard.key(ENTER)
    assert wizard.screen.title.text() == "这是哪个县(市、区)的站?"
    shown = [holder.isVisible() for holder in _places(wizard).holders]
    assert shown == [True, True, True, False]


def _places(wizard: Wizard) -> PlacePage:
    page = wizard.screen.pages[Step.PLACE]
    assert isinstance(page, PlacePage)
    return page


def test_typing_arrows_and_enter_lead_through_the_columns(wizard: Wizard) -> None:
    wizard.key(ENTER)
    page = _places(wizard)
    assert wizard.focus is page.filters[0]
    wizard.type("yn")
    assert wizard.focus is page.filters[1]
    wizard.type("昭通")
    for _ in range(8):
        wizard.key(Qt.Key.Key_Down)
    assert page.lists[2].currentItem().text() == "镇雄县"
    wizard.key(ENTER)
    wizard.key(Qt.Key.Key_Down)
    assert wizard.focus is page.filters[3]
    assert page.said.text().startswith("云南省昭通市镇雄县乌峰街道,建站时带入 6 个村")
    wizard.key(ENTER, Qt.KeyboardModifier.ShiftModifier)
    assert wizard.focus is page.filters[2]


def test_escape_clears_what_is_typed_then_goes_back(wizard: Wizard) -> None:
    wizard.key(ENTER)
    wizard.type("xyz", enter=False)
    wizard.key(Qt.Key.Key_Escape)
    assert (wizard.step, _places(wizard).filters[0].text()) == (Step.PLACE, "")
    wizard.key(Qt.Key.Key_Escape)
    assert wizard.step is Step.KIND


def test_a_county_found_by_name_is_jumped_to_by_mouse_as_well(wizard: Wizard) -> None:
    wizard.key(ENTER)
    page = _places(wizard)
    wizard.type("朝阳区", enter=False)
    assert page.lists[0].count() == 2
    page.lists[0].itemClicked.emit(page.lists[0].item(1))
    assert page.presenter.places is not None
    assert [c.chosen[:6] for c in page.presenter.places.columns[:3]] == [
        "220000", "220100", "220104",
    ]  # fmt: skip
    assert wizard.focus is page.filters[3]


def test_without_a_place_the_cursor_stays_and_it_is_said_why(wizard: Wizard) -> None:
    wizard.key(ENTER)
    wizard.screen.main.click()
    assert "还没有选到乡镇" in wizard.screen.strip.sentence.text()
    wizard.type("yn")
    assert not wizard.screen.strip.isVisible()


def test_a_file_of_divisions_is_asked_for_with_a_key(
    wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "区划.csv"
    file.write_text("区划代码,名称\n530627901000,新设镇\n530627901001,新村\n", "utf-8")
    monkeypatch.setattr(place_page, "ask_open", lambda *_: file)
    wizard.key(ENTER)
    wizard.key(Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    page = _places(wizard)
    wizard.qtbot.waitUntil(page.inside.isVisible, timeout=20000)
    assert [page.lists[3].item(i).text() for i in range(page.lists[3].count())] == ["新设镇"]
    page.inside.click()
    assert page.lists[0].count() > 30


@pytest.mark.parametrize(
    ("texts", "says", "at"),
    [
        (("", "", ""), "请填录入员姓名", 0),
        (("王录入", "123456", "123456"), "连续的数字", 1),
        (("王录入", "wufeng73", "wufeng37"), "不一样", 2),
    ],
)
def test_what_is_wrong_with_name_or_password_is_said_below_and_selected(
    wizard: Wizard, texts: tuple[str, ...], says: str, at: int
) -> None:
    wizard.to_who()
    page = wizard.screen.pages[Step.WHO]
    assert isinstance(page, WhoPage)
    fields: tuple[QLineEdit, ...] = (page.name, *page.new.edits())
    assert wizard.focus is fields[0]
    for text in texts:
        wizard.type(text)
    assert says in page.new.said.text()
    assert wizard.focus is fields[at]
    assert fields[at].selectedText() == fields[at].text()
    assert not wizard.folder.exists()


def test_the_passwords_are_forgotten_once_the_station_is_made(wizard: Wizard) -> None:
    wizard.to_sheet()
    page = wizard.screen.pages[Step.WHO]
    assert isinstance(page, WhoPage)
    assert [edit.text() for edit in page.new.edits()] == ["", ""]


def test_a_wrong_end_of_the_code_is_said_beside_it(wizard: Wizard) -> None:
    wizard.to_sheet()
    page = wizard.screen.pages[Step.SHEET]
    assert isinstance(page, SheetPage)
    wizard.type("00000")
    assert "第 6 组" in page.judged.text()
    assert (wizard.step, page.last.selectedText()) == (Step.SHEET, "00000")
    wizard.key(Qt.Key.Key_Escape)
    assert wizard.step is Step.SHEET


def test_the_recovery_sheet_is_previewed_with_ctrl_p(
    wizard: Wizard, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(preview, "show_document", lambda *a: shown.append(a[3]))
    wizard.to_sheet()
    wizard.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    wizard.qtbot.waitUntil(lambda: shown == ["恢复单-乌峰街道"])


def test_the_round_may_wait(wizard: Wizard) -> None:
    wizard.type(wizard.to_sheet()[-CHECKED:])
    page = wizard.screen.pages[Step.ROUND]
    assert isinstance(page, RoundPage)
    assert "依据" in page.rule.text()
    wizard.key(Qt.Key.Key_L, Qt.KeyboardModifier.AltModifier)
    wizard.qtbot.waitUntil(lambda: len(wizard.opened) == 1)


def test_a_backup_is_brought_back_by_keys(
    wizard: Wizard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = create_station(tmp_path / "old", "王录入", "secret-1", scrypt_n=2)
    file = tmp_path / "x.lcbak"
    backup(store, file)
    store.close()
    monkeypatch.setattr(restore_page, "ask_open", lambda *_: file)
    wizard.type("5")
    page = wizard.screen.pages[Step.RESTORE]
    assert isinstance(page, RestorePage)
    wizard.key(ENTER)
    assert wizard.focus is page.password
    wizard.type("secret-9")
    assert "密码不对" in wizard.screen.strip.sentence.text()
    assert wizard.focus is page.password
    wizard.type("secret-1")
    assert [store.clerk for store in wizard.opened] == ["王录入"]


@pytest.mark.parametrize(("width", "height"), [(1366, 700), (683, 345)])
def test_every_page_fits_its_window(wizard: Wizard, width: int, height: int) -> None:
    screen = wizard.screen

    def fits() -> bool:
        QApplication.processEvents()
        right = screen.main.mapTo(screen, screen.main.rect().bottomRight())
        return (
            (screen.width(), screen.height()) == (width, height)
            and screen._scroll.horizontalScrollBar().maximum() == 0
            and screen.rect().contains(right)
        )

    screen.resize(width, height)
    assert fits()
    wizard.to_who()
    assert fits()
    screen.presenter.back()
    assert fits()
    screen.presenter.next_place()
    for text in ("王录入", "wufeng73", "wufeng73"):
        wizard.type(text)
    assert (screen.presenter.step, fits()) == (Step.SHEET, True)
    made = screen.presenter.made
    assert made is not None
    wizard.type(made.code[-CHECKED:])
    assert (screen.presenter.step, fits()) == (Step.ROUND, True)


def test_it_is_painted_before_anything_of_the_store_is_loaded() -> None:
    code = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from PySide6.QtWidgets import QApplication
from laborclerk.ui.kit import theme
app = QApplication([])
theme.apply(app)
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.screens.setup.view import SetupScreen
screen = SetupScreen(Path("nowhere"), None, InlineRunner(), print)
screen.presenter.warm_up = lambda: print(
    [m for m in ("sqlalchemy", "cryptography", "sqlcipher3", "reportlab") if m in sys.modules]
)  # called after the first paint
screen.show()
for _ in range(100):
    app.processEvents()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
