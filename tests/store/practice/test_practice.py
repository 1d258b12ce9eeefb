"""The practice township: exact, repeatable, and right wherever nothing is planted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station, maintainers
from laborclerk.catalog import values
from laborclerk.catalog.fields import PlaceRef
from laborclerk.catalog.idnumber import RESIDENT, read_id_number
from laborclerk.features.census.due import is_due, missing_items
from laborclerk.features.census.household_form import (
    FINISHED,
    HouseholdForm,
    check_form,
    facts_of_round,
    unexplained,
)
from laborclerk.features.census.model import CensusForm, FrameEntry, Visit
from laborclerk.features.census.rules import hidden_values
from laborclerk.features.coverage.maintain import recount
from laborclerk.features.coverage.model import (
    Assignment,
    GroupReport,
    HouseholdState,
    PaperForms,
    SignOff,
)
from laborclerk.features.coverage.service import row
from laborclerk.features.practice.service import TODAY, Made, fill
from laborclerk.features.registry.doubles import NAME_BIRTH, SAME_ID, doubles
from laborclerk.features.registry.duplicates.listing import listed
from laborclerk.features.registry.find import find
from laborclerk.features.registry.model import Household, Person, Place
from laborclerk.features.registry.places import group_of
from laborclerk.features.work.reconcile import Kind, mismatches
from laborclerk.features.work.updates import updates
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Rejected, Severity
from laborclerk.store.base import fields_of, record_types, values_of
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import UndoProblem, undo

PEOPLE = 2000


def _station(folder: Path) -> Store:
    clock = Clock(wall=lambda: 1_795_132_800.0)  # 2026-11-20
    return create_station(folder, "练习员", "lianxi2026", clock=clock, scrypt_n=2**4)[0]


@pytest.fixture(scope="module")
def township(tmp_path_factory: Any) -> Iterator[tuple[Store, Made]]:
    store = _station(tmp_path_factory.mktemp("practice") / "station")
    made = fill(store, people=PEOPLE)
    yield store, made
    store.close()


@pytest.fixture(scope="module")
def forms(township: tuple[Store, Made]) -> list[HouseholdForm]:
    """Every household with what belongs to it."""
    store, _ = township
    with store.read() as session:
        members: dict[Any, list[Any]] = {}
        for p in session.scalars(sa.select(Person).order_by(Person.household, Person.line)):
            if p.deleted is None:
                members.setdefault(p.household, []).append({"id": p.id, **values_of(p)})
        papers = {
            f.household: {"id": f.id, **values_of(f)}
            for f in session.scalars(sa.select(CensusForm))
        }
        return [
            HouseholdForm({"id": h.id, **values_of(h)}, members.get(h.id, []), papers.get(h.id, {}))
            for h in session.scalars(sa.select(Household))
        ]


def _digest(store: Store) -> str:
    """Everything that records and journal hold, in order."""
    digest = hashlib.sha256()
    with store.read() as session:
        for name in (*sorted(record_types()), "journal", "act"):
            for row in session.execute(sa.text(f'SELECT * FROM "{name}" ORDER BY 1, 2')):
                digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def test_the_same_seed_gives_the_same_data_and_another_seed_other_data(tmp_path: Path) -> None:
    digests = []
    for n, seed in enumerate((7, 7, 8)):
        store = _station(tmp_path / str(n))
        fill(store, people=150, seed=seed)
        digests.append(_digest(store))
        store.close()
    assert digests[0] == digests[1] != digests[2]


def test_it_holds_exactly_as_many_persons_as_were_asked_for(
    township: tuple[Store, Made], forms: list[HouseholdForm]
) -> None:
    _, made = township
    assert made.persons == PEOPLE == sum(len(f.persons) for f in forms)
    assert made.households == len(forms)


def test_too_few_persons_are_raised_to_what_is_planted(tmp_path: Path) -> None:
    store = _station(tmp_path / "small")
    made = fill(store, people=1)
    with store.read() as session:
        count = session.scalar(
            sa.select(sa.func.count()).select_from(Person).where(Person.deleted.is_(None))
        )
    assert made.persons == count == 91
    store.close()


def test_a_station_with_households_is_refused(township: tuple[Store, Made]) -> None:
    with pytest.raises(Rejected, match="空站"):
        fill(township[0], people=100)


def test_the_practice_clerk_cannot_undo_the_practice_data(township: tuple[Store, Made]) -> None:
    with pytest.raises(Rejected) as caught:
        undo(township[0])
    assert caught.value.problems[0].message is UndoProblem.NOTHING_TO_UNDO


def test_the_journal_agrees_with_every_row(township: tuple[Store, Made]) -> None:
    with township[0].read() as session:
        assert check_journal(session) == []


# -- right where nothing is planted ------------------------------------------------------------


def test_every_value_is_one_the_program_reads_back_unchanged(township: tuple[Store, Made]) -> None:
    """Code lists, numbers, dates, names: no value that entry or import would refuse or mend."""
    store, _ = township
    with store.read() as session:
        for model in record_types().values():
            kinds = {
                k: s.type for k, s in fields_of(model).items() if not isinstance(s.type, PlaceRef)
            }
            seen: set[tuple[Any, ...]] = set()
            for record in session.scalars(sa.select(model)):
                kind = getattr(record, "id_type", None)
                for key, type_ in kinds.items():
                    value = getattr(record, key)
                    if isinstance(type_, PlaceRef) or value is None or (key, value, kind) in seen:
                        continue
                    seen.add((key, value, kind))
                    id_kind = kind if key == "id_number" else None
                    context = values.Context(today="2026-12-31", id_kind=id_kind, codes_by="code")
                    raw = "是" if value is True else "否" if value is False else value
                    if hasattr(type_, "places") and type_.places:
                        raw = values.show(type_, value)
                    reading = values.read(type_, raw, context)
                    assert reading.value == value, (model.__tablename__, key, value, reading)
                    blocked = [p for p in reading.problems if p.severity is Severity.BLOCK]
                    assert not blocked, (key, value, blocked)


def test_no_real_person_can_have_one_of_the_numbers(forms: list[HouseholdForm]) -> None:
    for form in forms:
        for person in form.persons:
            number = person["id_number"]
            if number is None:
                continue
            sequence = number[14:17] if len(number) == 18 else number[12:15]
            assert sequence in ("996", "997", "998", "999")
            assert read_id_number(number, person["id_type"], "2026-12-31").problems == ()
            card = person["disability_number"]
            assert card is None or card[:18] == number
            assert (person["phone"] or "154").startswith("154")


def test_most_numbers_begin_with_the_county_and_the_rest_with_real_ones(
    forms: list[HouseholdForm],
) -> None:
    numbers = [p["id_number"] for f in forms for p in f.persons if p["id_type"] == RESIDENT]
    home = sum(str(n).startswith("530627") for n in numbers)
    assert 0.7 < home / len(numbers) < 0.9


def test_complete_forms_pass_every_check_or_give_their_reason(
    township: tuple[Store, Made], forms: list[HouseholdForm]
) -> None:
    store, made = township
    with store.read() as session:
        facts = facts_of_round(session, made.round)
    complete = [f for f in forms if f.form.get("status") == FINISHED]
    assert len(complete) == len(made.planted.done)
    for form in complete:
        problems = check_form(form, facts)
        stopping = [p for p in problems if p.severity is Severity.BLOCK]
        assert stopping + unexplained(problems, form.form) == [], form.household["number"]
        hints = {p.message for p in problems if p.severity is Severity.HINT}
        assert not hints


def test_nobody_present_has_a_value_in_a_field_that_is_not_asked_of_her(
    township: tuple[Store, Made], forms: list[HouseholdForm]
) -> None:
    _, made = township
    for form in forms:
        for person in form.persons:
            if person["presence"] not in ("10", "11", "12") and person["id"] not in (
                made.planted.items_missing
            ):
                assert hidden_values(person, "2026-10-01") == []


# -- what is planted, to the number ------------------------------------------------------------


def test_items_missing_are_those_planted(
    township: tuple[Store, Made], forms: list[HouseholdForm]
) -> None:
    store, made = township
    with store.read() as session:
        facts = facts_of_round(session, made.round)
    found = {
        person["id"]: tuple(missing)
        for form in forms
        for person in form.persons
        if (missing := missing_items(person, form.household, facts))
    }
    assert found == made.planted.items_missing
    assert len(found) > 20


def test_who_is_due_is_as_planted(township: tuple[Store, Made], forms: list[HouseholdForm]) -> None:
    store, made = township
    planted = made.planted
    with store.read() as session:
        facts = facts_of_round(session, made.round)
    not_due = {p["id"] for f in forms for p in f.persons if not is_due(p, f.household, facts)}
    assert not_due == set(planted.not_due)
    assert len(planted.not_due) == 4
    assert len(planted.due_all_the_same) == 3
    assert not not_due & set(planted.due_all_the_same)


def test_every_household_stands_where_it_is_planted(township: tuple[Store, Made]) -> None:
    store, made = township
    planted = made.planted
    recount(store, made.round)
    with store.read() as session:
        states = {s.household: s for s in session.scalars(sa.select(HouseholdState))}

    def where(condition: Any) -> set[int]:
        return {h for h, s in states.items() if condition(s)}

    assert where(lambda s: s.done) == set(planted.done)
    assert where(lambda s: s.explained) == set(planted.explained)
    assert where(lambda s: s.gone) == set(planted.gone)
    assert where(lambda s: s.revisit and s.next_date < TODAY) == set(planted.overdue)
    assert where(lambda s: s.revisit and s.next_date >= TODAY) == set(planted.revisit)
    assert where(lambda s: s.due and not s.visited) == set(planted.unvisited)
    assert where(lambda s: s.due and not s.frame) == set(planted.found)
    left = where(lambda s: s.visited and not (s.done or s.explained or s.revisit))
    assert left == set(planted.unfinished)
    missing = {h: s.persons_missing for h, s in states.items() if s.persons_missing}
    assert missing == planted.persons_missing
    assert sum(s.items_missing for s in states.values()) == sum(
        len(items) for items in planted.items_missing.values()
    )
    assert planted.overdue
    assert planted.unvisited
    assert planted.found


def test_places_without_households_are_the_planted_ones(
    township: tuple[Store, Made], forms: list[HouseholdForm]
) -> None:
    store, made = township
    with store.read() as session:
        places = set(session.scalars(sa.select(Place.id)))
    lived_in = {f.household["place"] for f in forms}
    groups = {p for p in places if group_of(p)}
    assert groups - lived_in == set(made.planted.empty_groups)
    villages = {p for p in places if p % 1000 == 0 and p % 10**6}
    assert villages - {p // 1000 * 1000 for p in groups} == {made.planted.empty_village}


def test_doubles_are_found_in_pairs_and_nowhere_else(
    township: tuple[Store, Made], forms: list[HouseholdForm]
) -> None:
    store, made = township
    planted = made.planted
    found: dict[frozenset[int], set[str]] = {}
    with store.read() as session:
        for form in forms:
            for person in form.persons:
                for other in doubles(session, person, form.household["id"]):
                    found.setdefault(frozenset((person["id"], other.person)), set()).add(
                        other.reason
                    )
    assert {frozenset(pair) for pair in planted.doubles} == set(found)
    for pair in (*planted.same_id, *planted.old_and_new_id):
        assert found[frozenset(pair)] == {SAME_ID}
    for pair in planted.same_name_and_birth:
        assert found[frozenset(pair)] == {NAME_BIRTH}


def test_the_list_of_doubles_holds_the_planted_ones_above_all_others(
    township: tuple[Store, Made],
) -> None:
    """Those of one number are certain; those of two good numbers likely; namesakes, who differ in
    birth date, are not there, and what chance gave names alike in one household stands below."""
    store, made = township
    planted = made.planted
    with store.read() as session:
        pairs = {frozenset(d.pair): d for d in listed(session)}
    certain = {frozenset(p) for p in (*planted.same_id, *planted.old_and_new_id)}
    assert {pair for pair, d in pairs.items() if d.certain} == certain
    likely = {frozenset(p) for p in planted.same_name_and_birth}
    assert {pair for pair, d in pairs.items() if 30 <= d.score < 90} == likely
    assert all("numbers_close" in pairs[pair].reasons for pair in likely)
    named = {person for people in planted.namesakes.values() for person in people}
    assert not any(pair <= named for pair in pairs)
    assert len(pairs) - len(certain) - len(likely) <= made.persons // 200


def test_namesakes_and_rare_names_are_found_by_name(township: tuple[Store, Made]) -> None:
    store, made = township
    with store.read() as session:
        for name, people in made.planted.namesakes.items():
            assert {p.id for p in find(session, name).people} == set(people)
        for name, person in made.planted.rare_names.items():
            assert [p.id for p in find(session, name).people] == [person]
    assert {len(v) for v in made.planted.namesakes.values()} == {4, 3, 2}
    long = max(made.planted.rare_names, key=len)
    assert len(long) == 19
    assert long.count("·") == 2


def test_the_largest_household_has_eighteen_members(
    township: tuple[Store, Made], forms: list[HouseholdForm]
) -> None:
    sizes = {f.household["id"]: len(f.persons) for f in forms}
    assert sizes[township[1].planted.largest] == 18 == max(sizes.values())


def test_every_residence_and_presence_has_a_household(forms: list[HouseholdForm]) -> None:
    assert {f.household["residence"] for f in forms} == set("123456789")
    assert {p["presence"] for f in forms for p in f.persons} == {str(n) for n in range(1, 13)}


def test_papers_reports_laptops_and_sign_off_stand_as_planted(
    township: tuple[Store, Made], forms: list[HouseholdForm]
) -> None:
    store, made = township
    planted = made.planted
    with store.read() as session:
        papers = {(p.place, p.kind): p.count for p in session.scalars(sa.select(PaperForms))}
        for place, counts in planted.paper.items():
            assert tuple(papers.get((place, kind), 0) for kind in "123") == counts
        groups = {p for p in session.scalars(sa.select(Place.id)) if group_of(p)}
        reported = set(
            session.scalars(
                sa.select(GroupReport.place).where(GroupReport.month == planted.report_month)
            )
        )
        assert groups - reported == set(planted.no_report)
        laptops = {a.place: a.letter for a in session.scalars(sa.select(Assignment))}
        assert laptops == planted.laptops
        assert len(laptops) == 6
        signed = session.scalars(sa.select(SignOff)).one()
        assert signed.place == planted.signed_village
        village = row(session, made.round, planted.signed_village)
        assert village.signed.complete
        assert village.signed.changed
        entries = session.scalar(sa.select(sa.func.count()).select_from(FrameEntry))
        in_frame = [f for f in forms if f.household["in_frame"]]
        assert entries == len(in_frame) == len(forms) - len(planted.found)
        visits = session.scalars(sa.select(Visit.place)).all()
        assert None not in visits
    assert planted.changed_after_signing


def test_the_station_of_the_practice_data_keeps_derived_data(township: tuple[Store, Made]) -> None:
    assert maintainers()
    with township[0].read() as session:
        assert find(session, "0001").total > 1


def test_the_work_register_differs_from_forms_cards_and_people_where_it_is_planted(
    township: tuple[Store, Made],
) -> None:
    store, made = township
    root = made.planted.signed_village // 10**6 * 10**6
    with store.read() as session:
        for kind, people in made.planted.work.items():
            found = {m.person for m in mismatches(session, Kind(kind), root, TODAY)}
            assert people, kind
            assert set(people) <= found, kind
            if kind not in (Kind.NO_CARD, Kind.CARD_WORK):
                assert set(people) == found, kind
        october = updates(session, "2026-10", root)
        unknown = list(mismatches(session, Kind.FORM_ONLY, root, TODAY))
    assert {line.place for line in october if not line.reported} == set(made.planted.no_work_update)
    wrong = {line.place for line in october if line.reported and not line.agrees}
    assert wrong == set(made.planted.wrong_work_update) != set()
    # the last village that has people is left to be taken in
    assert len({m.place // 1000 for m in unknown}) == 1
