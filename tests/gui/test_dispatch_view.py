"""The screen of dispatch from the keyboard: a batch is made, filled, sent and confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from laborclerk.features.census.rounds import new_round
from laborclerk.features.dispatch.model import Batch
from laborclerk.features.registry.model import Person
from laborclerk.sheets.writer import OutColumn, write_sheet
from laborclerk.store.store import Store
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.screens.dispatch.view import DispatchScreen
from laborclerk.ui.screens.papers.view import PapersScreen
from tests import dispatching as d
from tests.gui.in_shell import InShell
from tests.gui.showing import write

Key = Qt.Key


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = d.county(tmp_path / "county")
    new_round(made, {"name": "2026年秋季摸底", "starts": "2026-11-01"})
    yield made
    made.close()


class Dispatch(InShell[DispatchScreen]):
    """The screen in the real window."""

    def __init__(self, qtbot: QtBot, store: Store) -> None:
        super().__init__(qtbot, store, "dispatch", DispatchScreen)

    def wait_for(self, statuses: list[str]) -> None:
        self.qtbot.waitUntil(lambda: self.statuses() == statuses)

    def statuses(self) -> list[str]:
        return [m.status_text for m in self.screen.presenter.shown_batch.members]


@pytest.fixture
def begin(qtbot: QtBot, store: Store) -> Iterator[Callable[[], Dispatch]]:
    """Opens the window when its batches are planted."""
    opened: list[Dispatch] = []

    def open_() -> Dispatch:
        opened.append(Dispatch(qtbot, store))
        return opened[-1]

    yield open_
    for screen in opened:
        screen.close()


def test_a_batch_is_made_filled_and_confirmed_from_the_keyboard(
    begin: Callable[[], Dispatch], store: Store
) -> None:
    people = d.people(store, {"530627001001": 4})
    with store.read() as session:
        names = [session.get_one(Person, p).id_number or "" for p in people]
    screen = begin()
    screen.key(Key.Key_B)
    screen.enter("赴福州首批")
    screen.enter("福州")
    screen.key(Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert screen.errors == []
    [line] = screen.screen.presenter.lines
    assert (line.number, line.destination) == ("530627-2026-001", "福建省福州市")
    screen.screen.batches.setFocus()
    screen.key(Key.Key_J)
    screen.enter(" ".join(names))
    screen.wait_for(["已报名"] * 4)
    members = screen.screen.members
    members.setFocus()
    members.selectAll()
    screen.key(Key.Key_A)
    screen.key(Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    screen.wait_for(["已到岗"] * 4)  # the batch leaves today
    screen.key(Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    screen.wait_for(["已报名"] * 4)


def test_who_did_not_go_has_a_reason_and_the_rest_arrive(
    qtbot: QtBot, begin: Callable[[], Dispatch], store: Store
) -> None:
    d.batch(store, d.people(store, {"530627001001": 3}), departs="2026-11-10")
    screen = begin()
    screen.wait_for(["已报名"] * 3)
    members = screen.screen.members
    members.setFocus()
    screen.key(Key.Key_N)
    screen.enter("9")
    screen.wait_for(["未成行", "已报名", "已报名"])
    members.selectAll()
    members.setFocus()
    screen.key(Key.Key_A)
    screen.key(Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    screen.wait_for(["已到岗"] * 3)
    screen.key(Key.Key_M, on=members)
    qtbot.waitUntil(lambda: isinstance(screen.shell.current(), PapersScreen))
    papers = screen.shell.current()
    assert isinstance(papers, PapersScreen)
    screen.idle()
    assert papers.presenter.paper.code == "roster"
    qtbot.waitUntil(lambda: papers.presenter.pages is not None)


def test_a_roster_is_kept_as_a_sheet_and_is_an_edition(
    qtbot: QtBot,
    begin: Callable[[], Dispatch],
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    d.batch(store, d.people(store, {"530627001001": 3}))
    out = tmp_path / "roster.xlsx"
    monkeypatch.setattr("laborclerk.ui.screens.dispatch.view.ask_save", lambda *_: out)
    screen = begin()
    screen.wait_for(["已报名"] * 3)
    screen.screen.members.setFocus()
    screen.key(Key.Key_X)
    screen.key(Key.Key_Return)
    qtbot.waitUntil(out.exists)
    qtbot.waitUntil(lambda: screen.screen.presenter.shown_batch.edition == "第1版")


def test_a_roster_that_came_as_a_sheet_fills_the_batch(
    qtbot: QtBot,
    begin: Callable[[], Dispatch],
    store: Store,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_paper = d.people(store, {"530627001001": 3})
    d.batch(store, [])
    with store.read() as session:
        numbers = [session.get_one(Person, p).id_number for p in with_paper]
    sheet = tmp_path / "花名册.xlsx"
    columns = [OutColumn("姓名"), OutColumn("身份证号")]
    strange = [["不在册", "530627199001019990"]]
    write_sheet(sheet, "花名册", columns, [*[["某某", n] for n in numbers], *strange])
    monkeypatch.setattr("laborclerk.ui.screens.dispatch.view.ask_open", lambda *_: sheet)
    screen = begin()
    screen.screen.batches.setFocus()
    screen.key(Key.Key_I)
    screen.wait_for(["已报名"] * 3)
    told = screen.screen.said.text()
    assert "加入 3 人" in told
    assert "第5行" in told
    assert "没有加入 1 行" in told


def test_what_is_asked_is_seen_in_a_small_window(
    qtbot: QtBot, begin: Callable[[], Dispatch], store: Store
) -> None:
    d.batch(store, d.people(store, {"530627001001": 3}))
    screen = begin()
    screen.shell.resize(683, 370)
    screen.wait_for(["已报名"] * 3)
    screen.screen.batches.setFocus()
    screen.key(Key.Key_B)
    assert screen.screen.entry.isAncestorOf(screen.focus)
    qtbot.wait(300)  # until the form has found how many columns it has room for
    assert screen.focus.visibleRegion().boundingRect().size() == screen.focus.size()


@pytest.mark.parametrize("size", [(1366, 740), (683, 345)], ids=["100 %", "200 %"])
def test_what_another_window_wrote_is_read_where_the_cursor_is(
    qtbot: QtBot, begin: Callable[[], Dispatch], store: Store, size: tuple[int, int]
) -> None:
    batch = d.batch(store, d.people(store, {"530627001001": 3}))
    screen = begin()
    screen.shell.resize(*size)
    screen.wait_for(["已报名"] * 3)
    screen.screen.batches.setFocus()
    screen.key(Key.Key_F2)
    screen.idle()
    field = screen.screen.entry.field("transport_number")
    field.setFocus()
    qtbot.wait(300)
    write(qtbot, "包车4辆")
    with store.write("test.other") as work:
        work.change(work.session.get_one(Batch, batch), {"transport_number": "包车5辆"})
    screen.key(Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    screen.idle()
    qtbot.wait(300)
    assert screen.focus is field
    editor = next(e for e in screen.screen.findChildren(RecordEditor) if e.isAncestorOf(field))
    assert editor.help.text() == (
        "“车次(航班)”刚被另一处改为“包车5辆”。您填的没有存上:要用您填的,请再存一次"
    )
    for part in (field, editor.help):
        assert part.visibleRegion().boundingRect().size() == part.size()
    screen.key(Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    screen.idle()
    with store.read() as session:
        assert session.get_one(Batch, batch).transport_number == "包车4辆"
