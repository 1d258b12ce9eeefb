"""The map from drawn glyphs back to text, so that every character of a PDF can be searched and
copied.

reportlab writes targets beyond U+FFFF as five hex digits, which readers take for something else:
each rare name would be lost. PDF 32000-1 9.10.3 asks for UTF-16BE and blocks of at most 100
entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase.ttfonts import TTFont

_BLOCK = 100


def to_unicode_cmap(subset: Sequence[int]) -> str:
    """The ToUnicode CMap of a font subset: `subset[code]` is the code point drawn by `code`, 0
    where the code is unused."""
    pairs = [
        f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>"
        for code, point in enumerate(subset)
        if point
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for start in range(0, len(pairs), _BLOCK):
        block = pairs[start : start + _BLOCK]
        lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)


class SearchableFont(TTFont):  # type: ignore[misc]  # reportlab has no types
    """A TrueType font whose ToUnicode map is right on every plane."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        subsets = self._assignState(doc).subsets
        before = set(doc.idToObject)
        super().addObjects(doc)
        maps = [key for key in doc.idToObject if key.startswith("toUnicodeCMap:")]
        fresh = [key for key in maps if key not in before]  # in the order of the subsets
        if len(fresh) != len(subsets):
            raise RuntimeError("reportlab no longer writes one ToUnicode map per font subset")
        for key, subset in zip(fresh, subsets, strict=True):
            doc.idToObject[key].content = to_unicode_cmap(subset)
