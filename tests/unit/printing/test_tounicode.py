"""Every character that is printed can be searched and copied, on every plane."""

from __future__ import annotations

import io
import re

import pypdf

from laborclerk.printing.document import Document, Paragraph
from laborclerk.printing.pdf import write_pdf
from laborclerk.printing.tounicode import to_unicode_cmap

EXT_B_600 = "".join(chr(0x20000 + 71 * i) for i in range(600))


def printed(text: str) -> str:
    stream = io.BytesIO()
    write_pdf(Document("生僻字", [Paragraph(text)]), stream)
    return "".join(page.extract_text() for page in pypdf.PdfReader(stream).pages)


def test_600_characters_of_ext_b_are_all_found_again() -> None:
    assert sorted(c for c in printed(EXT_B_600) if ord(c) > 0xFFFF) == sorted(EXT_B_600)


def test_a_non_bmp_target_is_written_as_a_surrogate_pair() -> None:
    assert "<01> <D842DFB7>" in to_unicode_cmap([0, 0x20BB7])


def test_unused_codes_have_no_target() -> None:
    assert "<00>" not in re.sub("codespacerange.*?endcodespacerange", "", _flat([0, 65]))


def test_no_bfchar_block_holds_more_than_100_entries() -> None:
    blocks = re.findall(r"(\d+) beginbfchar(.*?)endbfchar", _flat(list(range(33, 288))))
    sizes = [int(size) for size, _ in blocks]
    assert sizes == [100, 100, 55]
    assert [len(re.findall("<..> <....>", body)) for _, body in blocks] == sizes


def _flat(subset: list[int]) -> str:
    return to_unicode_cmap(subset).replace("\n", " ")
