"""A report on paper: how it was counted, its chart, the figures by class and by place; and the
list behind a number."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from laborclerk.features.coverage.summary_document import summary_sheet
from laborclerk.features.reports.counts import TOTAL, Line, Report
from laborclerk.features.reports.kinds import REPORTS, STEPWISE, ReportKind
from laborclerk.features.reports.listing import HEADS, behind
from laborclerk.features.reports.pictures import charts_of
from laborclerk.features.reports.rules import percent
from laborclerk.features.work.documents import day_word
from laborclerk.printing.charts import fitting_height
from laborclerk.printing.document import (
    Align,
    Block,
    Column,
    Document,
    Heading,
    Lead,
    Page,
    Paragraph,
    Picture,
    Row,
    Signatures,
    Spacer,
    Table,
)
from laborclerk.printing.style import MM

RIGHT = Align.RIGHT
_ACROSS = 9  # columns of figures that have room beside the names on one page
_TOGETHER = 8  # columns that have room beside the whole and its share


def report_sheet(session: Session, found: Report, made: str = "") -> Document:
    """A report that was counted, as a document."""
    named = REPORTS[found.kind]
    if found.kind is ReportKind.SUMMARY:
        return summary_sheet(session, found.months, found.place, "", made, found.on)
    return Document(
        named.title,
        list(_blocks(found)),
        subtitle=f"统计日{day_word(found.on)}",
        lead=Lead(found.where, "", f"单位：{named.unit}"),
        made=made,
        note="数字由登记逐人汇总，对不上的如实列出，不作调整",
    )


def _blocks(found: Report) -> Iterator[Block]:
    yield Paragraph(f"口径：{found.rule}。", small=True)
    for note in found.notes:
        yield Paragraph(f"※ {note}", strong=True)
    charts = charts_of(found)
    if found.kind is ReportKind.PLACE:
        charts = charts[:1]  # the table below is in the order of the second
    if not charts or not any(line.whole for line in found.lines):
        yield Paragraph("没有可统计的。")
        yield Signatures(["单位负责人", "填报人", ("填报日期", found.on)])
        return
    tallest = 62.0 if found.kind is ReportKind.POSTS else 190.0  # mm; two funnels and the table
    for name, chart in charts:
        if len(charts) > 1:
            yield Heading(name, 2)
        yield Spacer(3)
        yield Picture(chart, min(fitting_height(chart) / MM, tallest))
        yield Spacer(3)
    yield from _tables(found)
    yield Spacer(2)
    yield Signatures(["单位负责人", "填报人", ("填报日期", found.on)])


def _tables(found: Report) -> Iterator[Block]:
    rest = list(range(1, len(found.columns)))
    if len(rest) <= _TOGETHER:
        yield _by_class(found, [0, *rest], shares=True)
        return
    yield _by_class(found, [0], shares=True)
    yield Heading("按地方" if found.kind is not ReportKind.FAIRS else "各场", 2)
    if len(rest) <= len(found.lines):
        for at in range(0, len(rest), _ACROSS):
            yield _by_class(found, rest[at : at + _ACROSS])
    else:
        for first in range(0, len(found.lines), _ACROSS):
            yield _by_place(found, found.lines[first : first + _ACROSS])


def _by_class(found: Report, columns: list[int], *, shares: bool = False) -> Table:
    """Classes down, columns across; the share of the whole stands beside it."""

    def row(line: Line) -> list[str | int | None]:
        cells: list[str | int | None] = [line.label, *(_figure(line, at) for at in columns)]
        if shares:
            cells.insert(2, percent(line.share))
        return cells

    heads = [Column("", 34), *(Column(found.columns[at].name, 15, RIGHT) for at in columns)]
    if shares:
        said = "比上一步" if found.kind in STEPWISE else "占比"
        heads.insert(2, Column(said, 13, RIGHT))
    return Table(
        heads, [row(line) for line in found.lines],
        totals=[Row(row(line)) for line in found.sums], row_height=5.6,
    )  # fmt: skip


def _by_place(found: Report, lines: tuple[Line, ...]) -> Table:
    """Places down, classes across; what is worked out stands at the end."""
    shown = [*lines, *found.sums]
    rows = [
        [column.name, *(_figure(line, at) for line in shown)]
        for at, column in enumerate(found.columns)
        if at
    ]
    whole = ["合计", *(_figure(line, 0) for line in shown)]
    wide = {line.key: 20 for line in found.sums}
    names = [Column(x.brief or x.label, wide.get(x.key, 15), RIGHT) for x in shown]
    return Table([Column("", 30), *names], rows, totals=[whole], row_height=5.6)


def _figure(line: Line, at: int) -> str | int | None:
    value = line.values[at]
    return f"{value:,}" if isinstance(value, int) else value


def listing_sheet(
    session: Session, found: Report, line: str = TOTAL, column: str = "", made: str = ""
) -> Document:
    """The list behind a number, as a document."""
    listed = behind(session, found, line, column, None)
    named = REPORTS[found.kind]
    widths = (52, 18, 24, 10, 10, 26, 40, 44, 22, 18)
    numbers = {"年龄", "月收入"}
    columns = [
        Column(head, width, RIGHT if head in numbers else Align.LEFT)
        for head, width in zip(HEADS, widths, strict=True)
    ]
    return Document(
        f"{named.title}名单",
        [
            Paragraph(f"{listed.title}。口径：{found.rule}。", small=True),
            Table(
                [Column("序号", 11, RIGHT), *columns],
                ((n, *entry.cells) for n, entry in enumerate(listed.entries, 1)),
            ),
        ],
        page=Page.A4_LANDSCAPE,
        subtitle=f"统计日{day_word(found.on)}",
        lead=Lead(found.where, "", f"共{listed.total:,}"),
        made=made,
        note="含个人信息，仅供工作使用",
    )
