"""Where the program's own files lie: the repo's `resources/`, or the copy in a packaged program."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path


@cache
def _root() -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / "resources"] if frozen else []
    here = Path(__file__).resolve()
    candidates += [here.parents[3] / "resources", here.parents[1] / "resources"]
    for path in candidates:
        if path.is_dir():
            return path
    raise FileNotFoundError("resources")


def resource(*parts: str) -> Path:
    """The path of a file or folder under `resources/`."""
    return _root().joinpath(*parts)
