"""Who registered as looking for work in the practice township: some of each state, so that every
list has somebody on it."""

from __future__ import annotations

from random import Random
from typing import Any

import sqlalchemy as sa

from laborclerk.catalog.codes import code_list
from laborclerk.features.practice.township import Township
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import subtree
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.rules import State
from laborclerk.features.seeking.service import completed
from laborclerk.features.work.model import WorkSpell
from laborclerk.kernel.dates import days_before
from laborclerk.store.base import table_of
from laborclerk.store.store import Store

P, H, W = table_of(Person).c, table_of(Household).c, table_of(WorkSpell).c
_HAND = "6-99"  # 普工: what everybody also takes
_SCHOOLS = ("镇雄县某职业高级中学", "昭通市某技工学校", "镇雄县某中学")
_MAJORS = ("机械加工", "电子技术应用", "中餐烹饪", "服装制作")
Row = dict[str, Any]


def write_seeking(store: Store, township: Township, seed: int, today: str) -> None:
    """Fill the register; deterministic for a seed."""
    chance, ids, planted = Random(f"seeking-{seed}"), township.ids, township.planted
    low, high = subtree(township.villages[0].place // 10**6 * 10**6)
    with store.write("practice.seeking") as work:
        willing = (
            sa.select(P.id, P.wanted_job, P.wanted_place, P.expected_income, P.wants_training,
                      P.wanted_training, P.education, P.birth_date)
            .join_from(table_of(Person), table_of(Household), P.household == H.id)
            .where(H.place >= low, H.place < high, P.deleted.is_(None), H.deleted.is_(None))
            .where(P.wants_to_go.is_(True), P.birth_date < f"{int(today[:4]) - 17}")
        )  # fmt: skip
        busy = sa.select(W.person).where(W.deleted.is_(None))
        idle = willing.where(P.id.not_in(busy)).order_by(H.place, P.line, P.id)
        found = list(work.session.execute(idle).mappings())
        rows = [_row(dict(p), chance, ids(), today) for p in found[::2]]
        for n, row in enumerate(rows):
            _stand(row, n, chance, today)
        began = (
            sa.select(P.id, P.wanted_job, P.wanted_place, P.expected_income, P.wants_training,
                      P.wanted_training, P.education, P.birth_date, W.start)
            .join_from(table_of(Person), table_of(WorkSpell), W.person == P.id)
            .join(table_of(Household), P.household == H.id)
            .where(H.place >= low, H.place < high, W.deleted.is_(None), P.deleted.is_(None))
            .where(W.start >= days_before(today, 300), W.start < days_before(today, 5))
            .where(P.birth_date < f"{int(today[:4]) - 17}")
            .order_by(W.start, P.id)
        )  # fmt: skip
        for worker in list(work.session.execute(began).mappings())[:4]:
            if any(row["person"] == worker["id"] for row in rows):
                continue
            row = _row(dict(worker), chance, ids(), today)
            row |= completed(
                {**row, "registered": days_before(worker["start"], 12), "valid_until": None}, today
            )
            rows.append(row | {"state": State.PLACED})
        for row in rows:
            planted.seeking.setdefault(row.pop("state"), []).append(row["person"])
        work.create_many(JobSeeking, rows)


def _row(person: Row, chance: Random, record: int, today: str) -> Row:
    """One registration as this person would give it."""
    jobs = code_list("occupation").order([j for j in (person["wanted_job"], _HAND) if j])
    post = code_list("occupation").item(person["wanted_job"] or "")
    trained = str(person["education"] or "") in ("4", "6")
    return {
        "id": record, "person": person["id"], "wanted_jobs": ",".join(jobs),
        "wanted_post": post.words[0] if post is not None and post.words else None,
        "wanted_place": person["wanted_place"] or "350100000000",
        "second_place": "330000000000" if chance.random() < 0.5 else None,
        "expected_income": (person["expected_income"] or 4500) + 100 * chance.randint(0, 8),
        "employment_form": chance.choice(("2", "2", "2", "4")),
        "wants_training": person["wants_training"], "wanted_training": person["wanted_training"],
        "services": chance.choice(("1", "1,3", "1,5", "1,2", "1,10")),
        "school": chance.choice(_SCHOOLS) if chance.random() < 0.6 else None,
        "major": chance.choice(_MAJORS) if trained else None,
        "registered": days_before(today, chance.randint(3, 90)),
    }  # fmt: skip


def _stand(row: Row, n: int, chance: Random, today: str) -> None:
    """Most are open; of every eight one ends soon, one is over, one was withdrawn."""
    which = n % 8
    if which == 3:
        row["registered"] = days_before(today, 176)
    elif which == 5:
        row["registered"] = days_before(today, chance.randint(200, 260))
    row |= completed({**row, "valid_until": None}, today)
    row["state"] = State.EXPIRED if which == 5 else State.OPEN
    if which == 6:
        row |= {"closed": days_before(today, 2), "close_reason": chance.choice(("2", "4"))}
        row["state"] = State.WITHDRAWN
