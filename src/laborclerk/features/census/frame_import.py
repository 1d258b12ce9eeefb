"""Imports a household frame (户籍底册) as an edition, and compares it with the one before.

A row is a household, or a person of one (then they are counted). The edition keeps what the file
says; households that are not registered yet are made, so that coverage knows whom to visit. What
clerks entered is never overwritten: of a household that is registered already only what is empty,
or still stands as the frame before had it, follows the new one; the rest is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.census.columns import HOUSEHOLD, frame_fields
from laborclerk.features.census.frame_before import FrameBefore
from laborclerk.features.census.frame_result import FrameProblem, FrameResult
from laborclerk.features.census.grouping import RowGroup, group_rows
from laborclerk.features.census.import_known import Known, load_known
from laborclerk.features.census.import_match import Matcher
from laborclerk.features.census.import_plan import Row, differences
from laborclerk.features.census.import_result import group_word, row_problems
from laborclerk.features.census.import_run import run
from laborclerk.features.census.model import FrameEdition, FrameEntry
from laborclerk.features.census.sheet_rows import SheetRows, look, read_rows
from laborclerk.features.registry.model import Household, Place
from laborclerk.features.registry.place_cells import PlaceCells, Resolve
from laborclerk.features.registry.places import ancestor
from laborclerk.kernel.errors import Problem
from laborclerk.kernel.ids import new_id
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.bulk import bulk
from laborclerk.sheets.mapping import Words
from laborclerk.store.base import fields_of
from laborclerk.store.journal import Changes
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

KIND = "frame"


@cache
def frame_words() -> Words:
    """The header words of a household frame."""
    return Words(f.field for f in frame_fields())


@bulk
def import_frame(
    store: Store,
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    dry_run: bool = False,
    rejects: Path | None = None,
    name: str = "",
    as_of: str = "",
    progress: Progress = SILENT,
    resolve: Resolve | None = None,
    under: int | None = None,
    sheet: str | None = None,
    password: str | None = None,
    rejects_password: str | None = None,
    letter: str = "",
) -> FrameResult:
    """Import a frame; `name` and `as_of` (YYYY-MM-DD) of the edition default to the file's name
    and today. Other arguments and errors as in `imports.import_census`; Rejected also when a
    village of the file has a later edition."""
    rows = look(
        path, frame_fields(), frame_words(), store=store, kind=KIND, mapping=mapping,
        sheet=sheet, password=password, progress=progress,
    )  # fmt: skip
    edition: Row = {
        "id": new_id(), "name": name or path.stem, "as_of": as_of or store.clock.today(),
        "source": path.name,
    }  # fmt: skip
    task = _Frame(store, rows, edition, progress, resolve, under, letter)
    run(store, task, "frame.import", KIND, mapping=mapping, dry_run=dry_run, rejects=rejects,
        rejects_password=rejects_password, progress=progress)  # fmt: skip
    return task.result


class _Frame:
    """One frame on its way."""

    def __init__(
        self,
        store: Store,
        rows: SheetRows,
        edition: Row,
        progress: Progress,
        resolve: Resolve | None,
        under: int | None,
        letter: str,
    ) -> None:
        self.store = store
        self.rows = rows
        self.result = FrameResult(proposal=rows.proposal)
        self.refused: dict[int, list[Problem]] = {}
        self._edition = edition
        self._progress = progress
        self._resolve = resolve
        self._under = under
        self._letter = letter
        self._entries: list[Row] = []
        self._households: list[Row] = []
        self._changes: dict[int, Changes] = {}
        self._places: list[Row] = []
        self._same = True
        self._single = False

    def work_out(self, session: Session) -> None:
        """Read, compare with the register and the edition before: fills `result`."""
        rows, result, progress = self.rows, self.result, self._progress
        places = PlaceCells(
            session, self._under, resolve=self._resolve, word=group_word(self.store)
        )
        today = self.store.clock.today()
        read_rows(rows, places, ("head_name", "name", "number"), today=today, progress=progress)
        self._single = self._heads_are_names()
        one_each = self._single and "number" not in rows.values
        groups, problems = group_rows(rows, one_each=one_each)
        if one_each:
            problems = []
        known = load_known(session, rows, groups)
        villages = {g.village for g in groups if g.village}
        so_far = FrameBefore(session, villages, self._edition["as_of"], result.comparison)
        for entry in so_far.entries.values():  # the frame's number, where the register has its own
            if entry["place"] and entry["number"]:
                village = ancestor(entry["place"], "village")
                known.by_number.setdefault((village, entry["number"]), entry["household"])
        for group in groups:
            if group.village and group.number:
                known.numbers[group.village].add(group.number)
        chosen = Matcher(rows, known).choose(groups)
        progress.start("与登记比对", len(groups))
        counts: dict[str, set[int]] = {"created": set(), "updated": set()}
        for done, group in enumerate(groups):
            self._group(group, chosen.get(id(group)), known, so_far, counts)
            if done % 500 == 0:
                progress.step(done)
        for household_id in so_far.gone(self._may_be_refused):
            gone = known.households.get(household_id)
            if gone is not None and gone["in_frame"] is True:
                self._changes[household_id] = {"in_frame": (True, False)}
        self._same = so_far.same
        used = {e["place"] for e in self._entries}
        made = [p for p in places.made if p.id in used]
        self._places = [{"id": p.id, "name": p.name, "level": p.level} for p in made]
        result.groups = [places.path(p.id) for p in made]
        result.edition = 0 if self._same else self._edition["id"]
        word = group_word(self.store)
        result.problems = row_problems(rows, self.refused, problems, result.groups, word)
        result.read, result.refused = rows.count, len(self.refused)
        result.created, result.updated = len(counts["created"]), len(counts["updated"])
        result.unchanged = result.read - result.refused - result.created - result.updated

    def _heads_are_names(self) -> bool:
        """Whether a row is a household: then a lone name column is the head's."""
        values = self.rows.values
        if "relation" in values or ("name" in values and "head_name" in values):
            return False
        if "name" in values:
            values["head_name"] = values.pop("name")
        return True

    def _group(
        self,
        group: RowGroup,
        household_id: int | None,
        known: Known,
        so_far: FrameBefore,
        counts: dict[str, set[int]],
    ) -> None:
        rows = self.rows
        bad = {i: list(rows.wrong[i].values()) for i in group.rows if rows.wrong.get(i)}
        if group.place is None:
            for i in group.rows:
                place = rows.places[i]
                if i not in bad and isinstance(place, Problem):
                    bad[i] = [rows.at(place, i, "village")]
        if self._single:
            params = {"row": rows.numbers[group.rows[0]], "number": group.number or ""}
            for i in group.rows[1:]:
                twice = rows.at(Problem(FrameProblem.FRAME_TWICE, params), i, "number")
                bad.setdefault(i, [twice])
        before = known.households.get(household_id) if household_id is not None else None
        if before is not None and before["id"] not in so_far.entries and _another(before, group):
            params = {"number": group.number or "", "head": before["head_name"]}
            taken = Problem(FrameProblem.FRAME_NUMBER_TAKEN, params)
            for i in group.rows:
                bad.setdefault(i, [rows.at(taken, i, "number")])
        self.refused.update(bad)
        good = [i for i in group.rows if i not in bad]
        if not good:
            return
        first = group.head_row if group.head_row in good else good[0]
        assert first is not None
        said = self._said(group, good)
        if before is None:
            household = self._new_household(group, said, known)
            counts["created"].add(first)
        else:
            household = before
        entry: Row = {
            "id": new_id(), "edition": self._edition["id"], "household": household["id"],
            "place": group.place, "number": group.number or household["number"],
            "head_name": group.head_name, "persons": said["persons"],
        }  # fmt: skip
        self._entries.append(entry)
        entered = bool(known.members.get(household["id"]))
        differs = so_far.compare(entry, group.village, before, entered=entered)
        if before is not None:
            changed = self._follow(before, said, differs)
            if changed:
                counts["updated"].add(first)
                head = before["head_name"] or ""
                number = rows.numbers[first]
                self.result.changes += differences(
                    Household, number, before["id"], head, self._changes[before["id"]]
                )

    def _said(self, group: RowGroup, good: list[int]) -> dict[str, Value]:
        """What the rows say of the household; persons are counted when each has a row."""
        rows = self.rows
        said: dict[str, Value] = {}
        for key, spec in rows.fields.items():
            if key in rows.values and spec.record in (HOUSEHOLD, "entry"):
                column = rows.values[key]
                said[key] = next((column[i] for i in good if column[i] is not None), None)
        if said.get("persons") is None:
            each = "name" in rows.values
            said["persons"] = sum(rows.value("name", i) is not None for i in good) if each else None
        return said

    def _follow(self, household: Row, said: dict[str, Value], differs: Changes) -> bool:
        """Changes of a registered household: what the frame fills or may still say."""
        changed: Changes = dict(differs)
        filled = {k: v for k, v in said.items() if k in household and k != "number"}
        filled["registered_count"] = said["persons"]
        for key, value in filled.items():
            if value is not None and household[key] is None:
                changed.setdefault(key, (None, value))
        if household["in_frame"] is not True:
            changed["in_frame"] = (household["in_frame"], True)
        if changed:
            self._changes[household["id"]] = changed
        return bool(changed)

    def _new_household(self, group: RowGroup, said: dict[str, Value], known: Known) -> Row:
        assert group.place is not None
        village = ancestor(group.place, "village")
        taken = known.numbers[village]
        number = group.number or known.free_number(village, self._letter)
        taken.add(number)
        household: Row = {k: v for k, v in said.items() if k in fields_of(Household)}
        household |= {
            "id": new_id(), "place": group.place, "number": number,
            "head_name": group.head_name, "registered_count": said["persons"], "in_frame": True,
        }  # fmt: skip
        self._households.append(household)
        return household

    def _may_be_refused(self, entry: Row) -> bool:
        """Whether a refused row may be the household of this entry."""
        for i in self.refused:
            number, head = self.rows.value("number", i), self.rows.value("head_name", i)
            if (number is not None and number == entry["number"]) or head == entry["head_name"]:
                return True
        return False

    # -- writing -------------------------------------------------------------------------------

    def write(self, work: UnitOfWork) -> None:
        """Write the edition and what follows from it; nothing when it says nothing new."""
        work.create_many(Place, self._places)
        if not self._same:
            work.create_many(FrameEdition, [self._edition])
            work.create_many(Household, self._households)
            work.create_many(FrameEntry, self._entries)
        work.change_many(Household, self._changes)


def _another(household: Row, group: RowGroup) -> bool:
    """Whether a household found at the door only happens to have the number of the frame's."""
    return (
        household["in_frame"] is not True
        and None not in (household["head_name"], group.head_name)
        and household["head_name"] != group.head_name
    )
