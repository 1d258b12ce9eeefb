"""Spells, checks, cards and updates travel with a township's bundle and come back from the county;
what is about one person is hers wherever it was made, whatever it names."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from laborclerk.features.registry.model import Household, Person
from laborclerk.features.work.model import WorkCard, WorkCheck, WorkSpell, WorkUpdate
from laborclerk.features.work.service import (
    add_spell,
    change_spell,
    end_spell,
    give_card,
    record_check,
)
from laborclerk.features.work.updates import update
from tests.exchanging import GROUPS, answer, opened, send, stations

SPELL = {"place": "350100000000", "start": "2026-03-01", "employer_name": "福州某厂"}


def test_the_work_register_travels_both_ways(tmp_path: Path) -> None:
    folder = stations(tmp_path)
    town, county = opened(folder, "乌峰"), opened(folder, "county")
    group = GROUPS["乌峰"][0]
    with town.write("test") as work:
        home = work.add(Household(place=group, number="0001", head_name="周一"))
        work.flush()
        person = work.add(Person(household=home.id, line=1, name="周一")).id
    spell = add_spell(town, person, SPELL).id
    give_card(town, person, {})
    record_check(town, person, {"means": "2", "found": "1"})
    update(town, "2026-11", group, {"away": 1})
    assert send(town, county, tmp_path / "a.lcb").held == {}
    with county.read() as session:
        for model in (WorkSpell, WorkCard, WorkCheck, WorkUpdate):
            assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 1
    # the county ends it with a batch of its own: no place of the township's, yet it comes back
    change_spell(county, spell, {"assignment": 4711})
    end_spell(county, spell, "2026-10-31", "4")
    second = add_spell(county, person, {**SPELL, "start": "2026-11-01", "assignment": 4712}).id
    answer(town, county, tmp_path / "b.lcb")
    with town.read() as session:
        ended, begun = session.get_one(WorkSpell, spell), session.get_one(WorkSpell, second)
    assert (ended.end, ended.assignment, begun.assignment) == ("2026-10-31", 4711, 4712)
    change_spell(town, second, {"employer_name": "厦门某厂"})
    assert send(town, county, tmp_path / "c.lcb").held == {}
    with county.read() as session:
        assert session.get_one(WorkSpell, second).employer_name == "厦门某厂"
    for store in (town, county):
        store.close()
