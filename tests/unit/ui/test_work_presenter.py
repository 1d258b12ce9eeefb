"""The work register's screen without a window: what is read, what is typed, what stands still."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from laborclerk.features.registry.model import Household, Person
from laborclerk.features.seeking.listing import SeekKind
from laborclerk.features.seeking.prints import one_form
from laborclerk.features.seeking.service import register
from laborclerk.features.work.list_kinds import ListKind
from laborclerk.features.work.lists import ListLine
from laborclerk.features.work.reconcile import Kind
from laborclerk.features.work.service import add_spell
from laborclerk.printing.pdf import render_pdf
from laborclerk.store.store import Store
from laborclerk.ui.screens.reports.presenter import ReportsPresenter
from laborclerk.ui.screens.work import looked_at
from laborclerk.ui.screens.work.presenter import WorkPresenter
from tests.unit.ui.stations import VILLAGE, Screen, county, opened


def people(store: Store, count: int) -> list[int]:
    """Grown persons without work who want to go → their ids."""
    with store.write("test") as work:
        home = work.add(Household(place=VILLAGE + 1, number="0001", head_name="周一")).id
        rows: list[dict[str, Any]] = [
            {"household": home, "line": n + 1, "name": f"周{n + 1:03d}", "birth_date": "1990-01-01",
             "work_ability": "1", "employment_status": "99", "wants_to_go": True}
            for n in range(count)
        ]  # fmt: skip
        work.create_many(Person, rows)
    return [row["id"] for row in rows]


def looking(store: Store) -> WorkPresenter:
    made = WorkPresenter(opened(store), Screen(), lambda *_: None)
    made.load()
    return made


def test_the_day_moves_on_where_the_program_stands_open_over_night(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, reports = looking(store), ReportsPresenter(opened(store), Screen(), lambda *_: None)
    reports.load()
    asked = WorkPresenter(opened(store), Screen(), lambda *_: None)
    asked.on, asked.month = "2026-01-31", "2026-01"
    monkeypatch.setattr(store.clock, "today", lambda: "2031-01-01")
    for presenter in (work, reports, asked):
        presenter.load()
    assert (work.on, work.month, reports.on) == ("2031-01-01", "2031-01", "2031-01-01")
    assert (asked.on, asked.month) == ("2026-01-31", "2026-01")  # a day that was typed stays


def test_a_long_list_is_read_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looked_at, "PAGE", 3)
    people(store, 8)
    p = looking(store)
    p.choose("list:willing")
    assert (p.total, len(p.lines)) == (8, 3)
    for have in (6, 8, 8):
        p.more()
        assert len(p.lines) == have
    p.narrow("周007")
    assert [line.name for line in p.lines if isinstance(line, ListLine)] == ["周007"]


def test_a_spell_is_entered_with_its_unit_and_what_is_wanting_is_asked_for(store: Store) -> None:
    (person,) = people(store, 1)
    p = looking(store)
    p.choose("list:willing")
    p.stand_on(person)
    p.new_spell()
    assert p.entering.asked is not None
    form = p.entering.asked.form
    form.enter("start", "2026-03-01")
    p.entering.keep()
    assert p.entering.go_to == "place"
    form.enter("place", "福建省福州市")
    form.enter("income_told", "4.5")
    p.entering.keep()  # 4.5 yuan a month: kept, and asked about
    assert p.entering.asked is None
    assert p.ended is not None
    said = [p.ended.text, *p.ended.lines]
    assert any("万元/年" in text for text in said), said
    assert (p.total, p.board and p.board.lists[ListKind.AWAY]) == (0, 1)
    p.choose("list:away")
    p.stand_on(person)
    assert p.running() is not None
    p.entering.end(p.history[0], p.name)
    p.entering.asked.form.enter("end", "2026-01-01")
    p.entering.asked.form.enter("return_reason", "1")
    p.entering.keep()
    assert p.entering.go_to == "end"  # before it began


def test_a_day_that_is_none_is_said_and_changes_nothing(store: Store) -> None:
    p = looking(store)
    before = p.on
    p.choose_day("昨天")
    assert p.on == before
    assert p.ended is not None
    assert not p.ended.whole


def test_a_list_of_another_day_shows_who_worked_then(store: Store) -> None:
    (person,) = people(store, 1)
    add_spell(store, person, {"place": "350100000000", "start": "2026-01-01",
                              "end": "2026-05-31", "return_reason": "4"})  # fmt: skip
    p = looking(store)
    assert p.total == 0
    p.choose_day("2026-05-31")
    assert p.total == 1


def test_a_county_counts_mismatches_only_when_it_is_asked(tmp_path: Path) -> None:
    store = county(tmp_path / "c")
    p = looking(store)
    assert p.board is not None
    assert p.board.mismatches is None
    p.compare()
    assert p.board.mismatches is not None
    p.choose(f"mismatch:{Kind.GONE.value}")
    assert (p.section, p.total) == ("mismatch", 0)
    store.close()


def test_a_list_is_narrowed_and_saved_as_it_is_shown(store: Store, tmp_path: Path) -> None:
    people(store, 3)
    with store.write("test") as work:
        person = work.session.scalars(sa.select(Person).where(Person.name == "周002")).one()
        work.change(person, {"birth_date": "2004-01-01"})
    p = looking(store)
    p.choose("list:willing")
    p.ask_filter()
    assert p.entering.asked is not None
    p.entering.asked.form.enter("age_to", "30")
    p.entering.keep()
    assert p.entering.asked is None
    assert [line.name for line in p.lines if isinstance(line, ListLine)] == ["周002"]
    assert "–30周岁" in p.about
    p.save(tmp_path / "名单.xlsx")
    rows = CalamineWorkbook.from_path(tmp_path / "名单.xlsx").get_sheet_by_index(0).to_python()
    assert [row[2] for row in rows] == ["姓名", "周002"]
    p.save(tmp_path / "名单.pdf")
    assert (tmp_path / "名单.pdf").read_bytes().startswith(b"%PDF")
    p.choose("update")
    p.save(tmp_path / "月报.pdf")
    assert p.work.ended is not None
    assert p.work.ended.whole


def test_a_job_seeker_registers_with_what_the_form_knows_and_the_lists_follow(
    store: Store,
) -> None:
    one, two = people(store, 2)
    with store.write("test") as work:
        work.change(work.session.get_one(Person, one), {"wanted_job": "6-18",
                    "wanted_place": "350100000000", "expected_income": 6000})  # fmt: skip
    p = looking(store)
    p.choose("list:willing")
    p.stand_on(one)
    p.seek()
    assert p.entering.asked is not None
    form = p.entering.asked.form
    known = ("wanted_jobs", "wanted_place", "expected_income", "registered")
    assert [form.values[k] for k in known] == ["6-18", "350100000000", 6000, p.today]
    form.enter("wanted_jobs", "焊工、交通运输、仓储物流和邮政业服务人员")
    assert form.values["wanted_jobs"] == "4-02,6-18"
    form.enter("valid_until", "2020-01-01")
    p.entering.keep()
    assert p.entering.go_to == "valid_until"  # before it began
    form.enter("valid_until", form.values["registered"])
    p.entering.keep()
    assert p.entering.asked is None
    assert p.seekers is not None
    assert p.seekers[SeekKind.OPEN] == p.seekers[SeekKind.SOON] == 1
    assert [(h.what, h.now) for h in p.history] == [("求职登记(有效)", True)]
    assert p.running() is None  # no spell: nothing to come home from
    p.choose("seek:open")
    assert (p.total, p.name) == (1, "周001")
    p.narrow("周002")
    assert (p.total, p.lines) == (0, [])
    p.narrow("")
    p.stand_on(one)
    p.entering.withdraw(p.history[0], p.name)
    assert p.entering.asked is not None
    p.entering.keep()
    assert p.entering.go_to == "close_reason"
    p.entering.asked.form.enter("close_reason", "1")
    p.entering.keep()
    assert p.seekers[SeekKind.PLACED] == 1
    p.show_person(two)
    assert (p.person, p.name, p.section) == (two, "周002", "one")
    p.more()  # there is nobody else
    assert len(p.lines) == 1


def test_the_lists_of_job_seekers_are_saved_and_their_forms_printed(
    store: Store, tmp_path: Path
) -> None:
    (person,) = people(store, 1)
    register(store, person, {"wanted_jobs": "6-18"})
    p = looking(store)
    p.choose("seek:open")
    for name in ("名单.xlsx", "名单.pdf"):
        p.save(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000
        assert p.work.ended is not None
        assert p.work.ended.whole
    assert p.file_name.startswith("有效的求职登记-")
    sheet = CalamineWorkbook.from_path(tmp_path / "名单.xlsx").get_sheet_by_index(0).to_python()
    assert sheet[1][2] == "周001"
    p.stand_on(person)
    assert render_pdf(one_form(store, p.history[0].record_id), tmp_path / "表.pdf") == 1


def test_who_registers_again_is_asked_as_she_was_registered_last(store: Store) -> None:
    (person,) = people(store, 1)
    told = {"wanted_jobs": "6-18", "wanted_post": "二保焊", "second_place": "330000000000",
            "wanted_place": "350000000000", "services": "1,3", "note": "过年后走",
            "registered": "2026-01-05"}  # fmt: skip
    register(store, person, told)
    p = looking(store)
    p.show_person(person)
    p.seek()
    assert p.entering.asked is not None
    values = p.entering.asked.form.values
    kept = ("wanted_jobs", "wanted_post", "wanted_place", "second_place", "services")
    assert [values[k] for k in kept] == [told[k] for k in kept]
    assert (values["registered"], values["note"]) == (p.today, None)
