"""bundle: the changes between township and county."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.messages import Command
from laborclerk.cli.records import Shower
from laborclerk.features.exchange import taking
from laborclerk.features.registry.places import code_of
from laborclerk.features.registry.record_words import record_word
from laborclerk.kernel.errors import EnvironmentFault, Problem, Rejected, reject
from laborclerk.kernel.file_names import safe_name
from laborclerk.store.store import Store
from laborclerk.sync import exchange, overview
from laborclerk.sync.container import SUFFIX
from laborclerk.sync.exchange import Imported
from laborclerk.sync.export import Exported, export_bundle
from laborclerk.sync.ledger import COUNTY, Ledger, station_of
from laborclerk.sync.manifest import Manifest, Purpose
from laborclerk.sync.trust import device_name

_FILE = click.Path(path_type=Path)


@click.group("bundle", cls=Family)
def bundle_group() -> None:
    """交换文件:导出上报或返还、查看、导入、放行。"""


@bundle_group.command("export", short_help="导出上报文件;县站导出返还文件")
@click.argument("out", metavar="文件", type=_FILE)
@click.option("--to", "to", metavar="乡镇", help="县站:返还给哪个乡镇(代码或名称);默认全部")
@pass_call
def export_command(call: Call, out: Path, to: str | None) -> Answer:
    """乡镇:把上次县里确认以后的全部变更写成一个签名加密的文件(.lcb)。

    县站:写返还文件。写明 --to 时写到这个文件,不写时写到这个文件夹,每个乡镇一份。
    """
    with call.store() as store:
        at_county = station_of(store).level == COUNTY
        if to is not None and not at_county:
            raise click.UsageError("--to 只在县站用")
        if out.is_dir() and (to is not None or not at_county):
            example = out / f"{'返还' if at_county else '上报'}{SUFFIX}"
            raise reject(Command.FOLDER_NO_NAME, folder=str(out), example=str(example))
        if not at_county:
            return _reported(export_bundle(store, out, call.progress), out)
        if to is not None:
            place = _place(store, to)
            return _returned([(to, taking.export_return(store, place, out, call.progress))], [])
        return _return_all(call, store, out)


def _reported(done: Exported, out: Path) -> Answer:
    records = sum(done.counts.values())
    data = {
        "sequence": done.last, "number": done.number, "first": done.first, "records": records,
        "counts": dict(done.counts), "file": str(out), "size": done.size,
    }  # fmt: skip
    said = f"已导出第{done.number}号上报文件:{out},{records}条变更({_counted(done.counts)})"
    return Answer(data, [said, *filter(None, [taking.beside(done)])])


def _place(store: Store, text: str) -> str:
    with store.read() as session:
        return code_of(Shower(session).tree.one(text))


def _return_all(call: Call, store: Store, folder: Path) -> Answer:
    done: list[tuple[str, Exported]] = []
    problems: list[Problem] = []
    folder.mkdir(parents=True, exist_ok=True)
    towns = taking.townships(store)
    if not towns:
        raise reject(Ledger.NOBODY_THERE, place="")
    for town in towns:
        try:
            out = folder / f"返还-{safe_name(town.name)}{SUFFIX}"
            done.append((town.name, taking.export_return(store, town.place, out, call.progress)))
        except Rejected as error:
            problems += error.problems
    return _returned(done, problems)


def _returned(done: Sequence[tuple[str, Exported]], problems: Sequence[Problem]) -> Answer:
    files = [
        {
            "to": name, "file": str(one.file), "number": one.number, "first": one.first,
            "sequence": one.last, "size": one.size,
        }
        for name, one in done
    ]  # fmt: skip
    data = {
        "sequence": max((one.last for _, one in done), default=0), "records": 0, "files": files,
    }  # fmt: skip
    said = [f"{name}:第{one.number}号返还文件 {one.file}" for name, one in done]
    return Answer(data, said, problems, refused=bool(problems))


def _counted(counts: Any) -> str:
    return "、".join(f"{record_word(kind)}{count}" for kind, count in counts.items()) or "无"


@bundle_group.command("inspect", short_help="查看交换文件,不改动数据")
@click.argument("file", metavar="文件", type=_FILE)
@pass_call
def inspect_command(call: Call, file: Path) -> Answer:
    """核对一个交换文件的签名并说明里面有什么,不改动数据。"""
    with call.store() as store:
        opened = exchange.inspect(store, file)
        name = device_name(store, opened.manifest.station, opened.manifest.device)
    manifest, holds = opened.manifest, opened.holds
    back = manifest.purpose is Purpose.RETURN
    data = _manifest_json(manifest) | {
        "station": manifest.station, "device": manifest.device, "held": len(holds),
        "entries": manifest.payload.entries, "purpose": str(manifest.purpose.value),
    }  # fmt: skip
    facts = [
        ("种类", "县里的返还文件" if back else "上报文件"),
        ("发件站点", name), ("编号", f"第{manifest.number}号"),
        ("变更", f"第{manifest.first}–{manifest.last}号"),
        ("内容", f"{manifest.payload.entries}条" if back else _counted(manifest.counts)),
        ("写出时间", manifest.written_at),
    ]  # fmt: skip
    return Answer(data, ["签名属实", table(("项目", "内容"), facts)], holds, refused=bool(holds))


def _manifest_json(manifest: Manifest) -> dict[str, Any]:
    return {
        "sequence": manifest.last, "number": manifest.number, "first": manifest.first,
        "records": sum(manifest.counts.values()), "counts": dict(manifest.counts),
        "written_at": manifest.written_at,
    }  # fmt: skip


@bundle_group.command("import", short_help="导入交换文件")
@click.argument("files", metavar="文件…|文件夹", type=_FILE, nargs=-1, required=True)
@pass_call
def import_command(call: Call, files: Sequence[Path]) -> Answer:
    """导入一个或几个交换文件,或文件夹里给本站的全部;每个文件全部导入或完全不导入。"""
    with call.store() as store:
        paths: list[Path] = []
        passed: list[tuple[Path, str]] = []  # a stick carries what is for others as well
        for file in files:
            ours, others = taking.sorted_out(store, file)
            paths, passed = paths + ours, passed + others
        run = taking.import_many(store, paths, call.progress)
        if list(files) == paths and len(paths) == 1 and run.refused:
            raise run.refused[0][1]
        return _imported(run, passed)


def _imported(run: taking.Run, passed: Sequence[tuple[Path, str]]) -> Answer:
    bundles: list[dict[str, Any]] = []
    problems: list[Problem] = []
    said: list[str] = []
    for path, manifest, done in run.done:
        bundles.append(_bundle_json(path, manifest, done))
        problems += done.problems
        said.append(f"{path.name}:{_line(done)}")
    for path, error in run.refused:
        bundles.append({"file": path.name, "ok": False, "records": 0, "fields": 0})
        problems += [error.problem] if isinstance(error, EnvironmentFault) else error.problems
        said.append(f"{path.name}:没有导入")
    said += [f"{path.name}:跳过,{why}" for path, why in passed]
    if run.cancelled:
        said.append("已停下:上面的已经导入,其余的没有动")
    if run.duplicates:
        said.append(f"新发现疑似重复{run.duplicates}对(见 duplicates list)")
    if run.findings:
        said.append(f"合并后有{run.findings}处要看一看(见 conflicts list --findings)")
    keys = ("records", "fields", "conflicts", "held")
    sums = {key: sum(b.get(key, 0) for b in bundles) for key in keys}
    data = {
        "sequence": max((b.get("sequence") or 0 for b in bundles), default=0), **sums,
        "duplicates": run.duplicates, "findings": run.findings, "bundles": bundles,
        "passed": [{"file": path.name, "text": why} for path, why in passed],
    }  # fmt: skip
    refused = bool(run.refused) or run.cancelled or not all(b["ok"] for b in bundles)
    return Answer(data, said or ["文件夹里没有交换文件"], problems, refused=refused)


def _bundle_json(path: Path, manifest: Manifest | None, done: Imported) -> dict[str, Any]:
    held = sum(done.held.values())
    return {
        "file": path.name, "ok": not held and not done.waits, "station": done.station,
        "number": done.number, "sequence": manifest.last if manifest else None,
        "records": done.records, "fields": done.fields, "conflicts": done.conflicts,
        "held": held, "waiting": done.waits,
    }  # fmt: skip


def _line(done: Imported) -> str:
    more = [f"冲突{done.conflicts}处"] if done.conflicts else []
    held = sum(done.held.values())
    more += [f"留存待核{held}条"] if held else []
    told = [f"{done.name}第{done.number}号", f"改动{done.records}条记录{done.fields}项", *more]
    return ",".join(told)


@bundle_group.command("release", short_help="放行待补的文件")
@click.argument("bundle", metavar="编号", required=False)
@pass_call
def release_command(call: Call, bundle: str | None) -> Answer:
    """放行一个待补的文件:缺的那一段确实不会再来了。不写编号则列出待补的文件。"""
    with call.store() as store:
        if bundle is None:
            return _waiting(overview.waiting(store))
        done = taking.release_bundle(store, bundle, call.progress)
    held = sum(done.held.values())
    data = {
        "number": done.number, "records": done.records, "fields": done.fields,
        "conflicts": done.conflicts, "held": held,
    }  # fmt: skip
    return Answer(data, [f"已放行:{_line(done)}"], done.problems, refused=held > 0)


def _waiting(found: Sequence[overview.WaitingLine]) -> Answer:
    lines = [
        {
            "id": w.digest, "station": w.name, "number": w.number, "missing": w.missing,
            "file": w.file, "hold": w.hold,
        }
        for w in found
    ]  # fmt: skip
    said: list[Any] = [f"待补的文件{len(found)}份"]
    if found:
        rows = [(w.name, f"第{w.number}号", w.missing or "—", w.file, w.digest[:16]) for w in found]
        said.append(table(("站点", "文件", "缺第几号变更", "文件名", "编号"), rows))
        said += [w.hold for w in found if w.hold]
    return Answer({"waiting": lines}, said)


COMMANDS = (bundle_group,)
