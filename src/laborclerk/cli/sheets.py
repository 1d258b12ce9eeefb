"""template, import, export: registers as spreadsheets. The kinds are the keys of three tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from laborclerk.cli.answer import Answer
from laborclerk.cli.call import Call
from laborclerk.cli.command import Thin, pass_call
from laborclerk.cli.messages import Command
from laborclerk.features.census.imports import ImportResult, import_census
from laborclerk.features.census.rounds import current_round
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.ids import show_id
from laborclerk.kernel.progress import Progress
from laborclerk.store.store import Store

_FILE = click.Path(path_type=Path)


@dataclass(frozen=True)
class Wanted:
    """What an import was asked to do; `under` is the place the whole sheet is about."""

    file: Path
    mapping: Mapping[str, str]
    dry_run: bool
    rejects: Path | None
    sheet: str | None
    under: int | None


def _import_census(store: Store, wanted: Wanted, progress: Progress) -> ImportResult:
    with store.read() as session:
        record = current_round(session)
    return import_census(
        store, wanted.file, mapping=wanted.mapping, dry_run=wanted.dry_run,
        rejects=wanted.rejects, round_id=record.id if record else None, progress=progress,
        sheet=wanted.sheet, under=wanted.under,
    )  # fmt: skip


IMPORTS: dict[str, Callable[[Store, Wanted, Progress], ImportResult]] = {
    "census": _import_census,
}


@click.command("import", cls=Thin, short_help="导入表格")
@click.argument("kind", metavar="种类", type=click.Choice(list(IMPORTS)))
@click.argument("file", metavar="文件", type=_FILE)
@click.option("--map", "maps", multiple=True, metavar="字段=列", help="字段对应的列(列名、列号)")
@click.option("--dry-run", is_flag=True, help="只看会怎样,不写入")
@click.option("--rejects", type=_FILE, metavar="OUT.xlsx", help="没有导入的行存到这个文件")
@click.option("--sheet", metavar="表名", help="工作表(默认第一张有内容的)")
@click.option("--under", metavar="村", help="整张表属于哪个村(表里没有村这一列时)")
@pass_call
def import_command(
    call: Call,
    kind: str,
    file: Path,
    maps: Sequence[str],
    dry_run: bool,
    rejects: Path | None,
    sheet: str | None,
    under: str | None,
) -> Answer:
    """导入 .xlsx .xls .csv;同一张表再导入一次什么也不变。有行没有导入时退出码为1。"""
    mapping: dict[str, str] = {}
    for text in maps:
        key, equals, column = text.partition("=")
        if not equals or not key:
            raise click.UsageError(Command.FIELD_VALUE.value.format(text=text))
        mapping[key.strip()] = column
    with call.store() as store:
        with store.read() as session:
            place = PlaceTree.load(session).one(under) if under else None
        wanted = Wanted(file, mapping, dry_run, rejects, sheet, place)
        done = IMPORTS[kind](store, wanted, call.progress)
    return Answer(_json(done, dry_run), _said(done, dry_run), done.problems, done.refused > 0)


def _json(done: ImportResult, dry_run: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "read": done.read, "created": done.created, "updated": done.updated,
        "unchanged": done.unchanged, "refused": done.refused, "warned": done.warned,
        "dry_run": dry_run, "groups": done.groups,
        "rejects": str(done.rejects_path) if done.rejects_path else None,
    }  # fmt: skip
    if done.proposal is not None:
        texts = done.proposal.chosen()
        body["columns"] = texts
    if dry_run:
        body["changes"] = [
            {"row": c.row, "type": c.record_type, "id": show_id(c.record_id), "name": c.name,
             "field": c.field, "before": c.before, "after": c.after}
            for c in done.changes
        ]  # fmt: skip
    return body


def _said(done: ImportResult, dry_run: bool) -> list[str]:
    head = "试算,没有写入:" if dry_run else ""
    taken = f"新增{done.created}行,更新{done.updated}行,未变{done.unchanged}行"
    text = f"{head}读了{done.read}行:{taken},没有导入{done.refused}行"
    said = [f"{text};其中{done.warned}行有提醒"]
    if done.rejects_path is not None:
        said.append(f"没有导入的行在 {done.rejects_path},改正后可再导入")
    elif done.refused:
        said.append("加 --rejects 文件.xlsx 可得到没有导入的行,改正后再导入")
    return said


COMMANDS = (import_command,)
