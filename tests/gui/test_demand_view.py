"""Demand and fairs by keys alone: a post is typed, people are asked, a visitor is written down."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from laborclerk.app import create_station
from laborclerk.features.fairs.model import Fair
from laborclerk.features.fairs.service import funnel
from laborclerk.features.matching.model import Offer, offer_id
from laborclerk.features.practice import service as practice
from laborclerk.features.practice.demand import WELDERS
from laborclerk.features.practice.planted import Planted
from laborclerk.features.registry.model import Person
from laborclerk.store.store import Store
from laborclerk.sync.ledger import set_station
from laborclerk.ui.screens.demand.forms import FormPart
from laborclerk.ui.screens.demand.people_part import PeoplePart
from laborclerk.ui.screens.demand.presenter import Page
from laborclerk.ui.screens.demand.view import DemandScreen
from laborclerk.ui.screens.fairs.view import FairsScreen
from tests.gui.showing import compose, focus, press, shown
from tests.unit.ui.stations import opened

ENTER, ESC = Qt.Key.Key_Return, Qt.Key.Key_Escape
CTRL = Qt.KeyboardModifier.ControlModifier
World = tuple[Store, Planted]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("demand") / "s"
    store, _ = create_station(folder, practice.CLERK, practice.PASSWORD, scrypt_n=2)
    made = practice.fill(store, people=120)
    set_station(store, "township", practice.TOWNSHIP, "乌峰街道")
    yield store, made.planted
    store.close()


def page(screen: DemandScreen) -> Page:
    return screen.presenter.page


def test_people_are_asked_one_key_each(qtbot: QtBot, world: World) -> None:
    store, planted = world
    opened_: list[int] = []
    screen = shown(qtbot, DemandScreen(opened(store), lambda h, p, q: opened_.append(h)))
    welders = planted.posts[WELDERS]
    screen.table.go_to(welders)
    press(qtbot, ENTER)
    assert page(screen) is Page.PEOPLE
    people = [f.id for f in screen.presenter.people.found]
    fresh = [i for i in people if i not in planted.answers][:3]
    table = focus()
    screen.presenter.people.next = fresh[0]
    screen.changed()
    press(qtbot, Qt.Key.Key_1)
    with store.read() as session:
        said = session.get_one(Offer, offer_id(fresh[0], welders))
        assert (said.answer, said.way) == ("1", "1")
    press(qtbot, Qt.Key.Key_2)  # the next one
    second = screen.presenter.people.why
    assert second is not None
    compose("1 5")
    press(qtbot, ENTER)
    press(qtbot, ENTER)
    assert focus() is table
    with store.read() as session:
        refused = session.get_one(Offer, offer_id(second.person, welders))
        assert (refused.answer, refused.reasons) == ("2", "1,5")
    press(qtbot, ENTER)
    assert opened_
    press(qtbot, ESC)
    assert page(screen) is Page.REGISTER
    assert focus() is screen.table
    assert screen.table.key() == welders


def test_a_post_is_typed_and_what_the_law_forbids_is_told(qtbot: QtBot, world: World) -> None:
    store, _ = world
    screen = shown(qtbot, DemandScreen(opened(store), lambda h, p, q: None))
    press(qtbot, Qt.Key.Key_N, CTRL)
    assert page(screen) is Page.POST
    form = screen._parts[Page.POST]
    assert isinstance(form, FormPart)
    form.editor.go_to("name")
    compose("包装工")
    press(qtbot, ENTER)
    compose("普工")
    press(qtbot, ENTER)
    compose("12")
    press(qtbot, ENTER)
    form.editor.go_to("other_terms")
    compose("限女性")
    press(qtbot, ENTER)
    codes = {p.code for p in screen.presenter.warnings()}
    assert "post_sex_words" in codes
    press(qtbot, Qt.Key.Key_S, CTRL)
    assert page(screen) is Page.REGISTER
    line = screen.presenter.line(screen.table.key())
    assert line is not None
    assert (line.demand.post["name"], line.demand.post["headcount"]) == ("包装工", 12)
    assert "妇女权益保障法" in "".join(p.text for p in line.warnings)


def test_a_persons_posts_lead_back_to_her_in_a_posts_list(qtbot: QtBot, world: World) -> None:
    store, planted = world
    screen = shown(qtbot, DemandScreen(opened(store), lambda h, p, q: None))
    screen.table.go_to(planted.posts[WELDERS])
    press(qtbot, ENTER)
    people = screen.presenter.people
    person = people.found[5].id
    people.next = person
    screen.changed()
    press(qtbot, Qt.Key.Key_G)
    assert page(screen) is Page.POSTS
    found = screen.presenter.person_posts
    assert found is not None
    open_ = [line for line in screen.presenter.lines if line.demand.open]
    assert len(found) == len(open_)
    assert [f.points for f in found] == sorted((f.points for f in found), reverse=True)
    press(qtbot, ENTER)
    assert page(screen) is Page.PEOPLE
    assert people.demand is not None
    assert people.demand.id == found[0].demand.id
    part = screen._parts[Page.PEOPLE]
    assert isinstance(part, PeoplePart)
    table = part.table
    assert table.key() == person


def test_the_guidance_table_is_changed_by_keys(qtbot: QtBot, world: World) -> None:
    store, _ = world
    screen = shown(qtbot, DemandScreen(opened(store), lambda h, p, q: None))
    press(qtbot, Qt.Key.Key_T)
    assert page(screen) is Page.ADVICE
    before = len(screen.presenter.advising.lines)
    press(qtbot, Qt.Key.Key_N, CTRL)
    compose("返乡妇女就近就业")
    press(qtbot, Qt.Key.Key_S, CTRL)
    assert "已存" in screen.said.text()
    names = [line["name"] for line in screen.presenter.advising.lines]
    assert len(names) == before + 1
    assert "返乡妇女就近就业" in names
    press(qtbot, ESC)
    assert page(screen) is Page.REGISTER


def test_a_visitor_is_written_down_with_what_she_wants(qtbot: QtBot, world: World) -> None:
    store, planted = world
    screen = shown(qtbot, FairsScreen(opened(store)))
    screen.table.go_to(planted.late_fair)
    assert "农历二月初二" in screen.warned.text()
    with store.read() as session:
        fair = session.get_one(Fair, planted.late_fair)
        before = funnel(session, fair).steps[1].listed
        number = session.query(Person.id_number).filter(Person.id.not_in(planted.answers)).first()
    assert number is not None
    press(qtbot, Qt.Key.Key_L)
    assert isinstance(focus(), QLineEdit)
    compose(str(number[0]))
    press(qtbot, ENTER)
    line = screen.presenter.line(planted.late_fair)
    assert line is not None
    assert line.funnel.steps[1].listed in (before, before + 1)
    assert "已记来访" in screen.said.text()
