"""What `check` asks of the list of doubles: that it is what a recount from nothing gives."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.registry.duplicates.detect import recount
from laborclerk.features.registry.duplicates.model import CROWD, PAIR
from laborclerk.store.journal_check import Finding

_MOST = 1000  # findings


def check_duplicates(session: Session) -> list[Finding]:
    """Findings about the list. It is made anew and put back: nothing is left changed."""
    kept = _rows(session)
    with session.begin_nested() as inner:
        recount(session)
        true = _rows(session)
        inner.rollback()
    wrong = sorted({(row[0], table) for table in true for row in kept[table] ^ true[table]})
    found = {
        "duplicate_pair": "疑似重复名单与登记不符",
        "duplicate_crowd": "多人共用的号码记得不符",
    }
    return [Finding(found[table], "person", person) for person, table in wrong[:_MOST]]


def _rows(session: Session) -> dict[str, set[tuple[Any, ...]]]:
    return {
        table.name: {tuple(row) for row in session.execute(sa.select(table))}
        for table in (PAIR, CROWD)
    }
