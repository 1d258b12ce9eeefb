"""The five rosters of a batch (B6): each shows what its receiver needs and no more.

The columns are declared once for paper and sheet. Health, household kind and kin stay with leader
and station; the employer gets what the contract needs; the public list has no telephone, nobody
under 16 and ID numbers only masked (个人信息保护法 Art 6; law.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.catalog.idnumber import mask
from laborclerk.features.dispatch.batches import (
    MemberLine,
    counts_by_township,
    leaders,
    members,
    statuses,
)
from laborclerk.features.dispatch.model import Batch
from laborclerk.features.dispatch.rules import LEAST_AGE
from laborclerk.features.registry.places import PlaceTree, level_of
from laborclerk.kernel.dates import age_on
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import (
    Align,
    Band,
    Block,
    Cell,
    Column,
    Document,
    Heading,
    KeyValues,
    Lead,
    Page,
    Paragraph,
    Row,
    Signatures,
    Spacer,
    Table,
    TableRow,
    Value,
)

CENTER, RIGHT = Align.CENTER, Align.RIGHT


class RosterKind(StrEnum):
    """For whom a roster is."""

    LEADER = "leader"
    EMPLOYER = "employer"
    STATION = "station"
    TRANSPORT = "transport"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Part:
    """One column: its head, width in mm, what it shows of a line. `row` is the running number."""

    label: str
    width: float
    show: Callable[[MemberLine, View], Value]
    align: Align = Align.LEFT
    mask: Callable[[str], str] | None = None
    number: bool = False  # a number in the sheet


@dataclass
class View:
    """What the columns need besides the line."""

    tree: PlaceTree
    batch: Batch
    row: int = 0

    def where(self, line: MemberLine) -> str:
        """Village and group: the township stands above."""
        return self.tree.path(line.place) if line.place else ""


@dataclass(frozen=True, slots=True)
class Roster:
    """One kind of roster: its title, paper, columns, the facts of the batch above the list, what
    stands below it."""

    kind: RosterKind
    title: str
    about: str
    page: Page
    parts: tuple[Part, ...]
    head: tuple[str, ...]
    signatures: tuple[str, ...]
    note: str = "含个人信息,用后收回销毁"


def _yes(value: bool | None) -> str:
    return "" if value is None else ("是" if value else "否")


def _age(line: MemberLine, view: View) -> Value:
    return age_on(line.birth_date, view.batch.departs or "9999-12-31") if line.birth_date else None


def _kin(line: MemberLine, _view: View) -> str:
    return " ".join(part for part in (line.contact, line.contact_phone) if part)


def _blank(_line: MemberLine, _view: View) -> str:
    return ""


_NUMBER = Part("序号", 9, lambda m, v: v.row, CENTER, number=True)
_NAME = Part("姓名", 25, lambda m, v: m.name)
_SEX = Part("性别", 9, lambda m, v: m.sex, CENTER)
_AGE = Part("年龄", 9, _age, CENTER, number=True)
_ID = Part("公民身份号码", 37, lambda m, v: m.id_number, CENTER)
_PHONE = Part("联系电话", 25, lambda m, v: m.phone, CENTER)
_WHERE = Part("村组", 33, lambda m, v: v.where(m))
_JOB = Part("岗位", 21, lambda m, v: m.job or v.batch.job or "")
_WAGE = Part("约定月工资(元)", 17, lambda m, v: m.wage, RIGHT, number=True)
_CONTRACT = Part("合同", 15, lambda m, v: m.contract, CENTER)
_INSURED = Part("工伤(意外)险", 19, lambda m, v: m.injury_insurance, CENTER)
_HEALTH = Part("体检", 13, lambda m, v: m.health_check, CENTER)
_FIRST = Part("首次外出", 12, lambda m, v: _yes(m.first_time), CENTER)
_KIND = Part("户类型", 20, lambda m, v: m.kind)
_KIN = Part("紧急联系人及电话", 34, _kin)
_NOTE = Part("备注", 20, lambda m, v: m.note)


_TRIP = ("destination", "employer_name", "departs", "gather", "transport", "leader")
ROSTERS: tuple[Roster, ...] = (
    Roster(
        RosterKind.LEADER, "务工人员花名册(带队人用)",
        "带队人路上点名、联系家里用:电话、紧急联系人全",
        Page.A4_LANDSCAPE,
        (_NUMBER, _NAME, _SEX, _AGE, _ID, _PHONE, _WHERE, _KIND, _KIN, _FIRST, _HEALTH, _CONTRACT,
         _INSURED, _NOTE, Part("上车", 11, _blank), Part("到达", 11, _blank)),
        (*_TRIP, "address", "station"), ("带队人", "接站人", "用人单位经办人"),
    ),
    Roster(
        RosterKind.EMPLOYER, "务工人员花名册(用人单位用)", "签劳动合同、上工伤保险所需的各项",
        Page.A4_LANDSCAPE,
        (_NUMBER, _NAME, _SEX, _AGE, _ID, _PHONE,
         Part("户籍地址", 62, lambda m, v: v.tree.path(m.place, "county") if m.place else ""),
         replace(_JOB, width=25), _WAGE, _CONTRACT, _INSURED, Part("报到签名", 22, _blank)),
        ("employer_name", "address", "job", "departs", "arrives", "leader"),
        ("派出单位(盖章)", "用人单位(盖章)", "接收人"),
        "仅用于签订劳动合同、参加社会保险,不得另作他用",
    ),
    Roster(
        RosterKind.STATION, "务工人员花名册(驻外工作站用)",
        "接站、跟踪服务:饮食习惯、首次外出、家里电话",
        Page.A4_LANDSCAPE,
        (_NUMBER, _NAME, _SEX, _AGE, Part("民族", 14, lambda m, v: m.ethnicity, CENTER), _ID,
         _PHONE,
         _WHERE, _KIND, _JOB, _WAGE, _FIRST, Part("介绍人", 20, lambda m, v: m.referrer), _KIN,
         Part("到岗日期", 17, lambda m, v: m.arrived, CENTER), _NOTE),
        ("destination", "employer_name", "address", "arrives", "transport", "leader", "station"),
        ("派出单位", "接站人", "日期"),
    ),
    Roster(
        RosterKind.TRANSPORT, "乘车人员名单", "订票、上车点名:只有姓名、证件号码和电话", Page.A4,
        (replace(_NUMBER, width=12), replace(_NAME, width=36), _SEX, replace(_ID, width=42),
         replace(_PHONE, width=30), Part("座位", 16, _blank), Part("上车", 14, _blank),
         Part("下车", 14, _blank)),
        ("departs", "gather", "transport", "destination", "leader"), ("带队人", "驾驶员(乘务)"),
        "仅用于本次乘车,车到即收回",
    ),
    Roster(
        RosterKind.PUBLIC, "外出务工人员公示名单", "张贴用:身份号码已隐去中间,没有电话", Page.A4,
        (replace(_NUMBER, width=12), replace(_NAME, width=36), _SEX, _AGE,
         replace(_ID, width=40, mask=mask), replace(_WHERE, width=40), replace(_JOB, width=30)),
        ("destination", "employer_name", "departs"), ("公示单位(盖章)", "监督电话"),
        "本名单张贴用;不得另作他用",
    ),
)  # fmt: skip


def roster_of(kind: RosterKind | str) -> Roster:
    """The roster of a kind."""
    return next(r for r in ROSTERS if r.kind == kind)


def roster_lines(
    session: Session, roster: Roster, batch: Batch, place: int | None = None
) -> Iterator[MemberLine]:
    """Whom a roster lists, in the order of places; nobody under 16 is posted in public."""
    departs = batch.departs or "9999-12-31"
    for line in members(session, batch.id, only=statuses("roster"), place=place):
        young = line.birth_date and age_on(line.birth_date, departs) < LEAST_AGE
        if not (roster.kind is RosterKind.PUBLIC and young):
            yield line


def cells(roster: Roster, line: MemberLine, view: View) -> list[Value]:
    """One line's cells, unmasked."""
    return [part.show(line, view) for part in roster.parts]


