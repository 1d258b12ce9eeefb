"""The state of the census at every level: what the home screen and `coverage` show.

Every number is a sum of `GroupCount` over a range of places, so a level never disagrees with the
one below. Households that stand directly in a village (no group known) or in a place that the
register does not have get a row of their own: nothing falls between two rows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.divisions import short_village_name
from laborclerk.features.coverage.model import GroupCount, GroupReport, SignOff
from laborclerk.features.coverage.states import COUNT_COLUMNS, Counts
from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import (
    LEVELS,
    ancestor,
    code_of,
    level_of,
    subtree,
)

COUNT: Any = GroupCount.__table__
_PLACE: Any = Place.__table__
DIRECT = "direct"  # the level of a row of households that stand in the place itself
UNGROUPED = "(未分组)"
REPORT_MONTHS = 3  # so many months back the last monthly report is looked for


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is left out at each of the six levels 乡、村、组、户、人、项, below and at a place."""

    townships: int = 0
    villages: int = 0
    groups: int = 0
    households: int = 0
    persons: int = 0
    items: int = 0

    @property
    def total(self) -> int:
        return (
            self.townships + self.villages + self.groups + self.households + self.persons
            + self.items
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signed:
    """Sign-off at a place: how many of its villages are signed, of how many; of one village the
    date and signer. `changed`: something of a signed village was changed after signing."""

    signed: int = 0
    villages: int = 0
    date: str | None = None
    signer: str | None = None
    changed: bool = False

    @property
    def complete(self) -> bool:
        return self.villages > 0 and self.signed == self.villages


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One place in one round. `level` is a level of places or `DIRECT`; `last_change` is in
    milliseconds since 1970 (0 never), `last_report` the day of the last monthly report below."""

    place: int
    name: str
    level: str
    counts: Counts
    gaps: Gaps
    last_change: int = 0
    last_report: str | None = None
    signed: Signed = Signed()

    @property
    def code(self) -> str:
        """The 12-digit division code; of a group, the 15 digits of its place."""
        return f"{self.place:015d}" if self.level == "group" else code_of(self.place)


def rows(session: Session, round_id: int, place: int) -> list[CoverageRow]:
    """The children of a place in order of code, empty ones too, then what stands directly in it.
    Their counts add up to `row(…, place)` exactly."""
    at = LEVELS.index(level_of(place))
    if at == len(LEVELS) - 1:
        return []
    return _Reader(session, round_id, place).level(LEVELS[at + 1])


def row(session: Session, round_id: int, place: int) -> CoverageRow:
    """One place as a whole."""
    return _Reader(session, round_id, place).whole()


def home(session: Session, round_id: int, place: int) -> tuple[CoverageRow, list[CoverageRow]]:
    """`row` and `rows` of a place in one reading: what a home screen opens with."""
    reader = _Reader(session, round_id, place)
    at = LEVELS.index(level_of(place))
    if at == len(LEVELS) - 1:
        return reader.whole(), []
    below = reader.level(LEVELS[at + 1])
    return reader.whole(below), below


def counts_of(session: Session, round_id: int, place: int) -> Counts:
    """The numbers of one place alone."""
    low, high = subtree(place)
    sums = session.execute(
        sa.select(*(sa.func.sum(COUNT.c[key]) for key in COUNT_COLUMNS)).where(
            COUNT.c.round == round_id, COUNT.c.place >= low, COUNT.c.place < high
        )
    ).one()
    return Counts(*(number or 0 for number in sums))


def all_rows(session: Session, round_id: int, place: int) -> list[CoverageRow]:
    """A place and every place below it down to the group, in order of code: the six-level
    reconciliation of the command `coverage`."""
    reader = _Reader(session, round_id, place)
    found = [reader.whole()]
    for level in LEVELS[LEVELS.index(level_of(place)) + 1 :]:
        found += reader.level(level)
    return sorted(found, key=lambda r: (r.place, r.level == DIRECT))


class _Reader:
    """Reads the places of a subtree once and sums the counts level by level."""

    def __init__(self, session: Session, round_id: int, place: int) -> None:
        self._session = session
        self._conn = session.connection()
        self._round = round_id
        self._top = place
        self._below: list[CoverageRow] | None = None
        self._low, self._high = subtree(place)
        self._names: dict[str, dict[int, str]] = defaultdict(dict)  # of valid places, by level
        self._past: dict[int, str] = {}
        columns = _PLACE.c
        places = sa.select(columns.id, columns.name, columns.level, columns.valid_to).where(
            self._inside(columns.id), columns.deleted.is_(None)
        )
        for key, name, level, valid_to in self._conn.execute(places).all():
            if valid_to is None:
                self._names[level or level_of(key)][key] = name or ""
            else:
                self._past[key] = name or ""
        touched = self._covered()
        self._covered_at = {
            level: {ancestor(p, level) for p in touched} for level in ("township", "village")
        } | {"group": touched}

    def _inside(self, column: Any) -> Any:
        return sa.and_(column >= self._low, column < self._high)

    def _covered(self) -> set[int]:
        """The groups and villages in which a household was visited or is recorded as gone."""
        covered = sa.select(COUNT.c.place).where(
            COUNT.c.round == self._round,
            self._inside(COUNT.c.place),
            COUNT.c.visited + COUNT.c.gone > 0,
        )
        return {found[0] for found in self._conn.execute(covered).all()}

    def whole(self, below: list[CoverageRow] | None = None) -> CoverageRow:
        """The top place itself; `below`: its children's rows, if they were read."""
        self._below = below
        return self.level(level_of(self._top), whole=True)[0]

    def level(self, level: str, *, whole: bool = False) -> list[CoverageRow]:
        """The rows of one level. A key whose own level is higher is what stands directly there,
        unless `whole` asks for the top place itself."""
        counts, changes = self._sums(level)
        gaps, reports, signed = self._gaps(level), self._reports(level), self._signed(level)
        names = self._names.get(level, {})
        counted = {place for place, total in counts.items() if total != Counts()}
        shown = {self._top} if whole else counted | names.keys()
        return [
            CoverageRow(
                place=place,
                name=self._name(place, level, direct=direct),
                level=DIRECT if direct else level,
                counts=counts.get(place, Counts()),
                gaps=_with_counts(gaps.get(place, (0, 0, 0)), counts.get(place, Counts())),
                last_change=changes.get(place, 0),
                last_report=reports.get(place),
                signed=signed.get(place, Signed()),
            )
            for place in sorted(shown, key=lambda p: (level_of(p) != level, p))
            for direct in (not whole and level_of(place) != level,)
        ]

    def _sums(self, level: str) -> tuple[dict[int, Counts], dict[int, int]]:
        """Counts and last change at each place of a level; of the top place itself, from those of
        its children where they are known already."""
        counts: dict[int, Counts] = defaultdict(Counts)
        changes: dict[int, int] = defaultdict(int)
        if self._below is not None:
            for found in self._below:
                counts[self._top] += found.counts
                changes[self._top] = max(changes[self._top], found.last_change)
            return counts, changes
        key = place_key(COUNT.c.place, level)
        sums = sa.select(
            key, *(sa.func.sum(COUNT.c[c]) for c in COUNT_COLUMNS), sa.func.max(COUNT.c.last_change)
        )
        here = sa.and_(COUNT.c.round == self._round, self._inside(COUNT.c.place))
        for place, *numbers, last_change in self._conn.execute(sums.where(here).group_by(key)):
            counts[place] = Counts(*numbers)
            changes[place] = last_change
        return counts, changes

    def _name(self, place: int, level: str, *, direct: bool) -> str:
        if direct:
            return UNGROUPED
        name = self._names.get(level, {}).get(place) or self._past.get(place)
        if name:
            return short_village_name(name)
        return str(place) if level == "group" else code_of(place)

    def _gaps(self, level: str) -> dict[int, tuple[int, int, int]]:
        """Townships, villages and groups with nothing, by the place of `level` they stand in."""
        found: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        for at, below in enumerate(("township", "village", "group")):
            if LEVELS.index(below) < LEVELS.index(level):
                continue
            for place in self._names.get(below, {}).keys() - self._covered_at[below]:
                found[ancestor(place, level)][at] += 1
        return {place: (n[0], n[1], n[2]) for place, n in found.items()}

    def _reports(self, level: str) -> dict[int, str]:
        """The last report at each place, in the latest months that have any: who has been silent
        for longer shows none."""
        if self._below is not None:
            dates = [found.last_report for found in self._below if found.last_report]
            return {self._top: max(dates)} if dates else {}
        latest = self._session.scalar(sa.select(sa.func.max(GroupReport.month)))
        if latest is None:
            return {}
        key = place_key(GroupReport.place, level)
        found = self._conn.execute(
            sa.select(key, sa.func.max(GroupReport.date))
            .where(
                GroupReport.month >= months_before(latest, REPORT_MONTHS - 1),
                self._inside(GroupReport.place),
                GroupReport.deleted.is_(None),
            )
            .group_by(key)
        )
        return dict(found.all())

    @cached_property
    def _sign_offs(self) -> dict[int, SignOff]:
        return latest_sign_offs(self._session, self._round, self._low, self._high)

    @cached_property
    def _changed(self) -> set[int]:
        return changed_villages(self._session, self._round, self._sign_offs)

    def _signed(self, level: str) -> dict[int, Signed]:
        if LEVELS.index(level) > LEVELS.index("village"):
            return {}
        total: dict[int, int] = defaultdict(int)
        for village in self._names.get("village", {}):
            total[ancestor(village, level)] += 1
        latest = self._sign_offs
        of_place: dict[int, list[SignOff]] = defaultdict(list)
        for village, sign_off in latest.items():
            of_place[ancestor(village, level)].append(sign_off)
        changed = {ancestor(village, level) for village in self._changed}
        found = {}
        for place, villages in total.items():
            signed = of_place.get(place, [])
            last = max(signed, key=lambda s: s.date or "", default=None)
            whole = last is not None and len(signed) == villages
            found[place] = Signed(
                len(signed), villages,
                last.date if whole and last else None,
                last.signer if level == "village" and last else None,
                place in changed,
            )  # fmt: skip
        return found


def months_before(month: str, count: int) -> str:
    """The month YYYY-MM that lies `count` months before."""
    index = int(month[:4]) * 12 + int(month[5:7]) - 1 - count
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def place_key(column: Any, level: str) -> Any:
    """The place of `level` in which the place in `column` stands."""
    low, high = subtree(ancestor(110101_001001_001, level))
    span = high - low
    return column if span == 1 else column // span * span


def _with_counts(above: tuple[int, int, int], counts: Counts) -> Gaps:
    return Gaps(*above, counts.missing, counts.persons_missing, counts.items_missing)


def latest_sign_offs(session: Session, round_id: int, low: int, high: int) -> dict[int, SignOff]:
    """The sign-off that stands for each signed village in a range of places."""
    found = session.scalars(
        sa.select(SignOff)
        .where(
            SignOff.place >= low, SignOff.place < high, SignOff.round == round_id,
            SignOff.deleted.is_(None), SignOff.withdrawn.is_(None),
        )
        .order_by(SignOff.at, SignOff.id)
    )  # fmt: skip
    return {s.place: s for s in found if s.place is not None}


def changed_villages(session: Session, round_id: int, signed: dict[int, SignOff]) -> set[int]:
    """The villages of which something was changed after their sign-off."""
    if not signed:
        return set()
    key = place_key(COUNT.c.place, "village")
    changes = session.execute(
        sa.select(key, sa.func.max(COUNT.c.last_change))
        .where(
            COUNT.c.round == round_id,
            COUNT.c.place >= min(signed), COUNT.c.place < max(signed) + 1000,
        )
        .group_by(key)
    )  # fmt: skip
    return {v for v, at in changes if v in signed and at > (signed[v].at or 0)}
