"""What the checks of a household form say, and the plain facts they look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.form import Facts, age
from laborclerk.kernel.errors import Message, Problem


class Check(Message):
    """What the checks of the form say."""

    NO_MEMBER = "本户还没有登记任何人。请登记成员,或在“户居住情况”里说明(空挂户、查无此户等)"
    NO_HEAD = "本户没有户主。请把一人的“与户主关系”改为“户主”"
    SEVERAL_HEADS = "本户有{count}个户主:{names}。只能有一个,请改正其余人的关系"
    SEVERAL_SPOUSES = "户主有{count}个配偶:{names}。最多一个,请核对关系"
    SPOUSE_SEX = "户主与配偶{name}同为{sex}。请核对两人的性别和关系"
    HEAD_NAME_DIFFERS = "户主姓名“{head}”与成员表中的户主“{name}”不同。请核对"
    RELATION_SEX = "“{relation}”应为{sex},登记的是{given}。请核对关系或性别"
    PARENT_AGE = "{relation}{name}{apart},不像长辈。请核对出生日期或关系"
    CHILD_AGE = "{relation}{name}{apart},不像晚辈。请核对出生日期或关系"
    FIELD_MISSING = "缺“{label}”"
    ID_WRONG = "证件号码有误:{text}"
    ID_SEX_DIFFERS = "性别与证件号码第17位不符(号码为{sex})。请核对原件"
    ID_BIRTH_DIFFERS = "出生日期与证件号码不符(号码为{date})。请核对原件"
    SAME_NUMBER_IN_FORM = "与本户{name}的证件号码相同。请核对原件"
    EDUCATION_AND_SCHOOL = "“文化程度”与“在校生状况”只填一项:在校的填在校生状况,已离校的填文化程度"
    SCHOOL_AGE = "{age}岁仍为在校生。请核对(超过30岁的在校生很少)"
    CHILD_NOT_IN_SCHOOL = "{age}岁、身体健康而不在校。请核对在校生状况;确已失学的写明原因"
    UNABLE_YET_WORKING = "{ability}却在就业。请核对劳动能力或就业状况"
    PUPIL_YET_WORKING = "在校生({stage})却登记为{status}。请核对"
    CHILD_WORKING = (
        "{age}岁登记为{status}:未满16周岁不得就业(禁止使用童工规定)。请核对出生日期和就业状况"
    )
    HEALTHY_YET_UNABLE = "健康、{age}岁、非在校生,却登记为{ability}。请核对,或说明原因"
    OVER_80_WORKING = "{age}岁登记为{status}。请核对年龄和就业状况"
    PLACE_WITHOUT_MONTHS = "填了务工地点,没有填务工时间或起始月份。请补上"
    MONTHS_WITHOUT_PLACE = "填了务工时间,没有填务工地点。请补上"
    MONTHS_WITHOUT_INCOME = "填了务工时间,没有填月收入。请补上"
    INCOME_WITHOUT_MONTHS = "填了月收入,没有填务工时间或起始月份。请补上"
    MONTHS_WITHOUT_EMPLOYER = "填了务工时间,没有填就业单位。零工填“零工”"
    WORKER_NEEDS = "就业人员应填“{label}”"
    AWAY_IN_COUNTY = "外出务工而就业地点是“县内”。县内的请选“本市县就业”"
    SCOPE_DIFFERS = "务工所在地({place})与就业地点“{scope}”不一致。请核对"
    INCOME_ODD = "月收入{income}元。请核对单位是不是“元”、是不是月收入"
    NOT_WORKING_YET_WORK = "未就业却填了“{label}”。请核对就业状况,或删去这一项"
    WORK_START_LATE = "务工起始月份{month}在调查日期之后。请核对"
    DISABLED_WITHOUT_CARD = "健康状况为残疾,没有填残疾人证号。没有办证的可说明"
    CARD_YET_HEALTHY = "有残疾人证号,健康状况却不含残疾。请核对"
    CARD_OF_ANOTHER = "残疾人证号的前18位与证件号码不同。请核对原件"
    HEALTH_CONTRADICTS = "健康状况既选了“健康”又选了别的。请只留一种说法"
    MARRIED_YOUNG = "{age}岁登记为{status}。请核对出生日期和婚姻状况"
    SPOUSE_UNMARRIED = "与户主关系是配偶,婚姻状况却是{status}。请核对"
    STATE_WITHOUT_DATE = "人员状态为“{state}”,没有填日期。请补上"
    STATE_DATE_LATE = "“{state}”的日期在调查日期之后。请核对"
    SKILLED_WITHOUT_SKILL = "劳动能力为技能劳动力,没有填专业技能。请补上"
    LEVEL_WITHOUT_CERTIFICATE = "填了技能等级,没有证书编号。请核对证书"
    COUNT_DIFFERS = (
        "户籍底册上是{frame}人,有下落的只有{count}人(死亡、迁出的算,户不在本户的不算)。"
        "请核对有没有漏人,或说明原因"
    )
    HOUSEHOLD_GONE_WITH_MEMBERS = "户居住情况为“{state}”,却还有{count}人在册。请核对"
    WANTS_YET_UNABLE = "{ability}却愿意外出务工。请核对"


@dataclass(frozen=True, slots=True)
class HouseholdFacts:
    """What the rules look at: one household, its members (deleted ones left out), its form."""

    household: Facts
    persons: Sequence[Facts]
    form: Facts
    round: RoundFacts
    taken_out: int = 0  # members no longer in the register, yet accounted for

    @property
    def on(self) -> str:
        return self.round.reference_date


def label(list_name: str, code: Value) -> str:
    """The label of a code, empty for none."""
    return code_list(list_name).label(str(code)) if code else ""


@cache
def extra(list_name: str, code: str, key: str) -> str:
    """A further column of a code's row."""
    item = code_list(list_name).item(code)
    return (item.extra.get(key) or "") if item else ""


def at_field(message: Check, field: str, /, **params: object) -> Problem:
    """A problem at a field; `check` adds the record."""
    return Problem(message, params).at(field=field)


def years_of(person: Facts, on: str) -> int:
    """Full years at the day, -1 when unknown."""
    years = age(person, on)
    return -1 if years is None else years
