"""Handbooks of a batch, the log of who got one, what was checked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from laborclerk.features.handbook import service
from laborclerk.features.handbook.content import HandbookNotice, content
from laborclerk.features.registry.places import place_id
from laborclerk.kernel.errors import Rejected
from laborclerk.store.store import Store
from tests import dispatching as d


@pytest.fixture
def sent(tmp_path: Path) -> Iterator[tuple[Store, int]]:
    store = d.county(tmp_path / "station")
    yield store, d.batch(store, d.people(store, {"530627001001": 5}))
    store.close()


def test_each_member_gets_one_of_her_own(sent, tmp_path):
    store, batch = sent
    done = service.print_handbooks(store, tmp_path / "h.pdf", batch=batch, personal=True)
    assert (done.booklets, done.pages) == (5, 60)
    text = "".join(p.extract_text() for p in pypdf.PdfReader(tmp_path / "h.pdf").pages)
    assert "福建省福州市" in text
    assert "周带队" in text
    assert {p.message for p in done.problems} == {HandbookNotice.HANDBOOK_UNCHECKED}


def test_one_for_a_destination_names_nobody(sent, tmp_path):
    store, _ = sent
    done = service.print_handbooks(
        store, tmp_path / "h.pdf", destination="650000000000", folded=False
    )
    assert (done.booklets, done.pages) == (1, 24)
    assert "新疆" in pypdf.PdfReader(tmp_path / "h.pdf").pages[0].extract_text()
    with pytest.raises(Rejected):
        service.print_handbooks(store, tmp_path / "no.pdf", destination="000000000000")
    assert not (tmp_path / "no.pdf").exists()


def test_what_is_confirmed_is_marked_no_more(sent, tmp_path):
    store, batch = sent
    keys = [line.item.key for line in service.lines(store)]
    service.confirm(store, keys[:1], "王核对", "对照原文")
    assert service.lines(store)[0].checked == "2026-11-17"
    service.confirm(store, keys)
    assert service.print_handbooks(store, tmp_path / "h.pdf", batch=batch).problems == []


@pytest.mark.parametrize("key", ["no-such-line", "pack-papers"])
def test_what_states_nothing_cannot_be_confirmed(sent, key):
    store, _ = sent
    with pytest.raises(Rejected):
        service.confirm(store, [key])


def test_the_log_counts_copies_and_gives_nobody_two(sent):
    store, batch = sent
    assert len(service.issue_to_batch(store, batch).ids) == 5
    assert service.issue_to_batch(store, batch).ids == []
    service.issue(store, {"kind": "2", "copies": 200, "place": place_id("530627001000"),
                          "receiver": "杨街道"})  # fmt: skip
    with store.read() as session:
        assert service.issued_copies(session) == 205
        assert {i.edition for i in service.issues(session)} == {service.edition_of(content())}


def test_a_county_prints_its_own_words(sent, tmp_path):
    store, batch = sent
    own = store.folder / "handbook"
    own.mkdir()
    built_in = Path(service.__file__).parents[4] / "resources" / "handbook" / "handbook.toml"
    text = built_in.read_text("utf-8").replace("平平安安出门去", "镇雄工匠走四方")
    (own / "handbook.toml").write_text(text, "utf-8")
    service.print_handbooks(store, tmp_path / "h.pdf", batch=batch, folded=False)
    cover = pypdf.PdfReader(tmp_path / "h.pdf").pages[0].extract_text()
    assert "镇雄工匠走四方" in cover


def test_the_guide_has_twelve_pages_numbered_in_order(sent, tmp_path):
    store, _ = sent
    assert service.print_guide(store, tmp_path / "g4.pdf").pages == 6
    done = service.print_guide(store, tmp_path / "g.pdf", folded=False)
    assert (done.pages, done.booklets) == (12, 1)
    texts = [p.extract_text() for p in pypdf.PdfReader(tmp_path / "g.pdf").pages]
    for number in range(2, 12):
        assert re.search(rf"(?<!\d){number}\s*劳务工作指南", texts[number - 1]), number
        assert "外出务工人员手册" not in texts[number - 1]
    assert "找基地" in texts[1]
    assert "仲裁" in texts[8]
    assert "12333" in texts[9]
