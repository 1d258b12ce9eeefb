"""Drafts: every field as it is left, before anything is saved. They are offered, never applied
silently; they are encrypted with the store and do not travel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgpack
import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from laborclerk.store.base import Base
from laborclerk.store.store import Store


class Draft(Base):
    """One unfinished form of one clerk: two who fill the same one do not meet here."""

    __tablename__ = "draft"
    kind: Mapped[str] = mapped_column(sa.String, primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    clerk: Mapped[str] = mapped_column(sa.String, primary_key=True)
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


def drop(store: Store, kind: str, record_id: int, clerk: str | None = None) -> None:
    """Forget one's own draft (or that of `clerk`): its form was saved, or it is thrown away."""
    with store.local() as session:
        drop_in(session, kind, record_id, clerk or store.clerk)


def drop_in(session: Session, kind: str, record_id: int, clerk: str) -> None:
    """`drop` in the transaction that saves the form: never one without the other."""
    session.connection().execute(_DROP, {"its": kind, "record": record_id, "whose": clerk})


def take_over(store: Store, draft: KeptDraft) -> None:
    """Go on with a draft, whoever left it: from now on it is one's own."""
    with store.local() as session:
        drop_in(session, draft.kind, draft.record_id, draft.clerk)
        session.merge(
            Draft(kind=draft.kind, record_id=draft.record_id, clerk=store.clerk, at=draft.at,
                  content=msgpack.packb(draft.content))
        )  # fmt: skip


_DROP = sa.delete(Draft).where(
    Draft.kind == sa.bindparam("its"),
    Draft.record_id == sa.bindparam("record"),
    Draft.clerk == sa.bindparam("whose"),
)


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
