"""employer, post: the register of demand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.given import PAIRS, read_day, read_fields, read_pairs
from laborclerk.cli.records import Shower, record_json
from laborclerk.features.demand.lookup import one_employer, one_post
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.demand.service import (
    Kept,
    close_post,
    employers,
    register,
    save_employer,
    save_post,
)
from laborclerk.features.matching.service import counts
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import Record, values_of
from laborclerk.store.store import Store


@click.group("employer", cls=Family)
def employer_group() -> None:
    """用工单位:登记、列出、修改。"""


@employer_group.command("add", short_help="登记一家单位")
@PAIRS
@pass_call
def add_employer(call: Call, pairs: Sequence[str]) -> Answer:
    """登记一家用工单位,如 name=某厂 credit_code=… contact=… phone=…。"""
    with call.store() as store:
        kept = save_employer(store, read_fields(Employer, read_pairs(pairs)))
        return _kept(store, Employer, kept, "已登记单位")


@employer_group.command("set", short_help="改几项")
@click.argument("employer", metavar="单位")
@PAIRS
@pass_call
def set_employer(call: Call, employer: str, pairs: Sequence[str]) -> Answer:
    """改一家单位的几项。"""
    with call.store() as store:
        found, held = _held(store, Employer, lambda session: one_employer(session, employer))
        given = read_fields(Employer, read_pairs(pairs))
        return _kept(store, Employer, save_employer(store, held | given, found), "已改")


@employer_group.command("list", short_help="列出单位")
@pass_call
def list_employers(call: Call) -> Answer:
    """列出全部用工单位。"""
    with call.store() as store, store.read() as session:
        shower = Shower(session)
        found = [record_json(e, shower) for e in employers(session)]
    keys = ("name", "credit_code", "location", "contact", "phone")
    heads = ("单位", "统一社会信用代码", "所在地", "联系人", "电话", "编号")
    rows = [(*(e["shown"].get(k) for k in keys), e["id"]) for e in found]
    return Answer({"employers": found}, [table(heads, rows) if rows else "还没有登记用工单位"])


@click.group("post", cls=Family)
def post_group() -> None:
    """用工岗位:登记、列出、修改、停招。"""


@post_group.command("add", short_help="登记一个岗位")
@click.argument("employer", metavar="单位")
@PAIRS
@pass_call
def add_post(call: Call, employer: str, pairs: Sequence[str]) -> Answer:
    """登记一个岗位,如 name=电焊工 occupation=6-18 headcount=60 pay_low=6500。违法的条件会提醒。"""
    with call.store() as store:
        with store.read() as session:
            found = one_employer(session, employer)
        given = read_fields(Post, read_pairs(pairs))
        return _kept(store, Post, save_post(store, {**given, "employer": found}), "已登记岗位")


@post_group.command("set", short_help="改几项")
@click.argument("post", metavar="岗位")
@PAIRS
@pass_call
def set_post(call: Call, post: str, pairs: Sequence[str]) -> Answer:
    """改一个岗位的几项。"""
    with call.store() as store:
        today = store.clock.today()
        found, held = _held(store, Post, lambda session: one_post(session, post, today).id)
        given = read_fields(Post, read_pairs(pairs))
        return _kept(store, Post, save_post(store, held | given, found), "已改")


@post_group.command("close", short_help="停招")
@click.argument("post", metavar="岗位")
@click.option("--reason", default="1", metavar="原因", help="招满、取消、过期等(默认招满)")
@click.option("--on", metavar="日期", help="停招日期(默认今天)")
@pass_call
def close_command(call: Call, post: str, reason: str, on: str | None) -> Answer:
    """一个岗位不再招人。"""
    with call.store() as store:
        with store.read() as session:
            found = one_post(session, post, store.clock.today())
        code = str(read_fields(Post, {"close_reason": reason})["close_reason"])
        close_post(store, found.id, code, read_day(on))
    return Answer({"post": show_id(found.id)}, [f"已停招:{found.title}"])


@post_group.command("list", short_help="用工需求台账")
@click.option("--all", "every", is_flag=True, help="停招、过期的也列")
@pass_call
def list_posts(call: Call, every: bool) -> Answer:
    """列出在招的岗位,和问过的、愿意去的人数。"""
    with call.store() as store, store.read() as session:
        shower = Shower(session)
        asked = counts(session)
        found: list[dict[str, Any]] = []
        for demand in register(session, store.clock.today(), only_open=not every):
            body = record_json(session.get_one(Post, demand.id), shower)
            answers = asked.get(demand.id)
            body |= {
                "employer_name": demand.employer.get("name"), "open": demand.open,
                "asked": answers.asked if answers else 0,
                "willing": answers.willing if answers else 0,
                "warnings": [p.text for p in demand.warnings],
            }  # fmt: skip
            found.append(body)
    heads = (
        "单位",
        "岗位",
        "人数",
        "月工资",
        "工作地点",
        "到岗",
        "有效期至",
        "问过",
        "愿意",
        "编号",
    )
    rows = [
        (
            p["employer_name"], p["name"], p["headcount"],
            "–".join(str(v) for v in (p["pay_low"], p["pay_high"]) if v),
            p["shown"].get("work_place"), p["arrival_date"], p["valid_until"],
            p["asked"], p["willing"], p["id"],
        )
        for p in found
    ]  # fmt: skip
    return Answer({"posts": found}, [table(heads, rows, (2, 7, 8)) if rows else "没有在招的岗位"])


def _held(
    store: Store, model: type[Record], meant: Callable[[Session], int]
) -> tuple[int, dict[str, Value]]:
    """The id of the record that is meant, and what it holds."""
    with store.read() as session:
        found = meant(session)
        return found, values_of(session.get_one(model, found))


def _kept(store: Store, model: type[Record], kept: Kept, said: str) -> Answer:
    with store.read() as session:
        body = record_json(session.get_one(model, kept.id), Shower(session))
    text = f"{said}:{body['name']}(编号 {body['id']})"
    return Answer({model.__tablename__: body}, [text], kept.problems)


COMMANDS = (employer_group, post_group)
