"""Notices that a station's data was copied to another computer, or put back from an older copy.

Outside the store this computer keeps a random name of its own and, for each device, the highest
sequence number it saw. A store that comes from elsewhere, or stands behind that, goes on under a
new incarnation (incarnation.py) before anything is written: nobody has to know about it.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

from laborclerk.kernel.ids import show_id
from laborclerk.store.folders import marks_file
from laborclerk.store.incarnation import begin_incarnation
from laborclerk.store.journal import Device
from laborclerk.store.restore import RESTORED_SEQUENCE
from laborclerk.store.store import Setting, Store

_MACHINE = "machine"  # setting of the store, and key of the file


def settle_copy(store: Store) -> bool:
    """Begin a new incarnation if this store was restored, copied or put back; says whether."""
    if store.on_server:
        return _settle_database(store)
    marks = _read()
    if not marks.get(_MACHINE):
        _write(marks | {_MACHINE: secrets.token_hex(16)})
        marks = _read()
    here = marks.get(_MACHINE, "")  # empty where nothing can be kept: then only a restore tells
    home, restored = store.setting(_MACHINE), store.setting(RESTORED_SEQUENCE)
    with store.read() as session:
        own = session.get_one(Device, 0)
        behind = _is_behind(own, marks)
    elsewhere = bool(home) and bool(here) and home != here
    if not (restored or behind or elsewhere) and home == (here or home):
        return False
    with store.local() as session:
        own = session.get_one(Device, 0)
        forked = bool(restored) or elsewhere or behind
        if forked and own.last_seq:
            begin_incarnation(session, own.last_seq)
        session.merge(Setting(key=_MACHINE, value=here or home))
        session.merge(Setting(key=RESTORED_SEQUENCE, value=""))
    return forked


def _settle_database(store: Store) -> bool:
    """The same for a database on a server, which many computers open: one that saw more than is
    there now knows that it was put back. Of several that know the first begins anew."""
    marks = _read()
    with store.read() as session:
        if not _is_behind(session.get_one(Device, 0), marks):
            return False
    with store.local() as session:
        own = session.get_one(Device, 0)
        if not _is_behind(own, marks):
            return False
        begin_incarnation(session, own.last_seq)
    return True


def note_sequence(store: Store) -> None:
    """Keep how far the store is, outside of it; a file that cannot be written stops nobody."""
    marks = _read()
    with store.read() as session:
        own = session.get_one(Device, 0)
        seen = max(own.last_seq, _seen(marks, own))
        marks[show_id(own.device)] = {"incarnation": own.incarnation, "sequence": seen}
    _write(marks)


def _is_behind(own: Device, marks: dict[str, Any]) -> bool:
    """Whether this computer saw more of the device than there is."""
    return own.last_seq < _seen(marks, own)


def _seen(marks: dict[str, Any], own: Device) -> int:
    """The highest sequence this computer saw of the device's present incarnation."""
    mark = marks.get(show_id(own.device))
    if not isinstance(mark, dict) or mark.get("incarnation") != own.incarnation:
        return 0
    sequence = mark.get("sequence")
    return sequence if isinstance(sequence, int) else 0


def _read() -> dict[str, Any]:
    try:
        found: Any = json.loads(marks_file().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(marks: dict[str, Any]) -> None:
    path: Path = marks_file()
    part = path.with_name(f"{path.name}.{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(marks), "utf-8")
        part.replace(path)
