"""clerk: who may log in."""

from __future__ import annotations

from pathlib import Path

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import NEW_PASSWORD, Call, secret
from laborclerk.cli.command import Family, pass_call
from laborclerk.store.clerks import change_keyring
from laborclerk.store.keyring import Keyring
from laborclerk.store.store import KEYS, Store

_NEW_FILE = click.option(
    "--new-password-file", type=click.Path(path_type=Path), metavar="文件",
    help="第一行是新密码的文件(或用 LABORCLERK_NEW_PASSWORD)",
)  # fmt: skip


@click.group("clerk", cls=Family)
def clerk_group() -> None:
    """录入员:增加、列出、停用、换密码。"""


@clerk_group.command("add", short_help="增加一位")
@click.argument("name", metavar="姓名")
@_NEW_FILE
@pass_call
def add_command(call: Call, name: str, new_password_file: Path | None) -> Answer:
    """增加一位录入员;他的名字记在他做的每一处改动上。"""
    with call.store() as store:
        password = _new(name, new_password_file)
        change_keyring(store, lambda ring: ring.add(store.key, name, password), added=name)
        return _listed(_ring(store), f"已增加录入员:{name}")


@clerk_group.command("list", short_help="列出")
@pass_call
def list_command(call: Call) -> Answer:
    """列出录入员。"""
    with call.store() as store:
        return _listed(_ring(store))


@clerk_group.command("disable", short_help="停用一位")
@click.argument("name", metavar="姓名")
@pass_call
def disable_command(call: Call, name: str) -> Answer:
    """停用一位录入员:不能再登录,他录入的仍在他名下。"""
    with call.store() as store:
        change_keyring(store, lambda ring: ring.disable(name), disabled=name)
        return _listed(_ring(store), f"已停用录入员:{name}")


@clerk_group.command("password", short_help="换密码,忘记时用恢复码")
@click.argument("name", metavar="姓名")
@click.option("--recovery", metavar="恢复码", help="恢复单上的恢复码,代替现在的密码")
@_NEW_FILE
@pass_call
def password_command(
    call: Call, name: str, recovery: str | None, new_password_file: Path | None
) -> Answer:
    """换一位录入员的密码;密码都忘记时用恢复单上的恢复码。"""
    if recovery is None:
        unlock = call.unlock
    else:
        code = recovery

        def unlock(ring: Keyring) -> tuple[str, bytes]:
            return name, ring.recover(code)

    store = call.open(unlock)
    try:
        new = _new(name, new_password_file)
        change_keyring(store, lambda ring: ring.set_password(store.key, name, new), password=name)
        return _listed(_ring(store), f"已换密码:{name}")
    finally:
        store.close()


def _ring(store: Store) -> Keyring:
    return Keyring.load(store.folder / KEYS)


def _new(name: str, file: Path | None) -> str:
    return secret(f"{name}的新密码", NEW_PASSWORD, file, confirm=True)


def _listed(ring: Keyring, said: str = "") -> Answer:
    clerks = [{"name": name, "disabled": disabled} for name, disabled in ring.clerks()]
    rows = [(c["name"], "已停用" if c["disabled"] else "可登录") for c in clerks]
    shown = table(("姓名", "状态"), rows)
    return Answer({"clerks": clerks}, [said, shown] if said else [shown])


COMMANDS = (clerk_group,)
