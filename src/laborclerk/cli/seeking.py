"""seeking: the registration of job seekers — who looks for what, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from laborclerk.catalog.values import read
from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, Kinds, pass_call
from laborclerk.cli.given import (
    ANY_PAIRS,
    FILE,
    ON,
    PLACE,
    read_day,
    read_fields,
    read_own_fields,
    read_person,
    read_record,
)
from laborclerk.cli.records import Shower, place_code, record_json, saved_record
from laborclerk.features.registry.places import PlaceTree
from laborclerk.features.seeking import prints, service
from laborclerk.features.seeking.listing import (
    KINDS,
    SeekKind,
    seek_count,
    seek_counts,
    seek_lines,
    state_word,
)
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.work.list_kinds import Filter
from laborclerk.features.work.service import work_of
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import fields_of


@click.group("seeking", cls=Family)
def seeking_group() -> None:
    """求职登记:谁在找工作、想做什么、登记到哪天有效。"""


@seeking_group.command("show", short_help="一个人的求职登记")
@click.argument("person", metavar="人")
@ON
@pass_call
def show_command(call: Call, person: str, on: str | None) -> Answer:
    """一个人的全部求职登记,新的在前。"""
    day = read_day(on)
    with call.store() as store:
        key, day = read_person(store, person), day or store.clock.today()
        with store.read() as session:
            work_of(session, key, day)  # refused when she is not there
            shower = Shower(session)
            found = [
                record_json(r.record, shower) | {"state": r.state.value}
                for r in service.seekings_of(session, key, day)
            ]
    keys = ("registered", "valid_until", "wanted_jobs", "wanted_place", "expected_income")
    rows = [
        (*(s["shown"].get(k, "") for k in keys), state_word(s["state"]), s["id"]) for s in found
    ]
    heads = ("登记", "有效期至", "求职工种", "意向地区", "期望月收入", "状态", "编号")
    return Answer({"on": day, "seekings": found}, [table(heads, rows) if rows else "没有求职登记"])


@seeking_group.command("add", short_help="登记一次求职")
@click.argument("person", metavar="人")
@ANY_PAIRS
@pass_call
def add_command(call: Call, person: str, pairs: Sequence[str]) -> Answer:
    """登记一次求职,如 wanted_jobs=焊工 wanted_place=福建省 expected_income=6000。"""
    with call.store() as store:
        values = read_own_fields(JobSeeking, pairs)
        return saved_record(
            store, JobSeeking, service.register(store, read_person(store, person), values)
        )


@seeking_group.command("set", short_help="改一份求职登记")
@click.argument("seeking", metavar="编号")
@ANY_PAIRS
@pass_call
def set_command(call: Call, seeking: str, pairs: Sequence[str]) -> Answer:
    """改一份求职登记的几项。"""
    with call.store() as store:
        values = read_own_fields(JobSeeking, pairs)
        return saved_record(store, JobSeeking, service.change(store, read_record(seeking), values))


@seeking_group.command("close", short_help="注销一份求职登记")
@click.argument("seeking", metavar="编号")
@click.option("--on", metavar="日期", help="哪一天(默认今天)")
@click.option("--reason", metavar="原因", default="", help="注销原因:代码或文字,如 已就业")
@pass_call
def close_command(call: Call, seeking: str, on: str | None, reason: str) -> Answer:
    """已就业或不再找了:注销。"""
    day = read_day(on)
    why = read(fields_of(JobSeeking)["close_reason"].type, reason).value
    with call.store() as store:
        saved = service.close(store, read_record(seeking), str(why) if why else None, day)
        return saved_record(store, JobSeeking, saved)


@seeking_group.command("lists", short_help="各种求职名单各有多少人")
@PLACE
@ON
@pass_call
def lists_command(call: Call, place: str | None, on: str | None) -> Answer:
    """有效、快到期、已过期、已就业、已注销各有多少人。"""
    day = read_day(on)
    with call.store() as store, store.read() as session:
        day, tree = day or store.clock.today(), PlaceTree.load(session)
        found = seek_counts(session, tree.one(place) if place else tree.root(), day)
    rows = [(kind.value, KINDS[kind].title, n) for kind, n in found.items()]
    said: list[Any] = [f"统计日 {day}", table(("种类", "名单", "人数"), rows, right=(2,))]
    return Answer({"on": day, "lists": {k.value: n for k, n in found.items()}}, said)


@seeking_group.command("list", short_help="一种求职名单")
@click.argument("kind", metavar="种类", type=Kinds({k: n.title for k, n in KINDS.items()}))
@PLACE
@ON
@click.option("--trade", metavar="工种", default="", help="想做的工种:代码或文字,如 焊工")
@click.option("--limit", type=click.IntRange(0), default=50, metavar="N", help="最多列几人")
@click.option("--out", type=FILE, metavar="文件", help="存成 .xlsx 或印成 .pdf")
@pass_call
def list_command(
    call: Call, kind: str, place: str | None, on: str | None, trade: str, limit: int,
    out: Path | None,
) -> Answer:  # fmt: skip
    """一种求职名单的人;--out 文件.xlsx 导出,--out 文件.pdf 打印。"""
    day, which = read_day(on), SeekKind(kind)
    filter_ = Filter(trade=str(read_fields(JobSeeking, {"wanted_jobs": trade})["wanted_jobs"] or "")
                     if trade else "")  # fmt: skip
    with call.store() as store:
        day, problems = day or store.clock.today(), []
        with store.read() as session:
            tree = PlaceTree.load(session)
            top = tree.one(place) if place else tree.root()
            total = seek_count(session, which, top, day, filter_)
            people = list(seek_lines(session, which, top, day, filter_, limit))
        if out is not None and out.suffix.lower() == ".pdf":
            prints.print_list(
                store, which, top, out, on=day, filter_=filter_, progress=call.progress
            )
        elif out is not None:
            done = prints.export_list(store, out, which, top, day, filter_, progress=call.progress)
            problems = done.problems
    keys = ("number", "name", "sex", "age", "phone", "jobs", "places", "expected", "until")
    rows = [(*(getattr(p, k) for k in keys), tree.path(p.place, "township")) for p in people]
    heads = ("户编号", "姓名", "性别", "年龄", "电话", "求职工种", "意向地区", "期望月收入",
             "有效期至", "村组")  # fmt: skip
    said: list[Any] = [f"{KINDS[which].title},统计日 {day},共{total}人", table(heads, rows)]
    if out is not None:
        said.append(f"已写出:{out}")
    body = [
        asdict(p) | {"id": show_id(p.id), "seeking": show_id(p.seeking),
                     "household": show_id(p.household), "place": place_code(p.place)}
        for p in people
    ]  # fmt: skip
    data = {"list": kind, "on": day, "total": total, "people": body, "rule": KINDS[which].rule}
    return Answer(data, said, problems)


COMMANDS = (seeking_group,)
