"""Handbooks given out, lines confirmed, campaigns planned: without a window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from laborclerk.store.store import Store
from laborclerk.ui.entry import Chosen
from laborclerk.ui.screens.handbook.presenter import CAMPAIGNS, CHECKS, HandbookPresenter
from tests import dispatching as d
from tests.unit.ui.stations import Screen, opened


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = d.county(tmp_path / "county")
    yield made
    made.close()


@pytest.fixture
def presenter(store: Store) -> HandbookPresenter:
    made = HandbookPresenter(opened(store), Screen())
    made.load()
    return made


def test_copies_given_out_are_counted(presenter: HandbookPresenter) -> None:
    presenter.begin()
    assert presenter.asked is not None
    presenter.asked.form.enter("copies", "200")
    presenter.keep()
    assert presenter.found.copies == 200
    assert presenter.asked is None
    assert "200" in presenter.summary()


def test_each_of_a_batch_gets_one_and_nobody_two(
    presenter: HandbookPresenter, store: Store
) -> None:
    batch = d.batch(store, d.people(store, {"530627001001": 4}))
    presenter.load()
    presenter.give_batch(batch)
    presenter.give_batch(batch)
    assert presenter.found.copies == 4
    assert presenter.ended is not None
    assert "都发过了" in presenter.ended.text


def test_confirmed_lines_wait_no_more(presenter: HandbookPresenter) -> None:
    presenter.show(CHECKS)
    waiting = [line.item.key for line in presenter.found.lines if not line.checked]
    presenter.confirm(waiting[:3])
    left = [line.item.key for line in presenter.found.lines if not line.checked]
    assert left == waiting[3:]
    presenter.confirm(left)
    assert presenter.told() == []


def test_a_campaign_without_its_day_is_stopped_then_counted_back(
    presenter: HandbookPresenter,
) -> None:
    presenter.show(CAMPAIGNS)
    presenter.begin()
    assert presenter.asked is not None
    form = presenter.asked.form
    form.enter("name", "2027年赴疆摘棉")
    form.enter("kind", Chosen("1"))
    form.enter("destination", Chosen("650000000000"))
    presenter.keep()
    assert presenter.go_to == "starts"
    form.enter("starts", "2027-09-01")
    presenter.keep()
    [line] = presenter.found.campaigns
    assert (line.name, line.prepare_by) == ("2027年赴疆摘棉", "2027-08-02")
    presenter.edit(line.id)
    assert presenter.asked is not None
    for key, text in (("told_people", "2100"), ("told_income", "257"), ("told_mean", "1628")):
        presenter.asked.form.enter(key, text)
    presenter.keep()
    assert [p.code for p in presenter.told()] == ["figures_differ"]
