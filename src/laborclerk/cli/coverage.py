"""coverage: the six-level reconciliation, every place down to the group, and the list behind each
number."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.orm import Session

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Kinds, Thin, pass_call
from laborclerk.cli.given import read_day
from laborclerk.cli.records import place_code
from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.household_form import facts_of_round
from laborclerk.features.census.rounds import need_round, round_to_read
from laborclerk.features.coverage import signoff as signing
from laborclerk.features.coverage.gaps import GapKind, gap_total, gaps
from laborclerk.features.coverage.service import DIRECT, CoverageRow, all_rows, row
from laborclerk.features.registry.places import LEVELS, PlaceTree, level_of
from laborclerk.kernel.ids import show_id

_HEADS = (
    "地方", "底册户", "应访户", "已访", "已完成", "有说明", "待复访", "漏户", "应登记人",
    "已完成人", "漏人", "缺项", "签认",
)  # fmt: skip


@click.command("coverage", cls=Thin)
@click.option("--place", metavar="地方", help="区划代码或唯一的名称(默认全站)")
@click.option("--list", "which", type=Kinds({k: k.label for k in GapKind}), metavar="名单",
              help="列出一个数后面的名单")  # fmt: skip
@click.option("--limit", type=click.IntRange(1), default=1000, metavar="N", help="名单最多几行")
@pass_call
def coverage_command(call: Call, place: str | None, which: str | None, limit: int) -> Answer:
    """六级核对:每个乡、村、组的户和人,一户没有的村组也在内。没有正在进行的轮次时,是最近结束的一轮。"""
    with call.store() as store, store.read() as session:
        shown_round = round_to_read(session)
        facts, closed = facts_of_round(session, shown_round.id), shown_round.closed
        tree = PlaceTree.load(session)
        top = tree.one(place) if place else tree.root()
        if which is not None:
            return _listed(session, facts, top, GapKind(which), limit)
        rows = all_rows(session, facts.id, top)
    shown = [_line(row, LEVELS.index(level_of(top))) for row in rows]
    ended = [f"“{facts.name}”已于{closed}结束,以下是这一轮的数"] if closed else []
    said: list[Any] = [facts.title, *ended, table(_HEADS, shown, right=range(1, len(_HEADS) - 1))]
    data = {
        "round": facts.name, "closed": closed, "rule": facts.labour_rule.name,
        "rows": [row_json(row) for row in rows],
    }  # fmt: skip
    return Answer(data, said)


def _listed(session: Session, facts: RoundFacts, place: int, kind: GapKind, limit: int) -> Answer:
    """The list behind a number, the first lines of it."""
    total, amount = gap_total(session, facts.id, place, kind)
    found = gaps(session, facts.id, place, kind, limit)
    rows = [(g.where, g.number, g.head_name, g.name, g.text) for g in found]
    data = {
        "round": facts.name, "list": kind, "total": total, "amount": amount,
        "lines": [
            {"place": place_code(g.place), "number": g.number, "head_name": g.head_name,
             "household": show_id(g.household) if g.household else None,
             "person": show_id(g.person) if g.person else None, "name": g.name, "text": g.text}
            for g in found
        ],
    }  # fmt: skip
    said: list[Any] = [f"{facts.title} · {kind.label} {total}行"]
    return Answer(data, [*said, table(("村组", "户编号", "户主", "人员", "情况"), rows)])


def row_json(row: CoverageRow) -> dict[str, Any]:
    """One place as scripts read it."""
    c, s = row.counts, row.signed
    return {
        "code": row.code, "name": row.name, "level": row.level,
        "households": {
            "frame": c.frame, "due": c.due, "done": c.done, "visited": c.visited,
            "missing": c.missing, "revisit": c.revisit, "explained": c.explained,
            "unvisited": c.unvisited, "unfinished": c.unfinished, "found": c.found,
            "gone": c.gone,
        },
        "persons": {
            "frame": c.persons_frame, "due": c.persons_due, "done": c.persons_done,
            "missing": c.persons_missing, "labour": c.labour,
        },
        "items_missing": c.items_missing,
        "gaps": {
            "townships": row.gaps.townships, "villages": row.gaps.villages,
            "groups": row.gaps.groups, "households": row.gaps.households,
            "persons": row.gaps.persons, "items": row.gaps.items,
        },
        "signed": s.complete,
        "sign_off": {
            "signed": s.signed, "villages": s.villages, "date": s.date, "signer": s.signer,
            "changed": s.changed,
        },
    }  # fmt: skip


def _line(row: CoverageRow, top: int) -> tuple[object, ...]:
    c = row.counts
    depth = LEVELS.index(level_of(row.place)) + (row.level == DIRECT) - top
    signed = row.signed
    text = f"{signed.signed}/{signed.villages}" if signed.villages > 1 else signed.date or ""
    return (
        "  " * depth + row.name, c.frame, c.due, c.visited, c.done, c.explained, c.revisit,
        c.missing, c.persons_due, c.persons_done, c.persons_missing, c.items_missing,
        text + ("(签后有变动)" if signed.changed else ""),
    )  # fmt: skip


@click.command("signoff", cls=Thin)
@click.argument("place", metavar="村")
@click.option("--signer", metavar="姓名", help="签认人(默认当前录入员)")
@click.option("--reason", default="", metavar="说明", help="仍有缺口时的说明")
@click.option("--date", metavar="日期", help="签认日期(默认今天)")
@click.option("--withdraw", is_flag=True, help="撤回签认")
@pass_call
def signoff_command(
    call: Call, place: str, signer: str | None, reason: str, date: str | None, withdraw: bool
) -> Answer:
    """签认一个村(社区):没有缺口,或每处缺口都有说明。"""
    day = read_day(date)
    with call.store() as store:
        with store.read() as session:
            round_id = need_round(session).id
            village = PlaceTree.load(session).one(place)
            standing = signing.standing(session, round_id, village)
        if withdraw:
            signing.withdraw(store, standing.id if standing else 0, date=day, reason=reason)
        else:
            who = store.clerk if signer is None else signer
            signing.sign_off(store, round_id, village, who, date=day, reason=reason)
        with store.read() as session:
            whole = row(session, round_id, village)
    body = row_json(whole)
    done = "已撤回签认" if withdraw else f"已签认,{whole.signed.date} {whole.signed.signer}"
    return Answer({"signed": body["signed"], "row": body}, [f"{whole.name}:{done}"])


COMMANDS = (coverage_command, signoff_command)
