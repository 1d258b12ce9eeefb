"""The register's derived tables against its records: the search index, references."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.registry import search
from laborclerk.features.registry.model import Person
from laborclerk.store.journal_check import Finding


def check_search(session: Session) -> list[Finding]:
    """Everybody in the register is found, and nobody else."""
    indexed = search.indexed(session.connection())
    people = set(session.scalars(sa.select(Person.id).where(Person.deleted.is_(None))))
    return [Finding("检索里没有此人", "person", i) for i in sorted(people - indexed)] + [
        Finding("检索里多出此人", "person", i) for i in sorted(indexed - people)
    ]
