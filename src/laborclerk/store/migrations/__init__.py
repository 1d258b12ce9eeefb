"""Steps from one schema version to the next, one file each, run in order in one transaction.

A step module `m0002_what_it_does.py` has `upgrade(conn)`. Stores written by older releases are
kept as test fixtures.
"""

from __future__ import annotations

from importlib import import_module

import sqlalchemy as sa

STEPS: tuple[str, ...] = ()  # module names, the first leads from version 1 to 2
SCHEMA_VERSION = 1 + len(STEPS)


def migrate(engine: sa.Engine, version: int) -> None:
    """Bring a store of `version` up to `SCHEMA_VERSION`, all steps or none."""
    with engine.connect().execution_options(write=True) as conn, conn.begin():
        for step in STEPS[version - 1 :]:
            import_module(f"{__name__}.{step}").upgrade(conn)
        conn.execute(
            sa.text("UPDATE setting SET value = :v WHERE key = 'schema_version'"),
            {"v": str(SCHEMA_VERSION)},
        )
