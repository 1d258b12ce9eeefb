"""Rounds, frame editions, household forms and visits."""

from __future__ import annotations

from typing import ClassVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from laborclerk.catalog.fields import (
    Code,
    Codes,
    Date,
    Number,
    PersonName,
    Phone,
    PlaceRef,
    Reference,
    Text,
)
from laborclerk.store.base import Record, field


class Round(Record):
    """A survey round (摸底): what everything printed or counted names."""

    __tablename__ = "round"

    name: Mapped[str | None] = field(
        "轮次名称", Text(60), required=True, help="如 2026年秋季摸底;印在所有表上"
    )
    starts: Mapped[str | None] = field("开始日期", Date(), required=True, help="从哪天开始入户")
    ends: Mapped[str | None] = field("截止日期", Date(), help="最迟哪天录完")
    reference_date: Mapped[str | None] = field(
        "标准时点", Date(), required=True, help="年龄、死亡、迁移都按这一天算"
    )
    labour_rule: Mapped[str | None] = field(
        "劳动力口径", Code("labour_rule"), required=True, help="谁算劳动力,见口径说明"
    )
    required_items: Mapped[str | None] = field(
        "必填项", Text(2000), help="字段名以逗号分隔;空则用默认必填项"
    )
    severities: Mapped[str | None] = field(
        "检查项轻重", Text(4000), help="检查代码=block|warn|hint,逗号分隔;未列者用默认"
    )
    form_number: Mapped[str | None] = field("表号", Text(40), help="统计法要求表上印明")
    maker: Mapped[str | None] = field("制表机关", Text(60), help="统计法要求表上印明")
    approval_number: Mapped[str | None] = field(
        "批准(备案)文号", Text(60), help="统计法要求表上印明"
    )
    valid_until: Mapped[str | None] = field("有效期至", Date(), help="统计法要求表上印明")
    basis: Mapped[str | None] = field(
        "数据依据", Code("data_basis"), help="统计调查(统计法)或行政登记(个人信息保护法)"
    )
    closed: Mapped[str | None] = field("结束日期", Date(), help="结束后不再录入")


class FrameEdition(Record):
    """One edition of the household frame (户籍底册)."""

    __tablename__ = "frame_edition"

    name: Mapped[str | None] = field(
        "底册名称", Text(60), required=True, help="如 派出所2026年9月户籍底册"
    )
    as_of: Mapped[str | None] = field("底册日期", Date(), required=True, help="底册截止的日期")
    source: Mapped[str | None] = field("来源", Text(100), help="文件名或提供单位")


class FrameEntry(Record):
    """A household as one edition of the frame has it; later editions are compared with it."""

    __tablename__ = "frame_entry"

    edition: Mapped[int | None] = field(
        "底册", Reference("frame_edition"), index=True, help="属于哪一版底册"
    )
    household: Mapped[int | None] = field(
        "户", Reference("household"), index=True, help="对应登记的哪一户"
    )
    place: Mapped[int | None] = field("村民小组", PlaceRef(), help="底册上的村民小组")
    number: Mapped[str | None] = field("户编号", Text(20), help="底册上的户编号")
    head_name: Mapped[str | None] = field("户主姓名", PersonName(), pii=True, help="底册上的户主")
    persons: Mapped[int | None] = field("户籍人口数", Number(0, 99, "人"), help="底册上的人数")


class CensusForm(Record):
    """The form of one household in one round. Its id follows from both (see forms.form_id), so
    two laptops that fill the same form meet in one record."""

    __tablename__ = "census_form"

    round: Mapped[int | None] = field(
        "轮次", Reference("round"), required=True, help="属于哪一轮调查"
    )
    household: Mapped[int | None] = field(
        "户", Reference("household"), required=True, index=True, help="哪一户的表"
    )
    status: Mapped[str | None] = field("表状态", Code("form_status"), help="未完成、已完成")
    survey_date: Mapped[str | None] = field(
        "调查日期", Date(), required=True, help="入户或电话登记的那一天"
    )
    interviewer: Mapped[str | None] = field(
        "调查员", PersonName(), required=True, help="在表上签字的人"
    )
    informant: Mapped[str | None] = field("申报人", PersonName(), pii=True, help="谁回答的")
    informant_relation: Mapped[str | None] = field(
        "申报人身份", Code("informant_relation"), help="本人、亲属代报、村组干部代报"
    )
    informant_phone: Mapped[str | None] = field(
        "申报人电话", Phone(), pii=True, help="回访核对时用"
    )
    paper_number: Mapped[str | None] = field("纸表编号", Text(30), help="纸质表上的编号")
    reasons: Mapped[str | None] = field(
        "核实说明", Text(2000, lines=3), help="对提醒类问题的说明,按“检查代码=说明”逐行记"
    )
    note: Mapped[str | None] = field(
        "调查备注", Text(500, lines=3), pii=True, help="调查时的特别情况"
    )

    __table_args__ = (sa.Index("ix_census_form_round", "round", "household"),)


class Visit(Record):
    """A visit to a household, met or not: a gap with a reason is not a gap without one."""

    __tablename__ = "visit"

    round: Mapped[int | None] = field(
        "轮次", Reference("round"), required=True, help="属于哪一轮调查"
    )
    household: Mapped[int | None] = field(
        "户", Reference("household"), required=True, index=True, help="访问的哪一户"
    )
    place: Mapped[int | None] = field("村民小组", PlaceRef(), help="访问时所在的组")
    date: Mapped[str | None] = field("访问日期", Date(), required=True, help="上门或打电话的那一天")
    result: Mapped[str | None] = field(
        "访问结果", Code("visit_result"), required=True, help="见到谁、为什么没登记上"
    )
    next_date: Mapped[str | None] = field("下次访问日期", Date(), help="需要复访的必须约定日期")
    visitor: Mapped[str | None] = field("访问人", PersonName(), help="谁去的")
    checks: Mapped[str | None] = field("核对方式", Codes("visit_check"), help="怎样核实的,可多选")
    note: Mapped[str | None] = field(
        "访问备注", Text(300, lines=2), pii=True, help="邻居说法、联系方式等"
    )


class CensusNotice(Record):
    """What the county decided the census form tells a household, for one data basis (the id follows
    from it)."""

    __tablename__ = "census_notice"
    county_only: ClassVar[bool] = True

    basis: Mapped[str | None] = field("数据依据", Code("data_basis"), help="按哪一种依据调查")
    sentence: Mapped[str | None] = field("页眉的一句话", Text(200), help="印在每页页眉")
    text: Mapped[str | None] = field(
        "首页的告知", Text(1000, lines=4), required=True, help="印在首页框里"
    )
