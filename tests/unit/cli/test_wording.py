"""What is wrong with a call is told in Chinese, Click's own refusals too."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from laborclerk.cli.main import main
from tests.unit.cli.conftest import Laborclerk

WRONG = "nonsense"
USAGE = re.compile(r"\(用法见 laborclerk[a-z -]* --help\)$")
ENGLISH = re.compile(r"['\"`]|[A-Za-z]+ [A-Za-z]+|, |[A-Za-z]\.( |$)|[<>]=")


def call(laborclerk: Laborclerk, *argv: str) -> str:
    """The one refusal of a wrong call."""
    done = laborclerk("--json", *argv)
    assert (done.status, done.codes) == (2, ["usage"]), done
    return str(done.json["problems"][0]["message"])


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ("print form x.pdf", "“种类”不对:没有“form”。可选:census-form 调查表;coverage 六级核对表;"),
        ("template x a.xlsx", "“种类”不对:没有“x”。可选:census 调查表;frame 户籍底册;"),
        ("export foo a.xlsx", "“种类”不对:没有“foo”。可选:census 调查表;"),
        ("import foo a.xlsx", "“种类”不对:没有“foo”。可选:census 调查表;"),
        ("init --level nation", "“--level”不对:没有“nation”。可选:township 乡镇站;county 县站"),
        ("init", "缺少选项“--level”。可选:township 乡镇站;county 县站"),
        ("print", "缺少参数“种类”。可选:census-form 调查表;coverage 六级核对表;"),
        ("print gaps", "缺少参数“文件.pdf”"),
        ("find", "缺少参数“文字”"),
        ("print gaps a.pdf --copies ten", "“--copies”不对:“ten”不是整数"),
        ("print gaps a.pdf --copies 0", "“--copies”不对:0不行,应为1到10000"),
        ("work list away --limit -1", "“--limit”不对:-1不行,应为不小于0"),
        ("print gaps a.pdf --copies", "选项“--copies”后面要写值"),
        ("print gaps a.pdf --blank=1", "选项“--blank”后面不写值"),
        ("print gaps a.pdf --blnk", "没有选项“--blnk”。是不是“--blank”?"),
        ("demo --level x", "没有选项“--level”。是不是其中之一:“--help”、“--seed”?"),
        ("pint", "没有命令“pint”"),
        ("round nwe", "没有命令“nwe”。是不是“new”?"),
        ("round", "没有写明要做什么。可选:new 新建一轮;list 列出各轮;close 结束一轮"),
        ("coverage extra", "多写了参数:extra"),
        ("-x", "没有选项“-x”"),
        ("work mismatches it's", "“种类”不对:没有“it's”。可选:form-only 表上"),
    ],
)
def test_a_wrong_call_is_told_in_chinese(laborclerk: Laborclerk, argv: str, said: str) -> None:
    told = call(laborclerk, *argv.split())
    assert told.startswith(said)
    assert not ENGLISH.search(USAGE.sub("", told).replace("it's", "")), told


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with its path."""
    waiting: list[tuple[tuple[str, ...], click.Command]] = [((), main)]
    while waiting:
        path, command = waiting.pop()
        yield path, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                waiting.append(((*path, name), found))


def wrong_calls() -> Iterator[str]:
    """Of every command: what it does not know, and each of its choices and numbers wrong."""
    for path, command in commands():
        yield " ".join((*path, "--nonsense"))
        before: list[str] = []
        for param in command.params:
            picks = isinstance(param.type, click.Choice | click.types.IntParamType)
            if isinstance(param, click.Argument):
                if picks:
                    yield " ".join((*path, *before, WRONG))
                before.append("x")
            elif picks:
                yield " ".join((*path, param.opts[0], WRONG))


@pytest.mark.parametrize("argv", sorted(wrong_calls()))
def test_no_refusal_of_any_command_is_english(laborclerk: Laborclerk, argv: str) -> None:
    told = call(laborclerk, *argv.split())
    assert not ENGLISH.search(USAGE.sub("", told)), told


@pytest.mark.parametrize("path", [" ".join(path) for path, _ in commands() if path])
def test_no_help_has_english_words(laborclerk: Laborclerk, path: str) -> None:
    done = laborclerk(*path.split(), "--help")
    assert done.status == 0
    assert not re.search(r"\bOUT\b|<=x|x[<>]=|\bTEXT\b|INTEGER|\[[a-z-]+\|", done.out), done.out
