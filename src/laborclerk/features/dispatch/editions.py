"""Numbered editions of a roster: a change after printing makes a new one, which says what differs.

The five rosters of a batch are views of one list and share its edition. What is looked at on the
screen settles nothing; the first print or file of a changed list does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.dispatch.batches import MemberLine, members, statuses
from laborclerk.features.dispatch.model import Batch, RosterEdition
from laborclerk.features.registry.model import Person
from laborclerk.store.store import Store

_HEAD = (
    "number", "name", "destination", "address", "employer_name", "job", "departs", "gather_time",
    "gather_place", "transport", "transport_number", "leader", "leader_phone",
)  # fmt: skip
_MOST = 5000  # lines beyond which an edition no longer tells who changed
_TOLD = 20  # names told


@dataclass(frozen=True, slots=True)
class EditionState:
    """Which edition the roster has now. `settled`: it was printed as it stands; else it would be
    edition `number` when it is, and `changes` says how it differs from the last."""

    number: int
    settled: bool
    changes: str
    persons: int
    digest: str
    lines: str


def last_edition(session: Session, batch: int) -> RosterEdition | None:
    """The edition printed last."""
    query = sa.select(RosterEdition).where(
        RosterEdition.batch == batch, RosterEdition.deleted.is_(None)
    )
    return session.scalars(
        query.order_by(RosterEdition.number.desc(), RosterEdition.id.desc())
    ).first()


def editions(session: Session, batch: int) -> Sequence[RosterEdition]:
    """All editions, the first first."""
    query = sa.select(RosterEdition).where(
        RosterEdition.batch == batch, RosterEdition.deleted.is_(None)
    )
    return session.scalars(query.order_by(RosterEdition.number, RosterEdition.id)).all()


def edition_state(session: Session, batch: Batch) -> EditionState:
    """The edition of the list as it stands now."""
    head = hashlib.sha256(
        "\x1f".join(str(getattr(batch, key) or "") for key in _HEAD).encode()
    )  # fmt: skip
    now: dict[int, tuple[str, str]] = {}
    total = hashlib.sha256()
    count = 0
    for line in members(session, batch.id, only=statuses("roster")):
        mark = _mark(line)
        total.update(f"{line.person}:{mark};".encode())
        count += 1
        if count <= _MOST:
            now[line.person] = (mark, line.name)
    digest = hashlib.sha256(head.digest() + total.digest()).hexdigest()[:20]
    lines = _packed(head.hexdigest()[:8], now) if count <= _MOST else ""
    last = last_edition(session, batch.id)
    if last is None:
        return EditionState(1, False, "", count, digest, lines)
    number = last.number or 0
    if last.digest == digest:
        return EditionState(number, True, last.changes or "", count, digest, lines)
    changes = _differences(session, last.lines or "", lines, now)
    return EditionState(number + 1, False, changes, count, digest, lines)


def settle_edition(store: Store, batch: int) -> EditionState:
    """Write the edition of the list as it stands down, if it is a new one → the edition."""
    with store.write("dispatch.edition") as work:
        record = work.get(Batch, batch)
        assert record is not None
        state = edition_state(work.session, record)
        if not state.settled:
            work.add(
                RosterEdition(
                    batch=batch, number=state.number, date=store.clock.today(),
                    persons=state.persons, digest=state.digest, lines=state.lines or None,
                    changes=state.changes or None,
                )
            )  # fmt: skip
    return state


def _mark(line: MemberLine) -> str:
    """What of a member's line stands on a roster, as eight digits."""
    said = "\x1f".join(
        str(part)
        for part in (
            line.name, line.id_number, line.phone, line.place, line.job, line.wage, line.contact,
            line.contact_phone, line.health_check, line.contract, line.injury_insurance,
            line.first_time, line.referrer,
        )
    )  # fmt: skip
    return hashlib.sha256(said.encode()).hexdigest()[:8]


def _packed(head: str, lines: dict[int, tuple[str, str]]) -> str:
    return ";".join([head, *(f"{person:x}:{mark}" for person, (mark, _) in sorted(lines.items()))])


def _unpacked(text: str) -> tuple[str, dict[int, str]]:
    head, *lines = text.split(";")
    pairs = (line.split(":") for line in lines if line)
    return head, {int(person, 16): mark for person, mark in pairs}


def _differences(session: Session, before: str, after: str, now: dict[int, tuple[str, str]]) -> str:
    if not before or not after:
        return "名册有改动(人数较多,不逐一列出)"
    (old_head, old), (new_head, new) = _unpacked(before), _unpacked(after)
    gone = sorted(set(old) - set(new))
    names = {p.id: p.name or "" for p in session.scalars(sa.select(Person).where(
        Person.id.in_(gone[: _TOLD + 1])))}  # fmt: skip
    parts = [
        ("增加", [now[p][1] for p in now if p not in old]),
        ("减少", [names.get(p, "") for p in gone]),
        ("改动", [now[p][1] for p in now if p in old and old[p] != new[p]]),
    ]
    told = [f"{word}{len(some)}人:{_names(some)}" for word, some in parts if some]
    if old_head != new_head:
        told.append("行程或带队信息有改动")
    return ";".join(told)


def _names(some: Sequence[str]) -> str:
    more = f"等{len(some)}人" if len(some) > _TOLD else ""
    return "、".join(some[:_TOLD]) + more
