"""bundle: the changes between township and county."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.records import TYPES
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.errors import EnvironmentFault, Problem, Rejected
from laborclerk.store.store import Store
from laborclerk.sync import exchange
from laborclerk.sync.container import SUFFIX
from laborclerk.sync.manifest import Manifest

_FILE = click.Path(path_type=Path)


@click.group("bundle", cls=Family)
def bundle_group() -> None:
    """交换文件:导出上报、查看、导入。"""


@bundle_group.command("export", short_help="导出上报文件")
@click.argument("out", metavar="OUT.lcb", type=_FILE)
@pass_call
def export_command(call: Call, out: Path) -> Answer:
    """把上次县里确认以后的全部变更写成一个签名加密的文件。"""
    with call.store() as store:
        done = exchange.export_bundle(store, out, call.progress)
    records = sum(done.counts.values())
    data = {
        "sequence": done.last, "number": done.number, "first": done.first, "records": records,
        "counts": dict(done.counts), "file": str(out), "size": done.size,
    }  # fmt: skip
    said = f"已导出第{done.number}号上报文件:{out},{records}条变更({_counted(done.counts)})"
    return Answer(data, [said])


def _counted(counts: Any) -> str:
    return "、".join(f"{TYPES.get(kind, kind)}{count}" for kind, count in counts.items()) or "无"


@bundle_group.command("inspect", short_help="查看交换文件,不改动数据")
@click.argument("file", metavar="文件", type=_FILE)
@pass_call
def inspect_command(call: Call, file: Path) -> Answer:
    """核对一个交换文件的签名并说明里面有什么,不改动数据。"""
    with call.store() as store:
        opened = exchange.inspect(store, file)
    manifest, holds = opened.manifest, opened.holds
    data = _manifest_json(manifest) | {
        "station": manifest.station, "device": manifest.device, "held": len(holds),
        "entries": manifest.payload.entries,
    }  # fmt: skip
    facts = [
        ("发件站点", manifest.station), ("编号", f"第{manifest.number}号"),
        ("变更", f"第{manifest.first}–{manifest.last}号"), ("内容", _counted(manifest.counts)),
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
    """导入一个或几个交换文件,或文件夹里的全部;每个文件全部导入或完全不导入。"""
    paths = [p for file in files for p in _files(file)]
    bundles: list[dict[str, Any]] = []
    problems: list[Problem] = []
    refused = False
    said = []
    with call.store() as store:
        for path, manifest in _in_order(store, paths):
            try:
                done = exchange.import_bundle(store, path, PlaceScope, call.progress)
            except (Rejected, EnvironmentFault) as error:
                if len(paths) == 1:
                    raise
                found = error.problems if isinstance(error, Rejected) else [error.problem]
                problems += found
                bundles.append({"file": path.name, "ok": False, "records": 0, "fields": 0})
                said.append(f"{path.name}:没有导入")
                refused = True
                continue
            held = sum(done.held.values())
            refused = refused or held > 0
            problems += done.problems
            bundles.append(
                {
                    "file": path.name, "ok": not held, "station": done.station,
                    "number": done.number, "sequence": manifest.last if manifest else None,
                    "records": done.records, "fields": done.fields,
                    "conflicts": done.held.get("differs", 0), "held": held,
                }
            )  # fmt: skip
            said.append(
                f"{path.name}:{done.name}第{done.number}号,改动{done.records}条记录"
                f"{done.fields}项,留存待核{held}条"
            )
    sums = {
        k: sum(b.get(k, 0) for b in bundles) for k in ("records", "fields", "conflicts", "held")
    }
    sequence = max((b.get("sequence") or 0 for b in bundles), default=0)
    data = {**sums, "sequence": sequence, "bundles": bundles}
    return Answer(data, said or ["文件夹里没有交换文件"], problems, refused=refused)


def _files(path: Path) -> list[Path]:
    return sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]


def _in_order(store: Store, paths: Sequence[Path]) -> list[tuple[Path, Manifest | None]]:
    """The files by sender and number, whatever their names; unreadable ones last."""
    found: list[tuple[Path, Manifest | None]] = []
    for path in paths:
        try:
            found.append((path, exchange.inspect(store, path).manifest))
        except (Rejected, EnvironmentFault):
            found.append((path, None))
    return sorted(found, key=lambda f: (f[1] is None, f[1] and (f[1].device, f[1].number), f[0]))


COMMANDS = (bundle_group,)
