"""Document numbers: mended, checked, and read for birth date, sex and county."""

import time

import pytest

from laborclerk.catalog import idnumber
from laborclerk.catalog.idnumber import IdMessage, read_id_number, same_person_key
from laborclerk.kernel.errors import Severity

TODAY = "2026-11-22"
GOOD = "530627198801019995"
WITH_X = next(
    n + "X"
    for n in (f"5306271988{m:02d}{d:02d}998" for m in range(1, 13) for d in range(1, 29))
    if idnumber.check_digit(n) == "X"
)
FOREIGN = "931156" + "19880101" + "999"
FOREIGN += idnumber.check_digit(FOREIGN)


def test_a_good_number_tells_birth_date_sex_and_county() -> None:
    reading = read_id_number(GOOD, today=TODAY)
    assert reading == (GOOD, "01", "1988-01-01", "1", "530627", (), ())


def test_the_check_digit_of_the_standards_example() -> None:
    # GB 11643-1999, example in the standard
    assert idnumber.check_digit("11010519491231002") == "X"
    assert idnumber.check_digit("44052418800101001") == "4"


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (f'="{GOOD}"', GOOD),
        (f"'{GOOD}", GOOD),
        (f"{GOOD[:6]} {GOOD[6:14]} {GOOD[14:]}", GOOD),
        (f"{GOOD[:6]}-{GOOD[6:14]}-{GOOD[14:]}", GOOD),
        ("\u200b" + GOOD + "\ufeff", GOOD),
        (GOOD[:6] + "\u00a0" + GOOD[6:], GOOD),
        ("".join(chr(ord(c) + 0xFEE0) for c in GOOD), GOOD),
        (WITH_X[:-1] + "x", WITH_X),
        (WITH_X[:-1] + "\u0425", WITH_X),
        (WITH_X[:-1] + "\u0445", WITH_X),
        (WITH_X[:-1] + "\uff38", WITH_X),
        (WITH_X[:-1] + "×", WITH_X),
    ],
)
def test_what_keyboards_and_sheets_do_is_mended_with_a_notice(raw: str, value: str) -> None:
    reading = read_id_number(raw, today=TODAY)
    assert reading.value == value
    assert not reading.problems
    assert [n.severity for n in reading.notices] == [Severity.HINT]


@pytest.mark.parametrize(
    "raw",
    [
        float(GOOD),
        int(GOOD),
        530627198801019000,
        "530627198801019000",
        "5.30627E+17",
        "5.30627198801019E+17",
    ],
)
def test_a_number_rounded_by_a_spreadsheet_is_refused(raw: object) -> None:
    reading = read_id_number(raw, today=TODAY)
    assert reading.value is None
    assert [p.message for p in reading.problems] == [IdMessage.ID_ROUNDED]
    assert reading.problems[0].severity is Severity.BLOCK


@pytest.mark.parametrize(
    ("raw", "messages"),
    [
        (GOOD[:-1] + "0", [IdMessage.ID_CHECK_DIGIT]),
        (GOOD[:-1], [IdMessage.ID_LENGTH]),
        (GOOD[:5] + "O" + GOOD[6:], [IdMessage.ID_CHARACTERS]),
        ("X" + GOOD[1:], [IdMessage.ID_CHARACTERS]),
        ("530627198813019996", [IdMessage.ID_DATE, IdMessage.ID_CHECK_DIGIT]),
        ("530627880230999", [IdMessage.ID_DATE_FIRST]),
        ("张三", [IdMessage.ID_LENGTH]),
    ],
)
def test_a_wrong_number_is_kept_and_says_what_to_do(raw: str, messages: list[IdMessage]) -> None:
    reading = read_id_number(raw, today=TODAY)
    assert [p.message for p in reading.problems] == messages
    assert reading.value == raw
    assert all(p.severity is Severity.BLOCK for p in reading.problems)


def test_the_wrong_check_digit_names_the_right_one() -> None:
    reading = read_id_number(WITH_X[:-1] + "1", today=TODAY)
    assert reading.problems[0].text == "公民身份号码第18位应为 X,请核对原件"


