"""First letters of a name's pinyin (周小芳 → zxf), for search and drop-downs.

Reads a packed table instead of importing pypinyin: nothing to wait for at start, about a
microsecond a name. Surnames that are read otherwise than the plain character have their own table.
"""

from __future__ import annotations

from functools import cache

from laborclerk.kernel.resources import resource

# Only those whose first letter differs from the character's usual reading.
_SURNAMES = {
    "单": "s", "單": "s", "曾": "z", "仇": "q", "查": "z", "解": "x", "区": "o", "區": "o",
    "翟": "z", "折": "s", "种": "c", "召": "s", "乐": "y", "樂": "y", "覃": "q", "秘": "b",
    "祭": "z", "繁": "p", "郇": "x", "重": "c", "句": "g", "炅": "g", "藏": "z", "阚": "k",
    "适": "k", "么": "y", "佴": "n",
}  # fmt: skip
_COMPOUND = {
    "尉迟": "yc", "尉遲": "yc", "万俟": "mq", "长孙": "zs", "長孫": "zs", "单于": "cy",
    "澹台": "tt", "乐正": "yz", "子车": "zj",
}  # fmt: skip


class _Letters(dict[int, str]):
    """Code point → letter for `str.translate`; what has no reading disappears."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = char.lower() if char.isascii() and char.isalnum() else ""
        return self[code]


@cache
def _letters() -> _Letters:
    letters = _Letters()
    with resource("pinyin", "initials.txt").open(encoding="ascii") as lines:
        for line in lines:
            if line[0] != "#":
                start, run = line.split()
                first = int(start, 16)
                letters.update((first + i, letter) for i, letter in enumerate(run) if letter != ".")
    return letters


def initials(name: str) -> str:
    """Pinyin first letters of a person's name, the surname read as a surname; ASCII letters and
    digits stay (lower case), everything else without a reading is left out."""
    if not name:
        return ""
    letters = _letters()
    compound = _COMPOUND.get(name[:2])
    if compound is not None:
        return compound + name[2:].translate(letters)
    surname = _SURNAMES.get(name[0])
    if surname is not None:
        return surname + name[1:].translate(letters)
    return name.translate(letters)


def text_initials(text: str) -> str:
    """Pinyin first letters of any other text (code labels, places): no surname reading."""
    return text.translate(_letters())
