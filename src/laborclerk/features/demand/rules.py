"""What is wrong with an employer or a post, and what the law forbids in one.

Nothing here keeps a demand out: a forbidden condition is kept as it came, with the article that
forbids it, so that the clerk can take it up with the firm. The articles are general knowledge of
the texts named (domain/law.md marks what a person has checked).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.credit_code import read_credit_code
from laborclerk.catalog.fields import Value
from laborclerk.kernel.errors import Common, Message, Problem, Severity

Facts = Mapping[str, Value]
MALE, INJURY, MINING = "1", "6", "B"


class DemandProblem(Message):
    """Employers and posts: what does not fit together, and what the law says."""

    EMPLOYER_TWICE = "统一社会信用代码与已登记的“{name}”相同。请打开那一家,不要重复登记"
    EMPLOYER_UNKNOWN = "没有登记用工单位。请先选或新登记用工单位"
    EMPLOYER_LICENCE = (
        "{kind}须有许可证(人力资源市场暂行条例第18条、劳动合同法第57条)。请登记许可证编号"
    )
    EMPLOYER_POSTS = "“{name}”还有{count}个岗位在招,不能撤出。请先停招"
    POST_PAY_ORDER = "最高月工资{high}元低于月工资{low}元。请核对"
    POST_PAY_UNIT = "月工资{pay}元太低,是不是按万元填的?单位是元,请核对"
    POST_AGE_ORDER = "最高年龄{high}岁低于最低年龄{low}岁。请核对"
    POST_DATES = "有效期至{until},早于登记日期{since}。请核对"
    POST_ARRIVAL = "到岗日期{arrival}早于登记日期{since}。请核对"
    POST_SEASON = "季节工的起月和止月要都填"
    # the law
    POST_SEX = (
        "限定性别违法:国家规定的女职工禁忌岗位以外,不得以性别为由拒绝录用"
        "(就业促进法第27条、妇女权益保障法第43条)。请与单位核实,写明依据或去掉;不会用来筛人"
    )
    POST_MARRIAGE = (
        "要求“{text}”违法:不得把婚姻、生育状况作为录用条件,也不得询问"
        "(就业促进法第27条、妇女权益保障法第43条)。请与单位核实后去掉"
    )
    POST_SEX_WORDS = (
        "“{text}”限定了性别,违法(就业促进法第27条、妇女权益保障法第43条)。请与单位核实后去掉"
    )
    POST_DEPOSIT = (
        "收押金、扣身份证或收取财物违法(劳动合同法第9条,处罚见第84条)。请与单位核实;"
        "属实的不要介绍人去"
    )
    POST_FEE = "“{text}”:不得向劳动者收取押金、费用(劳动合同法第9条、第60条)。请与单位核实"
    POST_CHILD = "最低年龄{age}岁违法:不得招用未满16周岁的人(劳动法第15条、禁止使用童工规定)"
    POST_YOUNG = "不满18周岁的人不得安排矿山井下、有毒有害的活(劳动法第64条)。请把最低年龄改为18岁"
    POST_NATION = "“{text}”违法:各民族劳动者享有平等的就业权利(就业促进法第28条)。请去掉"
    POST_DISEASE = "“{text}”违法:不得以传染病病原携带者为由拒绝录用(就业促进法第30条)。请去掉"
    POST_DISABLED = "“{text}”违法:不得歧视残疾人(就业促进法第29条)。请去掉"
    POST_RURAL = "“{text}”违法:对进城就业的农村劳动者不得设置歧视性限制(就业促进法第31条)。请去掉"
    POST_WAIVER = (
        "“{text}”无效:单位不能免除自己的法定责任(劳动合同法第26条);"
        "约定不缴社会保险也无效(法释〔2025〕12号第19条)。请与单位核实"
    )
    POST_TRIAL = "“{text}”违法:试用期、试工都要付工资(劳动合同法第20条)。请与单位核实"
    POST_HOURS = (
        "每天{hours}小时:标准为每日8小时,延长一般不超过1小时、最多3小时,每月不超过36小时"
        "(劳动法第36、41条)。请问明加班费"
    )
    POST_REST = "每月只休{days}天:每周至少休息一日(劳动法第38条)。请与单位核实"
    POST_NO_INJURY = "没有工伤保险:单位必须为职工参加工伤保险(工伤保险条例第2条)。请与单位核实"
    POST_NO_INSURANCE = "没有填社会保险:单位和劳动者必须参加社会保险(劳动法第72条)。请问明"
    POST_NO_CONTRACT = "没有填合同期限:用工之日起一个月内要签书面合同(劳动合同法第10条)。请问明"
    POST_ABROAD = (
        "境外岗位须由有对外劳务合作经营资格的企业组织,不得收押金(对外劳务合作管理条例)。"
        "请登记该企业和批准文号"
    )
    POST_AGENCY = "由{kind}代招,还没有登记许可证编号。请核实后再介绍人去"


# where in a post free words may stand
_WORDS = ("name", "other_terms", "skill", "note", "sex_ground")
_FORBIDDEN: tuple[tuple[DemandProblem, str], ...] = (
    (
        DemandProblem.POST_MARRIAGE,
        "未婚未育|已婚已育|未婚|已婚|未育|已育|未孕|不得怀孕|无孕|孕检|不得生育|无小孩",
    ),
    (
        DemandProblem.POST_SEX_WORDS,
        "[限仅只][招要收]?[男女][性工士生]?|[男女][性士工生]优先|不[招要收][男女][性工]?",
    ),
    (
        DemandProblem.POST_FEE,
        "押金|保证金|服装费|抵押|扣(?:身份)?证|押(?:身份)?证|中介费|介绍费|报名费",
    ),
    (
        DemandProblem.POST_NATION,
        "限汉族|只[要招收]汉族|不[要招收]少数民族|少数民族勿扰|不[要招收][\u4e00-\u9fff]{1,3}族",
    ),
    (DemandProblem.POST_DISEASE, "乙肝|两对半|传染病携带|病原携带"),
    (DemandProblem.POST_DISABLED, "不[要招收]残疾|残疾[人者]?勿扰"),
    (DemandProblem.POST_RURAL, "限本地户口|只[要招收]本地|限城镇户口|不[要招收](?:农村|外地)"),
    (
        DemandProblem.POST_WAIVER,
        "(?:自愿)?放弃社保|不[缴交买上]社保|社保自理|工伤自[负理]|生死自负|后果自负|概不负责",
    ),
    (
        DemandProblem.POST_TRIAL,
        "(?:试用期|试工期?|培训期)(?:间|内)?(?:无|没有?|不[发给算])(?:工资|薪|钱)",
    ),
)
_NOT_SO = re.compile("[不无免没勿][^,。;,;]{0,2}$")  # 不收押金, 免中介费


def forbidden(text: str) -> list[tuple[DemandProblem, str]]:
    """What the law forbids in a firm's own words → (message, the words)."""
    found = []
    for message, pattern in _FORBIDDEN:
        for hit in re.finditer(pattern, text):
            if not _NOT_SO.search(text[max(0, hit.start() - 3) : hit.start()]):
                found.append((message, hit[0]))
                break
    return found


