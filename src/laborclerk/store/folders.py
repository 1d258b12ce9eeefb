"""Where things lie on this machine unless told otherwise: the station, the practice station, the
log."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import platformdirs

_APP = "laborclerk"


def default_folder() -> Path:
    """The station's folder: `LABORCLERK_STORE`, else in the user's data folder."""
    told = os.environ.get("LABORCLERK_STORE")
    return station_folder(told) if told else _data() / "station"


def station_folder(told: str) -> Path:
    """The folder of a station named by its folder or by its server's address."""
    return server_folder(told) if is_server(told) else Path(told)


def is_server(told: str) -> bool:
    """Whether a station is named by the address of a database server."""
    return "://" in told


def server_folder(address: str) -> Path:
    """Where this computer keeps keyring and secrets of the station whose records are in the
    database of that address: inside `LABORCLERK_KEYS`, else in the user's data folder."""
    parts = urlsplit(address)
    host = parts.hostname or parse_qs(parts.query).get("host", [""])[0] or "localhost"
    named = [host, str(parts.port or 5432), unquote(parts.path)]
    told = os.environ.get("LABORCLERK_KEYS")
    folder = Path(told) if told else _data() / "servers"
    return folder / "-".join(re.sub(r"[^\w.]+", "-", part).strip("-.") for part in named)


def _data() -> Path:
    return platformdirs.user_data_path(_APP, appauthor=False)


def practice_folder(*, county: bool = False) -> Path:
    """The folder of the practice township, or of the practice county: never a station's own."""
    return _data() / ("practice-county" if county else "practice")


def marks_file() -> Path:
    """What this computer remembers of the devices it saw (copies.py): `LABORCLERK_MARKS`, else in
    the user's data folder, outside every station."""
    told = os.environ.get("LABORCLERK_MARKS")
    return Path(told) if told else _data() / "marks.json"


def log_folder() -> Path:
    """Log and bug reports: `LABORCLERK_LOG`, else the user's log folder."""
    told = os.environ.get("LABORCLERK_LOG")
    return Path(told) if told else platformdirs.user_log_path(_APP, appauthor=False)
