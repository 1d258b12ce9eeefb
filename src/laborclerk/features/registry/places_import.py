"""Takes in a newer edition of the divisions.

A name that changes under the same code is certain and applied. A village that vanishes under one
code and comes under another is proposed; `recoding.confirm_recoding` moves its groups and
households when a person has said so. What has no counterpart is listed and stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.cells import cell_text
from laborclerk.catalog.divisions import (
    DivisionRow,
    EditionChange,
    Level,
    compare_editions,
    division_rows,
    parent_of,
)
from laborclerk.catalog.divisions import level_of as code_level
from laborclerk.features.registry.model import Household, Place
from laborclerk.features.registry.places import (
    PlaceTree,
    code_of,
    level_of,
    place_id,
    subtree,
)
from laborclerk.features.registry.places_sheet import CODE, LEADER, NAME
from laborclerk.kernel.errors import Message, Problem, Severity, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.journal import Changes
from laborclerk.store.store import Store


class PlacesNotice(Message):
    """What an import of divisions tells."""

    PLACES_RENAMED = "{code} 由“{old}”改名为“{new}”,已更改"
    PLACES_RECODED = "“{old}”({old_code})可能改为“{new}”({new_code}):{reason}。请核实后确认转移"
    PLACES_UNCERTAIN = "“{old}”({old_code})在新区划里没有,可能是:{choices}({reason})。请人工指定"
    PLACES_GONE = "“{old}”({old_code})在新区划里没有,也找不到对应的,仍按原样保留。请核实"
    PLACES_OUTSIDE = "文件里有{count}个区划不属于本站,没有导入"
    PLACES_NONE = "文件里没有本站({name})的区划。请核对是否选对了文件"


@dataclass(frozen=True, slots=True)
class Recoding:
    """An old place proposed to be a new one; `households` would move with it."""

    old: int
    new: int
    old_name: str
    new_name: str
    reason: str
    households: int


@dataclass
class PlacesResult:
    """What an import of divisions did. `recodings` wait for `confirm_recoding`, `uncertain` maps
    an old place to the new ones it may be, `gone` have no counterpart."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    warned: int = 0
    problems: list[Problem] = field(default_factory=list)
    renamed: list[tuple[int, str, str]] = field(default_factory=list)
    recodings: list[Recoding] = field(default_factory=list)
    uncertain: dict[int, list[int]] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)
    act: int = 0


def import_places(
    store: Store,
    path: Path,
    *,
    on: str = "",
    dry_run: bool = False,
    sheet: str | None = None,
    password: str | None = None,
    progress: Progress = SILENT,
) -> PlacesResult:
    """Import a divisions file (.csv, .xlsx: 12-digit codes and names, or columns for each level)
    or an export of places. `on` (YYYY-MM-DD, default today) dates what is new. Raises Rejected
    with the wrong rows, or when the file has nothing of this station."""
    found = read_sheet(path, sheet, password=password, progress=progress)
    texts = [[cell_text(cell) for cell in row] for row in found.rows]
    texts, groups = _split_groups(texts)
    rows = division_rows(texts, path.name)
    on = on or store.clock.today()
    if dry_run:
        with store.read() as session:
            task = _Places(session, rows, groups, on)
        return task.result
    with store.write("places.import") as work:
        task = _Places(work.session, rows, groups, on)
        work.create_many(Place, task.created)
        work.change_many(Place, task.changes)
    task.result.act = work.outcome.act
    return task.result


def _split_groups(texts: list[list[str]]) -> tuple[list[list[str]], dict[int, dict[str, str]]]:
    """The rows of groups (15-digit codes of our own exports) apart: {place: {header: cell}}."""
    head: list[str] = []
    kept: list[list[str]] = []
    groups: dict[int, dict[str, str]] = {}
    for cells in texts:
        code = next((c for c in cells if c), "")
        if len(code) == 15 and code.isascii() and code.isdigit() and not code.endswith("000"):
            groups[int(code)] = dict(zip(head, cells, strict=False))
        else:
            if not head and CODE in cells:
                head = cells
            kept.append(cells)
    return kept, groups


