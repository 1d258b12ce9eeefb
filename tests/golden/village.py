"""An invented village whose papers are printed: a household of four with much known, one of
eighteen with long and rare names, one of which only the frame knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from laborclerk.app import maintainers
from laborclerk.catalog.idnumber import check_digit
from laborclerk.features.census.household_form import form_id
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.census.rounds import new_round
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceRow, add_group, load_places
from laborclerk.kernel.clock import Clock
from laborclerk.store.store import Store, create_store

maintainers()  # all tables of a store are known
CLERK, PASSWORD = "王某某", "practice-1"
TOWNSHIP, VILLAGE = 530627001000000, 530627001001000
GROUP_1, GROUP_2 = VILLAGE + 1, VILLAGE + 2
KNOWN, MANY, FRAME_ONLY = 1001, 1002, 1003
NOON = 1795320000  # 2026-11-22, the day everything is printed

LONG_NAME = "阿卜杜热合曼·买买提吐尔逊·艾力克木江某"  # 20 code points, two dots
RARE_NAME = "\U00020bb7\U000233b4某"
PRIVATE_NAME = "\ue170某"


def id_number(born: str, code: int) -> str:
    """A synthetic number: sequence codes 996–999 are never given out."""
    first = "530627" + born.replace("-", "") + str(code)
    return first + check_digit(first)


def person(line: int, name: str, relation: str, born: str, sex: str, **more: Any) -> dict[str, Any]:
    number = id_number(born, 997 if sex == "1" else 998)
    return {
        "line": line, "name": name, "relation": relation, "birth_date": born, "sex": sex,
        "id_type": "01", "id_number": number, "ethnicity": "01", "presence": "1",
        "hukou_type": "1", **more,
    }  # fmt: skip


AWAY = {
    "presence": "2", "presence_since": "2026-02-20", "marital_status": "20",
    "political_status": "13", "phone": "13800000001", "education": "70", "health": "10",
    "work_ability": "2", "skill": "电焊、管道安装", "skill_level": "4",
    "certificate_number": "2053000000004321", "training_done": "7",
    "employment_status": "04", "work_scope": "4", "work_place": "330784000000",
    "employer": "浙江某某汽车零部件制造有限公司永康分公司", "occupation": "6-18", "industry": "C",
    "work_start": "2026-02", "work_months": 9, "monthly_income": 5200, "channel": "13",
    "employment_form": "2", "population_class": "03", "person_identity": "1", "surplus": False,
    "leader": True, "wants_to_go": True, "wanted_place": "330700000000", "wanted_job": "6-18",
    "expected_income": 6500, "wants_training": True, "wanted_training": "7,8",
    "insurance": "2,4,6", "note": "愿意带同组的人一起出去",
}  # fmt: skip

FOUR = [
    person(1, "周某某", "02", "1979-03-15", "1", **AWAY),
    person(
        2, LONG_NAME, "10", "1981-07-02", "2", ethnicity="05", marital_status="20",
        political_status="13", phone="13800000002", education="61", health="30,64",
        disability_number=id_number("1981-07-02", 998) + "43", work_ability="3",
        employment_status="02", population_class="03", person_identity="1", surplus=True,
        leader=False, wants_to_go=False, wants_training=True, wanted_training="9",
        insurance="2,4", hardship="5",
    ),
    person(3, RARE_NAME, "20", "2004-11-30", "1", in_school="22", presence="6", health="10"),
    person(4, PRIVATE_NAME, "30", "2014-05-06", "2", in_school="03", health="10"),
]  # fmt: skip

_MANY_NAMES = (LONG_NAME, "欧阳某某", RARE_NAME, "李某", PRIVATE_NAME, "周某某")


def _many() -> list[dict[str, Any]]:
    people = []
    for i in range(18):
        born = f"{1950 + i * 4}-0{i % 9 + 1}-1{i % 9}"
        away = AWAY if 18 <= 2026 - int(born[:4]) < 60 and i % 3 else {}
        relation = ("02", "10", "20", "30", "41", "42")[i] if i < 6 else "97"
        people.append(person(i + 1, _MANY_NAMES[i % 6], relation, born, "12"[i % 2], **away))
    return people


EIGHTEEN = _many()


def village_store(folder: Path) -> tuple[Store, int]:
    """A station with this village, one round and its papers' numbers → (store, round id)."""
    clock = Clock(wall=lambda: NOON)
    store, _ = create_store(folder, CLERK, PASSWORD, clock=clock, scrypt_n=2)
    load_places(
        store,
        [PlaceRow("530627001000", "乌峰街道"), PlaceRow("530627001001", "油榨街社区居民委员会")],
    )
    for group in ("1组", "2组"):
        add_group(store, VILLAGE, group)
    round_id = new_round(
        store,
        {
            "name": "2026年秋季摸底", "starts": "2026-11-01", "form_number": "摸底1表",
            "maker": "镇雄县人力资源和社会保障局", "valid_until": "2027-12-31", "basis": "2",
        },
    )  # fmt: skip
    with store.write("test") as work:
        work.create_many(Household, _households())
        rows: list[dict[str, Any]] = []
        for household, people in ((KNOWN, FOUR), (MANY, EIGHTEEN)):
            rows += [{**p, "household": household} for p in people]
        work.create_many(Person, rows)
        work.add(
            CensusForm(
                id=form_id(round_id, KNOWN), round=round_id, household=KNOWN, status="1",
                survey_date="2026-11-12", interviewer="李某某", informant="周某",
                informant_relation="2", informant_phone="13800000003", note="户主在外，由妻子代报",
            )
        )  # fmt: skip
        visits = (
            {"date": "2026-11-08", "result": "5", "next_date": "2026-11-12", "checks": "5"},
            {"date": "2026-11-12", "result": "2", "checks": "2,4", "note": "电话问了户主"},
        )
        for visit in visits:
            work.add(
                Visit(round=round_id, household=KNOWN, place=GROUP_1, visitor="李某某", **visit)
            )
    return store, round_id


def _households() -> list[dict[str, Any]]:
    common = {"in_frame": True, "kind": "0", "residence": "1"}
    return [
        {
            **common, "id": KNOWN, "place": GROUP_1, "number": "0187", "head_name": "周某某",
            "head_phone": "13800000001", "kind": "2", "address": "老屋基 12号",
            "registered_count": 4, "minimum_living": False, "destitute": False, "relocated": True,
            "farmland": 350, "woodland": 1200, "note": "2024年搬到安置区，老屋还在",
        },
        {
            **common, "id": MANY, "place": GROUP_2, "number": "0188", "head_name": LONG_NAME,
            "registered_count": 18, "minimum_living": True,
        },
        {**common, "id": FRAME_ONLY, "place": GROUP_2, "number": "0189", "head_name": RARE_NAME},
    ]  # fmt: skip
