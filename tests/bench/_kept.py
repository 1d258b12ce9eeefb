"""Where benchmarks keep what takes long to build: `LABORCLERK_BENCH_STORE`, else a temporary
folder."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from laborclerk.app import maintainers
from laborclerk.store.base import Base


def kept(name: str) -> Path:
    """The folder of this name, another one for each schema: a store that an older program built has
    not the tables of this one."""
    folder = os.environ.get("LABORCLERK_BENCH_STORE")
    base = Path(folder) if folder else Path(tempfile.gettempdir()) / "laborclerk-bench"
    return base / f"{name}-{_schema()}"


def _schema() -> str:
    maintainers()  # all tables are known
    tables = Base.metadata.sorted_tables
    said = "\n".join(f"{t.name} {c.name} {c.type!r}" for t in tables for c in t.columns)
    return hashlib.sha256(said.encode()).hexdigest()[:8]