class _Places:
    """Compares the file with the station's places."""

    def __init__(
        self,
        session: Session,
        rows: Sequence[DivisionRow],
        groups: Mapping[int, Mapping[str, str]],
        on: str,
    ) -> None:
        self.result = PlacesResult()
        self.created: list[dict[str, object]] = []
        self.changes: dict[int, Changes] = {}
        self._on = on
        self._tree = PlaceTree.load(session)
        self._root = self._tree.root() if len(self._tree) else None
        self._known = set(session.scalars(sa.select(Place.id)))
        self._settled = _settled(session)
        dated = sa.select(Place.id).where(Place.valid_from.is_not(None), Place.valid_to.is_(None))
        self._late = set(session.scalars(dated))
        inside = self._inside(rows)
        self._take(compare_editions(self._old(inside), inside))
        self._take_groups(groups)
        result = self.result
        result.read = len(inside) + len(groups)
        result.created = len(self.created)
        result.updated = len(self.changes)
        result.unchanged = result.read - result.created - result.updated
        result.warned = sum(p.severity is Severity.WARN for p in result.problems)

    def _inside(self, rows: Sequence[DivisionRow]) -> list[DivisionRow]:
        if self._root is None:
            return list(rows)
        low, high = subtree(self._root)
        kept = [row for row in rows if low <= place_id(row.code) < high]
        if not kept:
            name = self._tree.full_name(self._root)
            raise reject(PlacesNotice.PLACES_NONE, name=name)
        above = {row.code for row in rows if _is_above(row.code, self._root)}
        outside = len(rows) - len(kept) - len(above)
        if outside:
            self._say(PlacesNotice.PLACES_OUTSIDE, Severity.HINT, count=outside)
        return kept

    def _old(self, new: Sequence[DivisionRow]) -> list[DivisionRow]:
        """The station's divisions as they stand, where the file speaks of them: a file of one
        township says nothing of the others. A village that an earlier import added and in which
        nobody is registered yet may still be proposed as the successor of one that vanished."""
        codes = {row.code for row in new}
        townships = {row.parent for row in new if row.level is Level.VILLAGE}
        counties = {code[:6] for code in townships}
        several = {c for c in counties if sum(t.startswith(c) for t in townships) > 1}
        found = []
        for level in ("province", "city", "county", "township", "village"):
            for place in self._tree.of_level(level):
                code = code_of(place)
                row = DivisionRow(
                    code, self._tree.full_name(place), code_level(code), parent_of(code)
                )
                spoken = code in codes or row.parent in townships or code[:6] in several
                late = place in self._late and place not in self._settled
                if spoken and not (code in codes and late):
                    found.append(row)
        return found

    def _take(self, change: EditionChange) -> None:
        for row in change.added:
            self._create(row)
        for old, new in change.renamed:
            self._rename(old, new)
        for pair in change.recoded:
            self._create(pair.new)
            old_place = place_id(pair.old.code)
            self.result.recodings.append(
                Recoding(
                    old_place, place_id(pair.new.code), pair.old.name, pair.new.name, pair.reason,
                    self._settled.get(old_place, 0),
                )
            )  # fmt: skip
            self._say(
                PlacesNotice.PLACES_RECODED, Severity.WARN, old=pair.old.name,
                old_code=pair.old.code, new=pair.new.name, new_code=pair.new.code,
                reason=pair.reason,
            )  # fmt: skip
        for doubt in change.uncertain:
            places = [place_id(c.code) for c in doubt.candidates]
            self.result.uncertain[place_id(doubt.old.code)] = places
            choices = "、".join(f"{c.name}({c.code})" for c in doubt.candidates)
            self._say(
                PlacesNotice.PLACES_UNCERTAIN, Severity.WARN, old=doubt.old.name,
                old_code=doubt.old.code, choices=choices, reason=doubt.reason,
            )  # fmt: skip
        for row in change.removed:
            self.result.gone.append(place_id(row.code))
            self._say(PlacesNotice.PLACES_GONE, Severity.WARN, old=row.name, old_code=row.code)

    def _rename(self, old: DivisionRow, new: DivisionRow) -> None:
        place = place_id(old.code)
        self.changes[place] = {"name": (old.name, new.name)}
        self.result.renamed.append((place, old.name, new.name))
        params = {"code": old.code, "old": old.name, "new": new.name}
        self._say(PlacesNotice.PLACES_RENAMED, Severity.HINT, **params)

    def _create(self, row: DivisionRow) -> None:
        place = place_id(row.code)
        if place in self._known:
            name = self._tree.full_name(place)
            if place in self._tree and name != row.name:
                self._rename(DivisionRow(row.code, name, row.level, row.parent), row)
            return
        self._known.add(place)
        valid_from = self._on if self._root is not None else None
        self.created.append(
            {"id": place, "name": row.name, "level": level_of(place), "valid_from": valid_from}
        )

    def _take_groups(self, groups: Mapping[int, Mapping[str, str]]) -> None:
        low, high = subtree(self._root) if self._root is not None else (0, 10**16)
        for place, cells in groups.items():
            if place in self._known or not low <= place < high:
                continue
            row: dict[str, object] = {
                "id": place,
                "name": cells.get(NAME) or self._tree.name(place),
                "level": "group",
            }
            for key, label in LEADER:
                row[key] = cells.get(label) or None
            self._known.add(place)
            self.created.append(row)

    def _say(self, message: PlacesNotice, severity: Severity, **params: object) -> None:
        self.result.problems.append(Problem(message, params, severity))


def _is_above(code: str, root: int) -> bool:
    low, high = subtree(place_id(code))
    return low <= root < high and place_id(code) != root


def _settled(session: Session) -> dict[int, int]:
    """Village → the households registered in it."""
    table = Household.__table__.c
    village = table.place // 1000
    query = (
        sa.select(village, sa.func.count())
        .where(table.deleted.is_(None), table.place.is_not(None))
        .group_by(village)
    )
    return {number * 1000: count for number, count in session.execute(query)}
