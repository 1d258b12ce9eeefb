"""People ranked for a post and posts for a person: every reason moves the list, none excludes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.census.model import Round
from laborclerk.features.demand.service import (
    close_post,
    one_demand,
    register,
    save_employer,
    save_post,
)
from laborclerk.features.matching.advice import lines, save_advice
from laborclerk.features.matching.model import Offer, offer_id
from laborclerk.features.matching.offers import record_offer, take_back_offer
from laborclerk.features.matching.service import (
    ASKED,
    UNASKED,
    View,
    counts,
    how_many,
    people_for,
    posts_for,
)
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.work.model import WorkSpell
from laborclerk.kernel.errors import Rejected
from laborclerk.store.store import Store
from tests.postgres import BOTH
from tests.small import OTHER_GROUP, OTHER_VILLAGE, add_household, station

pytestmark = BOTH
VIEW = View("530627000000", "2026-11-20")
FIRM = {"name": "福州某盛建筑劳务有限公司", "credit_code": "91350100M000100Y43", "kind": "1",
        "industry": "E", "contact": "林某", "phone": "15400000001"}  # fmt: skip
POST: dict[str, Any] = {
    "name": "电焊工", "occupation": "6-18", "headcount": 60, "pay_low": 6500, "pay_high": 8500,
    "insurance": "1,6", "contract_months": 12, "age_min": 18, "age_max": 50, "board": "1",
    "work_place": "350100000000", "registered": "2026-11-01", "valid_until": "2027-03-31",
    "arrival_date": "2027-02-20", "distance": 2200, "education": "80",
}  # fmt: skip
PERSON: dict[str, Any] = {
    "birth_date": "1990-05-01", "sex": "1", "education": "70", "work_ability": "1",
    "employment_status": "99", "presence": "1", "wants_to_go": True,
}  # fmt: skip
PEOPLE: dict[str, dict[str, Any]] = {
    "焊工甲": {"skill": "焊工", "wanted_job": "6-18", "wanted_place": "350000000000",
              "expected_income": 6000},
    "女焊工": {"skill": "二保焊", "wanted_job": "6-18", "wanted_place": "350000000000",
              "expected_income": 6000, "sex": "2"},
    "想做的": {"wanted_job": "6-18", "expected_income": 7000},
    "嫌钱少": {"wanted_job": "6-18", "expected_income": 9000},
    "普通的": {},
    "不想去": {"wants_to_go": False},
    "年纪大": {"birth_date": "1964-05-01"},
    "在外的": {"employment_status": "04", "monthly_income": 9000},
    "学生": {"in_school": "09", "education": None},
    "没能力": {"work_ability": "5"},
}  # fmt: skip
NEVER: dict[str, dict[str, Any]] = {
    "十五岁": {"birth_date": "2010-11-21"}, "死了的": {"presence": "11"},
    "没生日": {"birth_date": None},
}  # fmt: skip


class World:
    """A station with one post and people who differ from one another in one thing."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.employer = save_employer(store, FIRM).id
        self.post = save_post(store, POST | {"employer": self.employer}).id
        for name, facts in (PEOPLE | NEVER).items():
            add_household(store, {**PERSON, **facts, "name": name})
        with store.read() as session:
            rows = session.execute(sa.text("SELECT name, id FROM person")).all()
        self.people: dict[str, int] = {row[0]: row[1] for row in rows}

    def ranked(self, post: int | None = None, **how: Any) -> list[str]:
        with self.store.read() as session:
            demand = one_demand(session, post or self.post, VIEW.today)
            assert demand is not None
            found = people_for(session, demand, VIEW, **how)
            how.pop("limit", None)
            self.total = how_many(session, demand, VIEW, **how)
        self.fits = {f.person["name"]: f for f in found}
        return [f.person["name"] for f in found]


