"""Places typed in Latin letters: 泼机镇 by pojizhen, poj or pjz, from any character of it on."""

from __future__ import annotations

import re
from collections.abc import Callable

from laborclerk.catalog.pinyin import text_initials
from laborclerk.catalog.sound import sound

# characters that place names read otherwise than most words do, as others that sound so
_IN_PLACES = str.maketrans("长重厦都藏曾蚌", "常虫下督葬增崩")


def spelling(name: str) -> str:
    """The ways to type a name, one a line, with a space between syllables or letters: whole and
    by first letters, read as usual and as in place names."""
    ways: dict[str, None] = {}
    for read in (name, name.translate(_IN_PLACES)):
        ways[sound(read).strip()] = ways[" ".join(text_initials(read))] = None
    return "\n".join(ways)


def typed(key: str) -> Callable[[str], int | None]:
    """How well a `spelling` fits what was typed (lower case, no spaces): 0 when it begins so, 1
    when it goes on so from a later character, None when not."""
    letters = " ?".join(re.escape(c) for c in key)
    begins, later = re.compile("^" + letters, re.M), re.compile(" " + letters)

    def fits(ways: str) -> int | None:
        return 0 if begins.search(ways) else 1 if later.search(ways) else None

    return fits
