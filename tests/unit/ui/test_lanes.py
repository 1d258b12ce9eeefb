"""Which job may begin beside which: by table, and nothing is ever left waiting for ever."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.ui.jobs import Way
from laborclerk.ui.lanes import Lanes, is_long

W, R, K, LR, LW, LAST = (
    Way.WRITE, Way.READ, Way.LOOK, Way.LONG_READ, Way.LONG_WRITE, Way.LAST,
)  # fmt: skip


@dataclass(eq=False)
class Job:
    way: Way
    number: int = 0


def lanes(running: list[Way], waiting: list[Way]) -> Lanes[Job]:
    made: Lanes[Job] = Lanes()
    for way in running:
        if way in (LR, LW):
            made.long = Job(way)
        else:
            made.short = Job(way)
    made.waiting = [Job(way, n) for n, way in enumerate(waiting)]
    return made


@pytest.mark.parametrize(
    ("running", "waiting", "first"),
    [
        ([LR], [W], 0),  # a save does not wait for a print
        ([LR], [K], 0),
        ([LR], [R], 0),
        ([LR], [LR, W], 1),  # nor for one that waits for another
        ([LR], [LW, W], 1),  # nor for an import that has not begun
        ([LW], [K], 0),  # a screen does not wait for an import
        ([LW], [R], 0),
        ([LW], [W], None),  # a save does
        ([LW], [W, K], 1),  # and holds no screen up
        ([LW], [W, R], None),  # but what must see it
        ([LW], [W, R, K], 2),
        ([], [W, R, K], 0),  # the order is kept
        ([], [K, W], 0),
        ([LR], [LAST], None),  # the window is closed after the print
        ([], [LR, LAST], None),
        ([], [W, LAST], 0),
        ([LW], [W, LAST, K], None),  # and nothing passes the closing
        ([], [LAST, K], 0),
    ],
)
def test_the_next_short_job(running: list[Way], waiting: list[Way], first: int | None) -> None:
    found = lanes(running, waiting).take(long=False)
    assert (found.number if found else None) == first


@pytest.mark.parametrize(
    ("running", "waiting", "first"),
    [
        ([], [LR], 0),
        ([R], [LW], 0),
        ([K], [LW], 0),
        ([], [K, LR], 1),
        ([], [W, LR], None),  # a print sees what was saved before
        ([W], [LR], None),
        ([W], [LW], None),  # two never write at once
        ([LAST], [LR], None),  # after the station was closed
        ([], [LAST, LR], None),
        ([], [LR, LW], 0),
        ([], [LR, W], 0),
    ],
)
def test_the_next_long_job(running: list[Way], waiting: list[Way], first: int | None) -> None:
    found = lanes(running, waiting).take(long=True)
    assert (found.number if found else None) == first


@given(st.lists(st.sampled_from(Way), max_size=12), st.randoms())
def test_all_is_done_in_order_and_only_reading_goes_on_beside_writing(ways, random) -> None:
    work: Lanes[Job] = Lanes()
    work.waiting = [Job(way, n) for n, way in enumerate(ways)]
    begun: list[Job] = []
    done: list[Job] = []
    while len(done) < len(ways):
        for long in (False, True):
            busy = work.long if long else work.short
            job = None if busy else work.take(long=long)
            if job is not None:
                begun.append(job)
        now = [job.way for job in work.running]
        assert now, "nothing goes on"
        assert sum(way in (W, LW, LAST) for way in now) <= 1
        over = random.choice(work.running)
        work.over(over)
        done.append(over)
        before = [j for j in work.waiting + work.running if j.number < over.number]
        assert over.way is not LAST or not before
    for kind in ((W,), (LR, LW), (R,), (K,)):
        numbers = [j.number for j in begun if j.way in kind]
        assert numbers == sorted(numbers)
    for job in begun:  # what is read sees what was entered before it
        if job.way is R or is_long(job):
            entered = {j.number for j in begun[: begun.index(job)] if j.way in (W, LAST)}
            assert {n for n in range(job.number) if ways[n] in (W, LAST)} <= entered
