"""卡、表、册、人相符 (001-17): card, form, roster and living person, each mismatch listed by kind.

The card is `work_card`, the form the census answers, the roster the spells, the living person what
the last check, the register of persons and the group's monthly update say. A list changes nothing:
the clerk opens the person and corrects what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.work import comparisons as compare
from laborclerk.features.work.side_by_side import Comparison, H, P, SideBySide
from laborclerk.features.work.updates import updates


class Kind(StrEnum):
    """Kinds of mismatch; values are what the command line says."""

    FORM_ONLY = "form-only"
    ROSTER_ONLY = "roster-only"
    FORM_PLACE = "form-place"
    FORM_EMPLOYER = "form-employer"
    CARD_ONLY = "card-only"
    NO_CARD = "no-card"
    CARD_PERSON = "card-person"
    CARD_WORK = "card-work"
    CARD_EXPIRED = "card-expired"
    GONE = "gone"
    AT_HOME = "at-home"
    MOVED = "moved"
    LOST = "lost"
    PRESENCE = "presence"
    UNCHECKED = "unchecked"
    TWICE = "twice"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Named:
    """How a kind is called, which two of 卡表册人 it compares, and what to do."""

    title: str
    sides: str
    todo: str


KINDS: dict[Kind, Named] = {
    Kind.FORM_ONLY: Named("表上在务工,台账里没有", "表–册", "由调查表入册,或核实后登记"),
    Kind.ROSTER_ONLY: Named("台账在务工,表上没有", "表–册", "核实后改表,或结束这段务工"),
    Kind.FORM_PLACE: Named("表与台账的务工地不同", "表–册", "核实哪一个对,改另一个"),
    Kind.FORM_EMPLOYER: Named("表与台账的单位不同", "表–册", "核实哪一个对,改另一个"),
    Kind.CARD_ONLY: Named("有卡,台账没有在务工", "卡–册", "收回卡,或补登务工"),
    Kind.NO_CARD: Named("台账在外,没有卡", "卡–册", "补发务工卡"),
    Kind.CARD_PERSON: Named("卡上姓名、证件号与本人不同", "卡–人", "收回旧卡,换发新卡"),
    Kind.CARD_WORK: Named("卡上务工地、企业与台账不同", "卡–册", "换发新卡,或改台账"),
    Kind.CARD_EXPIRED: Named("卡已过期,没有收回", "卡–人", "收回或换发"),
    Kind.GONE: Named("人已死亡、迁出或撤出,台账还在务工", "册–人", "结束这段务工"),
    Kind.AT_HOME: Named("核实在家或已不在,台账还在务工", "册–人", "结束这段务工"),
    Kind.MOVED: Named("核实换了地方或单位,台账没有改", "册–人", "登记新的一段务工"),
    Kind.LOST: Named("核实时联系不上", "册–人", "向家属、单位再问"),
    Kind.PRESENCE: Named("人员状态为在家,台账在外", "册–人", "核实后改人员状态或结束务工"),
    Kind.UNCHECKED: Named("半年没有核实过本人", "册–人", "打电话或见面核实"),
    Kind.TWICE: Named("台账里同时有两份工", "册–册", "给已离开的一份填结束日期"),
    Kind.GROUP: Named("组长上报的在外人数与台账不同", "册–人", "与组长逐人核对"),
}
_COMPARED: dict[Kind, Callable[[SideBySide], Comparison | None]] = {
    Kind.FORM_ONLY: compare.form_only,
    Kind.ROSTER_ONLY: compare.roster_only,
    Kind.FORM_PLACE: compare.form_place,
    Kind.FORM_EMPLOYER: compare.form_employer,
    Kind.CARD_ONLY: compare.card_only,
    Kind.NO_CARD: compare.no_card,
    Kind.CARD_PERSON: compare.card_person,
    Kind.CARD_WORK: compare.card_work,
    Kind.CARD_EXPIRED: compare.card_expired,
    Kind.GONE: compare.gone,
    Kind.AT_HOME: compare.at_home,
    Kind.MOVED: compare.moved,
    Kind.LOST: compare.lost,
    Kind.PRESENCE: compare.presence,
    Kind.UNCHECKED: compare.unchecked,
    Kind.TWICE: compare.twice,
}  # all but `GROUP`, which the leaders' updates tell


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One line: whom it is about (a group for `GROUP`: person 0), and what each side says."""

    kind: Kind
    person: int
    household: int
    place: int
    number: str
    head_name: str
    name: str
    phone: str
    one: str
    other: str


def mismatch_counts(session: Session, place: int, on: str, month: str = "") -> dict[Kind, int]:
    """How many of each kind below a place on a day; `month` is the update compared (default: the
    day's)."""
    registers = SideBySide(session, place, on)
    found = {kind: _count(session, compared(registers)) for kind, compared in _COMPARED.items()}
    found[Kind.GROUP] = len(_groups(session, place, month or on[:7]))
    return found


def _count(session: Session, c: Comparison | None) -> int:
    if c is None:
        return 0
    return session.scalar(sa.select(sa.func.count()).select_from(c.source).where(c.where)) or 0


def mismatches(
    session: Session,
    kind: Kind,
    place: int,
    on: str,
    month: str = "",
    limit: int | None = None,
    offset: int = 0,
) -> Iterator[Mismatch]:
    """The lines of one kind in walking order."""
    stop = None if limit is None else offset + limit
    if kind is Kind.GROUP:
        yield from _groups(session, place, month or on[:7])[offset:stop]
        return
    compared = _COMPARED[kind](SideBySide(session, place, on))
    if compared is not None:
        yield from _lines(session, kind, compared, offset, stop)


def _lines(
    session: Session, kind: Kind, c: Comparison, start: int, stop: int | None
) -> Iterator[Mismatch]:
    query = (
        sa.select(
            P.id, P.household, H.place, H.number, H.head_name, P.name, P.phone, *c.one, *c.other
        )
        .select_from(c.source)
        .where(c.where)
        .order_by(H.place, H.number, H.id, P.line, P.id)
    )
    at = 7 + len(c.one)
    found = session.execute(query.execution_options(yield_per=1000))
    # not LIMIT: a server would then work out everybody's spell anew for each row
    for row in islice(found, start, stop):
        yield Mismatch(
            kind, row[0], row[1] or 0, row[2] or 0, row[3] or "", row[4] or "", row[5] or "",
            row[6] or "", c.say_one(*row[7:at]), c.say_other(*row[at:]),
        )  # fmt: skip


def _groups(session: Session, place: int, month: str) -> list[Mismatch]:
    found = []
    for line in updates(session, month, place):
        if line.reported and not line.agrees:
            told = f"组长报:在外{_n(line.away)}、外出{_n(line.left)}、返乡{_n(line.back)}"
            counted = f"台账:在外{line.away_now}、外出{line.left_now}、返乡{line.back_now}"
            found.append(
                Mismatch(Kind.GROUP, 0, 0, line.place, "", "",
                         f"{line.village}{line.name}", line.phone, told, counted)
            )  # fmt: skip
    return found


def _n(count: int | None) -> str:
    return "—" if count is None else str(count)
