"""The demand sheet goes out and comes back; a firm's own sheet is understood."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from laborclerk.features.demand.model import Post
from laborclerk.features.demand.service import register, save_employer, save_post
from laborclerk.features.demand.sheet import (
    demand_fields,
    export_demand,
    import_demand,
    pay_range,
    template_demand,
)
from laborclerk.store.store import Store
from tests.small import station
from tests.store.demand.test_matching import FIRM, POST


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = station(tmp_path / "s", round_=False)
    yield made
    made.close()


def sheet(path: Path, rows: list[list[Any]]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def counts(done: Any) -> tuple[int, ...]:
    return done.read, done.created, done.updated, done.unchanged, done.refused


def test_what_is_exported_changes_nothing_when_it_comes_back(store: Store, tmp_path: Path) -> None:
    firm = save_employer(store, FIRM).id
    save_post(store, POST | {"employer": firm, "hours": 85, "piece_rate": "每件1.2元"})
    save_post(store, POST | {"employer": firm, "name": "钢筋工", "occupation": "6-29"})
    out = tmp_path / "demand.xlsx"
    assert export_demand(store, out).rows == 2
    assert counts(import_demand(store, out)) == (2, 0, 0, 2, 0)


def test_a_firms_own_sheet_is_understood(store: Store, tmp_path: Path) -> None:
    file = sheet(
        tmp_path / "firm.xlsx",
        [
            ["用人单位", "社会信用代码", "招聘岗位", "工种", "招聘人数", "薪资待遇", "食宿",
             "工作地", "联系人", "联系电话", "其他要求"],
            ["福州某盛建筑劳务有限公司", "91350100m000100y43", "电焊工", "焊工", 60, "6500-8500元",
             "包吃包住", "福建省福州市", "林某", "15400000001", ""],
            ["福州某盛建筑劳务有限公司", "91350100M000100Y43", "搬运工", "普工", 5, "4千以上",
             "包吃包住", "福州市", "林某", "15400000001", "限男性"],
            ["某厂", "91350100M000100Y44", "普工", "普工", 3, "面议", "", "福州市", "", "", ""],
        ],
    )  # fmt: skip
    rejects = tmp_path / "rejects.xlsx"
    assert counts(import_demand(store, file, dry_run=True)) == (3, 2, 0, 0, 1)
    done = import_demand(store, file, rejects=rejects)
    assert counts(done) == (3, 2, 0, 0, 1)
    assert done.warned == 2
    assert rejects.exists()
    codes = {p.code for p in done.problems}
    assert {"credit_check", "demand_pay_range", "post_sex_words"} <= codes
    with store.read() as session:
        found = {d.post["name"]: d for d in register(session, store.clock.today())}
    welder = found["电焊工"]
    assert welder.employer["credit_code"] == "91350100M000100Y43"
    assert (welder.post["pay_low"], welder.post["pay_high"]) == (6500, 8500)
    assert (welder.post["work_place"], welder.post["board"]) == ("350100000000", "1")
    assert found["搬运工"].post["employer"] == welder.post["employer"]
    assert found["搬运工"].post["pay_low"] == 4000
    again = import_demand(store, file)
    assert counts(again) == (3, 0, 0, 2, 1)
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Post)) == 2


def test_a_template_imports_without_mapping(tmp_path: Path, store: Store) -> None:
    fields = template_demand(tmp_path / "t.xlsx")
    assert set(fields.values()) == {f.key for f in demand_fields()} - {"pay_range"}
    labels = [f.field.label for f in demand_fields()]
    assert len(labels) == len(set(labels))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5000-8000元", (5000, 8000)),
        ("6,000", (6000, 6000)),
        ("6千以上", (6000, 6000)),
        ("0.5-0.8万", (5000, 8000)),
        ("4.5k–6k", (4500, 6000)),
        ("面议", None),
    ],
)
def test_a_pay_range_is_read_in_yuan(text: str, found: tuple[int, int] | None) -> None:
    assert pay_range(text) == found
