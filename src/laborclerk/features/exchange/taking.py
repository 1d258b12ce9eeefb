"""Bundles in and out with all that belongs to it: the scope of a place, the rules that look at what
was merged, the note of what came back. Screens and commands call these."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from laborclerk.features.exchange import conflicts, findings, returned
from laborclerk.features.lists import service as lists
from laborclerk.features.registry.duplicates.model import PAIR
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.kernel.progress import SILENT, Cancelled, Progress
from laborclerk.store.journal import HeldEntry
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork
from laborclerk.sync import exchange, returning
from laborclerk.sync.approvals import is_revoked
from laborclerk.sync.container import SUFFIX, OpenedBundle
from laborclerk.sync.exchange import Imported
from laborclerk.sync.export import Exported
from laborclerk.sync.ledger import COUNTY, Enrolled, station_of
from laborclerk.sync.manifest import Manifest, Purpose
from laborclerk.sync.merge import release
from laborclerk.sync.records import Applied
from laborclerk.sync.regain import is_lost
from laborclerk.sync.trust import revocations_of

_REPORT = "这是上报文件,由县里导入"
_RETURN = "这是县里给乡镇的返还文件,由乡镇导入"
_OTHERS = "这是县里给别的电脑的返还文件,由它导入"


def import_bundle(store: Store, path: Path, progress: Progress = SILENT) -> Imported:
    """Take a bundle in, of either direction; see `sync.exchange.import_bundle`."""
    done = exchange.import_bundle(store, path, PlaceScope, progress, partial(_after, store))
    return replace(done, problems=(*done.problems, *lists.to_come(store)))


def release_bundle(store: Store, digest: str, progress: Progress = SILENT) -> Imported:
    """Take in a bundle that waits although what was before it will never come."""
    return exchange.release_bundle(store, digest, PlaceScope, progress, partial(_after, store))


def accept_held(store: Store, held: Collection[tuple[int, int]]) -> Applied:
    """Apply held entries (device index, sequence) by an officer's word, which is noted."""
    with store.write("bundle.accept") as work:
        applied = release(work, set(held), exchange.judge_of(work.session, PlaceScope))
        findings.look(store, work, applied)
        work.note("bundle", 0, accepted=len(held), records=applied.records)
    return applied


def held_entries(store: Store, device: int, reason: str, record_type: str) -> list[tuple[int, int]]:
    """The held entries of a device for one reason, of one register."""
    with store.read() as session:
        query = sa.select(HeldEntry.index, HeldEntry.seq).where(
            HeldEntry.index == device, HeldEntry.reason == reason,
            HeldEntry.record_type == record_type,
        )  # fmt: skip
        return [(index, seq) for index, seq in session.execute(query)]


def _after(store: Store, work: UnitOfWork, applied: Applied) -> None:
    findings.look(store, work, applied)
    if station_of(store).level != COUNTY:
        returned.note(work, applied)


def beside(done: Exported) -> str:
    """What the clerk is told when more than her report was written; empty when not."""
    if not done.beside:
        return ""
    return (
        f"县里恢复过旧备份,缺它自己后来写的内容:旁边另存了 {len(done.beside)} 份县里写过的返还文件,"
        "请一并交给县里导入。"
    )


# -- many at once --------------------------------------------------------------------------------


@dataclass
class Run:
    """What a run over several bundles did, in their order: what each did, or why not; how many
    likely duplicates and findings there are that were not there before, how many conflicts are
    open now."""

    done: list[tuple[Path, Manifest | None, Imported]] = field(default_factory=list)
    refused: list[tuple[Path, Rejected | EnvironmentFault]] = field(default_factory=list)
    cancelled: bool = False
    duplicates: int = 0
    findings: int = 0
    conflicts: int = 0


def bundles_in(path: Path) -> list[Path]:
    """A file, or the bundles of a folder and of the folders in it."""
    if not path.is_dir():
        return [path]
    return sorted({p for pattern in ("*", "*/*") for p in path.glob(pattern + SUFFIX)})


