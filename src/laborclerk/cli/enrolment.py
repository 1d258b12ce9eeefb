"""enrol: keys between township and county."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call, secret
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.messages import Command
from laborclerk.features.registry.key_sheet import print_county_key_sheet
from laborclerk.kernel.errors import reject
from laborclerk.store.store import Store
from laborclerk.sync import approvals, atomic, county_keys, trust
from laborclerk.sync.approvals import is_revoked
from laborclerk.sync.enrolment import Application, Kind
from laborclerk.sync.ledger import COUNTY, Enrolled, station_of

_FILE = click.Path(path_type=Path)
_PHONE = "请与对方在电话里逐位核对指纹"
_ASKED = {Kind.NEW: "登记", Kind.RENEWAL: "换发证书", Kind.ROTATION: "换密钥"}
CODE = "LABORCLERK_COUNTY_CODE"


@click.group("enrol", cls=Family)
def enrol_group() -> None:
    """乡站在县站登记:申请、批复、接受批复;换发、注销、换密钥、恢复县站。"""


@enrol_group.command("request", short_help="生成登记申请")
@click.argument("out", metavar="文件.lcq", type=_FILE)
@pass_call
def request_command(call: Call, out: Path) -> Answer:
    """生成本机的登记申请,交给县站。已登记的站用它换发证书。"""
    with call.store() as store:
        fingerprint = approvals.request(store, out)
    data = {"fingerprint": fingerprint, "file": str(out)}
    return Answer(data, [f"已生成登记申请:{out}", f"指纹 {fingerprint}", _PHONE])


@enrol_group.command("approve", short_help="县站批复申请")
@click.argument("request", metavar="申请文件", type=_FILE)
@click.argument("out", metavar="文件.lca", type=_FILE)
@click.option("--fingerprint", metavar="指纹", help="对方在电话里念的指纹,不同则不批")
@pass_call
def approve_command(call: Call, request: Path, out: Path, fingerprint: str | None) -> Answer:
    """批复一份登记申请;新电脑先与对方在电话里核对指纹。

    登记过的电脑换发证书、换密钥,申请由它原来的密钥担保,不用打电话。
    """
    with call.store() as store:
        found = approvals.read_request(store, request)
        asked = found.request
        if fingerprint is None:
            _compare(found, call)
        elif _digits(fingerprint) != _digits(asked.fingerprint):
            raise reject(Command.FINGERPRINT_DIFFERS, given=fingerprint, found=asked.fingerprint)
        approvals.approve(store, request, out)
    data = {
        "fingerprint": asked.fingerprint, "station": asked.station, "device": asked.device,
        "place": asked.place, "name": asked.name, "kind": str(found.kind), "file": str(out),
    }  # fmt: skip
    said = f"已批复{asked.name}{_ASKED[found.kind]}(指纹 {asked.fingerprint}):{out}"
    return Answer(data, [said], found.notices)


def _compare(found: Application, call: Call) -> None:
    """On a terminal a person says that the digits are the same."""
    if sys.stdin.isatty() and not call.as_json and found.kind is Kind.NEW:
        for notice in found.notices:
            click.echo(notice.text, err=True)
        click.echo(f"{found.request.name}的指纹 {found.request.fingerprint}", err=True)
        click.confirm("与对方电话里念的一样吗", abort=True, err=True)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


@enrol_group.command("accept", short_help="接受县站的批复")
@click.argument("file", metavar="批复文件", type=_FILE)
@pass_call
def accept_command(call: Call, file: Path) -> Answer:
    """接受县站的批复,此后可以上报;或接受县站换密钥的通知(.lcs)。"""
    with call.store() as store:
        known = approvals.county_of(store)
        county = approvals.accept(store, file)
        standing = trust.standing(store)
    data = {
        "fingerprint": county.fingerprint, "station": county.station, "name": county.name,
        "valid_before": standing.ends if standing else None,
    }  # fmt: skip
    said = [f"已在{county.name}登记", f"县站指纹 {county.fingerprint}"]
    if known is None or known.public != county.public:
        said.append(_PHONE)
    return Answer(data, said)


@enrol_group.command("list", short_help="县站登记过的电脑")
@pass_call
def list_command(call: Call) -> Answer:
    """列出登记过的电脑:证书到哪一天,是否已注销。"""
    with call.store() as store:
        listed, devices = trust.revocations_of(store), approvals.enrolled(store)
    stations = [_told(one) | {"revoked": is_revoked(listed, one)} for one in devices]
    rows = [
        (s["name"], s["station"], s["device"], s["valid_before"], "已注销" if s["revoked"] else "")
        for s in stations
    ]
    said = [table(("站点", "代码", "电脑编号", "证书到期", "状态"), rows)]
    return Answer({"stations": stations}, said)


def _told(one: Enrolled) -> dict[str, Any]:
    return {
        "name": one.name, "station": one.station, "device": one.device, "place": one.place,
        "serial": one.serial, "valid_before": one.valid_before,
    }  # fmt: skip


@enrol_group.command("renew", short_help="县站换发证书")
@click.argument("device", metavar="电脑|站点")
@click.argument("out", metavar="文件.lca", type=_FILE)
@pass_call
def renew_command(call: Call, device: str, out: Path) -> Answer:
    """给登记过的电脑换发一张新证书,不用对方申请;文件交给对方接受。"""
    with call.store() as store:
        one = approvals.renew(store, device, out)
    data = _told(one) | {"file": str(out)}
    return Answer(data, [f"已给{one.name}换发证书,到 {one.valid_before}:{out}"])


@enrol_group.command("revoke", short_help="县站注销电脑")
@click.argument("who", metavar="站点|电脑")
@click.option("--reason", default="县站注销", metavar="原因", help="如 电脑丢失;对方会看到")
@click.option("--yes", is_flag=True, help="不再询问")
@pass_call
def revoke_command(call: Call, who: str, reason: str, yes: bool) -> Answer:
    """注销一台电脑,或一个站点的全部电脑:县里已导入的仍然算数,以后的一律不认。"""
    if sys.stdin.isatty() and not call.as_json and not yes:
        click.confirm(f"注销“{who}”以后,它新写的上报文件都不能导入。确定吗", abort=True, err=True)
    with call.store() as store:
        ended = approvals.revoke(store, who, reason)
        number = trust.revocations_of(store).number
    data = {"revoked": [_told(one) for one in ended], "edition": number}
    names = "、".join(f"{one.name}(电脑 {one.device})" for one in ended)
    said = f"已注销{names}。名单第 {number} 期,随批复和回执交给各站"
    return Answer(data, [said])


@enrol_group.command("rotate", short_help="换密钥")
@click.argument("out", metavar="[文件]", type=_FILE, required=False)
@pass_call
def rotate_command(call: Call, out: Path | None) -> Answer:
    """换密钥。乡站:写出由旧密钥担保的申请(.lcq),县里批复后启用。

    县站:立即启用,写出换密钥的通知(.lcs),各站接受后跟着换。
    """
    with call.store() as store:
        if station_of(store).level == COUNTY:
            return _rotate_county(store, out or Path("county-keys.lcs"))
        out = out or Path("rotate.lcq")
        fingerprint = approvals.rotate(store, out)
    data = {"fingerprint": fingerprint, "file": str(out)}
    said = [f"已写出换密钥的申请:{out}", f"新指纹 {fingerprint}", "县里批复、本机接受以后启用"]
    return Answer(data, said)


def _rotate_county(store: Store, out: Path) -> Answer:
    county = county_keys.rotate_county(store)
    atomic.write_whole(out, [trust.succession_file(store)], lambda _: None, 2**20)
    data = {"fingerprint": county.fingerprint, "file": str(out)}
    said = [
        f"已换县站密钥,换密钥的通知:{out}", f"新指纹 {county.fingerprint}",
        "旧的密钥恢复单作废:请马上用 laborclerk enrol sheet 打印新的",
    ]  # fmt: skip
    return Answer(data, said)


@enrol_group.command("sheet", short_help="县站密钥恢复单")
@click.argument("out", metavar="文件.pdf", type=_FILE)
@pass_call
def sheet_command(call: Call, out: Path) -> Answer:
    """把县站密钥恢复单存为PDF;打印、封存后请删除文件。"""
    with call.store() as store:
        pages = print_county_key_sheet(store, out)
        fingerprint = trust.this_county(store).fingerprint
    data = {"fingerprint": fingerprint, "file": str(out), "pages": pages}
    return Answer(data, [f"密钥恢复单在 {out}:打印、封存,再删除这个文件"])


@enrol_group.command("recover", short_help="在新电脑上恢复县站")
@click.option("--code-file", type=_FILE, metavar="文件", help="第一行是恢复单上的码")
@pass_call
def recover_command(call: Call, code_file: Path | None) -> Answer:
    """在新建的县站上输入密钥恢复单的30位码,重新成为本县的县站。

    码从 --code-file、环境变量 LABORCLERK_COUNTY_CODE 或询问得到。
    """
    code = secret("密钥恢复单上的码", CODE, code_file)
    with call.store() as store:
        county = county_keys.recover_county(store, code)
    data = {"fingerprint": county.fingerprint, "station": county.station, "name": county.name}
    said = [
        f"本机已是{county.name},县站指纹 {county.fingerprint}(与恢复单上的应当相同)",
        "请各乡镇交来登记申请,批复后他们的下一份上报文件带全部数据",
    ]
    return Answer(data, said)


@enrol_group.command("authority", short_help="写出县站的公钥行")
@click.argument("out", metavar="文件", type=_FILE)
@pass_call
def authority_command(call: Call, out: Path) -> Answer:
    """写出县站的公钥行,供 ssh-keygen -Y verify 核对交换文件。"""
    with call.store() as store:
        line = approvals.authority(store)
    out.write_bytes(line.encode())
    return Answer({"file": str(out), "authority": line.strip()}, [f"已写出:{out}"])


COMMANDS = (enrol_group,)
