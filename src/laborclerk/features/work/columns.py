"""The columns of a work ledger (劳务输出台账): one list for templates, imports and exports.

Keys are those of the census sheet where both have the column, so the same header words are known.
Dates are read as text: real ledgers have days, months and bare years in one column. Income has a
column for each unit it is told in, so that none is taken for another.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from laborclerk.catalog.fields import Code, Field, Number, Text, YesNo
from laborclerk.features.census.columns import HOUSEHOLD, PERSON, PLACE, SheetField, census_fields
from laborclerk.features.work.model import WorkSpell
from laborclerk.sheets.mapping import Words
from laborclerk.store.base import fields_of

SPELL, TOLD = "spell", "told"
_PEOPLE = {PERSON: ("name", "id_type", "id_number", "sex", "birth_date"), HOUSEHOLD: ("number",)}
# key in the sheet ← field of the spell, in the order of a ledger
_KEYS = {
    "scope": "work_scope", "place": "work_place", "employer_name": "employer",
    "trade": "occupation", "job_class": "job_class", "industry": "industry", "sector": "sector",
    "months": "work_months", "channel": "channel", "organised": "organised",
    "point_to_point": "point_to_point", "contract": "contract",
    "injury_insurance": "injury_insurance", "leader": "leader", "broker": "broker",
    "return_reason": "return_reason",
}  # fmt: skip
START, END, JOB, MONTHLY, NOTE = "work_start", "work_end", "work_job", "monthly_income", "work_note"
YEARLY, DAILY, YEAR, ABROAD, FORM = (
    "year_income", "day_income", "ledger_year", "abroad", "employment_form",
)  # fmt: skip


@cache
def ledger_fields() -> tuple[SheetField, ...]:
    """Every column a ledger may have."""
    spell = fields_of(WorkSpell)

    def own(key: str, name: str) -> SheetField:
        spec = spell[name]
        kind = Text(40) if name == "trade" else spec.type
        return SheetField(SPELL, name, Field(key, spec.label, kind, help=spec.help))

    def text(key: str, name: str, length: int = 40) -> SheetField:
        return SheetField(SPELL, name, Field(key, spell[name].label, Text(length)))

    known = {(f.record, f.name): f for f in census_fields()}
    people = [known[record, name] for record, names in _PEOPLE.items() for name in names]
    return (
        *(f for f in census_fields() if f.record == PLACE), *people,
        text(START, "start"), text(END, "end"), own("dates_known", "dates_known"),
        *(own(key, name) for name, key in _KEYS.items()),
        text(JOB, "job"),
        SheetField(SPELL, "income", Field(MONTHLY, "月收入", Number(0, 999_999, "元"), pii=True)),
        SheetField(TOLD, YEARLY, Field(YEARLY, "年收入", Number(0, 9_999_999_999, "元"), pii=True)),
        SheetField(TOLD, DAILY, Field(DAILY, "日工资", Number(0, 99_999, "元"), pii=True)),
        SheetField(TOLD, YEAR, Field(YEAR, "年度", Number(1990, 2100))),
        SheetField(TOLD, ABROAD, Field(ABROAD, "是否国外务工", YesNo())),
        SheetField(TOLD, FORM, Field(FORM, "就业形式", Code("employment_form"))),
        text(NOTE, "note", 300),
    )  # fmt: skip


@cache
def ledger_words() -> Words:
    """The header words of a ledger."""
    return Words(f.field for f in ledger_fields())


def written_fields() -> list[SheetField]:
    """The columns of templates and exports: what is stored, the trade as its class."""
    upper = ("province", "city", "county")
    trade = fields_of(WorkSpell)["trade"].type
    return [
        replace(f, field=replace(f.field, type=trade)) if f.name == "trade" else f
        for f in ledger_fields()
        if f.record != TOLD and not (f.record == PLACE and f.name in upper)
    ]  # fmt: skip