def check_employer(values: Facts) -> list[Problem]:
    """What is wrong with an employer's fields; BLOCK keeps it from being saved."""
    found = [_required(key, label) for key, label in (("name", "企业名称"),) if not values.get(key)]
    code = values.get("credit_code")
    if isinstance(code, str):
        found += [p.at(field="credit_code") for p in read_credit_code(code).problems]
    kind = str(values.get("kind") or "")
    if needs_licence(kind) and not values.get("licence_number"):
        said = {"kind": code_list("employer_kind").label(kind)}
        found.append(_warn(DemandProblem.EMPLOYER_LICENCE, "licence_number", **said))
    return found


def needs_licence(kind: str) -> bool:
    """Whether an employer of this kind (code) must have a licence to recruit for others."""
    item = code_list("employer_kind").item(kind)
    return item is not None and item.extra.get("licence") == "1"


def check_post(post: Facts, employer: Facts | None) -> list[Problem]:
    """What is wrong with a post, and what the law says about it, in the order of the form."""
    found = []
    if employer is None:
        found.append(Problem(DemandProblem.EMPLOYER_UNKNOWN).at(field="employer"))
    for key, label in (("name", "岗位名称"), ("occupation", "工种"), ("headcount", "需求人数")):
        if not post.get(key):
            found.append(_required(key, label))
    return found + _order(post) + law(post, employer)


