"""What is kept of duplicates: the decisions, which are records and travel, and the derived list.

`duplicate_pair` and `duplicate_crowd` follow from the register and the decisions (see detect.py);
they are never journaled and can be made anew from nothing.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped
from sqlalchemy.sql.elements import Grouping

from laborclerk.catalog.fields import Code, Reference, Text
from laborclerk.features.registry.model import Person
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import Base, Record, field

DIFFERENT, SAME = "different", "same"  # of the code list person_verdict


class PersonVerdict(Record):
    """A decision on two persons. Its id follows from both (`verdict_id`), so that two who decide
    meet in one record; `person_a` has the smaller id."""

    __tablename__ = "person_verdict"

    person_a: Mapped[int | None] = field(
        "第一人", Reference("person"), required=True, index=True, help="两条登记中的一条"
    )
    person_b: Mapped[int | None] = field(
        "第二人", Reference("person"), required=True, index=True, help="两条登记中的另一条"
    )
    verdict: Mapped[str | None] = field(
        "判定", Code("person_verdict"), required=True, help="同一人则合并,两个人则不再提示"
    )
    kept: Mapped[int | None] = field("保留的登记", Reference("person"), help="合并后留下的一条")
    reason: Mapped[str | None] = field(
        "判定依据", Text(200), help="为什么这样判定,如 电话核实、两人同时在场"
    )


PAIR = sa.Table(
    "duplicate_pair",
    Base.metadata,
    sa.Column("person_a", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("person_b", sa.BigInteger, primary_key=True, autoincrement=False, index=True),
    sa.Column("reasons", sa.String, nullable=False),  # codes of judge.REASONS, joined by commas
    sa.Column("score", sa.SmallInteger, nullable=False),
    sa.Column("certain", sa.Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# who carries a number, a name with birth date or a telephone that too many carry to say anything
CROWD = sa.Table(
    "duplicate_crowd",
    Base.metadata,
    sa.Column("person", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("key", sa.String, nullable=False),
    sa.Index("ix_duplicate_crowd_key", "kind", "key"),
    sqlite_with_rowid=False,
)


def _first_17(column: Any) -> sa.ColumnElement[str]:
    return sa.func.substr(column, _N("1"), _N("17"))


def number_key(column: Any) -> sa.ColumnElement[str]:
    """The first 17 digits of a resident's number as a database expression: what its 15-, 18-, 20-
    and 22-character forms have in common. Written with literals, as the index has it."""
    old = sa.func.substr(column, _N("1"), _N("6")).op("||")(_N("'19'"))
    old = old.op("||")(sa.func.substr(column, _N("7"), _N("9")))
    return sa.case((sa.func.length(column) == _N("15"), old), else_=_first_17(column))


def unusual(column: Any) -> sa.ColumnElement[bool]:
    """Numbers of another length than 18: few, so that they have an index of their own."""
    return sa.func.length(column) != _N("18")


def card_key(column: Any) -> sa.ColumnElement[str]:
    """The holder's number that a disability certificate begins with, as `number_key`."""
    return _first_17(column)


_N = sa.text  # a literal column would be taken for a column of the index
_PERSON = Person.__table__.c
_UNUSUAL = unusual(_PERSON.id_number)
_CARD = _PERSON.disability_number.is_not(None)
_PHONE = _PERSON.phone.is_not(None)
sa.Index(
    "ix_person_number_form", Grouping(number_key(_PERSON.id_number)),
    sqlite_where=_UNUSUAL, postgresql_where=_UNUSUAL,
)  # fmt: skip
sa.Index(
    "ix_person_card", card_key(_PERSON.disability_number),
    sqlite_where=_CARD, postgresql_where=_CARD,
)  # fmt: skip
sa.Index("ix_person_phone", _PERSON.phone, sqlite_where=_PHONE, postgresql_where=_PHONE)


def verdict_id(one: int, other: int) -> int:
    """The id of the decision on two persons, whichever is named first; their pair's id too."""
    return stable_id("verdict", min(one, other), max(one, other))
