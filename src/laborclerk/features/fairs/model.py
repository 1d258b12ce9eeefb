"""Job fairs (招聘会), what was offered there and who came.

A fair names its place under `venue_place`, not `place`: a county's fair concerns every township, so
it belongs to the station that made it and all get it. A visit lies where its person lies. What was
only counted at the door stands in the fair as told; it is shown beside what the lists give, never
mixed with it (X-05).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from laborclerk.catalog.fields import Code, Date, Number, PlaceRef, Reference, Text
from laborclerk.store.base import Record, field


class Fair(Record):
    """One event, of a county, township or village (004-08)."""

    __tablename__ = "fair"

    name: Mapped[str | None] = field(
        "招聘会名称", Text(80), required=True, help="如 2026年春风行动专场招聘会"
    )
    kind: Mapped[str | None] = field("类型", Code("fair_kind"), help="综合、专场、进村、网络")
    date: Mapped[str | None] = field(
        "举办日期", Date(), required=True, help="正月十五以前人还没有走(004-07)"
    )
    ends: Mapped[str | None] = field("结束日期", Date(), help="一天的不填")
    venue_place: Mapped[int | None] = field(
        "举办地", PlaceRef(), required=True, help="县、乡镇或村;办到村里来的人更多(004-08)"
    )
    venue: Mapped[str | None] = field("会场", Text(100), help="广场、体育馆等具体地点")
    organiser: Mapped[str | None] = field("主办单位", Text(100), help="谁办的")
    reason: Mapped[str | None] = field("日期说明", Text(200), help="在正月十五以后办的,写明为什么")
    firms_told: Mapped[int | None] = field(
        "上报企业数", Number(0, 99999, "家"), help="当天统计的数;名单上的另外算"
    )
    trades_told: Mapped[int | None] = field(
        "上报工种数", Number(0, 99999, "个"), help="当天统计的数"
    )
    posts_told: Mapped[int | None] = field(
        "上报岗位数", Number(0, 9999999, "个"), help="当天统计的数;名单上的另外算"
    )
    visits_told: Mapped[int | None] = field(
        "上报入场人次", Number(0, 9999999, "人次"), help="门口点的数,同一人来两次算两次(X-01)"
    )
    intents_told: Mapped[int | None] = field(
        "上报意向人数", Number(0, 9999999, "人"), help="当天统计的数;名单上的另外算"
    )
    arrivals_told: Mapped[int | None] = field(
        "上报到岗人数", Number(0, 9999999, "人"), help="后来报来的数;名单上的另外算"
    )
    note: Mapped[str | None] = field("备注", Text(500, lines=3), help="天气、宣传、交通等")


class FairPost(Record):
    """A post offered at a fair, with the number wanted on that day. Its id follows from both."""

    __tablename__ = "fair_post"

    fair: Mapped[int | None] = field(
        "招聘会", Reference("fair"), required=True, index=True, help="哪一场"
    )
    post: Mapped[int | None] = field(
        "岗位", Reference("post"), required=True, index=True, help="带来的哪个岗位"
    )
    headcount: Mapped[int | None] = field(
        "当日需求人数", Number(0, 99999, "人"), help="那一天还要几个人"
    )
    booth: Mapped[str | None] = field("展位", Text(20), help="展位号")


class FairVisit(Record):
    """A person who came, by the door list; what she said yes to is an offer of that fair. Its id
    follows from person, fair and day."""

    __tablename__ = "fair_visit"

    fair: Mapped[int | None] = field("招聘会", Reference("fair"), required=True, help="哪一场")
    person: Mapped[int | None] = field(
        "人员", Reference("person"), required=True, index=True, help="来的是谁"
    )
    date: Mapped[str | None] = field("来访日期", Date(), required=True, help="哪天来的")
    note: Mapped[str | None] = field("备注", Text(200), pii=True, help="想找什么活等")

    __table_args__ = (sa.Index("ix_fair_visit_fair", "fair", "person"),)
