"""卡、表、册、人相符 (001-17): card, form, roster and living person, each mismatch listed by kind.

The card is `work_card`, the form the census answers, the roster the spells, the living person what
the last check, the register of persons and the group's monthly update say. A list changes nothing:
the clerk opens the person and corrects what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.features.census.model import CensusForm
from laborclerk.features.census.rounds import current_round
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import subtree
from laborclerk.features.work.adopt import unknown_worker
from laborclerk.features.work.lists import where_word
from laborclerk.features.work.model import WorkCard, WorkCheck
from laborclerk.features.work.state import LOCAL, PERSON, SPELL, codes, current, runs
from laborclerk.features.work.updates import updates
from laborclerk.kernel.dates import days_before

HOME: Any = Household.__table__
CARD: Any = WorkCard.__table__
CHECK: Any = WorkCheck.__table__
FORM: Any = CensusForm.__table__
Condition = sa.ColumnElement[bool]
P, H = PERSON.c, HOME.c
UNCHECKED_DAYS = 180  # a parameter; half a year


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
    reading = _Reading(session, place, on)
    found: dict[Kind, int] = {kind: reading.count(kind) for kind in KINDS if kind is not Kind.GROUP}
    found[Kind.GROUP] = len(_groups(session, place, month or on[:7]))
    return found


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
    if kind is Kind.GROUP:
        stop = None if limit is None else offset + limit
        yield from _groups(session, place, month or on[:7])[offset:stop]
        return
    yield from _Reading(session, place, on).lines(kind, limit, offset)


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


@dataclass
class _Query:
    """One kind as SQL: where it reads, what holds, the two sides as columns and as words."""

    source: Any
    where: Condition
    one: list[Any]
    other: list[Any]
    say_one: Callable[..., str]
    say_other: Callable[..., str]


class _Reading:
    """The kinds below one place on one day."""

    def __init__(self, session: Session, place: int, on: str) -> None:
        self.session = session
        self.place = place
        self.on = on
        low, high = subtree(place)
        self.people = HOME.join(PERSON, P.household == H.id)
        self.here = sa.and_(
            H.place >= low, H.place < high, H.deleted.is_(None), P.deleted.is_(None)
        )
        self.low, self.high = low, high
        self.now = current(on, "employer_name", "start", "end")

    def count(self, kind: Kind) -> int:
        q = self.query(kind)
        if q is None:
            return 0
        query = sa.select(sa.func.count()).select_from(q.source).where(q.where)
        return self.session.scalar(query) or 0

    def lines(self, kind: Kind, limit: int | None, offset: int) -> Iterator[Mismatch]:
        q = self.query(kind)
        if q is None:
            return
        query = (
            sa.select(
                P.id, P.household, H.place, H.number, H.head_name, P.name, P.phone, *q.one, *q.other
            )
            .select_from(q.source)
            .where(q.where)
            .order_by(H.place, H.number, H.id, P.line, P.id)
        )
        at = 7 + len(q.one)
        found = self.session.execute(query.execution_options(yield_per=1000))
        # not LIMIT: a server would then work out everybody's spell anew for each row
        stop = None if limit is None else offset + limit
        for row in islice(found, offset, stop):
            yield Mismatch(
                kind, row[0], row[1] or 0, row[2] or 0, row[3] or "", row[4] or "", row[5] or "",
                row[6] or "", q.say_one(*row[7:at]), q.say_other(*row[at:]),
            )  # fmt: skip

    # -- what is compared ----------------------------------------------------------------------

    @cached_property
    def _surveyed(self) -> Any:
        """The survey date of each household in the open round."""
        found = current_round(self.session)
        wanted = sa.and_(FORM.c.round == (found.id if found else 0), FORM.c.deleted.is_(None))
        return sa.select(FORM.c.household, FORM.c.survey_date).where(wanted).subquery()

    @cached_property
    def _cards(self) -> Any:
        """The cards that stand on the day."""
        standing = sa.and_(
            CARD.c.deleted.is_(None), CARD.c.withdrawn.is_(None), CARD.c.issued <= self.on
        )
        return sa.select(*CARD.c).where(standing).subquery()

    @cached_property
    def _checks(self) -> Any:
        """The last check of each person by the day."""
        later = CHECK.alias()
        newer = sa.and_(
            later.c.person == CHECK.c.person, later.c.deleted.is_(None), later.c.date <= self.on,
            sa.or_(
                later.c.date > CHECK.c.date,
                sa.and_(later.c.date == CHECK.c.date, later.c.id > CHECK.c.id),
            ),
        )  # fmt: skip
        last = sa.and_(
            CHECK.c.deleted.is_(None), CHECK.c.date <= self.on,
            ~sa.exists(sa.select(1).where(newer)),
        )  # fmt: skip
        return sa.select(*CHECK.c).where(last).subquery()

    def _with_now(self, *, outer: bool = False) -> Any:
        return self.people.join(self.now, self.now.c.person == P.id, isouter=outer)

    def query(self, kind: Kind) -> _Query | None:
        """The kind as SQL; None where it cannot be asked (no card was ever given here)."""
        made: Callable[[], _Query | None] = getattr(self, f"_{kind.name.lower()}")
        return made()

    # -- form and roster -----------------------------------------------------------------------

    def _form_only(self) -> _Query:
        return _Query(
            self.people, unknown_worker(self.place), [P.work_place, P.employer], [P.id],
            lambda place, employer: f"表:{_work(place, employer)}", lambda _: "台账:无",
        )  # fmt: skip

    def _joined_form(self) -> Any:
        s = self._surveyed
        return self._with_now().outerjoin(s, s.c.household == H.id)

    def _known_at_survey(self) -> Condition:
        """Of a form that was filled after the spell began: else the form cannot know it."""
        day = self._surveyed.c.survey_date
        return sa.or_(day.is_(None), self.now.c.start <= day)

    def _roster_only(self) -> _Query:
        idle = codes("employment_status", "works", "")
        return _Query(
            self._joined_form(),
            sa.and_(self.here, P.employment_status.in_(idle), self._known_at_survey()),
            [P.employment_status], [self.now.c.place, self.now.c.employer_name],
            lambda status: f"表:{code_list('employment_status').label(status)}",
            lambda place, employer: f"台账:{_work(place, employer)}",
        )  # fmt: skip

    def _form_place(self) -> _Query:
        return _Query(
            self._joined_form(),
            sa.and_(
                self.here, places_differ(P.work_place, self.now.c.place), self._known_at_survey()
            ),
            [P.work_place], [self.now.c.place],
            lambda place: f"表:{where_word(place)}", lambda place: f"台账:{where_word(place)}",
        )  # fmt: skip

    def _form_employer(self) -> _Query:
        return _Query(
            self._joined_form(),
            sa.and_(
                self.here, P.employer != self.now.c.employer_name, self._known_at_survey()
            ),
            [P.employer], [self.now.c.employer_name],
            lambda name: f"表:{name}", lambda name: f"台账:{name}",
        )  # fmt: skip

    # -- cards ---------------------------------------------------------------------------------

    def _with_card(self) -> Any:
        return self._with_now(outer=True).join(self._cards, self._cards.c.person == P.id)

    def _card_only(self) -> _Query:
        k = self._cards.c
        return _Query(
            self._with_card(), sa.and_(self.here, k.kind == "1", self.now.c.id.is_(None)),
            [k.number, k.place, k.employer_name], [P.id],
            lambda number, place, employer: f"卡{number}:{_work(place, employer)}",
            lambda _: "台账:没有在务工",
        )  # fmt: skip

    def _no_card(self) -> _Query | None:
        used = self.session.scalar(sa.select(CARD.c.id).where(CARD.c.deleted.is_(None)).limit(1))
        if used is None:
            return None
        n, card = self.now.c, CARD.alias()
        has = sa.and_(
            card.c.person == P.id, card.c.deleted.is_(None), card.c.withdrawn.is_(None)
        )  # fmt: skip
        return _Query(
            self._with_now(),
            sa.and_(
                self.here, sa.or_(n.scope.is_(None), n.scope != LOCAL),
                ~sa.exists(sa.select(1).where(has)),
            ),
            [P.id], [n.place, n.employer_name],
            lambda _: "卡:无", lambda place, employer: f"台账:{_work(place, employer)}",
        )  # fmt: skip

    def _card_person(self) -> _Query:
        k = self._cards.c
        return _Query(
            self._with_card(),
            sa.and_(self.here, sa.or_(k.name != P.name, k.id_number != P.id_number)),
            [k.number, k.name, k.id_number], [P.name, P.id_number],
            lambda number, name, id_number: f"卡{number}:{name or ''} {id_number or ''}",
            lambda name, id_number: f"登记:{name or ''} {id_number or ''}",
        )  # fmt: skip

    def _card_work(self) -> _Query:
        k, n = self._cards.c, self.now.c
        return _Query(
            self._with_card(),
            sa.and_(
                self.here, n.id.is_not(None),
                sa.or_(places_differ(k.place, n.place), k.employer_name != n.employer_name),
            ),
            [k.number, k.place, k.employer_name], [n.place, n.employer_name],
            lambda number, place, employer: f"卡{number}:{_work(place, employer)}",
            lambda place, employer: f"台账:{_work(place, employer)}",
        )  # fmt: skip

    def _card_expired(self) -> _Query:
        k = self._cards.c
        return _Query(
            self._with_card(), sa.and_(self.here, k.valid_until < self.on),
            [k.number, k.valid_until], [P.id],
            lambda number, day: f"卡{number}:有效期至{day}", lambda _: "没有收回",
        )  # fmt: skip

    # -- the living person ---------------------------------------------------------------------

    def _gone(self) -> _Query:
        gone = codes("presence", "gone", "1")
        left = sa.or_(P.presence.in_(gone), P.deleted.is_not(None))
        twice = sa.or_(P.deleted.is_(None), P.deleted != "3")  # entered twice: the other counts
        here = sa.and_(H.place >= self.low, H.place < self.high)
        n = self.now.c
        return _Query(
            self._with_now(), sa.and_(here, left, twice),
            [P.presence, P.deleted], [n.place, n.employer_name],
            lambda presence, deleted: "人:" + (
                code_list("delete_reason").label(deleted) if deleted
                else code_list("presence").label(presence)
            ),
            lambda place, employer: f"台账:{_work(place, employer)}",
        )  # fmt: skip

    def _checked(self, *states: str) -> _Query:
        k, n = self._checks.c, self.now.c
        found = codes("work_found", "state", *states)
        return _Query(
            self._with_now().join(self._checks, k.person == P.id),
            sa.and_(self.here, k.found.in_(found), k.date >= n.start),
            [k.date, k.found, k.place, k.employer_name], [n.place, n.employer_name],
            _said_by_check, lambda place, employer: f"台账:{_work(place, employer)}",
        )  # fmt: skip

    def _at_home(self) -> _Query:
        return self._checked("home", "gone")

    def _moved(self) -> _Query:
        return self._checked("moved")

    def _lost(self) -> _Query:
        return self._checked("unknown")

    def _presence(self) -> _Query:
        n = self.now.c
        at_home = tuple(
            i.code for i in code_list("presence").items
            if i.extra.get("here") == "1" and i.extra.get("gone") != "1"
        )  # fmt: skip
        return _Query(
            self._with_now(),
            sa.and_(
                self.here, P.presence.in_(at_home), sa.or_(n.scope.is_(None), n.scope != LOCAL)
            ),
            [P.presence], [n.place, n.employer_name],
            lambda presence: f"人:{code_list('presence').label(presence)}",
            lambda place, employer: f"台账:{_work(place, employer)}",
        )  # fmt: skip

    def _unchecked(self) -> _Query:
        k, n = self._checks.c, self.now.c
        since = days_before(self.on, UNCHECKED_DAYS)
        return _Query(
            self._with_now().outerjoin(self._checks, k.person == P.id),
            sa.and_(self.here, n.start < since, sa.or_(k.date.is_(None), k.date < since)),
            [k.date], [n.place, n.employer_name],
            lambda day: f"人:上次核实{day}" if day else "人:从未核实",
            lambda place, employer: f"台账:{_work(place, employer)}",
        )  # fmt: skip

    def _twice(self) -> _Query:
        other = SPELL.alias("beside")
        n = self.now.c
        return _Query(
            self._with_now().join(
                other,
                sa.and_(other.c.person == P.id, other.c.id != n.id, runs(other, self.on)),
            ),
            self.here, [other.c.start, other.c.place, other.c.employer_name],
            [n.start, n.place, n.employer_name], _since, _since,
        )  # fmt: skip


def places_differ(a: Any, b: Any) -> Condition:
    """Whether two 12-digit places contradict each other: at the province, at the city where both
    name one, at the county where both do."""

    def part(column: Any, start: int, length: int) -> Any:
        return sa.func.substr(column, start, length)

    def at(start: int) -> Condition:
        x, y = part(a, start, 2), part(b, start, 2)
        return sa.and_(x != y, x != "00", y != "00")

    abroad = sa.and_(part(a, 1, 3) == "999", part(b, 1, 3) == "999")
    return sa.or_(
        part(a, 1, 2) != part(b, 1, 2), sa.and_(abroad, a != b), at(3), at(5)
    )  # fmt: skip


def _work(place: str | None, employer: str | None) -> str:
    return " ".join(t for t in (where_word(place), employer or "") if t) or "没有填地点"


def _since(start: str | None, place: str | None, employer: str | None) -> str:
    return f"{start or ''}起 {_work(place, employer)}"


def _said_by_check(day: str, found: str, place: str | None, employer: str | None) -> str:
    more = f"({_work(place, employer)})" if place or employer else ""
    return f"人:{day}核实{code_list('work_found').label(found)}{more}"
