"""Household numbers: the next free one of a village, also where several laptops give them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.registry.model import Household
from laborclerk.store.store import Setting

_LONGEST = 18  # digits that fit in an integer of the database


def free_number(session: Session, village: int) -> str:
    """`next_number` with the letter this laptop was given, if it was given one."""
    letter = session.scalar(sa.select(Setting.value).where(Setting.key == "household.letter"))
    return next_number(session, village, letter or "")


def next_number(session: Session, village: int, letter: str = "") -> str:
    """The next free household number of a village: the laptop's letter and a running number.
    Numbers of other letters, of other kinds (3-12) and of other villages do not count; those of
    deleted households do, for they may come back. One aggregate over the index of the place."""
    number = Household.number
    digits = sa.func.substr(number, len(letter) + 1)
    highest = session.scalar(
        sa.select(sa.func.max(sa.cast(digits, sa.BigInteger))).where(
            Household.place >= village,
            Household.place < village + 1000,
            sa.func.substr(number, 1, len(letter)) == letter,
            digits != "",
            sa.func.ltrim(digits, "0123456789") == "",
            sa.func.length(digits) <= _LONGEST,
        )
    )
    return f"{letter}{(highest or 0) + 1:04d}"
