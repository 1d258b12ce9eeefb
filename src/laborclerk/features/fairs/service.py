"""Keeping job fairs, their posts and visitors, and the funnel from posts to arrivals."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.demand.model import Post
from laborclerk.features.demand.service import Kept
from laborclerk.features.fairs.model import Fair, FairPost, FairVisit
from laborclerk.features.fairs.rules import Step, check_fair
from laborclerk.features.matching.model import WILLING, Offer
from laborclerk.features.matching.offers import record_offer
from laborclerk.features.registry.model import Person
from laborclerk.features.work.model import WorkSpell
from laborclerk.kernel.errors import Common, Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import fields_of, table_of
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store

AT_FAIR = "3"  # of the code list offer_way
BY_MISTAKE = "8"  # of the code list delete_reason


def save_fair(
    store: Store, values: Mapping[str, Value], fair_id: int | None = None,
    *, read: Mapping[str, Value] | None = None,
) -> Kept:  # fmt: skip
    """Keep a fair (a new one without an id); a late date comes back as a warning. `read` is what
    the form read: only what differs from it is written. Raises Rejected."""
    problems = check_fair(values)
    if any(p.severity is Severity.BLOCK for p in problems):
        raise Rejected(problems)
    facts = {k: v for k, v in values.items() if k in fields_of(Fair) and k != "deleted"}
    with store.write("fairs.fair") as work:
        if fair_id is None:
            record = work.add(Fair(**facts))
            work.flush()
        else:
            found = work.get(Fair, fair_id)
            if found is None or found.deleted:
                raise reject(Common.NOT_FOUND, what="招聘会")
            record = found
            work.change(record, to_write(work.session, record, facts, read))
    return Kept(record.id, problems, work.outcome.touched)


def delete_fair(store: Store, fair_id: int, reason: str) -> Kept:
    """Take a fair that was entered by mistake out of the register."""
    with store.write("fairs.fair") as work:
        found = work.get(Fair, fair_id)
        if found is None:
            raise reject(Common.NOT_FOUND, what="招聘会")
        work.delete(found, reason)
    return Kept(fair_id, [], work.outcome.touched)


def set_posts(store: Store, fair_id: int, posts: Collection[int]) -> Kept:
    """These posts are offered at the fair, each with the number its employer wants now; those
    that are left out are taken off."""
    with store.write("fairs.posts") as work:
        fair = work.get(Fair, fair_id)
        if fair is None or fair.deleted:
            raise reject(Common.NOT_FOUND, what="招聘会")
        for post_id in posts:
            post = work.get(Post, post_id)
            if post is None or post.deleted:
                raise reject(Common.NOT_FOUND, what="岗位")
            made = stable_id("fair_post", fair_id, post_id)
            line = work.get(FairPost, made)
            if line is None:
                work.add(FairPost(id=made, fair=fair_id, post=post_id, headcount=post.headcount))
            elif line.deleted:
                work.change(line, {"deleted": None, "headcount": post.headcount})
        query = sa.select(FairPost).where(FairPost.fair == fair_id, FairPost.deleted.is_(None))
        for line in work.session.scalars(query).all():
            if line.post not in posts:
                work.delete(line, BY_MISTAKE)
    return Kept(fair_id, [], work.outcome.touched)


def record_visit(store: Store, fair_id: int, person: int, on: str = "", note: str = "") -> Kept:
    """A person came to the fair; coming again on another day is another visit."""
    with store.write("fairs.visit") as work:
        fair = work.get(Fair, fair_id)
        who = work.get(Person, person)
        if fair is None or fair.deleted or who is None or who.deleted:
            raise reject(Common.NOT_FOUND, what="招聘会或人员")
        date = on or fair.date or store.clock.today()
        made = stable_id("fair_visit", fair_id, person, date)
        visit = work.get(FairVisit, made)
        if visit is None:
            work.add(FairVisit(id=made, fair=fair_id, person=person, date=date, note=note or None))
        elif visit.deleted:
            work.change(visit, {"deleted": None})
    return Kept(made, [], work.outcome.touched)


def record_intent(store: Store, fair_id: int, person: int, post: int, on: str = "") -> Kept:
    """A visitor said yes to a post of the fair: the visit, and the offer with its answer."""
    record_visit(store, fair_id, person, on)
    with store.read() as session:
        fair = session.get(Fair, fair_id)
        date = on or (fair.date if fair and fair.date else "") or store.clock.today()
    said: dict[str, Value] = {
        "fair": fair_id, "way": AT_FAIR, "answer": WILLING, "asked": date, "answered": date,
    }  # fmt: skip
    return record_offer(store, person, post, said)


# -- reading ---------------------------------------------------------------------------------------


def fairs(session: Session) -> list[Fair]:
    """All fairs, the latest first."""
    query = sa.select(Fair).where(Fair.deleted.is_(None))
    return list(session.scalars(query.order_by(Fair.date.desc(), Fair.id)))


@dataclass(frozen=True)
class Funnel:
    """What came of a fair, step by step; `firms` and `trades` stand beside."""

    steps: tuple[Step, ...]
    firms: Step
    trades: Step

    @property
    def problems(self) -> list[Problem]:
        """Where what was told and what is listed differ."""
        return [p for s in (self.firms, self.trades, *self.steps) if (p := s.problem) is not None]


def funnel(session: Session, fair: Fair) -> Funnel:
    """posts → visits → intents → arrivals of one fair (004-03). Who arrived is who said yes there
    and has a work spell of that post that began on or after the fair's day."""
    offered, post, visit = table_of(FairPost).c, table_of(Post).c, table_of(FairVisit).c
    row = session.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(offered.headcount), 0),
            sa.func.count(sa.distinct(post.employer)),
            sa.func.count(sa.distinct(post.occupation)),
        )
        .select_from(sa.join(table_of(FairPost), table_of(Post), post.id == offered.post))
        .where(offered.fair == fair.id, offered.deleted.is_(None))
    ).one()
    visits = session.scalar(
        sa.select(sa.func.count()).where(visit.fair == fair.id, visit.deleted.is_(None))
    )
    steps = (
        Step("posts", "岗位", "个", fair.posts_told, int(row[0])),
        Step("visits", "入场", "人次", fair.visits_told, int(visits or 0)),
        Step("intents", "意向", "人", fair.intents_told, len(intents(session, fair))),
        Step("arrivals", "到岗", "人", fair.arrivals_told, len(arrivals(session, fair))),
    )
    return Funnel(
        steps,
        Step("firms", "企业", "家", fair.firms_told, int(row[1])),
        Step("trades", "工种", "个", fair.trades_told, int(row[2])),
    )


