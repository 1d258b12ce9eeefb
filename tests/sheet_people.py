"""Synthetic people for sheet tests and benchmarks: real villages, made-up persons whose document
numbers use the sequence codes 996–999."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl

from laborclerk.app import create_station
from laborclerk.catalog.idnumber import check_digit
from laborclerk.features.census.rounds import need_round, new_round
from laborclerk.features.registry.places import PlaceRow, load_places
from laborclerk.store.store import Store
from tests.prepared import prepared

TOWNSHIP = "530627001"
VILLAGES = (
    ("530627001001", "油榨街社区居民委员会"),
    ("530627001002", "新街社区居民委员会"),
    ("530627001201", "上街村民委员会"),
    ("530627001202", "银厂村民委员会"),
)
COUNTY_VILLAGES = (
    *VILLAGES,
    ("530627002201", "银厂村民委员会"),
    ("530627002202", "白果村民委员会"),
)
ROUND = {"name": "2026年秋季摸底", "starts": "2026-10-01", "reference_date": "2026-11-01"}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华"


def id_number(born: str, sex: str, county: str = "530627", sequence: int | None = None) -> str:
    """A made-up resident number of somebody born on `born` (YYYY-MM-DD)."""
    odd = sequence if sequence is not None else (999 if sex == "1" else 998)
    first17 = f"{county}{born.replace('-', '')}{odd}"
    return first17 + check_digit(first17)


def station(folder: Path, *, county: bool = False, round_: bool = True) -> tuple[Store, int | None]:
    """A new station with the villages above → (store, round)."""
    what = "sheets", county, round_
    store = prepared(
        what, lambda base: _station(base, county, round_), folder, "王录入", "password-1"
    )
    with store.read() as session:
        return store, need_round(session).id if round_ else None


def _station(folder: Path, county: bool, round_: bool) -> Store:
    store, _ = create_station(folder, "王录入", "password-1", scrypt_n=2)
    rows = [PlaceRow("530627001000", "乌峰街道"), *(PlaceRow(c, n) for c, n in VILLAGES)]
    if county:
        rows = [
            PlaceRow("530627000000", "镇雄县"),
            PlaceRow("530627001000", "乌峰街道"),
            PlaceRow("530627002000", "南台街道"),
            *(PlaceRow(c, n) for c, n in COUNTY_VILLAGES),
        ]
    load_places(store, rows)
    if round_:
        new_round(store, ROUND)
    return store


def people(count: int, seed: int = 1, size: int = 4) -> Iterator[dict[str, Any]]:
    """`count` persons in households of `size`, as rows of labels and what a clerk would type."""
    rng = random.Random(seed)
    counties = [f"{c}" for c in (530627, 530602, 530621, 530622, 530623, 530624, 530625, 530626)]
    for n in range(count):
        household, line = divmod(n, size)
        village = VILLAGES[household % len(VILLAGES)]
        year, month = 1950 + line * 12 + household % 10, household // 10 % 12 + 1
        day = household // 120 % 28 + 1
        sex = "1" if line in (0, 2) else "2"
        born = f"{year}-{month:02d}-{day:02d}"
        county = counties[household // 3360]
        surname = SURNAMES[household % len(SURNAMES)]
        given = GIVEN[rng.randrange(len(GIVEN))] + GIVEN[rng.randrange(len(GIVEN))]
        away = line == 2
        yield {
            "行政区划代码": village[0], "村": village[1], "组": f"{household % 7 + 1}组",
            "户编号": f"{household // len(VILLAGES) + 1:05d}",
            "户主姓名": f"{surname}{GIVEN[household % len(GIVEN)]}", "户类型": "一般农户",
            "与户主关系": ("户主", "配偶", "之子", "之女")[line % 4],
            "姓名": f"{surname}{GIVEN[household % len(GIVEN)]}" if line == 0 else surname + given,
            "证件类型": "居民身份证",
            "证件号码": id_number(born, sex, county),
            "性别": "男" if sex == "1" else "女", "出生日期": born, "民族": "汉族",
            "婚姻状况": "已婚" if line < 2 else "未婚", "政治面貌": "群众",
            "户口性质": "农业", "联系电话": f"1390870{n % 10000:04d}",
            "文化程度": ("小学", "初中", "高中", "初中")[line % 4], "健康状况": "健康",
            "劳动能力": "普通劳动力", "专业技能": "焊工" if away else "",
            "就业状况": "外出务工" if away else "务农",
            "就业地点": "省外" if away else "", "务工所在地": "浙江省金华市永康市" if away else "",
            "就业单位": f"永康{n % 50}厂" if away else "", "所属行业": "制造业" if away else "",
            "务工起始月份": "2026-02" if away else "", "务工月数": 9 if away else "",
            "月收入": 4800 + n % 900 if away else "", "就业渠道": "自发" if away else "",
            "外出意愿": "否",
        }  # fmt: skip


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    """The rows as a plain sheet with one header row."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    head = list(rows[0])
    sheet.append(head)
    for row in rows:
        sheet.append([row.get(h) for h in head])
    book.save(path)
    return path
