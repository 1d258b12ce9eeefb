"""Places, households and persons: every field of the census form (B1), declared once."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped

from laborclerk.catalog.fields import (
    Code,
    Codes,
    Date,
    Division,
    IdNumber,
    Month,
    Number,
    PersonName,
    Phone,
    PlaceRef,
    Reference,
    Text,
    YesNo,
)
from laborclerk.store.base import Record, field


class Place(Record):
    """A place of this station: its id is the 12-digit division code and a 3-digit group number
    read as one integer, so that a whole subtree is one range of ids (see places.py)."""

    __tablename__ = "place"

    name: Mapped[str | None] = field(
        "名称", Text(60), required=True, help="区划全称,随统计用区划代码"
    )
    level: Mapped[str | None] = field(
        "级别", Code("place_level"), required=True, help="省、市、县、乡、村、组"
    )
    valid_from: Mapped[str | None] = field("启用日期", Date(), help="从何时起有这个地方")
    valid_to: Mapped[str | None] = field("停用日期", Date(), help="撤并之日;空为现行")
    successor: Mapped[int | None] = field("变更后区划", PlaceRef(), help="调整后由哪个区划接续")
    leader: Mapped[str | None] = field("负责人", PersonName(), help="组长(社长),即网格员(003-05)")
    leader_phone: Mapped[str | None] = field("负责人电话", Phone(), help="催报时用")


class Household(Record):
    """A household (户), from the frame or from the door."""

    __tablename__ = "household"

    place: Mapped[int | None] = field(
        "村民小组", PlaceRef(), required=True, help="户所在的村民小组(或社)"
    )
    number: Mapped[str | None] = field(
        "户编号", Text(20), required=True, help="本村内不重复;新增户由程序编号"
    )
    head_name: Mapped[str | None] = field(
        "户主姓名", PersonName(), required=True, pii=True, help="与户口簿一致"
    )
    head_phone: Mapped[str | None] = field(
        "户联系电话", Phone(), pii=True, help="11位手机号或带区号的固定电话"
    )
    kind: Mapped[str | None] = field(
        "户类型", Code("household_kind"), required=True,
        help="按防止返贫监测系统的类别;2026年起为常态化帮扶,类别会变动",
    )  # fmt: skip
    kind_since: Mapped[str | None] = field("户类型起始日期", Date(), help="从何时起属于这一类")
    residence: Mapped[str | None] = field(
        "户居住情况", Code("residence"), help="人户分离、整户外出、空挂户等如实选,决定谁应登记"
    )
    address: Mapped[str | None] = field("住址", Text(100), pii=True, help="门牌或自然村")
    registered_count: Mapped[int | None] = field(
        "户籍人口数", Number(0, 99, "人"), help="户籍底册上的人数"
    )
    minimum_living: Mapped[bool | None] = field("是否低保", YesNo(), help="民政部门批准的低保户")
    destitute: Mapped[bool | None] = field("是否特困供养", YesNo(), help="民政部门批准的特困供养")
    relocated: Mapped[bool | None] = field("是否易地搬迁", YesNo(), help="“十三五”易地扶贫搬迁户")
    farmland: Mapped[int | None] = field(
        "耕地面积", Number(0, 99999, "亩", places=2), help="承包耕地,单位亩"
    )
    woodland: Mapped[int | None] = field(
        "林地面积", Number(0, 99999, "亩", places=2), help="承包林地,单位亩"
    )
    in_frame: Mapped[bool | None] = field("在户籍底册", YesNo(), help="由底册导入时记下")
    note: Mapped[str | None] = field(
        "备注", Text(500, lines=3), pii=True, help="表上没有栏目的情况"
    )

    __table_args__ = (
        sa.Index("ix_household_number", "number", "place"),
        sa.Index("ix_household_place", "place", "number"),
    )


class Person(Record):
    """A member of a household. Age is computed at the survey date, never stored (B1)."""

    __tablename__ = "person"

    household: Mapped[int | None] = field(
        "户", Reference("household"), index=True, help="此人所在的户"
    )
    line: Mapped[int | None] = field("户内序号", Number(1, 99), help="表上的行次,一张表7行")
    relation: Mapped[str | None] = field(
        "与户主关系", Code("relation"), required=True, help="GB/T 4761-2008;每户有且只有一个户主"
    )
    name: Mapped[str | None] = field(
        "姓名", PersonName(), required=True, pii=True,
        help="与身份证一致;少数民族姓名间隔用“·”",
    )  # fmt: skip
    id_type: Mapped[str | None] = field(
        "证件类型", Code("id_type"), required=True, help="无证的新生儿、无户口人员选“尚无证件”"
    )
    id_number: Mapped[str | None] = field(
        "证件号码", IdNumber("id_type"), required=True, pii=True, index=True,
        help="身份证18位(GB 11643-1999),末位X可直接输入",
    )  # fmt: skip
    sex: Mapped[str | None] = field(
        "性别", Code("sex"), required=True, help="由身份证第17位得出(GB/T 2261.1)"
    )
    birth_date: Mapped[str | None] = field(
        "出生日期", Date(), required=True, pii=True, help="由身份证第7–14位得出"
    )
    ethnicity: Mapped[str | None] = field(
        "民族", Code("ethnicity"), required=True, help="GB/T 3304-1991"
    )
    presence: Mapped[str | None] = field(
        "人员状态", Code("presence"), help="常住、外出、死亡、新生、迁出等,决定此人是否应登记"
    )
    presence_since: Mapped[str | None] = field("状态起始日期", Date(), help="死亡、迁出等的日期")
    marital_status: Mapped[str | None] = field(
        "婚姻状况", Code("marital_status"), help="GB/T 2261.2-2003"
    )
    political_status: Mapped[str | None] = field(
        "政治面貌", Code("political_status"), help="GB/T 4762-1984"
    )
    hukou_type: Mapped[str | None] = field("户口性质", Code("hukou_type"), help="旧表为农业/非农业")
    phone: Mapped[str | None] = field("联系电话", Phone(), pii=True, help="本人或能找到本人的电话")

    education: Mapped[str | None] = field(
        "文化程度", Code("education"), required=True, help="已离校者填;GB/T 4658-2006"
    )
    in_school: Mapped[str | None] = field(
        "在校生状况", Code("in_school"), help="在校者填,与文化程度二者只填一项"
    )
    health: Mapped[str | None] = field(
        "健康状况", Codes("health"), required=True, pii=True, help="可多选;GB/T 2261.3"
    )
    disability_number: Mapped[str | None] = field(
        "残疾人证号", IdNumber(""), pii=True, help="20位,补换证22位"
    )
    work_ability: Mapped[str | None] = field(
        "劳动能力", Code("work_ability"), required=True, help="普通、技能、弱或半、丧失、无"
    )
    skill: Mapped[str | None] = field("专业技能(特长)", Text(60), help="会什么手艺,如 焊工、厨师")
    skill_level: Mapped[str | None] = field(
        "职业技能等级", Code("skill_level"), help="人社部“新八级”或原五级"
    )
    certificate_number: Mapped[str | None] = field(
        "技能证书编号", Text(40), pii=True, help="证书上的编号"
    )
    training_done: Mapped[str | None] = field(
        "已参加培训", Codes("training_item"), help="参加过的培训项目,可多选"
    )

    employment_status: Mapped[str | None] = field(
        "就业状况", Code("employment_status"), required=True, help="调查时点的状况"
    )
    population_class: Mapped[str | None] = field(
        "人口资源分类", Code("population_class"), help="人社系统01–10类"
    )
    person_identity: Mapped[str | None] = field(
        "人员身份", Code("person_identity"), help="永州台账口径"
    )
    work_scope: Mapped[str | None] = field(
        "就业地点", Code("work_place_scope"), help="县内、县外市内、市外省内、省外、境外"
    )
    work_place: Mapped[str | None] = field(
        "务工所在地", Division(), help="到县(市、区),12位区划;境外填国家"
    )
    employer: Mapped[str | None] = field("就业单位", Text(80), help="单位全称;零工填“零工”")
    occupation: Mapped[str | None] = field("职业(工种)", Code("occupation"), help="职业分类大典")
    industry: Mapped[str | None] = field("所属行业", Code("industry"), help="GB/T 4754-2017")
    work_start: Mapped[str | None] = field("务工起始月份", Month(), help="这份工从哪年哪月开始")
    work_months: Mapped[int | None] = field("务工时间", Number(0, 12, "月"), help="本年累计月数")
    monthly_income: Mapped[int | None] = field(
        "月收入", Number(0, 999999, "元"), pii=True, help="每月到手,单位元,不是万元"
    )
    channel: Mapped[str | None] = field("就业渠道", Code("channel"), help="怎样出去的")
    employment_form: Mapped[str | None] = field(
        "就业形式", Code("employment_form"), help="在哪类单位或怎样就业"
    )
    unemployed_since: Mapped[str | None] = field("失业时间", Month(), help="从哪年哪月起没有工作")
    unemployment_reason: Mapped[str | None] = field(
        "失业原因", Code("unemployment_reason"), help="失业登记的七种情形"
    )

    surplus: Mapped[bool | None] = field("是否富余劳动力", YesNo(), help="001-03")
    leader: Mapped[bool | None] = field("是否劳务带头人", YesNo(), help="001-03、002-08")
    wants_to_go: Mapped[bool | None] = field("外出意愿", YesNo(), help="是否愿意外出务工")
    wanted_place: Mapped[str | None] = field("意向地区", Division(), help="想去的省、市或县")
    wanted_job: Mapped[str | None] = field(
        "意向工种", Code("occupation"), help="想做的工种(职业分类大典)"
    )
    expected_income: Mapped[int | None] = field(
        "期望月收入", Number(0, 999999, "元"), help="004-05"
    )
    wants_training: Mapped[bool | None] = field("培训意愿", YesNo(), help="是否愿意参加培训")
    wanted_training: Mapped[str | None] = field(
        "培训项目意向", Codes("training_item"), help="想学的项目,可多选"
    )

    insurance: Mapped[str | None] = field("参保情况", Codes("insurance"), help="可多选")
    hardship: Mapped[str | None] = field("困难群体情况", Codes("hardship"), pii=True, help="可多选")
    note: Mapped[str | None] = field(
        "备注", Text(500, lines=2), pii=True, help="表上没有栏目的情况"
    )

    __table_args__ = (sa.Index("ix_person_name_birth", "name", "birth_date"),)
