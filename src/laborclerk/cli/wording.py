"""Click speaks Chinese: its own words, where it looks them up."""

from __future__ import annotations

import importlib
import unicodedata
from typing import Any

import click

from laborclerk.cli.command import name_of

_WORDS = {
    "Usage:": "用法:",
    "Options": "选项",
    "Commands": "命令",
    "Positional arguments": "参数",
    "Aborted!": "已中止",
    "Error: {message}": "{message}",
    "Try '{command} {option}' for help.": "用法见 {command} {option}",
    "Missing command.": "没有写明要做什么(命令)。",
    "Missing argument": "缺少参数",
    "Missing option": "缺少选项",
    "Missing parameter": "缺少参数",
    "Missing {param_type}": "缺少{param_type}",
    "Missing parameter: {param_name}": "缺少参数:{param_name}",
    "No such option {name!r}.": "没有选项“{name}”。",
    "No such command {name!r}.": "没有命令“{name}”。",
    "Did you mean {possibility}?": "是不是{possibility}?",
    "(Did you mean one of: {possibilities}?)": "是不是其中之一:{possibilities}?",
    "Invalid value: {message}": "写法不对:{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint}不对:{message}",
    "Got unexpected extra argument ({args})": "多写了参数:{args}",
    "Got unexpected extra arguments ({args})": "多写了参数:{args}",
    "Takes {nargs} values but 1 was given.": "应有{nargs}个值,只给了1个。",
    "Takes {nargs} values but {len} were given.": "应有{nargs}个值,给了{len}个。",
    "Option {name!r} requires an argument.": "选项“{name}”后面要写值。",
    "Option {name!r} requires {nargs} arguments.": "选项“{name}”后面要写{nargs}个值。",
    "Option {name!r} does not take a value.": "选项“{name}”后面不写值。",
    "Argument {name!r} takes {nargs} values.": "参数“{name}”应有{nargs}个值。",
    "{value!r} is not a valid {number_type}.": "“{value}”不是整数。",
    "{value} is not in the range {range}.": "{value}不行,应为{range}。",
    "{name} {filename!r} does not exist.": "“{filename}”不存在。",
    "{name} {filename!r} is a file.": "“{filename}”是文件,应为文件夹。",
    "{name} {filename!r} is a directory.": "“{filename}”是文件夹,应为文件。",
    "{name} {filename!r} is not readable.": "“{filename}”不能读取。",
    "{name} {filename!r} is not writable.": "“{filename}”不能写入。",
    "file": "文件",
    "directory": "文件夹",
    "path": "路径",
    "env var: {var}": "环境变量:{var}",
    "default: {default}": "默认:{default}",
    "required": "必填",
    "(dynamic)": "(自动)",
    "%(prog)s, version %(version)s": "%(prog)s %(version)s",
    "Show the version and exit.": "显示版本",
    "Show this message and exit.": "显示本说明",
    "Repeat for confirmation": "再输一遍",
    "Error: The two entered values do not match.": "两次输入不一样,请重新输入。",
    "Error: invalid input": "输入不对",
}
_MODULES = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")


def say(text: str) -> str:
    """Click's text in Chinese; unknown ones as they are."""
    return _WORDS.get(text, text)


def say_count(one: str, many: str, count: int) -> str:
    """The same for texts with a number."""
    return say(one if count == 1 else many)


def speak_chinese() -> None:
    """Put our words where Click's modules look theirs up."""
    for name in _MODULES:
        module = importlib.import_module(f"click.{name}")
        for known, ours in (("_", say), ("ngettext", say_count)):
            if hasattr(module, known):
                setattr(module, known, ours)
    exceptions: Any = importlib.import_module("click.exceptions")
    exceptions.repr = "“{}”".format  # of what is proposed in place of a wrong option or command
    number: Any = click.IntRange
    number._describe_range = _range
    formatting: Any = importlib.import_module("click.formatting")
    formatting.term_len = columns


def told(error: click.ClickException) -> str:
    """What Click refuses, in our words and punctuation."""
    if isinstance(error, click.BadParameter) and error.param is not None and error.ctx is not None:
        error.param_hint = f"“{name_of(error.param, error.ctx)}”"
    text = error.format_message()
    for theirs, ours in ((", ", "、"), (" “", "“"), (". ", "。"), ("。 ", "。")):
        text = text.replace(theirs, ours)
    text = text.rstrip(".。")
    if isinstance(error, click.UsageError) and error.ctx is not None:
        text = f"{text}(用法见 {error.ctx.command_path} --help)"
    return text


def _range(number: click.IntRange) -> str:
    if number.max is None:
        return f"不小于{number.min}"
    return f"{number.min}到{number.max}"


def columns(text: str) -> int:
    """How wide a text stands on a terminal: a Chinese character takes two columns."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
