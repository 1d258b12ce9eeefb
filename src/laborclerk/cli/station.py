"""demo and init: how a station begins."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
import sqlalchemy as sa

from laborclerk.cli.answer import Answer, tell
from laborclerk.cli.call import Call
from laborclerk.cli.command import Kinds, Thin, pass_call
from laborclerk.cli.messages import Command
from laborclerk.features.practice import service as practice
from laborclerk.features.practice.county import PEOPLE, begin_county
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.papers import print_recovery_sheet
from laborclerk.features.registry.places import PlaceRow
from laborclerk.features.registry.station import beginning, divisions_in, found, plan
from laborclerk.kernel.errors import EnvironmentFault, reject
from laborclerk.store.files import settle
from laborclerk.store.folders import practice_folder
from laborclerk.store.keyring import Keyring
from laborclerk.store.store import KEYS, StoreProblem, by_password
from laborclerk.sync.ledger import COUNTY, TOWNSHIP


@click.command("init", cls=Thin)
@click.option("--level", type=Kinds({TOWNSHIP: "乡镇站", COUNTY: "县站"}), required=True,
              metavar="级别", help="本站的级别")  # fmt: skip
@click.option("--place", required=True, metavar="代码", help="本站的区划代码(乡镇9位,县6位)")
@click.option("--places", type=click.Path(path_type=Path), multiple=True, metavar="文件",
              help="区划文件;不写则用程序内的全国区划")  # fmt: skip
@click.option("--clerk", default="", metavar="姓名", help="第一位录入员(不写则为“录入员”)")
@click.option("--recovery-sheet", type=click.Path(path_type=Path), metavar="文件.pdf",
              help="把恢复单存为PDF,打印后请删除文件")  # fmt: skip
@pass_call
def init_command(
    call: Call,
    level: str,
    place: str,
    places: Sequence[Path],
    clerk: str,
    recovery_sheet: Path | None,
) -> Answer:
    """建一个站:本站的村从程序内的区划(或区划文件)带入,数据从第一个字节起加密。"""
    planned = plan(level, place, _divisions(places) if places else None)
    folder = call.folder
    password = call.password(confirm=True)
    first = clerk or call.clerk or "录入员"
    with beginning(call.create, folder, first, password) as (store, code):
        station = found(store, planned)
    problems = []
    try:
        if recovery_sheet is not None:
            print_recovery_sheet(store, code, recovery_sheet)
    except EnvironmentFault as error:
        problems.append(error.problem)  # the station stands, and its code is shown below
    finally:
        store.close()
    villages = sum(1 for row in planned.places if not row.code.endswith("000"))
    data = {
        "station": station.station, "device": station.device, "folder": str(folder),
        "place": planned.places[0].code, "name": planned.name, "places": len(planned.places),
        "recovery_code": code,
        "recovery_sheet": str(recovery_sheet) if recovery_sheet and not problems else None,
    }  # fmt: skip
    printed = f",恢复单在 {recovery_sheet}" if data["recovery_sheet"] else ""
    where = f"数据在数据库里,钥匙在 {folder}" if call.server else f"数据在 {folder}"
    said = [
        f"已建站:{planned.name},{villages}个村(社区)。{where}",
        f"恢复码 {code}{printed}",
        "请把恢复码抄下或打印,锁在柜中:忘记密码时只有它能打开数据,程序不再显示第二次。",
    ]
    if level == COUNTY:
        said.append("再用 laborclerk enrol sheet 打印县站密钥恢复单:没有备份时只有它能重建县站。")
    if call.server:
        said.append("请备份钥匙文件夹,并复制到每台要打开本站的电脑:没有它谁也登录不了。")
    return Answer(data, said, problems, refused=bool(problems))


def _divisions(files: Sequence[Path]) -> list[PlaceRow]:
    return [PlaceRow(r.code, r.name) for file in files for r in divisions_in(file)]


@click.command("demo", cls=Thin)
@click.option("--county", is_flag=True, help="练习县(五个乡镇,默认1500人),不写是练习乡镇")
@click.option("--people", type=click.IntRange(100, 200_000), metavar="N", help="人数(默认2000)")
@click.option("--seed", type=int, metavar="S", help="种子(默认1),同一种子得到同样的数据")
@click.option("--no-window", is_flag=True, help="只建立,不打开窗口")
@pass_call
def demo_command(
    call: Call, county: bool, people: int | None, seed: int | None, no_window: bool
) -> Answer | int:
    """建一个练习乡镇或练习县(已有则直接用)并打开窗口:里面的人都是虚构的。"""
    told = call.store_option is not None
    folder = call.folder if told else practice_folder(county=county)
    if settle(folder):
        answer = _practice_there(call, folder, county, people, seed)
    else:
        answer = _practice_new(call, folder, county, people, 1 if seed is None else seed)
    if no_window:
        return answer
    call.progress.close()
    tell(answer, as_json=call.as_json)
    return call.wiring.window(folder, practice.PASSWORD)


def _practice_new(
    call: Call, folder: Path, county: bool, people: int | None, seed: int
) -> Answer:  # fmt: skip
    store, made = (
        begin_county(
            call.create, folder, people=people or PEOPLE, seed=seed, progress=call.progress
        )
        if county
        else practice.begin(
            call.create, folder, people=people or 2000, seed=seed, progress=call.progress
        )
    )
    store.close()
    return _practice(folder, made.households, made.persons, f"已建立{_KINDS[county]}")


def _practice_there(
    call: Call, folder: Path, county: bool, people: int | None, seed: int | None
) -> Answer:
    if not _opens_as_practice(folder):
        raise reject(StoreProblem.STORE_EXISTS, folder=folder)
    unlock = by_password(practice.CLERK, practice.PASSWORD)
    store = call.wiring.open(folder, unlock)
    try:
        with_, of, *level = store.setting(practice.MADE_WITH).split(",")
        is_county = level == [COUNTY]
        other = any(a is not None and str(a) != b for a, b in ((people, with_), (seed, of)))
        if other or (county and not is_county):
            kind = _KINDS[is_county]
            raise reject(Command.PRACTICE_EXISTS, folder=folder, kind=kind, people=with_, seed=of)
        with store.read() as session:
            households, persons = (
                session.scalar(sa.select(sa.func.count()).where(m.deleted.is_(None))) or 0
                for m in (Household, Person)
            )
    finally:
        store.close()
    return _practice(folder, households, persons, f"{_KINDS[is_county]}已在")


_KINDS = {False: "练习乡镇", True: "练习县"}


def _opens_as_practice(folder: Path) -> bool:
    return practice.CLERK in [name for name, _ in Keyring.load(folder / KEYS).clerks()]


def _practice(folder: Path, households: int, persons: int, said: str) -> Answer:
    data = {
        "station": str(folder), "households": households, "persons": persons,
        "password": practice.PASSWORD,
    }  # fmt: skip
    text = f"{said}:{households}户{persons}人,全是虚构的人。密码 {practice.PASSWORD}"
    return Answer(data, [text, f"数据在 {folder}"])


COMMANDS = (demo_command, init_command)
