"""Which edition of the household frame holds for a village: the latest that has entries there.

Frames arrive as one file for a township or one for each village, so an edition need not cover all.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.model import FrameEdition, FrameEntry

_VILLAGE = 1000


def edition_of_villages(session: Session) -> dict[int, int]:
    """Village id → the id of the edition that holds for it."""
    e, d = FrameEntry.__table__.c, FrameEdition.__table__.c
    query = (
        sa.select(e.place // _VILLAGE, e.edition, d.as_of, d.origin_seq)
        .join_from(FrameEntry.__table__, FrameEdition.__table__, d.id == e.edition)
        .where(e.deleted.is_(None), d.deleted.is_(None))
        .distinct()
    )
    latest: dict[int, tuple[tuple[str, int], int]] = {}
    for number, edition, as_of, seq in session.execute(query):
        key = ((as_of or "", seq), edition)
        if number is not None and key > latest.get(int(number), (("", -1), 0)):
            latest[int(number)] = key
    return {number * _VILLAGE: edition for number, (_, edition) in latest.items()}


def latest_entries(session: Session) -> sa.ColumnElement[bool]:
    """The condition that a frame entry is of the edition that holds for its village."""
    e = FrameEntry.__table__.c
    pairs = [
        (edition, place // _VILLAGE) for place, edition in edition_of_villages(session).items()
    ]
    return sa.and_(e.deleted.is_(None), sa.tuple_(e.edition, e.place // _VILLAGE).in_(pairs))
