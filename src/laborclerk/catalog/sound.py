"""How a name sounds, so that 章伟 and 张玮 are met as one: pinyin without tones.

Reads a packed table instead of importing pypinyin (see pinyin.py). Two degrees: the syllables as
they are, and as much of the south-west hears them (zh/z, ch/c, sh/s, -ing/-in, -eng/-en).
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from laborclerk.kernel.resources import resource

_HEARD = re.compile(r"^([zcs])h|(?<=[ie]n)g$")


class _Readings(dict[int, str]):
    """Code point → syllable and a space for `str.translate`; what has no reading is itself."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char.casefold() + " " if char.isalnum() else ""
        return self[code]


@cache
def _readings(heard: bool) -> _Readings:
    found = _Readings()
    with resource("pinyin", "syllables.txt").open(encoding="ascii") as lines:
        next(lines)
        syllables = next(lines).split()
        if heard:
            syllables = [_HEARD.sub(lambda m: m[1] or "", s) for s in syllables]
        named = {chr(97 + n // 26) + chr(97 + n % 26): s + " " for n, s in enumerate(syllables)}
        for line in lines:
            start, run = line.split()
            first = int(start, 16)
            for at in range(0, len(run), 2):
                syllable = named.get(run[at : at + 2])
                if syllable is not None:
                    found[first + at // 2] = syllable
    return found


@lru_cache(20_000)
def sound(name: str) -> str:
    """The syllables of a name, each with a space behind it, e.g. 'zhang wei '. Dots and spaces are
    left out; a character without a known reading stands for itself."""
    return name.translate(_readings(heard=False))


@lru_cache(20_000)
def heard(name: str) -> str:
    """The same as it is heard where zh is z and -ing is -in: 'zang wei '."""
    return name.translate(_readings(heard=True))
