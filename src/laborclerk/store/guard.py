"""No statement changes a record around the journal: the engine refuses it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session


class Journaled:
    """While open, statements on records are allowed: their entries are being written. Outside the
    unit of work for a new incarnation alone."""

    def __init__(self, session: Session) -> None:
        self._info = session.connection().info

    def __enter__(self) -> None:
        self._info["journaled"] = True

    def __exit__(self, *_: object) -> None:
        self._info["journaled"] = False


def guard(engine: sa.Engine) -> None:
    """Raise on any statement that would change a record around the journal."""

    @event.listens_for(engine, "before_execute")
    def check(conn: sa.Connection, clause: Any, *_: Any) -> None:
        if isinstance(clause, (sa.Insert, sa.Update, sa.Delete)):
            table: Any = clause.table
            if table.info.get("record") and not conn.info.get("journaled"):
                raise RuntimeError(f"{table.name} changed around the journal")
