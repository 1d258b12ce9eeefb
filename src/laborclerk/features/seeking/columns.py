"""The columns of a sheet of job seekers (求职登记): one list for templates, imports and exports.

Keys are those of the census sheet where both ask the same, so the same header words are known.
Trades are read as text: people name posts that are in no list, and what is not known stays as the
post in their own words.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from laborclerk.catalog.fields import Text
from laborclerk.features.census.columns import HOUSEHOLD, PERSON, PLACE, SheetField, census_fields
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.sheets.mapping import Words
from laborclerk.store.base import fields_of

SEEKING = "seeking"
_PEOPLE = {
    PERSON: ("name", "id_type", "id_number", "sex", "birth_date"), HOUSEHOLD: ("number",),
}  # fmt: skip
# field of the registration → key in the sheet, where it is another
_KEYS = {
    "registered": "seeking_day", "valid_until": "seeking_until", "wanted_jobs": "wanted_job",
    "employment_form": "wanted_form", "certificate_number": "seeking_number",
    "closed": "seeking_closed", "close_reason": "seeking_end", "note": "seeking_note",
}  # fmt: skip
DAY, JOBS = _KEYS["registered"], _KEYS["wanted_jobs"]
_UPPER = ("province", "city", "county")


@cache
def seeking_fields() -> tuple[SheetField, ...]:
    """Every column a sheet of job seekers may have."""
    known = {(f.record, f.name): f for f in census_fields()}
    people = [known[record, name] for record, names in _PEOPLE.items() for name in names]
    own = [
        SheetField(SEEKING, name, replace(spec, key=_KEYS.get(name, name)))
        for name, spec in fields_of(JobSeeking).items()
        if name not in ("person", "deleted")
    ]
    told = Text(80)
    own = [replace(f, field=replace(f.field, type=told)) if f.key == JOBS else f for f in own]
    return (*(f for f in census_fields() if f.record == PLACE), *people, *own)


@cache
def seeking_words() -> Words:
    """The header words of such a sheet."""
    return Words(f.field for f in seeking_fields())


def written_fields() -> list[SheetField]:
    """The columns of templates and exports: trades as their classes."""
    trades = fields_of(JobSeeking)["wanted_jobs"].type
    return [
        replace(f, field=replace(f.field, type=trades)) if f.key == JOBS else f
        for f in seeking_fields()
        if not (f.record == PLACE and f.name in _UPPER)
    ]
