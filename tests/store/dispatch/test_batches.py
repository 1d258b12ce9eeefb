"""A county-wide batch from the plan to the return, and the papers it leaves."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
import sqlalchemy as sa

from laborclerk.catalog.idnumber import mask
from laborclerk.features.dispatch import service, travels
from laborclerk.features.dispatch.batches import (
    batch_list,
    check_batch,
    counts_by_township,
    members,
    one_batch,
    statuses,
)
from laborclerk.features.dispatch.editions import editions
from laborclerk.features.dispatch.model import Batch
from laborclerk.features.dispatch.prints import export_roster, print_roster
from laborclerk.features.dispatch.rosters import RosterKind
from laborclerk.features.dispatch.rules import DispatchCheck
from laborclerk.features.registry.model import Person
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.service import add_spell
from laborclerk.kernel.errors import Rejected
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests import dispatching as d


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[tuple[Store, int, list[int]]]:
    store = d.county(tmp_path / "station")
    who = d.people(store)
    yield store, d.batch(store, who), who
    store.close()


def lines(store: Store, batch: int, *only: str):
    with store.read() as session:
        return list(members(session, batch, only=only))


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def spells(store: Store):
    with store.read() as session:
        return session.scalars(sa.select(WorkSpell).order_by(WorkSpell.id)).all()


def test_43_of_three_townships_go_40_arrive_3_do_not(sent):
    store, batch, _ = sent
    with store.read() as session:
        assert list(counts_by_township(session, batch).values()) == [
            (23, 8, None), (14, 5, None), (6, 2, None),  # nobody was asked
        ]  # fmt: skip
    ids = [m.id for m in lines(store, batch)]
    service.change_members(store, ids[:2], {"first_time": True})
    service.change_members(store, ids[-1:], {"first_time": False})
    with store.read() as session:
        told = [first for _, _, first in counts_by_township(session, batch).values()]
    assert told == [2, None, 0]
    travels.arrive(store, ids[:40], "2026-11-22")
    travels.absent(store, ids[40:42], "9")
    travels.absent(store, ids[42:], "12", left=True)
    with store.read() as session:
        [line] = batch_list(session)
    assert (line.people, line.arrived, line.absent) == (41, 40, 3)
    made = spells(store)
    assert len(made) == 40
    assert {(s.start, s.end, s.income, s.organised, s.point_to_point) for s in made} == {
        ("2026-11-22", None, 6500, True, True)
    }


def test_undoing_an_arrival_takes_the_spell_away(sent):
    store, batch, _ = sent
    ids = [m.id for m in lines(store, batch)]
    travels.arrive(store, ids[:1], "2026-11-22")
    undo(store)
    assert {m.status for m in lines(store, batch)} == {"1"}
    assert [s.deleted for s in spells(store)] != [None]
    travels.arrive(store, ids[:1], "2026-11-23")
    assert [(s.start, s.deleted) for s in spells(store)] == [("2026-11-23", None)]


def test_what_she_did_before_ends_the_day_before(sent):
    store, batch, who = sent
    add_spell(store, who[0], {"place": "330784000000", "employer_name": "永康某厂",
                              "trade": "6-20", "start": "2026-03-01", "income": 5000})  # fmt: skip
    [one, *_] = [m.id for m in lines(store, batch)]
    done = travels.arrive(store, [one], "2026-11-22")
    assert [p.message for p in done.problems] == [travels.TravelProblem.STILL_WORKS]
    found = {s.employer_name: s for s in spells(store)}
    assert found["永康某厂"].end == "2026-11-21"
    fresh = found[d.BATCH["employer_name"]]
    assert (fresh.end, fresh.trade, fresh.source) == (None, "6-18", "5")
    assert fresh.scope is not None


def test_a_change_of_post_keeps_the_stay_running_and_the_return_ends_it(sent):
    store, batch, _ = sent
    [one, *_] = [m.id for m in lines(store, batch)]
    travels.arrive(store, [one], "2026-11-22")
    travels.change_post(
        store, one, {"date": "2026-12-01", "after": "打磨工", "wage": 5500, "reason": "技能不适应"}
    )
    [spell] = spells(store)
    assert (spell.start, spell.end, spell.job, spell.income) == ("2026-11-22", None, "打磨工", 5500)
    travels.come_home(store, [one], "2027-01-20", "10")
    [spell] = spells(store)
    assert (spell.end, spell.return_reason) == ("2027-01-20", "10")
    [member] = [m for m in lines(store, batch) if m.id == one]
    assert (member.status_text, member.job) == ("已返乡", "打磨工")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda s, i: travels.arrive(s, [i], "2026-11-19"),
        lambda s, i: travels.absent(s, [i], ""),
        lambda s, i: travels.come_home(s, [i], "2026-12-01", "10"),
        lambda s, i: travels.change_post(s, i, {"date": "2026-12-01", "after": "打磨工"}),
    ],
)
def test_what_cannot_be_is_refused_whole(sent, wrong):
    store, batch, _ = sent
    [one, *_] = [m.id for m in lines(store, batch)]
    with pytest.raises(Rejected):
        wrong(store, one)
    assert {m.status for m in lines(store, batch)} == {"1"}


def test_who_is_in_already_is_told_and_left(sent):
    store, batch, who = sent
    done = service.add_members(store, batch, who[:2])
    assert len(done.problems) == 2
    assert done.ids == []


def test_somebody_of_the_household_is_the_contact(sent):
    store, batch, _ = sent
    first = lines(store, batch)[0]
    assert first.contact == f"{first.name[0]}家属"
    assert first.contact_phone.startswith("1398800")


def test_numbers_run_by_place_and_year(sent):
    store, batch, _ = sent
    service.save_batch(store, d.BATCH | {"name": "第二批"})
    with store.read() as session:
        assert [b.number for b in batch_list(session)][::-1] != []
        assert {b.number for b in batch_list(session)} == {"530627-2026-001", "530627-2026-002"}
        assert one_batch(session, "530627-2026-001").id == batch
    with pytest.raises(Rejected):
        service.save_batch(store, d.BATCH | {"number": "530627-2026-001"})


def test_the_largest_township_needs_its_leader(sent):
    store, batch, _ = sent

    def told():
        with store.read() as session:
            record = session.get_one(Batch, batch)
            return {p.message for p in check_batch(session, record, "2026-11-17")}

    assert DispatchCheck.LEADER_MISSING not in told()
    service.set_leader(store, batch, 530627001000000, "")
    assert DispatchCheck.LEADER_MISSING in told()


def test_all_five_rosters_carry_every_name_and_only_what_is_due(sent, tmp_path):
    store, batch, _ = sent
    everybody = lines(store, batch)
    texts = {}
    for kind in RosterKind:
        print_roster(store, batch, kind, tmp_path / f"{kind}.pdf")
        texts[kind] = text_of(tmp_path / f"{kind}.pdf")
    for kind, text in texts.items():
        flat = text.replace("\n", "")
        assert all(part in flat for part in ("阿不都热西提", "卡德尔", "艾力")), kind
        assert "李𠮷明" in flat, kind
        assert "U+E863" in flat, kind
        assert "小计 23人" in flat.replace("\u3000", " "), kind
    for line in everybody:
        assert line.id_number in texts[RosterKind.EMPLOYER]
        assert line.contact_phone in texts[RosterKind.LEADER]
        assert line.contact_phone not in texts[RosterKind.EMPLOYER]
        assert line.contact_phone not in texts[RosterKind.TRANSPORT]
        assert line.id_number not in texts[RosterKind.PUBLIC]
        assert line.phone not in texts[RosterKind.PUBLIC]
        assert mask(line.id_number) in texts[RosterKind.PUBLIC]
    assert "脱贫户" not in texts[RosterKind.EMPLOYER] + texts[RosterKind.PUBLIC]
    assert "脱贫户" in texts[RosterKind.STATION]


def test_a_child_is_not_posted_in_public(sent, tmp_path):
    store, batch, who = sent
    with store.write("test") as work:
        child = work.get(Person, who[0])
        work.change(child, {"birth_date": "2012-01-01", "name": "周小某"})
    print_roster(store, batch, RosterKind.PUBLIC, tmp_path / "public.pdf")
    assert "周小某" not in text_of(tmp_path / "public.pdf")


def numbers(store: Store, batch: int):
    with store.read() as session:
        return [(e.number, e.persons, e.changes) for e in editions(session, batch)]


def test_a_change_after_printing_makes_the_next_edition(sent, tmp_path):
    store, batch, _ = sent
    print_roster(store, batch, RosterKind.LEADER, io.BytesIO())
    assert numbers(store, batch) == []
    print_roster(store, batch, RosterKind.LEADER, tmp_path / "1.pdf")
    print_roster(store, batch, RosterKind.EMPLOYER, tmp_path / "1.pdf")
    assert numbers(store, batch) == [(1, 43, None)]
    leaving, changing, *_ = lines(store, batch)
    travels.absent(store, [leaving.id], "9")
    service.change_members(store, [changing.id], {"wage": 7000})
    print_roster(store, batch, RosterKind.LEADER, tmp_path / "2.pdf")
    [_, (number, persons, changes)] = numbers(store, batch)
    assert (number, persons) == (2, 42)
    assert f"减少1人:{leaving.name}" in changes
    assert f"改动1人:{changing.name}" in changes
    assert "第2版" in text_of(tmp_path / "2.pdf")
    service.save_batch(store, {"gather_place": "火车站"}, batch)
    print_roster(store, batch, RosterKind.LEADER, tmp_path / "3.pdf")
    assert numbers(store, batch)[-1] == (3, 42, "行程或带队信息有改动")


def test_confirming_arrivals_makes_no_new_edition(sent, tmp_path):
    store, batch, _ = sent
    print_roster(store, batch, RosterKind.LEADER, tmp_path / "1.pdf")
    travels.arrive(store, [m.id for m in lines(store, batch)], "2026-11-22")
    print_roster(store, batch, RosterKind.STATION, tmp_path / "1.pdf")
    assert len(numbers(store, batch)) == 1


@pytest.mark.parametrize("kind", list(RosterKind))
def test_the_sheet_has_the_same_lines(sent, tmp_path, kind):
    store, batch, _ = sent
    rows, problems = export_roster(store, batch, kind, tmp_path / "out.xlsx")
    sheet = read_sheet(tmp_path / "out.xlsx")
    assert rows == 43
    assert len(sheet.rows) == 44
    assert problems
    shown = "".join(str(cell) for row in sheet.rows for cell in row)
    assert d.LONG_NAME in shown
    assert (lines(store, batch)[0].id_number in shown) is (kind is not RosterKind.PUBLIC)


def test_an_empty_batch_prints_nothing(sent, tmp_path):
    store, _, _ = sent
    [empty] = service.save_batch(store, d.BATCH | {"name": "空的"}).ids
    with pytest.raises(Rejected):
        print_roster(store, empty, RosterKind.LEADER, tmp_path / "out.pdf")


def test_every_status_says_whether_it_is_on_the_roster():
    assert statuses("roster") == ("1", "2", "3", "5", "6")
