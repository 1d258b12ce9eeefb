"""A newer edition of the divisions: what is certain, what a person must confirm."""

import csv
from pathlib import Path

import pytest

from laborclerk.catalog.divisions import (
    DivisionRow,
    EditionChange,
    Level,
    compare_editions,
    level_of,
    pad,
    parent_of,
    read_divisions_file,
)
from laborclerk.catalog.editions import DivisionMessage
from laborclerk.kernel.errors import Common, EnvironmentFault, Rejected

DATA = Path(__file__).parents[2] / "data" / "divisions"


def row(code: str, name: str) -> DivisionRow:
    code = pad(code)
    return DivisionRow(code, name, level_of(code), parent_of(code))


def test_of_the_real_changes_274_are_certain_renames_and_nothing_is_lost() -> None:
    with (DATA / "division_changes_2016_2023.csv").open(encoding="utf-8", newline="") as lines:
        changes = list(csv.DictReader(lines))
    assert len(changes) == 2427
    old = [row(r["old_code"], r["old_name"]) for r in changes if r["old_code"]]
    new = [row(r["new_code"], r["new_name"]) for r in changes if r["new_code"]]
    change = compare_editions(old, new)
    assert len(change.renamed) == 274
    certain = {r["old_code"] for r in changes if r["change"] == "renamed"}
    assert {before.code for before, _ in change.renamed} == certain
    assert len(change.removed) + len(change.recoded) + len(change.uncertain) == 863
    assert len(change.added) + len(change.recoded) == 1290
    assert len({r.new.code for r in change.recoded}) == len(change.recoded)


def test_a_recoded_township_takes_its_villages_with_it() -> None:
    old = [row("530627201", "甲乡"), row("530627201201", "上村民委员会")]
    new = [row("530627101", "甲镇"), row("530627101201", "上村民委员会")]
    change = compare_editions(old, new)
    assert [(r.old.name, r.new.name) for r in change.recoded] == [
        ("甲乡", "甲镇"),
        ("上村民委员会", "上村民委员会"),
    ]
    assert not change.removed
    assert not change.added


def test_a_village_that_became_a_community_is_proposed() -> None:
    change = compare_editions(
        [row("530627114205", "黑塘村民委员会")], [row("530627114005", "黑塘社区居民委员会")]
    )
    assert change.recoded[0].new.code == "530627114005"
    assert "村改社区" in change.recoded[0].reason


def test_a_name_that_turns_up_twice_is_asked() -> None:
    change = compare_editions(
        [row("530627103210", "银厂村民委员会")],
        [row("530627105211", "银厂村民委员会"), row("530627119203", "银厂村民委员会")],
    )
    assert not change.recoded
    assert len(change.uncertain[0].candidates) == 2
    assert len(change.added) == 2


def test_the_same_edition_changes_nothing() -> None:
    edition = read_divisions_file(DATA / "villages_zhenxiong_530627.csv")
    change = compare_editions(edition, edition)
    assert change.same == edition
    assert change == EditionChange(same=edition)


def test_a_file_with_columns_for_each_level_gives_every_level() -> None:
    edition = read_divisions_file(DATA / "villages_anding_621102.csv")
    count = {level: sum(r.level is level for r in edition) for level in Level}
    assert list(count.values()) == [1, 1, 1, 22, 335]
    assert edition[3] == ("621102001000", "中华路街道", Level.TOWNSHIP, "621102000000")


def test_a_plain_list_in_gb18030_with_a_title_above_is_read(tmp_path: Path) -> None:
    file = tmp_path / "区划.csv"
    text = '某县区划,\n代码,名称\n="530627001000",乌峰街道\n530627001201,上街村\n\n'
    file.write_bytes(text.encode("gb18030"))
    assert [(r.code, r.level) for r in read_divisions_file(file)] == [
        ("530627001000", Level.TOWNSHIP),
        ("530627001201", Level.VILLAGE),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("甲,乙\n1,2\n", DivisionMessage.DIVISION_NO_COLUMNS),
        ("代码,名称\n5.30627E+11,上街村\n", DivisionMessage.DIVISION_BAD_CODE),
        ("代码,名称\n530627001201,\n", DivisionMessage.DIVISION_NO_NAME),
        ("代码,名称\n530627001201,甲\n530627001201,乙\n", DivisionMessage.DIVISION_TWICE),
    ],
)
def test_a_wrong_file_is_refused_with_its_rows(
    tmp_path: Path, text: str, message: DivisionMessage
) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Rejected) as caught:
        read_divisions_file(file)
    assert [p.message for p in caught.value.problems] == [message]


def test_a_workbook_is_not_taken_for_a_text_table(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_bytes(b"PK\x03\x04\0\0\xff\xff")
    with pytest.raises(Rejected) as caught:
        read_divisions_file(file)
    assert caught.value.problems[0].message is Common.UNREADABLE_FILE


def test_a_missing_file_is_the_environments_fault(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        read_divisions_file(tmp_path / "none.csv")
