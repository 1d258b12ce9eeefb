"""A synthetic county for benchmarks: one township of varied households, copied by SQL.

Everybody has an ID number with a sequence code of 996–999: no real person can have it.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import laborclerk.features.coverage.model
import laborclerk.store.drafts  # noqa: F401 - all tables of a store
from laborclerk.features.census.model import CensusForm, Round, Visit
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.store.store import Store, create_store

COUNTY = 530627_000000_000
VILLAGES, GROUPS, HOUSEHOLDS = 20, 10, 80  # in a township, a village, a group
PER_TOWNSHIP = VILLAGES * GROUPS * HOUSEHOLDS
STRIDE = 10_000_000  # ids of one township's copies
FIRST = 2**60

_SURNAMES = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉红梅建国志文斌辉鑫宇婷浩雪飞玲"


def make_county(folder: Path, townships: int, seed: int = 7) -> tuple[Store, int]:
    """A store of `townships` × 16,000 households of 3.5 persons → (store, its round's id)."""
    store, _ = create_store(folder, "bench", "benchmark", scrypt_n=2**12)
    chance = random.Random(seed)
    round_id = FIRST - 1
    with store.local() as session:
        conn = session.connection()
        conn.info["journaled"] = True  # a benchmark's store has no journal
        _insert(conn, Round, [{
            "id": round_id, "name": "2026年秋季摸底", "starts": "2026-09-01",
            "reference_date": "2026-09-01", "labour_rule": "statutory-2024",
        }])  # fmt: skip
        _insert(conn, Place, _places(townships))
        households, persons, visits, forms = _township(chance, round_id)
        for model, rows in (
            (Household, households), (Person, persons), (Visit, visits), (CensusForm, forms),
        ):  # fmt: skip
            _insert(conn, model, rows)
            for copy in range(1, townships):
                _copy(conn, model, copy)
        conn.info["journaled"] = False
        session.execute(sa.text("ANALYZE"))
    return store, round_id


def _insert(conn: sa.Connection, model: Any, rows: list[dict[str, Any]]) -> None:
    keys = {key for row in rows for key in row}
    blank = dict.fromkeys(keys) | {"origin_device": 0, "origin_seq": 0, "version": 1}
    conn.execute(sa.insert(model.__table__), [blank | row for row in rows])


def _copy(conn: sa.Connection, model: Any, copy: int) -> None:
    """The first township's rows again, in another township."""
    shift = {"id": copy * STRIDE, "household": copy * STRIDE, "place": copy * 10**6}
    columns = [c.key for c in model.__table__.columns]
    values = ", ".join(f"{c} + {shift[c]}" if c in shift else f'"{c}"' for c in columns)
    names = ", ".join(f'"{c}"' for c in columns)
    limit = FIRST + STRIDE
    conn.execute(
        sa.text(
            f"INSERT INTO {model.__tablename__} ({names}) SELECT {values}"
            f" FROM {model.__tablename__} WHERE id >= {FIRST} AND id < {limit} ORDER BY id"
        )
    )


def _places(townships: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{"id": COUNTY, "name": "镇雄县", "level": "county"}]
    for t in range(1, townships + 1):
        township = COUNTY + t * 10**6
        rows.append({"id": township, "name": f"第{t}镇", "level": "township"})
        for v in range(1, VILLAGES + 1):
            village = township + v * 1000
            rows.append({"id": village, "name": f"{t}镇{v}村", "level": "village"})
            rows += [
                {"id": village + g, "name": f"{g}组", "level": "group", "leader": "组长"}
                for g in range(1, GROUPS + 1)
            ]
    return rows


def _township(chance: random.Random, round_id: int) -> tuple[list[dict[str, Any]], ...]:
    households, persons, visits, forms = [], [], [], []
    key = FIRST
    for n in range(PER_TOWNSHIP):
        key += 1
        house = key
        village, rest = divmod(n, GROUPS * HOUSEHOLDS)
        place = COUNTY + 10**6 + (village + 1) * 1000 + rest // HOUSEHOLDS + 1
        surname, size = (
            chance.choice(_SURNAMES),
            chance.choices((1, 2, 3, 4, 5, 6), (1, 3, 6, 6, 3, 1))[0],
        )
        head = surname + chance.choice(_GIVEN) + chance.choice(_GIVEN)
        households.append({
            "id": house, "place": place, "number": f"{rest + 1:04d}", "head_name": head,
            "kind": chance.choice(("0", "0", "0", "1")), "in_frame": chance.random() < 0.97,
            "residence": chance.choices(("1", "3", "6"), (80, 18, 2))[0],
            "registered_count": size + (chance.random() < 0.03), "head_phone": "13800000000",
        })  # fmt: skip
        for line in range(size):
            key += 1
            persons.append(_person(chance, key, house, line, surname, head))
        if chance.random() < 0.95:
            key += 1
            met = chance.random() < 0.93
            visits.append({
                "id": key, "round": round_id, "household": house, "place": place,
                "date": f"2026-09-{chance.randint(1, 28):02d}", "visitor": "张三",
                "result": "1" if met else chance.choice(("5", "6", "9")),
                "next_date": None if met else "2026-10-08",
            })  # fmt: skip
            if met:
                key += 1
                forms.append({
                    "id": key, "round": round_id, "household": house,
                    "status": "2" if chance.random() < 0.97 else "1",
                    "survey_date": "2026-09-10", "interviewer": "张三", "informant": head,
                })  # fmt: skip
    return households, persons, visits, forms


def _person(
    chance: random.Random, key: int, house: int, line: int, surname: str, head: str
) -> dict[str, Any]:
    year = chance.randint(1940, 2024)
    born = f"{year}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
    name = head if line == 0 else surname + chance.choice(_GIVEN) + chance.choice(_GIVEN)
    person: dict[str, Any] = {
        "id": key, "household": house, "line": line + 1,
        "relation": ("02", "10", "20", "30", "51", "52")[line], "name": name, "id_type": "01",
        "id_number": f"530627{born.replace('-', '')}{chance.randint(996, 999)}{key % 10}",
        "sex": chance.choice("12"), "birth_date": born, "ethnicity": "01", "presence": "1",
        "health": "10", "phone": f"138{key % 10**8:08d}",
    }  # fmt: skip
    if year > 2010:
        return person | {"in_school": "03"}
    person |= {
        "education": chance.choice(("80", "70", "70", "60", "30", None)),
        "work_ability": chance.choice(("1", "1", "1", "2", "3", "5")), "marital_status": "20",
        "political_status": "13",
        "employment_status": chance.choice(("02", "04", "04", "06", "99")),
        "wants_to_go": chance.random() < 0.4, "insurance": "2,4",
    }  # fmt: skip
    if person["employment_status"] in ("04", "06"):
        away = person["employment_status"] == "04"
        person |= {
            "work_scope": chance.choice("234") if away else "1",
            "work_place": chance.choice(("330784000000", "440300000000", "530602000000")) if away
            else "530627000000",
            "employer": "某某电子有限公司", "occupation": "6-25", "industry": "C",
            "work_start": "2026-03", "work_months": chance.randint(0, 12),
            "monthly_income": chance.randint(20, 80) * 100,
            "channel": chance.choice(("1", "2", "13")),
            "employment_form": "2",
        }  # fmt: skip
    return person
