"""What the work register learned of people since the survey asked them: who works by now, who came
home. The form says what was then, and the rules read the form; a list goes by what is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.census.rounds import all_rounds
from laborclerk.features.matching.earlier import Reason
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.state import LOCAL, runs
from laborclerk.store.base import table_of
from laborclerk.store.bulk import among

STATE = "state"  # the criterion of the rules that is about the same
# whose work began or ended since the survey: one scan of an index
LEARNED = (
    'SELECT person FROM work_spell WHERE deleted IS NULL AND "start" <= :today AND'
    ' (("start" >= :since AND ("end" IS NULL OR "end" >= :today))'
    ' OR ("end" >= :since AND "end" < :today))'
)
# of each of them the spell that counts today, or (not `works`) the one that ended last
COUNTING = f"""SELECT person AS l_person, works AS l_works, post AS l_post, income AS l_income,
 scope AS l_scope FROM (SELECT person, works, post, income, scope, row_number() OVER (
  PARTITION BY person ORDER BY works DESC, CASE works WHEN 1 THEN "start" ELSE "end" END DESC,
  CASE works WHEN 1 THEN id ELSE -id END DESC) AS place_of
 FROM (SELECT id, person, "start", "end", post, income, scope,
  CASE WHEN "end" IS NULL OR "end" >= :today THEN 1 ELSE 0 END AS works
  FROM work_spell WHERE deleted IS NULL AND "start" <= :today AND person IN ({LEARNED})
 ) spells) ordered WHERE place_of = 1"""
# what one of `COUNTING` is worth for a post: the same as `Standing.points`
WORTH = f"""CASE WHEN l_works = 0 THEN 20 WHEN l_post = :l_own THEN -80
 WHEN l_income >= :l_best THEN CASE l_scope WHEN '{LOCAL}' THEN -10 ELSE -15 END
 WHEN l_scope = '{LOCAL}' THEN 0 ELSE -5 END"""
_SPELL = table_of(WorkSpell)
_READ = ("person", "start", "end", "place", "scope", "employer_name", "post", "income")


@dataclass(slots=True)
class Standing:
    """The spell that counts today, or (not `works`) the one that ended last."""

    works: bool
    spell: Any  # with the columns of _READ

    def points(self, post: Mapping[str, Any]) -> int:
        """What it is worth for a post, as the rules weigh what a form says."""
        spell = self.spell
        if not self.works:
            return 20
        if spell.post is not None and spell.post == post.get("id"):
            return -80
        if self._earns_enough(post):
            return -10 if spell.scope == LOCAL else -15
        return 0 if spell.scope == LOCAL else -5

    def reason(self, post: Mapping[str, Any]) -> Reason:
        """The same in words."""
        spell = self.spell
        if not self.works:
            text = f"{spell.end}务工结束,现在没有工作"
        elif spell.post is not None and spell.post == post.get("id"):
            text = f"{spell.start}起就在这个岗位上"
        else:
            where = "本县" if spell.scope == LOCAL else place_in_words(spell.place)
            text = f"{spell.start}起在{where}务工"
            if self._earns_enough(post):
                text += f",月收入{spell.income:,}元,不比这里少"
        return Reason(STATE, "就业状况", self.points(post), text)

    def _earns_enough(self, post: Mapping[str, Any]) -> bool:
        return self.spell.income is not None and self.spell.income >= best_pay(post)


def best_pay(post: Mapping[str, Any]) -> int:
    """The most a post pays a month, in yuan; 0 when it says nothing."""
    return int(post.get("pay_high") or post.get("pay_low") or 0)


def survey_day(session: Session) -> str:
    """The day the forms are of; '' without a round, and everything was learned since."""
    latest = next(iter(all_rounds(session)), None)
    return (latest.reference_date or latest.starts or "") if latest is not None else ""


def standings(
    session: Session, today: str, since: str, people: Collection[int]
) -> dict[int, Standing]:
    """Those of the people of whom the register learned something since the survey."""
    query = sa.select(*(_SPELL.c[k] for k in _READ), runs(_SPELL, today).label("now")).where(
        _SPELL.c.deleted.is_(None),
        _SPELL.c.start <= today,
        _SPELL.c.person.in_(sa.text(LEARNED).bindparams(today=today, since=since)),
        among(_SPELL.c.person, people),
    )
    query = query.order_by(_SPELL.c.person, _SPELL.c.start, _SPELL.c.id)
    found: dict[int, Standing] = {}
    for spell in session.execute(query):  # the latest begun last
        before = found.get(spell.person)
        if before is None or spell.now:
            found[spell.person] = Standing(bool(spell.now), spell)
        elif not before.works and spell.end > before.spell.end:
            before.spell = spell
    return found