def _order(post: Facts) -> list[Problem]:
    found = []
    low, high = _number(post, "pay_low"), _number(post, "pay_high")
    if low is not None and high is not None and high < low:
        found.append(_block(DemandProblem.POST_PAY_ORDER, "pay_high", low=low, high=high))
    if low is not None and 0 < low < 500:
        found.append(_warn(DemandProblem.POST_PAY_UNIT, "pay_low", pay=low))
    young, old = _number(post, "age_min"), _number(post, "age_max")
    if young is not None and old is not None and old < young:
        found.append(_block(DemandProblem.POST_AGE_ORDER, "age_max", low=young, high=old))
    since, until = str(post.get("registered") or ""), str(post.get("valid_until") or "")
    if since and until and until < since:
        found.append(_block(DemandProblem.POST_DATES, "valid_until", since=since, until=until))
    arrival = str(post.get("arrival_date") or "")
    if since and arrival and arrival < since:
        found.append(
            _warn(DemandProblem.POST_ARRIVAL, "arrival_date", arrival=arrival, since=since)
        )
    if (post.get("season_from") is None) != (post.get("season_to") is None):
        found.append(_block(DemandProblem.POST_SEASON, "season_to"))
    return found


def law(post: Facts, employer: Facts | None) -> list[Problem]:
    """What the law says against a post, each with its article; all of them warn."""
    found: list[Problem] = []
    if post.get("sex") and not post.get("sex_ground"):
        found.append(_warn(DemandProblem.POST_SEX, "sex"))
    age = _number(post, "age_min")
    if age is not None and age < 16:
        found.append(_warn(DemandProblem.POST_CHILD, "age_min", age=age))
    elif employer is not None and employer.get("industry") == MINING and (age or 0) < 18:
        found.append(_warn(DemandProblem.POST_YOUNG, "age_min"))
    for key in _WORDS:
        for message, text in forbidden(str(post.get(key) or "")):
            found.append(_warn(message, key, text=text))
    if post.get("deposit"):
        found.append(_warn(DemandProblem.POST_DEPOSIT, "deposit"))
    hours = _number(post, "hours")
    if hours is not None and hours > 80:  # tenths
        found.append(_warn(DemandProblem.POST_HOURS, "hours", hours=f"{hours / 10:g}"))
    rest = _number(post, "rest_days")
    if rest is not None and rest < 4:
        found.append(_warn(DemandProblem.POST_REST, "rest_days", days=rest))
    insurance = str(post.get("insurance") or "")
    if not insurance:
        found.append(_warn(DemandProblem.POST_NO_INSURANCE, "insurance"))
    elif INJURY not in insurance.split(","):
        found.append(_warn(DemandProblem.POST_NO_INJURY, "insurance"))
    if post.get("contract_months") is None:
        found.append(_warn(DemandProblem.POST_NO_CONTRACT, "contract_months"))
    if str(post.get("work_place") or "").startswith("999"):
        found.append(_warn(DemandProblem.POST_ABROAD, "work_place"))
    kind = str((employer or {}).get("kind") or "")
    if employer is not None and needs_licence(kind) and not employer.get("licence_number"):
        said = {"kind": code_list("employer_kind").label(kind)}
        found.append(_warn(DemandProblem.POST_AGENCY, "employer", **said))
    return found


def is_open(post: Facts, on: str) -> bool:
    """Whether people are still looked for on the day."""
    if post.get("deleted"):
        return False
    closed, until = post.get("closed"), post.get("valid_until")
    return not (isinstance(closed, str) and closed <= on) and not (
        isinstance(until, str) and until < on
    )


def seasonal(post: Facts) -> bool:
    """Whether the work is for a season only."""
    return post.get("season_from") is not None and post.get("season_to") is not None


def _number(facts: Facts, key: str) -> int | None:
    value = facts.get(key)
    return value if isinstance(value, int) else None


def _required(key: str, label: str) -> Problem:
    return Problem(Common.REQUIRED, {"label": label}).at(field=key)


def _block(message: DemandProblem, key: str, **said: object) -> Problem:
    return Problem(message, said).at(field=key)


def _warn(message: DemandProblem, key: str, **said: object) -> Problem:
    return Problem(message, said, Severity.WARN).at(field=key)
