"""Work spells, monthly updates, work cards and checks with the living person.

A spell (一段务工) is what one person did at one place for one employer. Who works on a day is
computed from the spells (`state.py`), never stored. The census form keeps what was answered on the
day of the survey; where both differ it is a listed mismatch (`reconcile.py`).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from laborclerk.catalog.fields import (
    Code,
    Date,
    Division,
    Month,
    Number,
    PersonName,
    PlaceRef,
    Reference,
    Text,
    YesNo,
)
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import Record, field


class WorkSpell(Record):
    """One person's work at one place for one employer, from `start` to `end` (its last day; empty
    while it runs). Income is yuan a month; `income_told` and `income_unit` keep what was said."""

    __tablename__ = "work_spell"

    person: Mapped[int | None] = field(
        "务工人员", Reference("person"), required=True, help="谁的这段务工"
    )
    place: Mapped[str | None] = field(
        "务工所在地", Division(), required=True, help="到县(市、区),12位区划;境外填国家(002-13)"
    )
    scope: Mapped[str | None] = field(
        "就业地点",
        Code("work_place_scope"),
        help="县内、县外市内、市外省内、省外、境外;由所在地得出",
    )
    employer_name: Mapped[str | None] = field(
        "务工企业名称", Text(80), required=True, help="单位全称;零工填“零工”"
    )
    employer: Mapped[int | None] = field("用工单位", Reference("employer"), help="用工登记里的单位")
    post: Mapped[int | None] = field("岗位", Reference("post"), help="按哪个招工岗位去的")
    assignment: Mapped[int | None] = field(
        "输转名单", Reference("batch_member"), help="随哪一批输转去的"
    )
    trade: Mapped[str | None] = field(
        "职业(工种)", Code("occupation"), required=True, help="职业分类大典的中类"
    )
    job: Mapped[str | None] = field("具体工种", Text(40), help="人们怎样叫这份工,如 电焊工")
    job_class: Mapped[str | None] = field(
        "工种类别", Code("job_class"), help="体能型或技能型(003-20)"
    )
    industry: Mapped[str | None] = field(
        "所属行业", Code("industry"), required=True, help="GB/T 4754-2017"
    )
    sector: Mapped[str | None] = field(
        "产业类别", Code("sector"), help="第一、二、三产业;有行业时由行业得出"
    )
    start: Mapped[str | None] = field(
        "开始日期", Date(), required=True, help="只知年月填1日;只知年份填1月1日并选“只知年份”"
    )
    end: Mapped[str | None] = field("结束日期", Date(), help="最后一天;还在做就空着")
    dates_known: Mapped[str | None] = field(
        "日期准到", Code("date_known"), help="起止日期准到日、月还是只知年份"
    )
    months: Mapped[int | None] = field(
        "务工月数", Number(0, 12, "月"), help="台账上填的当年月数;有起止日期时不必填"
    )
    income: Mapped[int | None] = field(
        "月收入", Number(0, 999999, "元"), required=True, pii=True, help="每月到手,单位元"
    )
    income_told: Mapped[int | None] = field(
        "所说收入", Number(0, 9999999, places=4), pii=True, help="原话里的数,单位另填"
    )
    income_unit: Mapped[str | None] = field(
        "收入单位", Code("income_unit"), help="元/月、万元/年等;年收入按12个月或实际月数折算"
    )
    channel: Mapped[str | None] = field(
        "就业渠道", Code("channel"), required=True, help="怎样出去的"
    )
    organised: Mapped[bool | None] = field(
        "有组织输出", YesNo(), help="政府、中介或企业组织的为是,自发为否(003-12)"
    )
    point_to_point: Mapped[bool | None] = field(
        "点对点输送", YesNo(), required=True, help="包车、专列等从家门送到厂门"
    )
    contract: Mapped[bool | None] = field("签订劳动合同", YesNo(), help="与用工单位签了书面合同")
    injury_insurance: Mapped[bool | None] = field(
        "参加工伤保险", YesNo(), help="单位为其缴了工伤保险"
    )
    leader: Mapped[str | None] = field(
        "带头人", PersonName(), pii=True, help="谁带出去的(001-14、004-16)"
    )
    broker: Mapped[str | None] = field(
        "介绍人(经纪人)", PersonName(), pii=True, help="中介或经纪人"
    )
    return_reason: Mapped[str | None] = field(
        "结束(返乡)原因", Code("return_reason"), help="填了结束日期时选"
    )
    source: Mapped[str | None] = field("来源", Code("work_source"), help="从哪里得知的")
    note: Mapped[str | None] = field(
        "备注", Text(300, lines=2), pii=True, help="表上没有栏目的情况"
    )

    __table_args__ = (
        # the spells of a person, latest last; with `end` the state on a day needs no row
        sa.Index("ix_work_spell_person", "person", "start", "end", "deleted"),
        sa.Index("ix_work_spell_assignment", "assignment"),
    )


class WorkUpdate(Record):
    """One group's monthly update of the work register (003-05): what its leader told, beside what
    the register counts. Its id follows from month and group (`update_id`)."""

    __tablename__ = "work_update"

    month: Mapped[str | None] = field(
        "月份", Month(), required=True, help="更新到哪个月底(003-05:每月汇总、每月更新)"
    )
    place: Mapped[int | None] = field("村民小组", PlaceRef(), required=True, help="哪个组(社)")
    date: Mapped[str | None] = field("上报日期", Date(), required=True, help="收到的那一天")
    reporter: Mapped[str | None] = field("上报人", PersonName(), help="一般是组长(网格员)")
    away: Mapped[int | None] = field(
        "月底在外人数", Number(0, 9999, "人"), help="组长说的;与台账不符会列出来"
    )
    left: Mapped[int | None] = field("本月外出人数", Number(0, 9999, "人"), help="新出去的")
    back: Mapped[int | None] = field("本月返乡人数", Number(0, 9999, "人"), help="回来的")
    note: Mapped[str | None] = field("说明", Text(300), help="没有变动也请写明")

    __table_args__ = (sa.Index("ix_work_update_month", "month", "place", "date", "deleted"),)


class WorkCard(Record):
    """A card given to a worker (务工卡) or to an able leader (劳务能人卡, 001-14), with what is
    printed on it: the first of 卡、表、册、人."""

    __tablename__ = "work_card"

    person: Mapped[int | None] = field(
        "持卡人", Reference("person"), required=True, index=True, help="发给谁"
    )
    number: Mapped[str | None] = field("卡号", Text(30), required=True, help="印在卡上")
    kind: Mapped[str | None] = field(
        "卡种", Code("work_card_kind"), required=True, help="务工卡或劳务能人卡"
    )
    issued: Mapped[str | None] = field("发卡日期", Date(), required=True, help="哪天发的")
    valid_until: Mapped[str | None] = field("有效期至", Date(), help="空为长期")
    withdrawn: Mapped[str | None] = field("收回日期", Date(), help="返乡或换卡时收回")
    name: Mapped[str | None] = field("卡上姓名", PersonName(), pii=True, help="卡上印的")
    id_number: Mapped[str | None] = field("卡上证件号码", Text(30), pii=True, help="卡上印的")
    place: Mapped[str | None] = field("卡上务工地", Division(), help="卡上印的")
    employer_name: Mapped[str | None] = field("卡上务工企业", Text(80), help="卡上印的")
    skill: Mapped[str | None] = field("特长", Text(60), help="能人卡:会什么")
    capacity: Mapped[int | None] = field(
        "可带人数", Number(0, 999, "人"), help="能人卡:能带多少人出去(001-14)"
    )
    note: Mapped[str | None] = field("备注", Text(300), help="如 遗失补发")


class WorkCheck(Record):
    """What was found when somebody asked after the living person: the last of 卡、表、册、人."""

    __tablename__ = "work_check"

    person: Mapped[int | None] = field(
        "务工人员", Reference("person"), required=True, help="核实的是谁"
    )
    date: Mapped[str | None] = field("核实日期", Date(), required=True, help="哪天核实的")
    means: Mapped[str | None] = field(
        "核实方式", Code("check_means"), required=True, help="见面、电话、视频、家属、单位等"
    )
    found: Mapped[str | None] = field(
        "核实结果", Code("work_found"), required=True, help="在外、在家、换了地方、联系不上等"
    )
    place: Mapped[str | None] = field("实际所在地", Division(), help="换了地方时填")
    employer_name: Mapped[str | None] = field("实际单位", Text(80), help="换了单位时填")
    checker: Mapped[str | None] = field("核实人", PersonName(), help="谁核实的")
    note: Mapped[str | None] = field("说明", Text(300, lines=2), pii=True, help="本人或家属的话")

    __table_args__ = (sa.Index("ix_work_check_person", "person", "date", "deleted"),)


def update_id(month: str, place: int) -> int:
    """The id of a group's update: two laptops that take the same one meet in one record."""
    return stable_id("work_update", month, place)
