"""Sign-offs, paper forms, laptops' villages, monthly reports; and the derived counts."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from laborclerk.catalog.fields import (
    Code,
    Date,
    Month,
    Number,
    PersonName,
    PlaceRef,
    Reference,
    Text,
)
from laborclerk.store.base import Base, Record, field


class SignOff(Record):
    """A village signed off in a round: its gaps nil, or each with a reason."""

    __tablename__ = "sign_off"

    round: Mapped[int | None] = field(
        "轮次", Reference("round"), required=True, help="属于哪一轮调查"
    )
    place: Mapped[int | None] = field(
        "村(社区)", PlaceRef(), required=True, index=True, help="签认的村(社区)"
    )
    date: Mapped[str | None] = field("签认日期", Date(), required=True, help="签认的那一天")
    signer: Mapped[str | None] = field("签认人", PersonName(), required=True, help="村负责人")
    households: Mapped[int | None] = field(
        "签认时户数", Number(0, 999999, "户"), help="签认那一刻的应访户数"
    )
    persons: Mapped[int | None] = field(
        "签认时应登记人数", Number(0, 9999999, "人"), help="签认那一刻的应登记人数"
    )
    gaps: Mapped[int | None] = field(
        "签认时有说明的缺口", Number(0, 999999, "处"), help="当时每处都有原因"
    )
    at: Mapped[int | None] = field("签认时刻", Number(0, 2**53), help="用来找出签认后的改动")
    withdrawn: Mapped[str | None] = field("撤回日期", Date(), help="撤回后可重新签认")
    note: Mapped[str | None] = field("说明", Text(500, lines=3), help="缺口的总说明")


class PaperForms(Record):
    """Paper forms of one group: issued, returned, keyed is counted."""

    __tablename__ = "paper_forms"

    round: Mapped[int | None] = field(
        "轮次", Reference("round"), required=True, help="属于哪一轮调查"
    )
    place: Mapped[int | None] = field(
        "村民小组", PlaceRef(), required=True, index=True, help="发给或收自哪个组"
    )
    date: Mapped[str | None] = field("日期", Date(), required=True, help="收发的那一天")
    kind: Mapped[str | None] = field(
        "收发", Code("paper_movement"), required=True, help="发出、收回、作废"
    )
    count: Mapped[int | None] = field("份数", Number(1, 99999, "份"), required=True, help="多少份")
    numbers: Mapped[str | None] = field("起止编号", Text(60), help="如 0001–0050")
    person: Mapped[str | None] = field("经手人", PersonName(), help="谁领的、谁交的")


class Assignment(Record):
    """Which laptop enters a village; its letter starts the numbers of households it finds."""

    __tablename__ = "assignment"

    place: Mapped[int | None] = field(
        "村(社区)", PlaceRef(), required=True, index=True, help="由这台电脑录入的村"
    )
    device: Mapped[int | None] = field("电脑", Number(0, 2**62), help="本站电脑的编号")
    letter: Mapped[str | None] = field(
        "电脑代号", Text(2), required=True, help="新增户编号以它开头,不会重号"
    )
    clerk: Mapped[str | None] = field("录入员", PersonName(), help="谁负责录入")


class GroupReport(Record):
    """A group leader's monthly report (003-05): who has not reported is a list."""

    __tablename__ = "group_report"

    month: Mapped[str | None] = field(
        "月份", Month(), required=True, help="上报哪个月的变动(003-05)"
    )
    place: Mapped[int | None] = field("村民小组", PlaceRef(), required=True, help="哪个组")
    date: Mapped[str | None] = field("上报日期", Date(), required=True, help="收到的那一天")
    reporter: Mapped[str | None] = field("上报人", PersonName(), help="一般是组长(网格员)")
    changes: Mapped[int | None] = field("变动条数", Number(0, 9999, "条"), help="这个月变动多少条")
    note: Mapped[str | None] = field("说明", Text(300), help="没有变动也请写明")

    # covers what the home screen asks: the last report of every place below one
    __table_args__ = (sa.Index("ix_group_report_month", "month", "place", "date", "deleted"),)


class HouseholdState(Base):
    """Derived: where one household stands in one round, defined in `states`. The unit of every
    coverage number; a pure function of the records."""

    __tablename__ = "household_state"

    round: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    household: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(sa.BigInteger)
    frame: Mapped[int] = mapped_column(sa.SmallInteger)
    gone: Mapped[int] = mapped_column(sa.SmallInteger)
    due: Mapped[int] = mapped_column(sa.SmallInteger)
    visited: Mapped[int] = mapped_column(sa.SmallInteger)
    done: Mapped[int] = mapped_column(sa.SmallInteger)
    revisit: Mapped[int] = mapped_column(sa.SmallInteger)
    explained: Mapped[int] = mapped_column(sa.SmallInteger)
    persons_frame: Mapped[int] = mapped_column(sa.SmallInteger)
    persons_due: Mapped[int] = mapped_column(sa.SmallInteger)
    persons_done: Mapped[int] = mapped_column(sa.SmallInteger)
    persons_missing: Mapped[int] = mapped_column(sa.SmallInteger)
    labour: Mapped[int] = mapped_column(sa.SmallInteger)
    items_missing: Mapped[int] = mapped_column(sa.SmallInteger)
    next_date: Mapped[str | None] = mapped_column(sa.String)

    # no index by place: lists come in through the households of a place
    __table_args__ = ({"sqlite_with_rowid": False},)


class GroupCount(Base):
    """Derived: sums of `HouseholdState` over one group, kept so that the home screen opens at
    once; every higher level is a sum of these over a range of places."""

    __tablename__ = "group_count"

    round: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    households: Mapped[int] = mapped_column(sa.Integer)
    frame: Mapped[int] = mapped_column(sa.Integer)
    gone: Mapped[int] = mapped_column(sa.Integer)
    due: Mapped[int] = mapped_column(sa.Integer)
    visited: Mapped[int] = mapped_column(sa.Integer)
    done: Mapped[int] = mapped_column(sa.Integer)
    revisit: Mapped[int] = mapped_column(sa.Integer)
    explained: Mapped[int] = mapped_column(sa.Integer)
    persons_frame: Mapped[int] = mapped_column(sa.Integer)
    persons_due: Mapped[int] = mapped_column(sa.Integer)
    persons_done: Mapped[int] = mapped_column(sa.Integer)
    persons_missing: Mapped[int] = mapped_column(sa.Integer)
    labour: Mapped[int] = mapped_column(sa.Integer)
    items_missing: Mapped[int] = mapped_column(sa.Integer)
    last_change: Mapped[int] = mapped_column(sa.BigInteger)

    __table_args__ = ({"sqlite_with_rowid": False},)
