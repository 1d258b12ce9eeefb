"""The screen of sheets without a window: columns, trial, import, refused rows, export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from laborclerk.store.store import Store
from laborclerk.ui.picking import Pickable
from laborclerk.ui.screens.sheets.presenter import SheetsPresenter, Stage
from tests.unit.ui.stations import VILLAGE, add_household, opened

HEAD = ("村", "组", "户主姓名", "姓名", "与户主关系", "身份证号码", "年收入(万元)", "电话号")
GOOD = ("油榨街社区", "1组", "周测试", "周测试", "户主", "530627197912039994", "3.6", "15400001111")


class Screen:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def changed(self) -> None: ...

    def ask_password(self, text: str) -> None:
        self.asked.append(text)


@pytest.fixture
def presenter(store: Store) -> SheetsPresenter:
    return SheetsPresenter(opened(store), Screen())


def sheet(path: Path, rows: Sequence[Sequence[str]], head: Sequence[str] = HEAD) -> Path:
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["劳动力资源调查表"])
    page.append(list(head))
    for row in rows:
        page.append(list(row))
    book.save(path)
    return path


def targets(presenter: SheetsPresenter) -> dict[str, str]:
    assert presenter.columns is not None
    return {line.text: line.target for line in presenter.columns.lines}


def stage(presenter: SheetsPresenter) -> Stage:
    return presenter.stage


def test_columns_are_proposed_with_samples_and_what_was_found_how(
    presenter: SheetsPresenter, tmp_path: Path
) -> None:
    presenter.open(sheet(tmp_path / "a.xlsx", [GOOD]))
    assert stage(presenter) is Stage.COLUMNS
    assert presenter.columns is not None
    by_text = {line.text: line for line in presenter.columns.lines}
    assert (by_text["姓名"].target, by_text["姓名"].how) == ("name", "label")
    assert by_text["身份证号码"].samples == GOOD[5]
    assert "单位" in by_text["年收入(万元)"].doubt
    assert by_text["年收入(万元)"].target == ""


def test_a_column_set_by_hand_is_used_and_remembered(
    presenter: SheetsPresenter, tmp_path: Path, store: Store
) -> None:
    path = sheet(tmp_path / "a.xlsx", [GOOD])
    presenter.open(path)
    presenter.set_column(6, "monthly_income")
    presenter.try_()
    presenter.run()
    assert presenter.result is not None
    assert presenter.result.created == 1
    again = SheetsPresenter(opened(store), Screen())
    again.open(path)
    assert again.columns is not None
    income = next(line for line in again.columns.lines if line.target == "monthly_income")
    assert income.how == "remembered"


def test_a_field_given_to_another_column_leaves_the_first(
    presenter: SheetsPresenter, tmp_path: Path
) -> None:
    presenter.open(sheet(tmp_path / "a.xlsx", [GOOD]))
    presenter.set_column(2, "name")
    assert targets(presenter)["户主姓名"] == "name"
    assert targets(presenter)["姓名"] == ""
    assert presenter.columns is not None
    assert presenter.columns.mapping()["head_name"] == ""


def test_an_untouched_proposal_needs_no_mapping(presenter: SheetsPresenter, tmp_path: Path) -> None:
    presenter.open(sheet(tmp_path / "a.xlsx", [GOOD]))
    assert presenter.columns is not None
    assert presenter.columns.mapping() == {}


def test_fields_are_found_by_label_and_initials(presenter: SheetsPresenter, tmp_path: Path) -> None:
    presenter.open(sheet(tmp_path / "a.xlsx", [GOOD]))
    assert presenter.columns is not None
    choices: Pickable = presenter.columns.choices
    assert choices.search("lxdh")[0].value == "phone"
    assert choices.search("月收入")[0].value == "monthly_income"
    assert choices.search("")[0].label == "不导入"


def test_a_trial_writes_nothing_and_lists_what_would_change(
    presenter: SheetsPresenter, tmp_path: Path, store: Store
) -> None:
    add_household(store, "0001", "周测试")
    path = sheet(tmp_path / "a.xlsx", [GOOD])
    presenter.open(path)
    presenter.try_()
    assert stage(presenter) is Stage.TRIED
    assert dict(presenter.counts())["更改"] == 1
    assert any(line.what.endswith("证件号码") and line.after == GOOD[5]
               for line in presenter.changes())  # fmt: skip
    presenter.back()
    assert stage(presenter) is Stage.COLUMNS
    presenter.try_()
    assert dict(presenter.counts())["更改"] == 1


def test_changes_of_a_household_are_counted_though_its_row_is_a_new_person(
    presenter: SheetsPresenter, tmp_path: Path, store: Store
) -> None:
    add_household(store, "0001", "周测试")
    head = ("村", "组", "户编号", "户主姓名", "户主电话", "姓名", "与户主关系")
    row = ("油榨街社区", "1组", "0001", "周测试", "15400001111", "李测试", "配偶")
    presenter.open(sheet(tmp_path / "a.xlsx", [row], head))
    presenter.try_()
    counts = dict(presenter.counts())
    assert (counts["新增"], counts["更改"]) == (1, 0)
    assert presenter.changes()[0].what == "户 · 户联系电话"
    assert (counts["更改的户"], counts["更改的项"]) == (1, 2)
    presenter.run()
    assert presenter.work.ended is not None
    assert "已登记的 1 户有更改" in presenter.work.ended.text


def test_groups_are_still_to_be_made_in_a_trial_and_the_list_at_the_end_names_row_and_person(
    presenter: SheetsPresenter, tmp_path: Path
) -> None:
    first = (GOOD[0], "9组", *GOOD[2:5], "５30627197912039994", *GOOD[6:])
    for kind, row, head in (
        ("frame", ("油榨街社区", "8组", "1", "周测试"), ("村", "组", "户编号", "户主姓名")),
        ("census", first, HEAD),
    ):  # fmt: skip
        presenter.begin(kind)
        presenter.open(sheet(tmp_path / f"{kind}.xlsx", [row], head))
        presenter.try_()
        assert any(line.what.startswith("将新设1个组") for line in presenter.told())
        presenter.run()
        assert presenter.work.ended is not None
        lines = presenter.told()
        assert any(line.what.startswith("新设了1个组") for line in lines)
        # they stand in the list; the sentence only says where
        assert f"另有 {len(lines)} 条说明,见上面的“说明”" in presenter.work.ended.text
        assert not presenter.work.ended.lines
    assert any((line.row, line.who) == (3, "周测试") for line in lines), lines


def test_refused_rows_are_told_and_come_back_as_a_sheet(
    presenter: SheetsPresenter, tmp_path: Path
) -> None:
    bad = (*GOOD[:5], "530627197912039995", *GOOD[6:])
    presenter.open(sheet(tmp_path / "a.xlsx", [bad, (*GOOD[:3], "李测试", "配偶", "", "", "")]))
    presenter.try_()
    refused = presenter.refused()
    assert refused[0].row == 3
    assert refused[0].who == "周测试"
    assert "身份证号码" in refused[0].what
    out = tmp_path / presenter.rejects_name
    presenter.run(out)
    assert presenter.work.ended is not None
    assert not presenter.work.ended.whole
    assert str(out) in presenter.work.ended.text
    page = load_workbook(out).active
    assert page is not None
    assert page.cell(1, 1).value == "原因"


def test_a_clean_import_ends_in_one_sentence_and_again_changes_nothing(
    presenter: SheetsPresenter, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "a.xlsx", [GOOD])
    for expected in ("新增 1 行", "未变 1 行"):
        presenter.open(path)
        presenter.try_()
        presenter.run()
        assert presenter.work.ended is not None
        assert expected in presenter.work.ended.text
        assert presenter.work.ended.whole
        assert stage(presenter) is Stage.DONE
        presenter.leave()


def test_a_sheet_without_place_columns_is_about_a_village(
    presenter: SheetsPresenter, tmp_path: Path
) -> None:
    presenter.open(sheet(tmp_path / "a.xlsx", [GOOD[2:]], HEAD[2:]))
    assert presenter.columns is not None
    assert not presenter.columns.has_place
    presenter.under = VILLAGE
    presenter.try_()
    assert dict(presenter.counts())["新增"] == 1


def test_that_there_is_nothing_to_export_is_told_and_no_file_is_left(
    presenter: SheetsPresenter, tmp_path: Path
) -> None:
    out = tmp_path / "b.xlsx"
    presenter.export("census", out, None)
    assert presenter.work.ended is not None
    assert presenter.work.ended.text.startswith("没有可导出的内容,没有写文件")
    assert not presenter.work.ended.whole
    assert not out.exists()


def test_a_locked_sheet_asks_for_its_password(
    presenter: SheetsPresenter, tmp_path: Path, store: Store
) -> None:
    add_household(store, "0001", "周测试")
    out = tmp_path / "b.xlsx"
    presenter.export("census", out, None, "geheim-1")
    assert presenter.work.ended is not None
    assert "已加密码" in presenter.work.ended.text
    presenter.open(out)
    screen = presenter.view
    assert isinstance(screen, Screen)
    assert len(screen.asked) == 1
    presenter.open(out, password="wrong-1")
    assert len(screen.asked) == 2
    presenter.open(out, password="geheim-1")
    assert stage(presenter) is Stage.COLUMNS
    presenter.try_()
    assert dict(presenter.counts())["未变"] == 1


def test_a_frame_is_imported_under_its_name_and_compared(
    presenter: SheetsPresenter, tmp_path: Path
) -> None:
    head = ("村", "组", "户编号", "户主姓名", "人口数")
    first = [("油榨街社区", "1组", "1", "周测试", "3"), ("油榨街社区", "1组", "2", "李测试", "2")]
    second = [("油榨街社区", "1组", "1", "周测试", "4"), ("油榨街社区", "1组", "3", "王测试", "1")]
    presenter.begin("frame")
    for name, rows in (("底册2025", first), ("底册2026", second)):
        presenter.open(sheet(tmp_path / f"{name}.xlsx", rows, head))
        assert presenter.edition_name == name
        presenter.try_()
        if name == "底册2026":
            whats = [line.what for line in presenter.comparison()]
            assert "新的户" in whats
            assert "少了的户" in whats
            assert any("人口" in what for what in whats)
        presenter.run()
        assert presenter.work.ended is not None
        assert presenter.work.ended.whole, presenter.work.ended.text
        presenter.leave()


def test_an_empty_sheet_and_a_file_of_something_else_say_what_to_do(
    presenter: SheetsPresenter, tmp_path: Path
) -> None:
    path = tmp_path / "c.xlsx"
    path.write_bytes(b"\0\1\2")
    presenter.open(path)
    assert stage(presenter) is Stage.START
    assert presenter.work.ended is not None
    assert "xlsx" in presenter.work.ended.text


def test_a_template_imports_without_mapping(presenter: SheetsPresenter, tmp_path: Path) -> None:
    out = tmp_path / "空表.xlsx"
    presenter.template("census", out)
    assert presenter.work.ended is not None
    assert presenter.work.ended.whole
    book = load_workbook(out)
    book.active.append(["530627001001", "", "", "1组"])
    book.save(out)
    presenter.open(out)
    assert presenter.columns is not None
    assert all(line.target for line in presenter.columns.lines)
