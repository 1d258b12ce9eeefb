"""The labour resource summary (B8) of a round by village and township, and who is behind a figure.

Counted in one grouped scan of the due persons. 农村人口 are all who are due (应登记人); every later
line counts labour force under the round's rule. Who works counts as 外出从业 when the destination
lies outside the own township, or is not told and the status is 外出务工; who works at home, or in
the county without a township told, counts as 在本乡镇从业.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import round_facts
from laborclerk.features.coverage.expressions import CodeSets, flag, person_rules, years_before
from laborclerk.features.coverage.service import place_key
from laborclerk.features.coverage.summary_lines import LINES, UNPLACED
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import LEVELS, PlaceTree, level_of, subtree

Figures = dict[str, int]


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """The figures of one place, by line key."""

    place: int
    name: str
    level: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Summary:
    """The table of a place: its children (villages, or townships of a county), then the place
    itself, whose figures are their sum. `round` names round and labour rule; `closed` is the day
    it ended: persons are counted as they are registered today all the same."""

    round: RoundFacts
    rows: tuple[SummaryRow, ...]
    total: SummaryRow
    closed: str = ""


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody a figure counts."""

    person: int
    household: int
    place: int
    where: str
    number: str
    name: str
    sex: str
    birth_date: str


def summary(session: Session, round_id: int, place: int, level: str = "") -> Summary:
    """The summary of a place by `level` (its children's level by default); places without any
    person are listed with nil."""
    record = session.get_one(Round, round_id)
    facts = round_facts(record)
    tree = PlaceTree.load(session)
    own = level_of(place)
    level = level or LEVELS[min(LEVELS.index(own) + 1, len(LEVELS) - 1)]
    counted = _count(session, facts, place, level)
    known = set(tree.of_level(level, place)) | counted.keys()
    rows = tuple(
        SummaryRow(
            key,
            tree.name(key) if level_of(key) == level else "(未分组)",
            level,
            counted.get(key) or dict.fromkeys(_KEYS, 0),
        )
        for key in sorted(known, key=lambda k: (level_of(k) != level, k))
    )
    total = {key: sum(row.figures[key] for row in rows) for key in _KEYS}
    whole = SummaryRow(place, tree.full_name(place), own, total)
    return Summary(facts, rows, whole, record.closed or "")


