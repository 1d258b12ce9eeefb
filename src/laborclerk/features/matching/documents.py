"""What demand and matching print: the register of demand, a post to be put up in the village, and
the list by which people are called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Number
from laborclerk.catalog.values import show
from laborclerk.features.census.marks import printed
from laborclerk.features.demand.model import Post
from laborclerk.features.demand.service import Demand, register
from laborclerk.features.matching.service import Fit, View, counts
from laborclerk.features.registry.places import PlaceTree
from laborclerk.printing.document import (
    Align,
    Block,
    Column,
    Document,
    Heading,
    KeyValues,
    Lead,
    Page,
    Paragraph,
    Spacer,
    Table,
    TableRow,
)
from laborclerk.store.base import fields_of

RIGHT, CENTER = Align.RIGHT, Align.CENTER


def demand_register(session: Session, on: str, made: str = "") -> Document:
    """用工需求台账: the posts that are open on a day."""
    tree = PlaceTree.load(session)
    found, asked = register(session, on, only_open=True), counts(session)
    wanted = sum(d.post["headcount"] or 0 for d in found)

    def rows() -> Iterator[TableRow]:
        for n, d in enumerate(found, 1):
            answers = asked.get(d.id)
            yield (
                n, d.employer.get("name"), d.post["name"], d.post["headcount"], _pay(d.post),
                _text(d.post, "board"), _text(d.post, "work_place"), d.post["arrival_date"],
                d.post["valid_until"], d.employer.get("contact"), d.employer.get("phone"),
                answers.asked if answers else None, answers.willing if answers else None,
                len(d.warnings) or None,
            )  # fmt: skip

    columns = [
        Column("序号", 10, RIGHT), Column("用工单位", 46), Column("岗位", 24),
        Column("人数", 12, RIGHT), Column("月工资(元)", 24, RIGHT), Column("食宿", 16),
        Column("工作地点", 32), Column("到岗", 20, CENTER), Column("有效期至", 20, CENTER),
        Column("联系人", 16), Column("电话", 24, CENTER), Column("问过", 11, RIGHT),
        Column("愿意", 11, RIGHT), Column("提醒", 11, RIGHT),
    ]  # fmt: skip
    return Document(
        "用工需求台账", [Table(columns, rows())], page=Page.A4_LANDSCAPE, subtitle=f"{on} 在招",
        lead=Lead(tree.path(tree.root(), "county"), "", f"{len(found)}个岗位{wanted:,}人"),
        made=made, note="问过、愿意：人　提醒：不合法、不合理的条件有几处",
    )  # fmt: skip


# what a notice tells of a post, in this order
_ON_A_WALL = 1.45  # type that is read standing before it
_REASONS = 4  # of a person, on the call list
_TOLD = (
    "headcount", "pay_kind", "piece_rate", "hours", "rest_days", "shifts", "board", "insurance",
    "contract_months", "work_address", "distance", "climate", "food", "arrival_date",
    "valid_until", "age_min", "age_max", "education", "skill", "skill_level",
)  # fmt: skip


def post_notice(session: Session, demand: Demand, made: str = "") -> Document:
    """招工简章 of one post, to be put up. What the law forbids (sex, marriage, deposits) is not
    printed, whatever the employer asked."""
    tree = PlaceTree.load(session)
    post, firm = demand.post, demand.employer
    specs = fields_of(Post)
    items: list[tuple[str, str | int | None]] = [
        ("招工单位", printed(str(firm.get("name") or ""))),
        ("工作地点", _text(post, "work_place")),
        ("月工资", f"{_pay(post)}元" if post.get("pay_low") is not None else "面议"),
    ]
    for key in _TOLD:
        if post.get(key) is not None:
            kind = specs[key].type
            unit = kind.unit if isinstance(kind, Number) else ""
            unit = "个月" if unit == "月" else unit  # 12月 would be December
            items.append((specs[key].label, f"{_text(post, key)}{unit}"))
    blocks: list[Block] = [
        Heading(f"{post.get('name') or ''}　{post.get('headcount') or ''}人"),
        KeyValues(items, 1, 26),
        Spacer(4),
        Paragraph("用工单位不得收押金、不得扣身份证、不得限男女、不得问婚育。遇到的请告诉我们。"),
        Paragraph("愿意去的，请找本村组长、村委会，或到下面的地方登记：", strong=True),
        Paragraph(f"{tree.path(tree.root(), 'county')}　电话：________________"),
    ]
    note = "劳动维权 12333　法律援助 12348"
    return Document("招工简章", blocks, made=made, note=note, zoom=_ON_A_WALL)


def call_list(
    session: Session, demand: Demand, found: Sequence[Fit], view: View, where: str, made: str = ""
) -> Document:
    """The people for a post in their order, with room for what they answer. It holds telephones,
    so it is for the clerk's hand only."""
    tree = PlaceTree.load(session)

    def rows() -> Iterator[TableRow]:
        for n, fit in enumerate(found, 1):
            p = fit.person
            answer = (fit.offer or {}).get("answer")
            yield (
                n, p["name"], code_list("sex").label(p["sex"] or ""), fit.age,
                tree.path(fit.place, "township") if fit.place else "", p["phone"],
                p["expected_income"], _why(fit),
                code_list("offer_answer").label(answer) if answer else "", "",
            )  # fmt: skip

    columns = [
        Column("序号", 10, RIGHT), Column("姓名", 22), Column("性别", 9, CENTER),
        Column("年龄", 9, RIGHT), Column("乡镇村组", 36), Column("电话", 25, CENTER),
        Column("期望(元)", 16, RIGHT), Column("理由", 96), Column("答复", 16),
        Column("原因、备注", 34),
    ]  # fmt: skip
    post = demand.post
    return Document(
        "岗位询问名单", [Table(columns, rows())], page=Page.A4_LANDSCAPE,
        subtitle=f"{printed(demand.title)}　{_pay(post)}元　{_text(post, 'work_place')}",
        lead=Lead(where, view.today, f"要{post.get('headcount') or ''}人"),
        made=made, confidentiality="含个人信息，不得张贴、转发",
        note="只排先后，不排除任何人　1薪酬 2距离 3习惯 4气候 5饮食 6无意愿 7文化技能 8家中走不开",
    )  # fmt: skip


def _why(fit: Fit) -> str:
    """What speaks against it and what weighs most for it, to be seen at a glance; what is the same
    for everybody is left out."""
    told = [r for r in fit.reasons if r.key != "distance"]
    against = [r for r in told if r.points < 0]
    return "；".join(r.text for r in [*against, *(r for r in told if r.points >= 0)][:_REASONS])


def _text(facts: Mapping[str, Any], key: str) -> str:
    return show(fields_of(Post)[key].type, facts.get(key))


def _pay(post: Mapping[str, Any]) -> str:
    low, high = post.get("pay_low"), post.get("pay_high")
    if low is None:
        return ""
    return f"{low:,}–{high:,}" if high and high > low else f"{low:,}"
