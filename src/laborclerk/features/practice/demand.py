"""Who wants people of the practice township: employers, posts, what people answered, and fairs.

Firms are made up and say so (某); their credit codes are right by the standard, of organisations
9999900x that nobody has. Some posts ask what the law forbids, one fair comes too late: `Planted`
says which.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from laborclerk.catalog.credit_code import check_letter, organisation_check
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.demand.service import one_demand
from laborclerk.features.fairs.model import Fair, FairPost, FairVisit
from laborclerk.features.matching.model import Offer, offer_id
from laborclerk.features.matching.service import View, people_for
from laborclerk.features.practice.planted import Planted
from laborclerk.kernel.ids import IdSource, stable_id
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

_HOME = "530627000000"
WELDERS = "电焊工"
# name: place, kind, industry, economic type, base, employees
_FIRMS: dict[str, tuple[str, str, str, str, str | None, int]] = {
    "福州某盛建筑劳务有限公司": ("350100000000", "1", "E", "3", "2", 860),
    "福清市某昌食品有限公司": ("350181000000", "1", "C", "3", "2", 420),
    "晋江市某步鞋业有限公司": ("350582000000", "1", "C", "4", None, 1500),
    "永康市宏某电动工具有限公司": ("330784000000", "1", "C", "3", "1", 780),
    "昆山某汇人力资源有限公司": ("320583000000", "3", "L", "3", None, 60),
    "某师某团农场": ("659006000000", "6", "A", "1", "2", 300),
    "中宁县某乡枸杞种植专业合作社": ("640521000000", "6", "A", "2", "1", 45),
    "镇雄县某园服装帮扶车间": (_HOME, "4", "C", "3", None, 38),
    "乌峰街道公益性岗位": (_HOME, "7", "N", "1", None, 25),
    "上海某安物业管理有限公司": ("310117000000", "1", "K", "3", None, 210),
    "某建工程有限公司": ("310115000000", "1", "E", "1", None, 5200),
}
_ABROAD = "999SGP"
_OPEN = {"registered": "2026-11-05", "valid_until": "2027-03-31", "arrival_date": "2027-02-25",
         "contract_months": 12, "insurance": "1,3,5,6", "hours": 80, "rest_days": 4,
         "pay_kind": "1", "board": "1", "age_min": 18}  # fmt: skip
_FUJIAN = {
    "distance": 2200,
    "climate": "夏天湿热,冬天不供暖",
    "food": "食堂以米饭海鲜为主,有面食窗口",
}
_POSTS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("福州某盛建筑劳务有限公司", WELDERS, {
        "occupation": "6-18", "headcount": 60, "skill": "电焊", "pay_low": 6500, "pay_high": 8500,
        "age_max": 50, "work_address": "闽侯县某工业园", "source": "3", **_FUJIAN}),
    ("福州某盛建筑劳务有限公司", "钢筋工", {
        "occupation": "6-29", "headcount": 20, "skill": "钢筋", "pay_low": 6000, "pay_high": 9000,
        "age_max": 55, "board": "2", "source": "3", **_FUJIAN}),
    ("福清市某昌食品有限公司", "水产加工工", {
        "occupation": "6-02", "headcount": 30, "pay_low": 4500, "pay_high": 6000, "pay_kind": "3",
        "piece_rate": "每公斤1.6元", "source": "1", **_FUJIAN}),
    ("晋江市某步鞋业有限公司", "针车工", {
        "occupation": "6-05", "headcount": 40, "skill": "针车", "pay_low": 4300, "pay_high": 6800,
        "pay_kind": "2", "piece_rate": "每双2.1元", "hours": 100, "rest_days": 2, **_FUJIAN}),
    ("永康市宏某电动工具有限公司", "装配工", {
        "occupation": "6-20", "headcount": 50, "pay_low": 4800, "pay_high": 7200, "distance": 1900,
        "education": "80", "food": "食堂有川味窗口", "source": "4"}),
    ("昆山某汇人力资源有限公司", "电子装配工", {
        "occupation": "6-25", "headcount": 100, "pay_low": 5000, "pay_high": 7000, "age_max": 40,
        "distance": 2100, "other_terms": "女工优先,未婚,交服装费200元", "insurance": None,
        "contract_months": None, "source": "7"}),
    ("某师某团农场", "摘棉工", {
        "occupation": "5-01", "headcount": 200, "pay_low": 5000, "pay_kind": "2",
        "piece_rate": "每公斤2.2元", "season_from": 9, "season_to": 11, "distance": 4100,
        "climate": "昼夜温差大,干燥", "food": "有清真灶", "registered": "2026-07-10",
        "arrival_date": "2026-09-05", "valid_until": "2026-09-30", "closed": "2026-09-10",
        "close_reason": "1", "contract_months": 3, "insurance": "6,8"}),
    ("中宁县某乡枸杞种植专业合作社", "枸杞采摘工", {
        "occupation": "5-01", "headcount": 80, "pay_low": 4200, "pay_kind": "2",
        "piece_rate": "每斤1.5元", "season_from": 6, "season_to": 8, "distance": 1700,
        "climate": "干燥少雨", "food": "清真为主,有面食", "arrival_date": "2027-06-05",
        "valid_until": "2027-06-30", "contract_months": 3, "insurance": "6,8"}),
    ("镇雄县某园服装帮扶车间", "缝纫工", {
        "occupation": "6-05", "headcount": 25, "skill": "缝纫", "pay_low": 2600, "pay_high": 3800,
        "pay_kind": "3", "distance": 6, "board": "3", "earmark": "1", "arrival_date": "2026-12-05",
        "insurance": "6"}),
    ("乌峰街道公益性岗位", "村庄保洁员", {
        "occupation": "4-09", "headcount": 10, "pay_low": 1000, "distance": 3, "board": "5",
        "earmark": "1", "arrival_date": "2026-12-01", "insurance": "6,8", "hours": 40}),
    ("上海某安物业管理有限公司", "保安", {
        "occupation": "4-07", "headcount": 15, "pay_low": 4800, "pay_high": 5800, "sex": "1",
        "age_max": 45, "distance": 2300, "hours": 120, "board": "2"}),
    ("某建工程有限公司", "木工(新加坡项目)", {
        "occupation": "6-29", "headcount": 8, "skill": "木工", "pay_low": 12000, "pay_high": 15000,
        "work_place": _ABROAD, "contract_months": 24, "distance": 3200}),
)  # fmt: skip
# what the first people that were asked for the welders' post said: answer, reasons
_ANSWERS = (
    ("1", None), ("1", None), ("2", "1"), ("1", None), ("3", None), ("2", "2,5"), ("4", None),
    ("1", None), ("2", "8"), ("2", "6"), ("1", None), ("3", None),
)  # fmt: skip


def fill_demand(
    store: Store,
    chance: Random,
    ids: IdSource,
    venue: int,
    today: str,
    planted: Planted,
    *,
    asked: str = WELDERS,
    without: str = "",
) -> None:
    """Employers, posts, answers and fairs in a store that has its people. People have been asked
    for the post `asked`; the post `without` is not there yet."""
    firms = {name: ids() for name in _FIRMS}
    wanted = [line for line in _POSTS if line[1] != without]
    posts = {name: ids() for _, name, _ in wanted}
    with store.write("practice.demand") as work:
        work.create_many(Employer, [_firm(i, n, chance) for n, i in firms.items()])
        work.create_many(
            Post,
            [
                {"id": posts[name], "employer": firms[firm], "name": name,
                 "work_place": _FIRMS[firm][0], **_OPEN, **facts}
                for firm, name, facts in wanted
            ],
        )  # fmt: skip
    planted.posts = posts
    people = [p for p in _first(store, posts[asked], today) if p not in planted.welders]
    with store.write("practice.demand") as work:
        work.create_many(Offer, list(_offers(people, posts[asked], planted)))
    with store.write("practice.demand") as work:
        _fairs(work, ids, venue, posts, people, planted)


def _firm(record_id: int, name: str, chance: Random) -> dict[str, Any]:
    place, kind, industry, economic, base, employees = _FIRMS[name]
    number = 99999001 + list(_FIRMS).index(name)
    first = f"91{place[:6]}{number}{organisation_check(str(number))}"
    return {
        "id": record_id, "name": name, "credit_code": first + check_letter(first), "kind": kind,
        "location": place, "industry": industry, "economic_type": economic, "base": base,
        "employees": employees, "contact": chance.choice("林陈郑沈周") + "某",
        "phone": f"154{chance.randrange(10**8):08d}",
        "inspected": "2026-10-18" if base == "2" else None,
        "agreement": f"镇劳协〔2026〕{number % 100}号" if base else None,
    }  # fmt: skip


def _first(store: Store, post: int, today: str) -> list[int]:
    """Those who stand first in the list of a post."""
    with store.read() as session:
        demand = one_demand(session, post, today)
        assert demand is not None
        return [f.id for f in people_for(session, demand, View(_HOME, today), limit=120)]


def _offers(people: list[int], post: int, planted: Planted) -> Iterator[dict[str, Any]]:
    for at, (person, (answer, reasons)) in enumerate(zip(people, _ANSWERS, strict=False)):
        yield {
            "id": offer_id(person, post), "person": person, "post": post,
            "asked": f"2026-11-{8 + at % 8:02d}", "asker": "练习员", "way": "1" if at % 3 else "2",
            "answer": answer, "answered": f"2026-11-{8 + at % 8:02d}", "reasons": reasons,
            "fair": None, "note": None,
        }  # fmt: skip
        planted.answers[person] = answer


def _fairs(
    work: UnitOfWork, ids: IdSource, venue: int, posts: dict[str, int], people: list[int],
    planted: Planted,
) -> None:  # fmt: skip
    """Last spring's fair of the county with what was told, one that came too late, and the next."""
    county, late, coming = ids(), ids(), ids()
    planted.late_fair = late
    blank = dict.fromkeys(
        ("ends", "reason", "note", "firms_told", "trades_told", "posts_told", "visits_told",
         "intents_told", "arrivals_told", "venue", "organiser")
    )  # fmt: skip
    work.create_many(
        Fair,
        [
            {**blank, "id": county, "name": "2026年春风行动招聘会", "kind": "1",
             "date": "2026-02-26", "venue_place": venue, "venue": "文化广场",
             "organiser": "县人社局", "firms_told": 32, "trades_told": 51, "posts_told": 2160,
             "visits_told": 1240, "intents_told": 318, "arrivals_told": 96},
            {**blank, "id": late, "name": "福州企业专场招聘会", "kind": "2", "date": "2026-03-20",
             "venue_place": venue, "venue": "街道办事处", "organiser": "乌峰街道办事处"},
            {**blank, "id": coming, "name": "2027年送岗进村招聘会", "kind": "3",
             "date": "2027-02-15", "venue_place": venue, "organiser": "乌峰街道办事处"},
        ],
    )  # fmt: skip
    work.create_many(
        FairPost,
        [
            {"id": stable_id("fair_post", fair, posts[name]), "fair": fair, "post": posts[name],
             "headcount": wanted, "booth": None}
            for fair, name, wanted in (
                (late, WELDERS, 30), (late, "钢筋工", 10), (late, "水产加工工", 30),
                (coming, WELDERS, 60), (coming, "装配工", 50), (coming, "缝纫工", 25),
            )
            if name in posts
        ],
    )  # fmt: skip
    day = "2026-03-20"
    work.create_many(
        FairVisit,
        [
            {"id": stable_id("fair_visit", late, person, day), "fair": late, "person": person,
             "date": day, "note": None}
            for person in people[12:30]
        ],
    )  # fmt: skip
    rebar = posts["钢筋工"]
    work.create_many(
        Offer,
        [
            {"id": offer_id(person, rebar), "person": person, "post": rebar, "fair": late,
             "asked": day, "asker": "练习员", "way": "3", "answer": "1", "answered": day,
             "reasons": None, "note": None}
            for person in people[12:17]
        ],
    )  # fmt: skip
