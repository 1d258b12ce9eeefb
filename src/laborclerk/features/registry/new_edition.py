"""A newer edition of the divisions comes to a station that is at work.

Places keep their names, change them, or are re-coded; what is certain is done at once, what is only
likely is proposed and waits for a person, what cannot be told is said. A re-coded village takes its
groups, households and everything that stands in them along; the old place stays in the register
with its end and its successor, so that older papers and bundles can still be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from laborclerk.catalog.divisions import (
    DivisionRow,
    EditionChange,
    Level,
    compare_editions,
    pad,
    parent_of,
)
from laborclerk.catalog.divisions import level_of as division_level
from laborclerk.catalog.fields import PlaceRef, Value
from laborclerk.features.registry.model import Household, Place
from laborclerk.features.registry.places import (
    PlaceTree,
    ancestor,
    code_of,
    group_of,
    level_of,
    new_group,
    place_id,
    subtree,
)
from laborclerk.kernel.errors import Message, Problem, Severity, reject
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.journal import Changes
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

Decisions = Mapping[str, str | None]
"""Old 12-digit code → its new code, or None: the place is no more."""

_LEVELS = ("township", "village")


class EditionProblem(Message):
    """What a newer edition leaves to a person."""

    EDITION_PROPOSED = "{old_name}({old})很可能改成了{new_name}({new}):{reason}。请核实后确认"
    EDITION_UNCERTAIN = "{old_name}({old})可能改成了{choices}:{reason}。请核实后指明是哪一个"
    EDITION_REMOVED = "新区划里没有{old_name}({old})。请核实并入了哪里,或确认已撤销"
    EDITION_NOT_HERE = "“{code}”不是本站现有的村或乡镇。请核对代码"
    EDITION_NOT_THERE = "新区划里没有“{code}”。请核对代码"
    EDITION_NOT_EMPTY = "{name}({code})还有{count}户,不能撤销。请指明并入了哪里"
    EDITION_OTHER_STATION = "区划文件里没有本站的地方({name} {code})。请核对文件"
    EDITION_NUMBERS_MEET = "并入{name}的户有{count}个户编号与原有的相同。请改编"


@dataclass(frozen=True)
class EditionResult:
    """What was done, or would be: rows of the file created, updated (renamed or re-coded),
    unchanged, or waiting (refused); what of the old edition a person must decide."""

    change: EditionChange
    read: int
    created: int
    updated: int
    unchanged: int
    refused: int
    problems: list[Problem] = field(default_factory=list)
    act: int = 0


def import_edition(
    store: Store,
    rows: Iterable[DivisionRow],
    decisions: Decisions,
    *,
    confirm_all: bool = False,
    on: str = "",
    dry_run: bool = False,
) -> EditionResult:
    """Bring the station's places to a newer edition, valid from the day `on` (default today).

    `decisions` are what a person confirmed; `confirm_all` takes every proposal (not what is
    uncertain). Raises Rejected for a file of elsewhere or a decision that makes no sense; then
    nothing was changed.
    """
    with store.read() as session:
        tree = PlaceTree.load(session)
    old = {code_of(p): _row(tree, p) for lv in _LEVELS for p in tree.of_level(lv)}
    low, high = subtree(tree.root())
    new = {
        r.code: r
        for r in rows
        if r.level in (Level.TOWNSHIP, Level.VILLAGE) and low <= place_id(r.code) < high
    }
    if not new:
        own = tree.root()
        raise reject(
            EditionProblem.EDITION_OTHER_STATION, name=tree.full_name(own), code=code_of(own)
        )
    read = len(new)
    for row in list(new.values()):  # a file of villages only says nothing of their townships
        if row.parent in old:
            new.setdefault(row.parent, old[row.parent])
    change = compare_editions(old.values(), new.values())
    taken = _taken(change, decisions, confirm_all, old, new)
    created, waiting = _created(change, taken)
    updated = len(change.renamed) + len(set(taken.values()) & new.keys() - old.keys())
    unchanged = read - len(created) - updated - len(waiting)
    problems = _open(change, taken)
    act = 0
    if not dry_run:
        with store.write("places.edition") as work:
            writer = _Writer(work, on or store.clock.today(), new)
            problems += writer.write(change, created, taken)
        act = work.outcome.act
    return EditionResult(
        change, read, len(created), updated, unchanged, len(waiting), problems, act
    )


def _row(tree: PlaceTree, place: int) -> DivisionRow:
    code = code_of(place)
    return DivisionRow(code, tree.full_name(place), division_level(code), parent_of(code))


def _taken(
    change: EditionChange,
    decisions: Decisions,
    confirm_all: bool,
    old: Mapping[str, DivisionRow],
    new: Mapping[str, DivisionRow],
) -> dict[str, str | None]:
    """Every decision that counts, by old code."""
    taken: dict[str, str | None] = {}
    for before, after in decisions.items():
        code, target = pad(before), pad(after) if after else None
        if code not in old:
            raise reject(EditionProblem.EDITION_NOT_HERE, code=before)
        if target is not None and ((target not in new and target not in old) or target == code):
            raise reject(EditionProblem.EDITION_NOT_THERE, code=after)
        taken[code] = target
    if confirm_all:
        for recoded in change.recoded:
            taken.setdefault(recoded.old.code, recoded.new.code)
    return taken


def _created(change: EditionChange, taken: Mapping[str, str | None]) -> tuple[set[str], set[str]]:
    """New codes that are simply new, and those that wait for a decision."""
    targets = set(taken.values())
    waiting = {r.new.code for r in change.recoded if r.old.code not in taken} - targets
    fresh = {r.code for r in change.added} | {r.new.code for r in change.recoded}
    return fresh - waiting - targets, waiting


def _open(change: EditionChange, taken: Mapping[str, str | None]) -> list[Problem]:
    """What is left to a person."""
    found: list[Problem] = []
    for r in change.recoded:
        if r.old.code not in taken:
            told = _told(r.old) | {"new": r.new.code, "new_name": r.new.name, "reason": r.reason}
            found.append(Problem(EditionProblem.EDITION_PROPOSED, told))
    for u in change.uncertain:
        if u.old.code not in taken:
            choices = "、".join(f"{c.name}({c.code})" for c in u.candidates)
            told = _told(u.old) | {"choices": choices, "reason": u.reason}
            found.append(Problem(EditionProblem.EDITION_UNCERTAIN, told, Severity.WARN))
    for row in change.removed:
        if row.code not in taken:
            found.append(Problem(EditionProblem.EDITION_REMOVED, _told(row), Severity.WARN))
    return found


def _told(row: DivisionRow) -> dict[str, str]:
    return {"old": row.code, "old_name": row.name}


class _Writer:
    """Writes one edition in one act."""

    def __init__(self, work: UnitOfWork, day: str, new: Mapping[str, DivisionRow]) -> None:
        self._work = work
        self._day = day
        self._new = new
        self._moved: dict[int, int] = {}
        self._problems: list[Problem] = []

    def write(
        self, change: EditionChange, created: set[str], taken: Mapping[str, str | None]
    ) -> list[Problem]:
        """Rename, create, re-code; what a person should look at afterwards."""
        for _, now in change.renamed:
            record = self._work.get(Place, place_id(now.code))
            if record is not None:
                self._work.change(record, {"name": now.name})
        targets = {code for code in taken.values() if code is not None and code in self._new}
        for code in sorted(created | targets):
            self._open(place_id(code), self._new[code].name)
        self._work.flush()
        for code, target in sorted(taken.items()):
            if target is None:
                self._abolish(place_id(code))
            else:
                self._recode(place_id(code), place_id(target))
        self._move_records()
        return self._problems

    def _open(self, place: int, name: str, **more: Value) -> None:
        values: dict[str, Value] = {"name": name, "level": level_of(place), **more}
        record = self._work.get(Place, place)
        if record is None:
            self._work.add(Place(id=place, valid_from=self._day, **values))
        elif record.valid_to is not None or record.deleted is not None:
            self._work.change(record, {**values, "valid_to": None, "deleted": None})

    def _close(self, place: int, successor: int | None) -> None:
        record = self._work.get(Place, place)
        if record is not None:
            self._work.change(record, {"valid_to": self._day, "successor": successor})

    def _abolish(self, place: int) -> None:
        low, high = subtree(place)
        table = Household.__table__.c
        count = self._work.session.scalar(
            sa.select(sa.func.count()).where(
                table.place >= low, table.place < high, table.deleted.is_(None)
            )
        )
        tree = PlaceTree.load(self._work.session)
        if count:
            raise reject(
                EditionProblem.EDITION_NOT_EMPTY,
                name=tree.full_name(place), code=code_of(place), count=count,
            )  # fmt: skip
        for group in tree.children(place) if level_of(place) == "village" else []:
            self._close(group, None)
        self._close(place, None)

    def _recode(self, old: int, new: int) -> None:
        tree = PlaceTree.load(self._work.session)
        self._moved[old] = new
        for group in tree.children(old) if level_of(old) == "village" else []:
            record = self._work.get(Place, group)
            if record is None:
                continue
            target = self._group(tree, record, old, new)
            self._moved[group] = target
            self._close(group, target)
        self._close(old, new)
        self._work.flush()

    def _group(self, tree: PlaceTree, group: Place, old: int, new: int) -> int:
        """The group's place in the new village: the same number and name where they are free."""
        name = group.name or tree.name(group.id)
        taken = self._work.get(Place, new + group_of(group.id)) is not None
        number = None if taken else group_of(group.id)
        if name in {tree.name(g) for g in tree.children(new)}:
            name = f"{tree.name(old)}{name}"
        target = new_group(self._work.session, tree, new, name, number)
        self._open(target, name, leader=group.leader, leader_phone=group.leader_phone)
        self._work.flush()
        return target

    def _move_records(self) -> None:
        """Everything that stands in a re-coded place goes along."""
        if not self._moved:
            return
        for model in record_types().values():
            table: Any = model.__table__
            for key, spec in fields_of(model).items():
                if model is Place or not isinstance(spec.type, PlaceRef):
                    continue
                column = table.c[key]
                rows = self._work.session.execute(
                    sa.select(table.c.id, column).where(column.in_(list(self._moved)))
                )
                changes: dict[int, Changes] = {i: {key: (p, self._moved[p])} for i, p in rows}
                self._work.change_many(model, changes)
        self._numbers()

    def _numbers(self) -> None:
        """Household numbers that meet where villages were merged."""
        table = Household.__table__.c
        for village in sorted({ancestor(p, "village") for p in self._moved.values()}):
            if level_of(village) != "village":
                continue
            twice = (
                sa.select(table.number)
                .where(
                    table.place >= village, table.place < village + 1000,
                    table.deleted.is_(None), table.number.is_not(None),
                )
                .group_by(table.number)
                .having(sa.func.count() > 1)
            )  # fmt: skip
            count = len(self._work.session.scalars(twice).all())
            if count:
                name = PlaceTree.load(self._work.session).name(village)
                told = {"name": name, "count": count}
                self._problems.append(
                    Problem(EditionProblem.EDITION_NUMBERS_MEET, told, Severity.WARN)
                )
