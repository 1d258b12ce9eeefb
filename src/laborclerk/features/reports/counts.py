"""Counts a report in one grouped scan, by class and by the places below."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.rounds import round_to_read
from laborclerk.features.coverage.service import place_key
from laborclerk.features.coverage.summary import summary
from laborclerk.features.coverage.summary_lines import LINES, UNPLACED, balances
from laborclerk.features.fairs.service import fairs, funnel
from laborclerk.features.registry.places import LEVELS, PlaceTree, level_of
from laborclerk.features.reports.kinds import (
    REPORTS,
    UNKNOWN,
    ReportKind,
    class_of,
    classes,
)
from laborclerk.features.reports.posts import posts
from laborclerk.features.reports.rules import mean, percent, rate
from laborclerk.features.reports.scans import homes, people

MEN, WOMEN, AWAY = "1", "2", "away"
_FAIRS = 12  # the latest fairs that stand side by side


TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers: a place below, a sex, a fair; '' is the whole."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a report. `values` follow the columns: a number opens the list behind it, text (a
    rate, a mean) does not. `share` is thousandths of the whole, or of the step before."""

    key: str
    label: str
    values: tuple[int | str, ...]
    share: int | None = None
    brief: str = ""

    @property
    def whole(self) -> int:
        return self.values[0] if isinstance(self.values[0], int) else 0


@dataclass(frozen=True, slots=True)
class Report:
    """A report as it stands on a day. The first column is the whole; `lines` are its classes,
    `sums` stand below them; `notes` say what does not agree."""

    kind: ReportKind
    place: int
    where: str
    on: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    sums: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    months: int = 0
    home: str = ""  # two digits of the own province

    @property
    def total(self) -> int:
        return next((line.whole for line in self.sums if line.key == TOTAL), 0)

    @property
    def rule(self) -> str:
        return REPORTS[self.kind].rule.format(months=self.months)

    def line(self, key: str) -> Line:
        return next(line for line in (*self.lines, *self.sums) if line.key == key)


Counted = Mapping[tuple[int, str], int]


def report(session: Session, kind: ReportKind, place: int, on: str, months: int = 3) -> Report:
    """Count a report of a place on a day; `months` is what "stable" means."""
    if kind is ReportKind.FAIRS:
        return _fairs(session, place, on)
    if kind is ReportKind.POSTS:
        return _posts(session, place, on)
    if kind is ReportKind.SUMMARY:
        return _summary(session, place, on)
    if kind is ReportKind.AGES:
        return _ages(session, place, on)
    tree = PlaceTree.load(session)
    level = _below(place)
    counted: dict[tuple[int, str], int] = defaultdict(int)
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    known = class_of(kind)
    for row in session.execute(_scan(kind, place, on, level, months)):
        key = known.get("" if row.raw is None else str(row.raw), UNKNOWN)
        counted[row.child, key] += row.n
        if kind is ReportKind.INCOME:
            sums[row.child][0] += row.money or 0
            sums[row.child][1] += row.told
    children = _children(tree, place, level, (child for child, _ in counted))
    lines = _lines(kind, counted, children)
    columns = _columns(tree, children, level)
    total = _total(lines, len(columns))
    return Report(
        kind, place, tree.path(place, "county"), on, columns, lines,
        (total, *_rates(kind, lines, total, [sums[c] for c in children])), (), months,
        str(place)[:2],
    )  # fmt: skip


def _scan(kind: ReportKind, place: int, on: str, level: str, months: int) -> Any:
    """The one grouped scan: child, raw class, n (and the money)."""
    if kind is ReportKind.STABLE:
        one = homes(place, on, months).subquery()
        child = place_key(one.c.place, level).label("child")
        made = sa.select(child, one.c.raw, sa.func.count().label("n")).where(one.c.able == 1)
        return made.group_by(sa.text("child"), one.c.raw)
    scan = people(kind, place, on)
    child, raw = place_key(scan.home, level).label("child"), scan.raw.label("raw")
    more = []
    if kind is ReportKind.INCOME:
        more = [sa.func.sum(scan.income).label("money"), sa.func.count(scan.income).label("told")]
    made = sa.select(child, raw, sa.func.count().label("n"), *more).select_from(scan.source)
    return made.where(scan.where).group_by(sa.text("child"), sa.text("raw"))


