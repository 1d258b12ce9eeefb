"""The columns of the screen of the work register, by what is looked at."""

from __future__ import annotations

from dataclasses import replace

from laborclerk.ui.kit.table import Column
from laborclerk.ui.screens.work.looked_at import LIST, MISMATCH, SEEK, UPDATE

_LIST = (
    Column("村组", 132, ends=True), Column("户编号", 68), Column("姓名", 88), Column("性别", 44),
    Column("年龄", 44, right=True), Column("电话", 104), Column("文化程度", 76),
    Column("特长或意向", 104), Column("务工地", 132), Column("单位", 132), Column("开始", 88),
    Column("月收入", 60, right=True), Column("困难情况"),
)  # fmt: skip
_SEEK = (
    Column("村组", 132, ends=True), Column("户编号", 68), Column("姓名", 88), Column("性别", 44),
    Column("年龄", 44, right=True), Column("电话", 104), Column("求职工种、岗位", 168),
    Column("意向地区", 120), Column("期望(元)", 68, right=True), Column("有效期至", 112),
    Column("登记日期", 92), Column("文化程度", 76), Column("服务需求"),
)  # fmt: skip
_MISMATCH = (
    Column("村组", 132, ends=True), Column("户编号", 68), Column("姓名", 88), Column("电话", 104),
    Column("一方", 300), Column("另一方"),
)  # fmt: skip
_UPDATE = (
    Column("村(社区)", 120), Column("组", 60), Column("组长", 72), Column("电话", 104),
    Column("上报日期", 112), Column("在外", 52, right=True), Column("台账", 52, right=True),
    Column("外出", 52, right=True), Column("台账", 52, right=True),
    Column("返乡", 52, right=True), Column("台账", 52, right=True), Column("上次", 72),
    Column("说明"),
)  # fmt: skip
_OF = {LIST: _LIST, SEEK: _SEEK, MISMATCH: _MISMATCH, UPDATE: _UPDATE}
_WITH_TOWNSHIP = 184  # pixels at 100 % for township, village and group


def columns_of(section: str, *, county: bool) -> tuple[Column, ...]:
    """The columns of a section; at a county the township stands before village and group."""
    first, *others = _OF[section]
    if county and section != UPDATE:
        first = replace(first, width=_WITH_TOWNSHIP)
    return (first, *others)
