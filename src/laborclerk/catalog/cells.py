"""Text of a typed value or a spreadsheet cell, before its meaning is known: `="…"` cells,
full-width forms, invisible characters, integers that a sheet library returns as floats."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]")
_NOTHING = frozenset([
    "-", "--", "—", "——", "/", "//", "\\", "*", ".", "无", "没有", "暂无", "不详", "未知", "不清楚",
    "空", "n/a", "#n/a", "null", "none", "nan",
])  # fmt: skip


def cell_text(raw: object) -> str:
    """The cell as stripped text: 5.0 → "5", a date → ISO, `="…"` and a leading apostrophe opened,
    invisible characters dropped; "" for None."""
    if raw is None:
        return ""
    if isinstance(raw, str):
        text = _INVISIBLE.sub("", raw).strip()
        if text.startswith('="') and text.endswith('"'):
            text = text[2:-1].strip()
        return text[1:].strip() if text.startswith("'") else text
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        if raw != raw:
            return ""
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ", "minutes")
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw)


def plain(text: str) -> str:
    """The cell's text with full-width letters, digits and signs made half-width."""
    return unicodedata.normalize("NFKC", cell_text(text)).strip()


def empty_word(text: str) -> bool:
    """Whether the text is a way of writing that there is nothing ("-", "无", "不详")."""
    return text.strip().casefold() in _NOTHING
