"""The work register of the practice township: spells as the forms tell them, cards, checks and
monthly updates, with a few mismatches of every kind planted on purpose.

The last village that has people is left out: taking its forms into the register is an exercise.
"""

from __future__ import annotations

from random import Random
from typing import Any

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.features.practice.planted import Planted
from laborclerk.features.practice.township import Township
from laborclerk.features.registry.model import Person
from laborclerk.features.work.adopt import spells_of_forms
from laborclerk.features.work.model import WorkCard, WorkCheck, WorkSpell, WorkUpdate, update_id
from laborclerk.features.work.reconcile import Kind
from laborclerk.features.work.updates import updates
from laborclerk.kernel.dates import days_before
from laborclerk.kernel.errors import Problem
from laborclerk.store.store import Store

AWAY_SCOPES = "2345"
_LAST_MONTH, _MONTH_BEFORE = "2026-10", "2026-09"
_LEADERS = ("王带头", "李带头")
Row = dict[str, Any]


def write_work(store: Store, township: Township, seed: int, today: str) -> None:
    """Fill the register; deterministic for a seed."""
    chance = Random(f"work-{seed}")
    ids, planted = township.ids, township.planted
    peopled = [v for v in township.villages if any(v.groups)]
    with store.write("practice.work") as work:
        rows: list[Row] = []
        problems: list[Problem] = []
        for village in peopled[:-1]:
            rows += spells_of_forms(work.session, village.place, today, problems)
        for row in rows:
            row["id"] = ids()
            _details(row, chance)
        out = [r for r in rows if (r["scope"] or "") in AWAY_SCOPES]
        away = [r for r in out if r["start"] < "2026-05"]
        _plant_roster(work, away[:4], planted)
        back = [row for row in rows[5::29] if row not in away[:20]]
        for row in back:
            row |= {"end": f"2026-10-{chance.randint(8, 28):02d}",
                    "return_reason": chance.choice(("1", "2", "4", "5", "10"))}  # fmt: skip
        earlier = [_earlier(row, ids(), chance) for row in rows[::4]]
        twice = [_twice(row, ids()) for row in away[4:5]]
        planted.work[Kind.TWICE] = [row["person"] for row in twice]
        work.create_many(WorkSpell, [*rows, *earlier, *twice])
        work.flush()
        _cards(work, out, [r for r in back if r in out], ids, planted)
        _checks(work, away, rows, chance, ids, planted, today)
    _updates(store, township, planted)


def _details(row: Row, chance: Random) -> None:
    """What a form does not ask: contract, insurance, who took her along, how she travelled."""
    organised = bool(row.get("organised"))
    row["contract"] = chance.random() < (0.85 if organised else 0.45)
    row["injury_insurance"] = row["contract"] and chance.random() < 0.8
    row["point_to_point"] = row.get("channel") == "15" and chance.random() < 0.7
    row["job_class"] = "2" if str(row.get("trade")) in ("6-18", "6-20", "4-03", "6-25") else "1"
    trade = code_list("occupation").item(str(row.get("trade") or ""))
    if trade is not None and trade.words:
        row["job"] = trade.words[0]
    if row.get("channel") in ("9", "10"):
        row["leader"] = chance.choice(_LEADERS)


def _plant_roster(work: Any, chosen: list[Row], planted: Planted) -> None:
    """Two whose place and two whose firm the roster has otherwise than the form."""
    for row in chosen[:2]:
        row["place"] = "650100000000"
    for row in chosen[2:4]:
        row["employer_name"] = "某顺劳务派遣有限公司"
    planted.work[Kind.FORM_PLACE] = [r["person"] for r in chosen[:2]]
    planted.work[Kind.FORM_EMPLOYER] = [r["person"] for r in chosen[2:4]]


def _earlier(row: Row, record: int, chance: Random) -> Row:
    """The job before, ended the day before this one began."""
    end = days_before(row["start"], 1)
    year = int(end[:4]) - chance.randint(0, 2)
    values: dict[str, Value] = {
        **{k: v for k, v in row.items() if k not in ("id", "end", "return_reason", "months")},
        "start": f"{year}-02-20" if f"{year}-02-20" < end else f"{year - 1}-02-20",
        "end": end, "return_reason": chance.choice(("14", "3", "10")),
        "employer_name": "某旺五金制品厂", "place": "330300000000", "scope": "4",
    }  # fmt: skip
    income = row["income"]
    if isinstance(income, int):
        values |= {"income": income - 300, "income_told": (income - 300) * 10_000}
    return {**values, "id": record}