def elsewhere(store: Store, opened: OpenedBundle) -> str:
    """Why a genuine bundle is nothing for this station, in words; '' when it is to be imported."""
    me, back = station_of(store), opened.manifest.purpose is Purpose.RETURN
    if me.level == COUNTY:  # one that was put back takes in what it wrote itself
        return _RETURN if back and not is_lost(store, opened) else ""
    if not back:
        return _REPORT
    mine = any(recipient.device == me.device for recipient in opened.manifest.recipients)
    return "" if mine else _OTHERS


def sorted_out(store: Store, path: Path) -> tuple[list[Path], list[tuple[Path, str]]]:
    """What to import of a folder, and what is for others with the reason; a file that was named
    itself is always to be imported, and so is what cannot be read: that is said then."""
    paths = bundles_in(path)
    others: list[tuple[Path, str]] = []
    for one in paths if path.is_dir() else ():
        with suppress(Rejected, EnvironmentFault):
            if why := elsewhere(store, exchange.inspect(store, one)):
                others.append((one, why))
    passed = {one for one, _ in others}
    return [one for one in paths if one not in passed], others


def in_order(store: Store, paths: Iterable[Path]) -> list[tuple[Path, Manifest | None]]:
    """The files by sender and number, whatever their names; unreadable ones last."""
    found: list[tuple[Path, Manifest | None]] = []
    for path in paths:
        try:
            found.append((path, exchange.inspect(store, path).manifest))
        except (Rejected, EnvironmentFault):
            found.append((path, None))
    return sorted(found, key=lambda f: (f[1] is None, f[1] and (f[1].device, f[1].number), f[0]))


def import_many(
    store: Store,
    paths: Iterable[Path],
    progress: Progress = SILENT,
    told: Callable[[Path], None] = lambda path: None,
) -> Run:
    """Take in many, one after the other; one that is refused stops no other. Cancelling leaves the
    one under way undone and those before it done. `told` is called before each."""
    run, (pairs, found) = Run(), _counted(store)
    ordered = in_order(store, paths)
    for at, (path, manifest) in enumerate(ordered, 1):
        told(path)
        which = f"第 {at}/{len(ordered)} 份 " if len(ordered) > 1 else ""
        try:
            done = import_bundle(store, path, _Which(progress, which))
            run.done.append((path, manifest, done))
        except (Rejected, EnvironmentFault) as error:
            run.refused.append((path, error))
        except Cancelled:
            run.cancelled = True
            break
    later = _counted(store)
    run.duplicates, run.findings = max(later[0] - pairs, 0), max(later[1] - found, 0)
    run.conflicts = conflicts.count(store)
    return run


@dataclass(frozen=True, slots=True)
class _Which:
    """Progress that says which of several is under way."""

    progress: Progress
    which: str

    def start(self, label: str, total: int | None = None) -> None:
        self.progress.start(self.which + label, total)

    def step(self, done: int) -> None:
        self.progress.step(done)


def _counted(store: Store) -> tuple[int, int]:
    """How many pairs that may be one person, and how many findings there are."""
    with store.read() as session:
        pairs = session.scalar(sa.select(sa.func.count()).select_from(PAIR))
    return int(pairs or 0), findings.count(store)


@dataclass(frozen=True, slots=True)
class Township:
    """A place with enrolled devices."""

    place: str
    name: str


def townships(store: Store) -> list[Township]:
    """The places a return bundle can be made for, in order of code."""
    with store.read() as session:
        rows = session.scalars(sa.select(Enrolled).order_by(Enrolled.place, Enrolled.approved_at))
        listed = revocations_of(store)
        names = {row.place: row.name for row in rows if not is_revoked(listed, row)}
    return [Township(place, name) for place, name in names.items()]


def export_return(store: Store, place: str, out: Path, progress: Progress = SILENT) -> Exported:
    """The return bundle for a township (its 12-digit code)."""
    return returning.export_return(store, place, out, PlaceScope(place), progress)
