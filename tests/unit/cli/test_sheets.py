"""import, template, export: what is said of rows taken and refused."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

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
