"""Signing a village off, what stands in the way, what is marked afterwards."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from laborclerk.features.coverage.changed import changed_since
from laborclerk.features.coverage.gaps import GapKind, gap_total, gaps
from laborclerk.features.coverage.model import SignOff
from laborclerk.features.coverage.service import row
from laborclerk.features.coverage.signoff import (
    SignProblem,
    can_sign,
    sign_off,
    sign_offs,
    standing,
    withdraw,
)
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Rejected, Severity
from laborclerk.kernel.ids import new_id
from tests.coverage_truth import COUNTY, FAR, GROUP_1, GROUP_2, TOWNSHIP, VILLAGE
from tests.unit.coverage.conftest import Township


def messages(town: Township, place: int = VILLAGE) -> dict[object, Severity]:
    with town.store.read() as session:
        return {p.message: p.severity for p in can_sign(session, town.round, place)}


def test_a_complete_village_is_signed_without_a_reason(town: Township) -> None:
    town.done(GROUP_1)
    town.done(GROUP_2, persons=2)
    assert messages(town) == {}
    key = sign_off(town.store, town.round, VILLAGE, "李某某")
    with town.store.read() as session:
        record = session.get_one(SignOff, key)
        signed = row(session, town.round, VILLAGE).signed
        above = row(session, town.round, COUNTY).signed
    assert (record.households, record.persons, record.gaps) == (2, 3, 0)
    assert (signed.complete, signed.signer, signed.changed) == (True, "李某某", False)
    assert (above.signed, above.villages, above.complete) == (1, 4, False)


@pytest.mark.parametrize(
    ("prepare", "message", "severity"),
    [
        (lambda t: t.household(GROUP_2), SignProblem.SIGN_UNVISITED, Severity.BLOCK),
        (lambda t: t.form(t.household(GROUP_2), "1"), SignProblem.SIGN_UNFINISHED, Severity.BLOCK),
        (lambda t: t.visit(t.household(GROUP_2), "6"), SignProblem.SIGN_REVISIT, Severity.WARN),
        (lambda t: t.done(GROUP_2, registered_count=3), SignProblem.SIGN_PERSONS, Severity.WARN),
        (lambda t: None, SignProblem.SIGN_GROUPS, Severity.WARN),
    ],
)
def test_what_stands_in_the_way(
    town: Township, prepare: Callable[[Township], object], message: SignProblem, severity: Severity
) -> None:
    town.done(GROUP_1)
    prepare(town)
    assert messages(town)[message] is severity
    with pytest.raises(Rejected):
        sign_off(town.store, town.round, VILLAGE, "李某某")


def test_what_was_looked_at_is_signed_with_a_reason(town: Township) -> None:
    town.done(GROUP_1)
    town.visit(town.household(GROUP_2), "6")
    town.visit(town.household(GROUP_2, number="0002"), "11")
    key = sign_off(town.store, town.round, VILLAGE, "李某某", reason="三次上门均拒访")
    with town.store.read() as session:
        record = session.get_one(SignOff, key)
    # one household explained by its visit, one refusing with its member not completed
    assert (record.gaps, record.note) == (2, "三次上门均拒访")


def test_nobody_signs_on_a_day_that_has_not_come(town: Township) -> None:
    town.done(GROUP_1)
    town.done(GROUP_2)
    today = town.store.clock.today()
    tomorrow = str(date.fromisoformat(today) + timedelta(days=1))
    with pytest.raises(Rejected) as refused:
        sign_off(town.store, town.round, VILLAGE, "李某某", date=tomorrow)
    assert refused.value.problems[0].message is SignProblem.SIGN_FUTURE
    assert sign_off(town.store, town.round, VILLAGE, "李某某", date=today)


def test_only_villages_are_signed_and_only_once(town: Township) -> None:
    assert messages(town, TOWNSHIP) == {SignProblem.SIGN_NOT_VILLAGE: Severity.BLOCK}
    assert messages(town, FAR) == {SignProblem.SIGN_NOTHING: Severity.BLOCK}
    town.done(GROUP_1)
    town.done(GROUP_2)
    sign_off(town.store, town.round, VILLAGE, "李某某")
    assert messages(town) == {SignProblem.SIGN_STANDS: Severity.BLOCK}


def test_what_changed_after_signing_is_marked_and_listed(town: Township) -> None:
    key = town.done(GROUP_1)
    town.done(GROUP_2)
    away = town.done(FAR + 1)
    signed = sign_off(town.store, town.round, VILLAGE, "李某某")
    with town.store.write("census.save") as work:
        household, other = work.get(Household, key), work.get(Household, away)
        assert household is not None
        assert other is not None
        work.change(household, {"address": "新址"})
        work.change(other, {"address": "别处"})
    new = town.household(GROUP_2, number="0009")
    with town.store.read() as session:
        record = session.get_one(SignOff, signed)
        events = [e for some in changed_since(session, record).values() for e in some]
        assert row(session, town.round, VILLAGE).signed.changed
        assert row(session, town.round, COUNTY).signed.changed
    told = [(e.record_type, e.record_id) for e in events]
    assert told[0] == ("household", key)
    assert ("household", new) in told
    assert len(told) == 3  # and the new household's member


def test_leaving_a_signed_village_is_a_change_of_it(town: Township) -> None:
    key = town.done(GROUP_1)
    town.done(GROUP_2)
    signed = sign_off(town.store, town.round, VILLAGE, "李某某")
    with town.store.write("test") as work:
        household = work.get(Household, key)
        assert household is not None
        work.change(household, {"place": FAR + 1})
    with town.store.read() as session:
        [(left, events)] = changed_since(session, session.get_one(SignOff, signed)).items()
        assert row(session, town.round, VILLAGE).signed.changed
        [gap] = gaps(session, town.round, VILLAGE, GapKind.CHANGED)
    assert left == gap.household == key
    assert [e.record_id for e in events] == [key]
    assert gap.text.startswith("转出本村 · 王某某 ")


def changed(town: Township, place: int = VILLAGE) -> dict[str, str]:
    """The list behind the mark: by household number, what was changed."""
    with town.store.read() as session:
        found = gaps(session, town.round, place, GapKind.CHANGED)
        assert gap_total(session, town.round, place, GapKind.CHANGED) == (len(found),) * 2
        pages = [gaps(session, town.round, place, GapKind.CHANGED, 1, n) for n in range(3)]
        assert [gap for page in pages for gap in page] == found[:3]
        assert row(session, town.round, place).signed.changed is bool(found)
    for gap in found:
        assert re.search(r" · 王某某 \d{4}-\d\d-\d\d \d\d:\d\d$", gap.text), gap.text
    return {gap.number: gap.text.split(" · ")[0] for gap in found}


def test_the_households_that_changed_after_signing_are_listed_with_what_changed(
    town: Township,
) -> None:
    key = town.done(GROUP_1, 2, number="0001")
    other = town.done(GROUP_2, number="0002")
    town.done(GROUP_2, number="0003")
    away = town.done(FAR + 1, number="0004")
    signed = sign_off(town.store, town.round, VILLAGE, "李某某")
    assert changed(town) == {}
    with town.store.write("census.save") as work:
        people = work.session.scalars(sa.select(Person).where(Person.household == key)).all()
        work.change(work.session.get_one(Household, key), {"address": "新址", "head_name": "周"})
        work.change(people[0], {"name": "周大海", "phone": "13800000001"})
        work.delete(people[1], "2")
        work.add(Person(id=new_id(), household=other, line=2, name="周小海"))
        work.change(work.session.get_one(Household, away), {"address": "别处"})
    town.visit(other)
    new = town.household(GROUP_2, number="0009")
    assert changed(town) == {
        "0001": "户:户主姓名、住址;周大海:姓名、联系电话;撤出周某某",
        "0002": "新增周小海;新增访问记录",
        "0009": "新登记;新增周某某",
    }
    assert changed(town, COUNTY) == changed(town)
    with town.store.write("census.save") as work:  # back to where nobody signed
        work.delete(work.session.get_one(Household, new), "9")
    assert changed(town)["0009"] == "新登记;新增周某某;撤出户"
    withdraw(town.store, signed)
    assert changed(town) == {}


def test_a_member_who_left_a_signed_village_is_listed_in_the_household_she_left(
    town: Township,
) -> None:
    left = town.done(GROUP_1, 2, number="0001")
    town.done(GROUP_2, number="0002")
    taken = town.done(FAR + 1, number="0003")
    sign_off(town.store, town.round, VILLAGE, "李某某")
    with town.store.write("census.take_over") as work:
        people = work.session.scalars(sa.select(Person).where(Person.household == left)).all()
        work.change(people[1], {"household": taken, "name": "周二妹"})
    assert changed(town) == {"0001": "周二妹转到别户"}


def test_a_withdrawn_sign_off_stays_in_the_history(town: Township) -> None:
    town.done(GROUP_1)
    town.done(GROUP_2)
    first = sign_off(town.store, town.round, VILLAGE, "李某某")
    withdraw(town.store, first, reason="漏登一户")
    with pytest.raises(Rejected):
        withdraw(town.store, first)
    second = sign_off(town.store, town.round, VILLAGE, "张某某")
    with town.store.read() as session:
        assert [s.id for s in sign_offs(session, town.round, VILLAGE)] == [second, first]
        found = standing(session, town.round, VILLAGE)
    assert found is not None
    assert found.id == second
