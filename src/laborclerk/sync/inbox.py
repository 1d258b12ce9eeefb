"""Bundles that were received. Those that start after a gap wait in the store, where each of a
county's computers finds them, until the missing one comes; the originals of those that were applied
are kept beside it for audit. Both are encrypted to this station as they came."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.kernel.errors import EnvironmentFault, fault_of, reject
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork
from laborclerk.sync import atomic
from laborclerk.sync.container import OpenedBundle
from laborclerk.sync.ledger import BundleLog, Ledger, WaitingBundle, log_time
from laborclerk.sync.trust import open_data

FOLDER = "bundles"
SUFFIX = ".lcb"
WAITING = "waiting"  # a direction in the log
# directions of what was refused: nothing of it is kept. The laptop went back to an older state; the
# sender's certificate had ended; a newer program wrote it; the county's clock, or ours, was wrong
FORKED, EXPIRED, NEWER, CLOCK = REFUSED = "forked", "expired", "newer", "clock"


def path_of(store: Store, digest: str) -> Path:
    """Where the original with this digest is kept, if it is."""
    return store.folder / FOLDER / (digest + SUFFIX)


@contextlib.contextmanager
def applying(store: Store, opened: OpenedBundle) -> Iterator[UnitOfWork]:
    """The unit of work in which a bundle is applied, and its original kept, so that no applied one
    is ever without; it goes again when applying fails. All under the lock: another window may have
    the same one."""
    kept = path_of(store, opened.digest)
    try:
        with store.write("bundle.import") as work:
            made = _keep(kept, opened.whole)
            try:
                yield work
            except BaseException:
                _remove(kept, made)
                raise
    except BaseException:  # the commit, too, may fail, and then the lock is gone
        with contextlib.suppress(OSError, EnvironmentFault):
            if kept.exists():
                with store.local() as session:
                    known = session.get(BundleLog, opened.digest)
                    _remove(kept, known is None or known.direction != "in")
        raise


def _keep(kept: Path, whole: bytes) -> bool:
    """Write an original unless it is there; says whether it was written."""
    try:
        if kept.exists():
            return False
        kept.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise fault_of(error, kept) from error
    atomic.write_same(kept, whole)
    return True


def _remove(kept: Path, wanted: bool) -> None:
    if wanted:
        with contextlib.suppress(OSError):
            kept.unlink()


def note(session: Session, opened: OpenedBundle, direction: str, now: int) -> None:
    """Write down that a bundle waits, or why it was refused."""
    manifest = opened.manifest
    session.merge(
        BundleLog(
            digest=opened.digest, direction=direction, device=opened.certified.device,
            incarnation=manifest.incarnation, number=manifest.number, first=manifest.first,
            last=manifest.last, at=log_time(session, now), records=0, held=0,
            file=opened.file,
        )
    )  # fmt: skip


def hold(session: Session, opened: OpenedBundle, now: int) -> None:
    """Let a bundle wait."""
    note(session, opened, WAITING, now)
    session.merge(WaitingBundle(digest=opened.digest, content=opened.whole))


def waiting(store: Store, device: str) -> list[str]:
    """The digests of a device's bundles that wait, in order."""
    with store.read() as session:
        query = sa.select(BundleLog.digest).where(
            BundleLog.device == device, BundleLog.direction == WAITING
        )
        return list(session.scalars(query.order_by(BundleLog.number)))


def reopen(store: Store, digest: str) -> OpenedBundle:
    """A bundle that waits, verified anew. Rejected when it counts no more, or waits no more."""
    with store.read() as session:
        held, known = session.get(WaitingBundle, digest), session.get(BundleLog, digest)
    if held is None or known is None:
        raise reject(Ledger.NO_SUCH_BUNDLE, digest=digest[:12])
    return open_data(store, held.content, known.file)


def drop(store: Store, digest: str) -> None:
    """Let go of a bundle that waited and turned out wrong: nothing of it stays, as if it had been
    refused at once."""
    with store.local() as session:
        waits = (BundleLog.digest == digest, BundleLog.direction == WAITING)
        session.execute(sa.delete(BundleLog).where(*waits))
        no_longer(session, digest)


def no_longer(session: Session, digest: str) -> None:
    """A bundle waits no more: it was applied, or refused."""
    session.execute(sa.delete(WaitingBundle).where(WaitingBundle.digest == digest))


def find(store: Store, digest: str) -> str:
    """The digest of a bundle that waits; `digest` may be cut short. Rejected when none."""
    with store.read() as session:
        found = session.scalars(
            sa.select(BundleLog.digest).where(
                BundleLog.digest.startswith(digest, autoescape=True),
                BundleLog.direction == WAITING,
            )
        ).all()
    if len(found) != 1:
        raise reject(Ledger.NO_SUCH_BUNDLE, digest=digest)
    return found[0]
