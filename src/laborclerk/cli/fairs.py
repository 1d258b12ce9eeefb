"""fair: job fairs and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from sqlalchemy.orm import Session

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.given import read_day, read_fields, read_pairs, read_person
from laborclerk.cli.records import Shower, record_json
from laborclerk.features.demand.lookup import one_post
from laborclerk.features.fairs.model import Fair
from laborclerk.features.fairs.rules import Step, rate
from laborclerk.features.fairs.service import (
    Funnel,
    fairs,
    funnel,
    posts_of,
    record_intent,
    record_visit,
    save_fair,
    set_posts,
)
from laborclerk.features.registry.lookup import LookupProblem
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import read_id, show_id


@click.group("fair", cls=Family)
def fair_group() -> None:
    """招聘会:登记、带岗、来访、意向和漏斗。"""


@fair_group.command("add", short_help="登记一场招聘会")
@click.argument("name", metavar="名称")
@click.argument("date", metavar="日期")
@click.option("--place", metavar="地方", help="在哪个县、乡、村办(默认本站)")
@click.argument("pairs", nargs=-1, metavar="[字段=值 …]")
@pass_call
def add_command(
    call: Call, name: str, date: str, place: str | None, pairs: Sequence[str]
) -> Answer:
    """登记一场;在正月十五以后办会提醒。当天的统计数填 visits_told=… 等。"""
    with call.store() as store:
        with store.read() as session:
            tree = PlaceTree.load(session)
            where = tree.one(place) if place else tree.root()
        given = read_fields(Fair, read_pairs(pairs))
        kept = save_fair(
            store, {**given, "name": name, "date": read_day(date), "venue_place": where}
        )
        with store.read() as session:
            body = record_json(session.get_one(Fair, kept.id), Shower(session))
    return Answer({"fair": body}, [f"已登记:{name}(编号 {body['id']})"], kept.problems)


@fair_group.command("list", short_help="各场招聘会")
@pass_call
def list_command(call: Call) -> Answer:
    """列出各场和各步的数。"""
    with call.store() as store, store.read() as session:
        shower = Shower(session)
        found = [
            record_json(fair, shower) | _funnel_json(funnel(session, fair))
            for fair in fairs(session)
        ]
    heads = ("招聘会", "日期", "地方", "岗位", "入场", "意向", "到岗", "编号")
    rows = [
        (f["name"], f["date"], f["shown"].get("venue_place"),
         *(step["count"] for step in f["steps"]), f["id"])
        for f in found
    ]  # fmt: skip
    return Answer({"fairs": found}, [table(heads, rows, (3, 4, 5, 6)) if rows else "还没有招聘会"])


@fair_group.command("show", short_help="一场的漏斗")
@click.argument("fair", metavar="招聘会")
@pass_call
def show_command(call: Call, fair: str) -> Answer:
    """岗位 → 入场 → 意向 → 到岗:名单上的和当天统计的并排,不一致照样列出。"""
    with call.store() as store, store.read() as session:
        record = _fair(session, fair)
        found = funnel(session, record)
        body = record_json(record, Shower(session)) | _funnel_json(found)
    rows = [(s.label, s.unit, s.told, s.listed) for s in (found.firms, found.trades, *found.steps)]
    heads = ("", "单位", "当天统计", "名单上")
    posts, _, intents, arrivals = found.steps
    said = [f"意向占岗位 {_percent(intents, posts)},到岗占意向 {_percent(arrivals, intents)}"]
    return Answer({"fair": body}, [table(heads, rows, (2, 3)), *said], found.problems)


@fair_group.command("posts", short_help="带哪些岗位来")
@click.argument("fair", metavar="招聘会")
@click.argument("posts", nargs=-1, required=True, metavar="岗位 …")
@pass_call
def posts_command(call: Call, fair: str, posts: Sequence[str]) -> Answer:
    """加上这些岗位。"""
    with call.store() as store:
        with store.read() as session:
            record = _fair(session, fair)
            there = {line.post for line in posts_of(session, record.id) if line.post}
            found = {one_post(session, text, store.clock.today()).id for text in posts}
        set_posts(store, record.id, there | found)
    return Answer({"posts": len(there | found)}, [f"{record.name}:共{len(there | found)}个岗位"])


@fair_group.command("visit", short_help="谁来了,愿去哪里")
@click.argument("fair", metavar="招聘会")
@click.argument("person", metavar="人")
@click.option("--post", metavar="岗位", help="愿意去的岗位(意向)")
@click.option("--on", metavar="日期", help="哪天来的(默认举办那天)")
@pass_call
def visit_command(call: Call, fair: str, person: str, post: str | None, on: str | None) -> Answer:
    """登记来访;写了岗位就连意向一起记。"""
    with call.store() as store:
        who = read_person(store, person)
        with store.read() as session:
            record = _fair(session, fair)
            wanted = one_post(session, post, store.clock.today()).id if post else None
        if wanted is None:
            kept = record_visit(store, record.id, who, read_day(on))
        else:
            kept = record_intent(store, record.id, who, wanted, read_day(on))
    data = {"person": show_id(who), "fair": show_id(record.id)}
    said = "已记来访和意向" if wanted else "已记来访"
    return Answer(data, [f"{said}:{record.name}"], kept.problems)


def _fair(session: Session, text: str) -> Fair:
    number = read_id(text)
    found = fairs(session)
    fits = [f for f in found if f.id == number] or [f for f in found if f.name == text]
    fits = fits or [f for f in found if text in (f.name or "")]
    if not fits:
        raise reject(LookupProblem.RECORD_UNKNOWN, what=text)
    if len(fits) > 1:
        choices = "、".join(f"{f.name} {f.date}({show_id(f.id)})" for f in fits[:5])
        raise reject(LookupProblem.RECORD_AMBIGUOUS, what=text, count=len(fits), choices=choices)
    return fits[0]


def _funnel_json(found: Funnel) -> dict[str, Any]:
    def body(step: Step) -> dict[str, Any]:
        return {"key": step.key, "unit": step.unit, "told": step.told, "listed": step.listed,
                "count": step.count}  # fmt: skip

    return {"steps": [body(s) for s in found.steps], "firms": body(found.firms),
            "trades": body(found.trades)}  # fmt: skip


def _percent(part: Step, whole: Step) -> str:
    found = rate(part.count, whole.count)
    return "–" if found is None else f"{found / 10:.1f}%"


COMMANDS = (fair_group,)
