"""handbook: what is printed in it, who got one, what was checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.given import read_fields, read_pairs
from laborclerk.cli.records import Shower, record_json
from laborclerk.features.dispatch.batches import one_batch
from laborclerk.features.handbook import service
from laborclerk.features.handbook.content import warnings
from laborclerk.features.handbook.model import HandbookIssue
from laborclerk.features.registry.places import PlaceTree


@click.group("handbook", cls=Family)
def handbook_group() -> None:
    """务工手册:核对内容、登记发放(打印用 print handbook)。"""


@handbook_group.command("list", short_help="要核对的条文和电话")
@click.option("--all", "every", is_flag=True, help="核对过的也列")
@pass_call
def list_command(call: Call, every: bool) -> Answer:
    """列出手册里的法律条文和电话,哪些还没有人核对。"""
    with call.store() as store:
        found = [line for line in service.lines(store) if every or not line.checked]
        words = service.own_content(store)
        with store.read() as session:
            known = service.known_checks(session)
        problems = warnings(words, known, store.clock.today())
    body = [
        {"key": line.item.key, "kind": line.item.kind, "head": line.item.head,
         "text": line.item.text, "number": line.item.number or None,
         "source": line.item.source or None, "valid_from": line.item.valid_from or None,
         "checked": line.checked or None}
        for line in found
    ]  # fmt: skip
    rows = [
        (line.item.key, line.item.number or line.item.head, line.item.source or line.item.head,
         line.item.valid_from, line.checked)
        for line in found
    ]  # fmt: skip
    said: list[Any] = [f"{words.title} {service.edition_of(words)}:{len(rows)}条"]
    said.append(table(("条目", "讲什么", "出处", "施行", "核对日期"), rows))
    return Answer({"edition": service.edition_of(words), "lines": body}, said, problems)


@handbook_group.command("confirm", short_help="登记核对过的条目")
@click.argument("keys", nargs=-1, required=True, metavar="条目…")
@click.option("--by", "person", default="", metavar="姓名", help="核对人(默认录入员)")
@click.option("--basis", default="", metavar="依据", help="对照了什么,如 国家法律法规数据库原文")
@pass_call
def confirm_command(call: Call, keys: Sequence[str], person: str, basis: str) -> Answer:
    """记下哪些条目已与原文核对、电话已拨通;条文改了要重新核对。"""
    with call.store() as store:
        done = service.confirm(store, keys, person, basis)
    return Answer({"confirmed": list(keys), "records": len(done.ids)}, [f"已核对{len(keys)}条"])


@handbook_group.command("issue", short_help="登记发放")
@click.argument("pairs", nargs=-1, metavar="字段=值 …")
@click.option("--batch", metavar="批次", help="给这一批每人登记一册")
@click.option("--place", metavar="地方", help="发给哪个乡镇、村")
@pass_call
def issue_command(
    call: Call, pairs: Sequence[str], batch: str | None, place: str | None
) -> Answer:  # fmt: skip
    """登记发放:发给一批每人一册,或如 --place 乌峰街道 copies=200 receiver=杨某。"""
    given = read_fields(HandbookIssue, read_pairs(pairs))
    with call.store() as store:
        if batch:
            with store.read() as session:
                found = one_batch(session, batch).id
            done = service.issue_to_batch(store, found)
        else:
            if place:
                with store.read() as session:
                    given["place"] = PlaceTree.load(session).one(place)
            done = service.issue(store, given)
        with store.read() as session:
            total = service.issued_copies(session)
    said = f"已登记{len(done.ids)}条,累计发放{total}册"
    return Answer({"issued": len(done.ids), "copies": total}, [said])


@handbook_group.command("issues", short_help="发放记录")
@pass_call
def issues_command(call: Call) -> Answer:
    """列出发放记录:版次、领取、日期、册数(002-11)。"""
    with call.store() as store, store.read() as session:
        shower = Shower(session)
        found = [record_json(r, shower) for r in service.issues(session)]
        total = service.issued_copies(session)
    keys = ("date", "kind", "edition", "copies", "person", "place", "receiver")
    heads = ("日期", "种类", "版次", "册数", "领取人员", "领取地方", "签收人")
    rows = [tuple(r["shown"].get(k) for k in keys) for r in found]
    said: list[Any] = [f"累计发放{total}册"]
    said += [table(heads, rows)] if rows else []
    return Answer({"issues": found, "copies": total}, said)


COMMANDS = (handbook_group,)
