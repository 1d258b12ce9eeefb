"""codes: a county's own code lists."""

from __future__ import annotations

from pathlib import Path

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.features.lists import service

_LATER = "下次打开程序时生效,随返还文件发到各乡镇"


@click.group("codes", cls=Family)
def codes_group() -> None:
    """代码表:县里自己定的户类型等(换代码表只在县站)。"""


@codes_group.command("list", short_help="可以换的代码表")
@pass_call
def list_command(call: Call) -> Answer:
    """列出可以换的代码表,哪些是县里定的。"""
    with call.store() as store:
        found = service.lists(store)
    body = [
        {"name": one.name, "title": one.title, "own": one.is_own,
         "items": [{"code": i.code, "number": i.number, "name": i.name, "retired": i.retired}
                   for i in one.codes.items]}
        for one in found
    ]  # fmt: skip
    rows = [
        (one.name, one.title, len(one.codes.items), "县定" if one.is_own else "内置")
        for one in found
    ]
    return Answer({"lists": body}, [table(("名字", "用在", "项数", "来源"), rows)])


@codes_group.command("export", short_help="导出一张代码表")
@click.argument("name", metavar="代码表")
@click.argument("out", type=click.Path(path_type=Path), metavar="表格")
@pass_call
def export_command(call: Call, name: str, out: Path) -> Answer:
    """导出一张代码表,改好后用 codes replace 换上。"""
    with call.store() as store:
        rows = service.export_list(store, service.named(name), out)
    return Answer({"rows": rows, "file": str(out)}, [f"已导出{rows}项:{out}"])


@codes_group.command("replace", short_help="换成县里定的代码表")
@click.argument("name", metavar="代码表")
@click.argument("file", type=click.Path(path_type=Path), metavar="表格")
@pass_call
def replace_command(call: Call, name: str, file: Path) -> Answer:
    """用改好的表格换掉一张代码表;原有的代码一个也不能少,不用的写停用。"""
    with call.store() as store:
        codes = service.replace_list(store, service.named(name), file)
    offered = sum(not item.retired for item in codes.items)
    said = f"已换上:{len(codes.items)}项,可选{offered}项。{_LATER}"
    return Answer({"items": len(codes.items), "offered": offered}, [said])


@codes_group.command("reset", short_help="改回内置的代码表")
@click.argument("name", metavar="代码表")
@pass_call
def reset_command(call: Call, name: str) -> Answer:
    """改回程序内置的代码表。"""
    with call.store() as store:
        changed = service.reset_list(store, service.named(name))
    return Answer(
        {"records": int(changed)}, [f"已改回内置。{_LATER}" if changed else "本来就是内置的"]
    )


COMMANDS = (codes_group,)
