"""The country's divisions: every village, by code, fast, and names that say where."""

import csv
from pathlib import Path

import pytest

from laborclerk.catalog import divisions
from laborclerk.catalog.divisions import Level, national, short_village_name

DATA = Path(__file__).parents[2] / "data" / "divisions"


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("name", "county", "townships", "villages"),
    [
        ("villages_zhenxiong_530627.csv", "530627", 30, 262),
        ("villages_anding_621102.csv", "621102", 22, 335),
    ],
)
def test_a_county_holds_exactly_its_published_villages(
    name: str, county: str, townships: int, villages: int
) -> None:
    below = national().children(county)
    assert len(below) == townships
    packed = {r.code: r.name for t in below for r in national().villages(t.code)}
    assert packed == {r["village_code"]: r["village_name"] for r in rows(name)}
    assert len(packed) == villages


def test_rare_and_private_characters_survive() -> None:
    for row in rows("villages_with_rare_characters.csv"):
        assert national().name(row["village_code"]) == row["village_name"]
    names = "".join(r["village_name"] for r in rows("villages_with_rare_characters.csv"))
    assert {"\ue170", "\ue08b", "\U00021413"} <= set(names)


def test_names_repeat_inside_a_county() -> None:
    names = [r["village_name"] for r in rows("villages_zhenxiong_530627.csv")]
    assert sum("银厂" in name for name in names) >= 2


def test_a_path_leads_from_the_province_to_the_village() -> None:
    assert national().path("530627001201") == (
        "云南省", "昭通市", "镇雄县", "乌峰街道", "上街村民委员会",
    )  # fmt: skip
    assert national().path("999999999999") == ()
    assert national().full_name("110105") == "北京市朝阳区"
    assert national().full_name("999JPN") == "日本"


def test_every_level_knows_its_parent() -> None:
    row = national().row("530627001201")
    assert row is not None
    assert (row.level, row.parent) == (Level.VILLAGE, "530627001000")
    assert national().row("53") == ("530000000000", "云南省", Level.PROVINCE, "")


def test_a_city_without_counties_lists_its_townships() -> None:
    below = national().children("441900000000")
    assert below[0] == ("441900003000", "东城街道", Level.TOWNSHIP, "441900000000")
    assert national().villages(below[0].code)


def test_there_are_34_provinces_and_a_blank_below_taiwan() -> None:
    assert len(national().children()) == 34
    assert national().children("71") == []
    assert national().name("710000000000") == "台湾省"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("330784", ["330784000000"]),
        ("530627001201", ["530627001201"]),
        ("999999", []),
        ("浙江省金华市永康市", ["330784000000"]),
        ("浙江金华", ["330700000000"]),
        ("永康市", ["330784000000"]),
        ("义乌", ["330782000000"]),
        ("北京市朝阳区", ["110105000000"]),
        ("朝阳市", ["211300000000"]),
        ("吉林", ["220000000000"]),
        ("吉林市", ["220200000000"]),
        ("新疆", ["650000000000"]),
        ("内蒙古", ["150000000000"]),
        ("黔东南州", ["522600000000"]),
        ("广东东莞长安镇", ["441900000000"]),
        ("云南省昭通市镇雄县乌峰街道", ["530627000000"]),
        ("香港", ["810000000000"]),
        ("日本", ["999JPN"]),
        ("JPN", ["999JPN"]),
        ("不知道", []),
    ],
)
def test_a_place_is_found_by_code_or_names(text: str, codes: list[str]) -> None:
    assert national().find(text) == codes


def test_an_ambiguous_name_gives_all_it_may_mean() -> None:
    assert {"110105000000", "211300000000", "211324000000"} & set(national().find("朝阳")) == {
        "110105000000",
        "211300000000",
    }
    assert len(national().find("朝阳")) == 4


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("上街村民委员会", "上街村"),
        ("油榨街社区居民委员会", "油榨街社区"),
        ("白䌷村村民委员会", "白䌷村"),
        ("上㘵村委会", "上㘵村"),
        ("城关居民委员会", "城关居委会"),
        ("村民委员会", "村民委员会"),
        ("某农场生活区", "某农场生活区"),
    ],
)
def test_a_villages_short_name(name: str, short: str) -> None:
    assert short_village_name(name) == short


def test_a_townships_villages_are_its_children() -> None:
    country = divisions.National()
    assert country.villages("371728101000") == country.children("371728101")
