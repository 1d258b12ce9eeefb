"""Tables over several pages: heads repeated, rows whole, totals and bands never alone."""

from __future__ import annotations

import io

import pypdf
import pytest

from laborclerk.printing import style
from laborclerk.printing.document import Band, Cell, Column, Document, Page, Row, Table, TableRow
from laborclerk.printing.pdf import write_pdf

COLUMNS = [Column("姓名", 20, group="人"), Column("地址", 40, group="人"), Column("备注", 60)]


def pages(table: Table) -> list[list[str]]:
    """The words of each page."""
    stream = io.BytesIO()
    count = write_pdf(Document("名册", [table], page=Page.A5), stream)
    texts = [page.extract_text() for page in pypdf.PdfReader(stream).pages]
    assert len(texts) == count
    assert lowest_baseline(stream) > style.FOOT_MARGIN + style.SMALL
    return [text.split() for text in texts]


def lowest_baseline(stream: io.BytesIO) -> float:
    """Of all text above the foot's own line, in points from the lower edge."""
    found: list[float] = []

    def visit(text: str, cm: object, tm: list[float], font: object, size: float) -> None:
        if text.strip():
            found.append(tm[5])

    for page in pypdf.PdfReader(stream).pages:
        page.extract_text(visitor_text=visit)
    found = [y for y in found if y > 0.01]  # the page count stands in a place of its own
    return min(y for y in found if abs(y - style.FOOT_MARGIN) > 0.01)


def lines(count: int) -> list[tuple[str, str, str]]:
    return [(f"甲{i}", f"乙{i}", f"丙{i}") for i in range(count)]


@pytest.mark.parametrize("count", [1, 20, 21, 22, 23, 24, 25, 26, 27, 28, 60])
def test_every_row_is_printed_once_and_whole(count):
    printed = pages(Table(COLUMNS, lines(count)))
    for i in range(count):
        (page,) = [text for text in printed if f"甲{i}" in text]
        assert [page.count(f"{part}{i}") for part in "甲乙丙"] == [1, 1, 1]


def test_the_head_with_its_groups_is_repeated_on_every_page() -> None:
    printed = pages(Table(COLUMNS, lines(70)))
    assert len(printed) > 2
    for text in printed:
        assert [label in text for label in ("姓名", "地址", "备注", "人")] == [True] * 4


@pytest.mark.parametrize("count", range(18, 32))
def test_totals_never_stand_alone_on_a_page(count):
    totals = [("合计一", None, 1), ("合计二", None, 2)]
    last = pages(Table(COLUMNS, lines(count), totals=totals))[-1]
    assert "合计一" in last
    assert "合计二" in last
    assert f"甲{count - 1}" in last


@pytest.mark.parametrize("count", range(18, 32))
def test_a_band_never_stands_last_on_a_page(count):
    rows: list[TableRow] = [*lines(count), Band("塘房镇"), ("丁某", "戊", "己")]
    (page,) = [text for text in pages(Table(COLUMNS, rows)) if "塘房镇" in text]
    assert "丁某" in page


@pytest.mark.parametrize("count", range(17, 32))
def test_a_subtotal_stands_with_the_row_before_it(count):
    closing = Row(("小计", None, 1), strong=True, closes=True)
    alone: list[TableRow] = [
        Band("黑树镇"),
        ("庚某", "辛", "壬"),
        Row(("只一人", None, 1), closes=True),
    ]
    rows: list[TableRow] = [*lines(count), closing, *alone]
    printed = pages(Table(COLUMNS, rows))
    (page,) = [text for text in printed if "小计" in text]
    assert f"甲{count - 1}" in page
    (page,) = [text for text in printed if "黑树镇" in text]
    assert "庚某" in page
    assert "只一人" in page


def test_a_row_grows_with_its_longest_cell_and_stays_on_one_page() -> None:
    long = "很长的备注。" * 40
    printed = pages(Table(COLUMNS, [*lines(18), ("长某", "地址", long), *lines(2)]))
    (page,) = [text for text in printed if "长某" in text]
    assert "".join(page).count("很长的备注") == 40


def test_a_cell_taller_than_a_page_is_cut_with_a_sign() -> None:
    printed = pages(Table(COLUMNS, [("长某", "地址", "很长的备注。" * 4000)]))
    assert "…" in "".join(printed[0])
    assert len(printed) == 1


def test_an_empty_table_says_so() -> None:
    assert "（无）" in pages(Table(COLUMNS, []))[0]


def test_rows_may_come_from_a_generator() -> None:
    assert "甲99" in pages(Table(COLUMNS, (row for row in lines(100))))[-1]


@pytest.mark.parametrize("zoom", [1.0, 1.5])
def test_what_is_zoomed_keeps_its_paper_and_takes_more_of_it(zoom: float) -> None:
    stream = io.BytesIO()
    write_pdf(Document("招工简章", [Table(COLUMNS, lines(30))], zoom=zoom), stream)
    found = pypdf.PdfReader(stream).pages
    assert len(found) == (1 if zoom == 1.0 else 2)
    for page in found:
        assert [round(float(n)) for n in page.mediabox[2:]] == [595, 842]
    assert "丙29" in found[-1].extract_text()


def test_a_masked_column_never_prints_what_it_hides() -> None:
    columns = [Column("证件号码", 30, mask=lambda text: text[:6] + "****"), Column("数", 10)]
    rows: list[TableRow] = [
        ("530627199001019960", 1),
        Row([Cell("530627199001019961"), 2], strong=True),
    ]
    printed = pages(Table(columns, rows))[0]
    assert printed.count("530627****") == 2
    assert "1990" not in "".join(printed)


def test_zero_is_printed_and_nothing_is_blank() -> None:
    columns = [Column("数", 10), Column("空", 10)]
    assert pages(Table(columns, [(0, None)]))[0][:5] == ["名册", "数", "空", "0", "第"]
