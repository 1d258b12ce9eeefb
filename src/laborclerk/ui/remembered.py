"""What this computer remembers of the stations opened on it: who logged in last, what it is called.

Kept beside the look, not in the store: the login window shows it before anybody has a key. Nothing
here is a secret or about persons in the register; a station's name is the name of a place.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from laborclerk.store.folders import default_folder
from laborclerk.ui import look

FILE = "stations.json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """Of one station: its name, and the clerk who logged in last."""

    station: str = ""
    clerk: str = ""


def recall(folder: Path) -> Remembered:
    """What is remembered of the station in `folder`; empty where nothing is."""
    known = _read().get(_key(folder))
    if not isinstance(known, dict):
        return Remembered()
    return Remembered(str(known.get("station", "")), str(known.get("clerk", "")))


def remember(folder: Path, what: Remembered) -> None:
    """Keep it; settings that cannot be written are no reason to stop anybody."""
    known = _read() | {_key(folder): asdict(what)}
    with suppress(OSError):
        look.folder().mkdir(parents=True, exist_ok=True)
        (look.folder() / FILE).write_text(json.dumps(known, ensure_ascii=False, indent=1), "utf-8")


def label(folder: Path) -> str:
    """What to call the station in `folder` before it is open."""
    named = recall(folder).station
    if named:
        return named
    return "本站" if _key(folder) == _key(default_folder()) else folder.name


def _key(folder: Path) -> str:
    return str(folder.absolute())


def _read() -> dict[str, Any]:
    with suppress(OSError, ValueError):
        data: Any = json.loads((look.folder() / FILE).read_text("utf-8"))
        if isinstance(data, dict):
            return data
    return {}