def _twice(row: Row, record: int) -> Row:
    """A job that was left without its end being entered."""
    values = {**row, "id": record, "employer_name": "某兴家具厂", "place": "440600000000"}
    return values | {"start": days_before(row["start"], 40)}


def _cards(work: Any, out: list[Row], back: list[Row], ids: Any, planted: Planted) -> None:
    """Cards of most who went; one with a wrong number, one of another firm, one expired, two of
    people who came back."""
    holders = [r for n, r in enumerate(out) if n % 10 != 9 and r not in back]
    for n, row in enumerate([*holders, *back[:2]], 1):
        person = work.get(Person, row["person"])
        card: Row = {
            "id": ids(), "person": row["person"], "number": f"2026-{n:04d}", "kind": "1",
            "issued": max(row["start"], "2026-01-05"), "valid_until": "2027-12-31",
            "name": person.name, "id_number": person.id_number, "place": row["place"],
            "employer_name": row["employer_name"],
        }  # fmt: skip
        if n == 6:
            card["id_number"] = "530627198001019990"
            planted.work[Kind.CARD_PERSON] = [row["person"]]
        elif n == 7:
            card["employer_name"] = "某发制衣厂"
            planted.work[Kind.CARD_WORK] = [row["person"]]
        elif n == 8:
            card["valid_until"] = "2026-06-30"
            planted.work[Kind.CARD_EXPIRED] = [row["person"]]
        work.create_many(WorkCard, [card])
    planted.work[Kind.CARD_ONLY] = [row["person"] for row in back[:2]]
    planted.work[Kind.NO_CARD] = [r["person"] for r in out[9::10] if r not in back]


def _checks(
    work: Any, away: list[Row], rows: list[Row], chance: Random, ids: Any, planted: Planted,
    today: str,
) -> None:  # fmt: skip
    """Most were asked after in the last two months; of some it turned out otherwise."""
    found = {10: "3", 11: "3", 12: "2", 13: "7", 14: "7"}  # index among those away
    names = {"3": Kind.AT_HOME, "2": Kind.MOVED, "7": Kind.LOST}
    at = {away[n]["person"]: code for n, code in found.items() if n < len(away)}
    made: list[Row] = []
    for row in rows:
        code = at.get(row["person"])
        if code is None and chance.random() < 0.15:
            continue
        made.append(
            {"id": ids(), "person": row["person"], "date": days_before(today, chance.randint(2, 60))
             if code is None else days_before(today, 1), "means": chance.choice("1223445"),
             "found": code or "1", "checker": "张网格员"}
        )  # fmt: skip
        if code == "2":
            made[-1] |= {"place": "440300000000", "employer_name": "某达电子厂"}
        if code is not None:
            planted.work.setdefault(names[code], []).append(row["person"])
    work.create_many(WorkCheck, made)


def _updates(store: Store, township: Township, planted: Planted) -> None:
    """Every group told September; of October every fourth has not, and two told other numbers."""
    low = township.villages[0].place // 10**6 * 10**6
    for month in (_MONTH_BEFORE, _LAST_MONTH):
        with store.write("practice.work") as work:
            rows: list[Row] = []
            for n, line in enumerate(updates(work.session, month, low)):
                if month == _LAST_MONTH and n % 4 == 3:
                    planted.no_work_update.append(line.place)
                    continue
                wrong = month == _LAST_MONTH and n in (1, 6)
                if wrong:
                    planted.wrong_work_update.append(line.place)
                rows.append(
                    {"id": update_id(month, line.place), "month": month, "place": line.place,
                     "date": "2026-10-02" if month == _MONTH_BEFORE else "2026-11-02",
                     "reporter": line.leader or None, "away": line.away_now + wrong,
                     "left": line.left_now, "back": line.back_now}
                )  # fmt: skip
            work.create_many(WorkUpdate, rows)
