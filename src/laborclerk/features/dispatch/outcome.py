"""What became of a post: who was asked, said yes, was put into a batch, arrived, is still there."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.dispatch.batches import B, H, M, P
from laborclerk.features.dispatch.model import Batch, BatchMember
from laborclerk.features.dispatch.service import ARRIVED, LOST, STAYED
from laborclerk.features.matching.model import WILLING, Offer
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import subtree
from laborclerk.store.base import table_of

ASKED, YES, BATCHED, CAME, THERE, ABSENT = (
    "asked", "willing", "batched", "arrived", "there", "absent",
)  # fmt: skip
STEPS = {ASKED: "问过", YES: "愿意", BATCHED: "编入批次", CAME: "到岗", THERE: "在岗"}
Outcome = dict[str, dict[int, None]]  # step → persons, in the order of places


def sent(session: Session) -> dict[int, tuple[int, int]]:
    """By post: who was put into a batch, and who of them arrived."""
    post = sa.func.coalesce(M.post, B.post)
    query = (
        sa.select(
            post,
            sa.func.count(sa.distinct(M.person)),
            sa.func.count(sa.distinct(sa.case((M.arrived.is_not(None), M.person)))),
        )
        .join_from(BatchMember.__table__, Batch.__table__, B.id == M.batch)
        .where(M.deleted.is_(None), B.deleted.is_(None), post.is_not(None))
        .group_by(post)
    )
    return {number: (int(n), int(came)) for number, n, came in session.execute(query)}


def outcomes(
    session: Session, *, place: int | None = None, on: str | None = None
) -> dict[int, Outcome]:
    """By post: the persons (of a place) of each step, and who was ABSENT: put into a batch, and did
    not go or did not arrive. `on` leaves out what was asked or arrived after that day."""
    found: dict[int, Outcome] = defaultdict(lambda: defaultdict(dict))
    offer = table_of(Offer).c
    asked = (
        sa.select(offer.post, offer.person, offer.answer)
        .join_from(Person.__table__, table_of(Offer), offer.person == P.id)
        .outerjoin(Household.__table__, H.id == P.household)
        .where(offer.deleted.is_(None), P.deleted.is_(None))
        .order_by(H.place, H.number, H.id, P.line, P.id)
    )
    post = sa.func.coalesce(M.post, B.post)
    sent = (
        sa.select(post, M.person, M.status, M.arrived)
        .join_from(BatchMember.__table__, Batch.__table__, B.id == M.batch)
        .join(Person.__table__, P.id == M.person)
        .outerjoin(Household.__table__, H.id == P.household)
        .where(M.deleted.is_(None), B.deleted.is_(None), P.deleted.is_(None), post.is_not(None))
        .order_by(H.place, H.number, H.id, P.line, P.id)
    )
    if place is not None:
        low, high = subtree(place)
        asked = asked.where(H.place >= low, H.place < high)
        sent = sent.where(H.place >= low, H.place < high)
    if on is not None:
        asked = asked.where(offer.asked <= on)
    for number, person, answer in session.execute(asked):
        found[number][ASKED][person] = None
        if answer == WILLING:
            found[number][YES][person] = None
    for number, person, status, arrived in session.execute(sent):
        found[number][BATCHED][person] = None
        if arrived and (on is None or arrived <= on):
            found[number][CAME][person] = None
            if status == ARRIVED:
                found[number][THERE][person] = None
        elif status in (STAYED, LOST):
            found[number][ABSENT][person] = None
    return found
