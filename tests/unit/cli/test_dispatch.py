"""A batch from the command line: planned, printed, sent, confirmed, home again."""

from __future__ import annotations

from pathlib import Path

import pypdf


def _some(practice, count):
    found = practice("find", "13").json["people"]
    return [p["id"] for p in found if p["phone"] and p["birth_date"] < "2000"][:count]


def test_a_batch_goes_and_comes_home(practice, tmp_path: Path):
    made = practice(
        "batch", "new", "name=赴福州首批", "destination=福州", "departs=2026-11-20",
        "employer_name=福州某厂", "job=焊工", "arrives=2026-11-22",
    ).json["batch"]  # fmt: skip
    assert made["number"] == "530627001-2026-002"
    assert made["destination"] == "350100000000"
    number = made["number"]
    people = _some(practice, 4)
    added = practice("batch", "add", number, *people, "--with", "wage=6500").json["added"]
    assert len(added) == 4
    again = practice("batch", "add", number, people[0])
    assert again.json["added"] == []
    assert again.codes == ["already_in"]
    pdf = tmp_path / "leader.pdf"
    assert practice("print", "roster", number, pdf).json["pages"] == 1
    assert "福州某厂" in pypdf.PdfReader(pdf).pages[0].extract_text()
    shown = practice("batch", "show", number).json["batch"]
    assert shown["edition"] == {"number": 1, "printed": True, "changes": ""}
    practice("batch", "absent", number, added[0], "--reason", "家里有事")
    assert practice("batch", "show", number).json["batch"]["edition"]["number"] == 2
    arrived = practice("batch", "arrive", number, "--all", "--on", "2026-11-22")
    assert len(arrived.json["arrived"]) == 3
    practice("batch", "repost", number, added[1], "after=打磨工", "--on", "2026-12-01")
    home = practice(
        "batch", "return", number, added[1], "--reason", "合同期满", "--on", "2027-01-20"
    )  # fmt: skip
    assert home.json["returned"] == [added[1]]
    lines = practice("batch", "list").json["batches"]
    line = next(b for b in lines if b["number"] == number)
    assert (line["people"], line["arrived"], line["absent"], line["returned"]) == (3, 3, 1, 1)
    refused = practice("batch", "arrive", number, added[1])
    assert refused.status == 1
    assert practice("check").json["findings"] == []


def test_rosters_go_out_as_sheets_and_in_the_other_direction(practice, tmp_path: Path):
    practice("batch", "new", "name=一批", "destination=福州", "departs=2026-11-20")
    practice("batch", "add", "一批", *_some(practice, 2))
    out = practice("batch", "export", "一批", tmp_path / "x.xlsx", "--list", "employer")
    assert out.json["rows"] == 2
    again = practice("batch", "import", "一批", tmp_path / "x.xlsx").json
    assert (again["read"], again["unchanged"], again["refused"]) == (2, 2, 0)
    practice("print", "roster", "一批", tmp_path / "p.pdf", "--list", "public", "--turned")
    box = pypdf.PdfReader(tmp_path / "p.pdf").pages[0].mediabox
    assert box.width > box.height


def test_a_handbook_is_printed_checked_and_logged(practice, tmp_path: Path):
    done = practice("print", "handbook", tmp_path / "h.pdf", "--destination", "福州")
    assert done.json["pages"] == 12
    assert done.codes == ["handbook_unchecked"]
    keys = [line["key"] for line in practice("handbook", "list").json["lines"]]
    assert "line-12333" in keys
    practice("handbook", "confirm", *keys, "--basis", "对照原文")
    assert practice("handbook", "list").json["lines"] == []
    assert practice("print", "handbook", tmp_path / "h.pdf", "--single").codes == []
    issued = practice("handbook", "issue", "copies=200", "receiver=杨某").json
    assert issued["copies"] == 73 + 200  # with those of the practice data
    assert 200 in [i["copies"] for i in practice("handbook", "issues").json["issues"]]


def test_a_campaign_shows_what_does_not_add_up(practice):
    practice(
        "campaign", "new", "name=明年摘棉", "kind=摘棉", "destination=新疆", "starts=2027-09-01"
    )  # fmt: skip
    told = practice(
        "campaign", "set", "明年摘棉", "told_people=2100", "told_income=257", "told_mean=1628"
    )
    assert told.codes == ["figures_differ"]
    found = practice("campaign", "list").json["campaigns"]
    line = next(c for c in found if c["name"] == "明年摘棉")
    assert (line["prepare_by"], line["mean"]) == ("2027-08-02", 1224)
