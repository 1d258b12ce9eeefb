"""Which entries are held, and why: the sender may not write them, this program is too old for
them, or what they stand on has not come."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from laborclerk.store.base import record_types
from laborclerk.store.journal import Device, HeldEntry
from laborclerk.store.work import UnitOfWork
from laborclerk.sync.fields import Incoming
from laborclerk.sync.judge import Judge, outside
from laborclerk.sync.registers import lacking, routes

OUT_OF_SCOPE, NEWER, MISSING = "out_of_scope", "newer", "missing"
WAITING = (NEWER, MISSING)  # tried again when more is known
REASONS = (OUT_OF_SCOPE, *WAITING)


def held_back(
    work: UnitOfWork,
    judge: Judge,
    record_type: str,
    entries: Sequence[Incoming],
    writers: Collection[int],
    across: bool,
) -> tuple[dict[int, str], set[int]]:
    """The positions of entries the sender may not write, or that stand on what has not come, with
    the reason, and of those it may because it knew no better. `across`: what comes now stands
    after a gap."""
    refused, belonged = outside(judge, work, record_type, entries)
    waiting = lacking(work.session, record_type, entries)
    early = set()
    county_only = record_types()[record_type].county_only
    if refused and not county_only and (across or _have_gaps(work, writers)):
        early = _early(work, record_type, entries, sorted(refused))
    waiting, refused = waiting | early, refused - early
    return dict.fromkeys(waiting, MISSING) | dict.fromkeys(refused, OUT_OF_SCOPE), belonged


def _have_gaps(work: UnitOfWork, writers: Collection[int]) -> bool:
    gaps = sa.select(Device.index).where(Device.index.in_(writers), Device.holes.is_not(None))
    return work.session.scalar(gaps.limit(1)) is not None


def _early(
    work: UnitOfWork, record_type: str, entries: Sequence[Incoming], refused: Sequence[int]
) -> set[int]:
    """Of the refused positions those that are refused because what they lie with (a household) is
    not here: it may stand in the gap. What is held for being elsewhere itself has come."""
    query = sa.select(HeldEntry.record_id).where(
        HeldEntry.record_type.in_(set(routes(record_type).values())),
        HeldEntry.reason == OUT_OF_SCOPE,
    )
    come = set(work.session.scalars(query))
    some = [entries[n] for n in refused]
    return {refused[n] for n in lacking(work.session, record_type, some, come)}
