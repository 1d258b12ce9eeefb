"""What coverage prints: the village's certificate, the coverage table, any gap list, the labour
resource summary, the monthly collection list. All name the round and the labour rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import round_facts
from laborclerk.features.coverage.collection import GroupLine, collection
from laborclerk.features.coverage.gaps import PLACE_KINDS, Gap, GapKind, gap_total, gaps
from laborclerk.features.coverage.model import SignOff
from laborclerk.features.coverage.service import DIRECT, CoverageRow, all_rows, row, rows
from laborclerk.features.registry.places import (
    LEVELS,
    PlaceTree,
    group_word,
    level_of,
    parent_of,
)
from laborclerk.kernel.clock import show_time
from laborclerk.printing.document import (
    Align,
    Band,
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
    TableRow,
)

_PAGE = 500  # lines of a list read at once
RIGHT = Align.RIGHT


def round_of(session: Session, round_id: int) -> RoundFacts:
    """Round and labour rule of a document."""
    return round_facts(session.get_one(Round, round_id))


def day(iso: str | None) -> str:
    """2026-11-20 → 2026年11月20日, nothing for nothing."""
    if not iso:
        return ""
    year, month, date = iso.split("-")
    return f"{year}年{int(month)}月{int(date)}日"


# -- the village's certificate -----------------------------------------------------------------


def certificate(session: Session, sign_off: SignOff, made: str = "") -> Document:
    """The certificate of a signed village: its numbers by group, what stays open and why."""
    village, round_id = sign_off.place or 0, sign_off.round or 0
    tree = PlaceTree.load(session)
    whole = row(session, round_id, village)
    return Document(
        "村(社区)调查覆盖签认书",
        _certificate_blocks(session, sign_off, whole, tree),
        subtitle=round_of(session, round_id).title,
        lead=Lead(tree.path(village, "county"), "", f"签认日期 {day(sign_off.date)}"),
        made=made,
    )


def _certificate_blocks(
    session: Session, sign_off: SignOff, whole: CoverageRow, tree: PlaceTree
) -> Iterator[Block]:
    c, round_id, word = whole.counts, sign_off.round or 0, group_word(session)
    yield Paragraph(
        f"经逐{word}、逐户、逐人核对，{tree.full_name(whole.place)}"
        f"应访{sign_off.households or 0}户，应登记{sign_off.persons or 0}人；"
        + (
            f"尚有缺口{sign_off.gaps}处，均已说明原因。"
            if sign_off.gaps
            else f"村不漏{word}、{word}不漏户、户不漏人、人不漏项。"
        ),
        indent=True,
    )
    if sign_off.withdrawn:
        yield Paragraph(f"本次签认已于{day(sign_off.withdrawn)}撤回，不再有效。", strong=True)
    elif whole.signed.changed:
        at = show_time(sign_off.at or 0)
        yield Paragraph(f"签认（{at}）以后本村登记有变动，下列为打印时的数字。", strong=True)
    yield Heading(f"各{word}数字", 2)
    yield Table(
        [
            Column(word, 28),
            *(
                Column(label, 17, RIGHT, group)
                for label, group in (
                    ("底册", "户"), ("已注销", "户"), ("不在册", "户"), ("应访", "户"),
                    ("已完成", "户"), ("有说明", "户"), ("待复访", "户"),
                    ("应登记", "人"), ("劳动力", "人"), ("漏人", "人"),
                )
            ),
            Column("缺项", 17, RIGHT),
        ],
        [_certificate_row(r) for r in rows(session, round_id, whole.place)],
        totals=[_certificate_row(whole, "合计")],
    )  # fmt: skip
    if c.explained or c.revisit:
        yield Heading("未完成的户及原因", 2)
        yield _gap_table(
            _gap_lines(session, round_id, whole.place, (GapKind.EXPLAINED, GapKind.REVISIT)),
            word,
        )
    if whole.signed.changed:
        yield Heading("签认以后有变动的户", 2)
        yield _gap_table(_gap_lines(session, round_id, whole.place, (GapKind.CHANGED,)), word)
    if sign_off.note:
        yield Heading("说明", 2)
        for line in sign_off.note.splitlines():
            yield Paragraph(line, indent=True)
    yield Spacer(8)
    yield Signatures([("村(社区)负责人", sign_off.signer or ""), "调查员", "乡(镇、街道)审核人"])
    yield Spacer(6)
    yield Signatures(["村(社区)盖章", "乡(镇、街道)盖章", "日期"])


def _certificate_row(r: CoverageRow, name: str = "") -> Row:
    c = r.counts
    return Row(
        (name or r.name, c.frame, c.gone, c.found, c.due, c.done, c.explained, c.revisit,
         c.persons_due, c.labour, c.persons_missing, c.items_missing)
    )  # fmt: skip


# -- coverage of every place -------------------------------------------------------------------


def coverage_table(session: Session, round_id: int, place: int, made: str = "") -> Document:
    """The six-level reconciliation of a place, every place below it down to the group."""
    tree, word = PlaceTree.load(session), group_word(session)
    every = all_rows(session, round_id, place)
    top = LEVELS.index(level_of(place))
    whole = every[0]
    gap = whole.gaps
    lost = "、".join(
        f"{label} {count:,}"
        for label, count in (
            ("乡", gap.townships), ("村", gap.villages), (word, gap.groups),
            ("户", gap.households), ("人", gap.persons), ("项", gap.items),
        )
        if count
    )  # fmt: skip
    columns = [
        Column("地方", 52),
        *(
            Column(label, 16, RIGHT, group)
            for label, group in (
                ("底册", "户"), ("应访", "户"), ("已访", "户"), ("已完成", "户"), ("未访", "户"),
                ("待复访", "户"), ("未完成", "户"), ("有说明", "户"), ("底册", "人"),
                ("应登记", "人"), ("已完成", "人"), ("劳动力", "人"), ("漏人", "人"),
            )
        ),
        Column("缺项", 16, RIGHT),
        Column("签认", 30, Align.CENTER),
    ]  # fmt: skip
    blocks: list[Block] = [
        Paragraph(f"尚缺：{lost}。" if lost else f"乡、村、{word}、户、人、项均无遗漏。"),
        Table(columns, [_coverage_row(r, top, word) for r in every]),
        Paragraph(
            "应访=已完成+有说明+待复访+未完成+未访；上一级数字为下一级之和。"
            "“有说明”指查无此户、已搬迁等，访问时已记明原因。",
            small=True,
        ),
    ]
    return Document(
        "调查覆盖情况表",
        blocks,
        page=Page.A4_LANDSCAPE,
        subtitle=round_of(session, round_id).title,
        lead=Lead(tree.path(place, "county"), "", "单位：户、人、项"),
        made=made,
    )


_LEFT_OUT = {"township": "乡", "village": "村", "group": ""}


def _coverage_row(r: CoverageRow, top: int, word: str) -> TableRow:
    c = r.counts
    depth = LEVELS.index(level_of(r.place)) - top + (r.level == DIRECT)
    signed = r.signed
    text = f"{signed.signed}/{signed.villages}村" if signed.villages > 1 else signed.date or ""
    if r.level in _LEFT_OUT and not c.touched:
        text = f"漏{_LEFT_OUT[r.level] or word}"
    cells = (
        "\u3000" * depth + r.name, c.frame, c.due, c.visited, c.done, c.unvisited, c.revisit,
        c.unfinished, c.explained, c.persons_frame, c.persons_due, c.persons_done, c.labour,
        c.persons_missing, c.items_missing, text + ("(有变动)" if signed.changed else ""),
    )  # fmt: skip
    return Row(cells, strong=r.level not in ("group", DIRECT))


# -- gap lists ---------------------------------------------------------------------------------


def gap_list(
    session: Session, round_id: int, place: int, kind: GapKind, made: str = ""
) -> Document:
    """Any list behind a number, to take along."""
    tree, word = PlaceTree.load(session), group_word(session)
    lines, amount = gap_total(session, round_id, place, kind)
    total = f"共{lines:,}行" + (f"，合计{amount:,}" if amount != lines else "")
    return Document(
        f"{f'漏{word}' if kind is GapKind.GROUP else kind.label}名单",
        [_gap_table(_gap_lines(session, round_id, place, (kind,)), word, kind)],
        subtitle=round_of(session, round_id).title,
        lead=Lead(tree.path(place, "county"), "", total),
        made=made,
    )


def _gap_lines(
    session: Session, round_id: int, place: int, kinds: Sequence[GapKind]
) -> Iterator[Gap]:
    for kind in kinds:
        offset = 0
        while page := gaps(session, round_id, place, kind, _PAGE, offset):
            yield from page
            offset += len(page)


def _gap_table(lines: Iterator[Gap], word: str, kind: GapKind | None = None) -> Table:
    if kind in PLACE_KINDS:
        columns = [Column("序号", 12, RIGHT), Column("地方", 60), Column("情况", 80)]
        return Table(columns, ((n, g.where, g.text) for n, g in enumerate(lines, 1)))
    persons = kind in (GapKind.ITEM, GapKind.REGISTERED, GapKind.LABOUR)
    columns = [
        Column("序号", 12, RIGHT),
        Column(f"村、{word}", 38),
        Column("户编号", 18),
        Column("姓名" if persons else "户主", 24),
        Column("情况", 70),
        *([Column("处理", 24)] if kind is not None else []),  # to be written on by hand
    ]
    return Table(
        columns,
        (
            (n, g.where, g.number, g.name if persons else g.head_name, g.text, "")[: len(columns)]
            for n, g in enumerate(lines, 1)
        ),
    )


# -- the monthly collection --------------------------------------------------------------------


def collection_list(
    session: Session, round_id: int, month: str, place: int, made: str = ""
) -> Document:
    """Who reports in a month, by village, and who has not yet; with room for a signature."""
    tree, word = PlaceTree.load(session), group_word(session)
    lines = collection(session, month, place)
    done = sum(line.reported for line in lines)
    year, number = month.split("-")
    return Document(
        f"{year}年{int(number)}月{word}长信息采集名单",
        [
            Paragraph(f"应报{len(lines)}{word}，已报{done}{word}，未报{len(lines) - done}{word}。"),
            Table(
                [
                    Column(word, 24), Column(f"{word}长", 24), Column("电话", 30),
                    Column("上报日期", 26, Align.CENTER), Column("变动(条)", 18, RIGHT),
                    Column("上次上报", 22, Align.CENTER), Column("签字", 30),
                ],
                _collection_rows(lines, tree),
            ),
        ],
        subtitle=round_of(session, round_id).title,
        lead=Lead(tree.path(place, "county"), "", f"{word}长即网格员"),
        made=made,
    )  # fmt: skip


def _collection_rows(lines: Sequence[GroupLine], tree: PlaceTree) -> Iterator[TableRow]:
    village = 0
    for line in lines:
        at = line.place if level_of(line.place) == "village" else parent_of(line.place)
        if at != village:
            village = at
            yield Band(tree.path(at, "township"))
        date: Cell | str = line.date or Cell("未报", strong=True, align=Align.CENTER)
        yield (
            line.name or line.village, line.leader, line.phone, date, line.changes,
            line.last_month or "", "",
        )  # fmt: skip
