"""The classes of our commands: Chinese placeholders, `--json` also behind the command."""

from __future__ import annotations

from collections.abc import Mapping
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


class Kinds(click.Choice[str]):
    """One of some words, each with what it means: told where none or another is written, and by
    `--help`."""

    def __init__(self, named: Mapping[str, str]) -> None:
        self.named = {str(key): text for key, text in named.items()}
        super().__init__(list(self.named))

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.named:
            self.fail(f"没有“{value}”。{_choices(self.named)}", param, ctx)
        return value

    def get_missing_message(self, param: click.Parameter, ctx: click.Context | None) -> str:
        return _choices(self.named)


def _choices(named: Mapping[str, str]) -> str:
    return "可选:" + ";".join(f"{key} {text.partition(':')[0]}" for key, text in named.items())


class Thin(click.Command):
    """A command; it returns an `Answer`."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        kw.setdefault("options_metavar", "[选项]")
        super().__init__(*args, **kw)
        self.params.append(_json_option())

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for param in self.params:
            if isinstance(param.type, Kinds):
                with formatter.section(name_of(param, ctx)):
                    formatter.write_dl(list(param.type.named.items()))


def name_of(param: click.Parameter, ctx: click.Context) -> str:
    """What the usage calls an argument or option."""
    if isinstance(param, click.Argument):
        return param.make_metavar(ctx).strip("[]")
    return param.opts[0]


class Family(click.Group):
    """A group of commands."""

    command_class = Thin

    def __init__(self, *args: Any, **kw: Any) -> None:
        kw.setdefault("options_metavar", "[选项]")
        kw.setdefault("subcommand_metavar", "命令 …")
        kw.setdefault("no_args_is_help", False)  # but refused in one line
        super().__init__(*args, **kw)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not self.invoke_without_command:
            named = {key: command.short_help or "" for key, command in self.commands.items()}
            raise click.UsageError(f"没有写明要做什么。{_choices(named)}", ctx)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order of the work, not of the alphabet


Family.group_class = Family
pass_call = click.make_pass_decorator(Call)
