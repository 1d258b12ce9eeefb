"""Use cases of the handbook: print it for a trip or a batch, log who got it, what was checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.divisions import national
from laborclerk.catalog.fields import Value
from laborclerk.features.census.printed import made_by, note_printed
from laborclerk.features.dispatch.batches import BatchProblem, members, statuses
from laborclerk.features.dispatch.model import Batch
from laborclerk.features.dispatch.rosters import head_value
from laborclerk.features.handbook.booklets import write_booklets
from laborclerk.features.handbook.content import (
    Content,
    Item,
    check_id,
    checked_on,
    content,
    raw_guide,
    warnings,
)
from laborclerk.features.handbook.guide import Guide, GuidePage, GuidePages
from laborclerk.features.handbook.model import HandbookCheck, HandbookIssue
from laborclerk.features.handbook.pages import NOBODY, Owner, Pages, Trip
from laborclerk.features.registry.places import PlaceTree, place_id
from laborclerk.kernel.errors import Message, Problem, Rejected, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.pdf import Out, write_file
from laborclerk.sheets.bulk import bulk
from laborclerk.store.base import fields_of
from laborclerk.store.store import Store
from laborclerk.store.work import Touched
from laborclerk.sync.ledger import station_of

HANDBOOK, GUIDE = "1", "2"  # of the code list handbook_kind
_OWN_FOLDER = "handbook"  # in the station's folder: a county's own content


class HandbookProblem(Message):
    """Printing, issuing and checking handbooks."""

    HANDBOOK_FIELD = "“{label}”必须填写"
    HANDBOOK_LINE = "手册里没有“{key}”这一条。请看 handbook list 里的条目"
    HANDBOOK_NOTHING = "“{head}”是生活常识,没有要核对的条文"
    HANDBOOK_PLACE = "“{text}”不是能认出的目的地。请写省、市、县名或区划代码"


@dataclass(frozen=True)
class Printed:
    """Pages of the PDF, booklets in it, what to know of the content."""

    pages: int
    booklets: int
    edition: str
    problems: list[Problem] = field(default_factory=list)


def own_content(store: Store) -> Content:
    """The content this station prints: its own files where it has any."""
    folder = store.folder / _OWN_FOLDER
    return content(folder if folder.is_dir() else None)


def edition_of(words: Content) -> str:
    """The edition as printed on the back and written into the issue log."""
    return f"{words.edition} {words.digest}"


def known_checks(session: Session) -> dict[tuple[str, str], str]:
    """When each line with its text was last checked."""
    found: dict[tuple[str, str], str] = {}
    query = sa.select(HandbookCheck).where(HandbookCheck.deleted.is_(None))
    for record in session.scalars(query):
        key = record.line or "", record.digest or ""
        found[key] = max(found.get(key, ""), record.date or "")
    return found


@bulk
def print_handbooks(
    store: Store,
    out: Out,
    *,
    batch: int | None = None,
    destination: str = "",
    personal: bool = False,
    only: Sequence[int] = (),
    folded: bool = True,
    progress: Progress = SILENT,
) -> Printed:
    """Handbooks to `out`: for a batch, or for a destination (12-digit code, '' for none).
    `personal` makes one for each member (`only` these members), filled in; else one to be filled
    in by hand. `folded`: two-up on A4 to be folded, else A5 pages. Raises Rejected."""
    words = own_content(store)
    today = store.clock.today()
    with store.read() as session:
        record = _batch(session, batch) if batch is not None else None
        issuer = station_of(store).name
        trip = trip_of(record, issuer) if record else _trip_to(destination, issuer)
        known = known_checks(session)
        problems = warnings(words, known, today)
        made = made_by(store)
        owners: list[Owner] = [NOBODY]
        if record is not None and personal:
            owners = list(_owners(session, record, only))
            if not owners:
                raise reject(BatchProblem.BATCH_EMPTY, what=record.number)
        pages_ = Pages(words, trip, known, made)
        pages = write_file(
            out,
            lambda stream: write_booklets(
                stream, pages_, owners, folded=folded, total=len(owners), progress=progress
            ),
        )
    if isinstance(out, Path):
        noted(store, batch, len(owners), pages)
    return Printed(pages, len(owners), edition_of(words), problems)


@bulk
def print_guide(
    store: Store, out: Out, *, folded: bool = True, progress: Progress = SILENT
) -> Printed:
    """The labour guide to `out`, for cadres and those who lead people out."""
    folder = store.folder / _OWN_FOLDER
    guide, declared = raw_guide(folder if folder.is_dir() else None)
    words, today = own_content(store), store.clock.today()
    with store.read() as session:
        known = known_checks(session)
    pages_ = GuidePages(
        words, Guide(guide, tuple(GuidePage(**page) for page in declared)),
        Trip(issuer=station_of(store).name), known, made_by(store),
    )  # fmt: skip
    pages = write_file(
        out, lambda stream: write_booklets(stream, pages_, folded=folded, progress=progress)
    )
    if isinstance(out, Path):
        noted(store, None, 1, pages)
    return Printed(pages, 1, edition_of(guide), warnings(words, known, today))


def noted(store: Store, batch: int | None, copies: int, pages: int) -> None:
    """Handbooks left the house, as a file or on a printer."""
    here = place_id(station_of(store).place)
    kind, record = ("batch", batch) if batch is not None else ("place", here)
    note_printed(store, None, "handbook", kind, record, pages, copies=copies)


def _batch(session: Session, batch: int) -> Batch:
    record = session.get(Batch, batch)
    if record is None or record.deleted is not None:
        raise reject(BatchProblem.BATCH_UNKNOWN, what=batch)
    return record


def trip_of(batch: Batch, issuer: str) -> Trip:
    """What a batch tells its handbooks."""
    return Trip(
        code=batch.destination or "", destination=head_value(batch, "destination"),
        number=batch.number or "", employer=batch.employer_name or "",
        address=batch.address or "", job=batch.job or "", departs=head_value(batch, "departs"),
        gather=head_value(batch, "gather"), transport=head_value(batch, "transport"),
        leader=batch.leader or "", leader_phone=batch.leader_phone or "",
        station=batch.station or "", station_contact=batch.station_contact or "",
        station_phone=batch.station_phone or "", issuer=batch.organiser or issuer,
    )  # fmt: skip


def _trip_to(destination: str, issuer: str) -> Trip:
    if not destination:
        return Trip(issuer=issuer)
    name = national().full_name(destination)
    if not name:
        raise reject(HandbookProblem.HANDBOOK_PLACE, text=destination)
    return Trip(code=destination, destination=name, issuer=issuer)


def _owners(session: Session, batch: Batch, only: Sequence[int]) -> Iterator[Owner]:
    tree, wanted = PlaceTree.load(session), set(only)
    for line in members(session, batch.id, only=statuses("roster")):
        if wanted and line.id not in wanted:
            continue
        yield Owner(
            name=line.name, home=tree.path(line.place, "county") if line.place else "",
            phone=line.phone, contact=line.contact, contact_phone=line.contact_phone,
            job=line.job, wage=f"{line.wage}元" if line.wage is not None else "",
        )  # fmt: skip


# -- the issue log -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """The records a use case wrote."""

    act: int
    ids: list[int]
    touched: Touched = field(default_factory=dict)


def issue(store: Store, values: dict[str, Value]) -> Kept:
    """Log handbooks given out; kind, edition and date are filled in when left out."""
    filled: dict[str, Value] = {
        "kind": HANDBOOK, "edition": edition_of(own_content(store)),
        "date": store.clock.today(), "copies": 1, **{k: v for k, v in values.items() if v},
    }  # fmt: skip
    problems = [
        Problem(HandbookProblem.HANDBOOK_FIELD, {"label": spec.label}).at(field=key)
        for key, spec in fields_of(HandbookIssue).items()
        if spec.required and not filled.get(key)
    ]
    if problems:
        raise Rejected(problems)
    with store.write("handbook.issue") as work:
        record = work.add(HandbookIssue(**filled))
    return Kept(work.outcome.act, [record.id], work.outcome.touched)


def issue_to_batch(store: Store, batch: int, only: Sequence[int] = ()) -> Kept:
    """Log one handbook for each member of a batch who has none of this edition from it yet."""
    words = edition_of(own_content(store))
    with store.write("handbook.issue") as work:
        record = _batch(work.session, batch)
        wanted = set(only)
        have = set(
            work.session.scalars(
                sa.select(HandbookIssue.person).where(
                    HandbookIssue.batch == batch, HandbookIssue.edition == words,
                    HandbookIssue.deleted.is_(None),
                )
            )
        )  # fmt: skip
        rows: list[dict[str, object]] = [
            {
                "kind": HANDBOOK, "edition": words, "date": store.clock.today(), "copies": 1,
                "destination": record.destination, "batch": batch, "person": line.person,
                "giver": store.clerk,
            }
            for line in members(work.session, batch, only=statuses("roster"))
            if line.person not in have and (not wanted or line.id in wanted)
        ]  # fmt: skip
        work.create_many(HandbookIssue, rows)
    return Kept(work.outcome.act, [int(str(r["id"])) for r in rows], work.outcome.touched)


def issues(session: Session, limit: int = 500) -> Sequence[HandbookIssue]:
    """The log, latest first."""
    query = sa.select(HandbookIssue).where(HandbookIssue.deleted.is_(None))
    return session.scalars(
        query.order_by(HandbookIssue.date.desc(), HandbookIssue.id.desc()).limit(limit)
    ).all()


def issued_copies(session: Session) -> int:
    """How many copies were given out in all."""
    query = sa.select(sa.func.sum(HandbookIssue.copies)).where(HandbookIssue.deleted.is_(None))
    return int(session.scalar(query) or 0)


# -- checking the content ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the content and when it was checked last, '' if never."""

    item: Item
    checked: str


def lines(store: Store) -> list[Line]:
    """Every line that states law or a number."""
    with store.read() as session:
        known = known_checks(session)
    return [Line(i, checked_on(i, known)) for i in own_content(store).items if i.asks]


def confirm(store: Store, keys: Sequence[str], person: str = "", basis: str = "") -> Kept:
    """Note that somebody compared lines with their source today. The text as it stands now is what
    was checked: another text of the same line must be checked anew. Raises Rejected."""
    words = own_content(store)
    done: list[int] = []
    with store.write("handbook.check") as work:
        for key in keys:
            item = words.one(key)
            if item is None:
                raise reject(HandbookProblem.HANDBOOK_LINE, key=key)
            if not item.asks:
                raise reject(HandbookProblem.HANDBOOK_NOTHING, head=item.head)
            values: dict[str, Value] = {
                "line": key, "digest": item.digest, "date": store.clock.today(),
                "person": person or store.clerk, "basis": basis or None, "deleted": None,
            }  # fmt: skip
            number = check_id(key, item.digest)
            record = work.get(HandbookCheck, number)
            if record is None:
                work.add(HandbookCheck(id=number, **values))
            else:
                work.change(record, values)
            done.append(number)
    return Kept(work.outcome.act, done, work.outcome.touched)
