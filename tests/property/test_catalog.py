"""What holds for every number, name, cell and edition."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laborclerk.catalog import fields, idnumber
from laborclerk.catalog.codes import code_list, list_names
from laborclerk.catalog.divisions import DivisionRow, compare_editions, level_of, pad, parent_of
from laborclerk.catalog.idnumber import IdMessage, read_id_number, same_person_key
from laborclerk.catalog.names import NameMessage, read_name
from laborclerk.catalog.retirement import Kind, retirement_month
from laborclerk.catalog.values import Context, Raw, read, show

TODAY = "2026-11-22"
LISTS = list_names()

births = st.dates(date(1900, 1, 1), date(2026, 11, 21))
first17 = st.builds(
    lambda county, born, sequence: f"{county}{born:%Y%m%d}{sequence}",
    st.sampled_from(["530627", "621102", "110103", "430421"]),
    births,
    st.sampled_from(["996", "997", "998", "999"]),
)
numbers = first17.map(lambda text: text + idnumber.check_digit(text))


@given(numbers)
def test_a_number_tells_what_it_was_made_of(number: str) -> None:
    reading = read_id_number(number, today=TODAY)
    assert reading.value == number
    assert reading.birth_date == f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    assert reading.sex == ("1" if int(number[16]) % 2 else "2")
    assert not reading.problems


@given(numbers, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, by: int) -> None:
    digit = str((int(number[place]) + by) % 10)
    wrong = number[:place] + digit + number[place + 1 :]
    assert read_id_number(wrong, today=TODAY).problems


@given(numbers, st.integers(0, 15))
def test_two_swapped_digits_are_always_noticed(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert read_id_number(swapped, today=TODAY).problems


@given(numbers, st.data())
def test_noise_of_keyboards_is_mended_to_the_same_number(number: str, data: st.DataObject) -> None:
    noisy = "".join(
        data.draw(st.sampled_from(["", " ", "\u200b", "-", "\u3000"]))
        + data.draw(st.sampled_from([char, char.lower(), chr(ord(char) + 0xFEE0)]))
        for char in number
    )
    reading = read_id_number(noisy, today=TODAY)
    assert reading.value == number
    assert not reading.problems


@given(numbers)
def test_every_sheets_float_of_a_number_is_refused(number: str) -> None:
    if number[17] != "X":
        reading = read_id_number(float(number), today=TODAY)
        assert reading.value is None
        assert [p.message for p in reading.problems] == [IdMessage.ID_ROUNDED]


@given(numbers)
def test_all_forms_of_a_number_are_one_person(number: str) -> None:
    assert {same_person_key(number + end) for end in ("", "43", "11B2")} == {number}
    if number[6:8] == "19":
        assert same_person_key(number[:6] + number[8:17]) == number


@given(st.text(max_size=30) | st.text('="·* \x1b\u200b王.', max_size=9))
def test_reading_a_name_twice_changes_nothing_more(text: str) -> None:
    once = read_name(text).value
    if once is not None:
        again = read_name(once)
        assert again.value == once
        assert {n.message for n in again.notices} <= {NameMessage.NAME_PRIVATE}


han = st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF) | st.characters(
    min_codepoint=0x20000, max_codepoint=0x3134A
) | st.characters(min_codepoint=0xE000, max_codepoint=0xF8FF, categories=["Co"])  # fmt: skip


@given(st.text(han, min_size=2, max_size=20))
def test_no_character_of_any_plane_is_lost_from_a_name(text: str) -> None:
    reading = read_name(text)
    assert reading.value == text
    assert not reading.problems


KINDS: list[fields.FieldType] = [
    fields.Text(20), fields.PersonName(), fields.IdNumber(), fields.Phone(),
    fields.Number(0, 100000, "元"), fields.Number(-5, 99, "亩", places=2), fields.Date(),
    fields.Month(), fields.YesNo(), fields.Code("relation"), fields.Codes("health"),
    fields.PlaceRef(), fields.Division(), fields.Reference("person"),
]  # fmt: skip
raws = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(),
    st.text(max_size=30),
    st.text("0123456789.-/年月日万元,x×√是否=\"' *#", max_size=20),
)  # fmt: skip


def test_the_kinds_tried_are_all_there_are() -> None:
    assert {type(kind) for kind in KINDS} == set(fields.FIELD_TYPES)


@settings(max_examples=400)
@given(st.sampled_from(KINDS), raws)
def test_any_cell_is_read_into_a_stored_value_or_a_problem(kind: fields.FieldType, raw) -> None:
    reading = read(kind, raw, Context(today=TODAY))
    assert reading.value is None or type(reading.value) in (str, int, bool)
    assert all(p.text for p in (*reading.notices, *reading.problems))
    assert isinstance(show(kind, reading.value), str)


@given(st.integers(-500, 9900))
def test_a_shown_number_is_read_back(value: int) -> None:
    kind = fields.Number(-5, 99, "亩", places=2)
    assert read(kind, show(kind, value)).value == value


@given(st.dates(date(1850, 1, 1), date(2150, 12, 31)))
def test_a_day_is_read_from_every_habit(day: date) -> None:
    habits: list[Raw] = [
        f"{day.year}-{day.month:02d}-{day.day:02d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}{day.month:02d}{day.day:02d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        day,
    ]
    assert {read(fields.Date(), habit).value for habit in habits} == {day.isoformat()}


@given(st.sampled_from(LISTS), st.data())
def test_shown_codes_are_read_back(name: str, data: st.DataObject) -> None:
    items = [item.code for item in code_list(name).items]
    one = data.draw(st.sampled_from(items))
    assert read(fields.Code(name), show(fields.Code(name), one)).value == one
    several = ",".join(code_list(name).order(data.draw(st.lists(st.sampled_from(items)))))
    labels = [code_list(name).label(code) for code in several.split(",")]
    if several and not any(mark in label for label in labels for mark in "、/+ "):
        assert read(fields.Codes(name), show(fields.Codes(name), several)).value == several


villages = st.dictionaries(
    st.sampled_from([f"53062710{t}20{v}" for t in range(3) for v in range(4)]),
    st.sampled_from(["上街村民委员会", "上街社区居民委员会", "银厂村民委员会", "下寨村民委员会"]),
)


def _rows(edition: dict[str, str]) -> list[DivisionRow]:
    return [DivisionRow(pad(c), n, level_of(c), parent_of(c)) for c, n in edition.items()]


@given(villages, villages)
def test_every_division_of_both_editions_is_accounted_for_once(
    old: dict[str, str], new: dict[str, str]
) -> None:
    change = compare_editions(_rows(old), _rows(new))
    kept = [r.code for r in change.same] + [b.code for b, _ in change.renamed]
    before = kept + [r.old.code for r in change.recoded] + [r.old.code for r in change.uncertain]
    before += [r.code for r in change.removed]
    assert sorted(before) == sorted(old)
    after = kept + [r.new.code for r in change.recoded] + [r.code for r in change.added]
    assert sorted(after) == sorted(new)


@given(st.sampled_from(list(Kind)), st.integers(1950 * 12, 2005 * 12))
def test_who_is_born_later_never_retires_earlier(kind: Kind, index: int) -> None:
    month, after = (f"{i // 12:04d}-{i % 12 + 1:02d}" for i in (index, index + 1))
    assert retirement_month(kind, month) < retirement_month(kind, after)


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_understood_by_its_official_names(name: str) -> None:
    codes = code_list(name)
    assert all(codes.recognise(item.name) == item.code for item in codes.items)
