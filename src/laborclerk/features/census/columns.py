"""The columns of a census or frame sheet: one list for templates, imports and exports.

Keys are the fields' own where they are unique in a sheet; a household's and a form's note get
their own (`household_note`, `form_note`). The places a row belongs to, the head's number and an
age are columns too, though no field of the register holds them as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from laborclerk.catalog.fields import Field, IdNumber, Number, Text
from laborclerk.features.census.form import FORM_FIELDS, HEAD_FIELDS, PERSON_FIELDS
from laborclerk.features.census.model import CensusForm, FrameEntry
from laborclerk.features.registry.model import Household, Person
from laborclerk.store.base import fields_of

PLACE, HOUSEHOLD, PERSON, FORM, EXTRA = "place", "household", "person", "form", "extra"


@dataclass(frozen=True, slots=True)
class SheetField:
    """A column of a sheet: whose field it is, the field's key there, and how it is declared (with
    the key that is unique in the sheet)."""

    record: str
    name: str
    field: Field

    @property
    def key(self) -> str:
        return self.field.key


PLACE_KEYS = ("code", "province", "city", "county", "township", "village", "group")
_PLACES = (
    ("code", "place_code", "行政区划代码", "12位;填了代码可不填名称"),
    ("province", "province", "省", ""),
    ("city", "city", "市", ""),
    ("county", "county", "县", ""),
    ("township", "township", "乡镇", "乡、镇、街道的名称"),
    ("village", "village", "村", "村或社区的名称;同名时请填代码"),
    ("group", "group", "组", "如 3组;没有的会自动设组"),
)
_RENAMED = {(HOUSEHOLD, "note"): ("household_note", "户备注"), (FORM, "note"): ("form_note", "")}


def _place_fields() -> list[SheetField]:
    return [
        SheetField(PLACE, name, Field(key, label, Text(80), help=help_))
        for name, key, label, help_ in _PLACES
    ]


def _declared(record: str, fields: dict[str, Field], names: Iterable[str]) -> list[SheetField]:
    made = []
    for name in names:
        key, label = _RENAMED.get((record, name), (name, ""))
        spec = fields[name]
        made.append(SheetField(record, name, replace(spec, key=key, label=label or spec.label)))
    return made


_EXTRAS = (
    SheetField(
        EXTRA,
        "head_id_number",
        Field("head_id_number", "户主证件号码", IdNumber(""), pii=True),
    ),
    SheetField(EXTRA, "age", Field("age", "年龄", Number(0, 150, "岁"))),
)


@cache
def census_fields() -> tuple[SheetField, ...]:
    """Every column a census sheet may have, in the order of the paper form."""
    head = [name for name in HEAD_FIELDS if name != "place"]
    return (
        *_place_fields(),
        *_declared(HOUSEHOLD, fields_of(Household), (*head, "kind_since")),
        *_declared(PERSON, fields_of(Person), PERSON_FIELDS),
        *_declared(FORM, fields_of(CensusForm), FORM_FIELDS),
        *_EXTRAS,
    )


@cache
def frame_fields() -> tuple[SheetField, ...]:
    """Every column a household frame may have: one row a household, or one a person."""
    entry = fields_of(FrameEntry)
    household = ("head_phone", "kind", "address", "minimum_living", "destitute", "relocated")
    person = ("relation", "name", "id_number")
    return (
        *_place_fields(),
        *_declared("entry", entry, ("number", "head_name", "persons")),
        *_declared(HOUSEHOLD, fields_of(Household), household),
        *_declared(PERSON, fields_of(Person), person),
    )


# what a template offers and an export writes: the names of upper places are left to the code
_UPPER = ("province", "city", "county")


def written(fields: Iterable[SheetField]) -> list[SheetField]:
    """The columns of templates and exports: all but upper places and what is only read."""
    return [
        f for f in fields
        if f.record != EXTRA and not (f.record == PLACE and f.name in _UPPER)
    ]  # fmt: skip


def frame_template_fields() -> list[SheetField]:
    """The columns of a frame's template: one row a household."""
    return [f for f in written(frame_fields()) if f.record != PERSON]
