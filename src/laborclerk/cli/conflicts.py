"""conflicts: what was changed on several sides, listed and decided."""

from __future__ import annotations

from typing import Any

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.records import Shower, raw
from laborclerk.features.exchange import conflicts, decisions, findings
from laborclerk.features.exchange.astray import AstrayProblem
from laborclerk.features.exchange.conflicts import ConflictLine, ConflictProblem, Voice
from laborclerk.features.exchange.findings import FindingLine
from laborclerk.features.registry.record_words import record_word
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.store import Store


@click.group("conflicts", cls=Family)
def conflicts_command() -> None:
    """两边各改各的内容:列出、核定。"""


@conflicts_command.command("list")
@click.option("--place", metavar="地方", help="区划代码或唯一的名称(默认全站)")
@click.option("--findings", "others", is_flag=True, help="列出合并后要看一看的(不是冲突)")
@pass_call
def list_command(call: Call, place: str | None, others: bool) -> Answer:
    """没有核定的冲突:每个内容是谁、在哪、何时、为什么写的。"""
    with call.store() as store:
        under = None
        if place is not None:
            with store.read() as session:
                under = Shower(session).tree.one(place)
        if others:
            return _findings(findings.findings(store, under))
        found = conflicts.conflicts(store, under)
    rows = [
        (f"{line.name} {line.where}" if n == 1 else "", line.label if n == 1 else "", n,
         voice.text, *_who(voice), "是" if n - 1 == line.kept else "",
         line.short if n == 1 else "")
        for line in found
        for n, voice in enumerate(line.voices, 1)
    ]  # fmt: skip
    said: list[Any] = [f"冲突{len(found)}处"]
    if rows:
        heads = ("记录", "项目", "第几个", "内容", "站点", "录入员", "时间", "依据", "当前", "编号")
        said.append(table(heads, rows, right=(2,)))
    return Answer({"conflicts": [_json(line) for line in found]}, said)


def _who(voice: Voice) -> tuple[str, str, str, str]:
    source = voice.source
    return source.station, source.clerk, source.when, source.note or source.why


def _json(line: ConflictLine) -> dict[str, Any]:
    spec = fields_of(record_types()[line.record_type])[line.field]
    return {
        "id": line.short,
        "record": {
            "id": show_id(line.record_id), "type": line.record_type, "name": line.name,
            "path": line.where,
        },
        "field": line.field, "label": line.label, "kept": line.kept + 1,
        "values": [
            {
                "value": raw(spec, voice.value), "text": voice.text,
                "station": voice.source.station, "clerk": voice.source.clerk,
                "at": show_time(voice.source.at) if voice.source.at else None,
                "at_wrong": voice.source.ahead,
                "use_case": voice.source.why, "note": voice.source.note,
            }
            for voice in line.voices
        ],
    }  # fmt: skip


def _findings(found: list[FindingLine]) -> Answer:
    lines = [
        {
            "id": show_id(f.id), "broken": f.broken, "text": f.text, "path": f.named.where,
            "way_out": f.way_out.text or None,
            "record": {
                "id": show_id(f.record_id), "type": f.record_type, "name": f.named.name,
            },
        }
        for f in found
    ]  # fmt: skip
    said: list[Any] = [f"合并后要看一看的{len(found)}处"]
    if found:
        rows = [
            (f.named.name, record_word(f.record_type), f.named.where, f.text, f.way_out.text,
             show_id(f.id))
            for f in found
        ]  # fmt: skip
        said.append(table(("记录", "种类", "所在", "情况", "mend 可以", "编号"), rows))
    return Answer({"findings": lines}, said)


@conflicts_command.command("resolve")
@click.argument("conflict", metavar="编号")
@click.option("--keep", type=int, metavar="N", help="采用第几个内容(见 list)")
@click.option("--value", metavar="内容", help="另填;写空的清空")
@click.option(
    "--seen",
    multiple=True,
    metavar="内容",
    help="list 列出的各方内容,依次各写一个:现在不是这些就不核定",
)
@click.option("--alike", is_flag=True, help="同一项、同样几方的冲突都照此处理(用 --keep)")
@click.option("--reason", default="", metavar="文字", help="核定依据")
@pass_call
def resolve_command(
    call: Call,
    conflict: str,
    keep: int | None,
    value: str | None,
    seen: tuple[str, ...],
    alike: bool,
    reason: str,
) -> Answer:
    """核定一处冲突。核定随返还文件交给乡镇;undo 可以撤销。"""
    if (keep is None) == (value is None):
        raise click.UsageError("写 --keep 或 --value 中的一个")
    if alike and keep is None:
        raise click.UsageError("--alike 要和 --keep 一起用")
    with call.store() as store:
        line = _one(store, conflict)
        if seen and list(seen) != [voice.text for voice in line.voices]:
            raise reject(ConflictProblem.CONFLICT_CHANGED)
        if alike:
            assert keep is not None
            others, rule = conflicts.like(store, line, keep)
            done = decisions.resolve_alike(store, others, rule, reason)
        else:
            done = decisions.resolve(
                store, line.id, keep=keep, value=value, reason=reason, seen=line.values
            )
        left = conflicts.count(store)
    data = {"resolved": [show_id(i) for i in done.ids], "left": left}
    said = f"已核定{len(done.ids)}处,还有{left}处"
    return Answer(data, [said], done.problems, refused=not done.ids)


@conflicts_command.command("mend")
@click.argument("finding", metavar="编号")
@pass_call
def mend_command(call: Call, finding: str) -> Answer:
    """改正合并后属于已删除记录的内容:归到合并保留的登记,或恢复被删的(编号见 list --findings)。"""
    with call.store() as store:
        found = next((f for f in findings.findings(store) if show_id(f.id) == finding), None)
        if found is None:
            raise reject(AstrayProblem.NOT_ASTRAY)
        findings.mend(store, found.id)
    return Answer({"mended": finding}, [f"{found.named.name}:已{found.way_out.text}"])


def _one(store: Store, text: str) -> ConflictLine:
    number = read_id(text)
    found = conflicts.conflicts(store, ids=[number]) if number is not None else []
    if not found:
        raise reject(ConflictProblem.CONFLICT_UNKNOWN, id=text)
    return found[0]


COMMANDS = (conflicts_command,)
