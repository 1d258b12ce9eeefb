"""Code lists: one table per field where the competing lists of the real forms meet.

Each list is a file `resources/codes/<name>.csv` whose first line names its standard and how far it
was checked. An item has the stored code (GB/T where one exists), the short number printed on the
paper form, which is what a clerk types, the label shown and the words met in imported sheets.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal

from laborclerk.catalog.pinyin import text_initials
from laborclerk.kernel.resources import resource

_COLUMNS = ("code", "number", "name", "short", "initials", "words", "retired")
_NOISE = re.compile(r"[\s\u200b-\u200f\ufeff,.;:、。·•・()\[\]{}“”\"'/\\_-]+")
_BETWEEN = re.compile(r"[、,;/|+\s\uff0c\uff1b]+")
_DIGIT = re.compile(r"\d")
_NUMBERS = re.compile(r"\s*\d+([、,;/|+\s\uff0c\uff1b]+\d+)+\s*")  # 1、2: never number 12
_NUMBERED = re.compile(r"\s*[(\[]?([0-9A-Za-z][0-9-]{0,5})[)\].、:;,\s_-]*(.*\S)\s*")


@dataclass(frozen=True, slots=True)
class CodeItem:
    """One item: `code` is stored, `number` is on the paper ('' when not in the paper's short
    list), `name` is official, `short` is shown, `words` are accepted in imports, `extra` holds the
    further columns of its file (e.g. `outcome` of visit_result)."""

    code: str
    number: str
    name: str
    short: str
    initials: str
    words: tuple[str, ...] = ()
    retired: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def common(self) -> bool:
        """Whether it is in the paper's short list."""
        return bool(self.number)


