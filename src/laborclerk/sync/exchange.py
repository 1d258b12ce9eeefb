"""The bundle's use cases: inspect one, import one; export.py writes them.

A township's bundle holds everything the county has not acknowledged; the county's return bundle
everything of others that concerns the township's places (returning.py). A bundle that cannot be
applied yet is kept and applied once what it waits for has come (inbox.py).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.bulk_work import bulk_work
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.errors import (
    EnvironmentFault,
    Message,
    Problem,
    Rejected,
    Severity,
    reject,
)
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.kernel.progress import SILENT, Cancelled, Progress
from laborclerk.store.journal import Device, HeldEntry
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork
from laborclerk.sync import inbox
from laborclerk.sync.approvals import retire
from laborclerk.sync.blocks import telling
from laborclerk.sync.container import OpenedBundle
from laborclerk.sync.holding import NEWER, WAITING
from laborclerk.sync.judge import Judge, JudgeOf
from laborclerk.sync.ledger import (
    COUNTY,
    BundleLog,
    Enrolled,
    Ledger,
    log_time,
    station_of,
)
from laborclerk.sync.manifest import Purpose
from laborclerk.sync.merge import Sender, apply, retry
from laborclerk.sync.messages import Exchange
from laborclerk.sync.names import Names
from laborclerk.sync.records import Applied
from laborclerk.sync.state_hash import Villages
from laborclerk.sync.trust import keep, keys_for, open_for, trust_of


class OfPlace(Judge, Villages, Protocol):
    """What a station may write, and what lies in its villages."""


Judges = Callable[[str], OfPlace]
"""Makes the judge of what a station of some place may write, e.g. `PlaceScope`."""
After = Callable[[UnitOfWork, Applied], None]
"""Looks at what was merged, in the same transaction."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `records` counts records really changed; a bundle that was imported
    before changes nothing and says so in `problems`. `conflicts` began, `met` records were changed
    on several sides in different fields; what `waits` is not applied yet."""

    station: str
    name: str
    number: int
    records: int
    fields: int
    held: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    conflicts: int = 0
    met: int = 0
    waits: bool = False


def number_of(opened: OpenedBundle) -> int:
    """The number of the device that wrote a bundle; 0 for a name that is none."""
    return read_id(opened.certified.device) or 0


def inspect(store: Store, path: Path) -> OpenedBundle:
    """Verify a bundle as an import would, change nothing."""
    return open_for(store, path)


_TRIED = "sync.tried"  # the program version that tried what was held
_HELD = {
    "out_of_scope": Ledger.HELD_OUT_OF_SCOPE,
    "newer": Ledger.HELD_NEWER,
    "missing": Ledger.HELD_MISSING,
}


def import_bundle(
    store: Store,
    path: Path,
    judges: Judges,
    progress: Progress = SILENT,
    after: After | None = None,
) -> Imported:
    """Verify a bundle and apply it whole or not at all. Raises Rejected with the reason when it
    is not genuine or not for us; nothing has changed then. One that starts after a gap is kept
    and applied when the missing one has come."""
    from laborclerk.sync import answer, regain

    opened = inspect(store, path)
    county = station_of(store).level == COUNTY
    if county and opened.manifest.purpose is Purpose.RETURN and regain.is_lost(store, opened):
        return regain.take_own(store, opened, judges, progress, after)
    if (opened.manifest.purpose is Purpose.RETURN) == county:
        raise reject(Ledger.BUNDLE_WRONG_WAY, file=path.name)
    if not county:
        scope = judges(station_of(store).place)
        with _noting(store, opened):
            return answer.take(store, opened, progress, after, scope)
    with store.local() as session:
        gap = _gap(session, opened)
        if gap is not None:
            inbox.hold(session, opened, store.clock())
            return gap
    with _noting(store, opened):
        done = _take(store, opened, judges, progress, after)
    problems = _take_waiting(store, opened.certified.device, judges, progress, after)
    return replace(done, problems=(*done.problems, *problems))


def _take_waiting(
    store: Store, device: str, judges: Judges, progress: Progress, after: After | None
) -> list[Problem]:
    """Apply what waited for what came now → why some of it was refused: that waits no longer. What
    came stays applied, whatever happens."""
    problems: list[Problem] = []
    for digest in inbox.waiting(store, device):
        try:
            later = inbox.reopen(store, digest)
            with store.read() as session:
                ready = _gap(session, later) is None and not later.holds
            if ready:
                with _noting(store, later):
                    _take(store, later, judges, progress, after)
        except Rejected as error:
            inbox.drop(store, digest)
            problems += [
                problem.as_(Severity.WARN)
                for problem in error.problems
                if problem.message is not Ledger.NO_SUCH_BUNDLE  # another window was before us
            ]
        except (EnvironmentFault, Cancelled) as error:
            if isinstance(error, EnvironmentFault):
                problems.append(error.problem.as_(Severity.WARN))
            problems.append(Problem(Ledger.STILL_WAITS, {}, Severity.WARN))
            break
    return problems


def release_bundle(
    store: Store,
    digest: str,
    judges: Judges,
    progress: Progress = SILENT,
    after: After | None = None,
) -> Imported:
    """Apply a kept bundle although what was before it will never come: the gap is remembered, and
    what comes for it after all is still taken. Or one of this county's own that an officer vouches
    for: its former key signed it."""
    from laborclerk.sync import regain

    opened = inbox.reopen(store, inbox.find(store, digest))
    if opened.manifest.purpose is Purpose.RETURN:
        return regain.take_own(store, opened, judges, progress, after, vouched=True)
    with _noting(store, opened):
        return _take(store, opened, judges, progress, after, across=True)


def _gap(session: Session, opened: OpenedBundle) -> Imported | None:
    """The answer to a bundle before which another is missing."""
    manifest, certified = opened.manifest, opened.certified
    enrolled = session.get(Enrolled, certified.device)
    have = _have(session, opened)
    if enrolled is None or manifest.first <= have + 1:
        return None
    name = Names(session).device(enrolled.station, enrolled.device)
    params = {"name": name, "number": manifest.number, "have": have, "first": manifest.first}
    told = Problem(Ledger.BUNDLE_GAP, params, Severity.WARN)
    return Imported(enrolled.station, name, manifest.number, 0, 0, {}, (told,), waits=True)


_NOTED: Mapping[Message, str] = {
    Ledger.BUNDLE_FORK: inbox.FORKED,
    Exchange.CERTIFICATE_EXPIRED: inbox.EXPIRED,
    Exchange.COUNTY_DATE_PAST: inbox.CLOCK,
    Exchange.COUNTY_DATE_AHEAD: inbox.CLOCK,
    Exchange.BUNDLE_NEEDS_NEWER: inbox.NEWER,
}


@contextlib.contextmanager
def _noting(store: Store, opened: OpenedBundle) -> Iterator[None]:
    """Remember a file that was refused for what people can mend, so that the log tells of it. Of a
    device that went back unnoticed the next answer starts from the beginning, as nobody knows what
    it still has."""
    try:
        yield
    except Rejected as error:
        for problem in error.problems:
            if problem.message in _NOTED:
                _note(store, opened, _NOTED[problem.message])
                break
        raise


def _note(store: Store, opened: OpenedBundle, why: str) -> None:
    with store.local() as session:
        known = session.get(BundleLog, opened.digest)
        stands = known.direction if known is not None else ""
        if stands == "in" or (stands == inbox.WAITING and why != inbox.FORKED):
            return  # another window took it in, or it waits still, and says why
        inbox.note(session, opened, why, store.clock())
        inbox.no_longer(session, opened.digest)


def _have(session: Session, opened: OpenedBundle) -> int:
    """Up to where the sender's present incarnation is known."""
    query = sa.select(Device.last_seq).where(
        Device.device == read_id(opened.certified.device),
        Device.incarnation == opened.manifest.incarnation,
    )
    return int(session.scalar(query) or 0)


