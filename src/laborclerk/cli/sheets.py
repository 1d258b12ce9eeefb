"""template, import, export: registers as spreadsheets. The kinds are the keys of three tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call, from_file
from laborclerk.cli.command import Kinds, Thin, pass_call
from laborclerk.cli.given import read_day, read_pairs
from laborclerk.features.census import exports
from laborclerk.features.census.frame_import import import_frame
from laborclerk.features.census.frame_result import FrameResult
from laborclerk.features.census.import_result import ImportResult
from laborclerk.features.census.imports import import_census
from laborclerk.features.census.rounds import current_round
from laborclerk.features.coverage.assign import own_letter
from laborclerk.features.demand.sheet import export_demand, import_demand, template_demand
from laborclerk.features.registry.places import PlaceTree, code_of
from laborclerk.features.registry.places_import import PlacesResult, import_places
from laborclerk.features.registry.places_sheet import export_places, template_places
from laborclerk.features.registry.recoding import confirm_recoding
from laborclerk.features.seeking.sheet import (
    export_seeking,
    import_seeking,
    template_seeking,
)
from laborclerk.features.work.exports import export_ledger, template_ledger
from laborclerk.features.work.imports import import_ledger
from laborclerk.kernel.ids import show_id
from laborclerk.kernel.progress import Progress
from laborclerk.store.store import Store

_FILE = click.Path(path_type=Path)
_NAMED = {
    "census": "调查表", "frame": "户籍底册", "places": "区划、村组", "demand": "用工需求台账",
    "work": "劳务输出台账", "seeking": "求职登记",
}  # fmt: skip
_SHEET_PASSWORD = click.option(
    "--sheet-password-file", type=_FILE, metavar="文件", help="第一行是表格密码的文件"
)


@dataclass(frozen=True)
class Wanted:
    """What an import was asked to do; `under` is the place the whole sheet is about, `on` the day
    a frame or an edition of places is of."""

    file: Path
    mapping: Mapping[str, str]
    dry_run: bool
    rejects: Path | None
    sheet: str | None
    under: int | None
    on: str
    password: str | None
    confirm: Mapping[str, str]
    confirm_all: bool


Result = ImportResult | PlacesResult


def _census(store: Store, wanted: Wanted, progress: Progress) -> ImportResult:
    with store.read() as session:
        record = current_round(session)
    return import_census(
        store, wanted.file, mapping=wanted.mapping, dry_run=wanted.dry_run,
        rejects=wanted.rejects, round_id=record.id if record else None, progress=progress,
        sheet=wanted.sheet, under=wanted.under, password=wanted.password,
        rejects_password=wanted.password, letter=own_letter(store),
    )  # fmt: skip


def _frame(store: Store, wanted: Wanted, progress: Progress) -> ImportResult:
    return import_frame(
        store, wanted.file, mapping=wanted.mapping, dry_run=wanted.dry_run,
        rejects=wanted.rejects, as_of=wanted.on, progress=progress, sheet=wanted.sheet,
        under=wanted.under, password=wanted.password, rejects_password=wanted.password,
        letter=own_letter(store),
    )  # fmt: skip


def _demand(store: Store, wanted: Wanted, progress: Progress) -> ImportResult:
    return import_demand(
        store, wanted.file, mapping=wanted.mapping, dry_run=wanted.dry_run,
        rejects=wanted.rejects, sheet=wanted.sheet, password=wanted.password,
        rejects_password=wanted.password, progress=progress,
    )  # fmt: skip


def _work(store: Store, wanted: Wanted, progress: Progress) -> ImportResult:
    return import_ledger(
        store, wanted.file, mapping=wanted.mapping, dry_run=wanted.dry_run,
        rejects=wanted.rejects, progress=progress, sheet=wanted.sheet, under=wanted.under,
        password=wanted.password, rejects_password=wanted.password,
    )  # fmt: skip


def _seeking(store: Store, wanted: Wanted, progress: Progress) -> ImportResult:
    return import_seeking(
        store, wanted.file, mapping=wanted.mapping, dry_run=wanted.dry_run,
        rejects=wanted.rejects, progress=progress, sheet=wanted.sheet, under=wanted.under,
        password=wanted.password, rejects_password=wanted.password,
    )  # fmt: skip


def _places(store: Store, wanted: Wanted, progress: Progress) -> PlacesResult:
    done = import_places(
        store, wanted.file, on=wanted.on, dry_run=wanted.dry_run, sheet=wanted.sheet,
        password=wanted.password, progress=progress,
    )  # fmt: skip
    if wanted.dry_run:
        return done
    pairs = [(r.old, r.new) for r in done.recodings] if wanted.confirm_all else []
    with store.read() as session:
        tree = PlaceTree.load(session)
        pairs += [(tree.one(old), tree.one(new)) for old, new in wanted.confirm.items()]
    for old, new in dict.fromkeys(pairs):
        confirm_recoding(store, old, new, wanted.on)
    return done


IMPORTS: dict[str, Callable[[Store, Wanted, Progress], Result]] = {
    "census": _census, "frame": _frame, "places": _places,
    "demand": _demand, "work": _work, "seeking": _seeking,
}  # fmt: skip


@click.command("import", cls=Thin)
@click.argument("kind", metavar="种类", type=Kinds(_NAMED))
@click.argument("file", metavar="文件", type=_FILE)
@click.option("--map", "maps", multiple=True, metavar="字段=列", help="字段对应的列(列名、列号)")
@click.option("--dry-run", is_flag=True, help="只看会怎样,不写入")
@click.option("--rejects", type=_FILE, metavar="文件.xlsx", help="没有导入的行存到这个文件")
@click.option("--sheet", metavar="表名", help="工作表(默认第一张有内容的)")
@click.option("--under", metavar="村", help="整张表属于哪个村(表里没有村这一列时)")
@click.option("--on", metavar="日期", help="底册日期,或新区划的启用日期(默认今天)")
@click.option("--confirm", multiple=True, metavar="旧=新", help="places:核实过的代码变更")
@click.option("--confirm-all", is_flag=True, help="places:采用全部建议的代码变更")
@_SHEET_PASSWORD
@pass_call
def import_command(
    call: Call,
    /,
    kind: str,
    file: Path,
    maps: Sequence[str],
    dry_run: bool,
    rejects: Path | None,
    sheet: str | None,
    under: str | None,
    on: str | None,
    confirm: Sequence[str],
    confirm_all: bool,
    sheet_password_file: Path | None,
) -> Answer:
    """导入 .xlsx .xls .csv;同一张表再导入一次什么也不变。有行没有导入时退出码为1。"""
    mapping, confirmed = read_pairs(maps), read_pairs(confirm)
    day, password = read_day(on), from_file(sheet_password_file)
    with call.store() as store:
        with store.read() as session:
            place = PlaceTree.load(session).one(under) if under else None
        wanted = Wanted(
            file, mapping, dry_run, rejects, sheet, place, day, password, confirmed, confirm_all
        )
        done = IMPORTS[kind](store, wanted, call.progress)
    body = {
        "read": done.read, "created": done.created, "updated": done.updated,
        "unchanged": done.unchanged, "refused": done.refused, "warned": done.warned,
        "dry_run": dry_run,
    }  # fmt: skip
    body |= _of_places(done) if isinstance(done, PlacesResult) else _of_rows(done, dry_run)
    return Answer(body, _said(done, dry_run), done.problems, done.refused > 0)


def _of_rows(done: ImportResult, dry_run: bool) -> dict[str, Any]:
    body: dict[str, Any] = {
        "groups": done.groups, "rejects": str(done.rejects_path) if done.rejects_path else None,
        "columns": done.proposal.chosen() if done.proposal else {},
    }  # fmt: skip
    if dry_run:
        body["changes"] = [
            {"row": c.row, "type": c.record_type, "id": show_id(c.record_id), "name": c.name,
             "field": c.field, "before": c.before, "after": c.after}
            for c in done.changes
        ]  # fmt: skip
    if isinstance(done, FrameResult):
        compared = done.comparison
        body["comparison"] = {
            "previous": compared.previous,
            "new": [{"household": show_id(n.household), "number": n.number} for n in compared.new],
            "gone": [
                {"household": show_id(g.household), "number": g.number} for g in compared.gone
            ],
            "changed": [
                {"household": show_id(c.household), "number": c.number, "field": c.field,
                 "before": c.before, "after": c.after, "applied": c.applied}
                for c in compared.changed
            ],
        }  # fmt: skip
    return body


def _of_places(done: PlacesResult) -> dict[str, Any]:
    return {
        "renamed": [
            {"code": code_of(place), "before": before, "after": after}
            for place, before, after in done.renamed
        ],
        "recodings": [
            {"old": code_of(r.old), "new": code_of(r.new), "old_name": r.old_name,
             "new_name": r.new_name, "reason": r.reason, "households": r.households}
            for r in done.recodings
        ],
        "uncertain": [
            {"old": code_of(old), "choices": [code_of(n) for n in new]}
            for old, new in done.uncertain.items()
        ],
        "gone": [code_of(place) for place in done.gone],
    }  # fmt: skip


def _said(done: Result, dry_run: bool) -> list[str]:
    head = "试算,没有写入:" if dry_run else ""
    taken = f"新增{done.created}行,更新{done.updated}行,未变{done.unchanged}行"
    text = f"{head}读了{done.read}行:{taken},没有导入{done.refused}行"
    said = [f"{text};{done.warned}行有提醒" if done.warned else text]
    if isinstance(done, ImportResult) and done.households_changed:
        verb = "将更改" if dry_run else "更改了"
        said.append(f"已登记的{done.households_changed}户{verb}")
    if isinstance(done, PlacesResult):
        if done.recodings:
            said.append("建议的代码变更核实后,加 --confirm 旧代码=新代码 或 --confirm-all 再导入")
        return said
    if isinstance(done, FrameResult):
        c = done.comparison
        said.append(f"与上一版相比:新增{len(c.new)}户,不在册{len(c.gone)}户,{len(c.changed)}处变动")
    if done.rejects_path is not None:
        said.append(f"没有导入的行在 {done.rejects_path},改正后可再导入")
    elif done.refused:
        said.append("加 --rejects 文件.xlsx 可得到没有导入的行,改正后再导入")
    return said


TEMPLATES: dict[str, Callable[[Path], dict[str, str]]] = {
    "census": exports.template_census, "frame": exports.template_frame, "places": template_places,
    "demand": template_demand,
    "work": template_ledger, "seeking": template_seeking,
}  # fmt: skip


@click.command("template", cls=Thin)
@click.argument("kind", metavar="种类", type=Kinds(_NAMED))
@click.argument("out", metavar="文件.xlsx", type=_FILE)
@pass_call
def template_command(call: Call, kind: str, out: Path) -> Answer:
    """写出一张空表:列名可直接导入,代码项有下拉选单。不需要登录。"""
    fields = TEMPLATES[kind](out)
    rows = [(label, key) for label, key in fields.items()]
    said: list[Any] = [f"已写出空表:{out}", table(("列", "字段"), rows)]
    return Answer({"columns": list(fields), "fields": fields}, said)


def _export_places(
    store: Store, out: Path, place: int | None, *, password: str | None, progress: Progress
) -> exports.ExportResult:
    return exports.ExportResult(export_places(store, out, place, progress=progress))


def _export_census(
    store: Store, out: Path, place: int | None, *, password: str | None, progress: Progress
) -> exports.ExportResult:
    with store.read() as session:
        record = current_round(session)
    return exports.export_census(
        store, out, place, round_id=record.id if record else None, password=password,
        progress=progress,
    )  # fmt: skip


def _export_demand(
    store: Store, out: Path, place: int | None, *, password: str | None, progress: Progress
) -> exports.ExportResult:
    return export_demand(store, out, password=password, progress=progress)


EXPORTS: dict[str, Callable[..., exports.ExportResult]] = {
    "census": _export_census, "frame": exports.export_frame, "places": _export_places,
    "demand": _export_demand,
    "work": export_ledger, "seeking": export_seeking,
}  # fmt: skip


@click.command("export", cls=Thin)
@click.argument("kind", metavar="种类", type=Kinds(_NAMED))
@click.argument("out", metavar="文件.xlsx", type=_FILE)
@click.option("--place", metavar="地方", help="区划代码或唯一的名称(默认全站)")
@_SHEET_PASSWORD
@pass_call
def export_command(
    call: Call, kind: str, out: Path, place: str | None, sheet_password_file: Path | None
) -> Answer:
    """导出一种登记为表格;再导入什么也不变。表格没有加密,除非给了表格密码。"""
    password = from_file(sheet_password_file)
    with call.store() as store:
        with store.read() as session:
            top = PlaceTree.load(session).one(place) if place else None
        done = EXPORTS[kind](store, out, top, password=password, progress=call.progress)
    data = {"rows": done.rows, "file": str(out), "encrypted": password is not None}
    return Answer(data, [f"已导出{done.rows}行:{out}"], done.problems)


COMMANDS = (template_command, import_command, export_command)
