"""Where a household stands in a round: the definitions behind every coverage number.

For each household of the register that is not deleted, in one round:

=================  ==============================================================================
frame              stands in the household frame (户籍底册)
due 应访           `census.due.household_due`: exists, whoever lives in it
gone 已注销        in the frame but not due: recorded as moved out, merged, unknown or extinct
visited 已访       due, and the round has a visit to it or a form of it
done 已完成        due, and its form of the round is complete
explained 有说明   due, not done, and the last visit says why there is no form (空挂户核实 …)
revisit 待复访     due, not done, and the last visit asks for another (家中无人, 拒访 …)
persons_frame      persons the frame counts, of households that are due and not explained
persons_due 应登记 members due under `census.due.is_due`
persons_done       of these, the members of households that are done
persons_missing    persons the frame counts and the register does not know: frame count less the
                   members under `census.due.is_accounted`, never below nil; of households that
                   are due and not explained
labour 劳动力      due persons whom the round's labour rule counts
items_missing 缺项 required items that apply to due persons and are empty
=================  ==============================================================================

The last visit is the one with the latest date, of two on one day the one with the higher id.

What always holds, for a household and so for every sum of households:

- due = done + explained + revisit + unfinished + unvisited, where unfinished (已访未完成) and
  unvisited (未访) are what is left of visited and of due: see `Counts`
- frame + found − gone = due, where found (在住不在册) are the due households outside the frame
- persons_done ≤ persons_due, labour ≤ persons_due
- a place's numbers are the sum of its children's and of the households that stand directly in it

The levels of 五不漏 (001-02, 002-07): a township, village or group is left out (漏) when no
household of it was visited and none is recorded as gone; a household when it is due and neither
done nor explained; a person, an item as counted above.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from laborclerk.features.census.due import RoundFacts
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.coverage.expressions import CodeSets, flag, person_rules
from laborclerk.features.coverage.model import HouseholdState
from laborclerk.features.registry.model import Household, Person

FORM_DONE = "2"  # of the code list form_status
_DIGITS = 10**6  # more than any household has members
_SQUARE = sa.literal(_DIGITS**2, sa.BigInteger)  # named: beside an INTEGER it would be none
_COMPLETE = 2
_MET, _REASON, _REVISIT = "a", "b", "c"  # in this order: a revisit has its date behind the letter
STATE_COLUMNS = tuple(c.key for c in HouseholdState.__table__.columns)


@dataclass(frozen=True, slots=True)
class Counts:
    """The numbers of one place in one round; `a + b` adds them."""

    households: int = 0
    frame: int = 0
    gone: int = 0
    due: int = 0
    visited: int = 0
    done: int = 0
    revisit: int = 0
    explained: int = 0
    persons_frame: int = 0
    persons_due: int = 0
    persons_done: int = 0
    persons_missing: int = 0
    labour: int = 0
    items_missing: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, key) + getattr(other, key) for key in COUNT_COLUMNS))

    @property
    def unvisited(self) -> int:
        return self.due - self.visited

    @property
    def unfinished(self) -> int:
        """Visited, no complete form, and the last visit gives neither a reason nor a next date."""
        return self.visited - self.done - self.revisit - self.explained

    @property
    def found(self) -> int:
        """Due households that the frame does not have."""
        return self.due - self.frame + self.gone

    @property
    def missing(self) -> int:
        """Households left out: due, neither done nor explained."""
        return self.due - self.done - self.explained

    @property
    def touched(self) -> bool:
        """Whether anything was visited or explained here."""
        return self.visited + self.gone > 0


COUNT_COLUMNS = tuple(f.name for f in fields(Counts))


def state_select(facts: RoundFacts, *, only: bool) -> sa.Select[Any]:
    """The `STATE_COLUMNS` of every household in the round; `only`: of the households given as the
    expanding parameter `households`."""
    return _state_select(facts, CodeSets.now(), only)


@lru_cache(maxsize=16)
def _state_select(facts: RoundFacts, codes: CodeSets, only: bool) -> sa.Select[Any]:
    h: Any = Household
    p = Person
    rules = person_rules(facts)
    in_frame = sa.and_(h.in_frame.is_not(None), h.in_frame)
    is_due = sa.or_(h.residence.is_(None), h.residence.not_in(codes.residence_gone))
    due_person = sa.and_(p.id.is_not(None), rules.due)

    inner = (
        sa.select(
            h.id.label("household"),
            sa.func.coalesce(h.place, 0).label("place"),
            flag(in_frame).label("frame"),
            flag(is_due).label("due"),
            sa.func.coalesce(h.registered_count, 0).label("registered"),
            _form(h, facts.id).label("form"),
            _last_visit(h, facts.id, codes).label("visit"),
            # members known, due and of labour force in one sum: what asks most is asked once
            sa.func.sum(
                sa.case(
                    (p.id.is_(None), 0),
                    else_=flag(rules.accounted)
                    + sa.case((rules.due, _DIGITS + _SQUARE * flag(rules.labour)), else_=0),
                )
            ).label("tally"),
            sa.func.sum(sa.case((due_person, rules.items_missing), else_=0)).label("items"),
        )
        .select_from(sa.outerjoin(h, p, p.household == h.id))
        .where(h.deleted.is_(None))
        .group_by(h.id)
    )
    if only:
        inner = inner.where(h.id.in_(sa.bindparam("households", expanding=True)))
    s = inner.subquery("s").c
    due = s.due == 1
    done = sa.and_(due, s.form == _COMPLETE)
    open_ = sa.and_(due, sa.or_(s.form.is_(None), s.form < _COMPLETE))
    explained = sa.and_(open_, s.visit == _REASON)
    revisit = sa.and_(open_, s.visit >= _REVISIT)
    counted = sa.and_(due, sa.or_(s.visit.is_(None), s.visit != _REASON, s.form == _COMPLETE))
    tally = sa.cast(s.tally, sa.BigInteger)  # a sum is no integer everywhere
    persons = tally // _DIGITS % _DIGITS
    absent = s.registered - tally % _DIGITS
    return sa.select(
        sa.literal(facts.id, sa.BigInteger).label("round"),
        s.household,
        s.place,
        s.frame,
        flag(sa.and_(s.frame == 1, s.due == 0)).label("gone"),
        s.due,
        flag(sa.and_(due, sa.or_(s.form.is_not(None), s.visit.is_not(None)))).label("visited"),
        flag(done).label("done"),
        flag(revisit).label("revisit"),
        flag(explained).label("explained"),
        sa.case((counted, s.registered), else_=0).label("persons_frame"),
        sa.case((due, persons), else_=0).label("persons_due"),
        sa.case((done, persons), else_=0).label("persons_done"),
        sa.case((sa.and_(counted, absent > 0), absent), else_=0).label("persons_missing"),
        sa.case((due, tally // _SQUARE), else_=0).label("labour"),
        sa.case((due, s["items"]), else_=0).label("items_missing"),
        sa.case((sa.and_(revisit, s.visit != _REVISIT), sa.func.substr(s.visit, 2))).label(
            "next_date"
        ),
    )


def _form(h: Any, round_id: int) -> sa.ScalarSelect[Any]:
    """`_COMPLETE`, less for a form begun, nothing for none."""
    complete = CensusForm.status == FORM_DONE
    return (
        sa.select(sa.func.max(sa.case((complete, _COMPLETE), else_=_COMPLETE - 1)))
        .where(
            CensusForm.household == h.id,
            CensusForm.round == round_id,
            CensusForm.deleted.is_(None),
        )
        .correlate(h)
        .scalar_subquery()
    )


def _last_visit(h: Any, round_id: int, codes: CodeSets) -> sa.ScalarSelect[Any]:
    """What the last visit came to, as one text so that visits are read once: `_MET`, `_REASON`,
    or `_REVISIT` and the next date; nothing when there was no visit."""
    outcome = sa.case(
        (Visit.result.in_(codes.visit_reason), _REASON),
        (
            Visit.result.in_(codes.visit_revisit),
            sa.literal(_REVISIT).concat(sa.func.coalesce(Visit.next_date, "")),
        ),
        else_=_MET,
    )
    return (
        sa.select(outcome)
        .where(Visit.household == h.id, Visit.round == round_id, Visit.deleted.is_(None))
        .order_by(sa.func.coalesce(Visit.date, "").desc(), Visit.id.desc())
        .limit(1)
        .correlate(h)
        .scalar_subquery()
    )