def test_nobody_is_born_in_the_future() -> None:
    number = "53062720270101999"
    number += idnumber.check_digit(number)
    assert [p.message for p in read_id_number(number, today=TODAY).problems] == [
        IdMessage.ID_FUTURE
    ]
    assert not read_id_number(number, today="2027-01-01").problems


def test_an_abolished_county_is_known_and_an_unknown_one_warns() -> None:
    old = "11010319500101999"  # 崇文区, abolished 2010
    assert not read_id_number(old + idnumber.check_digit(old), today=TODAY).problems
    unknown = "53999919500101999"
    reading = read_id_number(unknown + idnumber.check_digit(unknown), today=TODAY)
    assert [(p.message, p.severity) for p in reading.problems] == [
        (IdMessage.ID_COUNTY, Severity.WARN)
    ]
    county = idnumber.county_of("110103")
    assert county is not None
    assert not county.current


def test_a_first_generation_number_names_its_successor() -> None:
    reading = read_id_number("530627880101999", today=TODAY)
    assert reading[:5] == ("530627880101999", "02", "1988-01-01", "1", "530627")
    assert [n.message for n in reading.notices] == [IdMessage.ID_OLD]
    assert read_id_number(530627880101999.0, today=TODAY).value == "530627880101999"


def _checked(first17: str) -> str:
    return first17 + idnumber.check_digit(first17)


@pytest.mark.parametrize(
    ("number", "kind", "born"),
    [
        (_checked("81000019900101999"), "03", "1990-01-01"),
        (_checked("82000019900101999"), "03", "1990-01-01"),
        (_checked("83000019900101999"), "04", "1990-01-01"),
        (FOREIGN, "05", "1988-01-01"),
        ("USA110088010199", "05", None),
        ("USA110088010199" + "1", None, None),
        ("FRA310088010112", "05", None),
        (GOOD + "43", "06", "1988-01-01"),
        (GOOD + "43B1", "06", "1988-01-01"),
        ("T530000001", "07", None),
        ("LS2026000001", "09", None),
    ],
)
def test_the_kind_is_told_from_the_number(number: str, kind: str | None, born: str | None) -> None:
    reading = read_id_number(number, today=TODAY)
    if kind is None:
        assert reading.problems
    else:
        assert (reading.kind, reading.birth_date, reading.problems) == (kind, born, ())


@pytest.mark.parametrize(
    ("number", "kind", "message"),
    [
        (GOOD + "83", "06", IdMessage.ID_DISABILITY_KIND),
        (GOOD, "06", IdMessage.ID_LENGTH),
        (GOOD + "43", "01", IdMessage.ID_LENGTH),
        (GOOD, "03", IdMessage.ID_KIND),
        (GOOD, "05", IdMessage.ID_KIND),
        ("12345", "05", IdMessage.ID_KIND),
        ("T53", "07", IdMessage.ID_LENGTH),
        ("1234567890", "07", IdMessage.ID_KIND),
    ],
)
def test_a_number_must_fit_its_document(number: str, kind: str, message: IdMessage) -> None:
    assert message in [p.message for p in read_id_number(number, kind, TODAY).problems]


@pytest.mark.parametrize("raw", [None, "", "  ", float("nan"), True])
def test_nothing_is_nothing(raw: object) -> None:
    assert read_id_number(raw, today=TODAY) == idnumber.IdReading(None)


def test_all_forms_of_one_persons_number_meet() -> None:
    forms = (GOOD, GOOD + "43", GOOD + "43B1", "530627880101999")
    assert {same_person_key(f) for f in forms} == {GOOD}
    assert same_person_key("LS0001") == "LS0001"


def test_the_masked_number_hides_the_birth_date() -> None:
    assert idnumber.mask(GOOD) == "530627********9995"
    assert idnumber.mask("T53000") == "T*****"


def test_a_good_number_costs_less_than_the_import_allows() -> None:
    read_id_number(GOOD, today=TODAY)
    best = 1.0
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(2000):
            read_id_number(GOOD, None, TODAY)
        best = min(best, (time.perf_counter() - start) / 2000)
    assert best < 8e-6
