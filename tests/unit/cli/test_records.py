"""find, show, set, history, undo, redo, transfer on the practice township."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.cli.conftest import Laborclerk


def anybody(practice: Laborclerk, text: str = "王", **facts: Any) -> dict[str, Any]:
    """A person found by `text` whose record has the facts given (True: filled)."""
    for found in practice("find", text, "--limit", 200).json["people"]:
        record: dict[str, Any] = practice("show", found["id"]).json["record"]
        if all((record[k] is not None) if v is True else record[k] == v for k, v in facts.items()):
            return record
    raise AssertionError(facts)


def test_found_people_can_be_shown_by_their_id(practice: Laborclerk) -> None:
    body = practice("find", "王", "--limit", 3).json
    assert len(body["people"]) == 3
    assert body["total"] > 3
    person = body["people"][0]
    assert {"id", "name", "id_number", "household", "place"} <= set(person)
    record = practice("show", person["id"]).json["record"]
    assert (record["type"], record["name"], record["id_number"]) == (
        "person", person["name"], person["id_number"],
    )  # fmt: skip
    assert record["household"] == person["household"]
    assert record["shown"]["sex"] in ("男", "女")


def test_a_household_is_shown_with_its_members(practice: Laborclerk) -> None:
    person = practice("find", "王", "--limit", 1).json["people"][0]
    record = practice("show", person["household"]).json["record"]
    assert (record["type"], record["number"]) == ("household", person["household_number"])
    assert person["id"] in [m["id"] for m in record["members"]]
    village = person["place"][:12]
    again = practice("show", f"{village} 户{person['household_number']}").json["record"]
    assert again["id"] == record["id"]
    assert again["place"] == person["place"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("王", "record_ambiguous"), ("没有这个人", "record_unknown"), ("户9999", "record_unknown")],
)
def test_a_name_that_fits_none_or_several_is_refused(
    practice: Laborclerk, text: str, code: str
) -> None:
    done = practice("show", text)
    assert (done.status, done.codes) == (1, [code])


def test_a_whole_id_number_names_one_person(practice: Laborclerk) -> None:
    person = practice("find", "王", "--limit", 1).json["people"][0]
    assert practice("show", person["id_number"]).json["record"]["id"] == person["id"]


@pytest.mark.parametrize(
    ("text", "stored", "shown"),
    [
        ("phone=13800000000", "13800000000", "13800000000"),
        ("phone=138 0000 0000", "13800000000", "13800000000"),
        ("skill=焊工", "焊工", "焊工"),
        ("skill=", None, None),
        ("marital_status=10", "10", "未婚"),
        ("marital_status=未婚", "10", "未婚"),
        ("note=说明=两个等号", "说明=两个等号", "说明=两个等号"),
    ],
)
def test_a_value_is_read_as_on_the_form(
    practice: Laborclerk, text: str, stored: str | None, shown: str | None
) -> None:
    person = anybody(practice)
    practice("set", person["id"], "skill=泥工")
    done = practice("set", person["id"], text).json
    key = text.partition("=")[0]
    assert done["record"][key] == stored
    assert done["record"]["shown"].get(key) == shown
    assert done["changed"] == ([key] if person[key] != stored or key == "skill" else [])
    assert practice("show", person["id"]).json["record"] == done["record"]


def test_every_raw_value_can_be_given_back(practice: Laborclerk) -> None:
    person = anybody(practice, employment_status=True)
    kept = {"id", "type", "shown", "household", "deleted", "name"}
    texts = [
        f"{key}={'是' if value is True else '否' if value is False else value}"
        for key, value in person.items()
        if key not in kept and value is not None
    ]
    assert practice("set", person["id"], *texts).json["changed"] == []


def test_numbers_with_places_are_given_in_shown_units(practice: Laborclerk) -> None:
    home = anybody(practice)["household"]
    record = practice("set", home, "farmland=3.5").json["record"]
    assert (record["farmland"], record["shown"]["farmland"]) == (3.5, "3.50亩")
    assert practice("set", home, "farmland=3.5").json["changed"] == []


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (["nonsense=1"], ["field_unknown"]),
        (["household=1"], ["field_not_set_here"]),
        (["deleted=1"], ["field_not_set_here"]),
        (["monthly_income=很多"], None),
        (["id_number=530627199001010000"], None),
        (["sex=9999", "phone=1"], None),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    practice: Laborclerk, texts: list[str], codes: list[str] | None
) -> None:
    person = anybody(practice)
    done = practice("set", person["id"], "skill=焊工", *texts)
    assert done.status == 1
    assert codes is None or done.codes == codes
    assert {p["where"] is None or p["where"]["field"] for p in done.json["problems"]}
    assert practice("show", person["id"]).json["record"] == person


def test_what_the_checks_find_is_told_and_kept(practice: Laborclerk) -> None:
    person = anybody(practice, work_ability=True, employment_status=True, monthly_income=True)
    done = practice("set", person["id"], "monthly_income=")
    assert done.status == 0
    assert done.json["changed"] == ["monthly_income"]
    (where,) = {tuple(sorted(p["where"].items())) for p in done.json["problems"]} or {()}
    assert done.json["problems"][0]["severity"] == "warn"
    assert ("record_id", person["id"]) in where


def test_history_tells_who_changed_what(practice: Laborclerk) -> None:
    person = anybody(practice)
    practice("set", person["id"], "skill=焊工", "phone=13800000000")
    entries = practice("history", person["id"]).json["entries"]
    assert [e["kind"] for e in entries[:1] + entries[-1:]] == ["create", "change"]
    assert entries[0]["changes"]["name"] == [None, person["name"]]
    last = entries[-1]
    assert last["clerk"] == "练习员"
    assert last["changes"]["skill"] == [person["skill"], "焊工"]


def test_undo_and_redo_walk_the_clerks_own_steps(practice: Laborclerk) -> None:
    person = anybody(practice)
    practice("set", person["id"], "skill=焊工")
    changed = practice("show", person["id"]).json["record"]
    assert practice("undo").json["undone"] == [{"type": "person", "id": person["id"]}]
    assert practice("show", person["id"]).json["record"] == person
    assert practice("redo").status == 0
    assert practice("show", person["id"]).json["record"] == changed
    assert practice("redo").codes == ["nothing_to_redo"]


def test_one_entry_is_taken_back_and_not_what_came_after(practice: Laborclerk) -> None:
    person = anybody(practice)
    practice("set", person["id"], "skill=焊工")
    entry = practice("history", person["id"]).json["entries"][-1]["entry"]
    practice("set", person["id"], "phone=13800000000")
    assert practice("undo", entry).status == 0
    record = practice("show", person["id"]).json["record"]
    assert (record["skill"], record["phone"]) == (person["skill"], "13800000000")
    practice("set", person["id"], "skill=泥工")
    later = practice("history", person["id"]).json["entries"][-1]["entry"]
    practice("set", person["id"], "skill=木工")
    assert practice("undo", later).codes == ["undo_superseded"]
    assert practice("undo", "999999").codes == ["no_such_entry"]
    assert practice("undo", "x").codes == ["no_such_entry"]


def test_a_household_moves_with_its_members(practice: Laborclerk) -> None:
    person = anybody(practice)
    done = practice("transfer", person["household"], "530627001002001")
    assert done.status == 0
    home = practice("show", person["household"]).json["record"]
    assert home["place"] == done.json["place"] == "530627001002001"
    assert home["number"] == done.json["number"]
    moved = practice("show", person["id"]).json["record"]
    assert {k: v for k, v in moved.items() if k != "shown"} == {
        k: v for k, v in person.items() if k != "shown"
    }
    assert practice("check").json["findings"] == []


def test_a_person_moves_into_a_household_of_her_own(practice: Laborclerk) -> None:
    person = anybody(practice)
    done = practice("transfer", person["id"], "530627001002001")
    home = practice("show", done.json["household"]).json["record"]
    assert [m["id"] for m in home["members"]] == [person["id"]]
    assert home["members"][0]["relation"] == "户主"
    assert practice("check").json["findings"] == []


def test_a_person_joins_a_household(practice: Laborclerk) -> None:
    person = anybody(practice)
    other = next(
        p for p in practice("find", "王", "--limit", 200).json["people"]
        if p["household"] != person["household"] and len(p["place"]) == 15
    )  # fmt: skip
    argv = ("transfer", person["id"], other["place"], "--household", other["household_number"])
    done = practice(*argv)
    assert done.status == 0, done.out
    assert practice("show", person["id"]).json["record"]["household"] == other["household"]
    assert "transfer_relation" in done.codes


def test_nobody_moves_to_a_township(practice: Laborclerk) -> None:
    person = anybody(practice)
    assert practice("transfer", person["id"], "530627001").codes == ["transfer_no_group"]
    assert practice("transfer", person["id"], "银厂").codes == ["no_such_place"]
