"""What merging brought together that nobody saw together: told, never repaired.

Each side's work passed its own checks. Once merged, a household may have two heads, one record
changes of two people in different fields, or a record names one that another took out (astray.py).
These are listed here until they are right, or somebody says that it was looked at. The table is
this station's own and does not travel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from laborclerk.features.census.checks import HouseholdFacts
from laborclerk.features.census.due import RoundFacts, is_accounted
from laborclerk.features.census.household_form import facts_of_round, form_id
from laborclerk.features.census.model import CensusForm
from laborclerk.features.census.rounds import current_round
from laborclerk.features.census.rules import check
from laborclerk.features.coverage.maintain import affected
from laborclerk.features.exchange import astray
from laborclerk.features.exchange.astray import WayOut
from laborclerk.features.exchange.words import DELETED, Named, Stations, Words
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceTree, subtree
from laborclerk.features.registry.scope import locate
from laborclerk.kernel.errors import Problem, Severity, reject
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import Base, Record, fields_of, record_types, table_of
from laborclerk.store.bulk import among, insert_many
from laborclerk.store.causality import Causality
from laborclerk.store.store import Store
from laborclerk.store.versions import Dot, Vector, flat_dots, unpack_dots
from laborclerk.store.work import Touched, UnitOfWork
from laborclerk.sync.records import Applied

MET = "met"  # code of a record changed on several sides in different fields
ASTRAY = "astray"  # of a record that names one which was taken out unseen
_PART = 5000


class MergeFinding(Base):
    """Something to look at after an import; `household` is whose form shows it (0: none)."""

    __tablename__ = "merge_finding"
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    household: Mapped[int] = mapped_column(sa.BigInteger, index=True)
    place: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    record_type: Mapped[str] = mapped_column(sa.String)
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    code: Mapped[str] = mapped_column(sa.String)
    text: Mapped[str] = mapped_column(sa.String)
    at: Mapped[int] = mapped_column(sa.BigInteger)


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding as it is listed."""

    id: int
    record_type: str
    record_id: int
    named: Named
    broken: bool  # something is wrong since; else different fields changed on two sides
    text: str
    at: int
    way_out: WayOut  # what `mend` would do; nothing when it is to be put right in the form


def findings(
    store: Store, place: int | None = None, *, limit: int | None = None,
    tree: PlaceTree | None = None,
) -> list[FindingLine]:  # fmt: skip
    """What is to be looked at, what is broken first."""
    with store.read() as session:
        query = sa.select(MergeFinding).order_by(
            (MergeFinding.code == MET), MergeFinding.place, MergeFinding.household
        )
        if place is not None:
            low, high = subtree(place)
            query = query.where(MergeFinding.place >= low, MergeFinding.place < high)
        words = Words(session, tree)
        return [
            FindingLine(
                f.id, f.record_type, f.record_id, words.named(f.record_type, f.record_id),
                f.code != MET, f.text, f.at,
                astray.way_out(session, words, f.record_type, f.record_id)
                if f.code == ASTRAY else WayOut(),
            )
            for f in session.scalars(query.limit(limit))
        ]  # fmt: skip


def count(store: Store) -> int:
    """How many there are."""
    with store.read() as session:
        return int(session.scalar(sa.select(sa.func.count()).select_from(MergeFinding)) or 0)


def tick(store: Store, ids: Collection[int]) -> None:
    """These were looked at."""
    with store.local() as session:
        session.execute(sa.delete(MergeFinding).where(MergeFinding.id.in_(list(ids))))


def mend(store: Store, finding: int) -> Touched:
    """Put a record right that names one which was taken out: see `astray.mend`. Raises Rejected
    when there is nothing to put right any more."""
    with store.write("finding.mend") as work:
        row = work.session.get(MergeFinding, finding)
        if row is None or row.code != ASTRAY:
            raise reject(astray.AstrayProblem.NOT_ASTRAY)
        astray.mend(work, row.record_type, row.record_id)
    return work.outcome.touched


# -- after an import -----------------------------------------------------------------------------


def look(store: Store, work: UnitOfWork, applied: Applied) -> None:
    """List what an import brought together. Runs inside its transaction; how it was before is read
    beside it."""
    session = work.session
    session.flush()
    now = work.clock()
    found = [
        *_met(store, session, applied, now),
        *_broken(store, work, applied, now),
        *_astray(store, session, astray.found(session, work.outcome, applied.named), now),
    ]
    _list(session, found)


def _list(session: Session, found: Iterable[dict[str, Any]]) -> None:
    rows = {row["id"]: row for row in found}
    for part in _parts(list(rows)):
        session.execute(sa.delete(MergeFinding).where(MergeFinding.id.in_(part)))
    insert_many(session.connection(), table_of(MergeFinding), list(rows.values()))


