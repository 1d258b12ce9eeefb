"""Job seekers from the keyboard: from the household's form to the register and back, registered,
mended, closed; the lists."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from laborclerk.features.seeking.listing import SeekKind, SeekLine
from laborclerk.features.seeking.service import seekings_of
from laborclerk.printing.document import Document
from laborclerk.store.store import Store
from laborclerk.ui.screens.work import view
from laborclerk.ui.screens.work.view import WorkScreen
from tests.gui.in_shell import InShell
from tests.unit.ui.stations import practised

Key, Mod = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = practised(tmp_path / "s")
    yield made
    made.close()


class Work(InShell[WorkScreen]):
    """The screen in the real window."""

    def __init__(self, qtbot: QtBot, store: Store) -> None:
        super().__init__(qtbot, store, "work", WorkScreen)
        self.p = self.screen.presenter

    def type(self, **fields: str) -> None:
        """Type into fields of what is asked, then keep it."""
        for key, text in fields.items():
            self.screen.entry.go_to(key)
            assert isinstance(self.focus, QLineEdit)
            self.focus.selectAll()
            self.enter(text)
        self.key(Key.Key_S, Mod.ControlModifier)

    def look(self, key: str) -> None:
        self.p.choose(key)
        self.idle()
        self.screen.setFocus()

    def picture(self, name: str) -> None:
        if os.environ.get("LABORCLERK_PICTURES"):
            self.shell.grab().save(str(Path(os.environ["LABORCLERK_PICTURES"]) / f"{name}.png"))


@pytest.fixture
def work(qtbot: QtBot, store: Store) -> Iterator[Work]:
    made = Work(qtbot, store)
    yield made
    made.close()


def test_somebody_registers_mends_it_finds_work_and_every_list_follows(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    p, screen = work.p, work.screen
    work.look("seek:open")
    assert p.seekers is not None
    assert p.total == len(p.lines) == p.seekers[SeekKind.OPEN] > 0
    work.picture("seek-open")
    known = {line.id for line in p.lines if isinstance(line, SeekLine)}
    before = p.total
    work.look("list:willing")
    person = next(line.id for line in p.lines if line.id not in known)  # type: ignore[union-attr]  # a list's lines
    screen._table().go_to(person)
    work.idle()
    work.key(Key.Key_Q)
    asked = p.entering.asked
    assert asked is not None
    assert asked.form.values["registered"] == "2026-11-20"
    assert asked.form.values["valid_until"] == "2027-05-20"
    work.picture("seek-new")
    work.type(
        wanted_jobs="焊工、保安",
        wanted_place="福建省福州市",
        expected_income="7000",
        services="1、3",
    )
    assert p.entering.asked is None, p.ended
    assert p.history[0].what == "求职登记(有效)"
    work.picture("seek-registered")
    assert p.seekers[SeekKind.OPEN] == before + 1
    work.look("seek:open")
    screen._table().go_to(person)
    work.idle()
    screen._table().setFocus()
    work.key(Key.Key_Return)  # into the history
    work.key(Key.Key_Return)  # its first line
    work.type(expected_income="7500")
    line = p.line(person)
    assert isinstance(line, SeekLine)
    assert (line.expected, line.services) == (7500, "职业介绍、职业培训")
    screen.history.setFocus()
    shown: list[Document] = []
    monkeypatch.setattr(view, "show_document", lambda *a: shown.append(a[2]()))
    work.key(Key.Key_P)
    assert [document.title for document in shown] == ["求职登记表"]
    screen.history.setFocus()
    work.key(Key.Key_G)
    work.type(close_reason="1")
    assert p.seekers[SeekKind.OPEN] == before
    with p.station.store.read() as session:
        (one,) = seekings_of(session, person, "2026-11-20")
    assert (one.state, one.record.expected_income) == ("placed", 7500)
    work.look("seek:placed")
    work.picture("seek-placed")
    assert person in {line.id for line in p.lines if isinstance(line, SeekLine)}


def test_one_key_leads_from_the_form_to_the_person_and_one_back(work: Work) -> None:
    p = work.p
    work.look("list:working")
    line = p.line(p.person)
    assert line is not None
    work.key(Key.Key_Return, Mod.ShiftModifier)
    assert work.shell.in_form
    person = work.shell._form.presenter.state.person
    work.look("list:willing")  # another list stands there meanwhile
    work.shell._show_form()
    work.shell._form.pages.edit()
    work.key(Key.Key_F9)
    assert work.shell.current() is work.screen
    assert (p.section, p.person, len(p.lines)) == ("one", person, 1)
    assert p.choosable()[1].title == p.name != ""
    work.picture("seek-one")
    work.key(Key.Key_Q)
    assert p.entering.asked is not None
    work.key(Key.Key_Escape)
    work.key(Key.Key_Return, Mod.ShiftModifier)
    assert work.shell.in_form
    assert work.shell._form.presenter.state.person == person
