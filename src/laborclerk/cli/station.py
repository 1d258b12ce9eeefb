"""demo and init: how a station begins."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from laborclerk.catalog.divisions import division_rows, read_divisions_file
from laborclerk.cli.answer import Answer
from laborclerk.cli.call import Call
from laborclerk.cli.command import Thin, pass_call
from laborclerk.features.registry import recovery
from laborclerk.features.registry.places import PlaceRow
from laborclerk.features.registry.station import found, plan
from laborclerk.kernel.errors import EnvironmentFault
from laborclerk.printing.pdf import render_pdf
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.store import DATABASE, KEYS
from laborclerk.sync.ledger import COUNTY, TOWNSHIP


@click.command("init", cls=Thin, short_help="建站")
@click.option("--level", type=click.Choice([TOWNSHIP, COUNTY]), required=True, metavar="级别",
              help="township 乡镇站,county 县站")  # fmt: skip
@click.option("--place", required=True, metavar="代码", help="本站的区划代码(乡镇9位,县6位)")
@click.option("--places", type=click.Path(path_type=Path), multiple=True, metavar="文件",
              help="区划文件;不写则用程序内的全国区划")  # fmt: skip
@click.option("--clerk", default="录入员", metavar="姓名", help="第一位录入员")
@click.option("--recovery-sheet", type=click.Path(path_type=Path), metavar="OUT.pdf",
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
    store, code = call.wiring.create(folder, clerk, call.password(confirm=True))
    try:
        station = found(store, planned)
    except BaseException:
        store.close()
        for name in (DATABASE, KEYS):  # made a moment ago and empty: the next try begins anew
            (folder / name).unlink(missing_ok=True)
        raise
    problems = []
    try:
        if recovery_sheet is not None:
            sheet = recovery.recovery_sheet(planned.name, code, clerk, store.clock.today())
            render_pdf(sheet, recovery_sheet)
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
    said = [
        f"已建站:{planned.name},{villages}个村(社区)。数据在 {folder}",
        f"恢复码 {code}{printed}",
        "请把恢复码抄下或打印,锁在柜中:忘记密码时只有它能打开数据,程序不再显示第二次。",
    ]
    return Answer(data, said, problems, refused=bool(problems))


def _divisions(files: Sequence[Path]) -> list[PlaceRow]:
    rows: list[PlaceRow] = []
    for file in files:
        if file.suffix.lower() in (".xlsx", ".xls"):
            sheet = read_sheet(file)
            cells = [[str(cell) for cell in row] for row in sheet.rows]
            found = division_rows(cells, file.name)
        else:
            found = read_divisions_file(file)
        rows += [PlaceRow(r.code, r.name) for r in found]
    return rows


COMMANDS = (init_command,)
