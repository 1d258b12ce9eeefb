"""What lies in a station's folder, and how a whole store is put there so that a power cut at any
moment leaves the former one, the new one, or a note by which the next start finishes the work.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

from laborclerk.store.keyring import FILE, write_atomically
from laborclerk.store.secrets import FILE as SECRETS

DATABASE, KEYS = "register.db", FILE
SERVER = "server.json"  # in place of the database: where the server is that has it
OF_A_STORE = (
    DATABASE, DATABASE + "-wal", DATABASE + "-shm", DATABASE + "-journal", KEYS, SERVER, SECRETS,
)  # fmt: skip

SWAP = "restore.json"  # a restored store is being put in place: from which folder, old one where
UNFINISHED = "init.unfinished"  # a station is being made: nobody has worked in it yet


def settle(folder: Path) -> bool:
    """Finish what a crash cut short → whether a station's store stands in the folder."""
    if (folder / SWAP).exists():
        finish_swap(folder)
    there = (folder / DATABASE).exists() or (folder / SERVER).exists()
    return there and not (folder / UNFINISHED).exists()


# -- a station that is being made ----------------------------------------------------------------


def begin_making(folder: Path) -> bool:
    """Note that a station is being made in the folder, unless one stands there already → whether
    it was noted. What an earlier try left, cut short, is moved aside."""
    if settle(folder):
        return False
    if not (folder / UNFINISHED).exists() and any((folder / n).exists() for n in OF_A_STORE):
        return False  # files of a store, but we do not know whose: never touched
    folder.mkdir(parents=True, exist_ok=True)
    move_aside(folder, "建站未完成")
    write_atomically(folder / UNFINISHED, b"")
    flush_folder(folder)
    return True


def end_making(folder: Path) -> None:
    """The station is made: from now on somebody's work may be in it."""
    (folder / UNFINISHED).unlink(missing_ok=True)
    flush_folder(folder)


def move_aside(folder: Path, why: str) -> Path | None:
    """Move a store's files into a folder named after the reason and the time → it."""
    former = [folder / name for name in OF_A_STORE if (folder / name).exists()]
    if not former:
        return None
    aside = folder / _aside(why)
    aside.mkdir()
    for path in former:
        path.replace(aside / path.name)
    return aside


def _aside(why: str) -> str:
    return f"{why}-{datetime.now():%Y%m%d-%H%M%S}"


# -- a store that takes the place of another -----------------------------------------------------


def swap(work: Path, folder: Path) -> Path | None:
    """Put the store in `work` (inside `folder`) in place of the one in the folder, which is moved
    aside → where to. When it fails the former store stands as it was; when the power goes, the
    next start finishes it."""
    there = any((folder / name).exists() for name in OF_A_STORE)
    plan = {"work": work.name, "aside": _aside("恢复前") if there else None}
    write_atomically(folder / SWAP, json.dumps(plan).encode())
    flush_folder(folder)
    try:
        return finish_swap(folder)
    except BaseException:
        _swap_back(folder, plan)
        raise


def finish_swap(folder: Path) -> Path | None:
    """Do what is left to do of a swap; each step may be done already."""
    plan: dict[str, Any] = json.loads((folder / SWAP).read_bytes())
    work = folder / plan["work"]
    aside = folder / plan["aside"] if plan["aside"] else None
    if (work / DATABASE).exists():  # what is in the folder is the former store, or a part of it
        for name in OF_A_STORE:
            if aside is not None and (folder / name).exists():
                aside.mkdir(exist_ok=True)
                (folder / name).replace(aside / name)
        flush_folder(folder)
        (work / DATABASE).replace(folder / DATABASE)
    if (work / KEYS).exists():
        (work / KEYS).replace(folder / KEYS)
    if not (folder / DATABASE).exists():  # the new one was lost
        _swap_back(folder, plan)
        return None
    flush_folder(folder)
    (folder / SWAP).unlink(missing_ok=True)
    shutil.rmtree(work, ignore_errors=True)
    return aside


def _swap_back(folder: Path, plan: dict[str, Any]) -> None:
    work = folder / plan["work"]
    for name in (DATABASE, KEYS):
        if not (work / name).exists() and (folder / name).exists():
            (folder / name).replace(work / name)
    if plan["aside"]:
        aside = folder / plan["aside"]
        for name in OF_A_STORE:
            if (aside / name).exists():
                (aside / name).replace(folder / name)
        with contextlib.suppress(OSError):
            aside.rmdir()
    (folder / SWAP).unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Make a new name durable where folders can be flushed (not on Windows nor on some sticks)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
