"""Demand from the command line: a firm, a post, who fits and why, what they said, and a fair."""

from __future__ import annotations

from pathlib import Path


def test_a_post_is_filled_from_the_command_line(practice, tmp_path: Path):
    firm = practice(
        "employer", "add", "name=泉州某联鞋厂", "credit_code=91350100m000100y43", "contact=林某",
        "phone=15400000001",
    ).json["employer"]  # fmt: skip
    assert firm["credit_code"] == "91350100M000100Y43"
    wrong = practice("employer", "add", "name=某厂", "credit_code=91350100M000100Y44")
    assert (wrong.status, wrong.codes) == (1, ["credit_check"])
    made = practice(
        "post", "add", "泉州某联", "name=针车工", "occupation=6-05", "headcount=20", "pay_low=5200",
        "work_place=福建省泉州市", "other_terms=限女性",
    )  # fmt: skip
    assert {"post_sex_words", "post_no_insurance", "post_no_contract"} == set(made.codes)
    found = practice("match", "post", "泉州某联 针车工", "--limit", "3").json
    assert found["ranked"] > len(found["people"]) == 3
    points = [p["points"] for p in found["people"]]
    assert points == sorted(points, reverse=True)
    best = found["people"][0]
    assert sum(r["points"] for r in best["reasons"]) == best["points"]
    practice("offer", best["id"], "泉州某联", "--answer", "不去", "--reasons", "薪酬、饮食")
    after = practice("match", "post", "泉州某联", "--which", "refused").json["people"]
    assert [(p["id"], p["answer"]) for p in after] == [(best["id"], "2")]
    assert after[0]["points"] == best["points"] - 50
    posts = practice("match", "person", best["id"]).json["posts"]
    assert "泉州某联鞋厂" in [p["employer"] for p in posts]
    practice("post", "close", "泉州某联", "--reason", "取消")
    listed = practice("post", "list").json["posts"]
    assert "泉州某联鞋厂" not in [p["employer_name"] for p in listed]
    out = tmp_path / "demand.xlsx"
    rows = practice("export", "demand", out).json["rows"]
    again = practice("import", "demand", out).json
    assert (again["read"], again["unchanged"]) == (rows, rows)
    assert practice("print", "post-notice", "电焊工", tmp_path / "n.pdf").json["pages"] == 1
    assert practice("check").json["findings"] == []


def test_a_fair_counts_who_came(practice):
    late = practice("fair", "add", "晚了的招聘会", "2027-03-01")
    assert late.codes == ["fair_late"]  # 2027-02-20 is the 15th of the first month
    practice("fair", "posts", "晚了的", "电焊工", "装配工")
    person = practice("find", "13").json["people"][0]["id"]
    practice("fair", "visit", "晚了的", person, "--post", "装配工")
    fair = practice("fair", "show", "晚了的").json["fair"]
    assert [s["listed"] for s in fair["steps"]] == [110, 1, 1, 0]
    assert "晚了的招聘会" in [f["name"] for f in practice("fair", "list").json["fairs"]]
