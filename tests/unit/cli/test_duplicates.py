"""duplicates list, merge, separate, undo on the practice township."""

from __future__ import annotations

from typing import Any

from tests.unit.cli.conftest import Laborclerk


def pairs(practice: Laborclerk, *argv: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = practice("duplicates", "list", *argv).json["duplicates"]
    return found


def record(practice: Laborclerk, person: str) -> dict[str, Any]:
    found: dict[str, Any] = practice("show", person).json["record"]
    return found


def test_the_list_is_sorted_by_score_and_says_why(practice: Laborclerk) -> None:
    found = pairs(practice)
    scores = [p["score"] for p in found]
    assert scores == sorted(scores, reverse=True)
    assert [p["reason"] for p in found if p["certain"]] == ["same_id"] * 5
    assert {"id", "persons", "reason", "score"} <= set(found[0])
    assert len(found[0]["persons"]) == 2
    numbers_close = [p for p in found if "numbers_close" in p["reasons"]]
    assert len(numbers_close) == 2
    assert all(p["score"] < 60 for p in numbers_close)


def test_a_place_narrows_the_list(practice: Laborclerk) -> None:
    first = pairs(practice)[0]
    village = first["sides"][0]["place"][:12]
    assert first["id"] in [p["id"] for p in pairs(practice, "--place", village)]
    assert len(pairs(practice, "--limit", "2")) == 2


def test_one_person_is_merged_and_taken_back(practice: Laborclerk) -> None:
    first = pairs(practice)[0]
    a, b = first["persons"]
    done = practice("duplicates", "merge", a, b, "--keep", b)
    assert (done.status, done.json["kept"], done.json["id"]) == (0, b, first["id"])
    assert record(practice, a)["deleted"] == "3"
    assert first["id"] not in [p["id"] for p in pairs(practice)]
    entries = practice("history", b).json["entries"]
    assert entries[-1]["use_case"] == "duplicates.merge"
    assert practice("set", b, "note=合并后").status == 0
    undone = practice("duplicates", "undo", first["id"])
    assert (undone.status, undone.json["verdict"]) == (0, "same")
    assert record(practice, a)["deleted"] is None
    assert record(practice, b)["note"] == "合并后"
    assert first["id"] in [p["id"] for p in pairs(practice)]
    assert practice("duplicates", "undo", first["id"]).codes == ["duplicate_undecided"]
    assert practice("check").json["findings"] == []


def test_a_field_is_taken_from_the_one_that_is_named(practice: Laborclerk) -> None:
    a, b = pairs(practice)[0]["persons"]
    assert practice("set", b, "phone=15400009999").status == 0
    done = practice("duplicates", "merge", a, b, "--take", "phone=2")
    assert done.json["record"]["phone"] == "15400009999"
    assert practice("duplicates", "merge", a, b, "--take", "phone=x").status == 2


def test_two_people_are_remembered(practice: Laborclerk) -> None:
    first = pairs(practice)[-1]
    done = practice("duplicates", "separate", *first["persons"], "--reason", "电话核实")
    assert done.json["id"] == first["id"]
    assert first["id"] not in [p["id"] for p in pairs(practice)]
    (decided,) = practice("duplicates", "list", "--decided").json["decisions"]
    assert (decided["verdict"], decided["reason"]) == ("different", "电话核实")
    assert practice("duplicates", "undo", first["id"]).status == 0
    assert first["id"] in [p["id"] for p in pairs(practice)]


def test_what_cannot_be_decided_is_refused(practice: Laborclerk) -> None:
    a, b = pairs(practice)[0]["persons"]
    assert practice("duplicates", "merge", a, a).codes == ["duplicate_itself"]
    assert practice("duplicates", "merge", a, "没有这个人").codes == ["record_unknown"]
    assert practice("duplicates", "undo", "nonsense").codes == ["duplicate_undecided"]
    assert practice("duplicates", "merge", a, b).status == 0
    assert practice("duplicates", "separate", a, b).codes == ["duplicate_gone"]


def test_the_list_is_read_by_people_too(practice: Laborclerk, laborclerk: Laborclerk) -> None:
    shown = laborclerk("duplicates", "list")
    assert shown.status == 0
    assert "证件号码相同" in shown.out