def _take(
    store: Store,
    opened: OpenedBundle,
    judges: Judges,
    progress: Progress,
    after: After | None,
    across: bool = False,
) -> Imported:
    keys = keys_for(store, opened)
    manifest, certified = opened.manifest, opened.certified
    progress.start("核对并合并", sum(manifest.counts.values()))
    items = telling(opened.entries(keys), progress)
    with (
        bulk_work(),
        inbox.applying(store, opened) as work,
    ):
        session = work.session
        enrolled = session.get(Enrolled, certified.device)
        device = read_id(certified.device)
        if enrolled is None or device is None:
            raise reject(
                Ledger.NOT_ENROLLED, who=Names(session).device(certified.station, certified.device)
            )
        name = Names(session).device(enrolled.station, enrolled.device)
        known = session.get(BundleLog, opened.digest)
        if known is not None and known.direction == "in":
            return already(enrolled.station, name, known)
        opened = opened.under(trust_of(store))
        have = _have(session, opened)
        judge = judges(certified.place)
        sender = Sender(device, enrolled.name, judge, across, manifest.incarnation, opened.may)
        applied = apply(work, sender, items, judge_of=judge_of(session, judges))
        if after is not None:
            after(work, applied)
        enrolled.last_number = max(manifest.number, enrolled.last_number)
        enrolled.last_digest = opened.digest
        log_received(work, opened, applied)
        retire(store, work, certified)
        station = enrolled.station
    return imported(opened, station, name, applied, nothing_new=manifest.last <= have)


