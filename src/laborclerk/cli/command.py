"""The classes of our commands: Chinese placeholders, `--json` also behind the command."""

from __future__ import annotations

from typing import Any

import click

from laborclerk.cli.call import Call


def _ask_json(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().ensure_object(Call).as_json = True


def _json_option() -> click.Option:
    return click.Option(
        ["--json"], is_flag=True, hidden=True, expose_value=False, callback=_ask_json
    )


class Thin(click.Command):
    """A command; it returns an `Answer`."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        kw.setdefault("options_metavar", "[选项]")
        super().__init__(*args, **kw)
        self.params.append(_json_option())


class Family(click.Group):
    """A group of commands."""

    command_class = Thin

    def __init__(self, *args: Any, **kw: Any) -> None:
        kw.setdefault("options_metavar", "[选项]")
        kw.setdefault("subcommand_metavar", "命令 …")
        super().__init__(*args, **kw)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of the work, not of the alphabet


Family.group_class = Family
pass_call = click.make_pass_decorator(Call)
