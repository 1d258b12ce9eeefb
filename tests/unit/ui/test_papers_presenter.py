"""Printing without a window: choices, pages in memory, what is noted."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.features.census.rounds import close_round, need_round
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.store.journal import Act
from laborclerk.store.store import Store
from laborclerk.ui.pages import Pages
from laborclerk.ui.screens.papers.kinds import LIST, PAPERS
from laborclerk.ui.screens.papers.presenter import PapersPresenter
from tests.unit.ui.stations import VILLAGE, Screen, add_household, found, opened


@pytest.fixture
def store(store: Store) -> Store:
    add_household(store, "0001", "周测试", 2)
    return store


@pytest.fixture
def presenter(store: Store) -> PapersPresenter:
    made = PapersPresenter(opened(store), Screen())
    made.load()
    return made


def printed(store: Store) -> list[str]:
    with store.read() as session:
        cases = session.scalars(sa.select(Act.use_case).where(Act.use_case.like("print.%")))
        return list(cases)


@pytest.mark.parametrize(
    "code", [p.code for p in PAPERS if p.code not in ("certificate", "public-list", "roster")]
)
def test_every_paper_is_drawn_in_memory_and_leaves_no_note(
    presenter: PapersPresenter, store: Store, code: str
) -> None:
    presenter.select(code)
    presenter.choose(place=VILLAGE)
    presenter.preview()
    assert presenter.work.ended is None
    assert presenter.pages is not None
    assert len(presenter.pages) >= 1
    assert not presenter.stale
    assert printed(store) == []


def test_what_leaves_is_noted_with_its_kind(presenter: PapersPresenter, store: Store) -> None:
    presenter.preview()
    presenter.taken(2)
    assert printed(store) == ["print.census-form"]


def test_another_choice_makes_the_pages_stale(presenter: PapersPresenter) -> None:
    presenter.select("census-blank")
    presenter.preview()
    assert not presenter.stale
    presenter.choose(copies=3)
    assert presenter.stale
    presenter.preview()
    assert presenter.pages is not None
    assert len(presenter.pages) == 6
    assert "3 张" in presenter.contents()


def test_households_are_counted_before_anything_is_drawn(presenter: PapersPresenter) -> None:
    presenter.choose(place=VILLAGE)
    assert presenter.contents().startswith("1 户")


@pytest.mark.parametrize(
    ("code", "told"), [("certificate", "签认"), ("public-list", "公示")]
)  # fmt: skip
def test_a_paper_that_cannot_be_made_says_why(
    presenter: PapersPresenter, code: str, told: str
) -> None:
    presenter.select(code)
    presenter.choose(place=VILLAGE)
    presenter.preview()
    assert presenter.pages is None
    assert presenter.work.ended is not None
    assert told in presenter.work.ended.text


def test_a_village_paper_asks_for_a_village(presenter: PapersPresenter) -> None:
    presenter.select("certificate")
    presenter.preview()
    assert presenter.work.ended is not None
    assert "选一个村" in presenter.work.ended.text


def test_without_a_round_it_says_where_to_make_one(tmp_path: Path) -> None:
    store = found(tmp_path / "new", "township", round_=False)
    made = PapersPresenter(opened(store), Screen())
    made.load()
    made.preview()
    assert made.work.ended is not None
    assert "轮次" in made.work.ended.text
    store.close()


def test_the_list_behind_a_number_is_opened(presenter: PapersPresenter) -> None:
    presenter.open_list(GapKind.UNFINISHED, VILLAGE)
    assert presenter.paper.code == "gaps"
    assert presenter.pages is not None
    assert presenter.name() == f"{GapKind.UNFINISHED.label}-油榨街社区"


def test_each_list_of_a_paper_has_a_name() -> None:
    for paper in PAPERS:
        assert bool(paper.lists) == (LIST in paper.asks)
        assert all(text for _, text in paper.lists)


def test_a_page_is_drawn_as_pixels(presenter: PapersPresenter) -> None:
    presenter.preview()
    assert isinstance(presenter.pages, Pages)
    width, height = presenter.pages.sizes[0]
    assert width > height
    picture = presenter.pages.draw(0, 36)
    assert (picture.width, picture.height) == (round(width / 2 + 0.5), round(height / 2 + 0.5))
    assert len(picture.pixels) == picture.stride * picture.height
    assert picture.pixels[:3] == b"\xff\xff\xff"


def test_what_a_closed_round_counted_can_still_be_printed(store: Store) -> None:
    with store.read() as session:
        round_id = need_round(session).id
    close_round(store, round_id, store.clock.today())
    presenter = PapersPresenter(opened(store), Screen())
    presenter.load()
    for code in ("summary", "coverage"):
        presenter.select(code)
        presenter.preview()
        assert presenter.work.ended is None
        assert presenter.pages is not None
    assert presenter.choice.round == round_id
