"""What must hold of every declared field, whatever register it is in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import laborclerk
from laborclerk.app import mapped
from laborclerk.catalog import fields as f
from laborclerk.catalog.codes import code_list
from laborclerk.features.census.form import HEAD_FIELDS, PERSON_FIELDS
from laborclerk.features.registry.acts import act_word
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.record_words import record_word
from laborclerk.store import journal
from laborclerk.store import store as store_
from laborclerk.store.base import COLUMN_TYPES, Record, fields_of, record_types

MAPPED = mapped()  # all models are known
DECLARED = [
    pytest.param(model, field, id=f"{name}.{field.key}")
    for name, model in sorted(record_types().items())
    for field in fields_of(model).values()
]

# the public names of commands.md: they are never renamed
PROMISED = [
    "name",
    "id_type",
    "id_number",
    "sex",
    "birth_date",
    "ethnicity",
    "relation",
    "marital_status",
    "political_status",
    "education",
    "in_school",
    "health",
    "work_ability",
    "hukou_type",
    "phone",
    "skill",
    "skill_level",
    "certificate_number",
    "employment_status",
    "employer",
    "occupation",
    "industry",
    "work_place",
    "work_start",
    "monthly_income",
    "channel",
]


@pytest.mark.parametrize(("model", "field"), DECLARED)
def test_a_field_says_what_to_enter(model: type[Record], field: f.Field) -> None:
    assert field.label, f"{model.__name__}.{field.key}"
    assert field.help, f"{model.__name__}.{field.key}"
    assert not field.help.endswith("。")


@pytest.mark.parametrize(("model", "field"), DECLARED)
def test_a_coded_field_has_its_list(model: type[Record], field: f.Field) -> None:
    if isinstance(field.type, (f.Code, f.Codes)):
        assert code_list(field.type.codes).items


def test_the_database_has_a_column_type_for_every_field_type() -> None:
    assert set(COLUMN_TYPES) == set(f.FIELD_TYPES)


def test_the_promised_field_names_stand() -> None:
    assert set(PROMISED) <= set(fields_of(Person))
    assert {"number", "head_phone", "kind", "address"} <= set(fields_of(Household))


def test_the_form_shows_every_field_a_clerk_enters() -> None:
    not_entered = {"household", "deleted"}
    assert set(PERSON_FIELDS) == set(fields_of(Person)) - not_entered
    derived = {"in_frame", "kind_since", "deleted"}
    assert set(HEAD_FIELDS) == set(fields_of(Household)) - derived


def test_labels_are_unique_within_a_register() -> None:
    for model in record_types().values():
        labels = [field.label for field in fields_of(model).values()]
        assert len(labels) == len(set(labels)), model.__name__


def test_every_use_case_has_a_name_for_the_clerk() -> None:
    root = Path(__file__).parents[2] / "src" / "laborclerk"
    named = re.compile(r"""\.write\(\s*"([a-z_.]+)\"""")
    used = {name for file in root.rglob("*.py") for name in named.findall(file.read_text("utf-8"))}
    assert "census.save" in used
    assert [name for name in sorted(used) if act_word(name) == name] == []


def test_every_module_that_has_a_table_is_loaded_with_a_store() -> None:
    source = Path(str(laborclerk.__file__)).parent
    having = {p for p in source.rglob("*.py") if "\n    __tablename__ = " in p.read_text("utf-8")}
    assert having == {Path(str(m.__file__)) for m in (*MAPPED, journal, store_)}


@pytest.mark.parametrize("register", sorted(record_types()))
def test_every_register_has_a_name_that_a_clerk_reads(register: str) -> None:
    assert record_word(register) != register
