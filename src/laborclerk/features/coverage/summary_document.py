"""The labour resource summary sheet (B8), landscape: places down, lines across, balances below."""

from __future__ import annotations

from sqlalchemy.orm import Session

from laborclerk.features.coverage.summary import Summary, SummaryRow, summary
from laborclerk.features.coverage.summary_lines import (
    LINES,
    UNPLACED,
    Balance,
    SummaryLine,
    balances,
)
from laborclerk.features.registry.places import PlaceTree
from laborclerk.printing.document import (
    Align,
    Block,
    Cell,
    Column,
    Document,
    Heading,
    Lead,
    Page,
    Paragraph,
    Row,
    Signatures,
    Spacer,
    Table,
)

NOTES = (
    "农村人口为应登记人；第2行起只计本轮口径的劳动力。年龄按标准时点的周岁，“20岁以下”含20岁；"
    "“1–3月”不含满3个月，“3–6月”不含满6个月。"
    "务工地点在本乡镇以外的计入外出从业；在本县就业而未填到乡镇的计入在本乡镇从业。"
)
ENDED = "本轮已于{closed}结束。本表按今日（{on}）的登记数据汇总，不是结束当日的数据。"
_FITS = 99_999  # the largest figure that a column of 26 has room for


def summary_sheet(
    session: Session, round_id: int, place: int, level: str = "", made: str = "", on: str = ""
) -> Document:
    """The sheet of a place by villages or townships; `on` is the day it is counted on."""
    found = summary(session, round_id, place, level)
    path = PlaceTree.load(session).path(place, "county")
    return sheet_of(found, path, made=made, on=on)


def sheet_of(found: Summary, path: str, made: str = "", on: str = "") -> Document:
    """The sheet of figures already counted."""
    blocks: list[Block] = []
    for lines in _parts(found):
        blocks += [_table(found, lines), Spacer(3)]
    blocks += [
        Paragraph(NOTES, small=True),
        Heading("平衡关系", 2),
        _checks(found),
        Spacer(4),
        Signatures(["单位负责人", "填报人", ("填报日期", on)]),
    ]
    if found.closed:
        told = Paragraph(ENDED.format(closed=found.closed, on=on), strong=True)
        blocks = [told, Spacer(2), *blocks]
    return Document(
        "劳动力资源汇总表",
        blocks,
        page=Page.A4_LANDSCAPE,
        subtitle=found.round.title,
        lead=Lead(path, f"标准时点 {found.round.reference_date}", "单位：人"),
        made=made,
        note="数字由登记逐人汇总，不平衡的如实列出，不作调整。",
    )


def _parts(found: Summary) -> list[tuple[SummaryLine, ...]]:
    """All lines in one table, or in two where figures of a county would not fit."""
    widest = max(found.total.figures[line.key] for line in LINES)
    if widest <= _FITS:
        return [LINES]
    half = next(at for at, line in enumerate(LINES) if line.key == "channel_self")
    return [LINES[:half], LINES[half:]]


def _table(found: Summary, lines: tuple[SummaryLine, ...]) -> Table:
    def row(r: SummaryRow, name: str = "") -> Row:
        return Row((name or r.name, *(r.figures[line.key] for line in lines)))

    return Table(
        [
            Column("地区", 28, code="甲"),
            *(Column(line.label, 9.6, Align.RIGHT, line.group, line.code) for line in lines),
        ],
        [row(r) for r in found.rows],
        totals=[row(found.total, "合计")],
        row_height=6,
    )


def _checks(found: Summary) -> Table:
    figures = found.total.figures
    return Table(
        [
            Column("关系", 40),
            Column("左边", 22, Align.RIGHT),
            Column("右边", 22, Align.RIGHT),
            Column("差", 18, Align.RIGHT),
            Column("结果", 18, Align.CENTER),
            Column("说明", 110),
        ],
        # what cannot be more than something is told only where it is
        [_check(b, figures) for b in balances(figures) if not (b.holds and "≤" in b.text)],
        row_height=5.5,
    )


def _check(b: Balance, figures: dict[str, int]) -> Row:
    result = "平衡" if b.holds else "不平衡"
    if "≤" in b.text:
        result = "相符" if b.holds else "不符"
    why = ""
    if b.unknown and figures.get(b.unknown):
        why = f"{UNPLACED[b.unknown]} {figures[b.unknown]:,} 人"
    difference = b.difference if "≤" not in b.text and b.difference else None
    return Row((b.text, b.left, b.right, difference, Cell(result, strong=not b.holds), why))
