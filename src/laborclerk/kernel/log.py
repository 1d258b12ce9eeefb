"""A log a clerk may send to anybody: what was done and how it ended, never who or what.

The gate is here, not in the callers' care: numbers below a thousand million, codes of the
program and record ids pass; anything else is written as `?`. Unexpected errors are written as
traceback without messages or values (a database's message may quote a name).
"""

from __future__ import annotations

import logging
import platform
import re
import sys
import traceback
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from laborclerk import __version__
from laborclerk.kernel.ids import show_id

NAME = "laborclerk.log"
_KEEP, _SIZE = 3, 1_000_000
_CODE = re.compile(r"[a-z][a-z_.\-]{0,60}[0-9]{0,3}")
_LOG = logging.getLogger("laborclerk")


def open_log(folder: Path) -> None:
    """Write the log into `folder` from now on; a folder that cannot be written is no error."""
    close_log()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / NAME, maxBytes=_SIZE, backupCount=_KEEP, encoding="utf-8"
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    handler.handleError = lambda record: None  # type: ignore[method-assign]  # a full disk is told elsewhere
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.INFO)
    _LOG.propagate = False


def close_log() -> None:
    """Stop writing."""
    for handler in list(_LOG.handlers):
        _LOG.removeHandler(handler)
        handler.close()


def event(what: str, *, record: int | None = None, **facts: object) -> None:
    """Note that `what` (a code such as `import.census`) happened, with counts and codes."""
    told = [_safe(what), *(f"{key}={_safe(value)}" for key, value in facts.items())]
    if record is not None:
        told.append(f"record={show_id(record)}")
    _LOG.info(" ".join(told))


def _safe(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value) if abs(value) < 10**9 else "?"
    if isinstance(value, str) and _CODE.fullmatch(value):
        return value
    return "?"


def collect(folder: Path) -> str:
    """The whole log, oldest first, below a head that names version and system."""
    names = [f"{NAME}.{n}" for n in range(_KEEP, 0, -1)] + [NAME]
    parts = [(folder / n).read_text("utf-8", "replace") for n in names if (folder / n).is_file()]
    return about() + "\n" + "".join(parts)


def about() -> str:
    """Version and system in one line."""
    return f"laborclerk {__version__} · Python {platform.python_version()} · {platform.platform()}"


def bug_report(error: BaseException) -> str:
    """What a developer needs of an unexpected error and no value of any record: the kinds of
    errors, the lines of code they came through, version and system."""
    lines = [about(), f"{datetime.now():%Y-%m-%d %H:%M:%S}", ""]
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        kind = type(current)
        codes = [str(getattr(current, key, "")) for key in ("sqlite_errorname", "errno")]
        lines.append(" ".join([f"{kind.__module__}.{kind.__qualname__}", *filter(None, codes)]))
        for frame in traceback.extract_tb(current.__traceback__):
            file = "/".join(Path(frame.filename).parts[-3:])
            lines.append(f"  {file}:{frame.lineno} {frame.name}: {frame.line or ''}")
        current = current.__cause__ or current.__context__
        if current is not None:
            lines.append("caused by")
    return "\n".join(lines) + "\n"


def save_bug_report(error: BaseException, folder: Path) -> Path | None:
    """Write the report of `error` into `folder` → its file, None when that cannot be written
    (it then goes to stderr)."""
    report = bug_report(error)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"bug-{datetime.now():%Y%m%d-%H%M%S-%f}.txt"
        path.write_text(report, "utf-8")
    except OSError:
        sys.stderr.write(report)
        return None
    return path
