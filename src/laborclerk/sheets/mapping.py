"""Proposes which column of a sheet is which field, by the words of its header.

A word is looked up as the field's label, its key, a synonym; then compared for likeness. Units
are read from the header: 万元 is converted to 元, but a yearly sum is never taken for a monthly one
unless the clerk says so. What a clerk chose is remembered for sheets with the same header.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from typing import Protocol

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Codes, Field, Number
from laborclerk.kernel.errors import Problem, Rejected, Severity, reject
from laborclerk.kernel.resources import resource
from laborclerk.sheets.headings import UNITS, Heading, heading, plain_key
from laborclerk.sheets.layout import Column
from laborclerk.sheets.messages import SheetMessage

REASON, REASON_ROW = "原因", "原行号"  # columns of our own rejects file
IGNORED = frozenset(map(plain_key, (REASON, REASON_ROW, "序号", "序", "行号", "行次")))
_GUESS = 0.8  # likeness from which a column is shown as a guess


class Memory(Protocol):
    """Where a feature keeps what was chosen for a header."""

    def recall(self, fingerprint: str) -> Mapping[str, str] | None:
        """{column text: field key}, '' for a column left out; None when never seen."""

    def remember(self, fingerprint: str, chosen: Mapping[str, str]) -> None: ...


class Forgetful:
    """Memory that keeps nothing."""

    def recall(self, fingerprint: str) -> Mapping[str, str] | None:
        return None

    def remember(self, fingerprint: str, chosen: Mapping[str, str]) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Match:
    """Column `column` (from 0) holds field `key`; `item` is the code when the column is a yes/no
    for one code of a multiple field, `scale` what a cell is multiplied by, `how` one of given,
    remembered, label, synonym, flag, guess."""

    column: int
    key: str
    how: str
    item: str = ""
    scale: float = 1.0

    @property
    def target(self) -> str:
        """As `--map` takes it: `insurance:1` for a flag column."""
        return f"{self.key}:{self.item}" if self.item else self.key


@dataclass
class Proposal:
    """Which columns hold which fields. `guesses` are not used unless a clerk agrees; `problems`
    are what she should look at (units, unused columns)."""

    columns: tuple[Column, ...]
    matches: list[Match] = field(default_factory=list)
    guesses: list[Match] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def column_of(self, key: str) -> int | None:
        """The column of a field that stands in one column."""
        return next((m.column for m in self.matches if m.key == key and not m.item), None)

    def keys(self) -> set[str]:
        return {m.key for m in self.matches}

    def text(self, column: int) -> str:
        """The header text of a column."""
        return next((c.text for c in self.columns if c.index == column), "")

    def chosen(self) -> dict[str, str]:
        """What is remembered: column text → target, '' for columns left out."""
        by_column = {m.column: m.target for m in self.matches}
        return {c.text: by_column.get(c.index, "") for c in self.columns}


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    words: dict[str, list[str]] = {}
    with resource("headers", "synonyms.csv").open(encoding="utf-8", newline="") as lines:
        next(lines)
        for row in csv.DictReader(lines):
            words.setdefault(row["field"], []).append(row["synonym"])
    return {key: tuple(found) for key, found in words.items()}


def fingerprint(columns: Sequence[Column]) -> str:
    """The same for sheets with the same header, also when a rejects file adds its columns."""
    texts = [plain_key(c.text) for c in columns if plain_key(c.text) not in IGNORED]
    return hashlib.sha256("|".join(texts).encode()).hexdigest()[:16]


class Words:
    """The header words of some fields, ready to be asked."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self.fields = {f.key: f for f in fields}
        self._exact: dict[str, tuple[str, str]] = {}
        self._flags: dict[str, tuple[str, str]] = {}
        for f in self.fields.values():
            unit = f.type.unit if isinstance(f.type, Number) else ""
            named = [f.label, f.key, f"{f.label}({unit})"]
            for text, how in [(text, "label") for text in named] + [
                (word, "synonym") for word in _synonyms().get(f.key, ())
            ]:
                found = heading(text)
                self._exact.setdefault(found.full, (f.key, how))
                self._exact.setdefault(found.plain, (f.key, how))
        for f in self.fields.values():
            if isinstance(f.type, Codes):
                self._add_flags(f.key, f.type.codes)

    def _add_flags(self, key: str, codes: str) -> None:
        for item in code_list(codes).items:
            for word in (item.name, item.short, *item.words):
                plain = plain_key(word)
                if len(plain) > 2 and plain not in self._exact:
                    self._flags.setdefault(plain, (key, item.code))

    def known(self, text: str) -> bool:
        """Whether a header text names a field for sure."""
        return self.exact(heading(text)) is not None or self.flag(heading(text)) is not None

    def exact(self, head: Heading) -> tuple[str, str] | None:
        """(field key, how) of a heading."""
        return self._exact.get(head.full) or self._exact.get(head.plain)

    def flag(self, head: Heading) -> tuple[str, str] | None:
        """(field key, code) of a yes/no column for one code: 是否参加城镇职工基本养老保险."""
        for text in (head.full, head.plain):
            for prefix in ("是否参加", "是否享受", "是否为", "是否", "参加", ""):
                if text.startswith(prefix):
                    found = self._flags.get(text[len(prefix) :])
                    if found:
                        return found
        return None

    def like(self, head: Heading) -> tuple[str, float]:
        """The field whose words are most like the heading, and how much (0–1)."""
        best, best_score = "", 0.0
        for word, (key, _) in self._exact.items():
            if not set(word) & set(head.plain):
                continue
            score = SequenceMatcher(None, word, head.plain).ratio()
            if min(len(word), len(head.plain)) > 2 and (word in head.plain or head.plain in word):
                score = max(score, _GUESS)
            if score > best_score:
                best, best_score = key, score
        return best, best_score