def _below(place: int) -> str:
    return LEVELS[min(LEVELS.index(level_of(place)) + 1, len(LEVELS) - 1)]


def _children(tree: PlaceTree, place: int, level: str, counted: Iterable[int]) -> list[int]:
    found = {*counted}
    if level_of(place) != level:
        found |= set(tree.of_level(level, place))
    return sorted(found, key=lambda key: (level_of(key) != level, key))


def _columns(tree: PlaceTree, children: Iterable[int], level: str) -> tuple[Column, ...]:
    named = (Column(str(c), tree.name(c) if level_of(c) == level else "(未分组)") for c in children)
    return (Column("", "合计"), *named)


def _lines(kind: ReportKind, counted: Counted, children: list[int]) -> tuple[Line, ...]:
    whole = sum(counted.values())
    found = []
    for c in classes(kind):
        cells = [counted.get((child, c.key), 0) for child in children]
        n = sum(cells)
        found.append(Line(c.key, c.label, (n, *cells), rate(n, whole), c.brief))
    if kind in (ReportKind.PLACE, ReportKind.INDUSTRY, ReportKind.CHANNEL):  # most first
        known = [line for line in found[:-1] if line.whole]
        found = [*sorted(known, key=lambda line: -line.whole), found[-1]]
    if not found[-1].whole and found[-1].key == UNKNOWN:
        found.pop()
    return tuple(found)


def _total(lines: tuple[Line, ...], columns: int) -> Line:
    sums = (
        sum(v for line in lines if isinstance(v := line.values[n], int)) for n in range(columns)
    )
    return Line(TOTAL, "合计", tuple(sums))


def _rates(
    kind: ReportKind, lines: tuple[Line, ...], total: Line, money: list[list[int]]
) -> tuple[Line, ...]:
    """What is worked out of the figures, with how."""
    if kind in (ReportKind.ORGANISED, ReportKind.STABLE):
        parts = zip(lines[0].values, total.values, strict=True)
        label = "组织化程度" if kind is ReportKind.ORGANISED else "稳定就业家庭比例"
        shares = tuple(percent(rate(int(part), int(whole))) for part, whole in parts)
        return (Line("rate", label, shares),)
    if kind is ReportKind.INCOME:
        both = [[sum(m[i] for m in money) for i in (0, 1)], *money]
        means = [mean(total_, n) for total_, n in both]
        return (
            Line("money", "月收入相加(元)", tuple(f"{m[0]:,}" for m in both)),
            Line("told", "填了收入的人数", tuple(f"{m[1]:,}" for m in both)),
            Line("mean", "人均月收入(元)", tuple("" if m is None else f"{m:,}" for m in means)),
        )
    return ()


# -- ages and sexes ----------------------------------------------------------------------------


def _ages(session: Session, place: int, on: str) -> Report:
    scan = people(ReportKind.AGES, place, on)
    columns = [c.label(name) for c, name in ((scan.raw, "raw"), (scan.sex, "sex"),
                                             (scan.away, "away"))]  # fmt: skip
    query = sa.select(*columns, sa.func.count().label("n")).select_from(scan.source)
    names = [sa.text(c.name) for c in columns]
    counted: dict[tuple[str, str], int] = defaultdict(int)
    known = class_of(ReportKind.AGES)
    for row in session.execute(query.where(scan.where).group_by(*names)):
        key = known.get("" if row.raw is None else str(row.raw), UNKNOWN)
        for column in ("", row.sex or UNKNOWN):
            counted[key, column] += row.n
            if row.away and column:
                counted[key, column + AWAY] += row.n
    shown = [("", "合计"), (MEN, "男"), (MEN + AWAY, "男外出"), (WOMEN, "女"),
             (WOMEN + AWAY, "女外出")]  # fmt: skip
    if any(counted[key, UNKNOWN] for key, _ in list(counted)):
        shown.append((UNKNOWN, "性别未填"))
    whole = sum(n for (_, column), n in counted.items() if not column)
    lines = []
    for c in classes(ReportKind.AGES):
        values = tuple(counted[c.key, column] for column, _ in shown)
        if c.key != UNKNOWN or values[0]:
            lines.append(Line(c.key, c.label, values, rate(values[0], whole)))
    tree = PlaceTree.load(session)
    return Report(
        ReportKind.AGES, place, tree.path(place, "county"), on,
        tuple(Column(*pair) for pair in shown), tuple(lines), (_total(tuple(lines), len(shown)),),
    )  # fmt: skip


