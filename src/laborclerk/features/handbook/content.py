"""The handbook's content: data with source and date, and what a person must still check of it.

A line that states law or a telephone number is printed with a mark until somebody compared it with
its source (`HandbookCheck`); law.md says which were only general knowledge when they were written.
A county's own file of the same name in its lists folder replaces the built-in one.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from laborclerk.kernel.errors import Message, Problem, Severity
from laborclerk.kernel.ids import stable_id
from laborclerk.kernel.resources import resource

ADVICE, LAW, NUMBER = "advice", "law", "number"
_FIGURE = re.compile(r"(?<=\d)\||\|(?=\d+%)")  # between 8 and 小时, between 平日加班 and 150%
_YEARS = 1  # after which a checked line is looked at again


class HandbookNotice(Message):
    """What must be known before a handbook is printed."""

    HANDBOOK_UNCHECKED = (
        "手册里有{count}条法律条文和电话还没有人核对,印出来带“※”。请对照原文、拨通电话后登记核对"
    )
    HANDBOOK_STALE = "手册里有{count}条核对已满一年或条文有变,请重新核对:{which}"
    HANDBOOK_REVIEW = "手册内容应在{day}以前复审,现在已过。请核对有没有新的法律法规"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the handbook. `parts` are the pieces of a list; `checked` the day on which the
    writer compared it with the source, '' if never."""

    key: str
    page: str
    kind: str
    head: str
    text: str
    number: str = ""
    law: str = ""
    article: str = ""
    valid_from: str = ""
    checked: str = ""

    @property
    def parts(self) -> list[str]:
        return self.text.split("|")

    @property
    def line(self) -> str:
        """Its parts in one line; a figure stays with what it is of."""
        return _FIGURE.sub("", self.text).replace("|", "、")

    @property
    def source(self) -> str:
        """Law and article in one word."""
        name = f"《{self.law}》" if self.law and "〔" not in self.law else self.law
        if ";" in self.law:
            pairs = zip(self.law.split(";"), self.article.split(";"), strict=False)
            return "、".join(f"《{law}》{article}" for law, article in pairs)
        if "(" in self.law:
            law, number = self.law.split("(", 1)
            name = f"《{law}》({number}"
        return name + self.article

    @property
    def digest(self) -> str:
        """Changes when what must be checked changes."""
        said = "\x1f".join((self.head, self.text, self.number, self.law, self.article))
        return hashlib.sha256(f"{said}\x1f{self.valid_from}".encode()).hexdigest()[:16]

    @property
    def asks(self) -> bool:
        """Whether a person must compare it with a source."""
        return self.kind in (LAW, NUMBER)


@dataclass(frozen=True, slots=True)
class Destination:
    """What to expect where one goes."""

    climate: str = ""
    food: str = ""
    work: str = ""


@dataclass(frozen=True)
class Content:
    """A handbook's words."""

    title: str
    motto: str
    edition: str
    review: str
    items: tuple[Item, ...]
    destinations: Mapping[str, Destination]

    def of(self, page: str) -> list[Item]:
        """The lines of a page."""
        return [item for item in self.items if item.page == page]

    def one(self, key: str) -> Item | None:
        """The line with this key."""
        return next((item for item in self.items if item.key == key), None)

    def destination(self, code: str | None) -> Destination:
        """What is known of a destination, by the longest code that fits."""
        for length in range(len(code or ""), 1, -1):
            found = self.destinations.get((code or "")[:length])
            if found is not None:
                return found
        return Destination()

    @property
    def digest(self) -> str:
        """Two handbooks with the same words have the same."""
        said = "".join(i.digest for i in self.items) + self.title + self.edition
        return hashlib.sha256(said.encode()).hexdigest()[:6]


@cache
def content(folder: Path | None = None) -> Content:
    """The content, of a county's own files in `folder` where there are any."""
    body = _read(folder, "handbook.toml")
    meta = body["meta"]
    items = tuple(Item(**entry) for entry in body["item"])
    places = {k: Destination(**v) for k, v in _read(folder, "destinations.toml").items()}
    return Content(
        meta["title"], meta["motto"], meta["edition"], meta["review"], items, places
    )  # fmt: skip


@cache
def raw_guide(folder: Path | None = None) -> tuple[Content, tuple[dict[str, str], ...]]:
    """The labour guide's words and its pages as they are declared."""
    body = _read(folder, "guide.toml")
    meta = body["meta"]
    items = tuple(Item(**entry) for entry in body["item"])
    words = Content(meta["title"], meta["motto"], meta["edition"], meta["review"], items, {})
    return words, tuple(body["page"])


_MARKS = str.maketrans(",;:?!()", "\uff0c\uff1b\uff1a\uff1f\uff01\uff08\uff09")
_BETWEEN = re.compile(r"(?<!\d)[,;:?!()]|[,;:?!()](?!\d)")


def chinese(text: str) -> str:
    """Text with full-width punctuation, as Chinese is printed; 6:30 and 1,000 stay as they are."""
    return _BETWEEN.sub(lambda m: m[0].translate(_MARKS), text)


def _read(folder: Path | None, name: str) -> dict[str, Any]:
    own = folder / name if folder is not None else None
    path = own if own is not None and own.is_file() else resource("handbook", name)
    return tomllib.loads(path.read_text("utf-8-sig"))


def check_id(key: str, digest: str) -> int:
    """The id of the record that a line with this text was checked."""
    return stable_id("handbook_check", key, digest)


def checked_on(item: Item, known: Mapping[tuple[str, str], str]) -> str:
    """When a line was checked last, '' if never; `known`: (key, digest) → day."""
    return max(known.get((item.key, item.digest), ""), item.checked)


def unchecked(items: Sequence[Item], known: Mapping[tuple[str, str], str]) -> list[Item]:
    """Lines that nobody compared with their source yet."""
    return [i for i in items if i.asks and not checked_on(i, known)]


def stale(items: Sequence[Item], known: Mapping[tuple[str, str], str], today: str) -> list[Item]:
    """Lines whose check is more than a year old."""
    limit = f"{int(today[:4]) - _YEARS:04d}{today[4:]}"
    return [
        i for i in items if i.asks and (day := checked_on(i, known)) and day < limit
    ]  # fmt: skip


def warnings(
    content_: Content, known: Mapping[tuple[str, str], str], today: str
) -> list[Problem]:  # fmt: skip
    """What to know before printing: unchecked, stale, past its review."""
    found: list[Problem] = []
    fresh, old = unchecked(content_.items, known), stale(content_.items, known, today)
    if fresh:
        params: dict[str, Any] = {"count": len(fresh)}
        found.append(Problem(HandbookNotice.HANDBOOK_UNCHECKED, params, Severity.WARN))
    if old:
        which = "、".join(i.head for i in old[:5]) + ("等" if len(old) > 5 else "")
        params = {"count": len(old), "which": which}
        found.append(Problem(HandbookNotice.HANDBOOK_STALE, params, Severity.WARN))
    if today > content_.review:
        params = {"day": content_.review}
        found.append(Problem(HandbookNotice.HANDBOOK_REVIEW, params, Severity.WARN))
    return found
