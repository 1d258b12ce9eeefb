"""Bundles that were received: the originals are kept for audit, and those that start after a gap
wait here until the missing one comes. The files are encrypted to this station as they came."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from laborclerk.kernel.errors import EnvironmentFault, fault_of, reject
from laborclerk.store.store import Store
from laborclerk.sync.container import OpenedBundle
from laborclerk.sync.ledger import BundleLog, Ledger

FOLDER = "bundles"
SUFFIX = ".lcb"
WAITING = "waiting"  # a direction in the log
# directions of what was refused: nothing of it is kept. The laptop went back to an older state; the
# sender's certificate had ended; a newer program wrote it
FORKED, EXPIRED, NEWER = REFUSED = "forked", "expired", "newer"


def path_of(store: Store, digest: str) -> Path:
    """Where the original with this digest is kept, if it is."""
    return store.folder / FOLDER / (digest + SUFFIX)


def keep(store: Store, path: Path, digest: str) -> Path:
    """A copy of a received file, under the digest of its manifest."""
    kept = path_of(store, digest)
    part = kept.with_suffix(f".{secrets.token_hex(4)}.part")  # two may import at once
    try:
        if path == kept or kept.exists():
            return kept
        kept.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, part)
        with part.open("rb+") as copied:
            os.fsync(copied.fileno())
        part.replace(kept)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise fault_of(error, kept) from error
    return kept


@contextlib.contextmanager
def keeping(store: Store, path: Path, digest: str) -> Iterator[None]:
    """Keep a received file before it is applied, so that no applied one is ever without; it goes
    again when applying it failed."""
    kept = keep(store, path, digest)
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError, EnvironmentFault), store.read() as session:
            known = session.get(BundleLog, digest)
            if known is None or known.direction in REFUSED:
                kept.unlink()
        raise


def hold(store: Store, opened: OpenedBundle) -> None:
    """Note that a bundle waits; call `keep` before."""
    manifest = opened.manifest
    with store.local() as session:
        session.merge(
            BundleLog(
                digest=opened.digest, direction=WAITING, device=opened.certified.device,
                incarnation=manifest.incarnation, number=manifest.number, first=manifest.first,
                last=manifest.last, at=store.clock(), records=0, held=0,
                file=opened.file,
            )
        )  # fmt: skip


def waiting(store: Store, device: str) -> list[Path]:
    """The kept files of a device that wait, in order."""
    with store.read() as session:
        digests = session.scalars(
            sa.select(BundleLog.digest)
            .where(BundleLog.device == device, BundleLog.direction == WAITING)
            .order_by(BundleLog.number)
        )
        files = [path_of(store, digest) for digest in digests]
    return [file for file in files if file.exists()]


def drop(store: Store, kept: Path) -> None:
    """Let go of a file that waited and turned out wrong: nothing of it stays, as if it had been
    refused at once."""
    with store.local() as session:
        session.execute(sa.delete(BundleLog).where(BundleLog.digest == kept.stem))
    with contextlib.suppress(OSError):
        kept.unlink()


def find(store: Store, digest: str) -> Path:
    """The kept file of a bundle that waits; `digest` may be cut short. Rejected when none."""
    with store.read() as session:
        found = session.scalars(
            sa.select(BundleLog.digest).where(
                BundleLog.digest.startswith(digest, autoescape=True),
                BundleLog.direction == WAITING,
            )
        ).all()
    if len(found) != 1:
        raise reject(Ledger.NO_SUCH_BUNDLE, digest=digest)
    return path_of(store, found[0])
