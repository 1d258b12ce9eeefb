"""What others need for the same month and the same township, on the same records.

They run in a virtual environment of their own (`peers.txt`), made beside the kept stations when it
is not there. They know no journal, no search, no coverage, no checks and no keys: a plain SQLite
file of the registers with the indexes of ours, commits as synchronous as ours, plain files
compressed with zstd (Morango: gzip). What cannot be installed is named and left out.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from laborclerk.store.base import fields_of, record_types
from tests.bench._exchange_stations import Stations, raw_of

HERE = Path(__file__).parent
ROWS = ("month out", "month KB", "month in", "full out", "full KB", "full in")


def peers(made: Stations, ours: Mapping[str, float]) -> None:
    """Run and print them beside `ours` (seconds, and KB of the files)."""
    python = _environment(made.base.parent / "peers")
    if python is None:
        return
    with tempfile.TemporaryDirectory(prefix="bench-peers-") as name:
        folder = Path(name)
        _plain(made.empty, folder / "empty.db")
        _plain(made.county, folder / "base.db")
        _plain(made.township, folder / "after.db")
        found = {"ours": dict(ours)}
        for script in ("_peer_files.py", "_peer_morango.py"):
            found |= _run(python, script, folder)
    print(f"\n{'':26}" + "".join(f"{row:>12}" for row in ROWS))
    for who, row in found.items():
        cells = (_cell(key, row.get(key)) for key in ROWS)
        print(f"{who:26}" + "".join(f"{cell:>12}" for cell in cells), flush=True)


def _cell(key: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if key.endswith("KB") else f"{value:.3f} s"


def _environment(folder: Path) -> Path | None:
    """The interpreter of the peers' virtual environment; None, and said why, without one."""
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    install = [str(python), "-m", "pip", "install", "-q", "-r", str(HERE / "peers.txt")]
    done = subprocess.run(install, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"peers left out, they cannot be installed: {done.stderr.strip()[-300:]}")
        return None
    return python


def _run(python: Path, script: str, folder: Path) -> dict[str, dict[str, float]]:
    command = [str(python), str(HERE / script), str(folder)]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        print(f"{script} failed and is left out: {done.stderr.strip()[-600:]}", flush=True)
        return {}
    found: dict[str, dict[str, float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def _plain(station: Path, out: Path) -> None:
    """The records of a station in a plain file, with the indexes of ours."""
    raw = raw_of(station)
    plain = sqlite3.connect(out)
    plain.execute("PRAGMA journal_mode = WAL")
    for name, model in record_types().items():
        keys = list(fields_of(model))
        kinds = {row[1]: row[2] for row in raw.execute(f"PRAGMA table_info({name})")}
        columns = ", ".join(f'"{k}" {kinds[k]}' for k in keys)
        plain.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY NOT NULL, {columns})")
        indexes = raw.execute(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
            " AND sql IS NOT NULL",
            (name,),
        )
        for (sql,) in indexes:
            plain.execute(sql)
        names = ", ".join(f'"{k}"' for k in ("id", *keys))
        rows: Any = raw.execute(f"SELECT {names} FROM {name} ORDER BY id")
        marks = ",".join("?" * (len(keys) + 1))
        plain.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    plain.commit()
    plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    plain.execute("PRAGMA journal_mode = DELETE")
    plain.close()
    raw.close()
