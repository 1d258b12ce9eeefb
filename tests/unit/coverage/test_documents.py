"""What coverage prints, as abstract documents; and that each print reaches paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from laborclerk.features.coverage import collection, documents, prints
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.coverage.signoff import sign_off, standing, withdraw
from laborclerk.features.coverage.summary import Summary, SummaryRow
from laborclerk.features.coverage.summary_document import sheet_of, summary_sheet
from laborclerk.features.coverage.summary_lines import LINES
from laborclerk.kernel.errors import Rejected
from laborclerk.printing.document import Band, Document, Paragraph, Row, Table
from laborclerk.printing.pdf import render_pdf
from tests.coverage_truth import COUNTY, GROUP_1, GROUP_2, TOWNSHIP, VILLAGE
from tests.unit.coverage.conftest import Township


def tables(document: Document) -> list[list[tuple[Any, ...]]]:
    """The values of every table, totals last."""
    return [
        [
            tuple(getattr(cell, "value", cell) for cell in (r.cells if isinstance(r, Row) else r))
            for r in (*block.rows, *block.totals)
            if not isinstance(r, Band)
        ]
        for block in document.blocks
        if isinstance(block, Table)
    ]


def said(document: Document) -> str:
    return "".join(b.text for b in document.blocks if isinstance(b, Paragraph))


@pytest.fixture
def signed(town: Township) -> Township:
    town.done(GROUP_1, persons=2)
    town.visit(town.household(GROUP_2, head_name="周某某", number="0002"), "11")
    sign_off(town.store, town.round, VILLAGE, "李某某", date="2026-11-19")
    return town


def certificate(town: Township) -> Document:
    with town.store.read() as session:
        record = standing(session, town.round, VILLAGE)
        assert record is not None
        found = documents.certificate(session, record)
        return Document(found.title, list(found.blocks), subtitle=found.subtitle, lead=found.lead)


def test_a_certificate_tells_each_group_and_each_reason(signed: Township) -> None:
    found = certificate(signed)
    groups, reasons = tables(found)
    assert "劳动力口径" in found.subtitle
    assert "应访2户，应登记3人；尚有缺口1处" in said(found)
    # name, frame, gone, found, due, done, explained, revisit, persons, labour, missing, items
    assert groups == [
        ("1组", 1, 0, 0, 1, 1, 0, 0, 2, 2, 0, 0),
        ("2组", 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0),
        ("合计", 2, 0, 0, 2, 1, 1, 0, 3, 3, 0, 0),
    ]
    assert reasons == [(1, "油榨街社区 2组", "0002", "周某某", "查无此户(2026-09-10)")]


def test_a_certificate_says_what_happened_after_signing(signed: Township) -> None:
    assert "变动" not in said(certificate(signed))
    signed.household(GROUP_1, number="0009")
    found = certificate(signed)
    assert "以后本村登记有变动" in said(found)
    [(_, where, number, _, what)] = tables(found)[-1]
    assert (where, number) == ("油榨街社区 1组", "0009")
    assert what.startswith("新登记;新增周某某 · 王某某 ")


def test_the_coverage_table_names_every_place_and_what_is_left_out(town: Township) -> None:
    town.done(GROUP_1)
    with town.store.read() as session:
        found = documents.coverage_table(session, town.round, COUNTY)
    [every] = tables(found)
    assert [(str(r[0]).strip("\u3000"), r[-1]) for r in every] == [
        ("镇雄县", "0/4村"), ("乌峰街道", "0/3村"), ("油榨街社区", ""), ("1组", ""),
        ("2组", "漏组"), ("上街村", "漏村"), ("1组", "漏组"), ("空村", "漏村"),
        ("泼机镇", "漏乡"), ("远村", "漏村"), ("1组", "漏组"),
    ]  # fmt: skip
    assert said(found).startswith("尚缺：乡 1、村 3、组 3。")


def test_the_summary_sheet_shows_what_does_not_balance(town: Township) -> None:
    town.done(GROUP_1, persons=2)
    with town.store.read() as session:
        figures, checks = tables(summary_sheet(session, town.round, TOWNSHIP))
    assert figures[0][:5] == ("油榨街社区", 2, 2, 2, 2)
    assert figures[-1][0] == "合计"
    assert {c[0]: c[4] for c in checks} == {
        "4+7=3": "平衡", "5+6=4": "平衡", "9+10+11=7": "平衡", "12+13+14=7": "平衡",
        "15+16+17+18=7": "平衡", "19+20+21=7": "平衡", "22+23+24+25+26=7": "平衡",
    }  # fmt: skip


def test_no_figure_of_a_county_is_broken_in_two(town: Township, tmp_path: Path) -> None:
    figures = {line.key: 1_704_512 for line in LINES}
    with town.store.read() as session:
        facts = documents.round_of(session, town.round)
    row = SummaryRow(COUNTY, "镇雄县", "county", figures)
    render_pdf(sheet_of(Summary(facts, (row,) * 30, row), "镇雄县"), tmp_path / "out.pdf")
    words = "\n".join(p.extract_text() for p in PdfReader(tmp_path / "out.pdf").pages).split()
    assert words.count("1704512") >= 31 * len(LINES)


def test_who_has_not_reported_is_printed(town: Township) -> None:
    collection.report(town.store, "2026-09", GROUP_1, changes=2, date="2026-10-03")
    with town.store.read() as session:
        found = documents.collection_list(session, town.round, "2026-09", VILLAGE)
    blocks = list(found.blocks)
    table = next(b for b in blocks if isinstance(b, Table))
    rows = [r for r in table.rows if isinstance(r, tuple)]
    assert found.title == "2026年9月组长信息采集名单"
    assert [(r[0], getattr(r[3], "value", r[3])) for r in rows] == [
        ("1组", "2026-10-03"), ("2组", "未报")
    ]  # fmt: skip


def test_every_print_reaches_paper_and_is_noted(signed: Township, tmp_path: Path) -> None:
    store, round_id = signed.store, signed.round
    out = tmp_path / "out.pdf"
    pages = [
        prints.print_certificate(store, round_id, VILLAGE, out),
        prints.print_coverage(store, round_id, COUNTY, out),
        prints.print_summary(store, round_id, TOWNSHIP, out),
        prints.print_summary(store, round_id, COUNTY, out, level="village"),
        prints.print_collection(store, round_id, "2026-09", TOWNSHIP, out),
        *(prints.print_gaps(store, round_id, COUNTY, kind, out) for kind in GapKind),
    ]
    assert set(pages) == {1}
    with store.read() as session:
        from laborclerk.store.journal import entries

        noted = [e for e in entries(session) if e.use_case.startswith("print.")]
    assert len(noted) == len(pages)


def test_no_certificate_without_a_sign_off(signed: Township, tmp_path: Path) -> None:
    with signed.store.read() as session:
        record = standing(session, signed.round, VILLAGE)
        assert record is not None
    withdraw(signed.store, record.id)
    with pytest.raises(Rejected):
        prints.print_certificate(signed.store, signed.round, VILLAGE, tmp_path / "x.pdf")


def test_a_station_that_says_she_prints_she(signed: Township) -> None:
    signed.store.set_setting("words.group", "社")
    assert "经逐社" in said(certificate(signed))
    with signed.store.read() as session:
        found = documents.collection_list(session, signed.round, "2026-09", VILLAGE)
    assert found.title == "2026年9月社长信息采集名单"
