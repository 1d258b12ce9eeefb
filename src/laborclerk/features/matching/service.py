"""Who fits where: people ranked for a post, posts for a person, and what was asked and answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.values import show
from laborclerk.features.demand.model import Post
from laborclerk.features.demand.service import Demand, register
from laborclerk.features.matching.advice import lines
from laborclerk.features.matching.earlier import Reason, earlier
from laborclerk.features.matching.model import REFUSED, WILLING, Offer
from laborclerk.features.matching.ranking import Ranking
from laborclerk.features.matching.rules import COLUMNS, Rule, age_of, eligible, rule_for
from laborclerk.features.matching.seekers import OF_WISHES, SAID, WISHES, Seekers, seekers_for
from laborclerk.features.matching.standing import (
    STATE,
    reasons_by_now,
    values_for,
)
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import subtree
from laborclerk.store.base import fields_of, table_of
from laborclerk.store.bulk import among
from laborclerk.store.store import Store
from laborclerk.sync.ledger import station_of

Facts = Mapping[str, Any]
UNASKED, ASKED = "unasked", "asked"
_READ = (*COLUMNS, "name", "sex", "phone", "employer", "work_place")


@dataclass(frozen=True)
class View:
    """From where it is looked: the county (12 digits) and the day."""

    home: str
    today: str


def view_of(store: Store) -> View:
    """From the station itself, today."""
    place = station_of(store).place
    return View(f"{place[:6]}000000", store.clock.today())


@dataclass(frozen=True, slots=True)
class Fit:
    """A person in the list of a post: her facts, the points and what they are for, and the offer
    of this post, if she was asked."""

    id: int
    person: Facts
    place: int
    age: int | None
    points: int
    reasons: tuple[Reason, ...]
    offer: Facts | None = None

    @property
    def text(self) -> str:
        """The reasons in one line, what weighs most first."""
        return ";".join(r.text for r in self.reasons)


@dataclass(frozen=True, slots=True)
class PostFit:
    """A post in the list of a person."""

    demand: Demand
    points: int
    reasons: tuple[Reason, ...]
    offer: Facts | None = None

    @property
    def text(self) -> str:
        return ";".join(r.text for r in self.reasons)


@dataclass
class Counts:
    """How many people were asked for a post and what they said; `unit` is people (X-01)."""

    asked: int = 0
    answers: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def willing(self) -> int:
        return self.answers[WILLING]

    @property
    def refused(self) -> int:
        return self.answers[REFUSED]


def counts(session: Session) -> dict[int, Counts]:
    """What was asked and answered, by post."""
    offer = table_of(Offer).c
    query = sa.select(offer.post, offer.answer, sa.func.count()).where(offer.deleted.is_(None))
    found: dict[int, Counts] = defaultdict(Counts)
    for post, answer, count in session.execute(query.group_by(offer.post, offer.answer)):
        found[post].asked += count
        found[post].answers[answer or ""] += count
    return found


# -- people for a post -----------------------------------------------------------------------------


def people_for(
    session: Session,
    demand: Demand,
    view: View,
    *,
    place: int | None = None,
    which: str = "",
    limit: int = 200,
) -> list[Fit]:
    """The people of a place (the whole station without one) for a post, the best first. `which`
    narrows: '' everybody, UNASKED, ASKED, or a code of `offer_answer`."""
    post = _with_industry(demand)
    rule = rule_for(post, lines(session), view.home, view.today)
    history = _history(session)
    own = _own(history, demand.id)
    condition, params = _wanted(view, own, place, which)
    minus = {
        p: reasons
        for p, some in history.items()
        if (reasons := earlier(post, some, view.home, view.today))
    }
    values = {**params, **values_for(session, rule, demand.id, view.today)}
    cost = {person: sum(r.points for r in reasons) for person, reasons in minus.items()}
    seekers = seekers_for(session, post, view.home, view.today)
    best = Ranking(session, rule, condition, values, seekers, cost).first(limit)
    people = [person for _, person in best]
    fits = _explained(session, rule, values, people, view, seekers)
    now = reasons_by_now(session, values, people)
    found = []
    for points, person in best:
        if (fit := fits.get(person)) is not None:
            reasons = [*minus.get(person, ()), *_by_now(fit, now.get(person))]
            offer = own.get(person)
            found.append(replace(fit, points=points, offer=offer, reasons=_sorted(reasons)))
    return found


def how_many(
    session: Session, demand: Demand, view: View, *, place: int | None = None, which: str = ""
) -> int:
    """How many people `people_for` chooses from."""
    own = _own(_history(session), demand.id)
    condition, params = _wanted(view, own, place, which)
    query = sa.text(f"SELECT count(*) FROM person WHERE {condition}")
    return int(session.scalar(query, params) or 0)


def _own(history: Mapping[int, Sequence[tuple[Facts, Facts]]], post: int) -> dict[int, Facts]:
    """The offers of one post by person."""
    return {p: o for p, some in history.items() for o, other in some if other["id"] == post}


def _wanted(
    view: View, own: Mapping[int, Facts], place: int | None, which: str
) -> tuple[str, dict[str, Any]]:
    """The condition for those who are listed."""
    condition, params = eligible(view.today)
    if which:
        negated = "NOT " if which == UNASKED else ""
        every = which in (ASKED, UNASKED)
        chosen = [p for p, o in own.items() if every or o.get("answer") == which]
        condition += f" AND id {negated}IN ({', '.join(map(str, chosen)) or '0'})"
    if place is not None:
        low, high = subtree(place)
        condition += (
            " AND household IN (SELECT h.id FROM household h"
            f" WHERE h.place >= {int(low)} AND h.place < {int(high)})"
        )
    return condition, params


def _with_industry(demand: Demand) -> dict[str, Any]:
    return {**demand.post, "industry": demand.employer.get("industry")}


def _history(session: Session, person: int | None = None) -> dict[int, list[tuple[Facts, Facts]]]:
    """Every offer with its post, by person."""
    offer, post = table_of(Offer), table_of(Post)
    posts: dict[int, Facts] = {
        row["id"]: dict(row) for row in session.execute(sa.select(post)).mappings()
    }
    query = sa.select(offer).where(offer.c.deleted.is_(None))
    if person is not None:
        query = query.where(offer.c.person == person)
    found: dict[int, list[tuple[Facts, Facts]]] = defaultdict(list)
    for row in session.execute(query).mappings():
        if row["post"] in posts:
            found[row["person"]].append((dict(row), posts[row["post"]]))
    return found


def _explained(
    session: Session,
    rule: Rule,
    values: Mapping[str, Any],
    people: Sequence[int],
    view: View,
    seekers: Seekers,
) -> dict[int, Fit]:
    """The people with the outcome of every criterion in words."""
    if not people:
        return {}
    listed = ", ".join(map(str, people))
    told = ", ".join(f"{text} AS told_{n}" for n, text in enumerate(rule.told)) or "0 AS told_0"
    outcomes: dict[int, Sequence[int]] = {}
    wishes: dict[int, Facts] = {}
    for which in ("person", seekers.people(f"id IN ({listed})")):
        wanted = ", ".join(WISHES)
        query = f"SELECT id, {wanted}, {told} FROM {which} WHERE id IN ({listed})"
        for who, *read in session.execute(sa.text(query), values):
            outcomes[who] = read[len(WISHES) :]
            if which != "person":
                wishes[who] = dict(zip(WISHES, read, strict=False))
    person, home = table_of(Person), table_of(Household)
    listing = sa.select(*(person.c[k] for k in _READ), home.c.place).select_from(
        sa.outerjoin(person, home, home.c.id == person.c.household)
    )
    found = {}
    for row in session.execute(listing.where(among(person.c.id, people))).mappings():
        facts = {**{k: row[k] for k in _READ}, **wishes.get(row["id"], {})}
        age = age_of(facts, view.today)
        shown = _Shown(facts, age)
        reasons = [
            Reason(c.key, c.label, c.outcomes[at].points, c.outcomes[at].said.format_map(shown))
            for c, at in zip(rule.criteria, outcomes[row["id"]], strict=False)
            if at >= 0
        ]
        if row["id"] in wishes:
            reasons = [
                replace(r, text=SAID.format(said=r.text)) if r.key in OF_WISHES else r
                for r in reasons
            ]
        points = sum(r.points for r in reasons)
        found[row["id"]] = Fit(row["id"], facts, row["place"] or 0, age, points, _sorted(reasons))
    return found


def _by_now(fit: Fit, now: Reason | None) -> list[Reason]:
    """The reasons with what the work register knows in place of what the form said."""
    if now is None:
        return list(fit.reasons)
    return [*(r for r in fit.reasons if r.key != STATE), now]


def _sorted(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """What weighs most first, whichever way it pulls."""
    return tuple(sorted(reasons, key=lambda r: -abs(r.points)))


class _Shown(dict[str, str]):
    """The fields of a person as they are read in a reason, made when one asks for them."""

    def __init__(self, person: Facts, age: int | None) -> None:
        super().__init__(p_age="" if age is None else str(age))
        self._person = person

    def __missing__(self, key: str) -> str:
        name = key.removeprefix("p_")
        value = self._person.get(name)
        self[key] = show(fields_of(Person)[name].type, value) if value is not None else ""
        return self[key]


# -- posts for a person ----------------------------------------------------------------------------


def posts_for(session: Session, person: int, view: View, *, limit: int = 100) -> list[PostFit]:
    """The open posts for a person, the best first."""
    history = _history(session, person).get(person, [])
    asked = {other["id"]: offer for offer, other in history}
    table = lines(session)
    found = []
    for demand in register(session, view.today, only_open=True):
        post = _with_industry(demand)
        rule = rule_for(post, table, view.home, view.today)
        seekers = seekers_for(session, post, view.home, view.today)
        fit = _explained(session, rule, rule.params, [person], view, seekers).get(person)
        if fit is None:
            continue
        values = values_for(session, rule, demand.id, view.today)
        now = reasons_by_now(session, values, [person])
        by_now = _by_now(fit, now.get(person))
        reasons = [*earlier(post, history, view.home, view.today), *by_now]
        points = sum(r.points for r in reasons)
        found.append(PostFit(demand, points, _sorted(reasons), asked.get(demand.id)))
    found.sort(key=lambda f: (-f.points, f.demand.id))
    return found[:limit]
