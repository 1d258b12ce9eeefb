"""Household numbers: the next free one of a village, also where several laptops give them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.registry.model import Household
from laborclerk.store.store import setting_in

_LONGEST = 18  # digits that fit in an integer of the database


def free_number(session: Session, village: int) -> str:
    """`next_number` with the letter this laptop was given, if it was given one."""
    return next_number(session, village, setting_in(session, "household.letter") or "")


def next_number(session: Session, village: int, letter: str = "") -> str:
    """The next free household number of a village: the laptop's letter and a running number.
    Numbers of other letters, of other kinds (3-12) and of other villages do not count; those of
    deleted households do, for they may come back. One aggregate over the index of the place."""
    given = {"low": village, "high": village + 1000, "letter": letter, "letters": len(letter)}
    highest = session.connection().scalar(_HIGHEST, given)
    return f"{letter}{(highest or 0) + 1:04d}"


_LETTERS = sa.bindparam("letters", type_=sa.Integer)
_DIGITS = sa.func.substr(Household.number, _LETTERS + 1)
_HIGHEST = sa.select(sa.func.max(sa.cast(_DIGITS, sa.BigInteger))).where(
    Household.place >= sa.bindparam("low"),
    Household.place < sa.bindparam("high"),
    sa.func.substr(Household.number, 1, _LETTERS) == sa.bindparam("letter"),
    _DIGITS != "",
    sa.func.ltrim(_DIGITS, "0123456789") == "",
    sa.func.length(_DIGITS) <= _LONGEST,
)