def propose(
    columns: Sequence[Column],
    fields: Iterable[Field],
    *,
    given: Mapping[str, str] | None = None,
    memory: Memory | None = None,
    words: Words | None = None,
) -> Proposal:
    """The proposal for a sheet's columns. `given` is the clerk's own {field key or label: column
    header, letter or number}, '' to leave a field out. Raises Rejected for a `given` that names
    no field or no column, or one column twice."""
    words = words or Words(fields)
    found = Proposal(tuple(columns))
    taken: dict[int, Match] = {}
    barred: set[str] = set()  # fields that may not be proposed any more
    for match in _given(words, columns, given or {}, barred):
        if match.column in taken:
            raise reject(SheetMessage.MAP_TWICE, column=found.text(match.column))
        taken[match.column] = match
    remembered = (memory or Forgetful()).recall(fingerprint(columns))
    if remembered is not None:
        _take_remembered(words, columns, remembered, taken, barred)
    else:
        _take_known(words, columns, taken, barred, found)
    found.matches = sorted(taken.values(), key=lambda m: m.column)
    unused = [c.text for c in columns if c.index not in taken and plain_key(c.text) not in IGNORED]
    if unused:
        text = "、".join(unused)
        found.problems.append(Problem(SheetMessage.MAP_UNUSED, {"columns": text}, Severity.HINT))
    return found


def _given(
    words: Words, columns: Sequence[Column], given: Mapping[str, str], barred: set[str]
) -> list[Match]:
    matches = []
    for name, text in given.items():
        key, _, item = name.partition(":")
        if key not in words.fields:
            by_label = {f.label: f.key for f in words.fields.values()}
            if key not in by_label:
                raise reject(SheetMessage.MAP_NO_FIELD, field=name)
            key = by_label[key]
        barred.add(f"{key}:{item}" if item else key)
        if not text:
            continue
        column = _find_column(columns, text)
        scale = _scale(words.fields[key], heading(column.parts[-1]), by_hand=True) or 1.0
        matches.append(Match(column.index, key, "given", item, scale))
    return matches


