"""Which backups stay, over years of closing at any hour, with wrong clocks too."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from laborclerk.store.rotation import DAILY, MONTHLY, WEEKLY, to_keep

START, END = datetime(2024, 1, 1), datetime(2027, 1, 1)
stamps = st.lists(st.datetimes(START, END), max_size=200)
now = st.datetimes(START, END)


@given(stamps, now)
def test_the_latest_backup_always_stays(made: list[datetime], today: datetime) -> None:
    past = [t for t in made if t <= today]
    assert not past or max(past) in to_keep(made, today)


@given(stamps, now)
def test_only_backups_that_exist_are_kept_and_few_of_them(
    made: list[datetime], today: datetime
) -> None:
    kept = to_keep(made, today)
    assert kept <= set(made)
    assert len([t for t in kept if t <= today]) <= DAILY + WEEKLY + MONTHLY


@given(stamps, now)
def test_rotating_again_removes_nothing_more(made: list[datetime], today: datetime) -> None:
    kept = to_keep(made, today)
    assert to_keep(kept, today) == kept


@given(stamps, now)
def test_a_wrong_clock_takes_nobodys_place(made: list[datetime], today: datetime) -> None:
    past = [t for t in made if t <= today]
    assert to_keep(made, today) - to_keep(past, today) == {t for t in made if t > today}


@given(st.integers(60, 800), st.integers(0, 23), st.integers(1, 3))
def test_daily_work_leaves_seven_days_four_weeks_and_twelve_months(
    days: int, hour: int, a_day: int
) -> None:
    kept: set[datetime] = set()
    today = START
    for day in range(days):
        for turn in range(a_day):
            today = START + timedelta(days=day, hours=hour, minutes=turn)
            kept = to_keep(kept | {today}, today)
    assert {(today - t).days for t in kept} >= set(range(DAILY))
    weeks = {t.isocalendar()[:2] for t in kept}
    assert {(today - timedelta(weeks=n)).isocalendar()[:2] for n in range(WEEKLY)} <= weeks
    months = sorted({(t.year, t.month) for t in kept}, reverse=True)
    assert len(months) >= min(MONTHLY, days // 31)
    assert len(kept) <= DAILY + WEEKLY + MONTHLY
