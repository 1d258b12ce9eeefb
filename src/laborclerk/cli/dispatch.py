"""batch: who goes where together, who arrived, who came home."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from laborclerk.cli.answer import Answer, problem_json, table
from laborclerk.cli.call import Call, from_file
from laborclerk.cli.command import Family, Kinds, pass_call
from laborclerk.cli.given import PAIRS, read_day, read_fields, read_pairs
from laborclerk.cli.records import Shower, place_code, record_json
from laborclerk.features.demand.lookup import one_post
from laborclerk.features.dispatch import service, travels
from laborclerk.features.dispatch.batches import (
    batch_list,
    check_batch,
    leaders,
    members,
    one_batch,
    one_member,
    willing,
)
from laborclerk.features.dispatch.editions import edition_state, editions
from laborclerk.features.dispatch.imports import import_roster
from laborclerk.features.dispatch.model import Batch, BatchMember, PostChange
from laborclerk.features.dispatch.prints import export_roster
from laborclerk.features.dispatch.rosters import ROSTERS, RosterKind
from laborclerk.features.registry.lookup import one_person
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.ids import show_id
from laborclerk.store.store import Store

_BATCH = click.argument("batch", metavar="批次")
_WHO = click.argument("who", nargs=-1, metavar="人…")
_ALL = click.option("--all", "every", is_flag=True, help="本批还没有确认的全部人")
KINDS = Kinds({str(r.kind): r.title for r in ROSTERS})


@click.group("batch", cls=Family)
def batch_group() -> None:
    """派遣批次:新建、加人、到岗、未成行、调岗、返乡。"""


@batch_group.command("new", short_help="新建一批")
@PAIRS
@click.option("--post", metavar="岗位", help="为哪个用工岗位派人,单位和地点由它带出")
@pass_call
def new_batch(call: Call, pairs: Sequence[str], post: str | None) -> Answer:
    """新建一批,如 name=赴福州首批 destination=福州 departs=2026-11-20 …;编号由程序编。"""
    with call.store() as store:
        given = read_fields(Batch, read_pairs(pairs))
        if post:
            with store.read() as session:
                given["post"] = one_post(session, post, store.clock.today()).id
        [made] = service.save_batch(store, given).ids
        body = _body(store, made)
    return Answer({"batch": body}, [f"已新建批次:{body['name']} {body['number']}"])


@batch_group.command("set", short_help="改几项")
@_BATCH
@PAIRS
@pass_call
def set_batch(call: Call, batch: str, pairs: Sequence[str]) -> Answer:
    """改一批的几项;印过名册的,再印就是新的一版。"""
    with call.store() as store:
        found = _find(store, batch)
        service.save_batch(store, read_fields(Batch, read_pairs(pairs)), found)
        body = _body(store, found)
    return Answer({"batch": body}, [f"已改:{body['name']}"])


def _find(store: Store, text: str) -> int:
    with store.read() as session:
        return one_batch(session, text).id


def _body(store: Store, batch: int) -> dict[str, Any]:
    with store.read() as session:
        return record_json(session.get_one(Batch, batch), Shower(session))


@batch_group.command("list", short_help="列出各批")
@pass_call
def list_batches(call: Call) -> Answer:
    """列出各批和人数:名册、到岗、未成行、返乡。"""
    with call.store() as store, store.read() as session:
        found = batch_list(session)
    rows = [
        (b.number, b.name, b.destination, b.departs, b.people, b.arrived, b.absent, b.returned,
         b.edition or "")
        for b in found
    ]  # fmt: skip
    heads = ("批次编号", "名称", "目的地", "出发", "名册", "到岗", "未成行", "返乡", "版次")
    body = [{**asdict(b), "id": show_id(b.id)} for b in found]
    said = [table(heads, rows, right=(4, 5, 6, 7, 8)) if rows else "还没有批次"]
    return Answer({"batches": body}, said)


@batch_group.command("show", short_help="一批的人和核对结果")
@_BATCH
@pass_call
def show_batch(call: Call, batch: str) -> Answer:
    """一批的全部内容:人、带队人、名册版次、出发前还差什么。"""
    with call.store() as store, store.read() as session:
        record = one_batch(session, batch)
        shower = Shower(session)
        body = record_json(record, shower)
        lines = list(members(session, record.id))
        body["members"] = [
            {**asdict(m), "id": show_id(m.id), "person": show_id(m.person),
             "household": show_id(m.household), "place": place_code(m.place) if m.place else None}
            for m in lines
        ]  # fmt: skip
        body["leaders"] = [
            {"place": place_code(p), "name": r.name, "phone": r.phone}
            for p, r in leaders(session, record.id).items()
        ]
        state = edition_state(session, record)
        body["edition"] = {"number": state.number, "printed": state.settled,
                           "changes": state.changes}  # fmt: skip
        body["editions"] = [
            {"number": e.number, "date": e.date, "persons": e.persons, "changes": e.changes}
            for e in editions(session, record.id)
        ]
        problems = check_batch(session, record, store.clock.today())
        rows = [
            (m.name, shower.tree.path(m.place, "township") if m.place else "", m.phone,
             m.status_text, m.job, m.arrived or m.absence, show_id(m.id))
            for m in lines
        ]  # fmt: skip
    said: list[Any] = [f"{record.number} {record.name}:{len(lines)}人,名册第{state.number}版"]
    heads = ("姓名", "住址", "电话", "状态", "岗位", "到岗(未成行原因)", "编号")
    said += [table(heads, rows)] if rows else []
    return Answer({"batch": body, "checks": [problem_json(p) for p in problems]}, said, problems)


@batch_group.command("add", short_help="加人")
@_BATCH
@_WHO
@click.option("--willing", "of_post", is_flag=True, help="本批岗位问过、答“愿意去”的人")
@click.option(
    "--with", "facts", multiple=True, metavar="字段=值", help="各人相同的几项,如 wage=6500"
)
@pass_call
def add_command(
    call: Call, batch: str, who: Sequence[str], of_post: bool, facts: Sequence[str]
) -> Answer:
    """把人加进一批:姓名、号码或编号;或 --willing 加上愿意去的。"""
    with call.store() as store:
        found = _find(store, batch)
        with store.read() as session:
            people = [one_person(session, text).id for text in who]
            post = session.get_one(Batch, found).post
            if of_post and post is not None:
                people += willing(session, post)
        given = read_fields(BatchMember, read_pairs(facts))
        done = service.add_members(store, found, people, given)
    ids = [show_id(i) for i in done.ids]
    return Answer({"added": ids}, [f"已加入{len(ids)}人"], done.problems)


@batch_group.command("change", short_help="改批次里一个人的几项")
@_BATCH
@click.argument("who", metavar="人")
@PAIRS
@pass_call
def change_command(call: Call, batch: str, who: str, pairs: Sequence[str]) -> Answer:
    """改一个人在本批里的几项,如 contract=1 health_check=1。"""
    with call.store() as store:
        found = _members(store, batch, [who], every=False)
        service.change_members(store, found, read_fields(BatchMember, read_pairs(pairs)))
    return Answer({"changed": [show_id(i) for i in found]}, [f"已改{who}"])


@batch_group.command("remove", short_help="移出本批")
@_BATCH
@_WHO
@pass_call
def remove_command(call: Call, batch: str, who: Sequence[str]) -> Answer:
    """把人移出本批(加错了的);没走成的请用 absent 记原因。"""
    with call.store() as store:
        found = _members(store, batch, who, every=False)
        service.remove_members(store, found)
    return Answer({"removed": [show_id(i) for i in found]}, [f"已移出{len(found)}人"])


@batch_group.command("leader", short_help="指定乡镇带队人")
@_BATCH
@click.argument("place", metavar="乡镇")
@click.argument("name", metavar="姓名")
@click.argument("phone", metavar="[电话]", required=False, default="")
@pass_call
def leader_command(call: Call, batch: str, place: str, name: str, phone: str) -> Answer:
    """指定带一个乡镇的人的带队人(004-20:超过20人的乡镇要有)。"""
    with call.store() as store:
        found = _find(store, batch)
        with store.read() as session:
            tree = PlaceTree.load(session)
            where = tree.one(place)
        service.set_leader(store, found, where, name, phone)
    said = f"{tree.name(where)}的带队人:{name} {phone}"
    return Answer({"place": place_code(where), "leader": name}, [said.rstrip()])


def _members(store: Store, batch: str, who: Sequence[str], *, every: bool) -> list[int]:
    with store.read() as session:
        record = one_batch(session, batch)
        found = [one_member(session, record.id, text).id for text in who]
        if every:
            waiting = members(session, record.id, only=(service.ASKED, service.SURE))
            found += [m.id for m in waiting if m.id not in found]
    if not found:
        raise click.UsageError("请写明是谁,或加 --all")
    return found


def _marked(
    call: Call, batch: str, who: Sequence[str], every: bool, key: str, word: str,
    mark: Callable[[Store, list[int]], service.Done],
) -> Answer:  # fmt: skip
    with call.store() as store:
        done = mark(store, _members(store, batch, who, every=every))
    ids = [show_id(i) for i in done.ids]
    return Answer({key: ids}, [f"{word}{len(ids)}人"], done.problems)


@batch_group.command("arrive", short_help="确认到岗")
@_BATCH
@_WHO
@_ALL
@click.option("--on", metavar="日期", help="到岗日期(默认今天)")
@pass_call
def arrive_command(
    call: Call, batch: str, who: Sequence[str], every: bool, on: str | None
) -> Answer:  # fmt: skip
    """确认到岗:从这一天起记一段务工。"""
    day = read_day(on)
    return _marked(
        call, batch, who, every, "arrived", "已确认到岗",
        lambda store, ids: travels.arrive(store, ids, day or store.clock.today()),
    )  # fmt: skip


@batch_group.command("absent", short_help="未成行、未到岗")
@_BATCH
@_WHO
@click.option("--reason", required=True, metavar="原因", help="代码或文字,如 家里有事")
@click.option("--left", is_flag=True, help="走了但没有到岗")
@pass_call
def absent_command(
    call: Call, batch: str, who: Sequence[str], reason: str, left: bool
) -> Answer:  # fmt: skip
    """记下没有走成的人和原因;--left 是走了没到。"""
    code = str(read_fields(BatchMember, {"absence": reason})["absence"])
    return _marked(
        call, batch, who, False, "absent", "已登记未成行" if not left else "已登记未到岗",
        lambda store, ids: travels.absent(store, ids, code, left=left),
    )  # fmt: skip


@batch_group.command("repost", short_help="调整岗位")
@_BATCH
@click.argument("who", metavar="人")
@PAIRS
@click.option("--on", metavar="日期", help="调岗日期(默认今天)")
@pass_call
def repost_command(
    call: Call, batch: str, who: str, pairs: Sequence[str], on: str | None
) -> Answer:
    """到岗后换岗位,如 after=打磨工 reason=技能不适应;务工不中断(004-21)。"""
    given = read_fields(PostChange, read_pairs(pairs))
    with call.store() as store:
        [found] = _members(store, batch, [who], every=False)
        given.setdefault("date", read_day(on) or store.clock.today())
        done = travels.change_post(store, found, given)
    return Answer({"change": show_id(done.ids[0])}, [f"{who}已调到:{given.get('after')}"])


@batch_group.command("return", short_help="返乡")
@_BATCH
@_WHO
@click.option("--reason", required=True, metavar="原因", help="代码或文字,如 合同期满")
@click.option("--on", metavar="日期", help="返乡日期(默认今天)")
@pass_call
def return_command(
    call: Call, batch: str, who: Sequence[str], reason: str, on: str | None
) -> Answer:  # fmt: skip
    """登记返乡:那段务工到这一天为止。"""
    code = str(read_fields(BatchMember, {"return_reason": reason})["return_reason"])
    day = read_day(on)
    return _marked(
        call, batch, who, False, "returned", "已登记返乡",
        lambda store, ids: travels.come_home(store, ids, day or store.clock.today(), code),
    )  # fmt: skip


@batch_group.command("export", short_help="名册导出为表格")
@_BATCH
@click.argument("out", metavar="文件.xlsx", type=click.Path(path_type=Path))
@click.option("--list", "which", type=KINDS, default="leader", metavar="哪一种",
              help="给谁用的")  # fmt: skip
@click.option("--sheet-password-file", type=click.Path(path_type=Path), metavar="文件",
              help="第一行是表格密码的文件")  # fmt: skip
@pass_call
def export_command(
    call: Call, batch: str, out: Path, which: str, sheet_password_file: Path | None
) -> Answer:
    """把一种名册导出为表格,与印出来的同一版。"""
    password = from_file(sheet_password_file)
    with call.store() as store:
        found = _find(store, batch)
        rows, problems = export_roster(
            store, found, RosterKind(which), out, password=password, progress=call.progress
        )
    data = {"rows": rows, "file": str(out), "encrypted": password is not None}
    return Answer(data, [f"已导出{rows}行:{out}"], problems)


@batch_group.command("import", short_help="由花名册加人")
@_BATCH
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看会怎样,不写入")
@click.option("--rejects", type=click.Path(path_type=Path), metavar="文件.xlsx",
              help="没有导入的行存到这个文件")  # fmt: skip
@click.option("--sheet-password-file", type=click.Path(path_type=Path), metavar="文件",
              help="第一行是表格密码的文件")  # fmt: skip
@pass_call
def import_command(
    call: Call, batch: str, file: Path, dry_run: bool, rejects: Path | None,
    sheet_password_file: Path | None,
) -> Answer:  # fmt: skip
    """按身份证号把花名册上的人加进一批;登记里没有的人不加,退回改正。"""
    password = from_file(sheet_password_file)
    with call.store() as store:
        done = import_roster(
            store, _find(store, batch), file, dry_run=dry_run, rejects=rejects,
            password=password, progress=call.progress,
        )  # fmt: skip
    data = {
        "read": done.read, "created": done.created, "updated": done.updated,
        "unchanged": done.unchanged, "refused": done.refused, "warned": done.warned,
        "dry_run": dry_run, "rejects": str(done.rejects_path) if done.rejects_path else None,
    }  # fmt: skip
    said = (
        f"{'试算,没有写入:' if dry_run else ''}读了{done.read}行:加入{done.created}人,"
        f"更新{done.updated}人,未变{done.unchanged}人,没有导入{done.refused}行"
    )
    return Answer(data, [said], done.problems, done.refused > 0)


COMMANDS = (batch_group,)
