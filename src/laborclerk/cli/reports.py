"""report: the figures of the labour-export side, the lists behind them, charts, and told figures
checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, Kinds, pass_call
from laborclerk.cli.given import FILE, ON, PLACE, read_day
from laborclerk.cli.records import place_code
from laborclerk.features.registry.places import PlaceTree
from laborclerk.features.reports import prints
from laborclerk.features.reports.counts import TOTAL, Report, report
from laborclerk.features.reports.kinds import REPORTS, STABLE_MONTHS, ReportKind
from laborclerk.features.reports.listing import HEADS, behind
from laborclerk.features.reports.rules import check_told, percent, shown
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.store import Store

_KIND = click.argument(
    "kind", metavar="种类", type=Kinds({k: named.title for k, named in REPORTS.items()})
)  # fmt: skip
_MONTHS = click.option(
    "--months", type=click.IntRange(1, 24), default=STABLE_MONTHS[1], metavar="N",
    help="stable:连续几个月算稳定(默认3)",
)  # fmt: skip


class ReportCommand(Message):
    """What was asked of a report that it has not."""

    REPORT_LINE = "没有“{what}”这一行。可以是:{known}"
    REPORT_COLUMN = "没有“{what}”这一列。可以是:{known}"


@click.group("report", cls=Family)
def report_group() -> None:
    """报表:去向、行业、渠道、收入、组织化程度、稳定就业家庭、年龄性别、招聘会、资源汇总。"""


def _count(
    session: Session, store: Store, kind: str, place: str | None, on: str | None, months: int
) -> Report:
    tree = PlaceTree.load(session)
    day = read_day(on) or store.clock.today()
    return report(session, ReportKind(kind), tree.one(place) if place else tree.root(), day, months)


@report_group.command("show", short_help="一张报表的数,可印成PDF、导出、画成图")
@_KIND
@PLACE
@ON
@_MONTHS
@click.option("--out", type=FILE, metavar="文件", help=".pdf 打印,.xlsx 导出,.png、.svg 画图")
@pass_call
def show_command(
    call: Call, kind: str, place: str | None, on: str | None, months: int, out: Path | None
) -> Answer:
    """一张报表;每个数后面的名单用 report list 看。"""
    with call.store() as store:
        with store.read() as session:
            found = _count(session, store, kind, place, on, months)
        if out is not None:
            _write(store, found, out, call)
    named = REPORTS[found.kind]
    said: list[Any] = [f"{named.title}　{found.where}　统计日 {found.on}　单位:{named.unit}"]
    lines = [*found.lines, *found.sums]
    rows = [
        (line.key, line.label.strip(), percent(line.share), *line.values) for line in lines
    ]  # fmt: skip
    heads = ("行", "", "占比", *(c.name for c in found.columns))
    said += [table(heads, rows, range(2, len(heads))), f"口径:{found.rule}", *found.notes]
    if out is not None:
        said.append(f"已写出:{out}")
    data = {
        "report": kind, "on": found.on, "place": place_code(found.place), "rule": found.rule,
        "columns": [{"key": c.key, "name": c.name} for c in found.columns],
        "lines": [{"key": line.key, "label": line.label.strip(), "share": line.share,
                   "values": list(line.values)} for line in lines],
        "notes": list(found.notes),
    }  # fmt: skip
    return Answer(data, said)


def _write(store: Store, found: Report, out: Path, call: Call) -> None:
    if out.suffix.lower() == ".pdf":
        prints.print_report(
            store, found.kind, found.place, out, on=found.on, months=found.months or 3,
            progress=call.progress,
        )  # fmt: skip
    elif out.suffix.lower() in (".png", ".svg"):
        prints.save_picture(store, found, out)
    else:
        prints.export_report(store, found, out)


@report_group.command("list", short_help="一个数后面的名单")
@_KIND
@click.argument("line", metavar="[行]", default=TOTAL)
@click.option("--column", metavar="列", default="", help="哪一列:下级地方的代码或名称")
@PLACE
@ON
@_MONTHS
@click.option("--limit", type=click.IntRange(0), default=50, metavar="N", help="最多列几行")
@click.option("--out", type=FILE, metavar="文件", help=".pdf 打印,.xlsx 导出")
@pass_call
def list_command(
    call: Call,
    /,
    kind: str,
    line: str,
    column: str,
    place: str | None,
    on: str | None,
    months: int,
    limit: int,
    out: Path | None,
) -> Answer:
    """一个数后面的人或户,如 report list place 35 --column 新街社区。"""
    with call.store() as store:
        with store.read() as session:
            found = _count(session, store, kind, place, on, months)
            at = _column(found, column)
            known = [x.key for x in (*found.lines, *found.sums) if not isinstance(x.values[0], str)]
            if line not in known:
                raise reject(ReportCommand.REPORT_LINE, what=line, known="、".join(known))
            listed = behind(session, found, line, at, limit)
        if out is not None and out.suffix.lower() == ".pdf":
            prints.print_listing(store, found, line, at, out, call.progress)
        elif out is not None:
            prints.export_listing(store, found, line, at, out, progress=call.progress)
    said: list[Any] = [f"{listed.title},共{listed.total:,}"]
    said.append(table(HEADS, [e.cells for e in listed.entries]))
    if out is not None:
        said.append(f"已写出:{out}")
    body = [
        {"person": show_id(e.person) if e.person else None,
         "household": show_id(e.household) if e.household else None, "cells": list(e.cells)}
        for e in listed.entries
    ]  # fmt: skip
    return Answer({"title": listed.title, "total": listed.total, "entries": body}, said)


def _column(found: Report, text: str) -> str:
    for c in found.columns:
        if text in (c.key, c.name, c.key[:12]) or not text:
            return c.key
    known = "、".join(c.name for c in found.columns)
    raise reject(ReportCommand.REPORT_COLUMN, what=text, known=known)


@report_group.command("check", short_help="核对上报的数:加起来、除下来对不对")
@click.argument("relations", metavar="算式…", nargs=-1, required=True)
@pass_call
def check_command(call: Call, relations: Sequence[str]) -> Answer:
    """核对所报的数,如 8955+0+249+636=9840 或 3.18亿/8.16万=3916;不符的列出,不改。"""
    found = [check_told(text) for text in relations]
    body = [
        {"text": r.text, "holds": r.holds, "made": shown(r.made, r.step),
         "told": shown(r.right, r.step), "difference": shown(r.difference, r.step)}
        for r in found
    ]  # fmt: skip
    return Answer({"relations": body}, [r.said for r in found])


COMMANDS = (report_group,)
