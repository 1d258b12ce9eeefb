"""Record ids that are made offline and do not collide.

An id is a positive 63-bit integer. Each process starts at a random point and counts up: ids of
one import stand side by side in the index, and a laptop restored from a backup never hands out
an id again that its lost self gave. With 270,000 program starts a year of 100 records each the
chance that any two ranges meet is below 1e-6 a year.
"""

from __future__ import annotations

import hashlib
import itertools
import secrets
from collections.abc import Iterator

MAX_ID = 2**63 - 1
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I L O U


class IdSource:
    """Hands out ids from a random start; give `start` for repeatable data."""

    def __init__(self, start: int | None = None) -> None:
        if start is None:
            start = secrets.randbelow(2**62) + 2**52
        self._counter: Iterator[int] = itertools.count(start)

    def __call__(self) -> int:
        return next(self._counter)


new_id = IdSource()


def stable_id(*parts: object) -> int:
    """An id that follows from its parts: the same on every station, so that two who make the same
    record meet in one."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 2 or 1


def show_id(record_id: int) -> str:
    """The id as people read it: 13 letters and digits."""
    out = []
    for _ in range(13):
        record_id, digit = divmod(record_id, 32)
        out.append(_ALPHABET[digit])
    return "".join(reversed(out))


def read_id(text: str) -> int | None:
    """The id written as `show_id` does (or as a decimal number), else None."""
    text = text.strip().upper()
    if len(text) == 13 and all(c in _ALPHABET for c in text):
        value = 0
        for c in text:
            value = value * 32 + _ALPHABET.index(c)
        return value if 0 < value <= MAX_ID else None
    if text.isascii() and text.isdigit() and 0 < int(text) <= MAX_ID and len(text) > 15:
        return int(text)
    return None
