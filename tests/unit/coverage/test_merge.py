"""What a bundle brings to the county is counted there as it was counted in the township."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgpack
import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import laborclerk.sync.ledger  # noqa: F401 - its tables
from laborclerk.features.census.model import Round
from laborclerk.features.coverage.changed import changed_since
from laborclerk.features.coverage.check import check_counts
from laborclerk.features.coverage.model import SignOff
from laborclerk.features.coverage.service import all_rows, row
from laborclerk.features.coverage.signoff import sign_off
from laborclerk.features.registry.model import Household, Person
from laborclerk.store.journal import Act, Device
from laborclerk.store.store import Store
from laborclerk.sync.entries import Outgoing, Stretch
from laborclerk.sync.merge import Sender, apply
from tests.coverage_truth import COUNTY, FAR, GROUP_1, GROUP_2, VILLAGE, small_store
from tests.unit.coverage.conftest import Township


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    store = small_store(tmp_path / "county")
    yield store
    store.close()


class Anywhere:
    """A judge that lets a station write anything."""

    def refused(self, *_: object) -> set[int]:
        return set()

    def belonged(self, *_: object) -> bool:
        return True


def hand_over(town: Township, county: Store) -> None:
    """Everything the township wrote since the last time, merged by the county."""
    with town.store.read() as source:
        device, last = source.execute(
            sa.select(Device.device, Device.last_seq).where(Device.index == 0)
        ).one()
        with county.write("bundle.import") as work:
            out = Outgoing(source)
            items = [out.header(), *out.stretches([Stretch(0, 0, last)])]
            entries = (msgpack.unpackb(msgpack.packb(item), strict_map_key=False) for item in items)
            apply(work, Sender(device, "乌峰街道", Anywhere()), entries)
            work.note("bundle", 0, number=1)


def told(session: Session, town: Township) -> list[object]:
    return [(r.place, r.level, r.counts, r.gaps) for r in all_rows(session, town.round, COUNTY)]


def test_the_county_counts_what_the_township_counted(town: Township, county: Store) -> None:
    first = town.done(GROUP_1, persons=2)
    town.household(GROUP_2)
    hand_over(town, county)
    with town.store.write("test") as work:
        household = work.get(Household, first)
        member = work.session.query(Person).filter_by(household=first).first()
        assert household is not None
        assert member is not None
        work.change(household, {"place": FAR + 1})
        work.change(member, {"education": None})
    town.household(GROUP_1, number="0007")
    hand_over(town, county)
    with town.store.read() as here, county.read() as there:
        assert told(here, town) == told(there, town)
        assert check_counts(there) == []


def test_a_member_that_moved_is_counted_in_both_households(town: Township, county: Store) -> None:
    old, new = town.done(GROUP_1, persons=2), town.done(GROUP_2)
    hand_over(town, county)
    with town.store.write("test") as work:
        member = work.session.query(Person).filter_by(household=old).first()
        assert member is not None
        work.change(member, {"household": new})
    hand_over(town, county)
    with county.read() as session:
        assert row(session, town.round, GROUP_1).counts.persons_due == 1
        assert row(session, town.round, GROUP_2).counts.persons_due == 2
        assert check_counts(session) == []


def test_groups_are_marked_with_the_time_of_the_last_act_that_came(
    town: Township, county: Store
) -> None:
    changed = town.household(GROUP_1)
    town.household(GROUP_2)
    with town.store.read() as session:
        made = session.scalars(sa.select(sa.func.max(Act.at))).one()
    with town.store.write("test") as work:
        household = work.get(Household, changed)
        assert household is not None
        work.change(household, {"head_phone": "13800000000"})
    with town.store.read() as session:
        later = session.scalars(sa.select(sa.func.max(Act.at))).one()
    hand_over(town, county)
    with county.read() as session:
        marked = [row(session, town.round, at).last_change for at in (GROUP_1, GROUP_2)]
    assert marked == [later, made]


def test_groups_are_marked_as_changed_when_the_round_changed_in_the_same_act(
    town: Township, county: Store
) -> None:
    moved = town.done(GROUP_1)
    town.household(GROUP_2)
    town.household(FAR)
    hand_over(town, county)
    with county.read() as session:
        before = row(session, town.round, FAR).last_change
    with town.store.write("test") as work:
        household, round_ = work.get(Household, moved), work.get(Round, town.round)
        assert household is not None
        assert round_ is not None
        work.change(household, {"place": GROUP_2})
        work.change(round_, {"name": "改了名字的一轮"})
    with town.store.read() as session:
        changed = session.scalars(sa.select(sa.func.max(Act.at))).one()
    hand_over(town, county)
    with county.read() as session:
        marked = [row(session, town.round, at).last_change for at in (GROUP_1, GROUP_2, FAR)]
        assert marked == [changed, changed, before]
        assert check_counts(session) == []


def test_a_member_whom_two_stations_moved_is_counted_where_she_is_shown(
    town: Township, county: Store
) -> None:
    first, theirs, ours = town.done(GROUP_1, persons=2), town.done(GROUP_2), town.done(FAR + 1)
    hand_over(town, county)
    with county.write("test") as work:
        member = work.session.scalars(sa.select(Person.id).where(Person.household == first)).first()
        assert member is not None
        work.change(work.session.get_one(Person, member), {"household": ours})
    with town.store.write("test") as work:
        work.change(work.session.get_one(Person, member), {"household": theirs})
    hand_over(town, county)
    with county.read() as session:
        assert session.get_one(Person, member).household == theirs
        assert check_counts(session) == []


def test_a_village_stays_as_it_was_signed_while_who_had_left_it_changes(town: Township) -> None:
    left, joined = town.done(GROUP_1, persons=2), town.done(FAR + 1)
    with town.store.write("test") as work:
        member = work.session.scalars(sa.select(Person).where(Person.household == left)).first()
        assert member is not None
        member_id = member.id
        work.change(member, {"household": joined})
    sign_off(town.store, town.round, VILLAGE, "李某某", reason="已核实")
    with town.store.write("test") as work:
        work.change(work.session.get_one(Person, member_id), {"phone": "13800000000"})
    with town.store.read() as session:
        assert not row(session, town.round, VILLAGE).signed.changed


def test_a_sign_off_stands_above_the_changes_before_it_in_one_bundle(
    town: Township, county: Store
) -> None:
    town.done(GROUP_1)
    town.done(GROUP_2)
    signed = sign_off(town.store, town.round, VILLAGE, "李某某")
    hand_over(town, county)
    with county.read() as session:
        found = row(session, town.round, VILLAGE).signed
        assert (found.complete, found.changed) == (True, False)
        assert changed_since(session, session.get_one(SignOff, signed)) == {}
    late = town.household(GROUP_1, number="0008")
    hand_over(town, county)
    with county.read() as session:
        assert row(session, town.round, VILLAGE).signed.changed
        assert set(changed_since(session, session.get_one(SignOff, signed))) == {late}
