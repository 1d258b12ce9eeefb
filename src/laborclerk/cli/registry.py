"""find, show, set, history, undo, redo, transfer: one person or household at a time."""

from __future__ import annotations

from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Thin, pass_call
from laborclerk.cli.given import read_pairs
from laborclerk.cli.records import (
    Shower,
    members_json,
    place_code,
    raw,
    record_json,
)
from laborclerk.features.census.edit import set_fields
from laborclerk.features.census.transfer import (
    TransferProblem,
    join_household,
    transfer_household,
    transfer_person,
)
from laborclerk.features.exchange.past import Line, entry_number, past
from laborclerk.features.exchange.words import Stations
from laborclerk.features.registry.acts import act_word, passed_over
from laborclerk.features.registry.find import find as find_people
from laborclerk.features.registry.lookup import one_record
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.record_words import record_word
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import show_id
from laborclerk.store import undo as undoing
from laborclerk.store.base import Record, fields_of
from laborclerk.store.history import history as history_of
from laborclerk.store.journal import Event
from laborclerk.store.undo import Undone, UndoProblem

RECORD = "编号|姓名|号码|户编号"


@click.command("find", cls=Thin)
@click.argument("text", metavar="文字")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, metavar="N", help="最多几人")
@pass_call
def find_command(call: Call, text: str, limit: int) -> Answer:
    """按姓名的一部分、拼音首字母、证件号码、电话或户编号找人。"""
    with call.store() as store, store.read() as session:
        found = find_people(session, text, limit)
        tree = Shower(session).tree
        people = [
            {
                "id": show_id(p.id), "name": p.name, "id_number": p.id_number, "sex": p.sex,
                "birth_date": p.birth_date, "phone": p.phone, "household": show_id(p.household),
                "household_number": p.household_number, "head_name": p.head_name,
                "place": place_code(p.place), "path": tree.path(p.place),
            }
            for p in found.people
        ]  # fmt: skip
    rows = [
        (p["name"], p["id_number"], p["path"], p["household_number"], p["head_name"], p["phone"],
         p["id"])
        for p in people
    ]  # fmt: skip
    moved = [
        {"id": show_id(m.id), "name": m.name, "id_number": m.id_number,
         "at": show_time(m.at) if m.at else None}
        for m in found.moved
    ]  # fmt: skip
    more = f",列出前{len(people)}人" if len(people) < found.total else ""
    gone = f";已转到外乡镇登记的{len(moved)}人:" if moved else ""
    names = "、".join(f"{m['name']}({m['at'] or '何时不详'})" for m in moved)
    said: list[Any] = [f"共{found.total}人{more}{gone}{names}"]
    if rows:
        said.append(
            table(("姓名", "证件号码", f"村{tree.word}", "户编号", "户主", "电话", "编号"), rows)
        )
    return Answer({"people": people, "total": found.total, "moved": moved}, said)


@click.command("show", cls=Thin)
@click.argument("record", metavar=RECORD)
@pass_call
def show_command(call: Call, record: str) -> Answer:
    """一个人或一户登记的全部内容,每项附字段名。"""
    with call.store() as store, store.read() as session:
        found = one_record(session, record)
        shower = Shower(session)
        body = record_json(found, shower)
        said: list[Any] = [f"{record_word(body['type'])}:{body['name']} 编号 {body['id']}"]
        known = fields_of(type(found))
        shown: dict[str, str] = body["shown"]
        said.append(
            table(("项目", "内容", "字段"), [(known[k].label, v, k) for k, v in shown.items()])
        )
        if isinstance(found, Household):
            body["members"] = members_json(_members(session, found.id), shower)
            lines = [(m["line"], m["relation"], m["name"], m["id_number"], m["id"])
                     for m in body["members"]]  # fmt: skip
            said.append(table(("序", "关系", "姓名", "证件号码", "编号"), lines, right=(0,)))
    return Answer({"record": body}, said)


def _members(session: Session, household: int) -> list[Person]:
    query = sa.select(Person).where(Person.household == household, Person.deleted.is_(None))
    return list(session.scalars(query.order_by(Person.line, Person.id)))


@click.command("set", cls=Thin)
@click.argument("record", metavar=RECORD)
@click.argument("values", metavar="字段=值…", nargs=-1, required=True)
@pass_call
def set_command(call: Call, record: str, values: tuple[str, ...]) -> Answer:
    """改一个人或一户的几项,记作一次修改;“字段=”清空一项。"""
    texts = read_pairs(values)
    with call.store() as store:
        with store.read() as session:
            found = one_record(session, record)
        done = set_fields(store, found, texts)
        with store.read() as session:
            shower = Shower(session)
            fresh = session.get(type(found), found.id)
            body = record_json(fresh or found, shower)
            known = fields_of(type(found))
            rows = [
                (known[k].label, shower.text(known[k], before), shower.text(known[k], after), k)
                for k, (before, after) in done.changes.items()
            ]
    said: list[Any] = [f"{body['name']}:改了{len(rows)}项" if rows else "没有变化"]
    if rows:
        said.append(table(("项目", "原来", "现在", "字段"), rows))
    return Answer({"changed": list(done.changes), "record": body}, said, done.problems)