def _met(store: Store, session: Session, applied: Applied, now: int) -> Iterable[dict[str, Any]]:
    if not applied.met:
        return
    stations, causality = Stations(store, session), Causality(session)
    by_type: dict[str, list[int]] = defaultdict(list)
    for record_type, record_id in applied.met:
        by_type[record_type].append(record_id)
    for record_type, ids in by_type.items():
        model = record_types()[record_type]
        table: Any = model.__table__
        homes = _homes(session, record_type, ids)
        places = _places(session, {h for h in homes.values() if h})
        for part in _parts(ids):
            columns = (table.c.id, table.c.dots, table.c.deleted)
            for record_id, packed, deleted in session.execute(
                sa.select(*columns).where(table.c.id.in_(part))
            ):
                text = _sides(unpack_dots(packed), model, applied.knew, causality, stations)
                if deleted is None and text:
                    home = homes.get(record_id) or 0
                    yield {
                        "id": stable_id("merge_finding", record_type, record_id, MET),
                        "household": home, "place": places.get(home, 0),
                        "record_type": record_type, "record_id": record_id, "code": MET,
                        "text": text, "at": now,
                    }  # fmt: skip


def _sides(
    dots: Mapping[str, Collection[Dot]],
    model: Any,
    knew: Vector | None,
    causality: Causality,
    stations: Stations,
) -> str:
    """`乌峰街道改了电话;县站改了月收入`: the fields of those that did not know of each other."""
    last = {key: max(some) for key, some in dots.items() if key != DELETED}
    apart = {
        key for key, dot in last.items()
        if any(
            other[0] != dot[0]
            and not causality.knew(dot, other) and not causality.knew(other, dot)
            for other in last.values()
        )
    }  # fmt: skip
    labels: dict[str, list[str]] = defaultdict(list)
    known = fields_of(model)
    for key in known:
        if key in apart:
            labels[stations.name(last[key][0])].append(known[key].label)
    return ";".join(f"{name}改了{'、'.join(some)}" for name, some in labels.items())


def decided(store: Store, work: UnitOfWork, record: Record, gone: Collection[Dot]) -> None:
    """List what a decision on a deletion leaves hanging (`astray.decided`); `gone` said it."""
    work.flush()
    strays = astray.decided(work.session, record.__tablename__, record.id, gone)
    _list(work.session, _astray(store, work.session, strays, work.clock()))


def _astray(
    store: Store, session: Session, strays: Collection[astray.Stray], now: int
) -> Iterable[dict[str, Any]]:
    if not strays:
        return
    words, stations = Words(session), Stations(store, session)
    for stray in strays:
        record_type, record_id = stray.record_type, stray.record_id
        places = locate(session, record_type, [record_id]).get(record_id, set())
        yield {
            "id": stable_id("merge_finding", record_type, record_id, ASTRAY), "household": 0,
            "place": min(places, default=0), "record_type": record_type, "record_id": record_id,
            "code": ASTRAY, "text": astray.text_of(stray, words, stations), "at": now,
        }  # fmt: skip


def _broken(store: Store, work: UnitOfWork, applied: Applied, now: int) -> Iterable[dict[str, Any]]:
    """Checks that fail since, in households to which both sides contributed unseen."""
    session = work.session
    round_ = _round(session)
    if round_ is None:
        return
    suspects = _apart(session, work.outcome.touched, applied.knew)
    if not suspects:
        return
    found = _problems(session, suspects, round_)
    wrong = sorted(home for home, problems in found.items() if problems)
    if not wrong:
        return
    with store.read() as earlier:  # what was committed before this import
        before = _problems(earlier, wrong, round_)
    places = _places(session, wrong)
    for home in wrong:
        stood = {_key(p) for p in before.get(home, ())}
        for problem in found[home]:
            if _key(problem) not in stood:
                where = problem.where
                yield {
                    "id": stable_id("merge_finding", home, *_key(problem)), "household": home,
                    "place": places.get(home, 0), "record_type": where.record_type or "household",
                    "record_id": where.record_id or home, "code": problem.code,
                    "text": problem.text, "at": now,
                }  # fmt: skip


def _key(problem: Problem) -> tuple[str, int]:
    return problem.code, problem.where.record_id or 0


def _round(session: Session) -> RoundFacts | None:
    open_round = current_round(session)
    return facts_of_round(session, open_round.id) if open_round is not None else None


def _apart(session: Session, touched: Touched, knew: Vector | None) -> list[int]:
    """Of the touched households those that hold something the sender did not know of."""
    homes = set(touched.get("household", ()))
    homes |= set(_homes(session, "person", touched.get("person", ())).values())
    found: set[int] = set()
    for model, key in ((Household, "id"), (Person, "household")):
        table: Any = model.__table__
        columns = (table.c[key], table.c.origin_device, table.c.origin_seq, table.c.dots)
        query = sa.select(*columns).where(sa.or_(table.c.dots.is_not(None), ~_known(table, knew)))
        for part in _parts(sorted(homes - found - {0})):
            query_part = query.where(among(table.c[key], part))
            for home, device, seq, packed in session.connection().execute(query_part).all():
                if knew is None or not knew.knows_all([device, seq, *flat_dots(packed)]):
                    found.add(home)
    return sorted(found)


