"""backup, restore, check, log: keeping the data, and help on the phone."""

from __future__ import annotations

from pathlib import Path

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Thin, pass_call
from laborclerk.cli.messages import Command
from laborclerk.features.coverage.assign import double_numbers
from laborclerk.features.coverage.check import check_counts
from laborclerk.features.registry.check import check_search
from laborclerk.features.registry.duplicates.check import check_duplicates
from laborclerk.features.registry.record_words import record_word
from laborclerk.kernel import log
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.errors import Problem, reject
from laborclerk.kernel.ids import show_id
from laborclerk.store import autobackup
from laborclerk.store.backup import BackupProblem
from laborclerk.store.check import check_store
from laborclerk.store.folders import log_folder
from laborclerk.store.keyring import Keyring
from laborclerk.store.restore import restore

_FILE = click.Path(path_type=Path)


@click.command("check", cls=Thin)
@pass_call
def check_command(call: Call) -> Answer:
    """检查本站数据:文件、日志与各表、检索、各处引用、覆盖数字、疑似重复。"""
    with call.store() as store, store.read() as session:
        call.progress.start("检查数据")
        found = check_store(session) + check_search(session)
        found += check_counts(session) + double_numbers(session) + check_duplicates(session)
    findings = [
        {"what": f.what, "type": f.record_type, "id": show_id(f.record_id) if f.record_id else None}
        for f in found
    ]
    if not findings:
        return Answer({"findings": []}, ["检查完毕,没有发现不一致"])
    rows = [(f["what"], record_word(str(f["type"])), f["id"]) for f in findings]
    problem = Problem(Command.STORE_INCONSISTENT, {"count": len(findings)})
    said = [table(("问题", "种类", "编号"), rows)]
    return Answer({"findings": findings}, said, [problem], refused=True)


@click.command("backup", cls=Thin)
@click.argument("out", metavar="文件.lcbak", type=_FILE)
@pass_call
def backup_command(call: Call, out: Path) -> Answer:
    """把本站全部数据备份到一个加密文件,写完读回核对;用登录密码或恢复码恢复。"""
    with call.store() as store:
        info = autobackup.by_hand(store, out, call.progress)
        away = autobackup.leaves_machine(store, out.resolve().parent)
    data = {
        "file": str(out), "size": info.size, "sequence": info.sequence,
        "made_at": show_time(info.made_at), "left_machine": away,
    }  # fmt: skip
    where = "" if away else "(与本站数据在同一个盘,请另存一份到U盘)"
    return Answer(data, [f"已备份并核对:{out},{info.size / 1e6:.1f} MB{where}"])


@click.command("restore", cls=Thin)
@click.argument("file", metavar="备份文件", type=_FILE)
@click.option("--recovery", metavar="恢复码", help="恢复单上的恢复码,代替备份时的密码")
@pass_call
def restore_command(call: Call, file: Path, recovery: str | None) -> Answer:
    """由备份恢复到本站文件夹;原有数据改名留在旁边,不会丢。"""
    unlock = call.unlock
    if recovery is not None:
        code = recovery

        def unlock(ring: Keyring) -> tuple[str, bytes]:
            return ring.clerks()[0][0], ring.recover(code)

    if call.server:
        raise reject(BackupProblem.SERVER_RESTORE, folder=call.folder)
    done = restore(file, call.folder, unlock, call.progress)
    made = show_time(done.info.made_at)
    data = {
        "station": done.info.station, "folder": str(done.folder), "made_at": made,
        "sequence": done.info.sequence,
        "kept_aside": str(done.kept_aside) if done.kept_aside else None,
    }  # fmt: skip
    aside = f"。原有数据留在 {done.kept_aside}" if done.kept_aside else ""
    said = [f"已恢复到 {made} 的备份{aside}", "备份以后录入的内容不在其中,请核对后补录"]
    if recovery is not None:
        said.append("请用 laborclerk clerk password 姓名 --recovery 恢复码 设新密码")
    return Answer(data, said)


@click.command("log", cls=Thin)
@click.argument("out", metavar="文件.txt", type=_FILE)
@pass_call
def log_command(call: Call, out: Path) -> Answer:
    """导出运行记录,发给技术支持用;里面没有姓名、号码等个人信息。"""
    text = log.collect(log_folder())
    out.write_text(text, "utf-8")
    return Answer({"file": str(out), "lines": text.count("\n")}, [f"已导出运行记录:{out}"])


COMMANDS = (check_command, backup_command, restore_command, log_command)
