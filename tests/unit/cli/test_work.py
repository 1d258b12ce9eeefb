"""The work register from the command line: the same as in the window, for scripts."""

from __future__ import annotations

from pathlib import Path

from tests.unit.cli.conftest import Laborclerk

SPELL = ("place=福建省福州市", "employer_name=福州某厂", "start=2026-03-01", "income=5000",
         "industry=C", "channel=自发", "point_to_point=否", "trade=6-18")  # fmt: skip


def test_a_spell_is_begun_checked_and_ended(practice: Laborclerk) -> None:
    listed = practice("work", "list", "willing", "--limit", "1").json
    person = listed["people"][0]["id"]
    made = practice("work", "add", person, *SPELL).json["record"]
    assert (made["scope"], made["organised"], made["income"]) == ("4", False, 5000)
    shown = practice("work", "show", person).json
    assert (shown["now"], len(shown["spells"])) == (made["id"], 1)
    assert practice("work", "check", person, "means=2", "found=3").status == 0
    lines = practice("work", "mismatches", "at-home").json["lines"]
    assert person in [line["person"] for line in lines]
    assert practice("work", "end", made["id"], "--on", "2026-01-01").codes == ["spell_ends_early"]
    ended = practice("work", "end", made["id"], "--on", "2026-11-10", "--reason", "返乡创业")
    assert ended.status == 0
    assert practice("work", "show", person).json["now"] is None
    assert practice("work", "add", person, "wage=3").codes == ["kind_unknown"]
    assert practice("undo").status == 0
    assert practice("work", "show", person).json["now"] == made["id"]


def test_lists_are_counted_filtered_exported_and_printed(
    practice: Laborclerk, tmp_path: Path
) -> None:
    counted = practice("work", "lists").json["lists"]
    whole = practice("work", "list", "young", "--limit", "1000").json
    assert whole["total"] == counted["young"] == len(whole["people"])
    some = practice("work", "list", "young", "--age", "18-20", "--sex", "女").json
    assert {p["sex"] for p in some["people"]} == {"女"}
    assert some["total"] == sum(p["sex"] == "女" and 18 <= p["age"] <= 20 for p in whole["people"])
    for name in ("名单.xlsx", "名单.pdf"):
        assert practice("work", "list", "away", "--out", tmp_path / name).status == 0
        assert (tmp_path / name).stat().st_size > 1000
    for kind in ("work-ledger", "work-list", "work-mismatches", "work-updates"):
        assert practice("print", kind, tmp_path / "p.pdf").json["pages"] >= 1


def test_the_ledger_goes_out_and_in_again_and_the_forms_are_taken_in(
    practice: Laborclerk, tmp_path: Path
) -> None:
    out = tmp_path / "台账.xlsx"
    rows = practice("export", "work", out).json["rows"]
    again = practice("import", "work", out).json
    assert (again["read"], again["unchanged"]) == (rows, rows)
    missing = practice("work", "mismatches").json["kinds"]["form-only"]
    assert practice("work", "adopt").json["made"] == missing > 0
    assert practice("work", "mismatches").json["kinds"]["form-only"] == 0


def test_the_monthly_round_lists_who_has_not_reported(practice: Laborclerk) -> None:
    before = practice("work", "updates", "--month", "2026-10", "--missing").json
    group = before["groups"][0]["place"]
    told = practice("work", "update", group, "--month", "2026-10", "away=3", "left=0")
    assert told.status == 0
    after = practice("work", "updates", "--month", "2026-10").json
    assert after["missing"] == before["missing"] - 1
    line = next(g for g in after["groups"] if g["place"] == group)
    assert (line["away"], line["reported"]) == (3, True)
