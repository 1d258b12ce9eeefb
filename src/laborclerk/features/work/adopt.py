"""Where the census form and the work register meet.

The form says what was answered on the day of the survey; the register holds the spells. Neither
writes the other by itself. `adopt` takes into the register, in one act, whom the form has at work
and the register has never heard of; every other difference is listed by `reconcile`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import code_of, subtree
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.rules import BLOCK, MONTH, check_spell, derived
from laborclerk.features.work.state import PERSON, SPELL, codes
from laborclerk.kernel.errors import Message, Problem
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.store.store import Store

BY_FORM = "2"  # of the code list work_source
HOME: Any = Household.__table__
# field of the spell ← field of the person
_TAKEN = {
    "place": "work_place", "scope": "work_scope", "employer_name": "employer",
    "trade": "occupation", "industry": "industry", "channel": "channel",
    "income": "monthly_income",
}  # fmt: skip
_PEOPLE = ("id", "name", "birth_date", "work_ability", "in_school", "presence", "work_start",
           "work_months", *_TAKEN.values())  # fmt: skip


class AdoptProblem(Message):
    """Taking people from the census into the work register."""

    ADOPT_NO_START = "{name}:调查表没有务工起始月份。请补上后再入册"
    ADOPT_NO_PLACE = "{name}:调查表没有务工所在地。请补上后再入册"


@dataclass
class Adopted:
    """How many spells were made (or would be), and who could not be taken and why."""

    made: int = 0
    problems: list[Problem] = field(default_factory=list)
    act: int = 0
    touched: Mapping[str, set[int]] = field(default_factory=dict)


def adopt(
    store: Store, place: int, *, dry_run: bool = False, progress: Progress = SILENT
) -> Adopted:
    """Make a spell for everybody below `place` whom the form has at work and of whom the register
    has no spell. Where the form has only months of this year, the month is left to the clerk."""
    done = Adopted()
    today = store.clock.today()
    if dry_run:
        with store.read() as session:
            done.made = len(spells_of_forms(session, place, today, done.problems, progress))
        return done
    with store.write("work.adopt") as work:
        rows = spells_of_forms(work.session, place, today, done.problems, progress)
        work.create_many(WorkSpell, rows)
    done.made, done.act, done.touched = len(rows), work.outcome.act, work.outcome.touched
    return done


def unknown_worker(place: int) -> sa.ColumnElement[bool]:
    """At work by the form and without any spell, below a place (over person and household)."""
    low, high = subtree(place)
    p, h = PERSON.c, HOME.c
    any_spell = sa.select(1).where(SPELL.c.person == p.id, SPELL.c.deleted.is_(None))
    return sa.and_(
        h.place >= low, h.place < high, h.deleted.is_(None), p.deleted.is_(None),
        p.employment_status.in_(codes("employment_status", "works", "1")),
        ~sa.exists(any_spell),
    )  # fmt: skip


def _unknown_workers(place: int) -> sa.Select[Any]:
    p, h = PERSON.c, HOME.c
    return (
        sa.select(h.place.label("home"), *(p[key] for key in _PEOPLE))
        .join_from(HOME, PERSON, p.household == h.id)
        .where(unknown_worker(place))
        .order_by(h.place, h.number, h.id, p.line, p.id)
    )


def spells_of_forms(
    session: Session,
    place: int,
    today: str,
    problems: list[Problem],
    progress: Progress = SILENT,
) -> list[dict[str, Any]]:
    """The spells that the forms below a place tell of people the register has never heard of;
    who cannot be taken is told in `problems`."""
    rows = []
    progress.start("由调查表入册")
    for done, row in enumerate(session.execute(_unknown_workers(place)).mappings()):
        made = _spell(dict(row), today, problems)
        if made is not None:
            rows.append(made)
        if done % 500 == 0:
            progress.step(done)
    return rows


def _spell(row: Mapping[str, Any], today: str, problems: list[Problem]) -> dict[str, Any] | None:
    name = row["name"] or ""
    for key, message in (
        ("work_start", AdoptProblem.ADOPT_NO_START), ("work_place", AdoptProblem.ADOPT_NO_PLACE)
    ):  # fmt: skip
        if not row[key]:
            problem = Problem(message, {"name": name})
            problems.append(problem.at(record_type="person", record_id=row["id"], field=key))
            return None
    spell: dict[str, Value] = {key: row[of] for key, of in _TAKEN.items()}
    spell |= {
        "start": f"{row['work_start']}-01", "dates_known": "m", "source": BY_FORM,
        "months": row["work_months"],
    }  # fmt: skip
    if spell["income"] is not None:
        spell |= {"income_told": int(row["monthly_income"]) * 10_000, "income_unit": MONTH}
    county = code_of(row["home"] or 0)[:6]
    spell |= derived(spell, county)
    wrong = [p for p in check_spell(spell, row, (), today, county) if p.severity is BLOCK]
    if wrong:
        problems.append(wrong[0].at(record_type="person", record_id=row["id"]))
        return None
    return {"person": row["id"], **spell}
