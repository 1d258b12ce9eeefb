"""How the window looks on this computer: theme, large type, scale.

Kept beside the program's settings of the platform, not in the store: the window must know it
before anybody has entered a password, and it belongs to the eyes at this screen.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs

FILE = "look.json"


@dataclass(frozen=True, slots=True)
class Look:
    """`theme` is a name of `kit.theme.THEMES`, `scale` in percent (0: as the system says)."""

    theme: str = "light"
    large: bool = False
    scale: int = 0


def folder() -> Path:
    """Where this computer keeps it."""
    return platformdirs.user_config_path("laborclerk", appauthor=False)


def load(at: Path | None = None) -> Look:
    """What is kept in the folder; the standard look where nothing or something unreadable is."""
    with suppress(OSError, ValueError):
        data: Any = json.loads(((at or folder()) / FILE).read_text("utf-8"))
        if isinstance(data, dict):
            standard = asdict(Look())
            known = {
                f.name: data[f.name] for f in fields(Look)
                if type(data.get(f.name)) is type(standard[f.name])
            }  # fmt: skip
            return Look(**known)
    return Look()


def save(look: Look, at: Path | None = None) -> None:
    """Keep it; a folder that cannot be written is no reason to stop anybody."""
    target = at or folder()
    with suppress(OSError):
        target.mkdir(parents=True, exist_ok=True)
        (target / FILE).write_text(json.dumps(asdict(look)), "utf-8")
