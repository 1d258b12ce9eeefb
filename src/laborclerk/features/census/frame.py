"""The editions of the household frame: which there are, what one says otherwise than the one
before, and a household entered by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.census.frame_editions import edition_of_villages
from laborclerk.features.census.household_form import FormProblem
from laborclerk.features.census.model import FrameEdition, FrameEntry
from laborclerk.features.census.numbers import free_number
from laborclerk.features.registry.model import Household, Place
from laborclerk.features.registry.places import ancestor, level_of
from laborclerk.kernel.errors import Common, Problem, Rejected, reject
from laborclerk.store.base import fields_of
from laborclerk.store.store import Store

BY_HAND = "手工录入的底册"
NEW, GONE, CHANGED = "new", "gone", "changed"
_COMPARED = ("place", "number", "head_name", "persons")
_VILLAGE = 1000
_ENTRY: Any = FrameEntry.__table__


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition: what it is called, of which day, from where, and how much it holds."""

    id: int
    name: str
    as_of: str
    source: str
    villages: int
    households: int
    persons: int


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A household as an edition has it. `kind` says how it stands to the edition before: new,
    gone, or changed in `field` from `before` to `after`."""

    household: int
    place: int | None
    number: str | None
    head_name: str | None
    persons: int | None
    kind: str = ""
    field: str = ""
    before: Value = None
    after: Value = None


def editions(session: Session) -> list[Edition]:
    """Every edition, latest first."""
    e = _ENTRY.c
    counted = (
        sa.select(
            e.edition, sa.func.count(sa.distinct(e.place // _VILLAGE)).label("villages"),
            sa.func.count().label("households"),
            sa.func.coalesce(sa.func.sum(e.persons), 0).label("persons"),
        )
        .where(e.deleted.is_(None))
        .group_by(e.edition)
        .subquery()
    )  # fmt: skip
    rows = session.execute(
        sa.select(FrameEdition, counted.c.villages, counted.c.households, counted.c.persons)
        .outerjoin(counted, counted.c.edition == FrameEdition.id)
        .where(FrameEdition.deleted.is_(None))
        .order_by(FrameEdition.as_of.desc(), FrameEdition.origin_seq.desc())
    )
    return [
        Edition(d.id, d.name or "", d.as_of or "", d.source or "", v or 0, h or 0, p or 0)
        for d, v, h, p in rows
    ]


def lines(session: Session, edition: int, limit: int = 500, offset: int = 0) -> list[FrameLine]:
    """The households of an edition by group and number."""
    e = _ENTRY.c
    rows = session.execute(
        sa.select(e.household, e.place, e.number, e.head_name, e.persons)
        .where(e.edition == edition, e.deleted.is_(None))
        .order_by(e.place, e.number, e.id)
        .limit(limit)
        .offset(offset)
    )
    return [FrameLine(*row) for row in rows]


def compare(session: Session, edition: int) -> list[FrameLine]:
    """What an edition says otherwise than the one before it, village by village: new households,
    gone ones, changed fields. Villages without an edition before are left out."""
    before = _before(session, edition)
    if not before:
        return []
    now = _entries(session, dict.fromkeys(before, edition))
    then = _entries(session, before)
    found: list[FrameLine] = []
    for household, entry in now.items():
        old = then.get(household)
        if old is None:
            found.append(_line(entry, NEW))
            continue
        for key in _COMPARED:
            if entry[key] is not None and entry[key] != old[key]:
                found.append(_line(entry, CHANGED, key, old[key], entry[key]))
    found += [_line(entry, GONE) for household, entry in then.items() if household not in now]
    return sorted(found, key=lambda x: (x.place or 0, x.number or "", x.household))


def _before(session: Session, edition: int) -> dict[int, int]:
    """Village (without group digits) of the edition → the edition that held before."""
    e, d = _ENTRY.c, FrameEdition.__table__.c
    rows = session.execute(
        sa.select(e.place // _VILLAGE, e.edition, d.as_of, d.origin_seq)
        .join_from(_ENTRY, FrameEdition.__table__, d.id == e.edition)
        .where(e.deleted.is_(None), d.deleted.is_(None), e.place.is_not(None))
        .distinct()
    ).all()
    order = {(i, as_of or "", seq) for _, i, as_of, seq in rows}
    own = next(((as_of, seq) for i, as_of, seq in order if i == edition), None)
    if own is None:
        return {}
    villages = {village for village, i, _, _ in rows if i == edition}
    latest: dict[int, tuple[tuple[str, int], int]] = {}
    for village, i, as_of, seq in rows:
        key = (as_of or "", seq)
        if village in villages and key < own and key > latest.get(village, (("", -1), 0))[0]:
            latest[village] = (key, i)
    return {village: i for village, (_, i) in latest.items()}


def _entries(session: Session, editions_: Mapping[int, int]) -> dict[int, dict[str, Any]]:
    """Household → its entry, of the edition named for each village."""
    villages: dict[int, list[int]] = defaultdict(list)
    for village, edition in editions_.items():
        villages[edition].append(village)
    e = _ENTRY.c
    columns = [e.household, *(e[key] for key in _COMPARED)]
    found: dict[int, dict[str, Any]] = {}
    for edition, some in villages.items():
        query = sa.select(*columns).where(
            e.edition == edition, e.deleted.is_(None), (e.place // _VILLAGE).in_(some)
        )
        for row in session.execute(query):
            found[row.household] = dict(row._mapping)
    return found


def _line(
    entry: Mapping[str, Any], kind: str, field: str = "", before: Value = None, after: Value = None
) -> FrameLine:
    return FrameLine(
        entry["household"], entry["place"], entry["number"], entry["head_name"],
        entry["persons"], kind, field, before, after,
    )  # fmt: skip


def add_by_hand(store: Store, values: Mapping[str, Value]) -> int:
    """Enter a household of the frame by hand → its id: `place`, `number` (the next free one when
    empty), `head_name`, `persons`. It joins the edition that holds for its village, or one of its
    own for what is entered by hand."""
    place, head = values.get("place"), values.get("head_name")
    labels = fields_of(FrameEntry)
    if not isinstance(place, int):
        raise reject(FormProblem.PLACE_NEEDED)
    if not head:
        raise reject(Common.REQUIRED, label=labels["head_name"].label)
    with store.write("frame.add") as work:
        known = work.get(Place, place)
        if known is None or level_of(place) not in ("village", "group"):
            raise reject(FormProblem.PLACE_NEEDED)
        village = ancestor(place, "village")
        number = values.get("number") or free_number(work.session, village)
        taken = work.session.execute(
            sa.select(Household.head_name).where(
                Household.number == number, Household.place >= village,
                Household.place < village + _VILLAGE, Household.deleted.is_(None),
            )
        ).first()  # fmt: skip
        if taken is not None:
            head, free = taken.head_name or "无户主", free_number(work.session, village)
            told = Problem(FormProblem.NUMBER_TAKEN, {"number": number, "head": head, "free": free})
            raise Rejected([told.at(field="number")])
        edition = edition_of_villages(work.session).get(village) or _own_edition(work)
        persons = values.get("persons")
        household = work.add(
            Household(
                place=place, number=number, head_name=head, registered_count=persons,
                kind="0", residence="1", in_frame=True,
            )
        )  # fmt: skip
        work.flush()
        work.add(
            FrameEntry(
                edition=edition, household=household.id, place=place, number=number,
                head_name=head, persons=persons,
            )
        )  # fmt: skip
    return int(household.id)


def _own_edition(work: Any) -> int:
    found = work.session.scalar(
        sa.select(FrameEdition.id).where(
            FrameEdition.name == BY_HAND, FrameEdition.deleted.is_(None)
        )
    )
    if found is not None:
        return int(found)
    made = work.add(FrameEdition(name=BY_HAND, as_of=_today(work), source=work.clerk))
    work.flush()
    return int(made.id)


def _today(work: Any) -> str:
    return str(work.clock.today())
