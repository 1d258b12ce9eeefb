"""The report of posts: from people wanted to people who are there, each step with its list."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from laborclerk.features.demand.service import Demand, register
from laborclerk.features.dispatch.outcome import ABSENT, BATCHED, STEPS, Outcome, outcomes
from laborclerk.features.reports.rules import rate

WANTED = "wanted"
_SHOWN = 8  # posts that stand side by side


@dataclass(frozen=True, slots=True)
class PostStep:
    """A line of the report: people of all posts, then of each post shown."""

    key: str
    label: str
    values: tuple[int, ...]
    share: int | None  # thousandths of the step before; of those in a batch who were absent


@dataclass(frozen=True, slots=True)
class Posts:
    """The posts that stand side by side, and the steps."""

    shown: list[Demand]
    steps: list[PostStep]


def posts(session: Session, place: int, on: str) -> Posts:
    """Count the steps of every post on a day; those most asked for are shown by themselves."""
    found = outcomes(session, place=place, on=on)
    every = held(session, on)
    told = [d for d in every if found.get(d.id)]
    shown = sorted(told, key=lambda d: (-_count(found, d.id, "asked"), d.id))[:_SHOWN]
    if not every:
        return Posts([], [])
    wanted = [sum(_headcount(d) for d in every), *(_headcount(d) for d in shown)]
    steps = [PostStep(WANTED, "招工人数", tuple(wanted), None)]
    for key, label in (*STEPS.items(), (ABSENT, "未成行、未到岗")):
        values = (
            sum(_count(found, d.id, key) for d in every),
            *(_count(found, d.id, key) for d in shown),
        )
        before = steps[-1] if key != ABSENT else next(s for s in steps if s.key == BATCHED)
        share = share_of(values[0], before.values[0]) if before.key != WANTED else None
        steps.append(PostStep(key, label, values, share))
    return Posts(shown, steps)


def share_of(value: int, before: int) -> int | None:
    """Thousandths of the step before; more than that (who was put into a batch unasked) is no
    share of it."""
    return rate(value, before) if value <= before else None


def persons(session: Session, place: int, on: str, step: str, post: int | None) -> list[int]:
    """The persons of a step, of one post or of all: who was asked for two stands there twice."""
    found = outcomes(session, place=place, on=on)
    every = [d.id for d in held(session, on) if post in (None, d.id)]
    return [person for number in every for person in found.get(number, {}).get(step, ())]


def held(session: Session, on: str) -> list[Demand]:
    """The posts that were registered by a day, closed ones as well."""
    return [d for d in register(session, on) if (d.post.get("registered") or "") <= on]


def _count(found: dict[int, Outcome], post: int, step: str) -> int:
    return len(found.get(post, {}).get(step, ()))


def _headcount(demand: Demand) -> int:
    return int(demand.post.get("headcount") or 0)
