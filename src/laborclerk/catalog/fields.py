"""The closed set of field types, and the declaration of a field.

A stored value is `None`, `str`, `int` or `bool`, nothing else: it goes unchanged through the
database, the journal and the bundle. Dates are ISO text, decimals are integers scaled by
`places`, several codes are joined by commas in list order. Each consumer (form, sheet, print,
database …) keeps its own table keyed by these types; a test asserts it covers all.
"""

from __future__ import annotations

from dataclasses import dataclass

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class FieldType:
    """Base of the closed set."""


@dataclass(frozen=True, slots=True)
class Text(FieldType):
    """Free text of at most `max_length` code points."""

    max_length: int
    lines: int = 1


@dataclass(frozen=True, slots=True)
class PersonName(FieldType):
    """A person's name, any plane of Unicode, U+00B7 as the dot; length in code points."""

    max_length: int = 50


@dataclass(frozen=True, slots=True)
class IdNumber(FieldType):
    """Number of an identity document; its kind is in the field named by `kind_field`, without one
    it is that of a disability certificate."""

    kind_field: str = "id_type"


@dataclass(frozen=True, slots=True)
class Phone(FieldType):
    """A mobile (11 digits) or land-line number."""


@dataclass(frozen=True, slots=True)
class Number(FieldType):
    """A number stored as an integer scaled by 10**places; bounds are in shown units."""

    minimum: int
    maximum: int
    unit: str = ""
    places: int = 0


@dataclass(frozen=True, slots=True)
class Date(FieldType):
    """A day, ISO text YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Month(FieldType):
    """A month, ISO text YYYY-MM."""


@dataclass(frozen=True, slots=True)
class YesNo(FieldType):
    """是 / 否, stored as a boolean."""


@dataclass(frozen=True, slots=True)
class Code(FieldType):
    """One code of the code list named `codes`."""

    codes: str


@dataclass(frozen=True, slots=True)
class Codes(FieldType):
    """Several codes of a list, stored joined by commas in the list's order."""

    codes: str


@dataclass(frozen=True, slots=True)
class PlaceRef(FieldType):
    """A place of the register: its 15-digit integer id (12-digit division code + 3-digit group,
    000 for the village itself and above)."""


@dataclass(frozen=True, slots=True)
class Division(FieldType):
    """A division anywhere in the country, 12-digit text code padded with zeros above village
    (a destination); abroad is `999` + three-letter country code."""


@dataclass(frozen=True, slots=True)
class Reference(FieldType):
    """The id of another record of type `record_type`; never typed by a clerk."""

    record_type: str


FIELD_TYPES: tuple[type[FieldType], ...] = (
    Text, PersonName, IdNumber, Phone, Number, Date, Month, YesNo, Code, Codes, PlaceRef,
    Division, Reference,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field: its stable English `key`, Chinese `label`, type, whether an empty one
    counts as 缺项 (`required`), whether it identifies a person (`pii`), and the one line of help
    with its source that F1 shows."""

    key: str
    label: str
    type: FieldType
    required: bool = False
    pii: bool = False
    help: str = ""
