"""Campaigns, batches and who goes with them (B6), the printed editions of a roster.

A member of a batch lies where her household lies, so each township answers for its own people in a
county-wide batch. Batch and campaign name no place: every station gets
the county's (registry/scope.py).
For that reason their leaders are written as names, not as references to persons.
"""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from laborclerk.catalog.fields import (
    Code,
    Date,
    Division,
    Number,
    PersonName,
    Phone,
    PlaceRef,
    Reference,
    Text,
    YesNo,
)
from laborclerk.store.base import Record, field


class Campaign(Record):
    """A seasonal campaign (摘棉、捡菜、枸杞采收): plan, result (002-12, 001-13)."""

    __tablename__ = "campaign"

    name: Mapped[str | None] = field(
        "行动名称", Text(60), required=True, help="如 2026年赴疆摘棉;印在名册和总结上"
    )
    kind: Mapped[str | None] = field(
        "季节工种", Code("campaign_kind"), required=True, help="摘棉、捡菜、枸杞采收等"
    )
    destination: Mapped[str | None] = field(
        "行动地区", Division(), required=True, help="去哪个省、市或县"
    )
    starts: Mapped[str | None] = field("用工开始", Date(), required=True, help="当地哪天开始用人")
    ends: Mapped[str | None] = field("用工结束", Date(), help="当地大约哪天收尾")
    prepare_by: Mapped[str | None] = field(
        "准备截止", Date(), help="哪天前要回访基地、签好用工协议(001-13);空则按参数倒推"
    )
    agreement: Mapped[str | None] = field(
        "用工协议", Text(100), help="县与县、乡与乡、村与村,和谁签的、编号(001-13)"
    )
    plan_people: Mapped[int | None] = field(
        "计划人数", Number(0, 999999, "人"), help="今年打算组织多少人去"
    )
    plan_income: Mapped[int | None] = field(
        "计划收入", Number(0, 999999, "万元", places=2), help="打算挣回多少,单位万元"
    )
    told_people: Mapped[int | None] = field(
        "上报人数", Number(0, 999999, "人"), help="总结里写的人数;与名册不符时两个数都显示"
    )
    told_income: Mapped[int | None] = field(
        "上报总收入", Number(0, 999999, "万元", places=2), help="总结里写的总收入,单位万元"
    )
    told_mean: Mapped[int | None] = field(
        "上报人均收入", Number(0, 999999, "元"), help="总结里写的人均,单位元;程序会按总数复算"
    )
    top_income: Mapped[int | None] = field(
        "最高收入", Number(0, 999999, "元"), help="挣得最多的一个人,单位元"
    )
    note: Mapped[str | None] = field("行动备注", Text(500, lines=3), help="经验、问题、明年怎么办")


class Batch(Record):
    """A group that goes to one destination together; from one township or from several."""

    __tablename__ = "batch"

    number: Mapped[str | None] = field(
        "批次编号", Text(30), required=True, index=True,
        help="印成二维码,名册凭它认批次;程序自动编,可改",
    )  # fmt: skip
    name: Mapped[str | None] = field(
        "批次名称", Text(60), required=True, help="如 赴福州首批焊工;印在名册上"
    )
    campaign: Mapped[int | None] = field(
        "季节行动", Reference("campaign"), help="属于哪次季节性输出"
    )
    organiser: Mapped[str | None] = field("组织单位", Text(60), help="哪个单位组织,印在名册上")
    destination: Mapped[str | None] = field(
        "目的地", Division(), required=True, help="到县(市、区),12位区划;境外填国家"
    )
    address: Mapped[str | None] = field("到达地址", Text(100), help="厂区或接站地点,印在手册上")
    employer: Mapped[int | None] = field(
        "用人单位档案", Reference("employer"), help="用工需求里的用人单位"
    )
    employer_name: Mapped[str | None] = field("用人单位", Text(80), help="单位全称,与营业执照一致")
    post: Mapped[int | None] = field("岗位档案", Reference("post"), help="用工需求里的岗位")
    job: Mapped[str | None] = field("岗位", Text(60), help="做什么,如 焊工、电子装配工")
    departs: Mapped[str | None] = field("出发日期", Date(), required=True, help="从本地出发那一天")
    gather_time: Mapped[str | None] = field("集合时间", Text(20), help="几点集合,如 早上6:30")
    gather_place: Mapped[str | None] = field("集合地点", Text(80), help="在哪里上车,如 县汽车站")
    transport: Mapped[str | None] = field(
        "交通方式", Code("transport"), help="包车、火车、飞机、自行前往等"
    )
    transport_number: Mapped[str | None] = field("车次(航班)", Text(60), help="车次、航班或车牌号")
    arrives: Mapped[str | None] = field("预计到达", Date(), help="哪天到;过了这天没确认会提醒")
    point_to_point: Mapped[bool | None] = field(
        "点对点输送", YesNo(), help="从家门口直接送到厂门口的选“是”"
    )
    leader: Mapped[str | None] = field("总带队人", PersonName(), help="全程负责的人")
    leader_phone: Mapped[str | None] = field("总带队人电话", Phone(), help="路上随时能打通")
    station: Mapped[str | None] = field(
        "驻外工作站", Text(60), help="目的地的劳务工作站或联络处(004-19)"
    )
    station_contact: Mapped[str | None] = field("站上联系人", PersonName(), help="接站的人")
    station_phone: Mapped[str | None] = field("站上电话", Phone(), help="到了以后有事找他")
    note: Mapped[str | None] = field("批次备注", Text(500, lines=3), help="表上没有栏目的情况")