def _known(table: Any, knew: Vector | None) -> sa.ColumnElement[bool]:
    """Whether the sender knew of a record's creation, as far as that is told without its holes."""
    tops = knew.top.items() if knew is not None else ()
    made, seq = table.c.origin_device, table.c.origin_seq
    whole = [sa.and_(made == at, seq <= top) for at, top in tops if knew and at not in knew.holes]
    return sa.or_(sa.false(), *whole)


def _problems(
    session: Session, homes: Sequence[int], round_: RoundFacts
) -> dict[int, list[Problem]]:
    """What the checks say of each household; hints are left out."""
    found: dict[int, list[Problem]] = {}
    for part in _parts(homes):
        persons: dict[int, list[dict[str, Any]]] = defaultdict(list)
        query = sa.select(*_columns(Person)).where(among(Person.__table__.c.household, part))
        for row in session.execute(query.order_by(Person.line, Person.id)).mappings():
            persons[row["household"]].append(dict(row))
        forms = _rows(session, CensusForm, [form_id(round_.id, home) for home in part])
        for home, household in _rows(session, Household, part).items():
            if household[DELETED] is not None:
                continue
            living = [p for p in persons[home] if p[DELETED] is None]
            gone = sum(is_accounted(p) for p in persons[home] if p[DELETED] is not None)
            form = forms.get(form_id(round_.id, home), {})
            problems = check(HouseholdFacts(household, living, form, round_, gone))
            found[home] = [p for p in problems if p.severity is not Severity.HINT]
    return found


def _columns(model: Any) -> list[Any]:
    table = model.__table__
    return [table.c[key] for key in ("id", *fields_of(model))]


def _rows(session: Session, model: Any, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    query = sa.select(*_columns(model)).where(among(model.__table__.c.id, ids))
    return {row["id"]: dict(row) for row in session.execute(query).mappings()}


def _homes(session: Session, record_type: str, ids: Iterable[int]) -> dict[int, int]:
    """The household of each record, 0 for none."""
    if record_type == "household":
        return {i: i for i in ids}
    table: Any = record_types()[record_type].__table__
    if "household" not in table.c:
        return dict.fromkeys(ids, 0)
    found: dict[int, int] = {}
    for part in _parts(sorted(ids)):
        query = sa.select(table.c.id, table.c.household).where(among(table.c.id, part))
        found |= {i: home or 0 for i, home in session.execute(query)}
    return found


def _places(session: Session, homes: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for part in _parts(sorted(homes)):
        query = sa.select(Household.id, Household.place).where(
            among(Household.__table__.c.id, part)
        )
        found |= {i: place or 0 for i, place in session.execute(query)}
    return found


def _parts(ids: Sequence[int]) -> Iterable[list[int]]:
    return (list(ids[at : at + _PART]) for at in range(0, len(ids), _PART))


# -- at every change -----------------------------------------------------------------------------


_ANY = sa.select(sa.exists().select_from(MergeFinding))


def maintain(work: UnitOfWork, touched: Touched) -> None:
    """What is right again is no finding any more."""
    if any(touched.values()) and work.session.connection().scalar(_ANY):
        _end_broken(work, touched)
        _end_astray(work.session)


def _end_broken(work: UnitOfWork, touched: Touched) -> None:
    session = work.session
    some = {name: touched[name] for name in ("household", "person") if touched.get(name)}
    if not some:
        return
    homes = affected(work, some, {})  # those somebody left, too
    listed: list[MergeFinding] = []
    for part in _parts(sorted(homes)):
        query = sa.select(MergeFinding).where(
            MergeFinding.household.in_(part), MergeFinding.code.not_in((MET, ASTRAY))
        )
        listed += session.scalars(query)
    round_ = _round(session)
    if not listed or round_ is None:
        return
    standing = _problems(session, sorted({f.household for f in listed}), round_)
    for one in listed:
        keys = {_key(p) for p in standing.get(one.household, ())}
        if (one.code, one.record_id) not in keys and (one.code, 0) not in keys:
            session.delete(one)
    session.flush()


def _end_astray(session: Session) -> None:
    listed = session.scalars(sa.select(MergeFinding).where(MergeFinding.code == ASTRAY)).all()
    records: dict[str, list[int]] = defaultdict(list)
    for one in listed:
        records[one.record_type].append(one.record_id)
    standing = astray.standing(session, records)
    for one in listed:
        if (one.record_type, one.record_id) not in standing:
            session.delete(one)
    session.flush()
