"""An act is about something that another window changed since it was shown: it is told so and
writes nothing, what was typed stays, and the same key once more counts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laborclerk.catalog.fields import Value
from laborclerk.features.census.notices import Notice, confirm_notice, notice_of
from laborclerk.features.coverage import assign
from laborclerk.features.demand.service import save_employer, save_post
from laborclerk.features.dispatch import travels
from laborclerk.features.dispatch.service import LOST, STAYED
from laborclerk.features.matching.model import REFUSED, WILLING, Offer, offer_id
from laborclerk.features.matching.offers import record_offer
from laborclerk.features.registry.places import place_id
from laborclerk.store.store import Store
from laborclerk.ui.screens.demand.presenter import DemandPresenter
from laborclerk.ui.screens.dispatch.presenter import DispatchPresenter
from laborclerk.ui.screens.groups.presenter import GroupsPresenter
from laborclerk.ui.screens.settings.notices import Notices
from tests import dispatching as d
from tests.unit.ui.stations import VILLAGE, Screen, opened

HOME = "530627001001"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    made = d.county(tmp_path / "county")
    yield made
    made.close()


class Asking:
    """The list of people for a post is open; another window keeps an answer of one of them."""

    def __init__(self, store: Store) -> None:
        (self.person,) = d.people(store, {HOME: 1})
        firm = save_employer(store, {"name": "某某重工", "kind": "1"}).id
        said: dict[str, Value] = {"name": "焊工", "headcount": 5, "occupation": "6-18"}
        self.post = save_post(store, said | {"work_place": d.FUZHOU, "employer": firm}).id
        p = DemandPresenter(opened(store), Screen())
        p.load()
        p.people.place = place_id(HOME)
        p.people.open(next(line.demand for line in p.lines))
        assert p.people.fit(self.person)
        self.store, self.people = store, p.people

    def elsewhere(self, **said: str) -> None:
        record_offer(self.store, self.person, self.post, said)

    def kept(self) -> tuple[str | None, str | None]:
        with self.store.read() as session:
            offer = session.get_one(Offer, offer_id(self.person, self.post))
            return offer.answer, offer.note


def test_an_answer_kept_meanwhile_is_not_overwritten_unread(county: Store) -> None:
    at = Asking(county)
    at.elsewhere(answer=REFUSED, note="照顾老人")
    at.people.say(at.person, WILLING)
    assert at.people.ended
    assert "刚被另一处改为" in at.people.ended.text
    assert at.kept() == (REFUSED, "照顾老人")
    fit = at.people.fit(at.person)
    assert fit
    assert fit.offer
    assert fit.offer["answer"] == REFUSED  # what came is shown
    at.people.say(at.person, WILLING)
    assert at.kept()[0] == WILLING


def test_the_reasons_of_a_refusal_stay_when_they_cannot_be_kept(county: Store) -> None:
    at = Asking(county)
    at.people.say(at.person, REFUSED)
    assert at.people.why
    at.people.why.form.enter("note", "想在县内")
    at.elsewhere(answer=WILLING, note="月底走")
    at.people.keep_why()
    assert at.kept() == (WILLING, "月底走")
    assert at.people.why is not None
    assert at.people.why.form.values["note"] == "想在县内"
    at.people.keep_why()
    assert at.kept() == (REFUSED, "想在县内")


def test_a_wording_decided_meanwhile_is_not_overwritten_unread(county: Store) -> None:
    page = Notices(county, opened(county).runner, lambda: None)
    page.refresh()
    confirm_notice(county, page.basis, "县里的话", "另一处写的")
    theirs = Notice("县里的话", "另一处写的", confirmed=True)
    page.keep("我写的话", "我写的")
    assert notice_of(county, page.basis) == theirs
    assert page.ended
    assert not page.ended.whole
    assert "另一处写的" in page.ended.text
    page.keep("我写的话", "我写的")
    assert notice_of(county, page.basis).text == "我写的"


def test_a_wording_is_not_taken_back_unread(county: Store) -> None:
    page = Notices(county, opened(county).runner, lambda: None)
    page.refresh()
    confirm_notice(county, page.basis, "县里的话", "另一处写的")
    page.keep("", "")
    assert notice_of(county, page.basis).text == "另一处写的"


def test_a_village_given_to_another_laptop_meanwhile_is_not_taken_unread(store: Store) -> None:
    p = GroupsPresenter(opened(store), Screen())
    p.load()
    for letter, typed in (("B", "C"), ("D", "")):
        p.entering.ask_assign([VILLAGE + 1])
        asked = p.entering.asked
        assert asked
        asked.form.enter("letter", typed)
        assign.assign(store, [VILLAGE], letter, "李录入")
        p.entering.keep()
        assert f"刚被另一处改为分给 {letter} 李录入" in asked.form.shown("letter").message
        assert given(store) == letter
        p.entering.keep()
        assert given(store) == typed


def given(store: Store) -> str:
    """The letter of the village's laptop."""
    with store.read() as session:
        return next((s.letter for s in assign.shares(session) if VILLAGE in s.villages), "")


@pytest.mark.parametrize("arrives", [True, False])
def test_who_was_put_down_as_absent_meanwhile_is_told(county: Store, arrives: bool) -> None:
    d.batch(county, d.people(county, {HOME: 2}))
    p = DispatchPresenter(opened(county), Screen(), lambda *_: None)
    p.load()
    members = list(p.shown_batch.members)
    travels.absent(county, [members[0].id], "1", left=True)

    def statuses() -> list[str]:
        p.load()
        return [m.status for m in p.shown_batch.members]

    before = [m.status for m in members]
    if arrives:
        p.entering.arrive(members)
        assert p.entering.asked
        p.entering.asked.form.enter("arrived", "2026-11-21")
    else:
        p.entering.absent(members, left=False)
        assert p.entering.asked
        p.entering.asked.form.enter("absence", "2")
    p.entering.keep()
    assert p.ended
    assert f"{members[0].name}刚被另一处登记为" in p.ended.text
    assert statuses() == [LOST, before[1]]
    p.entering.keep()
    assert len(set(statuses())) == 1
    assert LOST not in statuses()
    if not arrives:
        assert statuses() == [STAYED] * 2