# -- job fairs ---------------------------------------------------------------------------------


def _fairs(session: Session, place: int, on: str) -> Report:
    held = [f for f in fairs(session) if (f.date or "") <= on]
    found = [(f, funnel(session, f)) for f in held]
    lines: list[Line] = []
    before = 0
    notes = [
        f"{f.date} {f.name}：{p.text}" for f, told in found for p in told.problems
    ]  # fmt: skip
    for at, step in enumerate(("firms", "trades", "posts", "visits", "intents", "arrivals")):
        steps = [
            next(s for s in (told.firms, told.trades, *told.steps) if s.key == step)
            for _, told in found
        ]
        values = (sum(s.count for s in steps), *(s.count for s in steps[:_FAIRS]))
        label = f"{steps[0].label}({steps[0].unit})" if steps else step
        lines.append(
            Line(step, label, values, rate(values[0], before) if at > 2 else None, label)
        )  # fmt: skip
        before = values[0]
    named = (Column(str(f.id), f"{f.date} {f.name}") for f, _ in found[:_FAIRS])
    tree = PlaceTree.load(session)
    return Report(
        ReportKind.FAIRS, place, tree.path(place, "county"), on,
        (Column("", f"合计{len(found)}场"), *named), tuple(lines) if found else (), (),
        tuple(notes),
    )  # fmt: skip


def _posts(session: Session, place: int, on: str) -> Report:
    found = posts(session, place, on)
    named = (Column(str(d.id), d.title) for d in found.shown)
    lines = tuple(Line(s.key, f"{s.label}(人)", s.values, s.share, s.label) for s in found.steps)
    where = PlaceTree.load(session).path(place, "county")
    return Report(ReportKind.POSTS, place, where, on, (Column("", "合计"), *named), lines)


# -- the resource summary ----------------------------------------------------------------------


def _summary(session: Session, place: int, on: str) -> Report:
    round_ = round_to_read(session)
    found = summary(session, round_.id, place)
    figures = found.total.figures
    lines = tuple(
        Line(
            line.key, f"{line.code} {'　' * line.depth}{_said(line.group, line.label)}",
            (figures[line.key], *(row.figures[line.key] for row in found.rows)),
            rate(figures[line.key], figures[_part_of(line.key)]), line.label,
        )
        for line in LINES
    )  # fmt: skip
    unplaced = tuple(
        Line(key, label, (figures[key], *(row.figures[key] for row in found.rows)))
        for key, label in UNPLACED.items()
        if figures[key]
    )
    notes = []
    for b in balances(figures):
        if not b.holds:
            n = figures.get(b.unknown, 0)
            why = f"，{UNPLACED[b.unknown]}{n:,}人" if n else ""
            notes.append(f"{b.text} 不平衡：{b.left:,}与{b.right:,}，差{b.difference:,}{why}")
    tree = PlaceTree.load(session)
    columns = (Column("", "合计"), *(Column(str(row.place), row.name) for row in found.rows))
    return Report(
        ReportKind.SUMMARY, place, tree.path(place, "county"), on, columns, lines, unplaced,
        tuple(notes), round_.id,
    )  # fmt: skip


def _part_of(key: str) -> str:
    """The line that a line of the summary is a share of."""
    known = {
        "population": "population", "labour": "population", "employed": "labour",
        "local": "employed", "away": "employed",
    }  # fmt: skip
    return known.get(key, "local" if key.startswith("local_") else "away")


def _said(group: str, label: str) -> str:
    return f"{group} {label}" if group and group != "外出从业" else label
