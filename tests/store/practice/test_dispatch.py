"""The practice township's batch, campaigns and handbooks: alive, and wrong where it is planted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from laborclerk.app import create_station
from laborclerk.features.dispatch.batches import batch_list, check_batch
from laborclerk.features.dispatch.campaigns import campaign_list
from laborclerk.features.dispatch.editions import edition_state
from laborclerk.features.dispatch.model import Batch
from laborclerk.features.dispatch.prints import print_roster
from laborclerk.features.dispatch.rosters import RosterKind
from laborclerk.features.dispatch.rules import DispatchCheck
from laborclerk.features.handbook.service import issued_copies
from laborclerk.features.practice.service import TODAY, Made, begin
from laborclerk.store.check import check_references
from laborclerk.store.store import Store


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Made]]:
    folder = tmp_path_factory.mktemp("practice") / "station"
    store, made = begin(
        lambda f, c, p: create_station(f, c, p, scrypt_n=2), folder, people=400
    )  # fmt: skip
    yield store, made
    store.close()


def test_the_batch_leaves_next_week_and_lacks_its_papers(world):
    store, made = world
    with store.read() as session:
        [line] = batch_list(session)
        told = {
            p.message for p in check_batch(session, session.get_one(Batch, line.id), TODAY)
        }  # fmt: skip
    assert (line.id, line.absent, line.arrived) == (made.planted.batch, 1, 0)
    assert line.people > 5
    assert DispatchCheck.MEMBER_NO_CONTRACT in told


def test_the_roster_changed_after_it_was_printed(world):
    store, made = world
    with store.read() as session:
        state = edition_state(session, session.get_one(Batch, made.planted.batch))
    assert (state.number, state.settled) == (2, False)
    assert "减少1人" in state.changes


def test_the_rosters_carry_the_rare_names(world, tmp_path: Path):
    store, made = world
    print_roster(store, made.planted.batch, RosterKind.TRANSPORT, tmp_path / "r.pdf")
    text = "".join(p.extract_text() for p in pypdf.PdfReader(tmp_path / "r.pdf").pages)
    assert "李𠮷明" in text
    assert "U+E863" in text
    assert "买买提艾力" in text.replace("\n", "")


def test_one_campaign_does_not_add_up_and_the_other_is_not_prepared(world):
    store, made = world
    with store.read() as session:
        found = {c.id: [p.message for p in c.problems] for c in campaign_list(session, TODAY)}
        late = [p.message for c in campaign_list(session, "2027-06-01") for p in c.problems]
    assert found.pop(made.planted.wrong_campaign) == [DispatchCheck.FIGURES_DIFFER]
    assert list(found.values()) == [[]]
    assert DispatchCheck.PREPARE_LATE in late


def test_handbooks_were_given_out_and_every_reference_leads_somewhere(world):
    store, _ = world
    with store.read() as session:
        assert issued_copies(session) == 73
        assert check_references(session) == []