@click.command("history", cls=Thin)
@click.argument("record", metavar=RECORD)
@pass_call
def history_command(call: Call, record: str) -> Answer:
    """一个人或一户从登记起的每次改动:时间、录入员、改前改后。"""
    with call.store() as store, store.read() as session:
        found = one_record(session, record)
        shower = Shower(session)
        events = history_of(session, found)
        stations = Stations(store, session)
        entries = [_entry_json(event, found, stations) for event in events]
        rows = [_row(line) for line in past(store, session, found)]
        name = shower.name(found)
    heads = ("编号", "时间", "站点", "录入员", "事由", "项目", "原来", "现在")
    return Answer({"entries": entries}, [name, table(heads, rows)])


def _row(line: Line) -> tuple[str, ...]:
    who = (line.entry, show_time(line.at), line.station, line.clerk, line.why)
    return (*(who if line.first else [""] * len(who)), line.label, line.before, line.after)


def _entry_json(event: Event, record: Record, stations: Stations) -> dict[str, Any]:
    known = fields_of(type(record))
    changes = {
        key: [raw(known[key], value) if key in known else value for value in pair]
        for key, pair in event.changes.items()
    }
    return {
        "entry": entry_number(event), "at": show_time(event.at), "clerk": event.clerk,
        "use_case": event.use_case, "kind": event.kind.name.lower(), "changes": changes,
        "station": stations.name(event.device),
        "stood": {
            key: [raw(known[key], value) if key in known else value for value in some]
            for key, some in event.stood.items()
        },
    }  # fmt: skip


@click.command("undo", cls=Thin)
@click.argument("entry", metavar="[变更编号]", required=False)
@pass_call
def undo_command(call: Call, entry: str | None) -> Answer:
    """撤销自己的上一步;写明变更编号(见 history)则只撤销那一条。"""
    with call.store() as store:
        if entry is None:
            done = undoing.undo(store)
        else:
            device, _, seq = entry.rpartition("-")
            if not (seq.isascii() and seq.isdigit() and (device or "0").isdigit()):
                raise reject(UndoProblem.NO_SUCH_ENTRY, entry=entry)
            done = undoing.undo_entry(store, int(seq), int(device or "0"))
    return _undone(done, "已撤销")


@click.command("redo", cls=Thin)
@pass_call
def redo_command(call: Call) -> Answer:
    """重做自己刚撤销的一步。"""
    with call.store() as store:
        return _undone(undoing.redo(store), "已重做")


def _undone(done: Undone, said: str) -> Answer:
    records = [
        {"type": kind, "id": show_id(i)} for kind, ids in done.touched.items() for i in sorted(ids)
    ]
    what = act_word(done.use_case)
    return Answer(
        {"undone": records, "use_case": done.use_case},
        [f"{passed_over(done.passed)}{said}:{what},{len(records)}条记录"],
    )


@click.command("transfer", cls=Thin)
@click.argument("record", metavar=RECORD)
@click.argument("place", metavar="村组")
@click.option("--household", metavar="户", help="人转入这一户(默认新立一户)")
@pass_call
def transfer_command(call: Call, record: str, place: str, household: str | None) -> Answer:
    """把一户连同成员转到别的村组;一个人则在那里新立一户,或转入已有的户。"""
    with call.store() as store:
        with store.read() as session:
            found = one_record(session, record)
            tree = Shower(session).tree
            target = tree.one(place)
            home = one_record(session, f"{place_code(target)} {household}") if household else None
        if isinstance(found, Household):
            done = transfer_household(store, found.id, target)
        elif not isinstance(found, Person):
            raise reject(TransferProblem.TRANSFER_GONE, name=record)
        elif isinstance(home, Household):
            done = join_household(store, found.id, home.id)
        else:
            done = transfer_person(store, found.id, target)
    said = f"已转到 {tree.path(done.place)} 户{done.number}"
    data = {
        "household": show_id(done.household), "number": done.number,
        "place": place_code(done.place),
    }  # fmt: skip
    return Answer(data, [said], done.problems)


COMMANDS = (
    find_command, show_command, set_command, history_command, undo_command, redo_command,
    transfer_command,
)  # fmt: skip
