"""What is printed from the register, and what the journal remembers of it."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pypdf
import pytest

from laborclerk.features.census.documents import (
    PrintProblem,
    form_document,
    print_census_forms,
)
from laborclerk.features.census.household_form import open_form
from laborclerk.features.census.model import Round
from laborclerk.features.census.notices import TO_CONFIRM, confirm_notice
from laborclerk.features.census.public_list import PublicList, print_public_list
from laborclerk.features.registry.model import Household, Place
from laborclerk.features.registry.papers import print_enrolment_sheet, print_recovery_sheet
from laborclerk.features.registry.places import add_group
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Cancelled
from laborclerk.printing.pdf import write_pdf
from laborclerk.store.history import history
from laborclerk.store.journal import Kind
from laborclerk.sync.keys import fingerprint
from laborclerk.sync.ledger import keys_of, set_station
from tests.golden import village


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


@pytest.fixture
def printer(tmp_path):
    store, round_id = village.village_store(tmp_path / "store")
    yield store, round_id, tmp_path / "out.pdf"
    store.close()


def noted(store, model, record_id):
    with store.read() as session:
        record = session.get(model, record_id)
        events = [e for e in history(session, record) if e.kind is Kind.NOTE]
    return [{k: after for k, (_, after) in e.changes.items()} for e in events]


def test_a_village_is_printed_by_group_and_number(printer):
    store, round_id, out = printer
    assert print_census_forms(store, round_id, out, place=village.VILLAGE) == 2 + 6 + 2
    text = text_of(out)
    places = [text.index(number) for number in ("0187", "0188", "0189")]
    assert places == sorted(places)
    assert "第 3 张　共 3 张" in text
    assert village.PRIVATE_NAME[1:] in text
    assert "U+E170" in text


def test_a_group_is_printed_alone(printer):
    store, round_id, out = printer
    print_census_forms(store, round_id, out, place=village.GROUP_1)
    assert "0188" not in text_of(out)


def test_chosen_households_are_printed_in_the_order_given(printer):
    store, round_id, out = printer
    chosen = [village.FRAME_ONLY, village.KNOWN]
    print_census_forms(store, round_id, out, households=chosen)
    text = text_of(out)
    assert text.index("0189") < text.index("0187")


def test_a_household_that_no_longer_exists_gets_no_form(printer):
    store, round_id, out = printer
    with store.write("test") as work:
        work.change(work.get(Household, village.FRAME_ONLY), {"residence": "6"})
    print_census_forms(store, round_id, out, place=village.GROUP_2)
    assert "0189" not in text_of(out)


def test_blank_forms_are_numbered_on_and_name_the_place(printer):
    store, round_id, out = printer
    pages = print_census_forms(
        store, round_id, out, place=village.VILLAGE, blank=True, copies=3, first_number="A0099"
    )
    text = text_of(out)
    assert pages == 6
    assert all(number in text for number in ("A0099", "A0100", "A0101"))
    assert "油榨街社区" in text
    assert "周某某" not in text


def test_what_the_round_does_not_say_is_a_line_to_write_on(printer):
    store, round_id, out = printer
    print_census_forms(store, round_id, out, blank=True)
    text = text_of(out)
    assert "摸底1表" in text
    assert "2027年12月31日" in text
    assert "＿＿＿" in text  # the approval number


def test_the_notice_follows_the_basis_and_is_marked_until_the_county_confirms_it(printer):
    store, round_id, out = printer
    print_census_forms(store, round_id, out, blank=True)
    assert "个人信息保护法" in text_of(out)
    assert TO_CONFIRM in text_of(out)
    confirm_notice(store, "2", "本县核定的一句话。", "本县核定的告知用语。")
    print_census_forms(store, round_id, out, blank=True)
    text = text_of(out)
    assert "本县核定的一句话。" in text
    assert "本县核定的告知用语。" in text
    assert TO_CONFIRM not in text


def test_the_form_on_the_screen_is_printed_as_it_stands(printer):
    store, round_id, _ = printer
    form = open_form(store, village.KNOWN, round_id)
    form.persons[0]["employer"] = "还没有存的单位"
    stream = io.BytesIO()
    assert write_pdf(form_document(store, form), stream) == 2
    text = "".join(page.extract_text() for page in pypdf.PdfReader(stream).pages)
    assert "还没有存的单位" in text


def test_the_journal_notes_counts_and_no_names(printer):
    store, round_id, out = printer
    print_census_forms(store, round_id, out, place=village.VILLAGE)
    print_public_list(store, round_id, village.VILLAGE, out)
    assert noted(store, Round, round_id) == [
        {
            "document": "census-form", "pages": 10, "households": 3, "persons": 22,
            "place": "530627001001",
        }
    ]  # fmt: skip
    assert noted(store, Place, village.VILLAGE) == [
        {"document": "public-list-labour", "pages": 1, "persons": 13, "place": "530627001001"}
    ]


def test_nothing_to_print_is_refused_and_says_what_to_do(printer):
    store, round_id, out = printer
    empty = add_group(store, village.VILLAGE, "3组")
    with pytest.raises(Rejected) as refused:
        print_census_forms(store, round_id, out, place=empty)
    assert refused.value.problems[0].message is PrintProblem.NOTHING_TO_PRINT
    with pytest.raises(Rejected) as refused:
        print_public_list(store, round_id, empty, out)
    assert refused.value.problems[0].message is PrintProblem.NOBODY_TO_LIST
    assert not out.exists()


class StopAt:
    def __init__(self, count: int) -> None:
        self.count = count

    def start(self, label: str, total: int | None = None) -> None:
        self.total = total

    def step(self, done: int) -> None:
        if done >= self.count:
            raise Cancelled


def test_a_cancelled_batch_leaves_no_file_and_no_note(printer):
    store, round_id, out = printer
    stop = StopAt(2)
    with pytest.raises(Cancelled):
        print_census_forms(store, round_id, out, place=village.VILLAGE, progress=stop)
    assert stop.total == 3
    assert list(out.parent.glob("*.pdf*")) == []
    assert noted(store, Round, round_id) == []


def test_the_public_list_shows_no_full_number_no_child_and_no_telephone(printer):
    store, round_id, out = printer
    print_public_list(store, round_id, village.VILLAGE, out)
    text = text_of(out)
    for person in [*village.FOUR, *village.EIGHTEEN]:
        assert person["id_number"] not in text
        assert person["id_number"][6:14] not in text
    ages = [int(age) for age in re.findall(r"[男女] (\d+) 530627", text)]
    assert len(ages) == 13
    assert min(ages) >= 16
    assert "13800000001" not in text
    assert "530627********9978" in text
    assert "以上共 13 人" in text
    assert "2026年2月起，本年9个月" in text


def test_the_away_list_shows_those_away_only(printer):
    store, round_id, out = printer
    print_public_list(store, round_id, village.GROUP_1, out, kind=PublicList.AWAY)
    text = text_of(out)
    assert "以上共 1 人" in text
    assert "浙江省金华市永康市" in text


def test_the_recovery_sheet_shows_every_character_in_order(printer):
    store, _, out = printer
    set_station(store, "township", "530627001000", "乌峰街道")
    code = "7K3QF-0M1XA-92BCD-EFGH5-JKMNP-QRST8"
    assert print_recovery_sheet(store, code, out) == 1
    text = text_of(out)
    characters = "".join(part for part in text.split() if len(part) == 1)
    for number, group in enumerate(code.split("-"), 1):
        assert f"{number}{group}" in characters
    assert noted(store, Place, village.TOWNSHIP) == [{"document": "recovery-sheet", "pages": 1}]


def test_the_enrolment_sheet_shows_this_computers_fingerprint(printer):
    store, _, out = printer
    set_station(store, "township", "530627001000", "乌峰街道")
    assert print_enrolment_sheet(store, out) == 1
    groups = fingerprint(keys_of(store).public).split()
    text = text_of(out)
    assert [text.index(g) for g in groups] == sorted(text.index(g) for g in groups)
