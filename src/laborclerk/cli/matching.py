"""match, offer: who fits where and why, and what people answered."""

from __future__ import annotations

from typing import Any

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, Kinds, Thin, pass_call
from laborclerk.cli.given import read_day, read_fields, read_person
from laborclerk.cli.records import place_code
from laborclerk.features.demand.lookup import one_post
from laborclerk.features.matching.earlier import Reason
from laborclerk.features.matching.model import Offer
from laborclerk.features.matching.offers import record_offer
from laborclerk.features.matching.service import (
    ASKED,
    UNASKED,
    how_many,
    people_for,
    posts_for,
    view_of,
)
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.ids import show_id


@click.group("match", cls=Family)
def match_group() -> None:
    """人岗匹配:按理由排序,不排除任何人。"""


_WHICH = {"all": "", "unasked": UNASKED, "asked": ASKED, "willing": "1", "refused": "2",
          "considering": "3", "unreached": "4"}  # fmt: skip
_NAMED = {"all": "全部", "unasked": "没问过的", "asked": "问过的", "willing": "愿意去的",
          "refused": "不去的", "considering": "再考虑的", "unreached": "没联系上的"}  # fmt: skip


@match_group.command("post", short_help="给岗位找人")
@click.argument("post", metavar="岗位")
@click.option("--place", metavar="地方", help="只看这个地方的人")
@click.option(
    "--which", type=Kinds(_NAMED), default="all", metavar="哪些", help="只看问过的、愿意的等"
)
@click.option("--limit", type=click.IntRange(1), default=50, metavar="N", help="列多少人(默认50)")
@pass_call
def match_post(call: Call, post: str, place: str | None, which: str, limit: int) -> Answer:
    """最合适的人在前,写明每一条理由和分数。"""
    with call.store() as store, store.read() as session:
        view = view_of(store)
        tree = PlaceTree.load(session)
        demand = one_post(session, post, view.today)
        under = tree.one(place) if place else None
        found = people_for(session, demand, view, place=under, which=_WHICH[which], limit=limit)
        ranked = how_many(session, demand, view, place=under, which=_WHICH[which])
        people = [
            {
                "id": show_id(f.id), "name": f.person["name"], "sex": f.person["sex"],
                "age": f.age, "phone": f.person["phone"], "place": place_code(f.place),
                "points": f.points, "reasons": _reasons(f.reasons),
                "answer": f.offer.get("answer") if f.offer else None,
                "asked": f.offer.get("asked") if f.offer else None,
            }
            for f in found
        ]  # fmt: skip
        rows = [
            (n, f.points, f.person["name"], f.age, tree.path(f.place), f.person["phone"], f.text)
            for n, f in enumerate(found, 1)
        ]
    heads = ("序", "分", "姓名", "年龄", "村组", "电话", "理由")
    said = f"{demand.title}:{ranked}人里排前的{len(rows)}人。排序只作参考,谁都可以问"
    data = {"post": show_id(demand.id), "ranked": ranked, "people": people}
    return Answer(data, [said, table(heads, rows, (0, 1, 3))])


@match_group.command("person", short_help="给人找岗位")
@click.argument("person", metavar="人")
@click.option("--limit", type=click.IntRange(1), default=20, metavar="N", help="列多少个(默认20)")
@pass_call
def match_person(call: Call, person: str, limit: int) -> Answer:
    """在招的岗位里最合适的在前。"""
    with call.store() as store:
        who = read_person(store, person)
        with store.read() as session:
            found = posts_for(session, who, view_of(store), limit=limit)
    posts = [
        {
            "id": show_id(f.demand.id), "employer": f.demand.employer.get("name"),
            "name": f.demand.post["name"], "points": f.points, "reasons": _reasons(f.reasons),
            "answer": f.offer.get("answer") if f.offer else None,
        }
        for f in found
    ]  # fmt: skip
    rows = [(n, f.points, f.demand.title, f.text) for n, f in enumerate(found, 1)]
    table_ = table(("序", "分", "岗位", "理由"), rows, (0, 1))
    return Answer({"person": show_id(who), "posts": posts}, [table_ if rows else "没有在招的岗位"])


@click.command("offer", cls=Thin)
@click.argument("person", metavar="人")
@click.argument("post", metavar="岗位")
@click.option("--answer", metavar="答复", help="愿意、不去、再考虑、没联系上")
@click.option("--reasons", metavar="原因", help="不去的原因,可几项,如 薪酬、饮食")
@click.option("--way", metavar="方式", help="电话、上门、招聘会等")
@click.option("--on", metavar="日期", help="询问日期(默认今天)")
@click.option("--note", metavar="文字", help="备注")
@pass_call
def offer_command(
    call: Call, person: str, post: str, answer: str | None, reasons: str | None, way: str | None,
    on: str | None, note: str | None,
) -> Answer:  # fmt: skip
    """记下问过谁、怎样答复。再问一次改同一条记录,历史里都在。"""
    given = {"answer": answer, "reasons": reasons, "way": way, "note": note}
    values = read_fields(Offer, {k: v for k, v in given.items() if v})
    if on:
        values["asked"] = read_day(on)
    with call.store() as store:
        who = read_person(store, person)
        with store.read() as session:
            demand = one_post(session, post, store.clock.today())
        kept = record_offer(store, who, demand.id, values)
    data = {"offer": show_id(kept.id), "person": show_id(who), "post": show_id(demand.id)}
    return Answer(data, [f"已记下:{demand.title}"], kept.problems)


def _reasons(reasons: tuple[Reason, ...]) -> list[dict[str, Any]]:
    return [{"key": r.key, "label": r.label, "points": r.points, "text": r.text} for r in reasons]


COMMANDS = (match_group, offer_command)
