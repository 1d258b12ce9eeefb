"""Works out an import of a census sheet: what each household and person of it would become.

An empty cell never erases, what the sheet does not map stays, and a person who is registered in
another household is not moved silently but refused with where she is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from laborclerk.catalog.fields import Value
from laborclerk.catalog.idnumber import same_person_key
from laborclerk.catalog.values import show
from laborclerk.features.census.columns import EXTRA, FORM, HOUSEHOLD, PERSON
from laborclerk.features.census.grouping import RowGroup
from laborclerk.features.census.import_known import Known
from laborclerk.features.census.import_match import Matcher
from laborclerk.features.census.import_plan import (
    ImportProblem,
    Plan,
    Row,
    Touched,
    differences,
)
from laborclerk.features.census.sheet_rows import SheetRows
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.place_cells import PlaceCells
from laborclerk.features.registry.places import ancestor
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.kernel.ids import new_id
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.base import fields_of
from laborclerk.store.journal import Changes


class Planner:
    """Works through the households of a sheet."""

    def __init__(
        self,
        rows: SheetRows,
        known: Known,
        places: PlaceCells,
        reference: str,
        letter: str = "",
    ) -> None:
        self.rows = rows
        self.known = known
        self.places = places
        self.plan = Plan()
        self._matcher = Matcher(rows, known)
        self._reference = reference
        self._letter = letter
        self._seen_ids: dict[str, int] = {}
        self._keys = {
            record: [
                (key, f.name) for key, f in rows.fields.items()
                if f.record == record and key in rows.values
            ]
            for record in (HOUSEHOLD, PERSON, FORM)
        }  # fmt: skip

    def run(self, groups: Sequence[RowGroup], progress: Progress = SILENT) -> Plan:
        progress.start("与登记比对", len(groups))
        chosen = self._matcher.choose(groups)
        for group in groups:  # a number of the sheet is not handed out to another household
            if group.number is not None and group.village is not None:
                self.known.numbers[group.village].add(group.number)
        for done, group in enumerate(groups):
            self._household(group, chosen.get(id(group)))
            if done % 500 == 0:
                progress.step(done)
        progress.step(len(groups))
        return self.plan

    # -- one household -------------------------------------------------------------------------

    def _household(self, group: RowGroup, household_id: int | None) -> None:
        plan, rows = self.plan, self.rows
        before = self.known.households.get(household_id) if household_id is not None else None
        members = self.known.members.get(household_id, []) if household_id is not None else []
        matched = self._matcher.match(group, household_id, members)
        bad: dict[int, list[Problem]] = {}
        for i in group.rows:
            problems = self._wrong(i, matched.get(i), before)
            if problems:
                bad[i] = problems
        if before is None and group.place is None:
            problem = next(
                (p for i in group.rows if isinstance(p := rows.places[i], Problem)), None
            )
            for i in group.rows:
                if i not in bad and problem is not None:
                    bad[i] = [rows.at(problem, i, "village")]
        if bad and group.whole:
            numbers = "、".join(str(rows.numbers[i]) for i in bad)
            for i in group.rows:
                reason = Problem(ImportProblem.ROW_WITH_HOUSEHOLD, {"rows": numbers})
                bad.setdefault(i, [rows.at(reason, i)])
        plan.refused.update(bad)
        good = [i for i in group.rows if i not in bad]
        if not good:
            return
        household, changed = self._put_household(group, good, before)
        persons = [dict(p) for p in members]
        by_id = {p["id"]: p for p in persons}
        row_of: dict[int, int] = {}
        for i in good:
            if i not in group.members:
                continue
            person = matched.get(i)
            if person is None:
                made = self._new_person(i, household, persons)
                persons.append(made)
                row_of[made["id"]] = i
                changed = True
            else:
                row_of[person["id"]] = i
                changed |= self._change_person(i, by_id[person["id"]])
        if before is None and not row_of:
            plan.created.add(good[0])
        plan.touched.append(Touched(household, persons, good, row_of, changed))

    def _wrong(self, i: int, person: Row | None, household: Row | None) -> list[Problem]:
        """Why row `i` cannot be taken; a cell that shows what the register holds is no reason."""
        found = []
        for key, problem in self.rows.wrong.get(i, {}).items():
            spec = self.rows.fields[key]
            if spec.record == EXTRA:
                continue  # only a help, never stored
            record = person if spec.record == PERSON else household
            if record is not None and spec.record in (PERSON, HOUSEHOLD):
                held = record.get(spec.name)
                if held is not None and self.rows.text(key, i) in (
                    str(held), show(spec.field.type, held)
                ):  # fmt: skip
                    continue
            if key == "birth_date" and self._month_of_number(i):
                continue
            found.append(problem)
        number = self.rows.value("id_number", i)
        if isinstance(number, str):
            first = self._seen_ids.setdefault(same_person_key(number), i)
            if person is None and not found:
                found += self._elsewhere(i, number) if first == i else self._twice(i, first)
        return found

    def _month_of_number(self, i: int) -> bool:
        """A birth month or year beside a number that has the whole date is no error."""
        reading = self.rows.ids[i]
        text = self.rows.text("birth_date", i)
        digits = "".join(c if c.isdigit() else "-" for c in text).strip("-").split("-")
        if reading is None or reading.birth_date is None or not digits[0]:
            return False
        year, month = digits[0][:4], (digits[1] if len(digits) > 1 else digits[0][4:])
        if len(year) != 4 or len(month) > 2:
            return False
        if reading.birth_date[:4] != year or (month and int(reading.birth_date[5:7]) != int(month)):
            params = {"text": text, "date": reading.birth_date}
            problem = Problem(ImportProblem.ROW_MONTH_DIFFERS, params, Severity.WARN)
            self.plan.doubts.append(self.rows.at(problem, i, "birth_date"))
        return True

    def _twice(self, i: int, first: int) -> list[Problem]:
        params = {"row": self.rows.numbers[first], "name": self.rows.value("name", first) or ""}
        return [self.rows.at(Problem(ImportProblem.ROW_TWICE, params), i, "id_number")]

    def _elsewhere(self, i: int, number: str) -> list[Problem]:
        other = self.known.by_id.get(same_person_key(number))
        if other is None:
            return []
        if other["deleted"] is not None:
            reason = show(fields_of(Person)["deleted"].type, other["deleted"])
            problem = Problem(ImportProblem.ROW_DELETED, {"reason": reason})
        else:
            home = self.known.households.get(other["household"], {})
            place = home.get("place")
            params = {
                "path": self.places.path(place) if place else "",
                "number": home.get("number") or "",
                "head": home.get("head_name") or "",
                "name": other["name"] or "",
            }
            problem = Problem(ImportProblem.ROW_ELSEWHERE, params)
        return [self.rows.at(problem, i, "id_number")]

    # -- values --------------------------------------------------------------------------------

    def _merged(self, group: RowGroup, good: list[int], record: str) -> dict[str, Value]:
        """One value a field for the household from its rows: the head's row speaks first."""
        order = good
        if group.head_row in good:
            order = [group.head_row, *(i for i in good if i != group.head_row)]
        merged: dict[str, Value] = {}
        for key, name in self._keys[record]:
            column = self.rows.values[key]
            said = [column[i] for i in order if column[i] is not None]
            if not said:
                continue
            merged[name] = said[0]
            if any(v != said[0] for v in said):
                spec = self.rows.fields[key].field
                values = "、".join(dict.fromkeys(show(spec.type, v) for v in said))
                params = {
                    "label": self.rows.label(key),
                    "values": values,
                    "used": show(spec.type, said[0]),
                }
                problem = Problem(ImportProblem.ROW_HOUSEHOLD_DIFFERS, params, Severity.WARN)
                self.plan.doubts.append(self.rows.at(problem, order[0], key))
        return merged

    def _put_household(
        self, group: RowGroup, good: list[int], before: Row | None
    ) -> tuple[Row, bool]:
        merged = self._merged(group, good, HOUSEHOLD)
        place = group.place
        if before is None:
            village = ancestor(place, "village") if place is not None else 0
            household: Row = {**dict.fromkeys(fields_of(Household)), **merged}
            household |= {"id": new_id(), "place": place, "in_frame": False}
            household["head_name"] = merged.get("head_name") or group.head_name
            household["number"] = merged.get("number") or self.known.free_number(
                village, self._letter
            )
            self.plan.households.append(household)
            return household, True
        wanted = dict(merged)
        number = wanted.get("number")
        if isinstance(number, str) and number.lstrip("0") == (before["number"] or "").lstrip("0"):
            del wanted["number"]
        named_group = place is not None and place % 1000 != 0
        if named_group and place != before["place"]:
            wanted["place"] = place
        changed = self._differences(Household, before, wanted, good[0], before["head_name"] or "")
        return {**before, **{k: after for k, (_, after) in changed.items()}}, bool(changed)

    def _person_values(self, i: int) -> dict[str, Value]:
        values = self.rows.values
        said: dict[str, Value] = {n: values[k][i] for k, n in self._keys[PERSON]}
        return {name: value for name, value in said.items() if value is not None}

    def _new_person(self, i: int, household: Row, persons: list[Row]) -> Row:
        person: Row = {**dict.fromkeys(fields_of(Person)), **self._person_values(i)}
        person |= {"id": new_id(), "household": household["id"]}
        if person["line"] is None:
            person["line"] = max((p["line"] or 0 for p in persons), default=0) + 1
        self._derive(i, person)
        self._age(i, person, new=True)
        self.plan.persons.append(person)
        self.plan.created.add(i)
        return person

    def _derive(self, i: int, person: Row) -> dict[str, Value]:
        """What the document number says fills what is empty."""
        reading = self.rows.ids[i]
        if reading is None:
            return {}
        filled: dict[str, Value] = {}
        for name, value in (
            ("id_type", reading.kind), ("birth_date", reading.birth_date), ("sex", reading.sex),
        ):  # fmt: skip
            if person[name] is None and value is not None:
                person[name] = filled[name] = value
        return filled

    def _age(self, i: int, person: Row, new: bool) -> None:
        age = self.rows.value("age", i)
        if not isinstance(age, int):
            return
        born = person["birth_date"]
        if isinstance(born, str):
            years = int(self._reference[:4]) - int(born[:4])
            if abs(years - age) > 2:
                params = {"age": age, "years": years}
                problem = Problem(ImportProblem.ROW_AGE_DIFFERS, params, Severity.WARN)
                self.plan.doubts.append(self.rows.at(problem, i, "age"))
        elif new:
            problem = Problem(ImportProblem.ROW_AGE_ONLY, {"age": age}, Severity.WARN)
            self.plan.doubts.append(self.rows.at(problem, i, "age"))
            if person["note"] is None:
                person["note"] = f"导入表年龄{age}岁({self._reference[:4]}年)"

    def _change_person(self, i: int, person: Row) -> bool:
        wanted = self._person_values(i)
        number, held = wanted.get("id_number"), person["id_number"]
        if not (isinstance(number, str) and held):
            pass
        elif number != held and same_person_key(number) == same_person_key(held):
            # the same number in an older or longer form tells nothing new
            wanted.pop("id_number")
            wanted.pop("id_type", None)
        name = person["name"] or ""
        if "name" in wanted and person["name"] not in (None, wanted["name"]):
            params = {"old": name, "new": wanted["name"]}
            problem = Problem(ImportProblem.ROW_NAME_DIFFERS, params, Severity.WARN)
            self.plan.doubts.append(self.rows.at(problem, i, "name"))
        after = dict(person)
        after.update(wanted)
        if wanted.get("id_number") not in (None, held):
            wanted.update(self._derive(i, after))
        changed = self._differences(Person, person, wanted, i, name)
        person.update({k: value for k, (_, value) in changed.items()})
        self._age(i, person, new=False)
        return bool(changed)

    def _differences(
        self, model: Any, before: Row, wanted: dict[str, Value], i: int, name: str
    ) -> Changes:
        changed: Changes = {
            k: (before[k], v) for k, v in wanted.items() if v is not None and before[k] != v
        }
        if changed:
            self.plan.changed[model].setdefault(before["id"], {}).update(changed)
            self.plan.updated.add(i)
            number = self.rows.numbers[i]
            self.plan.changes += differences(model, number, before["id"], name, changed)
        return changed

    def form_values(self, group_rows: Iterable[int]) -> dict[str, Value]:
        """The form's own columns (survey date, interviewer …) of a household's rows."""
        found: dict[str, Value] = {}
        for key, name in self._keys[FORM]:
            column = self.rows.values[key]
            value = next((column[i] for i in group_rows if column[i] is not None), None)
            if value is not None:
                found[name] = value
        return found
