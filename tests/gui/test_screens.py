"""Places, frame, sheets, papers, exchange, settings and help on the screen: keys and focus."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.kernel.errors import Rejected
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.store import Store
from laborclerk.ui.drives import Drive
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.kit import ask, files
from laborclerk.ui.kit.password import FilePassword, PasswordEdit
from laborclerk.ui.look import load
from laborclerk.ui.screens.exchange.county_view import CountyExchange
from laborclerk.ui.screens.exchange.township_view import TownshipExchange
from laborclerk.ui.screens.frame.view import FrameScreen
from laborclerk.ui.screens.help.view import HelpScreen
from laborclerk.ui.screens.papers.view import PapersScreen
from laborclerk.ui.screens.places.view import PlacesScreen
from laborclerk.ui.screens.settings.rounds_page import RoundsPage
from laborclerk.ui.screens.settings.view import SettingsScreen
from laborclerk.ui.screens.sheets.presenter import Stage
from laborclerk.ui.screens.sheets.view import SheetsScreen
from laborclerk.ui.station import Station, look
from tests.gui.showing import compose, focus, press, shown
from tests.unit.ui.stations import VILLAGE, add_household, county, opened, township

ENTER, RIGHT, DOWN = Qt.Key.Key_Return, Qt.Key.Key_Right, Qt.Key.Key_Down
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
Show = Callable[[QWidget], Any]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = township(tmp_path / "township")
    yield made
    made.close()


@pytest.fixture
def station(store: Store) -> Station:
    made = opened(store)

    def follow(_touched: object) -> None:
        made.tree, made.round = look(store)

    made.runner.on_change(follow)
    return made


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    return partial(shown, qtbot)


# -- places and frame ------------------------------------------------------------------------------


def test_places_open_with_an_arrow_and_a_leader_is_entered_by_keys(
    qtbot: QtBot, station: Station, show: Show, store: Store
) -> None:
    screen = show(PlacesScreen(station))
    assert focus() is screen.tree
    press(qtbot, DOWN)
    press(qtbot, RIGHT)
    press(qtbot, DOWN)
    assert screen.presenter.here == VILLAGE + 1
    press(qtbot, ENTER)
    assert focus() is screen.editor.edit("leader")
    compose("王组长")
    press(qtbot, ENTER)
    qtbot.keyClicks(focus(), "15400001111")
    press(qtbot, ENTER)
    press(qtbot, Qt.Key.Key_S, CTRL)
    assert screen.presenter.places[VILLAGE + 1].leader == "王组长"
    assert screen.presenter.places[VILLAGE + 1].leader_phone == "15400001111"


def test_a_place_is_found_from_the_keyboard(qtbot: QtBot, station: Station, show: Show) -> None:
    screen = show(PlacesScreen(station))
    press(qtbot, Qt.Key.Key_F, CTRL)
    assert focus() is screen.find_box
    qtbot.keyClicks(focus(), "sj")
    press(qtbot, ENTER)
    assert screen.presenter.here == VILLAGE + 1000
    assert screen.tree.key() == VILLAGE + 1000


def test_a_group_is_made_by_name_in_a_question(
    qtbot: QtBot, station: Station, show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = show(PlacesScreen(station))
    screen.tree.go_to(VILLAGE)

    def answer(question: ask.Question) -> int:
        edit = question.findChildren(QWidget)
        field = next(w for w in edit if w.inherits("QLineEdit"))
        field.setProperty("text", "老屋基组")
        return 1

    monkeypatch.setattr(ask.Question, "exec", answer)
    press(qtbot, Qt.Key.Key_Insert, CTRL)
    assert any(p.name == "老屋基组" for p in screen.presenter.places.values())


def test_frame_opens_the_household_under_the_cursor(
    qtbot: QtBot, station: Station, show: Show, store: Store
) -> None:
    went: list[int] = []
    screen = show(FrameScreen(station, lambda h, p, q: went.append(h), lambda: None))
    press(qtbot, Qt.Key.Key_Insert)
    assert focus() is screen.editor.edit("place")
    compose("油榨街社区1组")
    press(qtbot, ENTER)
    press(qtbot, ENTER)
    compose("吴测试")
    press(qtbot, ENTER)
    qtbot.keyClicks(focus(), "3")
    press(qtbot, ENTER)
    assert [line.head_name for line in screen.presenter.lines] == ["吴测试"]
    screen.list.setFocus()
    press(qtbot, ENTER)
    assert went == [screen.presenter.lines[0].household]


# -- sheets ----------------------------------------------------------------------------------------


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["村", "组", "户主姓名", "姓名", "与户主关系", "某列"])
    page.append(["油榨街社区", "1组", "周测试", "周测试", "户主", "15400001111"])
    path = tmp_path / "表.xlsx"
    book.save(path)
    return path


def test_a_sheet_goes_from_file_to_register_by_keys(
    qtbot: QtBot, station: Station, show: Show, sheet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = show(SheetsScreen(station))
    monkeypatch.setattr("laborclerk.ui.screens.sheets.view.ask_open", lambda *_: sheet)
    press(qtbot, Qt.Key.Key_O, CTRL)
    assert screen.presenter.stage == Stage.COLUMNS
    assert focus() is screen.columns.table
    for _ in range(5):
        press(qtbot, DOWN)
    press(qtbot, ENTER)
    assert focus() is screen.columns.picking
    qtbot.keyClicks(focus(), "lxdh")
    press(qtbot, ENTER)
    assert screen.presenter.columns.lines[5].target == "phone"
    assert focus() is screen.columns.table
    press(qtbot, ENTER, CTRL)
    assert screen.presenter.stage == Stage.TRIED
    press(qtbot, ENTER, CTRL)
    assert screen.presenter.stage == Stage.DONE
    assert "新增 1 行" in screen.work.sentence.text()


def test_delete_leaves_a_column_out_and_escape_leaves_it_as_it_was(
    qtbot: QtBot, station: Station, show: Show, sheet: Path
) -> None:
    screen = show(SheetsScreen(station))
    screen.presenter.open(sheet)
    press(qtbot, ENTER)
    press(qtbot, Qt.Key.Key_Escape)
    press(qtbot, Qt.Key.Key_Escape)
    assert focus() is screen.columns.table
    assert screen.presenter.columns.lines[0].target == "village"
    press(qtbot, Qt.Key.Key_Delete)
    assert screen.presenter.columns.lines[0].target == ""


def test_the_password_of_refused_rows_is_asked_twice(
    qtbot: QtBot, station: Station, show: Show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["村", "组", "户主姓名", "姓名", "与户主关系", "证件号码"])
    page.append(["油榨街社区", "1组", "周测试", "周测试", "户主", "530627197912039995"])
    book.save(tmp_path / "表.xlsx")
    screen = show(SheetsScreen(station))
    screen.presenter.open(tmp_path / "表.xlsx")
    screen.presenter.try_()
    said = []

    def answer(question: ask.Question) -> bool:
        asked = question.findChildren(PasswordEdit)
        for edit, text in zip(asked, ("geheim-1", "geheim-2"), strict=True):
            edit.setText(text)
        question.box.accepted.emit()
        form: Any = question.findChild(FilePassword)
        said.append((question.result(), form.said.text()))
        asked[1].setText("geheim-1")
        question.box.accepted.emit()
        return bool(question.result())

    monkeypatch.setattr(ask.Question, "exec", answer)
    screen._run()
    assert said == [(0, "两次输入的密码不一样。请再输一遍")]
    assert screen.presenter.stage == Stage.DONE
    rejects = screen.presenter.result.rejects_path
    with pytest.raises(Rejected):
        read_sheet(rejects)
    assert read_sheet(rejects, password="geheim-1").rows
    assert "Ctrl+Enter 导入" not in screen.hints.text()


def test_a_dropped_sheet_is_opened(qtbot: QtBot, station: Station, show: Show, sheet: Path) -> None:
    screen = show(SheetsScreen(station))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(sheet))])
    nothing = Qt.KeyboardModifier.NoModifier
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    screen.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, nothing))
    assert screen.presenter.stage == Stage.COLUMNS


def test_alt_left_goes_back_a_step(qtbot: QtBot, station: Station, show: Show, sheet: Path) -> None:
    screen: Any = show(SheetsScreen(station))
    screen.presenter.open(sheet)
    screen.presenter.try_()
    press(qtbot, Qt.Key.Key_Left, ALT)
    assert screen.presenter.stage == Stage.COLUMNS
    press(qtbot, Qt.Key.Key_Left, ALT)
    assert screen.presenter.stage == Stage.START


# -- papers ----------------------------------------------------------------------------------------


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


# -- exchange --------------------------------------------------------------------------------------


def test_the_township_writes_in_two_steps_and_the_county_takes_in(
    qtbot: QtBot,
    station: Station,
    show: Show,
    store: Store,
    stick: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drives = [Drive(stick, "KINGSTON", 2**30)]
    add_household(store, "0001", "周测试", 2)
    ours = show(TownshipExchange(station, lambda: drives))
    enrol = ours.enrol.part
    assert enrol.isVisible()
    assert not ours.steps.isVisible()
    here, there = (f"laborclerk.ui.screens.exchange.{side}_view" for side in ("township", "county"))
    monkeypatch.setattr(f"{here}.ask_folder", lambda *_: stick)
    enrol.write.click()
    theirs_store = county(tmp_path / "county")
    theirs = show(CountyExchange(opened(theirs_store), lambda: drives))
    monkeypatch.setattr(f"{there}.ask_open", lambda *_: next(stick.glob("*.lcq")))
    theirs._read_request()
    approval = theirs.approval.part
    assert approval.digits.text() == enrol.digits.text()
    assert len(approval.digits.text().replace(" ", "")) == 20
    monkeypatch.setattr(f"{there}.ask_save", lambda *_: stick / "批复.lca")
    approval.drop.setFocus()
    press(qtbot, Qt.Key.Key_Y, ALT)
    qtbot.waitUntil((stick / "批复.lca").exists)
    monkeypatch.setattr(f"{here}.ask_open", lambda *_: stick / "批复.lca")
    enrol.accept.click()
    assert ours.steps.isVisible()
    assert not enrol.isVisible()
    ours.activateWindow()
    qtbot.waitUntil(ours.isActiveWindow)
    ours.drives.setFocus()
    press(qtbot, ENTER, CTRL)
    assert "第 1 号上报文件" in ours.work.sentence.text()
    theirs.presenter.scan()
    theirs.activateWindow()
    qtbot.waitUntil(theirs.isActiveWindow)
    theirs.drives.setFocus()
    press(qtbot, ENTER, CTRL)
    assert theirs.work.sentence.text().startswith("导入 1 份")
    theirs_store.close()


# -- settings --------------------------------------------------------------------------------------


@pytest.fixture
def settings(station: Station, show: Show, stick: Path, tmp_path: Path) -> SettingsScreen:
    drives = [Drive(stick, "KINGSTON", 2**30)]
    screen: SettingsScreen = show(
        SettingsScreen(station, None, lambda: drives, look_folder=tmp_path / "look")
    )
    return screen


def test_severities_and_items_change_by_keys_and_are_kept(
    qtbot: QtBot, settings: SettingsScreen
) -> None:
    rounds = settings.page(0)
    assert isinstance(rounds, RoundsPage)
    rounds.checks.setFocus()
    press(qtbot, Qt.Key.Key_4)
    rounds.items.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    press(qtbot, Qt.Key.Key_S, CTRL)
    kept = settings.presenter.rounds.lines[0].values
    assert kept["severities"] == "no_member=ignore"
    assert "relation" not in kept["required_items"].split(",")


def test_a_clerk_is_added_in_a_question_that_refuses_a_bad_password(
    qtbot: QtBot, settings: SettingsScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    from laborclerk.ui.kit.password import NewPassword

    settings.open_page("录入员")
    seen: list[str] = []

    def answer(question: ask.Question) -> int:
        new = question.findChild(NewPassword)
        assert isinstance(new, NewPassword)
        name = next(w.buddy() for w in new.findChildren(QLabel) if w.text() == "姓名(&N)")
        assert isinstance(name, QLineEdit)
        assert question.focusWidget() is name
        assert not name.placeholderText()  # it would read like a name that is there already
        name.setText("李录入")
        new.first.setText("123456")
        new.again.setText("123456")
        assert question._check() is new.first
        seen.append("refused")
        for edit in new.edits():
            edit.setText("hao-de-mima-7")
        assert question._check() is None
        return 1

    monkeypatch.setattr(ask.Question, "exec", answer)
    settings.setFocus()
    page = settings.current()
    page.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_Insert)
    assert seen == ["refused"]
    assert "李录入" in [line.name for line in settings.presenter.clerks.lines]


@pytest.mark.parametrize(
    "title", ["调查轮次", "告知用语", "录入员", "外观与用语", "备份与恢复", "运行记录"]
)
def test_enter_leads_from_a_pages_name_into_it(
    qtbot: QtBot, settings: SettingsScreen, title: str
) -> None:
    settings.open_page(title)
    settings.setFocus()
    assert settings.names.hasFocus()
    press(qtbot, Qt.Key.Key_Return)
    assert settings.current().isAncestorOf(focus())


def test_a_key_that_a_page_names_works_from_its_name(
    settings: SettingsScreen, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def given_up(question: ask.Question) -> int:
        asked.append(question.windowTitle())
        return 0

    monkeypatch.setattr(ask.Question, "exec", given_up)
    settings.open_page("录入员")
    settings.setFocus()
    press(qtbot, Qt.Key.Key_Insert)
    assert asked == ["增加录入员"]


def test_the_look_is_put_in_force_and_kept(
    qtbot: QtBot, settings: SettingsScreen, tmp_path: Path
) -> None:
    from laborclerk.ui.kit import theme

    settings.open_page("外观与用语")
    page: Any = settings.current()
    page.theme.setFocus()
    press(qtbot, DOWN)
    assert theme.tokens() is theme.DARK
    assert load(tmp_path / "look").theme == "dark"
    press(qtbot, Qt.Key.Key_Up)
    assert theme.tokens() is theme.LIGHT


def test_a_backup_is_made_by_a_key(qtbot: QtBot, settings: SettingsScreen, stick: Path) -> None:
    settings.open_page("备份与恢复")
    page: Any = settings.current()
    page.drives.setFocus()
    press(qtbot, ENTER, CTRL)
    assert list(stick.glob("*.lcbak"))
    assert "已备份并核对" in page.work.sentence.text()


# -- help ------------------------------------------------------------------------------------------


def test_help_opens_at_the_field_and_finds_words(qtbot: QtBot, show: Show) -> None:
    screen = show(HelpScreen(InlineRunner()))
    assert screen.names.currentItem().text() == "建站"
    screen.explain("census", "person.work_ability")
    assert screen.names.currentItem().text() == "字段说明"
    assert screen.text.verticalScrollBar().value() > 0
    assert screen.text.extraSelections()[0].cursor.block().text() == "劳动能力 *"
    press(qtbot, Qt.Key.Key_F, CTRL)
    compose("恢复单")
    assert screen.hits.isVisible()
    press(qtbot, ENTER)
    assert focus() is screen.hits
    press(qtbot, ENTER)
    assert focus() is screen.text
    press(qtbot, Qt.Key.Key_Left, ALT)
    assert screen.names.currentItem().text() == "字段说明"


def test_a_link_in_the_manual_leads_on(qtbot: QtBot, show: Show) -> None:
    screen = show(HelpScreen(InlineRunner()))
    screen.presenter.open("frame")
    screen.text.anchorClicked.emit(QUrl("09-sheets.md#试读"))
    assert screen.names.currentItem().text() == "导入导出"
    assert screen.text.textCursor().block().text() == "试读"


def test_choosing_files_gives_paths(monkeypatch: pytest.MonkeyPatch, qapp: QApplication) -> None:
    from PySide6.QtWidgets import QFileDialog

    parent = QWidget()
    for name, answer in (
        ("getOpenFileName", ("/a/b.xlsx", "")), ("getSaveFileName", ("/a/c", "")),
        ("getExistingDirectory", "/a"),
    ):  # fmt: skip
        monkeypatch.setattr(QFileDialog, name, lambda *_, a=answer: a)
    assert files.ask_open(parent, "", "") == Path("/a/b.xlsx")
    assert files.ask_save(parent, "", "", Path("x.pdf")) == Path("/a/c.pdf")
    assert files.ask_folder(parent, "") == Path("/a")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    assert files.ask_save(parent, "", "", Path("x.pdf")) is None
