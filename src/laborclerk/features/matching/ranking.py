"""The best people for a post among all of a county, in one scan that weighs fully only those who
may come to stand in front.

What a person's form says is weighed by the database, what those asked for who registered as job
seekers in its place; what the work register learned since and what she answered before is weighed
apart, for few. Neither gives more points than the rule's best word on her state, so nobody below a
bound can be among the first. The bound is guessed from a sample, and lowered when too few were
found above it: what comes out is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.matching.rules import Criterion, Rule
from laborclerk.features.matching.seekers import Seekers
from laborclerk.features.matching.standing import BY_NOW, LEARNED, STATE, counting

_ONE_IN = 16  # people of the sample
_CUTS = (2, 4)  # criteria after which a person may be given up
_MOST = 4000  # people weighed apart at once
_GROWS = 8

Key = tuple[int, int]  # -points, id: the order of the list


@dataclass(frozen=True)
class Ranking:
    """Who is asked for (`condition` over the columns of `person`, with `values`), the rule for the
    post, who registered, and the points (none above 0) that earlier answers cost some people."""

    session: Session
    rule: Rule
    condition: str
    values: Mapping[str, Any]
    seekers: Seekers
    earlier: Mapping[int, int]

    def first(self, limit: int) -> list[tuple[int, int]]:
        """(points, person) of the first people: the most points, then the lowest id."""
        bound, most = self._guess(limit), _MOST
        while True:
            points: dict[int, int] = {}
            left_out: list[Key] = []  # stand behind the last of those that were read
            for people in ("person", self.seekers.people(self.condition)):
                rows = self._at_best(people, bound, most)
                if len(rows) == most:
                    left_out.append((-rows[-1].best, rows[-1].id))
                mine = [row for row in rows if people != "person" or not row.registered]
                points |= self._weighed(people, mine)
            keys = sorted((-points[person], person) for person in points)
            found = [(-negative, person) for negative, person in keys[:limit]]
            enough = len(found) >= limit
            if left_out:
                if enough and keys[limit - 1] <= min(left_out):
                    return found
                most *= _GROWS
            elif bound is None or (enough and found[-1][0] >= bound):
                return found
            else:
                bound = found[-1][0] if enough else None

    def _guess(self, limit: int) -> int | None:
        """Points that about twice as many people as wanted have by what their forms say."""
        query = (
            f"SELECT {self.rule.score} AS points FROM person WHERE id % {_ONE_IN} = 0"
            f" AND {self.condition} ORDER BY points DESC LIMIT :most"
        )
        most = 2 * limit // _ONE_IN + 1
        points = self.session.scalars(sa.text(query), {**self.values, "most": most}).all()
        return points[-1] if len(points) == most else None

    def _at_best(self, people: str, bound: int | None, most: int) -> list[Any]:
        """(id, points by the form, points at best, whether the register learned something, whether
        they registered as job seekers), the best first, of those who may reach the bound."""
        state = [c for c in self.rule.criteria if c.key == STATE]
        rest = [c for c in self.rule.criteria if c.key != STATE]
        most_of_state = max(_best(*state), _best(*BY_NOW.criteria))
        told = sorted(rest, key=_best, reverse=True)
        conditions = [self.condition]
        if bound is not None:
            conditions += [
                f"{Rule(told[:n]).score} + {_best(*told[n:]) + most_of_state} >= :bound"
                for n in (*_CUTS, len(told))
            ]
        query = (
            f"SELECT id, points, best, EXISTS ({LEARNED} AND person = first.id) AS learned,"
            f" {f'id IN ({self.seekers.who})' if people == 'person' else 'TRUE'} AS registered"
            " FROM (SELECT id,"
            f" {self.rule.score} AS points, {Rule(rest).score} + {most_of_state} AS best"
            f" FROM {people} WHERE {' AND '.join(conditions)} ORDER BY best DESC, id LIMIT :most"
            ") first ORDER BY best DESC, id"
        )
        values = {**self.values, "bound": bound, "most": most}
        return list(self.session.execute(sa.text(query), values).all())

    def _weighed(self, people: str, rows: list[Any]) -> dict[int, int]:
        """What those people have in the end."""
        points = {row.id: row.points for row in rows}
        learned = [row.id for row in rows if row.learned]
        if learned:
            score = f"{self.rule.score} - ({self.rule.points_of(STATE)}) + {BY_NOW.score}"
            query = (
                f"WITH learned AS ({counting(learned)}) SELECT id, {score} AS points"
                f" FROM learned JOIN {people} ON id = l_person"
            )
            for row in self.session.execute(sa.text(query), self.values):
                points[row.id] = row.points
        return {person: n + self.earlier.get(person, 0) for person, n in points.items()}


def _best(*criteria: Criterion) -> int:
    """The most points they can give together."""
    return sum(
        max(0, *(o.points for o in c.outcomes)) if c.varies else c.outcomes[0].points
        for c in criteria
    )
