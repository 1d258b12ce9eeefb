"""Keeps `HouseholdState` and `GroupCount` true, inside the transaction that changes a record.

`maintain` recomputes the households an act touched and applies the differences to their groups;
`recount` computes everything anew. Both ask the same statement (`states.state_select`), so they
can only agree. Only the open round is kept up to date: the numbers of a closed one stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import current_facts, round_facts
from laborclerk.features.coverage import changed
from laborclerk.features.coverage.model import GroupCount, HouseholdState
from laborclerk.features.coverage.states import COUNT_COLUMNS, STATE_COLUMNS, state_select
from laborclerk.features.registry.model import Household
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.base import table_of
from laborclerk.store.bulk import Among
from laborclerk.store.journal import LATER, Entry, unpack_changes
from laborclerk.store.store import Store
from laborclerk.store.work import Touched, UnitOfWork

STATE: Any = HouseholdState.__table__
COUNT: Any = GroupCount.__table__

_FEW = 20_000  # so many states are mended one by one; when more differ, all are written anew
_PLACE = STATE_COLUMNS.index("place")
_HOUSEHOLD = STATE_COLUMNS.index("household")
_SUMMED = tuple(STATE_COLUMNS.index(key) for key in COUNT_COLUMNS[1:])


def maintain(work: UnitOfWork, touched: Touched) -> None:
    """The maintainer handed to the store: bring the counts up to date with what `work` did."""
    asked = {"round", "household", *(m.__tablename__ for m in changed.OF_HOUSEHOLD)}
    if not any(touched.get(name) for name in asked):
        return
    facts = current_facts(work.session)
    if facts is None:
        return
    times = changed.times_of_merge(work, touched)
    households = affected(work, touched, times)
    if touched.get("round"):
        _recount_marking(work.session, facts, households)
    else:
        update_states(work.session, facts, households)


def affected(work: UnitOfWork, touched: Touched, times: Mapping[int, int]) -> dict[int, int]:
    """Every household whose state may differ, with the time (ms) of its change: those touched,
    those of touched members, forms and visits, and those such a record was taken out of (as its
    journal tells, and, where the merge chose between two words, as it was shown). `times` has the
    time of a record, if this is a merge; else it is now."""
    found: dict[int, int] = {}
    now = work.clock()

    def add(household: int | None, record: int) -> None:
        if household is not None:
            found[household] = max(found.get(household, 0), times.get(record, now))

    for household in touched.get("household", ()):
        add(household, household)
    conn = work.session.connection()
    moved: list[int] = []
    for model in changed.OF_HOUSEHOLD:
        ids = touched.get(model.__tablename__, ())
        merged = work.outcome.partly[model.__tablename__]
        for record in ids:
            if record not in merged:
                moved.append(record)
            elif "household" in merged[record]:
                moved.append(record)
                shown = merged[record]["household"]
                add(shown if isinstance(shown, int) else None, record)
        for part in changed.batches(ids):
            for household, record in _OWNERS[model].rows(conn, part):
                add(household, record)
    for part in changed.batches(moved):
        for record_type, record, blob, device, seq in _MOVES.rows(conn, part):
            if not work.learned and (device != 0 or seq < work.act):
                continue  # moved before this act
            if b"household" in (blob or b"") and record_type in _OF_HOUSEHOLD:
                before = unpack_changes(blob).get("household", (None, None))[0]
                add(before if isinstance(before, int) else None, record)
    return found


_OF_HOUSEHOLD = {model.__tablename__ for model in changed.OF_HOUSEHOLD}


_OWNERS = {
    model: Among(table.id, sa.select(table.household, table.id))
    for model, table in ((m, table_of(m).c) for m in changed.OF_HOUSEHOLD)
}
_ENTRY = table_of(Entry).c
_MOVES = Among(
    _ENTRY.record_id,
    sa.select(
        _ENTRY.record_type, _ENTRY.record_id, _ENTRY.changes, _ENTRY.device, _ENTRY.seq
    ).where(LATER),
)


def update_states(session: Session, facts: RoundFacts, households: Mapping[int, int]) -> None:
    """Recompute the states of some households, given with the time (ms) of their change; add what
    differs to their groups. Every group such a household is or was in is marked as changed then."""
    conn = session.connection()
    differences: dict[int, list[int]] = defaultdict(lambda: [0] * len(COUNT_COLUMNS))
    select = state_select(facts, only=True)
    last: dict[int, int] = defaultdict(int)
    for part in changed.batches(households):
        here = {"round_id": facts.id, "ids": part}
        old = {r[_HOUSEHOLD]: tuple(r) for r in conn.execute(_OLD_STATES, here).all()}
        now = conn.execute(select, {"households": part}).all()
        new = {r[_HOUSEHOLD]: tuple(r) for r in now}
        for states, sign in ((old, -1), (new, 1)):
            for household, state in states.items():
                place = state[_PLACE]
                last[place] = max(last[place], households[household])
                total = differences[place]
                total[0] += sign
                for at, index in enumerate(_SUMMED, 1):
                    total[at] += sign * state[index]
        stale = [h for h, state in old.items() if new.get(h) != state]
        fresh = [_as_dict(state) for h, state in new.items() if old.get(h) != state]
        if stale:
            conn.execute(_DROP_STATES, here | {"ids": stale})
        if fresh:
            conn.execute(_NEW_STATES, fresh)
    _apply(conn, facts.id, differences, last)


def _recount_marking(session: Session, facts: RoundFacts, households: Mapping[int, int]) -> None:
    """`recount_in` after the round itself changed. The groups that households which changed too
    are or were in are marked, as `update_states` would."""
    conn = session.connection()
    last: dict[int, int] = defaultdict(int)

    def mark() -> None:
        for part in changed.batches(households):
            for place, household in _STANDING.rows(conn, part, round_id=facts.id):
                last[place] = max(last[place], households[household])

    mark()
    recount_in(session, facts)
    mark()
    _apply(conn, facts.id, dict.fromkeys(last, [0] * len(COUNT_COLUMNS)), last)


def _apply(
    conn: sa.Connection,
    round_id: int,
    differences: Mapping[int, list[int]],
    last: Mapping[int, int],
) -> None:
    known: set[int] = set()
    for part in changed.batches(differences):
        known.update(conn.scalars(_KNOWN_GROUPS, {"round_id": round_id, "ids": part}))
    known_rows, new_rows = [], []
    for place, total in differences.items():
        row = dict(zip(COUNT_COLUMNS, total, strict=True)) | {"last_change": last[place]}
        if place in known:
            row |= {"round_id": round_id, "at": place}
            known_rows.append({"b_" + key: value for key, value in row.items()})
        else:
            new_rows.append(row | {"round": round_id, "place": place})
    if known_rows:
        conn.execute(_ADD_TO_GROUP, known_rows)
    if new_rows:
        conn.execute(_NEW_GROUP, new_rows)


def _in(column: Any) -> Any:
    return column.in_(sa.bindparam("ids", expanding=True))


# made once: to make a statement costs more than to run it on one household
_ROUND: Any = sa.bindparam("round_id")
_NOW: Any = sa.bindparam("b_last_change")
_OLD_STATES = sa.select(*(STATE.c[key] for key in STATE_COLUMNS)).where(
    STATE.c.round == _ROUND, _in(STATE.c.household)
)
_STANDING = Among(
    STATE.c.household, sa.select(STATE.c.place, STATE.c.household).where(STATE.c.round == _ROUND)
)
_ANY_STATE = sa.select(sa.exists().where(STATE.c.round == _ROUND))
_DROP_STATES = sa.delete(STATE).where(STATE.c.round == _ROUND, _in(STATE.c.household))
_NEW_STATES = sa.insert(STATE)
_KNOWN_GROUPS = sa.select(COUNT.c.place).where(COUNT.c.round == _ROUND, _in(COUNT.c.place))
_NEW_GROUP = sa.insert(COUNT)
_ADD_TO_GROUP = (
    sa.update(COUNT)
    .where(COUNT.c.round == sa.bindparam("b_round_id"), COUNT.c.place == sa.bindparam("b_at"))
    .values(
        {key: COUNT.c[key] + sa.bindparam("b_" + key) for key in COUNT_COLUMNS}
        | {"last_change": sa.case((COUNT.c.last_change > _NOW, COUNT.c.last_change), else_=_NOW)}
    )
)


def recount(store: Store, round_id: int, progress: Progress = SILENT) -> int:
    """Count a round anew from the records → the households counted. One grouped scan."""
    progress.start("重新统计", 2)
    with store.local() as session:
        record = session.get(Round, round_id)
        if record is None:
            return 0
        return recount_in(session, round_facts(record), progress)


def recount_in(session: Session, facts: RoundFacts, progress: Progress = SILENT) -> int:
    """`recount` inside a transaction. The times of last changes are kept; a group that was not
    counted before has none (0)."""
    session.execute(sa.delete(STATE).where(STATE.c.round == facts.id, left_over()))
    any_stands = session.scalar(_ANY_STATE, {"round_id": facts.id})
    mend = session.execute(differing(facts).limit(_FEW + 1)).all() if any_stands else []
    if not any_stands or len(mend) > _FEW:
        session.execute(sa.delete(STATE).where(STATE.c.round == facts.id))
        session.execute(
            sa.insert(STATE).from_select(list(STATE_COLUMNS), state_select(facts, only=False))
        )
    elif mend:
        for part in changed.batches(row[_HOUSEHOLD] for row in mend):
            session.execute(_DROP_STATES, {"round_id": facts.id, "ids": part})
        session.execute(sa.insert(STATE), [_as_dict(row) for row in mend])
    progress.step(1)
    kept = sa.select(COUNT.c.place, COUNT.c.last_change).where(COUNT.c.round == facts.id)
    last: dict[int, int] = dict(session.execute(kept).all())
    session.execute(sa.delete(COUNT).where(COUNT.c.round == facts.id))
    sums = {row[0]: tuple(row[1:]) for row in session.execute(group_select(facts.id))}
    nothing = (0,) * len(COUNT_COLUMNS)
    rows = [
        dict(zip(COUNT_COLUMNS, sums.get(place, nothing), strict=True))
        | {"round": facts.id, "place": place, "last_change": last.get(place, 0)}
        for place in sums.keys() | last.keys()  # an emptied group keeps the time it was emptied
    ]
    if rows:
        session.execute(sa.insert(COUNT), rows)
    progress.step(2)
    return sum(row["households"] for row in rows)


def differing(facts: RoundFacts) -> sa.Select[Any]:
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


def left_over() -> Any:
    """The condition on a state whose household is no longer in the register."""
    household = Household.__table__.alias()
    return ~sa.exists().where(household.c.id == STATE.c.household, household.c.deleted.is_(None))


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
