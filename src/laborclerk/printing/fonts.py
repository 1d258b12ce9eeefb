"""Which font draws which character, and how wide it is.

Noto Sans SC first, HanaMinB for Ext B-F, and for what neither has (private use, Ext I) a box with
the code point, so that no character of a name silently vanishes. Widths are cached per character:
a roster measures a few million.
"""

from __future__ import annotations

import threading
from functools import cache

from ..kernel.resources import resource
from .tounicode import SearchableFont

BOX_SCALE = 0.72
"""Size of the code point's text in its box, as a share of the font size."""
BOX_PAD = 0.12
"""Space left and right inside the box, as a share of the font size."""

_FILES = {"regular": "NotoSansSC-Regular", "bold": "NotoSansSC-Bold", "rare": "HanaMinB"}


_LOADING = threading.Lock()  # a preview beside a print: both must have the same font


def face(name: str) -> SearchableFont:
    """The font `regular`, `bold` or `rare`, loaded on first use."""
    with _LOADING:
        return _load(name)


@cache
def _load(name: str) -> SearchableFont:
    file = _FILES[name]
    return SearchableFont(file, str(resource("fonts", f"{file}.ttf")))


def is_invisible(char: str) -> bool:
    """Whether `char` draws nothing and takes no room: control and format characters, and
    variation selectors, whose base character is drawn in its usual shape."""
    point = ord(char)
    return (
        point < 0x20
        or 0x7F <= point < 0xA0
        or 0x200B <= point <= 0x200F
        or 0x2028 <= point <= 0x202E
        or 0x2060 <= point <= 0x2064
        or 0xFE00 <= point <= 0xFE0F
        or point == 0xFEFF
        or 0xE0100 <= point <= 0xE01EF
    )


def is_private(char: str) -> bool:
    """Whether `char` is of a private use area, where each machine shows something else."""
    point = ord(char)
    return 0xE000 <= point <= 0xF8FF or 0xF0000 <= point <= 0x10FFFD


@cache
def face_of(char: str, strong: bool) -> SearchableFont | None:
    """The font that draws `char`, or None: then its code point is drawn in a box."""
    if is_private(char):
        return None
    for name in ("bold" if strong else "regular", "rare"):
        font = face(name)
        if ord(char) in font.face.charToGlyph:
            return font
    return None


def code_point(char: str) -> str:
    """`U+E170`, what is printed for a character no font has."""
    return f"U+{ord(char):04X}"


class Widths(dict[str, float]):
    """Width of each character as a share of the font size, found on first use."""

    def __init__(self, strong: bool) -> None:
        super().__init__()
        self._strong = strong

    def __missing__(self, char: str) -> float:
        if is_invisible(char):
            width = 0.0
        elif font := face_of(char, self._strong):
            width = font.face.getCharWidth(ord(char)) / 1000
        else:
            width = BOX_SCALE * sum(self[c] for c in code_point(char)) + 4 * BOX_PAD
        self[char] = width
        return width

    def measure(self, text: str) -> float:
        """Width of `text` as a share of the font size."""
        return sum(map(self.__getitem__, text))


REGULAR = Widths(strong=False)
BOLD = Widths(strong=True)