_HEAD_LABELS = {
    "destination": "目的地", "employer_name": "用人单位", "address": "到达地址", "job": "岗位",
    "departs": "出发日期", "arrives": "预计到达", "gather": "集合", "transport": "交通方式",
    "leader": "总带队人", "station": "驻外工作站",
}  # fmt: skip


def head_value(batch: Batch, key: str) -> str:
    """A fact of the batch as its rosters and the handbook show it."""
    if key == "destination":
        return place_in_words(batch.destination)
    if key in ("departs", "arrives"):
        return day(getattr(batch, key))
    pairs = {
        "gather": (batch.gather_time, batch.gather_place),
        "transport": (
            code_list("transport").label(batch.transport) if batch.transport else None,
            batch.transport_number,
        ),
        "leader": (batch.leader, batch.leader_phone),
        "station": (batch.station, batch.station_contact, batch.station_phone),
    }  # fmt: skip
    if key == "transport" and (pairs[key][0] or "-") in (batch.transport_number or ""):
        return batch.transport_number or ""
    if key in pairs:
        return " ".join(part for part in pairs[key] if part)
    return getattr(batch, key) or ""


def day(iso: str | None) -> str:
    """2026-11-20 → 2026年11月20日, nothing for nothing."""
    if not iso:
        return ""
    year, month, date = iso.split("-")
    return f"{year}年{int(month)}月{int(date)}日"


