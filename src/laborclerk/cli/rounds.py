"""round: survey rounds."""

from __future__ import annotations

from typing import Any

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.given import read_day, read_fields
from laborclerk.cli.records import Shower, record_json
from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import all_rounds, close_round, need_round, new_round
from laborclerk.features.registry.lookup import LookupProblem
from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.store.base import fields_of
from laborclerk.store.store import Store


@click.group("round", cls=Family)
def round_group() -> None:
    """调查轮次:新建、列出、结束。"""


@round_group.command("new", short_help="新建一轮")
@click.argument("name", metavar="名称")
@click.option("--from", "starts", metavar="日期", help="开始日期(默认今天)")
@click.option("--to", "ends", metavar="日期", help="截止日期")
@click.option("--reference", "reference_date", metavar="日期", help="标准时点(默认同开始日期)")
@click.option("--rule", "labour_rule", metavar="口径", help="劳动力口径(代码或文字)")
@click.option("--form-number", metavar="表号", help="表号")
@click.option("--maker", metavar="机关", help="制表机关")
@pass_call
def new_command(call: Call, /, **given: str | None) -> Answer:
    """新建一轮调查;上一轮须已结束。"""
    with call.store() as store:
        given["starts"] = given["starts"] or store.clock.today()
        made = new_round(store, read_fields(Round, {k: v for k, v in given.items() if v}))
        with store.read() as session:
            record = session.get(Round, made)
            assert record is not None
            body = record_json(record, Shower(session))
    return Answer({"round": body}, [f"已新建轮次:{body['name']}(编号 {body['id']})"])


@round_group.command("list", short_help="列出各轮")
@pass_call
def list_command(call: Call) -> Answer:
    """列出各轮,新的在前。"""
    with call.store() as store, store.read() as session:
        shower = Shower(session)
        rounds: list[dict[str, Any]] = [record_json(r, shower) for r in all_rounds(session)]
    keys = ("name", "starts", "ends", "reference_date", "labour_rule", "closed")
    heads = [fields_of(Round)[k].label for k in keys] + ["编号"]
    rows = [(*(r["shown"].get(k) for k in keys), r["id"]) for r in rounds]
    return Answer({"rounds": rounds}, [table(heads, rows) if rows else "还没有轮次"])


@round_group.command("close", short_help="结束一轮")
@click.argument("name", metavar="[轮次]", required=False)
@click.option("--on", metavar="日期", help="结束日期(默认今天)")
@pass_call
def close_command(call: Call, name: str | None, on: str | None) -> Answer:
    """结束一轮(默认正在进行的):数字保留,不再录入。"""
    with call.store() as store:
        record = _round(store, name)
        day = read_day(on) or store.clock.today()
        close_round(store, record.id, day)
    said = f"已结束轮次:{record.name},{day}"
    return Answer({"round": show_id(record.id), "closed": day}, [said])


def _round(store: Store, name: str | None) -> Round:
    with store.read() as session:
        if name is None:
            return need_round(session)
        number = read_id(name)
        found = [r for r in all_rounds(session) if r.id == number or r.name == name]
    if not found:
        raise reject(LookupProblem.RECORD_UNKNOWN, what=name)
    if len(found) > 1:
        choices = "、".join(f"{r.name} {r.starts}({show_id(r.id)})" for r in found)
        raise reject(LookupProblem.RECORD_AMBIGUOUS, what=name, count=len(found), choices=choices)
    return found[0]


COMMANDS = (round_group,)
