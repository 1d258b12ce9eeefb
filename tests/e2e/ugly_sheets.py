"""A township's sheets as they really come: a frame in GBK with ="…" cells, a census of 3,000
households under merged heads, with subtotals, notes, floats and five habits of writing a date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import national, short_village_name
from laborclerk.features.practice.homes import Home
from laborclerk.features.practice.township import Township, makers
from laborclerk.features.registry.places import place_id

TOWNSHIP = "530627102"  # 泼机镇, 15 villages
TODAY = "2026-11-20"


@dataclass
class Truth:
    """What the sheets hold, to compare the register with."""

    villages: list[str]
    households: dict[tuple[str, str], int] = field(default_factory=dict)  # (village, number): rows
    persons: int = 0
    wrong_rows: int = 0


def township(people: int, seed: int = 7) -> Township:
    """The people of 泼机镇: synthetic, in its real villages."""
    villages = [
        (place_id(row.code), short_village_name(row.name)) for row in national().villages(TOWNSHIP)
    ]
    return Township(villages, people, makers(seed), TODAY, 1)


def homes_by_village(made: Township) -> dict[str, list[tuple[str, str, Home]]]:
    """Every household dealt out over all villages: village → (group, number, household)."""
    names = [village.name for village in made.villages]
    homes = [home for village in made.villages for home in village.homes if home.persons]
    dealt: dict[str, list[tuple[str, str, Home]]] = {name: [] for name in names}
    for at, home in enumerate(homes):
        mine = dealt[names[at % len(names)]]
        mine.append((f"{len(mine) // 40 + 1}组", f"{len(mine) + 1:04d}", home))
    return dealt


def write_frame(path: Path, dealt: dict[str, list[tuple[str, str, Home]]]) -> None:
    """The household frame: GBK, a title above the head, numbers as ="…"."""
    lines = ["泼机镇户籍底册(2026年9月),,,,,", "村(社区),组别,户号,户主,户籍人口,备注"]
    for village, homes in dealt.items():
        for group, number, home in homes:
            lines.append(f'{village},{group},="{number}",{_head(home)},{len(home.persons)},')
    path.write_bytes("\r\n".join(lines).encode("gb18030"))


def _head(home: Home) -> str:
    heads = [p["name"] for p in home.persons if p.get("relation") == "02"]
    return str(heads[0] if heads else home.persons[0]["name"])


_HEADS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("户", ("行政村", "村民小组", "户编号", "户主姓名", "户类别")),
    ("家庭成员基本情况", (
        "姓名", "性别", "出生年月日", "公民身份证号", "民族", "与户主关系", "文化程度",
        "在校情况", "健康状况", "劳动能力", "联系电话",
    )),
    ("就业及意愿情况", (
        "就业状况", "就业地点", "务工单位", "从事行业", "月收入(元)", "就业渠道", "是否有外出意愿",
    )),
)  # fmt: skip


def write_census(
    path: Path, dealt: dict[str, list[tuple[str, str, Home]]], wrong_every: int = 500
) -> Truth:
    """The census sheet; every `wrong_every`-th person has a number with a wrong check digit."""
    truth = Truth(list(dealt))
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    width = sum(len(names) for _, names in _HEADS)
    sheet.append(["泼机镇2026年农村劳动力资源摸底调查花名册"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(size=18, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.append(["填报单位:泼机镇人民政府", *[None] * (width - 3), "填报日期:2026.11.18"])
    top: list[Any] = []
    bottom: list[Any] = []
    for title, names in _HEADS:
        top += [title] + [None] * (len(names) - 1)
        bottom += names
    sheet.append(top)
    sheet.append(bottom)
    at = 1
    for _, names in _HEADS:
        sheet.merge_cells(start_row=3, start_column=at, end_row=3, end_column=at + len(names) - 1)
        at += len(names)
    count = 0
    for village, homes in dealt.items():
        for group, number, home in homes:
            for line, person in enumerate(home.persons):
                count += 1
                wrong = count % wrong_every == 0 and len(str(person.get("id_number") or "")) == 18
                truth.wrong_rows += wrong
                sheet.append(_row(village, group, number, home, person, line, count, wrong=wrong))
            truth.households[village, number] = len(home.persons)
        people = sum(len(h.persons) for _, _, h in homes)
        sheet.append(["小计", None, len(homes), None, None, people])
        sheet.append([])
    truth.persons = count
    sheet.append(["注:1.本表一人一行;2.月收入按实际到手填写。"])
    sheet.append(["填表人:", None, None, "审核人:"])
    book.save(path)
    return truth


def _row(
    village: str, group: str, number: str, home: Home, person: dict[str, Any], line: int,
    count: int, *, wrong: bool,
) -> list[Any]:  # fmt: skip
    def label(field_name: str, codes: str) -> str | None:
        code = person.get(field_name)
        return "、".join(code_list(codes).label(c) for c in str(code).split(",")) if code else None

    card = person.get("id_number")
    if wrong:
        card = str(card)[:17] + ("0" if str(card)[17] != "0" else "1")
    income = person.get("monthly_income")
    wish = person.get("wants_to_go")
    return [
        village, group, number, _head(home),
        code_list("household_kind").label(str(home.household["kind"])),
        f" {person['name']} " if count % 37 == 0 else person["name"],
        label("sex", "sex"), _date(person.get("birth_date"), count), card,
        label("ethnicity", "ethnicity"), label("relation", "relation"),
        label("education", "education"), label("in_school", "in_school"),
        label("health", "health"), label("work_ability", "work_ability"), person.get("phone"),
        label("employment_status", "employment_status"), label("work_scope", "work_place_scope"),
        person.get("employer"), label("industry", "industry"),
        float(income) if income is not None else None, label("channel", "channel"),
        None if wish is None else ("√" if wish else "×"),
    ]  # fmt: skip


def _date(text: str | None, count: int) -> Any:
    if text is None:
        return None
    year, month, day = int(text[:4]), int(text[5:7]), int(text[8:])
    habits = (
        text, text.replace("-", "."), text.replace("-", ""), f"{year}年{month}月{day}日",
        date(year, month, day),
    )  # fmt: skip
    return habits[count % 5]
