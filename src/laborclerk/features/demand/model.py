"""Employers and posts: every field of the demand sheet (B3, 用工需求表), declared once.

Neither names a place of the register: where the work is, is a division anywhere in the country. So
they belong to the station that made them; who else gets them says registry/scope.py.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from laborclerk.catalog.fields import (
    Code,
    Codes,
    Date,
    Division,
    Number,
    PersonName,
    Phone,
    Reference,
    Text,
    YesNo,
)
from laborclerk.store.base import Record, field


class Employer(Record):
    """A firm, workshop or agency that wants people; a labour base (劳务基地, 001-12) is one too."""

    __tablename__ = "employer"

    name: Mapped[str | None] = field(
        "企业名称", Text(100), required=True, help="与营业执照一致的全称"
    )
    credit_code: Mapped[str | None] = field(
        "统一社会信用代码", Text(18), required=True, index=True,
        help="营业执照上的18位代码(GB 32100-2015),末位是校验码",
    )  # fmt: skip
    kind: Mapped[str | None] = field(
        "单位类别", Code("employer_kind"), help="用工单位自招,还是中介、劳务派遣代招"
    )
    licence_number: Mapped[str | None] = field(
        "许可证编号", Text(40), help="职业中介、劳务派遣须有许可证(人力资源市场暂行条例第18条)"
    )
    legal_representative: Mapped[str | None] = field(
        "法定代表人", PersonName(), pii=True, help="营业执照上的法定代表人"
    )
    location: Mapped[str | None] = field(
        "单位所在地", Division(), help="到县(市、区),12位区划;境外填国家"
    )
    address: Mapped[str | None] = field("单位地址", Text(100), help="街道、门牌,派人时要找得到")
    industry: Mapped[str | None] = field("所属行业", Code("industry"), help="GB/T 4754-2017")
    economic_type: Mapped[str | None] = field(
        "经济类型", Code("economic_type"), help="内资、港澳台投资、外资,按营业执照"
    )
    employees: Mapped[int | None] = field("职工人数", Number(0, 9999999, "人"), help="现有职工")
    contact: Mapped[str | None] = field(
        "联系人", PersonName(), required=True, pii=True, help="招工时找谁"
    )
    phone: Mapped[str | None] = field(
        "联系电话", Phone(), required=True, pii=True, help="手机或带区号的固定电话"
    )
    base: Mapped[str | None] = field(
        "劳务基地", Code("labour_base"), help="是劳务基地的,选新建或巩固(001-12)"
    )
    inspected: Mapped[str | None] = field(
        "考察日期", Date(), help="本县派人去看过的日期;没去过的空着(002-18)"
    )
    agreement: Mapped[str | None] = field(
        "用工协议编号", Text(40), help="与本县签订的劳务用工合同编号(002-18)"
    )
    customs: Mapped[str | None] = field(
        "风俗饮食", Text(100), help="当地风俗、饮食,如 有清真食堂、以米饭海鲜为主(001-12)"
    )
    note: Mapped[str | None] = field("备注", Text(500, lines=3), help="表上没有栏目的情况")


class Post(Record):
    """One demand of an employer: a trade, how many, on what terms, until when."""

    __tablename__ = "post"

    employer: Mapped[int | None] = field(
        "用工单位", Reference("employer"), required=True, index=True, help="哪个单位招工"
    )
    name: Mapped[str | None] = field(
        "岗位名称", Text(60), required=True, help="单位怎样叫这个岗位,如 二保焊工"
    )
    occupation: Mapped[str | None] = field(
        "工种", Code("occupation"), required=True, help="职业分类大典,按它找人"
    )
    headcount: Mapped[int | None] = field(
        "需求人数", Number(1, 99999, "人"), required=True, help="这个岗位一共要几个人"
    )
    # what is asked of a person
    sex: Mapped[str | None] = field(
        "性别要求", Code("sex"), help="法律不许限定性别的岗位请空着;填了只提醒,不用来筛人"
    )
    sex_ground: Mapped[str | None] = field(
        "性别要求依据", Text(100), help="如 女职工禁忌劳动范围,写明哪一条"
    )
    age_min: Mapped[int | None] = field("最低年龄", Number(0, 99, "岁"), help="不得低于16周岁")
    age_max: Mapped[int | None] = field("最高年龄", Number(0, 99, "岁"), help="单位的要求,只作参考")
    education: Mapped[str | None] = field("最低文化程度", Code("education"), help="没有要求就空着")
    skill: Mapped[str | None] = field(
        "技能要求", Text(60), help="要会什么,如 电焊;与登记的专业技能对照"
    )
    skill_level: Mapped[str | None] = field(
        "技能等级", Code("skill_level"), help="要求的证书等级,没有要求就空着"
    )
    other_terms: Mapped[str | None] = field(
        "其他要求", Text(200, lines=2), help="单位提出的其他条件,照原话记"
    )
    deposit: Mapped[bool | None] = field(
        "收押金或扣证件", YesNo(), help="单位是否要收押金、扣身份证;收了就是违法(劳动合同法第9条)"
    )
    # what is offered
    pay_kind: Mapped[str | None] = field(
        "计薪方式", Code("pay_kind"), required=True, help="计时、计件,或底薪加计件"
    )
    pay_low: Mapped[int | None] = field(
        "月工资",
        Number(0, 999999, "元"),
        required=True,
        help="每月到手最少多少,单位元;计件填普通熟手",
    )
    pay_high: Mapped[int | None] = field(
        "最高月工资", Number(0, 999999, "元"), help="每月到手最多多少,单位元"
    )
    piece_rate: Mapped[str | None] = field("计件单价", Text(60), help="照单位的说法写,如 每件1.2元")
    hours: Mapped[int | None] = field(
        "每日工时", Number(0, 24, "小时", places=1), help="标准为每日8小时"
    )
    rest_days: Mapped[int | None] = field("每月休息", Number(0, 31, "天"), help="一个月休几天")
    shifts: Mapped[str | None] = field("班次", Text(40), help="上班时间,如 8:00–17:00 或 两班倒")
    board: Mapped[str | None] = field("食宿", Code("board"), required=True, help="吃和住由谁出")
    insurance: Mapped[str | None] = field(
        "社会保险", Codes("insurance"), help="单位给上哪几种,可多选"
    )
    contract_months: Mapped[int | None] = field(
        "合同期限", Number(0, 600, "月"), help="签多久的劳动合同;0为无固定期限"
    )
    # where and when
    work_place: Mapped[str | None] = field(
        "工作地点", Division(), required=True, help="到县(市、区),12位区划;境外填国家"
    )
    work_address: Mapped[str | None] = field("详细地点", Text(100), help="厂区、工地的具体地址")
    arrival_date: Mapped[str | None] = field("到岗日期", Date(), required=True, help="最晚哪天到岗")
    valid_until: Mapped[str | None] = field(
        "有效期至", Date(), required=True, help="过了这一天就不再找人"
    )
    season_from: Mapped[int | None] = field(
        "季节工起月", Number(1, 12, "月"), help="只干一季的,从几月起;长年的空着"
    )
    season_to: Mapped[int | None] = field("季节工止月", Number(1, 12, "月"), help="到几月止")
    region: Mapped[str | None] = field(
        "招工区域", Division(), help="单位只在某个省、市、县招的填;不限的空着"
    )
    # what people ask before they go (004-06)
    distance: Mapped[int | None] = field(
        "路程", Number(0, 99999, "公里"), help="从本县到工作地点大约多少公里(004-06)"
    )
    climate: Mapped[str | None] = field("气候", Text(60), help="如 夏天湿热,冬天不供暖(004-06)")
    food: Mapped[str | None] = field(
        "饮食", Text(60), help="如 食堂以米饭海鲜为主,有面食窗口(004-06)"
    )
    # its way through our hands
    registered: Mapped[str | None] = field("登记日期", Date(), required=True, help="哪天报来的")
    source: Mapped[str | None] = field("需求来源", Code("post_source"), help="这条需求怎样来的")
    earmark: Mapped[str | None] = field(
        "专项", Code("post_earmark"), help="专给某类人留的岗位,如 就业困难人员(004-13)"
    )
    closed: Mapped[str | None] = field("停招日期", Date(), help="招满或单位取消的那一天")
    close_reason: Mapped[str | None] = field(
        "停招原因", Code("post_close_reason"), help="招满、取消、过期"
    )
    note: Mapped[str | None] = field("备注", Text(500, lines=3), help="表上没有栏目的情况")

    __table_args__ = (sa.Index("ix_post_open", "closed", "valid_until"),)
