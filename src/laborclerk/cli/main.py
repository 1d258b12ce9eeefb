"""The command line as a whole: options before the command, exit statuses, errors told once.

0 done · 1 refused · 2 wrong usage · 3 the environment failed · 70 a bug, with a report.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from laborclerk import __version__
from laborclerk.cli.answer import (
    BUG,
    DONE,
    ENVIRONMENT,
    REFUSED,
    WRONG_USAGE,
    Answer,
    problem_json,
    tell,
    tell_json,
    tell_problems,
)
from laborclerk.cli.call import Call, Wiring
from laborclerk.cli.command import Family
from laborclerk.cli.messages import Command
from laborclerk.cli.wording import speak_chinese, told
from laborclerk.kernel import log
from laborclerk.kernel.errors import EnvironmentFault, Problem, Rejected, fault_of
from laborclerk.kernel.progress import Cancelled
from laborclerk.store.folders import log_folder

speak_chinese()

# command: the file it is in, loaded when it is called, and what it does in one line
COMMANDS = {
    "demo": ("station", "练习乡镇、练习县:虚构的人,真实的地方"),
    "init": ("station", "建站"),
    "template": ("sheets", "可直接填、直接导入的空表"),
    "import": ("sheets", "导入表格"),
    "export": ("sheets", "导出表格"),
    "find": ("registry", "按姓名、拼音首字母、号码、户编号找人"),
    "show": ("registry", "一个人或一户的全部内容"),
    "set": ("registry", "改一个人或一户的几项"),
    "history": ("registry", "一个人或一户谁在何时改了什么"),
    "undo": ("registry", "撤销上一步,或撤销一条变更"),
    "redo": ("registry", "重做刚撤销的一步"),
    "transfer": ("registry", "把一户或一人转到别的村组"),
    "coverage": ("coverage", "乡、村、组、户、人、项六级核对"),
    "work": ("work", "务工台账:经历、名单、月报、卡表册人核对"),
    "seeking": ("seeking", "求职登记:登记、注销、名单"),
    "signoff": ("coverage", "签认一个村(社区)"),
    "print": ("printing", "打印成PDF"),
    "round": ("rounds", "调查轮次"),
    "codes": ("lists", "县里自己定的代码表"),
    "enrol": ("enrolment", "乡站在县站登记"),
    "bundle": ("exchange", "上报、返还和导入变更"),
    "conflicts": ("conflicts", "两边各改各的内容"),
    "duplicates": ("duplicates", "疑似重复登记的人"),
    "employer": ("demand", "用工单位"),
    "post": ("demand", "用工岗位(用工需求台账)"),
    "match": ("matching", "给岗位找人、给人找岗位"),
    "offer": ("matching", "记下问过谁、怎样答复"),
    "fair": ("fairs", "招聘会"),
    "batch": ("dispatch", "派遣批次:加人、到岗、未成行、调岗、返乡"),
    "campaign": ("campaigns", "季节性输出:计划和结果"),
    "handbook": ("handbook", "务工手册:核对内容、登记发放"),
    "report": ("reports", "报表:去向、行业、渠道、收入……,图和名单"),
    "clerk": ("clerks", "录入员"),
    "check": ("backup", "检查数据是否前后一致"),
    "backup": ("backup", "备份到一个加密文件"),
    "restore": ("backup", "由备份恢复"),
    "log": ("backup", "导出运行记录(不含个人信息)"),
}


class Root(Family):
    """All commands; only the one that is called is loaded, so that the window is up at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"laborclerk.cli.{COMMANDS[cmd_name][0]}")
        found: dict[str | None, click.Command] = {c.name: c for c in module.COMMANDS}
        return found[cmd_name]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl([(name, told) for name, (_, told) in COMMANDS.items()])


@click.group(cls=Root, invoke_without_command=True)
@click.option("--store", "store_option", envvar="LABORCLERK_STORE", metavar="文件夹",
              help="本站数据所在文件夹;县站也可为 postgresql://用户@主机/数据库")  # fmt: skip
@click.option("--clerk", envvar="LABORCLERK_CLERK", default="", metavar="姓名", help="录入员")
@click.option("--password-file", type=click.Path(path_type=Path), metavar="文件",
              help="第一行是密码的文件")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="输出一个JSON对象")
@click.version_option(__version__, prog_name="laborclerk")
@click.pass_context
def main(
    ctx: click.Context,
    store_option: str | None,
    clerk: str,
    password_file: Path | None,
    as_json: bool,
) -> int | None:
    """劳动力资源台账。不写命令则打开窗口。"""
    call = ctx.ensure_object(Call)
    call.store_option, call.clerk, call.password_file = store_option, clerk, password_file
    call.as_json = call.as_json or as_json
    if ctx.invoked_subcommand is None:
        return call.window()
    return None


def run(argv: Sequence[str], wiring: Wiring) -> int:
    """Run one command → its exit status. Everything that can go wrong ends here."""
    log.open_log(log_folder())
    call = Call(wiring, as_json="--json" in argv)  # known even when the usage is wrong
    began = time.monotonic()
    try:
        status = _run(list(argv), call)
    finally:
        call.progress.close()
    took = int((time.monotonic() - began) * 1000)
    log.event("command", name=_name(argv), status=status, ms=took)
    return status


def _run(argv: list[str], call: Call) -> int:
    as_json = call.as_json
    try:
        call.as_json = False
        result = main.main(argv, "laborclerk", standalone_mode=False, obj=call)
        call.progress.close()
        if isinstance(result, Answer):
            tell(result, as_json=call.as_json)
            return result.status
        return result if isinstance(result, int) else DONE
    except BrokenPipeError:
        # nobody reads on (a pager was closed): the work is done
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except (Exception, KeyboardInterrupt) as error:
        call.progress.close()
        problems, status = _judge(error)
        log.event("refused", status=status, first=problems[0].code if problems else None)
        if as_json or call.as_json:
            tell_json({"ok": False, "problems": [problem_json(p) for p in problems]})
        else:
            tell_problems(problems)
        return status


def _judge(error: BaseException) -> tuple[list[Problem], int]:
    """What to tell of an error, and the exit status."""
    if isinstance(error, Rejected):
        return error.problems, REFUSED
    if isinstance(error, EnvironmentFault):
        return [error.problem], ENVIRONMENT
    if isinstance(error, click.Abort | Cancelled | KeyboardInterrupt):
        return [Problem(Command.STOPPED)], REFUSED
    if isinstance(error, click.ClickException):
        return [Problem(Command.USAGE, {"text": told(error)})], WRONG_USAGE
    if isinstance(error, OSError) and (error.filename is not None or error.errno == errno.ENOSPC):
        return [fault_of(error, error.filename or "输出文件").problem], ENVIRONMENT
    file = log.save_bug_report(error, log_folder())
    return [Problem(Command.BUG, {"file": file or "标准错误输出"})], BUG


def _name(argv: Sequence[str]) -> str | None:
    """The command's name for the log, never its arguments."""
    return next((a for a in argv if a in COMMANDS), None)
