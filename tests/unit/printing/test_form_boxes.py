"""What forms ask of the layer: large and small type, bold names in lists, pages without number."""

from __future__ import annotations

import io

import pypdf
import pytest

from laborclerk.printing.document import Box, Document, FormGrid
from laborclerk.printing.pdf import write_pdf


def printed(*boxes: Box, numbered: bool = True) -> pypdf.PageObject:
    stream = io.BytesIO()
    write_pdf(Document("表", [FormGrid(boxes, 180, 60)], numbered=numbered), stream)
    return pypdf.PdfReader(stream).pages[0]


def sizes(page: pypdf.PageObject) -> dict[str, float]:
    """The font size of each run of text."""
    found: dict[str, float] = {}

    def visit(text: str, cm: object, tm: object, font: object, size: float) -> None:
        if text.strip():
            found[text.strip()] = size

    page.extract_text(visitor_text=visit)
    return found


def test_a_form_of_a_batch_has_no_page_number():
    assert "第 1 页" in printed().extract_text()
    assert "页" not in printed(numbered=False).extract_text()


@pytest.mark.parametrize("size", [7.0, 25.0])
def test_a_box_sets_its_text_in_the_size_asked_for(size: float):
    page = printed(Box(0, 0, 60, 20, value="0471", size=size))
    assert sizes(page)["0471"] == pytest.approx(size)


def test_text_too_large_for_its_box_is_set_smaller():
    page = printed(Box(0, 0, 10, 5, value="0471", size=40))
    assert sizes(page)["0471"] < 15


def test_what_is_too_long_for_its_box_even_small_ends_in_an_ellipsis():
    text = printed(Box(0, 0, 30, 9, value="说明" * 200)).extract_text()
    assert "说明…" in text or "说…" in text
    assert text.count("说明") < 100


def test_names_in_a_list_of_codes_are_bold():
    page = printed(Box(0, 0, 120, 20, hint="【关系】1户主 2配偶"))
    fonts = []

    def visit(text: str, cm: object, tm: object, font: dict[str, str], size: float) -> None:
        if text.strip():
            fonts.append((text.strip(), "Bold" in font["/BaseFont"]))

    page.extract_text(visitor_text=visit)
    assert ("【关系】", True) in fonts
    assert ("1户主 2配偶", False) in fonts
