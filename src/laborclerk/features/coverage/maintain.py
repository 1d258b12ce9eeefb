"""Keeps `HouseholdState` and `GroupCount` true, inside the transaction that changes a record.

`maintain` recomputes the households an act touched and applies the differences to their groups;
`recount` computes everything anew. Both ask the same statement (`states.state_select`), so they
can only agree. Only the open round is kept up to date: the numbers of a closed one stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.model import CensusForm, Round, Visit
from laborclerk.features.census.rounds import current_round, round_facts
from laborclerk.features.coverage.model import GroupCount, HouseholdState
from laborclerk.features.coverage.states import COUNT_COLUMNS, STATE_COLUMNS, state_select
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.base import Record
from laborclerk.store.journal import Entry, unpack_changes
from laborclerk.store.store import Store
from laborclerk.store.work import Touched, UnitOfWork

STATE: Any = HouseholdState.__table__
COUNT: Any = GroupCount.__table__

BATCH = 2000  # ids in one statement
_FEW = 20_000  # so many states are mended one by one; when more differ, all are written anew
_OF_HOUSEHOLD: tuple[type[Record], ...] = (Person, Visit, CensusForm)
_LATER = Entry.kind != sa.literal_column("1")  # spelled as the partial index of the journal is
_PLACE = STATE_COLUMNS.index("place")
_HOUSEHOLD = STATE_COLUMNS.index("household")
_SUMMED = tuple(STATE_COLUMNS.index(key) for key in COUNT_COLUMNS[1:])


def maintain(work: UnitOfWork, touched: Touched) -> None:
    """The maintainer handed to the store: bring the counts up to date with what `work` did."""
    asked = {"round", "household", *(m.__tablename__ for m in _OF_HOUSEHOLD)}
    if not any(touched.get(name) for name in asked):
        return
    open_round = current_round(work.session)
    if open_round is None:
        return
    facts = round_facts(open_round)
    if touched.get("round"):
        recount_in(work.session, facts, work.clock())
    else:
        households = affected(work.session, touched)
        update_states(work.session, facts, households, work.clock())


def affected(session: Session, touched: Touched) -> set[int]:
    """Every household whose state may differ: those touched, those of touched members, forms and
    visits, and those such a record belonged to before (from its journal, whoever wrote it)."""
    found = set(touched.get("household", ()))
    for model in _OF_HOUSEHOLD:
        ids = touched.get(model.__tablename__, ())
        owner: Any = model.__table__.c.household
        key: Any = model.__table__.c.id
        for part in batches(ids):
            owners = sa.select(owner).where(key.in_(part), owner.is_not(None)).distinct()
            found.update(session.scalars(owners))
            moves = session.execute(
                sa.select(Entry.record_type, Entry.changes).where(Entry.record_id.in_(part), _LATER)
            )
            for record_type, blob in moves:
                if b"household" in (blob or b"") and record_type == model.__tablename__:
                    before = unpack_changes(blob).get("household", (None, None))[0]
                    if isinstance(before, int):
                        found.add(before)
    return found


def update_states(session: Session, facts: RoundFacts, ids: Iterable[int], now: int) -> None:
    """Recompute the states of some households; add what differs to their groups. Every group a
    touched household is or was in is marked as changed at `now` (ms)."""
    differences: dict[int, list[int]] = defaultdict(lambda: [0] * len(COUNT_COLUMNS))
    select = state_select(facts, only=True)
    old_select = sa.select(*(STATE.c[key] for key in STATE_COLUMNS)).where(
        STATE.c.round == facts.id, STATE.c.household.in_(sa.bindparam("ids", expanding=True))
    )
    for part in batches(ids):
        old = {r[_HOUSEHOLD]: tuple(r) for r in session.execute(old_select, {"ids": part})}
        new = {r[_HOUSEHOLD]: tuple(r) for r in session.execute(select, {"households": part})}
        for household in old.keys() | new.keys():
            before, after = old.get(household), new.get(household)
            for state, sign in ((before, -1), (after, 1)):
                if state is not None:
                    total = differences[state[_PLACE]]
                    total[0] += sign
                    for at, index in enumerate(_SUMMED, 1):
                        total[at] += sign * state[index]
        stale = [h for h, state in old.items() if new.get(h) != state]
        fresh = [_as_dict(state) for h, state in new.items() if old.get(h) != state]
        if stale:
            session.execute(
                sa.delete(STATE).where(STATE.c.round == facts.id, STATE.c.household.in_(stale))
            )
        if fresh:
            session.execute(sa.insert(STATE), fresh)
    _apply(session, facts.id, differences, now)


def _apply(session: Session, round_id: int, differences: Mapping[int, list[int]], now: int) -> None:
    known: set[int] = set()
    for part in batches(differences):
        known.update(
            session.scalars(
                sa.select(COUNT.c.place).where(COUNT.c.round == round_id, COUNT.c.place.in_(part))
            )
        )
    changed, added = [], []
    for place, total in differences.items():
        row = dict(zip(COUNT_COLUMNS, total, strict=True))
        if place in known:
            changed.append({"b_" + k: v for k, v in row.items()} | {"b_place": place})
        else:
            added.append(row | {"round": round_id, "place": place, "last_change": now})
    if changed:
        values = {k: COUNT.c[k] + sa.bindparam("b_" + k) for k in COUNT_COLUMNS}
        session.connection().execute(
            sa.update(COUNT)
            .where(COUNT.c.round == round_id, COUNT.c.place == sa.bindparam("b_place"))
            .values(values | {"last_change": now}),
            changed,
        )
    if added:
        session.execute(sa.insert(COUNT), added)


def recount(store: Store, round_id: int, progress: Progress = SILENT) -> int:
    """Count a round anew from the records → the households counted. One grouped scan."""
    progress.start("重新统计", 2)
    with store.local() as session:
        record = session.get(Round, round_id)
        if record is None:
            return 0
        return recount_in(session, round_facts(record), store.clock(), progress)


def recount_in(session: Session, facts: RoundFacts, now: int, progress: Progress = SILENT) -> int:
    """`recount` inside a transaction. The times of last changes are kept, new groups get `now`."""
    _drop_left(session, facts.id)
    differing = session.execute(_differing(facts).limit(_FEW + 1)).all()
    if len(differing) > _FEW:
        session.execute(sa.delete(STATE).where(STATE.c.round == facts.id))
        session.execute(
            sa.insert(STATE).from_select(list(STATE_COLUMNS), state_select(facts, only=False))
        )
    elif differing:
        for part in batches(row[_HOUSEHOLD] for row in differing):
            session.execute(
                sa.delete(STATE).where(STATE.c.round == facts.id, STATE.c.household.in_(part))
            )
        session.execute(sa.insert(STATE), [_as_dict(row) for row in differing])
    progress.step(1)
    kept = sa.select(COUNT.c.place, COUNT.c.last_change).where(COUNT.c.round == facts.id)
    last: dict[int, int] = dict(session.execute(kept).tuples())
    session.execute(sa.delete(COUNT).where(COUNT.c.round == facts.id))
    rows = [
        dict(zip(("place", *COUNT_COLUMNS), row, strict=True))
        | {"round": facts.id, "last_change": last.get(row[0], now)}
        for row in session.execute(group_select(facts.id))
    ]
    if rows:
        session.execute(sa.insert(COUNT), rows)
    progress.step(2)
    return sum(row["households"] for row in rows)


def _differing(facts: RoundFacts) -> sa.Select[Any]:
    """The true states that are not stored as they are."""
    true = state_select(facts, only=False).subquery("true")
    same = sa.and_(STATE.c.round == facts.id, STATE.c.household == true.c.household)
    differs = [
        STATE.c[key].is_distinct_from(true.c[key]) if key == "next_date"
        else STATE.c[key] != true.c[key]
        for key in STATE_COLUMNS[2:]
    ]  # fmt: skip
    return (
        sa.select(true)
        .select_from(sa.outerjoin(true, STATE, same))
        .where(sa.or_(STATE.c.household.is_(None), *differs))
    )


def _drop_left(session: Session, round_id: int) -> None:
    """States of households that are no longer in the register."""
    household = Household.__table__.alias()
    standing = sa.exists().where(household.c.id == STATE.c.household, household.c.deleted.is_(None))
    session.execute(sa.delete(STATE).where(STATE.c.round == round_id, ~standing))


def _as_dict(state: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(STATE_COLUMNS, state, strict=True))


def group_select(round_id: int) -> sa.Select[Any]:
    """place and `COUNT_COLUMNS`, summed from the stored states."""
    sums = [sa.func.sum(STATE.c[key]) for key in COUNT_COLUMNS[1:]]
    return (
        sa.select(STATE.c.place, sa.func.count(), *sums)
        .where(STATE.c.round == round_id)
        .group_by(STATE.c.place)
    )


def batches(ids: Iterable[int], size: int = BATCH) -> Iterator[list[int]]:
    """The ids in sorted lists of at most `size`: neighbours in the index stay together."""
    ordered = sorted(ids)
    for at in range(0, len(ordered), size):
        yield ordered[at : at + size]