class BatchLeader(Record):
    """Who leads the people of one township in a batch (004-20)."""

    __tablename__ = "batch_leader"

    batch: Mapped[int | None] = field(
        "所属批次", Reference("batch"), required=True, index=True, help="哪一批"
    )
    place: Mapped[int | None] = field("带哪个乡镇", PlaceRef(), required=True, help="乡、镇、街道")
    name: Mapped[str | None] = field("带队人", PersonName(), required=True, help="这个乡镇的带队人")
    phone: Mapped[str | None] = field("带队人电话", Phone(), help="路上随时能打通")


class BatchMember(Record):
    """A person in a batch. Where she lives and how to call her stays in the register; the spell of
    work that her arrival begins names her line (`WorkSpell.assignment`)."""

    __tablename__ = "batch_member"

    batch: Mapped[int | None] = field(
        "批次", Reference("batch"), required=True, index=True, help="跟哪一批走"
    )
    person: Mapped[int | None] = field(
        "人员", Reference("person"), required=True, index=True, help="登记里的哪个人"
    )
    status: Mapped[str | None] = field(
        "派遣状态", Code("dispatch_status"), required=True, help="报名、已到岗、未成行、已返乡等"
    )
    post: Mapped[int | None] = field("本人岗位档案", Reference("post"), help="与批次不同时才填")
    job: Mapped[str | None] = field(
        "本人岗位", Text(60), help="与批次不同时才填;调整岗位后为现岗位"
    )
    wage: Mapped[int | None] = field(
        "约定月工资", Number(0, 999999, "元"), help="和单位说好的,单位元,不是万元"
    )
    referrer: Mapped[str | None] = field("介绍人", PersonName(), help="以老带新、经纪人等(004-16)")
    first_time: Mapped[bool | None] = field("首次外出", YesNo(), help="第一次出门务工的多关照")
    health_check: Mapped[str | None] = field("体检", Code("check_state"), help="没做、合格、不合格")
    contract: Mapped[str | None] = field(
        "合同", Code("contract_state"), help="没签、已签、到厂再签;不签先别走"
    )
    injury_insurance: Mapped[str | None] = field(
        "工伤保险", Code("insurance_state"), help="单位参保、意外险代替、没有"
    )
    contact: Mapped[str | None] = field("紧急联系人", PersonName(), pii=True, help="家里能做主的人")
    contact_phone: Mapped[str | None] = field(
        "紧急联系人电话", Phone(), pii=True, help="出了事打这个电话"
    )
    absence: Mapped[str | None] = field(
        "未成行原因", Code("no_show_reason"), help="没走成、没到岗的都要写原因"
    )
    arrived: Mapped[str | None] = field("到岗日期", Date(), help="到了单位、见到人的那一天")
    returned: Mapped[str | None] = field("返乡日期", Date(), help="离开这个单位回来的那一天")
    return_reason: Mapped[str | None] = field(
        "离岗原因", Code("return_reason"), help="期满、工资低、家里有事等"
    )
    note: Mapped[str | None] = field("本人备注", Text(200), pii=True, help="晕车、忌口、同行家属等")


class PostChange(Record):
    """A change of the post at the destination; the stay runs on (004-21)."""

    __tablename__ = "post_change"

    member: Mapped[int | None] = field(
        "谁", Reference("batch_member"), required=True, index=True, help="批次里的哪个人"
    )
    date: Mapped[str | None] = field("调岗日期", Date(), required=True, help="从哪天起换岗")
    before: Mapped[str | None] = field("原岗位", Text(60), help="换岗以前做什么")
    after: Mapped[str | None] = field("新岗位", Text(60), required=True, help="换到哪个岗位")
    employer_name: Mapped[str | None] = field("新单位", Text(80), help="单位也换了才填")
    wage: Mapped[int | None] = field("新月工资", Number(0, 999999, "元"), help="单位元")
    reason: Mapped[str | None] = field("调岗原因", Text(100), help="如 技能不适应(004-21)")


class RosterEdition(Record):
    """One printed edition of a batch's roster; what changed since the edition before."""

    __tablename__ = "roster_edition"

    batch: Mapped[int | None] = field(
        "名册批次", Reference("batch"), required=True, index=True, help="哪一批的名册"
    )
    number: Mapped[int | None] = field(
        "版次", Number(1, 999, "版"), required=True, help="印过以后再改,就是新的一版"
    )
    date: Mapped[str | None] = field(
        "定稿日期", Date(), required=True, help="这一版头一次打印的日子"
    )
    persons: Mapped[int | None] = field("人数", Number(0, 999999, "人"), help="这一版上有多少人")
    digest: Mapped[str | None] = field("内容校对码", Text(40), help="由程序算出,内容变了它就变")
    lines: Mapped[str | None] = field(
        "逐行校对码", Text(200_000), help="由程序算出,用来说出与上一版差在哪里"
    )
    changes: Mapped[str | None] = field(
        "与上一版的差别", Text(2000, lines=4), pii=True, help="增加、减少、改动了谁"
    )
