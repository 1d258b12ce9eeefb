"""Job seekers from the command line: the same as in the window, for scripts."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Laborclerk

WISH = ("wanted_jobs=焊工、保安", "wanted_place=福建省福州市", "expected_income=7000",
        "services=职业介绍")  # fmt: skip


def test_somebody_registers_and_is_closed(practice: Laborclerk) -> None:
    held = {p["id"] for p in practice("seeking", "list", "open", "--limit", "1000").json["people"]}
    everybody = practice("work", "list", "willing", "--limit", "1000").json["people"]
    person = next(p["id"] for p in everybody if p["id"] not in held)
    made = practice("seeking", "add", person, *WISH).json["record"]
    assert (made["wanted_jobs"], made["expected_income"]) == ("4-07,6-18", 7000)
    shown = practice("seeking", "show", person).json["seekings"]
    assert [(s["id"], s["state"]) for s in shown] == [(made["id"], "open")]
    assert practice("seeking", "set", made["id"], "expected_income=7500").status == 0
    assert practice("seeking", "close", made["id"]).codes == ["seeking_end_reason"]
    assert practice("seeking", "close", made["id"], "--reason", "已就业").status == 0
    assert practice("seeking", "show", person).json["seekings"][0]["state"] == "placed"
    assert practice("seeking", "add", person, "wage=3").codes == ["kind_unknown"]
    assert practice("undo").status == 0
    assert practice("seeking", "show", person).json["seekings"][0]["state"] == "open"


def test_lists_are_counted_exported_and_printed(practice: Laborclerk, tmp_path: Path) -> None:
    counted = practice("seeking", "lists").json["lists"]
    for kind, count in counted.items():
        assert practice("seeking", "list", kind, "--limit", "0").json["total"] == count > 0
    some = practice("seeking", "list", "open", "--trade", "焊工").json
    assert 0 < some["total"] < counted["open"]
    for name in ("名单.xlsx", "名单.pdf"):
        assert practice("seeking", "list", "open", "--out", tmp_path / name).status == 0
        assert (tmp_path / name).stat().st_size > 1000
    out = tmp_path / "p.pdf"
    person = some["people"][0]["id"]
    assert practice("print", "seeking-list", out, "--list", "expired").json["pages"] == 1
    assert practice("print", "seeking-form", out).json["pages"] == counted["open"]
    assert practice("print", "seeking-form", person, out).json["pages"] == 1
    assert practice("print", "seeking-form", out, "--blank", "--copies", "3").json["pages"] == 3


def test_the_sheet_goes_out_and_in_again(practice: Laborclerk, tmp_path: Path) -> None:
    out = tmp_path / "求职.xlsx"
    rows = practice("export", "seeking", out).json["rows"]
    again = practice("import", "seeking", out).json
    assert (again["read"], again["unchanged"]) == (rows, rows)
    assert "求职工种" in practice("template", "seeking", tmp_path / "空.xlsx").json["columns"]
