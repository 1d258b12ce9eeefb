"""import, template, export: what is said of rows taken and refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from tests.unit.cli.conftest import Laborclerk

HEAD = ("村", "组", "户编号", "与户主关系", "姓名", "证件号码")
ZHOU = ("上街村", "1组", "0001", "户主", "周一", "530627199001019967")
LI = ("上街村", "1组", "0001", "配偶", "李二", "530627199203039982")
NOWHERE = ("没有村", "1组", "0002", "户主", "王三", "530627198505059976")


def sheet(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return path


def test_an_import_counts_and_the_same_sheet_again_changes_nothing(
    station: Laborclerk, tmp_path: Path
) -> None:
    file = sheet(tmp_path / "a.csv", ZHOU, LI)
    tried = station("import", "census", file, "--dry-run").json
    assert (tried["read"], tried["created"], tried["dry_run"]) == (2, 2, True)
    assert station("find", "周一").json["total"] == 0
    done = station("import", "census", file)
    counts = {k: done.json[k] for k in ("read", "created", "updated", "unchanged", "refused")}
    assert done.status == 0
    assert counts == {"read": 2, "created": 2, "updated": 0, "unchanged": 0, "refused": 0}
    again = station("import", "census", file)
    assert again.status == 0
    assert (again.json["unchanged"], again.json["created"]) == (2, 0)
    assert station("show", "周一").json["record"]["relation"] == "02"


def test_refused_rows_are_said_with_status_1_and_come_back_in_a_file(
    station: Laborclerk, tmp_path: Path
) -> None:
    file = sheet(tmp_path / "a.csv", ZHOU, LI, NOWHERE)
    done = station("import", "census", file, "--rejects", tmp_path / "r.xlsx")
    assert done.status == 1
    assert (done.json["created"], done.json["refused"]) == (2, 1)
    assert (tmp_path / "r.xlsx").exists()
    refused = [p for p in done.json["problems"] if p["severity"] == "block"]
    assert refused[0]["where"]["row"] == 4


def test_an_import_says_in_chinese_what_was_not_done(
    station: Laborclerk, laborclerk: Laborclerk, tmp_path: Path
) -> None:
    done = laborclerk("import", "census", sheet(tmp_path / "a.csv", ZHOU, NOWHERE))
    assert "读了2行" in done.out
    assert "没有导入1行" in done.out
    assert "第3行" in done.err


@pytest.mark.parametrize(
    ("argv", "status"),
    [
        (["import", "census", "none.xlsx"], 3),
        (["import", "nonsense", "a.csv"], 2),
        (["import", "census", "{here}/a.csv", "--map", "name"], 2),
        (["import", "census", "{here}/a.csv", "--map", "name=没有这一列"], 1),
        (["import", "census", "{here}/a.csv", "--map", "nonsense=姓名"], 1),
        (["import", "census", "{here}/a.csv", "--under", "没有村"], 1),
    ],
)
def test_what_cannot_be_imported_says_why(
    station: Laborclerk, tmp_path: Path, argv: list[str], status: int
) -> None:
    sheet(tmp_path / "a.csv", ZHOU)
    done = station(*(a.format(here=tmp_path) for a in argv))
    assert done.status == status
    assert done.json["problems"]
    assert station("find", "周一").json["total"] == 0


def test_columns_may_be_named_by_hand(station: Laborclerk, tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("谁", *HEAD[:4], HEAD[5]), ("周一", *ZHOU[:4], ZHOU[5])])
    argv = ("import", "census", tmp_path / "a.csv", "--map", "name=谁")
    assert station(*argv).json["created"] == 1
    assert station("find", "周一").json["total"] == 1


@pytest.mark.parametrize("kind", ["census", "frame", "places"])
def test_a_template_names_its_columns_and_needs_no_login(
    laborclerk: Laborclerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.delenv("LABORCLERK_PASSWORD")
    body = laborclerk("--json", "template", kind, tmp_path / "t.xlsx").json
    assert list(body["fields"]) == body["columns"]
    assert (
        CalamineWorkbook.from_path(tmp_path / "t.xlsx").get_sheet_by_index(0).to_python()[0]
        == (body["columns"])
    )
    if kind == "census":
        assert body["fields"]["姓名"] == "name"
        assert set(body["fields"].values()) >= {"id_number", "monthly_income", "number", "kind"}


def test_exported_people_import_as_unchanged(station: Laborclerk, tmp_path: Path) -> None:
    station("import", "census", sheet(tmp_path / "a.csv", ZHOU, LI))
    assert station("export", "census", tmp_path / "b.xlsx").json["rows"] == 2
    back = station("import", "census", tmp_path / "b.xlsx")
    assert (back.status, back.json["read"], back.json["unchanged"]) == (0, 2, 2)


@pytest.mark.parametrize("kind", ["frame", "places"])
def test_what_is_exported_imports_as_unchanged(
    practice: Laborclerk, tmp_path: Path, kind: str
) -> None:
    out = practice("export", kind, tmp_path / "a.xlsx").json
    assert out["rows"] > 5
    back = practice("import", kind, tmp_path / "a.xlsx")
    assert back.status == 0, back.out
    counts = [back.json[k] for k in ("read", "unchanged", "created", "updated", "refused")]
    assert counts == [out["rows"], out["rows"], 0, 0, 0]


def test_an_export_of_nothing_is_refused(station: Laborclerk, tmp_path: Path) -> None:
    done = station("export", "census", tmp_path / "b.xlsx")
    assert (done.status, done.codes) == (1, ["sheet_no_rows"])
    assert not (tmp_path / "b.xlsx").exists()


def test_an_export_of_one_village_holds_only_that(practice: Laborclerk, tmp_path: Path) -> None:
    whole = practice("export", "census", tmp_path / "a.xlsx").json["rows"]
    one = practice("export", "census", tmp_path / "b.xlsx", "--place", "530627001001").json["rows"]
    assert 0 < one < whole


def test_an_export_with_a_password_opens_only_with_it(practice: Laborclerk, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("表格密码1", "utf-8")
    locked = ("--sheet-password-file", tmp_path / "secret")
    done = practice("export", "frame", tmp_path / "a.xlsx", *locked).json
    assert done["encrypted"] is True
    assert practice("import", "frame", tmp_path / "a.xlsx").codes == ["sheet_encrypted"]
    assert practice("import", "frame", tmp_path / "a.xlsx", *locked).status == 0


def test_a_frame_is_compared_with_the_one_before(practice: Laborclerk, tmp_path: Path) -> None:
    practice("export", "frame", tmp_path / "a.xlsx")
    sheet_ = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_index(0).to_python()
    head, rows = sheet_[0], sheet_[1:]
    number = head.index("户编号")
    rows[0][number] = "9999"
    with (tmp_path / "b.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    done = practice("import", "frame", tmp_path / "b.csv", "--on", "2026-12-01")
    compared = done.json["comparison"]
    assert len(compared["new"]) + len(compared["changed"]) > 0


def test_a_newer_edition_of_the_divisions_waits_for_confirmation(
    practice: Laborclerk, tmp_path: Path
) -> None:
    old, new = "530627001201", "530627001009"
    places = practice("coverage").json["rows"]
    rows = [
        (new if r["code"] == old else r["code"], r["name"])
        for r in places
        if r["level"] in ("township", "village")
    ]
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("区划代码", "名称"), *rows])
    before = next(r for r in places if r["code"] == old)["households"]
    done = practice("import", "places", tmp_path / "a.csv").json
    assert [(r["old"], r["new"]) for r in done["recodings"]] == [(old, new)]
    argv = ("import", "places", tmp_path / "a.csv", "--confirm", f"{old}={new}")
    assert practice(*argv).status == 0
    after = {r["code"]: r for r in practice("coverage").json["rows"]}
    assert after[new]["households"] == before
    assert old not in after
    assert practice("check").json["findings"] == []
