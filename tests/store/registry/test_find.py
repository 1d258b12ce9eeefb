"""Anyone is found by what a clerk happens to know: name, initials, digits, household number."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.find import CAP, find, match, rebuild_search
from laborclerk.features.registry.model import Person
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.postgres import BOTH
from tests.small import (
    GROUP,
    OTHER_GROUP,
    OTHER_VILLAGE,
    VILLAGE,
    add_household,
    add_person,
    station,
)

pytestmark = BOTH

PEOPLE = {
    "fang": {"name": "周小芳", "id_number": "530627199305019966", "phone": "15412345678"},
    "qiang": {"name": "周强", "id_number": "530627198005069975", "phone": "0870-3121234"},
    "tailor": {"name": "单雄信", "id_number": "53062719800509998X"},  # surname read Shàn
    "ext_b": {"name": "李𠮷明"},
    "private": {"name": "李\ue863"},
    "uyghur": {"name": "阿不都热西提·阿不都卡德尔·买买提艾力"},
    "kazakh": {"name": "叶尔兰·Aydar", "id_number": "530627700101997"},
    "compat": {"name": "豈\uf90a"},  # compatibility ideographs
    "compound": {"name": "欧阳小芳"},
}


@pytest.fixture(scope="module")
def town(
    backend: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, dict[int, str]]]:
    store = station(tmp_path_factory.mktemp("find") / "s")
    here = {k: v for k, v in PEOPLE.items() if k != "compound"}
    add_household(store, *here.values(), number="0017", head_name="周小芳")
    add_household(store, PEOPLE["compound"], {"name": "高一"}, number="A0001", place=OTHER_GROUP)
    add_household(store, {"name": "高二"}, number="0017", place=OTHER_GROUP)
    with store.read() as session:
        names = {str(v["name"]): k for k, v in PEOPLE.items()}
        keys = {
            row.id: names.get(row.name, row.name)
            for row in session.execute(sa.select(Person.id, Person.name))
        }
    yield store, keys
    store.close()


def found(town: tuple[Store, dict[int, str]], text: str, under: int | None = None) -> list[str]:
    store, keys = town
    with store.read() as session:
        result = find(session, text, under=under)
    assert result.total == len(result.people)
    return sorted(keys[p.id] for p in result.people)


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("周小芳", ["fang"]),
        ("小芳", ["compound", "fang"]),  # any two characters that stand together
        ("周芳", []),  # not together
        ("周 芳", ["fang"]),  # apart: both must be there
        ("周", ["fang", "qiang"]),
        ("芳 周", ["fang"]),
        (" 周小芳 ", ["fang"]),
        ("zxf", ["fang"]),
        ("ZXF", ["fang"]),
        ("zx", ["fang"]),
        ("xf", ["compound", "fang"]),  # initials of the given name alone
        ("oyxf", ["compound"]),
        ("sxx", ["tailor"]),  # 单 as a surname
        ("dxx", []),
        ("周 xf", ["fang"]),
        ("周 q", ["qiang"]),
        ("530627199305019966", ["fang"]),
        ("19930501", ["fang"]),  # from the birth date on
        ("199305", ["fang"]),
        ("9966", ["fang"]),  # the last four
        ("019966", ["fang"]),  # the last six
        ("9975", ["qiang"]),
        ("998X", ["tailor"]),
        ("998x", ["tailor"]),
        ("53062719800509998x", ["tailor"]),
        ("530627", ["fang", "kazakh", "qiang", "tailor"]),
        ("530627700101997", ["kazakh"]),  # fifteen digits
        ("1997", ["kazakh"]),
        ("198005", ["qiang", "tailor"]),
        ("15412345678", ["fang"]),
        ("1541234", ["fang"]),
        ("5678", ["fang"]),
        ("0870-3121234", ["qiang"]),
        ("08703121234", ["qiang"]),
        ("3121234", []),  # the middle of a number is not searched
        ("周 9966", ["fang"]),
        ("强 9966", []),
        ("13:00", []),
        ("", []),
        ("  ", []),
        ("*", []),
        ('"', []),
        ("NOT", []),
        ("t:周", []),
        ("(", []),
        ("-", []),
    ],
)
def test_find(town: tuple[Store, dict[int, str]], typed: str, people: list[str]) -> None:
    assert found(town, typed) == people


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("𠮷", ["ext_b"]),
        ("李𠮷", ["ext_b"]),
        ("李𠮷明", ["ext_b"]),
        ("lm", ["ext_b"]),  # a character without reading is left out of the initials
        ("\ue863", ["private"]),
        ("李\ue863", ["private"]),
        ("阿不都卡德尔", ["uyghur"]),
        ("买买提艾力", ["uyghur"]),
        ("阿不都热西提·阿不都卡德尔·买买提艾力", ["uyghur"]),
        ("热西提•阿不都", ["uyghur"]),  # with the dot as a keyboard gives it
        ("热西提阿不都", ["uyghur"]),  # and without
        ("热西提.阿不都", ["uyghur"]),
        ("叶尔兰", ["kazakh"]),
        ("aydar", ["kazakh"]),
        ("Ayd", ["kazakh"]),
        ("叶尔兰·Aydar", ["kazakh"]),
        ("豈", ["compat"]),
        ("\uf900", ["compat"]),  # 豈 as a compatibility ideograph
        ("金", ["compat"]),
    ],
)
def test_rare_characters_and_dots(
    town: tuple[Store, dict[int, str]], typed: str, people: list[str]
) -> None:
    assert found(town, typed) == people


def test_members_of_a_household_are_found_by_its_number(
    town: tuple[Store, dict[int, str]],
) -> None:
    here = sorted(k for k in PEOPLE if k != "compound")
    assert found(town, "0017") == sorted([*here, "高二"])
    assert found(town, "户0017") == sorted([*here, "高二"])
    assert found(town, "0017", under=OTHER_VILLAGE) == ["高二"]
    assert found(town, "A0001") == found(town, "a0001") == sorted(["compound", "高一"])
    assert found(town, "0018") == []


def test_under_a_place_only_its_own_are_found(town: tuple[Store, dict[int, str]]) -> None:
    assert found(town, "小芳", under=VILLAGE) == ["fang"]
    assert found(town, "小芳", under=GROUP) == ["fang"]
    assert found(town, "小芳", under=OTHER_VILLAGE) == ["compound"]


def test_a_result_says_where_the_person_belongs(town: tuple[Store, dict[int, str]]) -> None:
    with town[0].read() as session:
        (person,) = find(session, "欧阳小芳").people
    assert (person.household_number, person.place) == ("A0001", OTHER_GROUP)
    assert person.head_name == "欧阳小芳"


def test_exact_last_digits_come_before_years_of_birth(tmp_path: Path) -> None:
    """Sixty people born in 1980 must not hide the one whose number ends in 1980."""
    store = station(tmp_path / "s")
    house = add_household(store, {"name": "户主"})
    with store.write("test.many") as work:
        work.create_many(
            Person,
            [
                {
                    "household": house,
                    "name": f"李{n}",
                    "id_number": f"530627198001{n % 28 + 1:02d}9971",
                }
                for n in range(60)
            ],
        )
    wanted = add_person(store, house, name="周小芳", phone="15400001980")
    with store.read() as session:
        result = find(session, "1980", limit=20)
    assert result.people[0].id == wanted
    assert result.total == 61
    assert len(result.people) == 20
    store.close()


# -- kept true ---------------------------------------------------------------------------------


def total(store: Store, text: str) -> int:
    with store.read() as session:
        return find(session, text).total


def test_the_index_follows_every_change(tmp_path: Path) -> None:
    store = station(tmp_path / "s")
    house = add_household(store, {"name": "户主"})
    person = add_person(store, house, name="周小芳", phone="15412345678")

    def change(**facts: Value) -> None:
        with store.write("test.change") as work:
            work.change(work.session.get_one(Person, person), facts)

    change(name="周晓芳")
    assert (total(store, "周小芳"), total(store, "周晓芳"), total(store, "zxf")) == (0, 1, 1)
    change(phone=None)
    assert total(store, "15412345678") == 0
    change(deleted="3")
    assert total(store, "周晓芳") == 0
    undo(store)
    assert total(store, "周晓芳") == 1
    with store.write("test.many") as work:
        work.change_many(Person, {person: {"name": ("周晓芳", "王芳")}})
        work.create_many(Person, [{"name": "王芳", "household": house}])
    assert (total(store, "周晓芳"), total(store, "王芳")) == (0, 2)
    with store.local() as session:
        rebuild_search(session)
    assert (total(store, "周晓芳"), total(store, "王芳")) == (0, 2)
    store.close()


def test_what_is_rolled_back_is_not_found(tmp_path: Path) -> None:
    store = station(tmp_path / "s")
    house = add_household(store, {"name": "户主"})

    def broken() -> None:
        with store.write("test.fail") as work:
            work.add(Person(name="周小芳", household=house))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert total(store, "周小芳") == 0
    store.close()


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_valid_search(
    town: tuple[Store, dict[int, str]], typed: str
) -> None:
    store, _ = town
    with store.read() as session:
        assert find(session, typed).total <= CAP


def test_nothing_of_a_text_may_be_left() -> None:
    assert match("！？…—") is not None or match("，") is not None or match("") is None
