"""What the registration of job seekers prints: the form of one person or many, and the lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceTree
from laborclerk.features.seeking.listing import (
    KINDS,
    SeekKind,
    SeekLine,
    seek_count,
    seek_lines,
)
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.paper import TITLE, Seeker, seeker_blocks
from laborclerk.features.work.documents import day_word
from laborclerk.features.work.list_kinds import NO_FILTER, Filter
from laborclerk.features.work.model import WorkSpell
from laborclerk.kernel.dates import age_on
from laborclerk.printing.document import (
    Align,
    Band,
    Block,
    Column,
    Document,
    Lead,
    Page,
    PageBreak,
    Paragraph,
    Signatures,
    Spacer,
    Table,
    TableRow,
)
from laborclerk.store.base import values_of

RIGHT, CENTER = Align.RIGHT, Align.CENTER
LIST_COLUMNS = (
    Column("序号", 10, RIGHT), Column("户编号", 14), Column("姓名", 22), Column("性别", 9, CENTER),
    Column("年龄", 9, RIGHT), Column("联系电话", 24, CENTER), Column("文化程度", 18),
    Column("特长", 20), Column("求职工种、岗位", 44), Column("意向地区", 34),
    Column("期望月收入", 15, RIGHT), Column("就业形式", 16), Column("服务需求", 26),
    Column("登记日期", 20, CENTER), Column("有效期至", 20, CENTER), Column("乡镇村组", 36),
)  # fmt: skip


def list_cells(number: int, line: SeekLine, where: str) -> tuple[str | int | None, ...]:
    """One line of a list, in print and in the sheet."""
    return (
        number, line.number, line.name, line.sex, line.age, line.phone, line.schooling, line.skill,
        line.jobs, line.places, line.expected, line.form, line.services, line.registered,
        line.until, where,
    )  # fmt: skip


def seeker_list(
    session: Session,
    kind: SeekKind,
    place: int,
    on: str,
    filter_: Filter = NO_FILTER,
    made: str = "",
) -> Document:
    """A list of job seekers as of a day, by group, with how it was computed."""
    tree, named = PlaceTree.load(session), KINDS[kind]
    total = seek_count(session, kind, place, on, filter_)

    def rows() -> Iterator[TableRow]:
        number = 0
        everybody = seek_lines(session, kind, place, on, filter_)
        for home, people in groupby(everybody, lambda p: p.place):
            listed = list(people)
            yield Band(f"{tree.path(home, 'township')}　{len(listed)}人")
            for person in listed:
                number += 1
                yield list_cells(number, person, "")[:-1]

    def blocks() -> Iterator[Block]:
        yield Paragraph(f"统计日{day_word(on)}。口径：每人看最近一次登记；{named.rule}。")
        if not filter_.empty:
            yield Paragraph(f"筛选：{filter_.said()}。")
        yield Table(LIST_COLUMNS[:-1], rows())
        yield Spacer(2)
        yield Signatures(["单位负责人", "填表人", "联系电话"])

    return Document(
        f"{named.title}名单", blocks(), page=Page.A4_LANDSCAPE,
        lead=Lead(tree.path(place, "county"), "", f"共{total:,}人"), made=made,
        note="含个人信息，仅供工作使用",
    )  # fmt: skip


def seeker_forms(session: Session, seekings: Sequence[int], made: str = "") -> Document:
    """The forms of registrations, a page each, in the order given."""
    tree = PlaceTree.load(session)

    def blocks() -> Iterator[Block]:
        for n, key in enumerate(seekings):
            if n:
                yield PageBreak(head=True)
            yield from seeker_blocks(_seeker(session, tree, session.get_one(JobSeeking, key)))

    return _form(tree, blocks(), made)


def blank_forms(session: Session, place: int, copies: int = 1, made: str = "") -> Document:
    """Empty forms to be written on."""
    tree = PlaceTree.load(session)

    def blocks() -> Iterator[Block]:
        for n in range(copies):
            if n:
                yield PageBreak(head=True)
            yield from seeker_blocks(Seeker(), blank=True)

    return _form(tree, blocks(), made, place)


def _form(
    tree: PlaceTree, blocks: Iterator[Block], made: str, place: int | None = None
) -> Document:
    where = tree.path(tree.root() if place is None else place, "county")
    return Document(
        TITLE, blocks, lead=Lead(where), made=made, numbered=False,
        note="含个人信息，仅供工作使用",
    )  # fmt: skip


def _seeker(session: Session, tree: PlaceTree, record: JobSeeking) -> Seeker:
    """What is known for one form."""
    person = session.get_one(Person, record.person)
    home = session.get(Household, person.household) if person.household else None
    spells = session.scalars(
        sa.select(WorkSpell)
        .where(WorkSpell.person == person.id, WorkSpell.deleted.is_(None))
        .order_by(WorkSpell.start.desc(), WorkSpell.id.desc())
    )
    day = record.registered or ""
    where = tree.path(home.place, "township") if home is not None and home.place else ""
    address = (home.address or "") if home is not None else ""
    return Seeker(
        values_of(person), values_of(record), [values_of(s) for s in spells],
        f"{where} {address}".strip(),
        age_on(person.birth_date, day) if person.birth_date and day else None,
    )  # fmt: skip