def _key(text: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()


class CodeList:
    """The items of one list, the common ones first, and the ways to find one."""

    def __init__(self, name: str, items: Iterable[CodeItem], source: str = "") -> None:
        self.name = name
        self.source = source
        self.items: tuple[CodeItem, ...] = tuple(
            sorted(items, key=lambda item: (item.retired, not item.common))
        )
        self._by_code = {item.code: item for item in self.items}
        self._by_number = {item.number: item for item in self.items if item.number}
        self._rank = {item.code: rank for rank, item in enumerate(self.items)}
        self._words: dict[str, str] = {}
        self._words_by_sex: dict[tuple[str, str], str] = {}
        self._digits: dict[str, set[str]] = {}
        for item in self.items:
            for word in self.accepted(item):
                self._words.setdefault(_key(word), item.code)
            for sex, column in (("1", "words_male"), ("2", "words_female")):
                for word in item.extra.get(column, "").split("|"):
                    if word:
                        self._words_by_sex[_key(word), sex] = item.code
            if item.extra.get("bare") != "0":
                self._add_digits(item.code, item.code)
                self._add_digits(item.code.lstrip("0") or "0", item.code)
            self._add_digits(item.number, item.code)

    def _add_digits(self, text: str, code: str) -> None:
        if text:
            self._digits.setdefault(_key(text), set()).add(code)

    def accepted(self, item: CodeItem) -> list[str]:
        """The words an item is known by in a sheet."""
        words = [item.name, item.short, *item.words]
        if self.name == "ethnicity":
            words += [w[:-1] for w in words if w.endswith("族") and len(w) > 1]
        return words

    def item(self, code: str) -> CodeItem | None:
        """The item stored as `code`."""
        return self._by_code.get(code)

    def label(self, code: str) -> str:
        """What is shown for `code`; an unknown code is shown as it is."""
        item = self._by_code.get(code)
        return item.short if item else code

    def by_number(self, number: str) -> CodeItem | None:
        """The item with this number on the paper form (leading zeros do not matter)."""
        number = unicodedata.normalize("NFKC", number).strip().upper()
        return self._by_number.get(number) or self._by_number.get(number.lstrip("0") or "0")

    def recognise(
        self, text: str, sex: str | None = None, by: Literal["code", "number"] | None = None
    ) -> str | None:
        """The code meant by `text` of a sheet or form: a code, a number, a name, a word, or a
        number and name together ("4 外出务工"); None when unknown or when it could mean two.

        `sex` ('1'/'2') decides words like 子女; `by` says what bare digits are when it is known.
        """
        key = _key(text)
        if not key:
            return None
        found = self._words.get(key)
        if found is not None:
            return found
        if sex is not None and (key, sex) in self._words_by_sex:
            return self._words_by_sex[key, sex]
        if by == "number":
            item = self.by_number(text)
            return item.code if item else None
        if by == "code":
            code = text.strip()
            return code if code in self._by_code else None
        exact = self._by_code.get(text.strip())
        if exact and len(exact.code) > 1 and exact.code[0] == "0":
            return exact.code
        codes = self._digits.get(key)
        if codes is not None:
            return next(iter(codes)) if len(codes) == 1 else None
        pair = _NUMBERED.fullmatch(unicodedata.normalize("NFKC", text))
        if pair:
            word = self._words.get(_key(pair[2]))
            if word is not None and word in self._digits.get(_key(pair[1]), ()):
                return word
        return None

    def parts(self, text: str, by: Literal["code", "number"] | None = None) -> list[str]:
        """The parts of a text that says several, apart at 、 and the like; a name that has such a
        mark itself stays whole."""
        if self.recognise(text, by=by) and not _NUMBERS.fullmatch(text):
            return [text]
        left = [part for part in _BETWEEN.split(text) if part]
        found = []
        while left:
            length = next(
                (
                    n for n in range(len(left), 1, -1)
                    if not _DIGIT.search("".join(left[:n]))
                    and self.recognise("、".join(left[:n]), by=by)
                ),
                1,
            )  # fmt: skip
            found.append("、".join(left[:length]))
            del left[:length]
        return found

    def meanings(self, digits: str) -> list[CodeItem]:
        """The items bare digits could mean, as a code or as a number."""
        return [item for item in self.items if item.code in self._digits.get(_key(digits), ())]

    def search(self, typed: str) -> list[CodeItem]:
        """Items for a drop-down, best first: by number on the paper form, stored code, pinyin
        initials or part of the text; all for an empty text. Retired items are not offered."""
        offered = [item for item in self.items if not item.retired]
        key = _key(typed)
        if not key:
            return offered
        ranked = [(rank, item) for item in offered if (rank := _match(item, key)) is not None]
        ranked.sort(key=lambda pair: pair[0])
        return [item for _, item in ranked]

    def order(self, codes: Iterable[str]) -> list[str]:
        """The codes without doubles in the order of the list, unknown ones last."""
        return sorted(set(codes), key=lambda code: (self._rank.get(code, len(self._rank)), code))


def _match(item: CodeItem, key: str) -> int | None:
    number = _key(item.number)
    if number and number in (key, key.lstrip("0")):
        return 0
    if key == _key(item.code):
        return 1
    if number.startswith(key):
        return 2
    if item.initials.startswith(key) or _key(item.short).startswith(key):
        return 3
    if key in _key(item.short) or key in _key(item.name):
        return 4
    if key in item.initials or any(key in _key(word) for word in item.words):
        return 5
    return None


_own: dict[str, CodeList] = {}


def use_own_lists(lists: Mapping[str, CodeList]) -> None:
    """Let these stand in the place of the built-in lists of the same name (a county's own 户类型);
    all others are the built-in ones again."""
    _own.clear()
    _own.update(lists)


def code_list(name: str) -> CodeList:
    """The list `name`; KeyError when there is none."""
    return _own.get(name) or built_in_list(name)


@cache
def built_in_list(name: str) -> CodeList:
    """The list that came with the program; KeyError when there is none."""
    path = resource("codes") / f"{name}.csv"
    if not path.is_file():
        raise KeyError(name)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        source = next(lines).lstrip("# ").strip()
        return CodeList(name, map(item_of, csv.DictReader(lines)), source)


def list_names() -> list[str]:
    """The names of all built-in lists."""
    return sorted(path.stem for path in resource("codes").glob("*.csv"))


def clashes(codes: CodeList) -> list[tuple[str, list[str]]]:
    """Words and numbers on the paper that would lead to several items of a list, with what those
    are called."""
    owners: dict[str, dict[str, str]] = {}
    for item in codes.items:
        for word in (*codes.accepted(item), item.number):
            if word:
                owners.setdefault(_key(word), {})[item.code] = item.short
    return [(word, list(found.values())) for word, found in owners.items() if len(found) > 1]


def item_of(row: Mapping[str, str]) -> CodeItem:
    """An item from a row of a list's file: the columns of `CodeItem`, `words` parted by |."""
    short = row["short"] or row["name"]
    return CodeItem(
        code=row["code"],
        number=row["number"],
        name=row["name"],
        short=short,
        initials=row["initials"] or text_initials(short),
        words=tuple(word for word in row["words"].split("|") if word),
        retired=bool(row["retired"]),
        extra={k: v for k, v in row.items() if k not in _COLUMNS},
    )
