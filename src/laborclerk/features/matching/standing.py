"""What the work register learned of people since the survey asked them: who works by now, who came
home. The form says what was then, and the rules read the form; a list goes by what is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.census.rounds import all_rounds
from laborclerk.features.matching.earlier import Reason
from laborclerk.features.matching.rules import ALWAYS, Rule
from laborclerk.features.work.state import LOCAL

STATE = "state"  # the criterion of the rules that is about the same
_HERE, _ENOUGH = f"l_scope = '{LOCAL}'", "l_income >= :best"
_WORKS = "{start}起在{where}务工"
_EARNS = f"{_WORKS},月收入{{income:,}}元,不比这里少"
# over the columns of `counting` and the values of the rules, with the points they give a form
BY_NOW = Rule()
BY_NOW.add(
    STATE, "就业状况",
    ("l_works = 0", 20, "{end}务工结束,现在没有工作"),
    ("l_post = :own", -80, "{start}起就在这个岗位上"),
    (f"{_ENOUGH} AND {_HERE}", -10, _EARNS),
    (_ENOUGH, -15, _EARNS),
    (_HERE, 0, _WORKS),
    (ALWAYS, -5, _WORKS),
)  # fmt: skip
# whose work began or ended since the survey: one scan of an index
LEARNED = (
    'SELECT person FROM work_spell WHERE deleted IS NULL AND "start" <= :today AND'
    ' (("start" >= :since AND ("end" IS NULL OR "end" >= :today))'
    ' OR ("end" >= :since AND "end" < :today))'
)
_READ = ("post", "income", "scope", "start", "end", "place")


def counting(people: Sequence[int] | None = None) -> str:
    """Of each of `LEARNED` (and of `people`) the spell that counts today, or (`l_works` 0) the one
    that ended last, as SQL."""
    who = LEARNED if people is None else f"{LEARNED} AND person IN ({_listed(people)})"
    read = ", ".join(f'"{key}"' for key in _READ)
    named = ", ".join(f'"{key}" AS l_{key}' for key in _READ)
    return f"""SELECT person AS l_person, works AS l_works, {named} FROM (
 SELECT person, works, {read}, row_number() OVER (
  PARTITION BY person ORDER BY works DESC, CASE works WHEN 1 THEN "start" ELSE "end" END DESC,
  CASE works WHEN 1 THEN id ELSE -id END DESC) AS place_of
 FROM (SELECT id, person, {read},
  CASE WHEN "end" IS NULL OR "end" >= :today THEN 1 ELSE 0 END AS works
  FROM work_spell WHERE deleted IS NULL AND "start" <= :today AND person IN ({who})
 ) spells) ordered WHERE place_of = 1"""


def values_for(session: Session, rule: Rule, post: int, today: str) -> dict[str, Any]:
    """The values that the rule for a post, `BY_NOW` and `counting` name."""
    return {**rule.params, "today": today, "since": survey_day(session), "own": post}


def reasons_by_now(
    session: Session, values: Mapping[str, Any], people: Sequence[int]
) -> dict[int, Reason]:
    """What it says for or against those of the people of whom the register learned something."""
    if not people:
        return {}
    query = f"SELECT learned.*, {BY_NOW.told[0]} AS told FROM ({counting(people)}) learned"
    [criterion] = BY_NOW.criteria
    found = {}
    for row in session.execute(sa.text(query), values):
        where = "本县" if row.l_scope == LOCAL else place_in_words(row.l_place)
        outcome = criterion.outcomes[row.told]
        text = outcome.said.format(
            start=row.l_start, end=row.l_end, where=where, income=row.l_income
        )
        found[row.l_person] = Reason(STATE, criterion.label, outcome.points, text)
    return found


def _listed(people: Sequence[int]) -> str:
    return ", ".join(map(str, people))


def survey_day(session: Session) -> str:
    """The day the forms are of; '' without a round, and everything was learned since."""
    latest = next(iter(all_rounds(session)), None)
    return (latest.reference_date or latest.starts or "") if latest is not None else ""