@pytest.fixture(scope="module")
def world(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    store = station(tmp_path_factory.mktemp("matching") / "s", round_=False)
    yield World(store)
    store.close()


def test_everybody_of_16_is_listed_and_the_best_first(world: World) -> None:
    order = world.ranked()
    assert set(order) == set(PEOPLE)
    assert world.total == len(PEOPLE)
    assert order[:3] in (["焊工甲", "女焊工", "想做的"], ["女焊工", "焊工甲", "想做的"])
    assert order[-1] == "没能力"
    assert order.index("嫌钱少") > order.index("想做的")
    assert order.index("不想去") > order.index("普通的")


def test_men_and_women_of_the_same_skill_have_the_same_points(world: World) -> None:
    world.ranked()
    assert world.fits["焊工甲"].points == world.fits["女焊工"].points


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("焊工甲", "会焊工"),
        ("焊工甲", "想去福建省"),
        ("焊工甲", "期望6,000元,岗位6,500–8,500元"),
        ("女焊工", "会二保焊"),
        ("想做的", "在岗位6,500–8,500元之内"),
        ("嫌钱少", "期望9,000元,岗位只有6,500–8,500元"),
        ("不想去", "登记为不愿外出"),
        ("年纪大", "62岁,单位要求18–50岁"),
        ("在外的", "现在月收入9,000元,不比这里少"),
        ("普通的", "路程约2,200公里"),
        ("学生", "在校学生"),
    ],
)
def test_a_reason_is_told(world: World, name: str, said: str) -> None:
    world.ranked()
    assert said in world.fits[name].text


def test_the_points_are_the_sum_of_the_reasons(world: World) -> None:
    world.ranked()
    for fit in world.fits.values():
        assert fit.points == sum(r.points for r in fit.reasons)


def test_who_began_or_ended_work_since_the_survey_stands_as_the_register_says(
    world: World,
) -> None:
    before, went, back = world.ranked(), world.people["焊工甲"], world.people["在外的"]
    here = {"place": "350100000000", "income": 6800, "start": "2026-11-10"}
    with world.store.write("test") as work:
        made = [
            work.add(WorkSpell(person=went, **here, post=world.post)),
            work.add(WorkSpell(person=back, place="330784000000", start="2024-01-01",
                               end="2026-11-15")),
        ]  # fmt: skip
        round_ = work.add(Round(name="秋季", starts="2026-11-01", reference_date="2026-11-01"))
    ids = [spell.id for spell in made]
    try:
        after = world.ranked(limit=3)
        assert after[0] == "女焊工"
        assert "焊工甲" not in after
        after = world.ranked()
        assert after.index("在外的") < before.index("在外的")
        assert "2026-11-10起就在这个岗位上" in world.fits["焊工甲"].text
        assert "2026-11-15务工结束,现在没有工作" in world.fits["在外的"].text
        for fit in world.fits.values():
            assert fit.points == sum(r.points for r in fit.reasons)
            with world.store.read() as session:
                [alone] = [p for p in posts_for(session, fit.id, VIEW) if p.demand.id == world.post]
            assert (alone.points, alone.text) == (fit.points, fit.text)
        with world.store.write("test") as work:  # what was so before, the form was asked about
            work.change(work.session.get_one(Round, round_.id), {"reference_date": "2026-11-18"})
        assert world.ranked() == before
    finally:
        with world.store.write("test") as work:
            for spell in ids:
                work.delete(work.session.get_one(WorkSpell, spell), "8")
            work.delete(work.session.get_one(Round, round_.id), "8")


NOT_LESS = ",月收入8,500元,不比这里少"


