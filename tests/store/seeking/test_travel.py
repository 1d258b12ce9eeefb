"""A registration travels with its person's township and comes back from the county."""

from __future__ import annotations

from pathlib import Path

from laborclerk.features.registry.model import Household, Person
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.service import change, close, register
from tests.exchanging import GROUPS, answer, opened, send, stations


def test_registrations_travel_both_ways(tmp_path: Path) -> None:
    folder = stations(tmp_path)
    town, county = opened(folder, "乌峰"), opened(folder, "county")
    with town.write("test") as work:
        home = work.add(Household(place=GROUPS["乌峰"][0], number="0001", head_name="周一"))
        work.flush()
        person = work.add(Person(household=home.id, line=1, name="周一")).id
    made = register(town, person, {"wanted_jobs": "6-18", "services": "1,3"}).id
    assert send(town, county, tmp_path / "a.lcb").held == {}
    with county.read() as session:
        there = session.get_one(JobSeeking, made)
        assert (there.person, there.wanted_jobs, there.services) == (person, "6-18", "1,3")
    change(county, made, {"wanted_place": "350100000000"})
    close(county, made, "1")
    answer(town, county, tmp_path / "b.lcb")
    with town.read() as session:
        back = session.get_one(JobSeeking, made)
    assert (back.wanted_place, back.close_reason) == ("350100000000", "1")
    change(town, made, {"note": "到岗了"})
    assert send(town, county, tmp_path / "c.lcb").held == {}
    with county.read() as session:
        assert session.get_one(JobSeeking, made).note == "到岗了"
    for store in (town, county):
        store.close()
