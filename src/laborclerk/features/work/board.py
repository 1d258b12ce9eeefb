"""What a screen of the work register shows at once: how many are on each list, how many of each
mismatch, who has not reported; the history of one person in lines."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.work.list_kinds import ListKind
from laborclerk.features.work.lists import counts
from laborclerk.features.work.model import WorkCard, WorkCheck, WorkSpell
from laborclerk.features.work.reconcile import Kind, mismatch_counts
from laborclerk.features.work.service import PersonWork
from laborclerk.features.work.updates import updates

SPELL, CHECK, CARD = WorkSpell.__tablename__, WorkCheck.__tablename__, WorkCard.__tablename__


@dataclass(frozen=True)
class Board:
    """The numbers of a place on a day; mismatches are None where they were not counted."""

    lists: dict[ListKind, int]
    mismatches: dict[Kind, int] | None
    due: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a person's history: which record, its day, kind and content in words."""

    record_type: str
    record_id: int
    date: str
    what: str
    text: str
    more: str
    now: bool = False


def board(session: Session, place: int, on: str, month: str, *, compare: bool) -> Board:
    """Count what a place has; `compare` also counts the mismatches, seventeen questions to the
    register, which a whole county asks only when it wants to know."""
    lines = updates(session, month, place)
    return Board(
        counts(session, place, on), mismatch_counts(session, place, on, month) if compare else None,
        len(lines), sum(not line.reported for line in lines),
    )  # fmt: skip


def history_of(work: PersonWork) -> list[Happened]:
    """Spells, checks and cards of a person in lines, the latest first."""
    found = [_spell(s, work) for s in work.spells]
    found += [_check(c) for c in work.checks]
    found += [_card(c) for c in work.cards]
    return sorted(found, key=lambda h: h.date, reverse=True)


def _label(list_name: str, code: str | None) -> str:
    return code_list(list_name).label(code) if code else ""


def _spell(s: WorkSpell, work: PersonWork) -> Happened:
    until = f"至 {s.end}" if s.end else "至今"
    money = f"{s.income:,}元/月" if s.income is not None else ""
    more = [s.job or _label("occupation", s.trade), money, _label("channel", s.channel),
            _label("return_reason", s.return_reason)]  # fmt: skip
    now = work.now is not None and work.now.id == s.id
    return Happened(
        SPELL, s.id, s.start or "", f"务工{until}",
        " ".join(t for t in (place_in_words(s.place), s.employer_name) if t),
        " · ".join(t for t in more if t), now,
    )  # fmt: skip


def _check(c: WorkCheck) -> Happened:
    where = " ".join(t for t in (place_in_words(c.place), c.employer_name) if t)
    text = _label("work_found", c.found) + (f"({where})" if where else "")
    more = [_label("check_means", c.means), c.checker, c.note]
    return Happened(CHECK, c.id, c.date or "", "核实", text, " · ".join(t for t in more if t))


def _card(c: WorkCard) -> Happened:
    gone = f"{c.withdrawn} 收回" if c.withdrawn else ""
    until = f"有效期至 {c.valid_until}" if c.valid_until else ""
    more = " · ".join(t for t in (until, gone) if t)
    text = f"{c.number} {place_in_words(c.place)} {c.employer_name or ''}".strip()
    return Happened(CARD, c.id, c.issued or "", _label("work_card_kind", c.kind), text, more)