@pytest.mark.parametrize(
    ("spell", "points", "said"),
    [
        ({"place": "530627000000", "income": 8500}, -10, f"在本县务工{NOT_LESS}"),
        ({"place": "330784000000", "income": 8500}, -15, f"在浙江省金华市永康市务工{NOT_LESS}"),
        ({"place": "530627000000", "income": 8499}, 0, "在本县务工"),
        ({"place": "330784000000", "income": None}, -5, "在浙江省金华市永康市务工"),
    ],
    ids=["enough here", "enough away", "here", "away"],
)
def test_who_works_by_now_stands_by_what_it_pays(
    world: World, spell: dict[str, Any], points: int, said: str
) -> None:
    scope = "1" if spell["place"].startswith("530627") else "3"
    with world.store.write("test") as work:
        facts = {"start": "2026-11-10", "scope": scope, "post": None, **spell}
        made = work.add(WorkSpell(person=world.people["普通的"], **facts)).id
    try:
        world.ranked()
        [state] = [r for r in world.fits["普通的"].reasons if r.label == "就业状况"]
        assert (state.points, state.text) == (points, f"2026-11-10起{said}")
        assert world.fits["普通的"].points == sum(r.points for r in world.fits["普通的"].reasons)
    finally:
        with world.store.write("test") as work:
            work.delete(work.session.get_one(WorkSpell, made), "8")


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"wanted_jobs": "4-03,6-18"}, "求职登记:想做机械制造基础加工人员"),
        ({"wanted_jobs": "4-03,6-29"}, "求职登记:想做同一大类的活"),
        ({"second_place": "350000000000", "wanted_place": "330000000000"}, "求职登记:想去福建省"),
        ({"wanted_place": "330000000000"}, "求职登记:想去的是浙江省"),
        ({"expected_income": 6000}, "求职登记:期望6,000元"),
        ({"wanted_place": "330000000000"}, "求职登记:愿意外出"),
    ],
)
def test_the_wishes_of_a_registration_that_holds_stand_for_those_of_the_form(
    world: World, wish: dict[str, Any], said: str
) -> None:
    before = world.ranked()
    person = world.people["不想去"]
    facts = {"wanted_jobs": "4-03", "registered": "2026-11-10", "valid_until": "2027-05-09"}
    with world.store.write("test") as work:
        made = work.add(JobSeeking(person=person, **{**facts, **wish}))
    try:
        after = world.ranked()
        assert sorted(after) == sorted(before)
        fit = world.fits["不想去"]
        assert said in fit.text
        assert fit.points == sum(r.points for r in fit.reasons)
        with world.store.read() as session:
            [there] = [f for f in posts_for(session, person, VIEW) if f.demand.id == world.post]
        assert said in there.text
        assert there.points == fit.points
    finally:
        with world.store.write("test") as work:
            work.delete(work.session.get_one(JobSeeking, made.id), "8")
    assert world.ranked() == before


def test_a_registration_that_ended_or_is_older_than_the_survey_says_nothing(world: World) -> None:
    before, person = world.ranked(), world.people["不想去"]
    told = {"person": person, "wanted_jobs": "6-18", "valid_until": "2027-05-09"}
    with world.store.write("test") as work:
        round_ = work.add(Round(name="秋季", starts="2026-11-01", reference_date="2026-11-01"))
        old = work.add(JobSeeking(registered="2026-10-31", **told))
    assert world.ranked() == before
    with world.store.write("test") as work:
        over = work.add(
            JobSeeking(registered="2026-11-05", **{**told, "valid_until": "2026-11-19"})
        )
    assert world.ranked() == before
    with world.store.write("test") as work:
        for record in (old, over):
            work.delete(work.session.get_one(JobSeeking, record.id), "8")
        work.delete(work.session.get_one(Round, round_.id), "8")


def test_a_refusal_with_its_reason_moves_a_person_down_for_posts_it_is_about(world: World) -> None:
    store = world.store
    world.ranked()
    before = world.fits["焊工甲"].points
    other = save_post(
        store, POST | {"employer": world.employer, "name": "车间焊工", "pay_low": 6000}
    ).id
    kept = record_offer(
        store, world.people["焊工甲"], world.post, {"answer": "2", "reasons": "1,5"}
    )
    assert kept.id == offer_id(world.people["焊工甲"], world.post)
    assert world.ranked()[-1] != "焊工甲"
    assert world.fits["焊工甲"].points == before - 50
    assert "不去:薪酬、饮食" in world.fits["焊工甲"].text
    world.ranked(other)
    assert "嫌薪酬低" in world.fits["焊工甲"].text
    assert "嫌那边饮食" in world.fits["焊工甲"].text
    better = save_post(
        store,
        POST | {"employer": world.employer, "name": "焊工", "pay_low": 7500,
                "work_place": "440300000000"},
    ).id  # fmt: skip
    world.ranked(better)
    assert "不去" not in world.fits["焊工甲"].text  # pays more, another province
    take_back_offer(store, world.people["焊工甲"], world.post)
    world.ranked()
    assert world.fits["焊工甲"].points == before
    for post in (other, better):
        close_post(store, post, "2", "2026-11-19")


