"""A roster that came as a sheet (花名册) into a batch: its people are found by their ID number.

Nobody is registered by a roster: who is not in the register is refused with the reason, in a sheet
that can be corrected and taken in again. The same sheet a second time changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from laborclerk.catalog import values
from laborclerk.catalog.cells import cell_text
from laborclerk.catalog.fields import IdNumber, Value
from laborclerk.features.census.import_result import ImportResult
from laborclerk.features.dispatch.model import Batch, BatchMember
from laborclerk.features.dispatch.service import ASKED, member_id
from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import Message, Problem, Severity, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.layout import Layout, data_rows, find_layout
from laborclerk.sheets.reader import Row, read_sheet
from laborclerk.sheets.rejects import write_rejects
from laborclerk.store.base import fields_of
from laborclerk.store.store import Store

_NUMBER = ("公民身份号码", "身份证号", "身份证号码", "证件号码", "身份号码")
# field of a member: how rosters call it (B6)
_HEADS: dict[str, tuple[str, ...]] = {
    "job": ("岗位", "工种"), "wage": ("约定月工资(元)", "月工资", "工资"),
    "contract": ("合同", "是否签合同"), "health_check": ("体检", "是否体检"),
    "injury_insurance": ("工伤(意外)险", "工伤险", "意外险"),
    "first_time": ("首次外出", "是否首次"),
    "referrer": ("介绍人",), "contact": ("紧急联系人",), "contact_phone": ("紧急联系人电话",),
    "note": ("备注",),
}  # fmt: skip


class RosterSheet(Message):
    """What is wrong with a roster's sheet."""

    ROSTER_NO_NUMBER = "“{file}”里没有身份证号这一列。请核对是不是花名册"
    ROSTER_UNKNOWN = "登记里没有“{number}”这个号码。请先登记此人,或核对号码"
    ROSTER_EMPTY = "没有身份证号。请补上"
    ROSTER_TWICE = "登记里有{count}人是“{number}”这个号码。请先到“疑似重复”处理"
    ROSTER_CELL = "“{label}”{text}"


def _plain(text: str) -> str:
    narrow = text.replace("\uff08", "(").replace("\uff09", ")")
    return "".join(narrow.split())


def _columns(layout: Layout, words: tuple[str, ...]) -> Iterator[int]:
    wanted = {_plain(word) for word in words}
    for column in layout.columns:
        if _plain(column.text) in wanted:
            yield column.index


def import_roster(
    store: Store,
    batch: int,
    path: Path,
    *,
    dry_run: bool = False,
    rejects: Path | None = None,
    password: str | None = None,
    progress: Progress = SILENT,
) -> ImportResult:
    """Take the people of a sheet into a batch. Raises Rejected for a file that is no roster."""
    sheet = read_sheet(path, password=password)
    known = {_plain(word) for words in (_NUMBER, *_HEADS.values()) for word in words}
    layout = find_layout(sheet, lambda text: _plain(text) in known)
    at = next(_columns(layout, _NUMBER), None)
    if at is None:
        raise reject(RosterSheet.ROSTER_NO_NUMBER, file=path.name)
    columns = {key: i for key, words in _HEADS.items() for i in _columns(layout, words)}
    result = ImportResult()
    fresh: list[dict[str, Any]] = []
    changed: dict[int, dict[str, Value]] = {}
    refused: list[tuple[int, str]] = []
    progress.start(f"读取 {path.name}")
    with store.read() as session:
        own = session.get(Batch, batch)
        job = own.job if own is not None else None
        for number, row in data_rows(sheet, layout):
            result.read += 1
            problem, person = _person(session, row, at)
            said, wrong = _said(row, columns) if problem is None else ({}, None)
            problem = problem or wrong
            if problem is not None or person is None:
                told = problem or Problem(RosterSheet.ROSTER_EMPTY)
                result.refused += 1
                result.problems.append(told.at(row=number))
                refused.append((number, told.text))
                continue
            line = member_id(batch, person)
            record = session.get(BatchMember, line)
            if said.get("job") == job and (record is None or record.job is None):
                said.pop("job", None)  # the batch's own, which a roster prints for everybody
            if record is None:
                if all(made["id"] != line for made in fresh):
                    fresh.append(
                        {"id": line, "batch": batch, "person": person, "status": ASKED, **said}
                    )
                    result.created += 1
                else:
                    result.unchanged += 1
                continue
            differs: dict[str, Value] = {
                k: v for k, v in said.items() if v is not None and getattr(record, k) != v
            }
            if record.deleted is not None:
                differs["deleted"] = None
            if differs:
                changed[line] = differs
                result.updated += 1
            else:
                result.unchanged += 1
    if not dry_run and (fresh or changed):
        with store.write("dispatch.import") as work:
            work.create_many(BatchMember, fresh)
            for line, differs in changed.items():
                member = work.get(BatchMember, line)
                assert member is not None
                work.change(member, differs)
        result.act = work.outcome.act
    if refused and rejects is not None:
        write_rejects(rejects, sheet, layout, refused, password=password)
        result.rejects_path = rejects
    return result


def _person(session: Any, row: Row, at: int) -> tuple[Problem | None, int | None]:
    """Who a row is about, by the number in column `at`."""
    raw = row[at] if at < len(row) else None
    reading = values.read(IdNumber(), raw)
    bad = next((p for p in reading.problems if p.severity is Severity.BLOCK), None)
    if bad is not None:
        return bad, None
    number = str(reading.value or "").strip() or cell_text(raw).strip().upper()
    if not number:
        return Problem(RosterSheet.ROSTER_EMPTY), None
    query = sa.select(Person.id).where(Person.id_number == number, Person.deleted.is_(None))
    found = list(session.scalars(query.limit(5)))
    if not found:
        return Problem(RosterSheet.ROSTER_UNKNOWN, {"number": number}), None
    if len(found) > 1:
        params = {"number": number, "count": len(found)}
        return Problem(RosterSheet.ROSTER_TWICE, params), None
    return None, found[0]


def _said(
    row: Row, columns: Mapping[str, int]
) -> tuple[dict[str, Value], Problem | None]:  # fmt: skip
    """What a row says of a member; the first cell that cannot be read refuses the row."""
    specs = fields_of(BatchMember)
    said: dict[str, Value] = {}
    for key, index in columns.items():
        raw = row[index] if index < len(row) else None
        if cell_text(raw).strip() == "":
            continue
        reading = values.read(specs[key].type, raw, values.Context(codes_by="code"))
        if reading.problems:
            reading = values.read(specs[key].type, raw)
        bad = next((p for p in reading.problems if p.severity is Severity.BLOCK), None)
        if bad is not None:
            params = {"label": specs[key].label, "text": bad.text}
            return {}, Problem(RosterSheet.ROSTER_CELL, params)
        said[key] = reading.value
    return said, None
