"""Who of the practice township goes where together: a batch of welders that leaves next week, two
campaigns, handbooks given out. Some of it is wrong on purpose: `Planted` says what.

Nobody has arrived yet, so the work register stays as `work.py` made it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from laborclerk.features.dispatch.editions import edition_state
from laborclerk.features.dispatch.model import Batch, BatchMember, Campaign, RosterEdition
from laborclerk.features.dispatch.service import ASKED, STAYED, member_id
from laborclerk.features.handbook.content import check_id, content
from laborclerk.features.handbook.model import HandbookCheck, HandbookIssue
from laborclerk.features.handbook.service import GUIDE, HANDBOOK, edition_of
from laborclerk.features.practice.planted import Planted
from laborclerk.features.registry.model import Person
from laborclerk.store.store import Store

WILLING = "1"  # of offer_answer
NUMBER = "530627001-2026-001"
_FUZHOU, _COTTON, _WOLFBERRY = "350100000000", "659006000000", "640521000000"


FIRST_WELDERS: dict[str, Any] = {
    "number": NUMBER, "name": "赴福州首批焊工", "organiser": "乌峰街道",
    "destination": _FUZHOU, "address": "闽侯县某工业园", "job": "电焊工",
    "employer_name": "福州某盛建筑劳务有限公司",
    "station": "镇雄驻福州劳务工作站", "station_contact": "林站长",
    "station_phone": "13900000002",
}  # fmt: skip
FIRST_FITTERS: dict[str, Any] = {
    "number": "530627-2026-001", "name": "赴永康首批装配工", "organiser": "镇雄县劳务服务中心",
    "destination": "330784000000", "address": "永康市某工业园", "job": "装配工",
    "employer_name": "永康市宏某电动工具有限公司",
    "station": "镇雄驻金华劳务工作站", "station_contact": "金站长",
    "station_phone": "13900000003",
}  # fmt: skip


def fill_dispatch(
    store: Store,
    ids: Callable[[], int],
    place: int,
    planted: Planted,
    trip: dict[str, Any] = FIRST_WELDERS,
) -> None:
    """Write batch, campaigns and handbooks; `trip` says where the batch goes."""
    post = planted.posts[trip["job"]]
    batch = planted.batch = ids()
    people = [p for p, answer in planted.answers.items() if answer == WILLING]
    people += [p for p in planted.rare_names.values() if p not in people]
    with store.write("practice.dispatch") as work:
        work.create_many(Campaign, _campaigns(ids, planted))
        facts: dict[str, Any] = {
            **trip, "id": batch, "post": post, "departs": "2026-11-28", "arrives": "2026-11-30",
            "gather_time": "早上6:30", "gather_place": "镇雄县客运站", "transport": "1",
            "transport_number": "包车2辆", "point_to_point": True, "leader": "周带队",
            "leader_phone": "13900000001",
        }  # fmt: skip
        work.create_many(Batch, [facts])
        work.create_many(BatchMember, [_member(batch, p, n) for n, p in enumerate(people)])
        work.flush()
        state = edition_state(work.session, work.session.get_one(Batch, batch))
        work.create_many(
            RosterEdition,
            [{"id": ids(), "batch": batch, "number": 1, "date": "2026-11-18",
              "persons": state.persons, "digest": state.digest, "lines": state.lines}],
        )  # fmt: skip
    planted.changed_after_printing = people[0]
    with store.write("practice.dispatch") as work:  # after the roster was printed
        gone = work.get(BatchMember, member_id(batch, people[0]))
        assert gone is not None
        work.change(gone, {"status": STAYED, "absence": "9"})
        person = work.session.get_one(Person, people[1])
        words = content()
        edition = edition_of(words)
        common: dict[str, Any] = {"edition": edition, "date": "2026-11-18", "giver": "练习员"}
        work.create_many(
            HandbookIssue,
            [
                {**common, "id": ids(), "kind": HANDBOOK, "destination": trip["destination"],
                 "copies": 1, "batch": batch, "person": person.id},
                {**common, "id": ids(), "kind": HANDBOOK, "copies": 60, "place": place,
                 "receiver": "乌峰街道劳动保障所"},
                {**common, "id": ids(), "kind": GUIDE, "copies": 12, "place": place},
            ],
        )  # fmt: skip
        checked = [i for i in words.items if i.kind == "number"][:4]
        work.create_many(
            HandbookCheck,
            [
                {"id": check_id(i.key, i.digest), "line": i.key, "digest": i.digest,
                 "date": "2026-11-16", "person": "练习员", "basis": "练习:拨通过"}
                for i in checked
            ],
        )  # fmt: skip


def _member(batch: int, person: int, at: int) -> dict[str, Any]:
    return {
        "id": member_id(batch, person), "batch": batch, "person": person, "status": ASKED,
        "wage": 6500, "contract": "1" if at % 4 else "0", "health_check": "1" if at % 5 else "0",
        "injury_insurance": "1" if at % 3 else "2", "first_time": at % 3 == 0,
        "referrer": "陈带头" if at % 6 == 0 else None, "contact": "家里人",
        "contact_phone": f"139000001{at % 100:02d}",
    }  # fmt: skip


def _campaigns(ids: Callable[[], int], planted: Planted) -> list[dict[str, Any]]:
    """Cotton, of which the told mean does not follow from the total (as in 002-12), and the
    wolfberries of next year, not prepared yet."""
    planted.wrong_campaign = ids()
    cotton = {
        "id": planted.wrong_campaign, "name": "2026年赴疆摘棉", "kind": "1",
        "destination": _COTTON, "starts": "2026-09-05", "ends": "2026-11-10",
        "prepare_by": "2026-08-06", "agreement": "乌峰街道与某师某团,2026年第3号",
        "plan_people": 30, "plan_income": 3600, "told_people": 26, "told_income": 3120,
        "told_mean": 16280, "top_income": 19800,
    }  # fmt: skip
    wolfberry = {
        "id": ids(), "name": "2027年中宁采枸杞", "kind": "3", "destination": _WOLFBERRY,
        "starts": "2027-06-10", "ends": "2027-08-15", "prepare_by": "2027-05-11",
        "plan_people": 20, "plan_income": 1600,
    }  # fmt: skip
    return [cotton, wolfberry]
