"""Drafts: every field as it is left, before anything is saved. They are offered, never applied
silently; they are encrypted with the store and do not travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from laborclerk.store.base import Base
from laborclerk.store.store import Store


class Draft(Base):
    """One unfinished form of one clerk."""

    __tablename__ = "draft"
    kind: Mapped[str] = mapped_column(sa.String, primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    clerk: Mapped[str] = mapped_column(sa.String)
    at: Mapped[int] = mapped_column(sa.BigInteger)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft found on the next start."""

    kind: str
    record_id: int
    clerk: str
    at: int
    content: dict[str, Any]


def keep(store: Store, kind: str, record_id: int, content: dict[str, Any]) -> int:
    """Keep what is in the form now → the time it was kept (ms)."""
    at = store.clock()
    with store.local() as session:
        session.merge(
            Draft(kind=kind, record_id=record_id, clerk=store.clerk, at=at,
                  content=msgpack.packb(content))
        )  # fmt: skip
    return at


def drop(store: Store, kind: str, record_id: int) -> None:
    """Forget a draft: its form was saved, or the clerk threw it away."""
    with store.local() as session:
        session.execute(sa.delete(Draft).where(Draft.kind == kind, Draft.record_id == record_id))


def kept(store: Store, kind: str | None = None) -> list[KeptDraft]:
    """All drafts, latest first."""
    query = sa.select(Draft).order_by(Draft.at.desc())
    if kind is not None:
        query = query.where(Draft.kind == kind)
    with store.read() as session:
        return [
            KeptDraft(d.kind, d.record_id, d.clerk, d.at, msgpack.unpackb(d.content))
            for d in session.scalars(query)
        ]
