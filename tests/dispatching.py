"""A county with three townships and a batch of welders for 福州, rare names among them."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from laborclerk.app import create_station
from laborclerk.catalog.fields import Value
from laborclerk.features.dispatch.service import add_members, save_batch, set_leader
from laborclerk.features.practice.numbers import Numbers
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceRow, add_group, load_places, place_id
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.ids import stable_id
from laborclerk.store.store import Store
from laborclerk.sync.ledger import set_station
from tests.prepared import prepared

CLERK, PASSWORD = "张县站", "secret-1"
COUNTY = "530627000000"
TOWNS = {"530627001000": "乌峰街道", "530627100000": "泼机镇", "530627101000": "黑树镇"}
VILLAGES = {"530627001001": "油榨街社区", "530627100001": "泼机社区", "530627101001": "黑树村"}
FUZHOU = "350100000000"
LONG_NAME = "阿不都热西提·阿不都卡德尔·买买提艾力"  # 19 characters, two dots
RARE = ("李𠮷明", "吴𣲗", "李\ue863", LONG_NAME)
TODAY = 1_794_873_600  # 2026-11-17
BATCH: dict[str, Any] = {
    "name": "赴福州首批焊工", "destination": FUZHOU, "address": "马尾区快安大道某号厂区",
    "employer_name": "福州某某船舶重工有限公司", "job": "焊工", "departs": "2026-11-20",
    "arrives": "2026-11-22", "gather_time": "早上6:30", "gather_place": "镇雄县客运站",
    "transport": "1", "transport_number": "包车3辆", "leader": "周带队", "point_to_point": True,
    "leader_phone": "13987000001", "station": "镇雄驻福州劳务工作站", "station_contact": "林站长",
    "station_phone": "13959000002",
}  # fmt: skip
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉红梅建国志文斌辉鑫宇婷浩雪飞玲"
_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


def county(folder: Path) -> Store:
    """An open county store with three townships, a village and a group in each."""
    clock = Clock(wall=lambda: TODAY)
    return prepared("dispatching", _county, folder, CLERK, PASSWORD, clock=clock)


def _county(folder: Path) -> Store:
    clock = Clock(wall=lambda: TODAY)
    store, _ = create_station(folder, CLERK, PASSWORD, scrypt_n=2, clock=clock)
    rows = [PlaceRow(COUNTY, "镇雄县")]
    rows += [PlaceRow(code, name) for code, name in (TOWNS | VILLAGES).items()]
    load_places(store, rows)
    for code in VILLAGES:
        add_group(store, place_id(code), "1组")
    set_station(store, "county", COUNTY, "镇雄县劳务服务中心")
    return store


def people(store: Store, counts: dict[str, int] | None = None, seed: int = 1) -> list[int]:
    """Households of two, as many members listed by village as asked → their ids."""
    chance = Random(seed)
    numbers = Numbers(chance, "2026-11-20")
    made: list[int] = []
    homes: list[dict[str, Any]] = []
    rows: list[dict[str, Any]] = []
    rare = list(RARE)
    for code, count in (counts or dict(zip(VILLAGES, (23, 14, 6), strict=True))).items():
        for n in range(count):
            home = stable_id("home", seed, code, n)
            sex = "2" if n % 3 == 0 else "1"
            name = rare.pop() if rare and n % 5 == 1 else (
                chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2))
            )  # fmt: skip
            number, born = numbers.born(sex, 19 + n * 7 % 36)
            homes.append(
                {"id": home, "place": place_id(code, 1), "number": f"{n + 1:04d}",
                 "head_name": name, "kind": "1" if n % 4 == 0 else "0"}
            )  # fmt: skip
            person = stable_id("worker", seed, code, n)
            made.append(person)
            rows.append(
                {"id": person, "household": home, "line": 1, "name": name, "sex": sex,
                 "relation": "02", "birth_date": born, "id_type": "01", "id_number": number,
                 "ethnicity": "05" if "·" in name else "01", "phone": f"1398700{n:04d}"}
            )  # fmt: skip
            rows.append(
                {"household": home, "line": 2, "name": f"{name[0]}家属", "relation": "10",
                 "sex": "1", "birth_date": "1980-01-01", "phone": f"1398800{n:04d}"}
            )  # fmt: skip
    with store.write("test.people") as work:
        work.create_many(Household, homes)
        work.create_many(Person, rows)
    return made


def batch(store: Store, who: list[int], **values: Any) -> int:
    """The batch with these people, a leader for the largest township."""
    [made] = save_batch(store, BATCH | values).ids
    facts: dict[str, Value] = {
        "wage": 6500,
        "contract": "1",
        "injury_insurance": "1",
        "health_check": "1",
    }
    add_members(store, made, who, facts)
    set_leader(store, made, place_id("530627001000"), "杨街道", "13987000009")
    return made
