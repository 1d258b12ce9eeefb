"""What one township entered and lies in no place (an employer, a post) is named by what reaches
another: it comes along."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.work.model import WorkSpell
from laborclerk.store.base import values_of
from laborclerk.store.journal import HeldEntry
from laborclerk.store.store import Store
from tests.exchanging import GROUPS, answer, opened, send, stations
from tests.postgres import BOTH
from tests.small import add_household

pytestmark = BOTH


class Three:
    """A county and two townships; 乌峰 has entered a firm with a post, and the county knows."""

    def __init__(self, folder: Path, open_: ExitStack) -> None:
        self.folder = stations(folder)
        self.county = opened(folder, "county")
        self.wufeng, self.poji = opened(folder, "乌峰"), opened(folder, "泼机")
        for store in (self.county, self.wufeng, self.poji):
            open_.callback(store.close)
        self._files = 0
        with self.wufeng.write("test.post") as work:
            employer = work.add(Employer(name="福州某某厂"))
            work.flush()
            post = work.add(Post(employer=employer.id, name="焊工"))
        self.employer, self.post = employer.id, post.id
        self.home = add_household(self.wufeng, {"name": "周大"}, place=GROUPS["乌峰"][0])
        other = add_household(self.poji, {"name": "孙二"}, place=GROUPS["泼机"][0], number="0002")
        with self.wufeng.read() as session:
            self.zhou = session.scalars(sa.select(Person.id)).one()
        with self.poji.read() as session:
            self.sun = session.scalars(sa.select(Person.id).where(Person.household == other)).one()
        self.up(self.wufeng)
        self.up(self.poji)

    def up(self, store: Store) -> None:
        self._files += 1
        send(store, self.county, self.folder / f"{self._files}.lcb")

    def down(self, store: Store) -> None:
        self._files += 1
        answer(store, self.county, self.folder / f"{self._files}.lcb")

    def has_all(self) -> None:
        """泼机 holds the post and its firm as the county has them, and waits for nothing."""
        self.down(self.poji)
        with self.poji.read() as session:
            assert session.scalars(sa.select(HeldEntry.record_type)).all() == []
        for model, record in ((Employer, self.employer), (Post, self.post)):
            with self.poji.read() as here, self.county.read() as there:
                mine = here.get(model, record)
                assert mine is not None
                assert values_of(mine) == values_of(there.get_one(model, record))


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Three]:
    with ExitStack() as open_:
        yield Three(tmp_path, open_)


def test_the_firm_of_a_post_that_the_county_changed(three: Three) -> None:
    with three.county.write("post.change") as work:
        work.change(work.session.get_one(Post, three.post), {"headcount": 20})
    three.has_all()


def test_the_firm_of_a_post_that_the_county_entered(three: Three) -> None:
    with three.county.write("post.new") as work:
        work.add(Post(employer=three.employer, name="装配工"))
    three.down(three.poji)
    with three.poji.read() as session:
        assert session.scalars(sa.select(HeldEntry.record_type)).all() == []
        assert session.get(Employer, three.employer) is not None


def test_the_post_of_a_job_that_the_county_entered(three: Three) -> None:
    with three.county.write("work.spell") as work:
        work.add(WorkSpell(person=three.sun, employer=three.employer, post=three.post))
    three.has_all()


def test_the_post_of_a_job_that_is_changed_to_it(three: Three) -> None:
    with three.poji.write("work.spell") as work:
        spell = work.add(WorkSpell(person=three.sun, employer_name="某某厂"))
    three.up(three.poji)
    with three.county.write("work.change") as work:
        found = work.session.get_one(WorkSpell, spell.id)
        work.change(found, {"employer": three.employer, "post": three.post})
    three.has_all()


@pytest.mark.parametrize("person_only", [False, True])
def test_the_post_of_somebody_who_moves(three: Three, person_only: bool) -> None:
    with three.wufeng.write("work.spell") as work:
        work.add(WorkSpell(person=three.zhou, employer=three.employer, post=three.post))
    three.up(three.wufeng)
    with three.county.write("place.move") as work:
        if person_only:
            home = work.session.get_one(Person, three.sun).household
            work.change(work.session.get_one(Person, three.zhou), {"household": home})
        else:
            home_here = work.session.get_one(Household, three.home)
            work.change(home_here, {"place": GROUPS["泼机"][1]})
    three.has_all()


def test_what_its_township_changes_of_it_later(three: Three) -> None:
    with three.county.write("work.spell") as work:
        work.add(WorkSpell(person=three.sun, employer=three.employer, post=three.post))
    three.has_all()
    with three.wufeng.write("post.change") as work:
        work.change(work.session.get_one(Post, three.post), {"headcount": 30})
    three.up(three.poji)
    three.up(three.wufeng)
    three.has_all()
