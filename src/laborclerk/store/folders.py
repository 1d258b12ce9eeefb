"""Where things lie on this machine unless told otherwise: the station, the practice station, the
log."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_APP = "laborclerk"


def default_folder() -> Path:
    """The station's folder: `LABORCLERK_STORE`, else in the user's data folder."""
    told = os.environ.get("LABORCLERK_STORE")
    return Path(told) if told else platformdirs.user_data_path(_APP, appauthor=False) / "station"


def practice_folder() -> Path:
    """The practice township's folder, never the station's own."""
    return platformdirs.user_data_path(_APP, appauthor=False) / "practice"


def log_folder() -> Path:
    """Log and bug reports: `LABORCLERK_LOG`, else the user's log folder."""
    told = os.environ.get("LABORCLERK_LOG")
    return Path(told) if told else platformdirs.user_log_path(_APP, appauthor=False)