def _find_column(columns: Sequence[Column], text: str) -> Column:
    wanted = plain_key(text)
    for test in (
        [c for c in columns if c.text == text],
        [c for c in columns if plain_key(c.text) == wanted],
        [c for c in columns if plain_key(c.parts[-1]) == wanted],
        [c for c in columns if c.letter == text.strip().upper()],
        [c for c in columns if text.strip() == str(c.index + 1)],
    ):
        if len(test) == 1:
            return test[0]
    raise reject(SheetMessage.MAP_NO_COLUMN, column=text)


def _take_remembered(
    words: Words,
    columns: Sequence[Column],
    remembered: Mapping[str, str],
    taken: dict[int, Match],
    barred: set[str],
) -> None:
    for column in columns:
        target = remembered.get(column.text, "")
        key, _, item = target.partition(":")
        if column.index in taken or target in barred or key not in words.fields:
            continue
        scale = _scale(words.fields[key], heading(column.parts[-1]), by_hand=True) or 1.0
        taken[column.index] = Match(column.index, key, "remembered", item, scale)


def _take_known(
    words: Words,
    columns: Sequence[Column],
    taken: dict[int, Match],
    barred: set[str],
    found: Proposal,
) -> None:
    """Exact words first, labels before synonyms, left before right; then flags, then guesses."""
    open_columns = [c for c in columns if c.index not in taken and plain_key(c.text) not in IGNORED]
    exact = []
    for column in open_columns:
        for head in _headings(column):
            hit = words.exact(head)
            if hit:
                exact.append((hit[1] != "label", column.index, column, head, *hit))
                break
    trapped = set()
    for _, _, column, head, key, how in sorted(exact, key=lambda e: e[:2]):
        if key in barred:
            continue
        scale = _scale(words.fields[key], head)
        if scale is None:
            trapped.add(column.index)
            found.problems.append(_unit_problem(column, words.fields[key]))
            continue
        barred.add(key)
        taken[column.index] = Match(column.index, key, how, "", scale)
    for column in open_columns:
        if column.index in taken or column.index in trapped:
            continue
        flag = next((f for h in _headings(column) if (f := words.flag(h))), None)
        if flag and flag[0] not in barred:
            taken[column.index] = Match(column.index, flag[0], "flag", flag[1])
            continue
        key, score = words.like(heading(column.parts[-1]))
        if score >= _GUESS and key not in barred:
            spec = words.fields[key]
            scale = _scale(spec, heading(column.parts[-1]))
            if scale is None:
                found.problems.append(_unit_problem(column, spec))
            else:
                found.guesses.append(Match(column.index, key, "guess", "", scale))


def _headings(column: Column) -> list[Heading]:
    """What a column's header may be read as: all rows together, then the lowest."""
    return [heading(t) for t in dict.fromkeys((column.text, "".join(column.parts),
                                               column.parts[-1]))]  # fmt: skip


def _unit_problem(column: Column, spec: Field) -> Problem:
    unit = spec.type.unit if isinstance(spec.type, Number) else ""
    params = {"column": column.text, "label": spec.label, "unit": unit}
    return Problem(SheetMessage.MAP_UNIT, params, Severity.WARN).at(column=column.index + 1)


def _scale(spec: Field, head: Heading, by_hand: bool = False) -> float | None:
    """What a cell under this heading is multiplied by to be in the field's unit; None when it
    cannot be taken without asking (a year's income for a month's)."""
    if not isinstance(spec.type, Number) or not spec.type.unit:
        return 1.0
    ours = UNITS.get(spec.type.unit)
    scale = 1.0
    if head.unit and ours:
        theirs = UNITS.get(head.unit)
        if theirs is None or theirs[0] != ours[0]:
            return None
        scale = theirs[1] / ours[1]
    period = heading(spec.label).period
    if head.period and period and head.period != period:
        if by_hand and (head.period, period) == ("年", "月"):
            return scale / 12
        return None
    return scale


def need(proposal: Proposal, any_of: Iterable[str]) -> None:
    """Rejected unless at least one of the fields has a column."""
    if not proposal.keys() & set(any_of):
        raise Rejected([Problem(SheetMessage.MAP_NOTHING), *proposal.problems])
