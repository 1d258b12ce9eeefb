"""When two persons may be one: a table of cases, the facts as names."""

from __future__ import annotations

from typing import Any

import pytest

from laborclerk.catalog.idnumber import check_digit, upgraded
from laborclerk.features.registry.duplicates.judge import (
    Facts,
    Judgement,
    alike,
    in_words,
    judge,
    number_key,
)


def number(county: str, born: str, sequence: str) -> str:
    first = county + born + sequence
    return first + check_digit(first)


NUMBER = number("530627", "19930501", "996")
OLD = NUMBER[:6] + NUMBER[8:17]
OTHER = number("530627", "19930501", "998")
FAR = number("520502", "19810612", "998")
BAD = NUMBER[:17] + ("1" if NUMBER[17] != "1" else "2")
FANG: dict[str, Any] = {
    "id": 1, "household": 11, "name": "周小芳", "number": NUMBER, "card": None, "sex": "2",
    "birth": "1993-05-01", "phone": "15400000001",
}  # fmt: skip
# another with nothing in common but what a case says
NOBODY = dict.fromkeys(FANG) | {"id": 2, "household": 12}


def two(one: dict[str, Any], other: dict[str, Any], **flags: Any) -> Judgement | None:
    mine: dict[str, Any] = {**FANG, **one}
    theirs: dict[str, Any] = {**NOBODY, **other}
    a, b = Facts(**mine), Facts(**theirs)
    found = judge(a, b, **flags)
    assert found == judge(b, a, **flags)
    return found


SAME_NAME = {"name": "周小芳", "birth": "1993-05-01", "sex": "2"}


@pytest.mark.parametrize(
    ("one", "other", "reasons", "certain"),
    [
        ({}, {"number": NUMBER, "name": "周小芳"}, "same_id", True),
        ({}, {"number": OLD, "name": "周小芳"}, "same_id", True),
        ({}, {"number": NUMBER + "43", "name": "周小芳"}, "same_id", True),
        ({"number": OLD}, {"number": NUMBER + "43B1", "name": "周小芳"}, "same_id", True),
        ({}, {"card": NUMBER + "43", "name": "周小芳"}, "same_id", True),
        ({}, {"number": NUMBER}, "same_id", True),
        ({}, {"number": NUMBER, "name": "周晓芳"}, "same_id,same_sound", True),
        ({}, {"number": NUMBER, "name": "王大毛"}, "same_id,names_differ", True),
        ({"number": BAD}, {"number": BAD, "name": "王大毛"}, "same_id,names_differ", False),
        ({"number": BAD}, {"number": BAD, "name": "周小芳"}, "same_id", True),
        ({}, {"number": BAD, "name": "周小芳"}, None, False),
        ({"number": None}, SAME_NAME, "name_birth", False),
        ({}, SAME_NAME, "name_birth", False),
        ({}, SAME_NAME | {"sex": None}, "name_birth", False),
        ({}, SAME_NAME | {"sex": "1"}, None, False),
        ({}, SAME_NAME | {"number": FAR}, "name_birth,numbers_differ", False),
        ({}, SAME_NAME | {"number": OTHER}, "name_birth,numbers_close", False),
        ({}, SAME_NAME | {"birth": "1993-05-02"}, None, False),
        ({}, {"name": "周晓芳", "household": 11}, "same_sound,same_household", False),
        ({}, {"name": "周小方", "phone": "15400000001"}, "same_sound,same_phone", False),
        ({}, {"name": "周小红", "household": 11}, "one_character,same_household", False),
        ({}, {"name": "邹小芳", "phone": "15400000001"}, "one_character,same_phone", False),
        ({}, {"name": "周晓芳"}, None, False),
        ({}, {"name": "周大红", "household": 11}, None, False),
        # sisters: both numbers good, both birthdays
        ({}, {"name": "周小红", "household": 11, "number": FAR, "birth": "1981-06-12"},
         None, False),
        ({}, {"name": "周小红", "household": 11, "birth": "1981-06-12"}, None, False),
        ({}, {"name": "周小红", "household": 11, "birth": "1993-06-12"},
         "one_character,same_household", False),
        # the same name twice in one household is odd whatever the numbers say
        ({}, {"name": "周小芳", "household": 11, "number": FAR, "birth": "1981-06-12"},
         "same_name,same_household,numbers_differ", False),
    ],
)  # fmt: skip
def test_two_persons(
    one: dict[str, Any], other: dict[str, Any], reasons: str | None, certain: bool
) -> None:
    found = two(one, other)
    assert (",".join(found.reasons) if found else None) == reasons
    assert (found is not None and found.certain) is certain
    assert found is None or 0 <= found.score <= 100


def test_namesakes_with_good_numbers_stand_far_below_a_pair_without() -> None:
    likely, close, namesakes = (
        two({}, SAME_NAME | {"number": n}) for n in (None, OTHER, FAR)
    )  # fmt: skip
    assert likely is not None
    assert close is not None
    assert namesakes is not None
    assert likely.score >= 70 > close.score > namesakes.score <= 35
    assert "重名" in in_words(namesakes.reasons)


def test_what_too_many_carry_says_nothing() -> None:
    assert two({}, {"number": NUMBER}, crowded={NUMBER}) is None
    assert two({}, SAME_NAME, name_says=False) is None
    by_phone = {"name": "周晓芳", "phone": "15400000001"}
    assert two({}, by_phone, phone_says=False) is None
    assert two({}, {"name": "周晓芳", "household": 11}, home_says=False) is None


def test_all_forms_of_a_number_have_one_key_and_a_wrong_one_only_itself() -> None:
    forms = (NUMBER, OLD, NUMBER + "43", NUMBER + "43B1", upgraded(OLD))
    assert len({number_key(form) for form in forms}) == 1
    assert number_key(BAD) == BAD
    assert number_key("LS20260001") == "LS20260001"


def test_names_alike() -> None:
    assert alike("周小芳", "周小芳") == "same_name"
    assert alike("章伟", "张玮") == "same_sound"
    assert alike("张方", "张放") == "same_sound"
    assert alike("周明", "邹敏") == "near_sound"
    assert alike("周大勇", "周小勇") == "one_character"
    assert alike("周", "李") is None
    assert alike(None, "李") is None