def visitors(session: Session, fair: Fair) -> list[int]:
    """Who came by the door list, each once."""
    visit = table_of(FairVisit).c
    query = (
        sa.select(visit.person)
        .distinct()
        .where(visit.fair == fair.id, visit.deleted.is_(None), visit.person.is_not(None))
    )
    return sorted(session.scalars(query))


def intents(session: Session, fair: Fair) -> list[int]:
    """Who said yes to a post there, each once."""
    offer = table_of(Offer).c
    query = (
        sa.select(offer.person)
        .distinct()
        .where(offer.fair == fair.id, offer.answer == WILLING, offer.deleted.is_(None))
    )
    return sorted(session.scalars(query))


def arrivals(session: Session, fair: Fair) -> list[int]:
    """Who of them works or worked in that post since, each once."""
    offer, spell = table_of(Offer).c, table_of(WorkSpell).c
    query = (
        sa.select(offer.person).distinct()
        .select_from(
            sa.join(
                table_of(Offer), table_of(WorkSpell),
                (spell.person == offer.person) & (spell.post == offer.post),
            )
        )
        .where(
            offer.fair == fair.id, offer.answer == WILLING, offer.deleted.is_(None),
            spell.deleted.is_(None), spell.start >= (fair.date or ""),
        )
    )  # fmt: skip
    return sorted(session.scalars(query))


def posts_of(session: Session, fair_id: int) -> list[FairPost]:
    """The posts offered at a fair."""
    query = sa.select(FairPost).where(FairPost.fair == fair_id, FairPost.deleted.is_(None))
    return list(session.scalars(query.order_by(FairPost.id)))
