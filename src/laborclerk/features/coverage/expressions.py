"""The rules of `census.due` as SQL expressions, so that 1.7 million persons are counted in one
grouped scan instead of one by one in Python.

`census.due` and `census.form` are the rule; this is their twin and nothing more: a property test
holds every expression here against the Python function of the same name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Number, YesNo
from laborclerk.catalog.retirement import Kind, LabourRule, retirement_month
from laborclerk.features.census.due import (
    DEFAULT_REQUIRED_GROWN,
    LIVES_HERE_ONLY,
    TAKEN_OUT_ACCOUNTED,
    RoundFacts,
)
from laborclerk.features.census.form import SECTIONS, WORKING_AGE_FROM
from laborclerk.features.registry.model import Person
from laborclerk.store.base import fields_of

Condition = sa.ColumnElement[bool]

_SECTION = {key: section.key for section in SECTIONS for key in section.fields}
_AT_WORK = frozenset(
    ("work_scope", "work_place", "employer", "occupation", "industry", "work_start",
     "work_months", "monthly_income", "channel", "employment_form")
)  # fmt: skip


def _codes(list_name: str, column: str, *values: str) -> tuple[str, ...]:
    items = code_list(list_name).items
    return tuple(sorted(i.code for i in items if i.extra.get(column) in values))


@dataclass(frozen=True, slots=True)
class CodeSets:
    """The codes the rules ask for; a station may have replaced a list."""

    residence_gone: tuple[str, ...]
    presence_gone: tuple[str, ...]
    unable: tuple[str, ...]
    at_work: tuple[str, ...]
    not_in_school: tuple[str, ...]
    visit_revisit: tuple[str, ...]
    visit_reason: tuple[str, ...]

    @classmethod
    def now(cls) -> CodeSets:
        return cls(
            residence_gone=_codes("residence", "exists", "0"),
            presence_gone=_codes("presence", "gone", "1"),
            unable=_codes("work_ability", "able", "none"),
            at_work=_codes("employment_status", "works", "1"),
            not_in_school=_codes("in_school", "stage", "none"),
            visit_revisit=_codes("visit_result", "outcome", "revisit"),
            visit_reason=_codes("visit_result", "outcome", "reason"),
        )


def years_before(on: str, years: int) -> str:
    """The latest birth date of those who are `years` old on the day `on`; compares as text."""
    return f"{int(on[:4]) - years:04d}{on[4:]}"


def statutory_cut(kind: Kind, on: str) -> str:
    """Who is born after this text has not reached the statutory age on the day `on`.

    The retirement month rises with the month of birth, so the rule is one bound on the birth date.
    """
    first = (int(on[:4]) - 70) * 12
    for index in range(first + 30 * 12, first, -1):
        month = f"{index // 12:04d}-{index % 12 + 1:02d}"
        retires = retirement_month(kind, month)
        if retires == on[:7]:
            return f"{month}-{on[8:10]}"
        if retires < on[:7]:
            return f"{month}-99"
    raise ValueError(on)


class PersonRules:
    """Expressions over the columns of `Person` for one round; get one by `person_rules`."""

    def __init__(self, facts: RoundFacts, codes: CodeSets) -> None:
        p: Any = Person
        self.p = p
        self.facts = facts
        self.codes = codes
        self.on = facts.reference_date
        self.gone: Condition = sa.and_(p.presence.is_not(None), p.presence.in_(codes.presence_gone))
        self.able: Condition = sa.or_(p.work_ability.is_(None), p.work_ability.not_in(codes.unable))
        self.at_work: Condition = sa.and_(
            p.employment_status.is_not(None), p.employment_status.in_(codes.at_work)
        )
        self.in_school: Condition = sa.and_(
            p.in_school.is_not(None), p.in_school.not_in(codes.not_in_school)
        )
        self.grown: Condition = sa.or_(
            p.birth_date.is_(None), p.birth_date <= years_before(self.on, WORKING_AGE_FROM)
        )

    @cached_property
    def due(self) -> Condition:
        """`person_due`, for a member of a due household."""
        p = self.p
        return sa.and_(
            p.deleted.is_(None),
            sa.or_(p.birth_date.is_(None), p.birth_date <= self.on),
            sa.or_(
                p.presence.is_(None),
                p.presence.not_in(self.codes.presence_gone),
                sa.and_(p.presence_since.is_not(None), p.presence_since > self.on),
            ),
        )

    @cached_property
    def accounted(self) -> Condition:
        """`is_accounted`."""
        p = self.p
        return sa.and_(
            sa.or_(p.deleted.is_(None), p.deleted.in_(TAKEN_OUT_ACCOUNTED)),
            sa.or_(p.presence.is_(None), p.presence != LIVES_HERE_ONLY),
        )

    @cached_property
    def labour(self) -> Condition:
        """`is_labour`, for a due person."""
        p, rule = self.p, self.facts.labour_rule
        conditions: list[Condition] = [
            p.birth_date.is_not(None),
            p.sex.is_not(None),
            self.able,
            p.birth_date <= years_before(self.on, rule.lower),
        ]
        if not rule.students:
            conditions.append(sa.not_(self.in_school))
        women, men = self._born_after(rule, Kind.WOMAN_55), self._born_after(rule, Kind.MAN)
        if women or men:
            conditions.append(p.birth_date > sa.case((p.sex == "2", women), else_=men))
        return sa.and_(*conditions)

    def _born_after(self, rule: LabourRule, kind: Kind) -> str:
        if rule.statutory:
            return statutory_cut(kind, self.on)
        upto = rule.men_upto if kind is Kind.MAN else rule.women_upto
        return "" if upto is None else years_before(self.on, upto + 1)

    def applicable(self, key: str) -> Condition:
        """`census.form.applicable`."""
        if key not in _SECTION:
            return sa.false()
        return sa.and_(*(self._shared[name] for name in _shared_of(key)), self._own(key))

    def _own(self, key: str) -> Any:
        """The condition of `applicable` that no other field shares."""
        p = self.p
        if key in ("unemployed_since", "unemployment_reason"):
            status = p.employment_status
            return sa.and_(status.is_not(None), status != "02", sa.not_(self.at_work))
        if key == "disability_number":
            return sa.literal(",").concat(sa.func.coalesce(p.health, "")).like("%,6%")
        if key == "education":
            return p.in_school.is_(None)
        if key == "in_school":
            return p.education.is_(None)
        if key in ("wanted_place", "wanted_job", "expected_income"):
            return sa.and_(p.wants_to_go.is_not(None), p.wants_to_go)
        if key == "wanted_training":
            return sa.and_(p.wants_training.is_not(None), p.wants_training)
        if key in ("skill_level", "certificate_number"):
            return p.skill.is_not(None)
        if key == "presence_since":
            return sa.and_(p.presence.is_not(None), p.presence != "1")
        return sa.true()

    @cached_property
    def items_missing(self) -> Any:
        """How many of `missing_items` a due person has. Items with the same conditions stand
        under one CASE: the counting of everybody spends its time here."""
        asked = [(_asked_of(key), key) for key in self.facts.required if key in _SECTION]
        return self._missing(sorted(asked, key=lambda pair: pair[0]), 0)

    def _missing(self, asked: Sequence[tuple[tuple[str, ...], str]], depth: int) -> Any:
        total: Any = sa.literal_column("0")
        for name, group in groupby(asked, lambda pair: pair[0][depth : depth + 1]):
            if name:
                below = self._missing(list(group), depth + 1)
                total = total + sa.case((self._shared[name[0]], below), else_=0)
            else:
                for _, key in group:
                    total = total + self._item(key)
        return total

    def _item(self, key: str) -> Any:
        column = getattr(self.p, key)
        filled: Condition = column.is_not(None)
        if not isinstance(fields_of(Person)[key].type, (Number, YesNo)):
            filled = column > ""
        own = self._own(key)
        if key == "id_number":
            own = sa.or_(self.p.id_type.is_(None), self.p.id_type != "09")
        if isinstance(own, sa.True_):
            return sa.case((filled, 0), else_=1)
        return sa.case((filled, 0), (own, 1), else_=0)

    def item_missing(self, key: str) -> Condition:
        """Whether one required item of a due person is missing."""
        shared = (self._shared[name] for name in _asked_of(key))
        return sa.and_(sa.true(), *shared, self._item(key) == 1)

    @cached_property
    def _shared(self) -> dict[str, Condition]:
        return {
            "present": sa.not_(self.gone), "grown": self.grown, "able": self.able,
            "at work": self.at_work,
        }  # fmt: skip


def _shared_of(key: str) -> tuple[str, ...]:
    """The conditions of `applicable` that fields share, always in the same order."""
    section = _SECTION[key]
    names = {
        "present": section != "identity",
        "grown": section in ("work", "wish"),
        "able": section == "wish",
        "at work": key in _AT_WORK,
    }
    return tuple(name for name, holds in names.items() if holds)


def _asked_of(key: str) -> tuple[str, ...]:
    names = _shared_of(key)
    if key in DEFAULT_REQUIRED_GROWN and "grown" not in names:
        names = (*names[:1], "grown", *names[1:])
    return names


def person_rules(facts: RoundFacts) -> PersonRules:
    """The expressions of a round, made once: making them costs more than asking for a page."""
    return _person_rules(facts, CodeSets.now())


@lru_cache(maxsize=16)
def _person_rules(facts: RoundFacts, codes: CodeSets) -> PersonRules:
    return PersonRules(facts, codes)


def flag(condition: Condition) -> sa.ColumnElement[int]:
    """1 where the condition holds, else 0 (also where it is unknown)."""
    return sa.case((condition, 1), else_=0)
