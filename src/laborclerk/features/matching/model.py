"""What was asked and answered, and the advice by which people are sorted.

An offer lies where its person lies (registry/scope.py), so it travels with that township; advice
belongs to the station that wrote it, and every station gets the county's.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from laborclerk.catalog.fields import (
    Code,
    Codes,
    Date,
    Number,
    PersonName,
    Reference,
    Text,
    YesNo,
)
from laborclerk.features.matching.rules import COLUMNS
from laborclerk.features.registry.model import Person
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import Record, field, table_of

# of the code list offer_answer
WILLING, REFUSED, CONSIDERING, NOT_REACHED = "1", "2", "3", "4"


class Offer(Record):
    """A person was asked for a post. Its id follows from both (`offer_id`), so that two who ask
    the same person for the same post meet in one record."""

    __tablename__ = "offer"

    person: Mapped[int | None] = field(
        "人员", Reference("person"), required=True, index=True, help="问的是谁"
    )
    post: Mapped[int | None] = field(
        "岗位", Reference("post"), required=True, index=True, help="问的是哪个岗位"
    )
    fair: Mapped[int | None] = field(
        "招聘会", Reference("fair"), index=True, help="在招聘会上登记的意向,是哪一场"
    )
    asked: Mapped[str | None] = field("询问日期", Date(), required=True, help="哪天问的")
    asker: Mapped[str | None] = field("询问人", PersonName(), help="谁去问的")
    way: Mapped[str | None] = field("询问方式", Code("offer_way"), help="电话、上门、招聘会")
    answer: Mapped[str | None] = field(
        "答复", Code("offer_answer"), help="愿意、不去、再考虑、没联系上;空为还没答复"
    )
    answered: Mapped[str | None] = field("答复日期", Date(), help="哪天答复的")
    reasons: Mapped[str | None] = field(
        "不去的原因", Codes("refusal_reason"), help="可多选(004-06);下次排序时会用到"
    )
    note: Mapped[str | None] = field(
        "备注", Text(200, lines=2), pii=True, help="本人原话、下次什么时候再问"
    )

    __table_args__ = (sa.Index("ix_offer_post_answer", "post", "answer"),)


class Advice(Record):
    """One line of the guidance table (分类指导, 002-27): people like this do well there. It sorts
    and never excludes; an empty condition holds for everybody."""

    __tablename__ = "advice"

    name: Mapped[str | None] = field(
        "建议名称", Text(60), required=True, help="如 年轻、有文化的去沿海工厂"
    )
    # of the person
    age_min: Mapped[int | None] = field("年龄从", Number(0, 99, "岁"), help="含;空为不限")
    age_max: Mapped[int | None] = field("年龄到", Number(0, 99, "岁"), help="含;空为不限")
    schooling: Mapped[str | None] = field(
        "至少文化程度", Code("education"), help="至少读到哪里;空为不限"
    )
    schooling_below: Mapped[str | None] = field(
        "至多文化程度", Code("education"), help="至多读到哪里;空为不限"
    )
    skilled: Mapped[bool | None] = field("有无技能", YesNo(), help="有技能、没有技能;空为不限")
    # of the post
    industries: Mapped[str | None] = field("建议行业", Codes("industry"), help="可多选;空为不限")
    destination: Mapped[str | None] = field(
        "建议去向", Codes("direction"), help="去哪一片,可多选;空为不限"
    )
    seasonal: Mapped[bool | None] = field("季节工", YesNo(), help="只是季节性的活;空为不限")
    points: Mapped[int | None] = field(
        "加分", Number(0, 20, "分"), required=True, help="合上了加几分,0为停用"
    )
    basis: Mapped[str | None] = field("依据", Text(100), help="哪份文件、哪次会议定的")
    retired: Mapped[str | None] = field("停用日期", Date(), help="从哪天起不再用;空为现行")


def offer_id(person: int, post: int) -> int:
    """The id of the offer of a post to a person."""
    return stable_id("offer", person, post)


# what ranking reads of everybody, side by side: 800,000 people are weighed without their rows. The
# id comes first: new people are put in at the end, so its pages are full and read in their order
sa.Index("ix_person_match", *(table_of(Person).c[name] for name in COLUMNS))
