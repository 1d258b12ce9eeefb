"""What typing means: numbers of the paper form, pinyin, words; when a field is full."""

from __future__ import annotations

import pytest

from laborclerk.catalog import fields as f
from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Field
from laborclerk.catalog.values import Context
from laborclerk.ui import entry
from laborclerk.ui.entry import Chosen, FieldState

BY_NUMBER = Context(codes_by="number", id_kind="01")
STATUS = Field("employment_status", "就业状况", f.Code("employment_status"))
RELATION = Field("relation", "与户主关系", f.Code("relation"))
HEALTH = Field("health", "健康状况", f.Codes("health"))
PLACE = Field("work_place", "务工所在地", f.Division())
YES = Field("wants_to_go", "外出意愿", f.YesNo())


def value(spec: Field, text: str) -> object:
    return entry.read(spec, entry.settle(spec, text, BY_NUMBER), BY_NUMBER).value


@pytest.mark.parametrize(
    ("spec", "typed", "stored"),
    [
        (STATUS, "4", "04"),
        (STATUS, "9", "99"),
        (STATUS, "wcwg", "04"),
        (STATUS, "务农", "02"),
        (STATUS, "4 外出务工", "04"),
        (STATUS, "", None),
        (STATUS, "8", None),
        (RELATION, "2", "10"),
        (RELATION, "02", "10"),
        (HEALTH, "3,6", "30,60"),
        (HEALTH, "6 3", "30,60"),
        (HEALTH, "cj 3", "30,60"),
        (HEALTH, "长期慢性病、残疾", "30,60"),
        (PLACE, "永康", "330784000000"),
        (PLACE, "yk", None),
        (YES, "1", True),
        (YES, "2", False),
        (YES, "n", False),
        (YES, "是", True),
    ],
)
def test_typed_text_becomes_the_stored_value(spec: Field, typed: str, stored: object) -> None:
    assert value(spec, typed) == stored


def test_digits_are_never_taken_for_the_number_they_begin() -> None:
    offered = entry.choices(STATUS, "1", BY_NUMBER)
    assert offered is not None
    assert entry.pick(offered, "1") is None


@pytest.mark.parametrize("name", ["relation", "employment_status", "health", "industry"])
def test_what_is_shown_reads_back_as_the_same_code(name: str) -> None:
    spec = Field("x", "x", f.Code(name))
    for item in code_list(name).items:
        if not item.retired:
            text = entry.show(spec, item.code, BY_NUMBER)
            assert entry.read(spec, text, BY_NUMBER).value == item.code, text


@pytest.mark.parametrize(
    ("spec", "text", "full"),
    [
        (Field("id_number", "", f.IdNumber("id_type")), "530627197912034518", True),
        (Field("id_number", "", f.IdNumber("id_type")), "53062719791203451", False),
        (Field("disability_number", "", f.IdNumber("")), "53062719791203451843", False),
        (Field("p", "", f.Phone()), "13800000000", True),
        (Field("p", "", f.Phone()), "08703120000", False),
        (Field("d", "", f.Date()), "20261120", True),
        (Field("d", "", f.Date()), "2026112", False),
        (Field("m", "", f.Month()), "202611", True),
        (YES, "1", True),
        (STATUS, "4", True),
        (RELATION, "2", False),
        (Field("t", "", f.Text(10)), "1234567890", False),
    ],
)
def test_a_field_of_fixed_length_knows_when_it_is_full(spec: Field, text: str, full: bool) -> None:
    assert entry.is_full(spec, text, BY_NUMBER) is full


@pytest.mark.parametrize(
    ("spec", "typed", "state"),
    [
        (Field("d", "", f.Date()), "2026-11-20", FieldState.PASSED),
        (Field("d", "", f.Date()), "2026-13-20", FieldState.WRONG),
        (Field("d", "", f.Date()), "", FieldState.UNTOUCHED),
        (Field("n", "", f.PersonName()), "周", FieldState.WARNED),
        (STATUS, "8", FieldState.WRONG),
    ],
)
def test_a_reading_has_a_state(spec: Field, typed: str, state: FieldState) -> None:
    assert entry.state_of(entry.read(spec, typed, BY_NUMBER)) is state


@pytest.mark.parametrize("text", ["镇雄县", "zhenxiong", "zxx", "530627"])
def test_a_place_of_the_country_is_offered_by_name_pinyin_or_code(text: str) -> None:
    offered = entry.choices(PLACE, text, BY_NUMBER) or []
    assert "530627000000" in [c.value for c in offered]


def test_a_picked_value_needs_no_reading() -> None:
    assert entry.read(STATUS, Chosen("06"), BY_NUMBER).value == "06"


def test_line_breaks_of_a_note_survive_one_line() -> None:
    spec = Field("note", "备注", f.Text(500, lines=3))
    shown = entry.show(spec, "第一行\n第二行", BY_NUMBER)
    assert "\n" not in shown
    assert entry.read(spec, shown, BY_NUMBER).value == "第一行\n第二行"
