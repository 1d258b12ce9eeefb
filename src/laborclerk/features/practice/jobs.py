"""Where the township's people work, in the shares a migrant county has: the coast first, the
province and the county after. Firms are made up and say so (某)."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """A place of work (12-digit division) and what is done there; wages in yuan a month."""

    place: str
    scope: str  # code of work_place_scope, seen from 镇雄县
    employer: str
    occupation: str
    industry: str
    wages: tuple[int, int]
    weight: int
    form: str = "2"  # code of employment_form
    women: float = 0.4  # share of women


AWAY = (
    Job("330784000000", "4", "永康市宏某电动工具有限公司", "6-20", "C", (4800, 7500), 12),
    Job("330784000000", "4", "永康市某达保温杯厂", "6-19", "C", (4500, 7000), 9, women=0.5),
    Job("330782000000", "4", "义乌市某彩饰品有限公司", "6-09", "C", (4200, 6200), 7, women=0.7),
    Job("330282000000", "4", "慈溪市某华电器有限公司", "6-24", "C", (4500, 6800), 6),
    Job("350100000000", "4", "福州某盛建筑劳务有限公司", "6-29", "E", (6000, 9500), 8, women=0.1),
    Job("350181000000", "4", "福清市某昌食品有限公司", "6-02", "C", (4000, 5800), 6, women=0.6),
    Job("350582000000", "4", "晋江市某步鞋业有限公司", "6-05", "C", (4300, 6900), 8, women=0.6),
    Job("441900000000", "4", "东莞市某信电子有限公司", "6-25", "C", (4500, 6600), 8, women=0.5),
    Job("440306000000", "4", "深圳市某通精密制造有限公司", "6-18", "C", (5200, 8200), 5, women=0.3),
    Job("320583000000", "4", "昆山市某友电子有限公司", "6-25", "C", (5000, 7200), 5, women=0.5),
    Job("310117000000", "4", "上海某安物业管理有限公司", "4-07", "K", (4600, 6500), 3),
    Job("110105000000", "4", "北京某家家政服务有限公司", "4-10", "O", (6000, 9000), 2, women=0.9),
    Job("530111000000", "3", "昆明某建建筑劳务有限公司", "6-29", "E", (5500, 8500), 7, women=0.1),
    Job("530111000000", "3", "昆明某味餐饮有限公司", "4-03", "H", (3500, 5200), 5, women=0.6),
    Job("530602000000", "2", "昭通市某农果业有限公司", "5-01", "A", (3000, 4200), 4, women=0.6),
    Job("530629000000", "2", "威信县某源煤业有限公司", "6-16", "B", (6500, 9800), 2, women=0.02),
)  # fmt: skip
HOME_COUNTY = "530627000000"
LOCAL = (
    Job(HOME_COUNTY, "1", "镇雄县某园服装帮扶车间", "6-05", "C", (2400, 3600), 5, women=0.85),
    Job(HOME_COUNTY, "1", "镇雄县某竹笋加工厂", "6-01", "C", (2800, 3800), 4, women=0.6),
    Job(HOME_COUNTY, "1", "镇雄县某商贸有限公司", "4-01", "F", (2500, 4000), 4, women=0.6),
    Job(HOME_COUNTY, "1", "镇雄县某砖厂", "6-15", "C", (3500, 5000), 2, women=0.2),
    Job(HOME_COUNTY, "1", "乡村公益性岗位", "4-09", "N", (800, 1000), 3, "6"),
)  # fmt: skip
FLEXIBLE = (
    Job(HOME_COUNTY, "1", "零工", "6-29", "E", (2500, 4500), 6, "4", 0.15),
    Job(HOME_COUNTY, "1", "零工", "4-02", "G", (2600, 4200), 3, "4", 0.2),
    Job(HOME_COUNTY, "1", "零工", "5-05", "A", (1800, 2800), 3, "4", 0.6),
)  # fmt: skip
SELF = (
    Job(HOME_COUNTY, "1", "某家小吃店(自营)", "4-03", "H", (3000, 8000), 3, "3", 0.5),
    Job(HOME_COUNTY, "1", "某记百货店(自营)", "4-01", "F", (2500, 6000), 3, "3", 0.5),
    Job(HOME_COUNTY, "1", "某兴养殖场(自营)", "5-03", "A", (3000, 9000), 2, "5", 0.3),
    Job(HOME_COUNTY, "1", "自有货车运输", "4-02", "G", (5000, 9000), 2, "3", 0.05),
)  # fmt: skip
ABROAD = Job("999SGP", "5", "某建工程有限公司新加坡项目", "6-29", "E", (12000, 16000), 1)

JOBS = {"04": AWAY, "06": LOCAL, "07": FLEXIBLE, "05": SELF}  # by employment_status
# (code of channel, weight): 亲友介绍 leads, as in every county's figures
_CHANNELS = {
    "04": (("13", 34), ("2", 26), ("9", 8), ("10", 6), ("15", 8), ("4", 6), ("6", 5), ("14", 4),
           ("1", 3)),
    "06": (("3", 5), ("13", 4), ("5", 4), ("4", 2)),
    "07": (("2", 6), ("13", 3), ("10", 2)),
    "05": (("2", 1),),
}  # fmt: skip


def pick(chance: Random, status: str, sex: str) -> Job:
    """A job of an employment status, as likely as it is for the sex."""
    jobs = JOBS[status]
    weights = [j.weight * (j.women if sex == "2" else 1 - j.women) for j in jobs]
    return chance.choices(jobs, weights)[0]


def facts(chance: Random, job: Job, status: str, on: str) -> dict[str, Any]:
    """The work fields of somebody who does this job on the day (this year's months, 0–12)."""
    year, month = int(on[:4]), int(on[5:7]) - 1  # nobody began after the survey did
    back = 0 if chance.random() < 0.55 else chance.randint(1, 6)
    start_month = chance.randint(1, month) if not back else chance.randint(1, 12)
    if chance.random() < 0.4:
        start_month = min(2 if chance.random() < 0.5 else 3, start_month)  # after Spring Festival
    months = month if back else month - start_month + 1
    if job.employer == "乡村公益性岗位":
        channel = "11"
    else:
        codes, weights = zip(*_CHANNELS[status], strict=True)
        channel = chance.choices(codes, weights)[0]
    return {
        "employment_status": status, "work_scope": job.scope, "work_place": job.place,
        "employer": job.employer, "occupation": job.occupation, "industry": job.industry,
        "work_start": f"{year - back}-{start_month:02d}", "work_months": max(months, 1),
        "monthly_income": chance.randint(job.wages[0] // 100, job.wages[1] // 100) * 100,
        "channel": channel, "employment_form": job.form,
    }  # fmt: skip