def test_the_list_narrows_by_what_was_answered(world: World) -> None:
    store, who = world.store, world.people["普通的"]
    record_offer(store, who, world.post, {"way": "1"})
    assert world.ranked(which=ASKED) == ["普通的"]
    assert world.total == 1
    assert "普通的" not in world.ranked(which=UNASKED)
    assert world.total == len(PEOPLE) - 1
    assert len(world.ranked(which=UNASKED, limit=2)) == 2
    kept = record_offer(store, who, world.post, {"answer": "1"})
    assert kept.problems == []
    assert world.ranked(which="1") == ["普通的"]
    assert world.ranked(which="2") == []
    with store.read() as session:
        found = counts(session)[world.post]
        offer = session.get(Offer, kept.id)
    assert (found.asked, found.willing, found.refused) == (1, 1, 0)
    assert offer is not None
    assert offer.asker == store.clerk
    take_back_offer(store, who, world.post)


def test_a_post_below_what_is_expected_warns(world: World) -> None:
    kept = record_offer(world.store, world.people["嫌钱少"], world.post, {"answer": "2"})
    assert {p.code for p in kept.problems} == {"offer_low_pay", "offer_reason"}
    take_back_offer(world.store, world.people["嫌钱少"], world.post)


def test_a_place_narrows_the_list(world: World) -> None:
    add_household(world.store, {**PERSON, "name": "邻村的"}, place=OTHER_GROUP)
    assert world.ranked(place=OTHER_VILLAGE) == ["邻村的"]
    with world.store.write("test.empty") as work:
        for row in work.session.execute(
            sa.text("SELECT id FROM person WHERE name = '邻村的'")
        ).all():
            record = work.get(_person(), row[0])
            assert record is not None
            work.delete(record, "9")


def test_advice_sorts_and_never_excludes(world: World) -> None:
    with world.store.read() as session:
        standard = lines(session)
    assert standard[0]["name"] == "年轻、有文化的去东南沿海工厂"
    before = world.ranked()
    kept = save_advice(
        world.store,
        {"name": "中年人优先", "age_min": 30, "age_max": 40, "destination": "6", "points": 20},
    )
    order = world.ranked()
    assert set(order) == set(before)
    assert "分类指导:中年人优先" in world.fits["普通的"].text
    assert "分类指导:中年人优先" not in world.fits["年纪大"].text
    with world.store.read() as session:
        assert len(lines(session)) == len(standard) + 1
    save_advice(world.store, {"points": 0}, kept.id)
    world.ranked()
    assert "中年人优先" not in world.fits["普通的"].text


def test_posts_are_ranked_for_a_person_with_the_same_points(world: World) -> None:
    store = world.store
    local = save_post(
        store,
        {**POST, "name": "保洁员", "occupation": "4-09", "work_place": "530627000000",
         "distance": 10, "pay_low": 1800, "pay_high": None, "employer": world.employer},
    ).id  # fmt: skip
    world.ranked()
    with store.read() as session:
        found = posts_for(session, world.people["焊工甲"], VIEW)
        stays = posts_for(session, world.people["不想去"], VIEW)
    assert [f.demand.id for f in found] == [world.post, local]
    assert found[0].points == world.fits["焊工甲"].points
    assert stays[0].demand.id == local
    assert "不想出远门,这是本县的活" in stays[0].text
    close_post(store, local, "1", "2026-11-19")
    with store.read() as session:
        assert [d.id for d in register(session, VIEW.today, only_open=True)] == [world.post]


def test_two_employers_never_have_one_code(world: World) -> None:
    with pytest.raises(Rejected) as refused:
        save_employer(world.store, {"name": "另一家", "credit_code": "91350100M000100Y43"})
    assert [p.code for p in refused.value.problems] == ["employer_twice"]


def test_what_another_changed_meanwhile_is_not_overwritten(world: World) -> None:
    store = world.store
    with store.read() as session:
        demand = one_demand(session, world.post, VIEW.today)
    assert demand is not None
    read = dict(demand.post)
    save_post(store, read | {"pay_high": 8600}, world.post, read=read)
    save_post(store, read | {"rest_days": 4}, world.post, read=read)  # another field
    with pytest.raises(Rejected) as refused:
        save_post(store, read | {"pay_high": 9000}, world.post, read=read)
    assert "最高月工资" in refused.value.problems[0].text
    save_post(store, read | {"pay_high": 8500}, world.post)


def _person() -> Any:
    from laborclerk.features.registry.model import Person

    return Person
