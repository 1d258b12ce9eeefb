"""What each check of the form looks for, told before there is a household: the list in the
settings and in the manual. A message without placeholders already says it."""

from __future__ import annotations

from collections.abc import Mapping

from laborclerk.features.census.checks import Check

C = Check
_LOOKS_FOR: Mapping[Check, str] = {
    C.SEVERAL_HEADS: "一户有几个户主。只能有一个,其余人的关系要改正",
    C.SEVERAL_SPOUSES: "户主有几个配偶。最多一个,请核对关系",
    C.SPOUSE_SEX: "户主与配偶性别相同。请核对两人的性别和关系",
    C.HEAD_NAME_DIFFERS: "户主姓名与成员表里户主的姓名不同。请核对",
    C.RELATION_SEX: "与户主关系和性别不合(如妻子登记为男)。请核对关系或性别",
    C.PARENT_AGE: "登记为户主的长辈,年龄却不像长辈。请核对出生日期或关系",
    C.CHILD_AGE: "登记为户主的晚辈,年龄却不像晚辈。请核对出生日期或关系",
    C.FIELD_MISSING: "必填的项目空着",
    C.ID_WRONG: "证件号码有误:位数不对、末位校验不符,或里面的日期不存在",
    C.ID_SEX_DIFFERS: "性别与证件号码第17位不符。请核对原件",
    C.ID_BIRTH_DIFFERS: "出生日期与证件号码里的不符。请核对原件",
    C.SAME_NUMBER_IN_FORM: "同一户两个人的证件号码相同。请核对原件",
    C.SCHOOL_AGE: "超过30岁仍为在校生。请核对",
    C.CHILD_NOT_IN_SCHOOL: "6–14岁、身体健康而不在校。请核对在校生状况;确已失学的写明原因",
    C.UNABLE_YET_WORKING: "没有劳动能力却在就业。请核对劳动能力或就业状况",
    C.PUPIL_YET_WORKING: "在校生却登记为在就业。请核对",
    C.CHILD_WORKING: "未满16周岁却登记为在就业(禁止使用童工规定)。请核对出生日期和就业状况",
    C.HEALTHY_YET_UNABLE: "健康、16–59岁、非在校生,却登记为没有或只有弱劳动能力。请核对,或说明原因",
    C.OVER_80_WORKING: "80岁以上却登记为在就业。请核对年龄和就业状况",
    C.WORKER_NEEDS: "就业人员没有填月收入、就业单位、行业、渠道或就业地点。请补上",
    C.SCOPE_DIFFERS: "务工所在地与就业地点(县内、省内、省外等)不一致。请核对",
    C.INCOME_ODD: "月收入不到300元或超过50000元。请核对单位是不是“元”、是不是月收入",
    C.NOT_WORKING_YET_WORK: "未就业却填了单位、地点、起始月份或月收入。请核对就业状况,或删去这几项",
    C.WORK_START_LATE: "务工起始月份在调查日期之后。请核对",
    C.MARRIED_YOUNG: "未到结婚年龄(男22岁、女20岁)却登记为已婚。请核对出生日期和婚姻状况",
    C.SPOUSE_UNMARRIED: "与户主关系是配偶,婚姻状况却不是已婚。请核对",
    C.STATE_WITHOUT_DATE: "人员状态为死亡、迁出等,没有填日期。请补上",
    C.STATE_DATE_LATE: "死亡、迁出等的日期在调查日期之后。请核对",
    C.COUNT_DIFFERS: "登记的人数与户籍底册上的不同。请核对有没有漏人,或说明原因",
    C.HOUSEHOLD_GONE_WITH_MEMBERS: "户居住情况为查无此户等,却还有人在册。请核对",
    C.WANTS_YET_UNABLE: "没有劳动能力却愿意外出务工。请核对",
}


def looks_for(check: Check) -> str:
    """What a check looks for, in one sentence."""
    return _LOOKS_FOR.get(check, str(check.value))
