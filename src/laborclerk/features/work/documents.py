"""What the work register prints: the ledger of a day, the named lists, the reconciliation, the
monthly round, the cards. All name the day they speak of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.census.marks import printed
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import PlaceTree, group_word, level_of, parent_of, subtree
from laborclerk.features.work.list_kinds import LISTS, NO_FILTER, SCHOOLING, Filter, ListKind
from laborclerk.features.work.lists import ListLine, by_schooling, count, lines
from laborclerk.features.work.model import WorkCard
from laborclerk.features.work.reconcile import KINDS, Kind, mismatch_counts, mismatches
from laborclerk.features.work.state import PERSON, current
from laborclerk.features.work.updates import UpdateLine, updates
from laborclerk.kernel.dates import age_on
from laborclerk.printing.document import (
    Align,
    Band,
    Block,
    Box,
    Cell,
    Column,
    Document,
    FormGrid,
    Heading,
    Lead,
    Page,
    Paragraph,
    Signatures,
    Spacer,
    Table,
    TableRow,
)

HOME: Any = Household.__table__
RIGHT, CENTER = Align.RIGHT, Align.CENTER


def day_word(iso: str) -> str:
    """2026-11-20 → 2026年11月20日."""
    year, month, day = iso.split("-")
    return f"{year}年{int(month)}月{int(day)}日"


# -- named lists -------------------------------------------------------------------------------

LIST_COLUMNS = (
    Column("序号", 10, RIGHT), Column("户编号", 14), Column("姓名", 22), Column("性别", 9, CENTER),
    Column("年龄", 9, RIGHT), Column("证件号码", 36, CENTER), Column("联系电话", 24, CENTER),
    Column("文化程度", 18), Column("特长或意向", 22), Column("务工地", 30), Column("单位", 30),
    Column("月收入", 14, RIGHT), Column("户类型、困难情况", 28), Column("乡镇村组", 36),
)  # fmt: skip


def list_cells(number: int, line: ListLine, where: str) -> tuple[str | int | None, ...]:
    """One line of a list, in print and in the sheet."""
    kind = "" if line.kind == "一般农户" else line.kind
    return (
        number, line.number, line.name, line.sex, line.age, line.id_number, line.phone,
        line.schooling, line.skill or line.wanted, line.works_at, line.employer, line.income,
        "、".join(t for t in (kind, line.hardship) if t), where,
    )  # fmt: skip


def named_list(
    session: Session,
    kind: ListKind,
    place: int,
    on: str,
    filter_: Filter = NO_FILTER,
    made: str = "",
) -> Document:
    """A list of the sources as of a day, by group, with how it was computed."""
    tree, named = PlaceTree.load(session), LISTS[kind]
    total = count(session, kind, place, on, filter_)
    columns = LIST_COLUMNS[:-1]

    def rows() -> Iterator[TableRow]:
        number = 0
        everybody = lines(session, kind, place, on, filter_)
        for home, people in groupby(everybody, lambda p: p.place):
            listed = list(people)
            yield Band(f"{tree.path(home, 'township')}　{len(listed)}人")
            for person in listed:
                number += 1
                yield list_cells(number, person, "")[:-1]

    def blocks() -> Iterator[Block]:
        yield Paragraph(f"统计日{day_word(on)}。口径：{named.rule}。")
        if not filter_.empty:
            yield Paragraph(f"筛选：{filter_.said()}。")
        if kind is ListKind.YOUNG and filter_.empty:
            classes = by_schooling(session, place, on, kind)
            parts = [f"{word}{classes[key]:,}人" for key, word in SCHOOLING.items()]
            yield Paragraph("其中：" + "、".join(parts) + f"、其他{classes['']:,}人。")
        yield Table(columns, rows())
        yield Spacer(2)
        yield Signatures(["单位负责人", "填表人", "联系电话"])

    return Document(
        f"{named.title}名单", blocks(), page=Page.A4_LANDSCAPE,
        lead=Lead(tree.path(place, "county"), "", f"共{total:,}人"), made=made,
        note="含个人信息，仅供工作使用",
    )  # fmt: skip


# -- the ledger --------------------------------------------------------------------------------

_LEDGER = (
    Column("序号", 9, RIGHT), Column("姓名", 20), Column("性别", 8, CENTER),
    Column("年龄", 8, RIGHT), Column("证件号码", 35, CENTER), Column("联系电话", 23, CENTER),
    Column("务工所在地", 30), Column("务工企业", 32), Column("工种", 18),
    Column("开始", 19, CENTER), Column("月收入(元)", 14, RIGHT), Column("渠道", 18),
    Column("有组织", 10, CENTER),
    Column("点对点", 10, CENTER), Column("合同", 9, CENTER), Column("工伤险", 10, CENTER),
)  # fmt: skip
_SPELL = ("employer_name", "job", "trade", "start", "income", "channel", "organised",
          "point_to_point", "contract", "injury_insurance")  # fmt: skip


def ledger(session: Session, place: int, on: str, made: str = "") -> Document:
    """The work ledger (劳务输出台账) of a place: who works on a day, by group."""
    tree = PlaceTree.load(session)
    now = current(on, *_SPELL)
    low, high = subtree(place)
    query = (
        sa.select(
            HOME.c.place.label("home"), PERSON.c.name, PERSON.c.sex, PERSON.c.birth_date,
            PERSON.c.id_number, PERSON.c.phone, now.c.place, *(now.c[key] for key in _SPELL),
        )
        .select_from(
            HOME.join(PERSON, PERSON.c.household == HOME.c.id).join(
                now, now.c.person == PERSON.c.id
            )
        )
        .where(HOME.c.place >= low, HOME.c.place < high)
        .where(HOME.c.deleted.is_(None), PERSON.c.deleted.is_(None))
        .order_by(HOME.c.place, HOME.c.number, HOME.c.id, PERSON.c.line, PERSON.c.id)
    )  # fmt: skip
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery()))

    def rows() -> Iterator[TableRow]:
        number = 0
        found = session.execute(query.execution_options(yield_per=1000))
        for home, people in groupby(found, lambda r: r.home):
            listed = list(people)
            yield Band(f"{tree.path(home or 0, 'township')}　{len(listed)}人")
            for r in listed:
                number += 1
                yield (
                    number, r.name, _label("sex", r.sex),
                    age_on(r.birth_date, on) if r.birth_date else None, r.id_number, r.phone,
                    place_in_words(r.place), r.employer_name,
                    r.job or _label("occupation", r.trade), r.start, r.income,
                    _label("channel", r.channel), _yes(r.organised), _yes(r.point_to_point),
                    _yes(r.contract), _yes(r.injury_insurance),
                )  # fmt: skip

    return Document(
        "劳务输出台账",
        [Table(_LEDGER, rows()), Spacer(2), Signatures(["审核人", "填表人", "日期"])],
        page=Page.A4_LANDSCAPE, subtitle=f"统计日{day_word(on)}",
        lead=Lead(tree.path(place, "county"), "", f"共{total or 0:,}人"), made=made,
        note="含个人信息，仅供工作使用",
    )  # fmt: skip


def _label(list_name: str, code: str | None) -> str:
    return code_list(list_name).label(code) if code else ""


def _yes(value: bool | None) -> str:
    return "" if value is None else "是" if value else "否"


# -- reconciliation ----------------------------------------------------------------------------


def mismatch_list(
    session: Session, place: int, on: str, kinds: Sequence[Kind] = (), made: str = ""
) -> Document:
    """卡、表、册、人相符: how many of each kind, then every line of those asked for (default: all
    that are not empty), with room for what was found."""
    tree = PlaceTree.load(session)
    counted = mismatch_counts(session, place, on)

    def blocks() -> Iterator[Block]:
        yield Table(
            [Column("不符的种类", 90), Column("比对", 20, CENTER), Column("数目", 18, RIGHT),
             Column("怎样处理", 70)],
            [(printed(named.title), named.sides, counted[kind], printed(named.todo))
             for kind, named in KINDS.items()],
        )  # fmt: skip
        for kind in kinds or [k for k, n in counted.items() if n]:
            yield Heading(f"{printed(KINDS[kind].title)}　{counted[kind]:,}", 2)
            yield Table(
                [Column("序号", 11, RIGHT), Column("村组", 34), Column("户编号", 16),
                 Column("姓名", 22), Column("电话", 26, CENTER), Column("一方", 56),
                 Column("另一方", 56), Column("核实结果", 40)],
                _mismatch_rows(session, kind, place, on, tree),
            )  # fmt: skip

    return Document(
        "卡、表、册、人相符核对单", blocks(), page=Page.A4_LANDSCAPE,
        subtitle=f"核对日{day_word(on)}",
        lead=Lead(tree.path(place, "county"), "", f"不符{sum(counted.values()):,}处"),
        made=made, note="卡：务工卡、能人卡　表：调查表　册：台账　人：本人",
    )  # fmt: skip


def _mismatch_rows(
    session: Session, kind: Kind, place: int, on: str, tree: PlaceTree
) -> Iterator[TableRow]:
    top = "village" if level_of(place) in ("township", "village", "group") else "township"
    for n, m in enumerate(mismatches(session, kind, place, on), 1):
        sides = printed(m.one), printed(m.other)
        yield (n, tree.path(m.place, top), m.number, m.name, m.phone, *sides, "")


# -- the monthly round -------------------------------------------------------------------------


def update_list(session: Session, month: str, place: int, made: str = "") -> Document:
    """Who has reported in a month and who has not, told beside counted."""
    tree, word = PlaceTree.load(session), group_word(session)
    found = updates(session, month, place)
    done = sum(line.reported for line in found)
    wrong = sum(line.reported and not line.agrees for line in found)
    year, number = month.split("-")
    columns = [
        Column(word, 24), Column(f"{word}长", 22), Column("电话", 26),
        Column("上报日期", 22, CENTER),
        *(Column(label, 13, RIGHT, group) for group in ("在外", "外出", "返乡")
          for label in ("上报", "台账")),
        Column("上次上报", 20, CENTER), Column("签字", 24),
    ]  # fmt: skip
    return Document(
        f"{year}年{int(number)}月务工台账更新情况",
        [
            Paragraph(
                f"应报{len(found)}{word}，已报{done}{word}，未报{len(found) - done}{word}；"
                f"上报数与台账不符{wrong}{word}。不符的要与{word}长逐人核对，不改数字凑平。"
            ),
            Table(columns, _update_rows(found, tree)),
        ],
        lead=Lead(tree.path(place, "county"), "", "单位：人"),
        made=made,
    )


def _update_rows(found: Sequence[UpdateLine], tree: PlaceTree) -> Iterator[TableRow]:
    village = 0
    for line in found:
        at = line.place if level_of(line.place) == "village" else parent_of(line.place)
        if at != village:
            village = at
            yield Band(tree.path(at, "township"))
        pairs: list[Cell | int | None] = []
        for told, counted in (
            (line.away, line.away_now), (line.left, line.left_now), (line.back, line.back_now)
        ):  # fmt: skip
            differs = told is not None and told != counted
            pairs += [Cell(told, strong=differs, shaded=differs), counted]
        date: Cell | str = line.date or Cell("未报", strong=True, align=CENTER)
        yield (
            line.name or line.village, line.leader, line.phone, date, *pairs,
            line.last_month or "", "",
        )  # fmt: skip


# -- cards -------------------------------------------------------------------------------------

_WIDE, _HIGH, _GAP = 86.0, 54.0, 8.0  # a bank card's size; two side by side


def cards(session: Session, records: Sequence[WorkCard], station: str, made: str = "") -> Document:
    """Work cards to cut out, two in a row."""
    tree = PlaceTree.load(session)
    homes = _homes(session, [c.person or 0 for c in records])
    grids = []
    for at in range(0, len(records), 2):
        boxes: list[Box] = []
        for column, card in enumerate(records[at : at + 2]):
            where = tree.path(homes.get(card.person or 0, 0), "township")
            boxes += _card(card, column * (_WIDE + _GAP), where, station)
        grids.append(FormGrid(boxes, 2 * _WIDE + _GAP, _HIGH))
    blocks: list[Block] = []
    for grid in grids:
        blocks += [grid, Spacer(3)]
    return Document("务工卡", blocks, made=made, note="沿粗线剪下")


def _homes(session: Session, people: Sequence[int]) -> dict[int, int]:
    query = sa.select(PERSON.c.id, HOME.c.place).select_from(
        PERSON.join(HOME, HOME.c.id == PERSON.c.household)
    )
    rows = session.execute(query.where(PERSON.c.id.in_(people)))
    return {person: place or 0 for person, place in rows}


def _card(card: WorkCard, x: float, home: str, station: str) -> list[Box]:
    able = card.kind == "2"
    title = "劳务能人卡" if able else "外出务工卡"
    rows = [
        ("姓　名", card.name or ""), ("证件号", card.id_number or ""), ("住　址", home),
        ("务工地", place_in_words(card.place)), ("单　位", card.employer_name or ""),
    ]  # fmt: skip
    if able:
        rows[3:] = [("特　长", card.skill or ""),
                    ("可带人", f"{card.capacity}人" if card.capacity else "")]  # fmt: skip
    boxes = [
        Box(x, 0, _WIDE, _HIGH, frame=True, outline=True),
        Box(x + 2, 1.5, _WIDE - 34, 9, title, frame=False, strong=True, size=13, align=Align.LEFT),
        Box(x + _WIDE - 34, 1.5, 32, 9, value=f"编号 {card.number}", frame=False,
            align=Align.RIGHT, size=9),
    ]  # fmt: skip
    for n, (label, value) in enumerate(rows):
        boxes.append(
            Box(x + 2, 11 + n * 6.6, _WIDE - 4, 6.6, label, value, label_width=15,
                align=Align.LEFT, size=9)
        )  # fmt: skip
    until = f"　有效期至 {card.valid_until}" if card.valid_until else ""
    boxes.append(
        Box(x + 2, 45, _WIDE - 4, 7, value=f"{station}　发卡 {card.issued or ''}{until}",
            frame=False, align=Align.LEFT, size=8)
    )  # fmt: skip
    return boxes
