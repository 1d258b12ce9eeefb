"""work: the work register — spells, lists, the monthly round, the reconciliation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
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
from laborclerk.cli.messages import Command
from laborclerk.cli.records import Shower, place_code, record_json, saved_record
from laborclerk.features.registry.places import PlaceTree
from laborclerk.features.work import prints
from laborclerk.features.work.adopt import adopt
from laborclerk.features.work.exports import export_list
from laborclerk.features.work.list_kinds import LISTS, SCHOOLING, Filter, ListKind
from laborclerk.features.work.lists import count as count_list
from laborclerk.features.work.lists import counts, lines
from laborclerk.features.work.model import WorkCard, WorkCheck, WorkSpell, WorkUpdate
from laborclerk.features.work.reconcile import KINDS, Kind, mismatch_counts, mismatches
from laborclerk.features.work.service import (
    Saved,
    add_spell,
    change_spell,
    end_spell,
    give_card,
    record_check,
    work_of,
)
from laborclerk.features.work.updates import update, updates
from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import Record
from laborclerk.store.store import Store


@click.group("work", cls=Family)
def work_group() -> None:
    """务工台账:谁在哪里做工,名单、月报、卡表册人核对。"""


def _top(session: Session, place: str | None) -> int:
    tree = PlaceTree.load(session)
    return tree.one(place) if place else tree.root()


def _save(
    call: Call, model: type[Record], pairs: Sequence[str],
    save: Callable[[Store, dict[str, Any]], Saved],
) -> Answer:  # fmt: skip
    with call.store() as store:
        return saved_record(store, model, save(store, read_own_fields(model, pairs)))


# -- spells ------------------------------------------------------------------------------------


@work_group.command("show", short_help="一个人的务工经历、核实和卡")
@click.argument("person", metavar="人")
@ON
@pass_call
def show_command(call: Call, person: str, on: str | None) -> Answer:
    """一个人的全部务工经历,新的在前。"""
    day = read_day(on)
    with call.store() as store:
        key = read_person(store, person)
        with store.read() as session:
            found, shower = work_of(session, key, day or store.clock.today()), Shower(session)
            spells = [record_json(s, shower) for s in found.spells]
            checks = [record_json(c, shower) for c in found.checks]
            cards = [record_json(c, shower) for c in found.cards]
            now = show_id(found.now.id) if found.now else None
    keys = ("start", "end", "place", "employer_name", "job", "income", "channel")
    heads = ("开始", "结束", "务工地", "单位", "工种", "月收入", "渠道", "编号")
    rows = [(*(s["shown"].get(k, "") for k in keys), s["id"]) for s in spells]
    said: list[Any] = [table(heads, rows) if rows else "没有务工经历"]
    said += [f"核实 {c['date']}:{c['shown'].get('found', '')}" for c in checks]
    said += [f"卡 {c['number']}({c['shown'].get('kind', '')})" for c in cards]
    return Answer({"spells": spells, "checks": checks, "cards": cards, "now": now}, said)


@work_group.command("add", short_help="登记一段务工")
@click.argument("person", metavar="人")
@ANY_PAIRS
@pass_call
def add_command(call: Call, person: str, pairs: Sequence[str]) -> Answer:
    """登记一段务工,如 place=福建省福州市 employer_name=某厂 start=2026-03-01 income=5000。"""
    return _save(
        call, WorkSpell, pairs, lambda store, v: add_spell(store, read_person(store, person), v)
    )


@work_group.command("set", short_help="改一段务工")
@click.argument("spell", metavar="编号")
@ANY_PAIRS
@pass_call
def set_command(call: Call, spell: str, pairs: Sequence[str]) -> Answer:
    """改一段务工的几项。"""
    return _save(
        call, WorkSpell, pairs, lambda store, v: change_spell(store, read_record(spell), v)
    )


@work_group.command("end", short_help="返乡或离开:结束一段务工")
@click.argument("spell", metavar="编号")
@click.option("--on", metavar="日期", help="最后一天(默认今天)")
@click.option("--reason", metavar="原因", default="", help="结束(返乡)原因:代码或文字")
@pass_call
def end_command(call: Call, spell: str, on: str | None, reason: str) -> Answer:
    """结束一段务工。"""
    day = read_day(on)
    why = read_fields(WorkSpell, {"return_reason": reason})["return_reason"]
    with call.store() as store:
        saved = end_spell(
            store, read_record(spell), day or store.clock.today(), str(why) if why else None
        )
        return saved_record(store, WorkSpell, saved)


@work_group.command("check", short_help="记一次核实本人")
@click.argument("person", metavar="人")
@ANY_PAIRS
@pass_call
def check_command(call: Call, person: str, pairs: Sequence[str]) -> Answer:
    """记一次核实,如 means=电话 found=在家。"""
    return _save(
        call, WorkCheck, pairs, lambda store, v: record_check(store, read_person(store, person), v)
    )


@work_group.command("card", short_help="发一张务工卡或能人卡")
@click.argument("person", metavar="人")
@ANY_PAIRS
@click.option("--out", type=FILE, metavar="文件.pdf", help="同时印成PDF")
@pass_call
def card_command(call: Call, person: str, pairs: Sequence[str], out: Path | None) -> Answer:
    """发卡;卡上的姓名、证件号、务工地按登记印。"""

    def give(store: Store, values: dict[str, Any]) -> Saved:
        saved = give_card(store, read_person(store, person), values)
        if out is not None:
            prints.print_cards(store, [saved.id], out, call.progress)
        return saved

    return _save(call, WorkCard, pairs, give)


@work_group.command("adopt", short_help="由调查表入册")
@PLACE
@click.option("--dry-run", is_flag=True, help="只看会怎样,不写入")
@pass_call
def adopt_command(call: Call, place: str | None, dry_run: bool) -> Answer:
    """把调查表上在务工、台账里还没有的人记入台账。"""
    with call.store() as store:
        with store.read() as session:
            top = _top(session, place)
        done = adopt(store, top, dry_run=dry_run, progress=call.progress)
    verb = "将入册" if dry_run else "已入册"
    said = [f"{verb}{done.made}人;{len(done.problems)}人还不能入册"]
    return Answer({"made": done.made, "dry_run": dry_run}, said, done.problems)


# -- lists -------------------------------------------------------------------------------------


@work_group.command("lists", short_help="各种名单各有多少人")
@PLACE
@ON
@pass_call
def lists_command(call: Call, place: str | None, on: str | None) -> Answer:
    """各种名单的人数和口径。"""
    day = read_day(on)
    with call.store() as store, store.read() as session:
        day = day or store.clock.today()
        found = counts(session, _top(session, place), day)
    rows = [(kind.value, LISTS[kind].title, n) for kind, n in found.items()]
    said: list[Any] = [f"统计日 {day}", table(("种类", "名单", "人数"), rows, right=(2,))]
    return Answer({"on": day, "lists": {k.value: n for k, n in found.items()}}, said)


@work_group.command("list", short_help="一种名单")
@click.argument("kind", metavar="种类", type=Kinds({k: named.title for k, named in LISTS.items()}))
@PLACE
@ON
@click.option("--age", metavar="18-30", default="", help="年龄(含两端)")
@click.option("--sex", metavar="男|女", default="", help="性别")
@click.option("--schooling", type=Kinds(SCHOOLING), metavar="学历", help="哪一级毕业")
@click.option("--trade", metavar="工种", default="", help="工种:代码或文字,如 焊工")
@click.option("--hardship", metavar="困难", default="", help="困难群体情况:代码或文字")
@click.option("--province", metavar="省", default="", help="务工省份:两位代码")
@click.option("--limit", type=click.IntRange(0), default=50, metavar="N", help="最多列几人")
@click.option("--out", type=FILE, metavar="文件", help="存成 .xlsx 或印成 .pdf")
@pass_call
def list_command(
    call: Call,
    /,
    kind: str,
    place: str | None,
    on: str | None,
    age: str,
    limit: int,
    out: Path | None,
    **given: str | None,
) -> Answer:
    """一种名单的人;--out 文件.xlsx 导出,--out 文件.pdf 打印。"""
    day, which, filter_ = read_day(on), ListKind(kind), _filter(age, given)
    with call.store() as store:
        day = day or store.clock.today()
        with store.read() as session:
            top, tree = _top(session, place), PlaceTree.load(session)
            total = count_list(session, which, top, day, filter_)
            people = list(lines(session, which, top, day, filter_, limit))
        problems = []
        if out is not None and out.suffix.lower() == ".pdf":
            prints.print_list(
                store, which, top, out, on=day, filter_=filter_, progress=call.progress
            )
        elif out is not None:
            done = export_list(store, out, which, top, day, filter_, progress=call.progress)
            problems = done.problems
    keys = ("number", "name", "sex", "age", "phone", "schooling", "works_at")
    rows = [(*(getattr(p, k) for k in keys), tree.path(p.place, "township")) for p in people]
    heads = ("户编号", "姓名", "性别", "年龄", "电话", "文化程度", "务工地", "村组")
    said: list[Any] = [f"{LISTS[which].title},统计日 {day},共{total}人", table(heads, rows)]
    if out is not None:
        said.append(f"已写出:{out}")
    body = [
        asdict(p) | {"id": show_id(p.id), "household": show_id(p.household),
                     "place": place_code(p.place)}
        for p in people
    ]  # fmt: skip
    data = {"list": kind, "on": day, "total": total, "people": body, "rule": LISTS[which].rule}
    return Answer(data, said, problems)


def _filter(age: str, given: dict[str, str | None]) -> Filter:
    low, _, high = age.partition("-")
    ages = [int(t) if t.strip().isdigit() else None for t in (low, high)]

    def code(name: str, text: str | None) -> str:
        found = code_list(name).recognise(text) if text else ""
        if found is None:
            raise reject(Command.KIND_UNKNOWN, kind=text, kinds=name)
        return found

    return Filter(
        ages[0], ages[1] if "-" in age else ages[0], code("sex", given["sex"]),
        given["schooling"] or "", code("occupation", given["trade"]),
        code("hardship", given["hardship"]), given["province"] or "",
    )  # fmt: skip


# -- reconciliation and monthly round ----------------------------------------------------------


@work_group.command("mismatches", short_help="卡、表、册、人不相符的")
@click.argument(
    "kind",
    metavar="[种类]",
    required=False,
    type=Kinds({k: named.title for k, named in KINDS.items()}),
)
@PLACE
@ON
@click.option("--limit", type=click.IntRange(0), default=50, metavar="N", help="最多列几行")
@pass_call
def mismatches_command(
    call: Call, kind: str | None, place: str | None, on: str | None, limit: int
) -> Answer:
    """不写种类则列各种的数目;写了种类则逐人列出。"""
    day = read_day(on)
    with call.store() as store, store.read() as session:
        day, top = day or store.clock.today(), _top(session, place)
        if kind is None:
            found = mismatch_counts(session, top, day)
            rows = [(k.value, KINDS[k].title, KINDS[k].sides, n) for k, n in found.items()]
            said = [table(("种类", "不符", "比对", "数目"), rows, right=(3,))]
            return Answer({"on": day, "kinds": {k.value: n for k, n in found.items()}}, said)
        tree = PlaceTree.load(session)
        listed = list(mismatches(session, Kind(kind), top, day, limit=limit))
    body = [
        asdict(m) | {"person": show_id(m.person), "household": show_id(m.household),
                     "place": place_code(m.place), "kind": m.kind.value}
        for m in listed
    ]  # fmt: skip
    rows_ = [(tree.path(m.place, "township"), m.number, m.name, m.one, m.other) for m in listed]
    heads = ("村组", "户编号", "姓名", "一方", "另一方")
    return Answer({"on": day, "kind": kind, "lines": body}, [table(heads, rows_)])


@work_group.command("updates", short_help="某月各组的台账月报,谁还没有报")
@click.option("--month", metavar="月份", default="", help="如 2026-11(默认本月)")
@PLACE
@click.option("--missing", is_flag=True, help="只列没有报的")
@pass_call
def updates_command(call: Call, month: str, place: str | None, missing: bool) -> Answer:
    """各组的台账月报:组长报的数和台账的数。"""
    with call.store() as store, store.read() as session:
        month = month or store.clock.today()[:7]
        found = updates(session, month, _top(session, place))
    shown = [line for line in found if not (missing and line.reported)]
    body = [
        asdict(line) | {"place": place_code(line.place), "reported": line.reported,
                        "agrees": line.agrees}
        for line in shown
    ]  # fmt: skip
    rows = [
        (line.village + line.name, line.leader, line.phone, line.date or "未报", line.away,
         line.away_now, "" if line.agrees else "不符")
        for line in shown
    ]  # fmt: skip
    heads = ("村组", "组长", "电话", "上报日期", "上报在外", "台账在外", "")
    done = sum(line.reported for line in found)
    said: list[Any] = [f"{month} 应报{len(found)},已报{done},未报{len(found) - done}",
                       table(heads, rows)]  # fmt: skip
    return Answer({"month": month, "groups": body, "missing": len(found) - done}, said)


@work_group.command("update", short_help="记一个组的台账月报")
@click.argument("group", metavar="村组")
@click.option("--month", metavar="月份", default="", help="如 2026-11(默认本月)")
@ANY_PAIRS
@pass_call
def update_command(call: Call, group: str, month: str, pairs: Sequence[str]) -> Answer:
    """记一个组的月报,如 away=12 left=2 back=1;再记一次代替上一次。"""
    with call.store() as store:
        with store.read() as session:
            place = PlaceTree.load(session).one(group)
        month = month or store.clock.today()[:7]
        saved = update(store, month, place, read_own_fields(WorkUpdate, pairs))
        return saved_record(store, WorkUpdate, saved)


COMMANDS = (work_group,)