def people(
    session: Session, round_id: int, place: int, key: str, limit: int = 200, offset: int = 0
) -> list[ListedPerson]:
    """One page of the persons a figure counts, or a list of `UNPLACED`; in walking order."""
    facts = round_facts(session.get_one(Round, round_id))
    one = _persons(facts, place)
    page = (
        sa.select(
            Person.id, Person.household, Household.place, Household.number, Person.name,
            Person.sex, Person.birth_date,
        )
        .join(one, one.c.id == Person.id)
        .join(Household, Household.id == Person.household)
        .where(_conditions(one.c)[key])
        .order_by(Household.place, Household.number, Household.id, Person.line, Person.id)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    tree = PlaceTree.load(session)
    return [
        ListedPerson(
            person, household or 0, at or 0, tree.path(at or 0), number or "", name or "",
            sex or "", born or "",
        )
        for person, household, at, number, name, sex, born in session.execute(page)
    ]  # fmt: skip


_KEYS = (*(line.key for line in LINES), *UNPLACED)


def _count(session: Session, facts: RoundFacts, place: int, level: str) -> dict[int, Figures]:
    one = _persons(facts, place)
    key = place_key(one.c.place, level)
    conditions = _conditions(one.c)
    query = sa.select(key, *(sa.func.sum(flag(conditions[k])) for k in _KEYS)).group_by(key)
    return {row[0]: dict(zip(_KEYS, row[1:], strict=True)) for row in session.execute(query)}


def _persons(facts: RoundFacts, place: int) -> Any:
    """Every due person below a place, classed: one row each, so that no class is worked out
    twice."""
    p: Any = Person
    h: Any = Household
    rules = person_rules(facts)
    low, high = subtree(place)
    existing = sa.or_(h.residence.is_(None), h.residence.not_in(CodeSets.now().residence_gone))
    on = facts.reference_date
    work = sa.case(
        (p.employment_status.in_(_codes("employment_status", "kind", "farm")), "farm"),
        (rules.at_work, "job"),
    )
    query = (
        sa.select(
            p.id,
            h.place,
            p.sex,
            flag(rules.labour).label("labour"),
            work.label("work"),
            _destination(p, h, work).label("destination"),
            sa.case(
                (p.industry.in_(_codes("industry", "section", "A")), "A"),
                (p.industry.is_not(None), "other"),
            ).label("industry"),
            _by("education", "bucket", p.education,
                {"primary": ("80", "90"), "junior": ("70",),
                 "senior": ("60", "40", "30", "20", "10")}).label("education"),
            sa.case(
                (p.birth_date > years_before(on, 21), "young"),
                (p.birth_date > years_before(on, 50), "middle"),
                (p.birth_date.is_not(None), "old"),
            ).label("age"),
            _by("channel", "b8", p.channel,
                {k: (k,) for k in ("self", "government", "agency", "employer")}).label("channel"),
            p.work_months.label("months"),
        )
        .select_from(sa.join(h, p, p.household == h.id))
        .where(h.place >= low, h.place < high, h.deleted.is_(None), existing, rules.due)
    )  # fmt: skip
    # materialized, else SQLite works out every class once for each line that asks for it
    return query.cte("one").prefix_with("MATERIALIZED")


def _destination(p: Any, h: Any, work: Any) -> Any:
    """Where somebody works: township, county, province, outside, hmt, abroad, or unknown (away,
    no place told); nothing for who does not work."""
    to = p.work_place
    own = {digits: sa.cast(h.place // 10 ** (15 - digits), sa.String) for digits in (2, 6, 9)}
    scope = {
        line: p.work_scope.in_(_codes("work_place_scope", "b8", line))
        for line in ("local", "province", "outside", "abroad")
    }
    elsewhere = p.employment_status.in_(_codes("employment_status", "kind", "away"))
    return sa.case(
        (work.is_(None), None),
        (work == "farm", "township"),
        (to.like("999%"), "abroad"),
        (sa.func.substr(to, 1, 2).in_(("71", "81", "82")), "hmt"),
        (sa.func.substr(to, 1, 2) != own[2], "outside"),
        (sa.func.substr(to, 1, 6) != own[6], "province"),
        (sa.and_(sa.func.substr(to, 7, 3) != "000", sa.func.substr(to, 1, 9) != own[9]), "county"),
        (sa.func.substr(to, 1, 9) == own[9], "township"),
        (scope["province"], "province"),
        (scope["outside"], "outside"),
        (scope["abroad"], "abroad"),
        (sa.and_(elsewhere, sa.or_(to.is_not(None), scope["local"])), "county"),
        (elsewhere, "unknown"),
        else_="township",
    )


def _conditions(one: Any) -> dict[str, Any]:
    """Which persons each line counts."""
    labour = one.labour == 1
    working = sa.and_(labour, one.work.is_not(None))
    local = sa.and_(working, one.destination == "township")
    away = sa.and_(working, one.destination != "township")
    farming = sa.or_(one.work == "farm", one.industry == "A")
    months = one.months
    found = {
        "population": sa.true(),
        "labour": labour,
        "employed": working,
        "local": local,
        "local_farming": sa.and_(local, farming),
        "local_other": sa.and_(local, one.work == "job", one.industry == "other"),
        "local_unknown": sa.and_(local, one.work == "job", one.industry.is_(None)),
        "away": away,
        "away_men": sa.and_(away, one.sex == "1"),
        "time_short": sa.and_(away, months >= 1, months < 3),
        "time_middle": sa.and_(away, months >= 3, months < 6),
        "time_long": sa.and_(away, months >= 6),
        "time_unknown": sa.and_(away, sa.or_(months.is_(None), months < 1)),
    }
    for name, column in (
        ("education", one.education), ("age", one.age), ("channel", one.channel),
        ("place", one.destination),
    ):  # fmt: skip
        for line in _KEYS:
            value = line.removeprefix(name + "_")
            if value != line and value != "unknown":
                found[line] = sa.and_(away, column == value)
        found[name + "_unknown"] = sa.and_(
            away, column == "unknown" if name == "place" else column.is_(None)
        )
    return found


def _codes(list_name: str, column: str, value: str) -> tuple[str, ...]:
    return tuple(i.code for i in code_list(list_name).items if i.extra.get(column) == value)


def _by(list_name: str, key: str, column: Any, classes: dict[str, tuple[str, ...]]) -> Any:
    """The class of a code by a further column of its list."""
    items = code_list(list_name).items
    return sa.case(
        *(
            (column.in_([i.code for i in items if i.extra.get(key) in values]), name)
            for name, values in classes.items()
        )
    )
