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
    """One unfinished form of one clerk in one window: two that fill the same one do not meet here.
    `kind` says which form, and after an @ which window."""

    __tablename__ = "draft"
    kind: Mapped[str] = mapped_column(sa.String, primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    clerk: Mapped[str] = mapped_column(sa.String, primary_key=True)
    at: Mapped[int] = mapped_column(sa.BigInteger)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft found on the next start, or of another window."""

    kind: str
    record_id: int
    clerk: str
    at: int
    content: dict[str, Any]
    window: str

    def of(self, store: Store) -> bool:
        """Whether it is the one this window keeps."""
        return (self.clerk, self.window) == (store.clerk, store.window)


def keep(store: Store, kind: str, record_id: int, content: dict[str, Any]) -> int:
    """Keep what is in the form now → the time it was kept (ms)."""
    at = store.clock()
    with store.local() as session:
        _put(session, store, kind, record_id, at, content)
    return at


def drop(store: Store, kind: str, record_id: int) -> None:
    """Forget this window's own draft: its form was saved."""
    with store.local() as session:
        drop_in(session, store, kind, record_id)


def drop_in(session: Session, store: Store, kind: str, record_id: int) -> None:
    """`drop` in the transaction that saves the form: never one without the other. What stands in
    another window was not saved with it, so its draft stays."""
    _drop(session, _stored(kind, store.window), record_id, store.clerk)


def throw_away(store: Store, draft: KeptDraft) -> None:
    """Forget a draft, whoever left it."""
    with store.local() as session:
        _drop(session, _stored(draft.kind, draft.window), draft.record_id, draft.clerk)


def take_over(store: Store, draft: KeptDraft) -> None:
    """Go on with a draft, whoever left it: from now on it is this window's own."""
    with store.local() as session:
        _drop(session, _stored(draft.kind, draft.window), draft.record_id, draft.clerk)
        _put(session, store, draft.kind, draft.record_id, draft.at, draft.content)


def kept(store: Store, kind: str | None = None) -> list[KeptDraft]:
    """All drafts, latest first."""
    found = []
    with store.read() as session:
        for draft in session.scalars(sa.select(Draft).order_by(Draft.at.desc())):
            its, _, window = draft.kind.partition("@")
            if kind in (None, its):
                content = msgpack.unpackb(draft.content)
                found.append(
                    KeptDraft(its, draft.record_id, draft.clerk, draft.at, content, window)
                )
    return found


def _stored(kind: str, window: str) -> str:
    return f"{kind}@{window}" if window else kind


def _put(
    session: Session, store: Store, kind: str, record_id: int, at: int, content: dict[str, Any]
) -> None:
    session.merge(
        Draft(kind=_stored(kind, store.window), record_id=record_id, clerk=store.clerk, at=at,
              content=msgpack.packb(content))
    )  # fmt: skip


def _drop(session: Session, stored: str, record_id: int, clerk: str) -> None:
    its = {"its": stored, "record": record_id, "whose": clerk}
    session.connection().execute(_DROP, its)


_DROP = sa.delete(Draft).where(
    Draft.kind == sa.bindparam("its"),
    Draft.record_id == sa.bindparam("record"),
    Draft.clerk == sa.bindparam("whose"),
)