def judge_of(session: Session, judges: Judges) -> JudgeOf:
    """The judge of each enrolled device's place."""

    def of(device: int) -> Judge | None:
        number = session.scalar(sa.select(Device.device).where(Device.index == device))
        enrolled = session.get(Enrolled, show_id(number or 0))
        return judges(enrolled.place) if enrolled is not None else None

    return of


def settle_held(store: Store, judges: Judges, version: str) -> int:
    """After the program was updated: apply what was held because it came from a newer one →
    how many records changed. `version` is what is remembered to have tried."""
    if store.setting(_TRIED) == version:
        return 0
    with store.read() as session:
        newer = sa.select(HeldEntry.seq).where(HeldEntry.reason.in_(WAITING)).limit(1)
        waiting = session.scalar(newer) is not None
    records = 0
    if waiting:
        with store.write("bundle.update") as work:
            applied = retry(work, judge_of(work.session, judges))
            work.note("bundle", 0, records=applied.records)
            records = applied.records
    store.set_setting(_TRIED, version)
    return records


def log_received(work: UnitOfWork, opened: OpenedBundle, applied: Applied) -> None:
    """Note that a bundle was applied."""
    manifest = opened.manifest
    work.session.merge(
        BundleLog(
            digest=opened.digest, direction="in", device=opened.certified.device,
            incarnation=manifest.incarnation, number=manifest.number, first=manifest.first,
            last=manifest.last, at=log_time(work.session, work.clock()),
            records=applied.records,
            held=sum(applied.held.values()), file=opened.file,
        )
    )  # fmt: skip
    inbox.no_longer(work.session, opened.digest)
    if applied.held.get(NEWER):  # a computer of a county that was updated already tries it
        keep(work.session, _TRIED, "")
    work.note("bundle", 0, number=manifest.number, records=applied.records)


def already(station: str, name: str, known: BundleLog) -> Imported:
    """The answer to a bundle that was applied before."""
    params = {"number": known.number, "at": show_time(known.at)}
    told = Problem(Ledger.BUNDLE_KNOWN, params, Severity.HINT)
    return Imported(station, name, known.number, 0, 0, {}, (told,))


def imported(
    opened: OpenedBundle, station: str, name: str, applied: Applied, *, nothing_new: bool
) -> Imported:
    """What the clerk is told."""
    problems = [
        Problem(_HELD[reason], {"count": count}, Severity.WARN)
        for reason, count in applied.held.items()
        if count
    ]
    if applied.conflicts:
        params = {"count": applied.conflicts}
        problems.append(Problem(Ledger.CONFLICTS_BEGAN, params, Severity.WARN))
    if nothing_new and not problems and not applied.records:
        problems.append(Problem(Ledger.NOTHING_NEW, {"name": name}, Severity.HINT))
    return Imported(
        station, name, opened.manifest.number, applied.records, applied.fields,
        {reason: count for reason, count in applied.held.items() if count}, tuple(problems),
        applied.conflicts, len(applied.met),
    )  # fmt: skip


def bundles(store: Store) -> list[BundleLog]:
    """Every bundle that came or went, latest first."""
    with store.read() as session:
        return list(session.scalars(sa.select(BundleLog).order_by(BundleLog.at.desc())))
