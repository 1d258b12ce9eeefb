"""Who fits where: people ranked for a post, posts for a person, and what was asked and answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.catalog.values import show
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.demand.service import Demand, Kept, register
from laborclerk.features.matching.advice import lines
from laborclerk.features.matching.earlier import Reason, earlier
from laborclerk.features.matching.model import REFUSED, WILLING, Offer, offer_id
from laborclerk.features.matching.rules import COLUMNS, Rule, age_of, eligible, rule_for
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import subtree
from laborclerk.kernel.errors import Common, Message, Problem, Severity, reject
from laborclerk.store.base import fields_of, table_of, values_of
from laborclerk.store.bulk import among
from laborclerk.store.store import Store
from laborclerk.sync.ledger import station_of

Facts = Mapping[str, Any]
UNASKED, ASKED = "unasked", "asked"
_READ = (*COLUMNS, "name", "sex", "phone", "employer", "work_place")


class OfferProblem(Message):
    """Asking people."""

    OFFER_LOW_PAY = "岗位{pay}元,低于本人期望的{expected}元(004-05)。问的时候说清楚"
    OFFER_REASON = "没有记不去的原因。记下原因,下次排序才准(004-06)"
    OFFER_CLOSED = "“{name}”已停招或过期。请核对岗位"


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
    values = {**rule.params, **params}
    query = (
        f"SELECT id, {rule.score} AS points FROM person WHERE {condition}"
        f" ORDER BY points DESC, id LIMIT {int(limit) + len(minus)}"
    )
    best = [
        (points + sum(r.points for r in minus.get(person, ())), person)
        for person, points in session.execute(sa.text(query), values)
    ]
    best.sort(key=lambda found: (-found[0], found[1]))
    fits = _explained(session, rule, values, [person for _, person in best[:limit]], view)
    return [
        replace(
            fits[person], points=points, offer=own.get(person),
            reasons=_sorted([*minus.get(person, ()), *fits[person].reasons]),
        )
        for points, person in best[:limit]
        if person in fits
    ]  # fmt: skip


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
    session: Session, rule: Rule, values: Mapping[str, Any], people: Sequence[int], view: View
) -> dict[int, Fit]:
    """The people with the outcome of every criterion in words."""
    if not people:
        return {}
    listed = ", ".join(map(str, people))
    told = ", ".join(f"{text} AS told_{n}" for n, text in enumerate(rule.told)) or "0 AS told_0"
    said = session.execute(
        sa.text(f"SELECT id, {told} FROM person WHERE id IN ({listed})"),
        values,
    )
    outcomes = {row[0]: row[1:] for row in said}
    person, home = table_of(Person), table_of(Household)
    query = sa.select(*(person.c[k] for k in _READ), home.c.place).select_from(
        sa.outerjoin(person, home, home.c.id == person.c.household)
    )
    found = {}
    for row in session.execute(query.where(among(person.c.id, people))).mappings():
        facts = {k: row[k] for k in _READ}
        age = age_of(facts, view.today)
        shown = _Shown(facts, age)
        reasons = [
            Reason(c.key, c.label, c.outcomes[at].points, c.outcomes[at].said.format_map(shown))
            for c, at in zip(rule.criteria, outcomes[row["id"]], strict=False)
            if at >= 0
        ]
        points = sum(r.points for r in reasons)
        found[row["id"]] = Fit(row["id"], facts, row["place"] or 0, age, points, _sorted(reasons))
    return found


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
        fit = _explained(session, rule, rule.params, [person], view).get(person)
        if fit is None:
            continue
        reasons = [*earlier(post, history, view.home, view.today), *fit.reasons]
        points = sum(r.points for r in reasons)
        found.append(PostFit(demand, points, _sorted(reasons), asked.get(demand.id)))
    found.sort(key=lambda f: (-f.points, f.demand.id))
    return found[:limit]


# -- asking ----------------------------------------------------------------------------------------


def record_offer(store: Store, person: int, post: int, values: Mapping[str, Value]) -> Kept:
    """Keep that a person was asked for a post, and what she said. `values` are fields of `offer`;
    what is left out stays as it is. Raises Rejected when person or post are not there."""
    facts = {k: v for k, v in values.items() if k not in ("person", "post", "deleted")}
    today = store.clock.today()
    with store.write("matching.offer") as work:
        who, what = work.get(Person, person), work.get(Post, post)
        if who is None or who.deleted or what is None or what.deleted:
            raise reject(Common.NOT_FOUND, what="人员或岗位")
        if facts.get("answer") and not facts.get("answered"):
            facts["answered"] = today
        made = offer_id(person, post)
        record = work.get(Offer, made)
        if record is None:
            facts.setdefault("asked", today)
            facts.setdefault("asker", store.clerk)
            work.add(Offer(id=made, person=person, post=post, **facts))
        else:
            if record.deleted:
                facts["deleted"] = None
            if facts.get("answer", record.answer) != REFUSED:
                facts.setdefault("reasons", None)
            work.change(record, facts)
        problems = _doubts(values_of(who), values_of(what), facts, today)
    return Kept(made, problems, work.outcome.touched)


def _doubts(person: Facts, post: Facts, offer: Facts, today: str) -> list[Problem]:
    found = []
    if offer.get("answer") == REFUSED and not offer.get("reasons"):
        found.append(Problem(OfferProblem.OFFER_REASON, {}, Severity.HINT).at(field="reasons"))
    pay = post.get("pay_high") or post.get("pay_low")
    expected = person.get("expected_income")
    if pay and expected and pay < expected:
        said = {"pay": pay, "expected": expected}
        found.append(Problem(OfferProblem.OFFER_LOW_PAY, said, Severity.WARN))
    closed, until = post.get("closed"), post.get("valid_until")
    if (closed and closed <= today) or (until and until < today):
        params = {"name": post.get("name") or ""}
        found.append(Problem(OfferProblem.OFFER_CLOSED, params, Severity.WARN))
    return found


def take_back_offer(store: Store, person: int, post: int) -> Kept:
    """The offer was recorded by mistake."""
    with store.write("matching.offer") as work:
        record = work.get(Offer, offer_id(person, post))
        if record is None:
            raise reject(Common.NOT_FOUND, what="询问记录")
        work.delete(record, "8")
    return Kept(record.id, [], work.outcome.touched)


def offers_of(session: Session, *, person: int | None = None, post: int | None = None,
              answer: str = "") -> list[Offer]:  # fmt: skip
    """Offers by person, post and answer, the latest asked first: who said yes goes on to a batch
    (`answer=WILLING`)."""
    query = sa.select(Offer).where(Offer.deleted.is_(None))
    if person is not None:
        query = query.where(Offer.person == person)
    if post is not None:
        query = query.where(Offer.post == post)
    if answer:
        query = query.where(Offer.answer == answer)
    return list(session.scalars(query.order_by(Offer.asked.desc(), Offer.id)))


def employer_of(session: Session, post: int) -> Employer | None:
    """The employer of a post."""
    found = session.get(Post, post)
    return session.get(Employer, found.employer) if found and found.employer else None
