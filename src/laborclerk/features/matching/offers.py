"""What people were asked for a post, and what they said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.demand.service import Kept
from laborclerk.features.matching.model import REFUSED, Offer, offer_id
from laborclerk.features.matching.standing import survey_day
from laborclerk.features.registry.model import Person
from laborclerk.features.seeking.service import open_registrations
from laborclerk.kernel.errors import Common, Message, Problem, Severity, reject
from laborclerk.store.base import values_of
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store

Facts = Mapping[str, Any]


class OfferProblem(Message):
    """Asking people."""

    OFFER_LOW_PAY = "岗位{pay}元,低于本人期望的{expected}元(004-05)。问的时候说清楚"
    OFFER_REASON = "没有记不去的原因。记下原因,下次排序才准(004-06)"
    OFFER_CLOSED = "“{name}”已停招或过期。请核对岗位"


def record_offer(
    store: Store,
    person: int,
    post: int,
    values: Mapping[str, Value],
    seen: Mapping[str, Value] | None = None,
) -> Kept:
    """Keep that a person was asked for a post, and what she said. `values` are fields of `offer`;
    what is left out stays as it is. Raises Rejected when person or post are not there, and when
    another than what was `seen` of it stands there by now."""
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
            work.change(record, to_write(work.session, record, facts, seen))
        asked = open_registrations(work.session, today, [person], since=survey_day(work.session))
        expected = asked.get(person, {}).get("expected_income") or who.expected_income
        problems = _doubts(expected, values_of(what), facts, today)
    return Kept(made, problems, work.outcome.touched)


def _doubts(expected: int | None, post: Facts, offer: Facts, today: str) -> list[Problem]:
    found = []
    if offer.get("answer") == REFUSED and not offer.get("reasons"):
        found.append(Problem(OfferProblem.OFFER_REASON, {}, Severity.HINT).at(field="reasons"))
    pay = post.get("pay_high") or post.get("pay_low")
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
