"""What an import of a census sheet would do: records created and changed, rows refused and why.
The same plan is shown by a dry run and written by an import."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from laborclerk.catalog.fields import Value
from laborclerk.features.census.model import CensusForm
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Message, Problem
from laborclerk.store.base import fields_of
from laborclerk.store.journal import Changes

Row = dict[str, Any]


class ImportProblem(Message):
    """Why a row is refused, or what a clerk should look at."""

    ROW_ELSEWHERE = (
        "证件号码已登记在{path}户{number}({head})的“{name}”名下。确是本户的人请先办理迁移,再导入"
    )
    ROW_DELETED = "此人已从登记中撤销({reason})。如需恢复,请先在历史记录里恢复"
    ROW_TWICE = "证件号码与第{row}行“{name}”相同。请核对后只留一行"
    ROW_WITH_HOUSEHOLD = "同户第{rows}行有误,整户退回。改正那一行后一起再导入"
    ROW_NAME_DIFFERS = "同一证件号码,册上姓名是“{old}”,表里是“{new}”。已按表更改,请核对"
    ROW_HOUSEHOLD_DIFFERS = "本户各行的“{label}”不一致({values})。已采用“{used}”"
    ROW_AGE_DIFFERS = "表里年龄{age}岁,按出生日期是{years}岁。请核对出生日期"
    ROW_AGE_ONLY = "只有年龄({age}岁),没有出生日期和证件号码:出生日期记为缺项,年龄记入备注"
    ROW_MONTH_DIFFERS = "表里出生年月“{text}”与证件号码({date})不符。已按证件号码"


@dataclass
class Change:
    """One field of one record that differs: shown before an import is done."""

    row: int
    record_type: str
    record_id: int
    name: str
    field: str
    label: str
    before: Value
    after: Value


@dataclass
class Plan:
    """What an import would write, and what became of each row (by index)."""

    households: list[Row] = field(default_factory=list)
    persons: list[Row] = field(default_factory=list)
    forms: list[Row] = field(default_factory=list)
    changed: dict[type, dict[int, Changes]] = field(
        default_factory=lambda: {Household: {}, Person: {}, CensusForm: {}}
    )
    changes: list[Change] = field(default_factory=list)
    refused: dict[int, list[Problem]] = field(default_factory=dict)
    created: set[int] = field(default_factory=set)
    updated: set[int] = field(default_factory=set)
    doubts: list[Problem] = field(default_factory=list)
    touched: list[Touched] = field(default_factory=list)


@dataclass
class Touched:
    """A household the sheet speaks of, as it will stand: for rules and forms. `rows` are the
    indexes of its rows, `row_of` that of each person, `differs` whether anything is written."""

    household: Row
    persons: list[Row]
    rows: list[int]
    row_of: dict[int, int]
    differs: bool


def differences(model: Any, row: int, record_id: int, name: str, changed: Changes) -> list[Change]:
    """The changed fields of a record as they are listed."""
    labels = fields_of(model)
    return [
        Change(row, model.__tablename__, record_id, name, key, labels[key].label, old, new)
        for key, (old, new) in changed.items()
    ]
