"""What `check` asks of the counts: that they are what a count from nothing would give."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.rounds import current_round, round_facts
from laborclerk.features.coverage.maintain import COUNT, STATE, differing, group_select, left_over
from laborclerk.features.coverage.states import COUNT_COLUMNS
from laborclerk.features.registry.model import Household, Place
from laborclerk.store.journal_check import Finding

_MOST = 1000  # findings of one kind


def check_counts(session: Session) -> list[Finding]:
    """Findings about the open round: states that differ from the records, groups that differ from
    their states, households in no known place."""
    record = current_round(session)
    if record is None:
        return []
    facts = round_facts(record)
    wrong = session.execute(differing(facts).limit(_MOST)).all()
    found = [Finding("覆盖状态与登记不符", "household", row.household) for row in wrong]
    stale = sa.select(STATE.c.household).where(STATE.c.round == facts.id, left_over())
    found += [
        Finding("覆盖状态的户已不在册", "household", household)
        for household in session.scalars(stale.limit(_MOST))
    ]
    summed = {row[0]: tuple(row[1:]) for row in session.execute(group_select(facts.id))}
    kept = {
        row[0]: tuple(row[1:])
        for row in session.execute(
            sa.select(COUNT.c.place, *(COUNT.c[key] for key in COUNT_COLUMNS)).where(
                COUNT.c.round == facts.id
            )
        )
    }
    nothing = (0,) * len(COUNT_COLUMNS)
    found += [
        Finding("覆盖合计与各户不符", "place", place)
        for place in sorted(summed.keys() | kept.keys())
        if summed.get(place, nothing) != kept.get(place, nothing)
    ]
    lost = (
        sa.select(Household.id)
        .outerjoin(Place, Place.id == Household.place)
        .where(Household.deleted.is_(None), sa.or_(Place.id.is_(None), Place.deleted.is_not(None)))
    )
    return found + [
        Finding("户所在的地方不在本站区划里", "household", household)
        for household in session.scalars(lost.limit(_MOST))
    ]