def roster_document(
    session: Session,
    roster: Roster,
    batch: Batch,
    *,
    edition: str = "",
    changes: str = "",
    made: str = "",
    page: Page | None = None,
    place: int | None = None,
    progress: Progress = SILENT,
) -> Document:
    """The roster as a document; rows are read while it is drawn. `edition` is printed beside the
    number of the batch (第2版), `changes` above the list."""
    view = View(PlaceTree.load(session), batch)
    public = roster.kind is RosterKind.PUBLIC
    return Document(
        roster.title,
        _blocks(session, roster, view, changes, place, progress),
        page=page or roster.page,
        subtitle=batch.name or "",
        lead=Lead(
            f"批次编号\uff1a{batch.number}",
            edition,
            f"派出单位\uff1a{batch.organiser or ''}" if not public else "",
        ),
        made=made,
        note=f"{roster.note}　{batch.number} {edition}".rstrip(),
        code=batch.number or "",
    )


def _blocks(
    session: Session,
    roster: Roster,
    view: View,
    changes: str,
    place: int | None,
    progress: Progress,
) -> Iterator[Block]:
    batch = view.batch
    items = [(_HEAD_LABELS[k], head_value(batch, k)) for k in roster.head]
    wide = roster.page is Page.A4_LANDSCAPE
    yield KeyValues(items, columns=3 if wide else 2, label_width=22)
    if roster.kind in (RosterKind.LEADER, RosterKind.STATION):
        named = [
            f"{view.tree.name(p)} {r.name or ''} {r.phone or ''}".rstrip()
            for p, r in leaders(session, batch.id).items()
        ]
        if named:
            yield Paragraph("各乡镇带队人\uff1a" + "\uff1b".join(named))
    if changes and roster.kind is not RosterKind.PUBLIC:
        yield Paragraph(f"与上一版相比\uff1a{changes}", strong=True)
    columns = [Column(p.label, p.width, p.align, mask=p.mask) for p in roster.parts]
    yield Table(columns, _rows(session, roster, view, place, progress), row_height=7)
    counts = counts_by_township(session, batch.id)
    if place is None and len(counts) > 1 and not public_only(roster):
        yield Heading("各乡镇合计", 2)
        rows = [(_town(view.tree, t), *numbers) for t, numbers in counts.items()]
        people, women, first = (
            [n for n in numbers if n is not None] for numbers in zip(*counts.values(), strict=True)
        )
        total = (sum(people), sum(women), sum(first) if first else None)
        yield Table(
            (Column("乡(镇、街道)", 60), Column("人数", 25, RIGHT),
             Column("其中\uff1a女", 25, RIGHT), Column("首次外出", 25, RIGHT)),
            rows,
            totals=[Row(("合计", *total))],
        )  # fmt: skip
    if public_only(roster):
        yield Paragraph(
            "公示期内\uff0c对名单有异议的\uff0c请向公示单位反映。身份号码中间的数字已隐去。",
            indent=True,
        )
    yield Spacer(4)
    yield Signatures(roster.signatures)


def public_only(roster: Roster) -> bool:
    """Whether everybody may see it."""
    return roster.kind is RosterKind.PUBLIC


def _town(tree: PlaceTree, township: int) -> str:
    return tree.name(township) if township else "未登记住址"


def _rows(
    session: Session, roster: Roster, view: View, place: int | None, progress: Progress
) -> Iterator[TableRow]:
    """The lines, a band above each township (village, where there is one township only)."""
    counts = counts_by_township(session, view.batch.id)
    progress.start(f"生成{roster.title}", sum(n for n, _, _ in counts.values()))
    several = len(counts) > 1 and (place is None or level_of(place) not in ("township", "village"))
    view.row = 0
    span = len(roster.parts)
    for township, lines in groupby(
        roster_lines(session, roster, view.batch, place), lambda line: line.township
    ):
        name = _town(view.tree, township)
        if several:
            yield Band(name)
        start, women = view.row, 0
        for line in lines:
            view.row += 1
            women += line.sex == "女"
            yield cells(roster, line, view)
            if view.row % 500 == 0:
                progress.step(view.row)
        count = view.row - start
        text = f"{name}小计　{count}人\uff0c其中女{women}人"
        yield Row((Cell(text, span=span, align=Align.LEFT),), strong=True, closes=True)
