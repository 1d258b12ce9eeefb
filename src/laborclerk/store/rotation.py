"""Which automatic backups stay: 7 daily, 4 weekly, 12 monthly. Pure, so that it can be tested
over years in a moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

DAILY, WEEKLY, MONTHLY = 7, 4, 12

_BUCKETS: tuple[tuple[int, Callable[[datetime], object]], ...] = (
    (DAILY, lambda t: t.date()),
    (WEEKLY, lambda t: t.isocalendar()[:2]),
    (MONTHLY, lambda t: (t.year, t.month)),
)


def to_keep(stamps: Iterable[datetime], now: datetime) -> set[datetime]:
    """Of backups made at `stamps` (local time) those to keep: the latest of each of the last 7
    days, 4 weeks and 12 months that have any. One dated after `now` was made under a wrong
    clock: it stays and takes nobody's place."""
    known = sorted(set(stamps), reverse=True)
    past = [t for t in known if t <= now]
    kept = {t for t in known if t > now}
    for count, bucket_of in _BUCKETS:
        latest: dict[object, datetime] = {}
        for stamp in past:
            latest.setdefault(bucket_of(stamp), stamp)
        kept.update(list(latest.values())[:count])
    return kept
