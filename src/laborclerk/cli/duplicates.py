"""duplicates: persons entered twice, over all stations; one person or two, and taking it back."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.orm import Session

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.given import read_pairs
from laborclerk.cli.records import Shower, place_code, record_json
from laborclerk.features.registry.duplicates import decide
from laborclerk.features.registry.duplicates.decide import DuplicateProblem
from laborclerk.features.registry.duplicates.listing import (
    Duplicate,
    decisions,
    listed,
    total,
)
from laborclerk.features.registry.duplicates.model import SAME
from laborclerk.features.registry.duplicates.undo import undo_merge
from laborclerk.features.registry.lookup import one_person
from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.store.base import fields_of

PERSON = "编号|姓名|号码"


@click.group("duplicates", cls=Family)
def duplicates_command() -> None:
    """疑似重复登记的人:列出、合并、判为两个人、撤回。"""


@duplicates_command.command("list")
@click.option("--place", metavar="地方", help="区划代码或唯一的名称(默认全站)")
@click.option("--limit", type=click.IntRange(1, 100_000), default=1000, metavar="N",
              help="最多几对")  # fmt: skip
@click.option("--decided", is_flag=True, help="列出已经判定的")
@pass_call
def list_command(call: Call, place: str | None, limit: int, decided: bool) -> Answer:
    """没有判定的疑似重复,把握大的在前:每对的编号、两条登记、依据、分数。"""
    with call.store() as store, store.read() as session:
        shower = Shower(session)
        if decided:
            return _decided(session, shower)
        under = shower.tree.one(place) if place else None
        found = listed(session, under, limit=limit)
        count = total(session, under)
        pairs = [_pair_json(pair, shower) for pair in found]
    more = f",列出前{len(pairs)}对" if len(pairs) < count else ""
    said: list[Any] = [f"疑似重复{count}对{more}"]
    if pairs:
        heads = ("分数", "依据", "第一人", "第一人所在", "第二人", "第二人所在", "编号")
        said.append(table(heads, [_line(p) for p in pairs], right=(0,)))
    return Answer({"duplicates": pairs, "total": count}, said)


def _pair_json(pair: Duplicate, shower: Shower) -> dict[str, Any]:
    sides = [
        {
            "id": show_id(side.person), "name": side.name, "id_number": side.id_number,
            "household": show_id(side.household), "household_number": side.household_number,
            "place": place_code(side.place), "path": shower.tree.path(side.place),
        }
        for side in pair.sides
    ]  # fmt: skip
    return {
        "id": show_id(pair.id), "persons": [side["id"] for side in sides],
        "reason": pair.reasons[0], "reasons": list(pair.reasons), "said": pair.words,
        "score": pair.score, "certain": pair.certain, "sides": sides,
    }  # fmt: skip


def _line(pair: dict[str, Any]) -> tuple[Any, ...]:
    told = [
        text
        for side in pair["sides"]
        for text in (
            f"{side['name']} {side['id']}", f"{side['path']} 户{side['household_number']}",
        )
    ]  # fmt: skip
    return (pair["score"], pair["said"], *told, pair["id"])


def _decided(session: Session, shower: Shower) -> Answer:
    found = decisions(session)
    made = [
        {
            "id": show_id(d.id), "persons": [show_id(p) for p in d.persons], "verdict": d.verdict,
            "kept": show_id(d.kept) if d.kept else None, "reason": d.reason or None,
        }
        for d in found
    ]  # fmt: skip
    rows = [
        (
            "同一人" if d.verdict == SAME else "两个人",
            *(shower.name_of("person", p) for p in d.persons), d.reason, show_id(d.id),
        )
        for d in found
    ]  # fmt: skip
    said: list[Any] = [f"已判定{len(made)}对"]
    if rows:
        said.append(table(("判定", "第一人", "第二人", "依据", "编号"), rows))
    return Answer({"decisions": made}, said)


@duplicates_command.command("merge")
@click.argument("first", metavar=PERSON)
@click.argument("second", metavar=PERSON)
@click.option("--keep", metavar=PERSON, help="留下哪一条(默认第一人)")
@click.option("--take", "take", multiple=True, metavar="字段=1|2",
              help="这一项用第一人还是第二人的(默认留下的,空则用另一人的)")  # fmt: skip
@click.option("--reason", default="", metavar="文字", help="判定依据")
@pass_call
def merge_command(
    call: Call, first: str, second: str, keep: str | None, take: tuple[str, ...], reason: str
) -> Answer:
    """同一人:合并成一条,另一条撤出;以后可以撤回。"""
    with call.store() as store:
        with store.read() as session:
            a, b = one_person(session, first).id, one_person(session, second).id
            kept = one_person(session, keep).id if keep else a
        choose = {}
        for key, text in read_pairs(take).items():
            if key not in fields_of(Person) or text not in ("1", "2"):
                raise click.UsageError(f"--take {key}={text}:应为 字段=1 或 字段=2")
            choose[key] = a if text == "1" else b
        done = decide.merge(store, a, b, kept, choose, reason)
        with store.read() as session:
            shower = Shower(session)
            record = record_json(session.get_one(Person, kept), shower)
    (verdict,) = done.verdicts
    data = {"id": show_id(verdict), "kept": show_id(kept), "record": record}
    said = f"已合并,留下 {record['name']} {show_id(kept)}。撤回:duplicates undo {show_id(verdict)}"
    return Answer(data, [said], done.problems)


@duplicates_command.command("separate")
@click.argument("first", metavar=PERSON)
@click.argument("second", metavar=PERSON)
@click.option("--reason", default="", metavar="文字", help="判定依据")
@pass_call
def separate_command(call: Call, first: str, second: str, reason: str) -> Answer:
    """是两个人:记住,以后不再列出。"""
    with call.store() as store:
        with store.read() as session:
            a, b = one_person(session, first).id, one_person(session, second).id
        (verdict,) = decide.separate(store, a, b, reason).verdicts
    said = f"已记为两个人。撤回:duplicates undo {show_id(verdict)}"
    return Answer({"id": show_id(verdict)}, [said])


@duplicates_command.command("undo")
@click.argument("verdict", metavar="编号")
@click.option("--different", is_flag=True, help="撤回合并,并记为两个人")
@pass_call
def undo_command(call: Call, verdict: str, different: bool) -> Answer:
    """撤回一次判定:合并后没有再改过的内容恢复原样,改过的留着并说明。"""
    number = read_id(verdict)
    if number is None:
        raise reject(DuplicateProblem.DUPLICATE_UNDECIDED)
    with call.store() as store:
        done = undo_merge(store, number, different=different)
    what = "合并" if done.verdict == SAME else "“两个人”的判定"
    data = {"undone": show_id(number), "verdict": done.verdict, "records": done.records}
    return Answer(data, [f"已撤回{what},{done.records}条记录"], done.problems)


COMMANDS = (duplicates_command,)
