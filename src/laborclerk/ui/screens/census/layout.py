"""How the household form is laid out: which fields stand on which tab, and how wide.

Order and sections come from the form's one description (features/census/form.py), the same as on
paper; here is only what needs more than one column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from laborclerk.catalog.names import display_name
from laborclerk.features.census.form import FORM_FIELDS, HEAD_FIELDS, SECTIONS, VISIT_FIELDS, age
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit.grid import Cell
from laborclerk.ui.kit.table import Cell as TableCell
from laborclerk.ui.kit.table import Column, Row
from laborclerk.ui.screens.census.heading import label_of
from laborclerk.ui.screens.census.records import SPECS
from laborclerk.ui.screens.census.state import FormState

HOUSEHOLD, PERSON, CLOSING = "household", "person", "closing"
_WIDE = {
    ("household", "address"): 2, ("household", "note"): 2, ("census_form", "note"): 2,
    ("visit", "checks"): 2, ("visit", "note"): 2, ("person", "health"): 2,
    ("person", "training_done"): 2, ("person", "employer"): 2, ("person", "insurance"): 2,
    ("person", "hardship"): 2, ("person", "note"): 4, ("person", "wanted_training"): 2,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """One tab: of the household, of the open member, or what closes the form."""

    key: str
    title: str
    of: str
    fields: tuple[tuple[str, str], ...]  # (record type, field)

    def cells(self) -> list[Cell]:
        """The fields as the grid wants them."""
        return [
            Cell(kind, SPECS[kind][key], _WIDE.get((kind, key), 1)) for kind, key in self.fields
        ]


PAGES: tuple[Page, ...] = (
    Page("head", "本户", HOUSEHOLD, tuple(("household", key) for key in HEAD_FIELDS)),
    *(Page(s.key, s.title, PERSON, tuple(("person", key) for key in s.fields)) for s in SECTIONS),
    Page(
        "closing", "申报与访问", CLOSING,
        (*(("census_form", key) for key in FORM_FIELDS), *(("visit", key) for key in VISIT_FIELDS)),
    ),
)  # fmt: skip
PAGE_OF: Mapping[tuple[str, str], int] = {
    field: number for number, page in enumerate(PAGES) for field in page.fields
}

MEMBER_COLUMNS = (
    Column("序", 44, right=True),
    Column("与户主关系", 104),
    Column("姓名", 148),
    Column("证件号码", 196),
    Column("性别", 52),
    Column("年龄", 56, right=True),
    Column("文化程度", 132),
    Column("劳动能力", 132),
    Column("就业状况", 0),
    Column("缺项", 60, right=True),
    Column("问题", 80),
)


def member_rows(state: FormState) -> tuple[list[Row], list[int]]:
    """The members as rows of the table, and their ids."""
    worst: dict[int, FieldState] = {}
    for problem in state.told:
        found = problem.where.record_id
        if found is not None:
            grave = FieldState.WRONG if problem.severity == "block" else FieldState.WARNED
            if worst.get(found) is not FieldState.WRONG:
                worst[found] = grave
    rows: list[Row] = []
    for person in state.members:
        years = age(person, state.round.reference_date)
        missing = state.missing(person["id"])
        sign = worst.get(person["id"])
        rows.append(
            (
                str(person.get("line") or ""),
                label_of("relation", person.get("relation")),
                TableCell(display_name(str(person.get("name") or "")), bold=True),
                str(person.get("id_number") or ""),
                label_of("sex", person.get("sex")),
                "" if years is None else str(years),
                label_of("education", person.get("education"))
                or label_of("in_school", person.get("in_school")),
                label_of("work_ability", person.get("work_ability")),
                label_of("employment_status", person.get("employment_status")),
                TableCell(str(missing), "warned") if missing else TableCell("0", "muted"),
                TableCell(_WORDS[sign], sign.value, sign) if sign else "",
            )
        )
    return rows, [p["id"] for p in state.members]


_WORDS = {FieldState.WRONG: "要改", FieldState.WARNED: "要看"}
