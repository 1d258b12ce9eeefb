"""Which column of the opened sheet is which field, while the clerk looks it over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from laborclerk.catalog.cells import cell_text
from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Codes
from laborclerk.features.census.columns import SheetField
from laborclerk.features.census.sheet_rows import SheetRows
from laborclerk.sheets.messages import SheetMessage
from laborclerk.ui.entry import Choice
from laborclerk.ui.picking import Pickable

_SAMPLES, _LOOKED_AT = 3, 400
HOW = {
    "given": "您指定的", "remembered": "上次用过", "label": "表头相同", "synonym": "同义",
    "flag": "勾选列", "guess": "像,请确认", "": "",
}  # fmt: skip
NOT_USED = "不导入"


@dataclass
class ColumnLine:
    """One column: its letter, header, a few of its values; `target` is the field it holds ('' for
    none), `how` that was found, `guess` what it may be, `doubt` what to look at."""

    index: int
    letter: str
    text: str
    samples: str
    target: str = ""
    how: str = ""
    guess: str = ""
    doubt: str = ""
    proposed: str = ""


@dataclass
class Columns:
    """The columns of a sheet and what the clerk chose for them."""

    lines: list[ColumnLine]
    fields: dict[str, SheetField]
    choices: Pickable = field(init=False)

    def __post_init__(self) -> None:
        self.choices = Pickable(_choices(self.fields))

    @classmethod
    def of(cls, rows: SheetRows) -> Columns:
        """As they are proposed."""
        proposal = rows.proposal
        matches = {m.column: m for m in proposal.matches}
        guesses = {m.column: m.target for m in proposal.guesses}
        doubts = {
            p.where.column: p.text for p in rows.problems
            if p.message is SheetMessage.MAP_UNIT and p.where.column
        }  # fmt: skip
        lines = []
        for column in proposal.columns:
            match = matches.get(column.index)
            target = match.target if match else ""
            lines.append(
                ColumnLine(
                    column.index, column.letter, column.text, _samples(rows, column.index),
                    target, match.how if match else "", guesses.get(column.index, ""),
                    doubts.get(column.index + 1, ""), target,
                )
            )  # fmt: skip
        return cls(lines, rows.fields)

    def label(self, target: str) -> str:
        """What a target is called: the field, and the code of a column for one code."""
        key, _, item = target.partition(":")
        spec = self.fields.get(key)
        if spec is None:
            return ""
        if item and isinstance(spec.field.type, Codes):
            return f"{spec.field.label}:{code_list(spec.field.type.codes).label(item)}"
        return spec.field.label

    def set(self, index: int, target: str) -> None:
        """Say what a column holds; a column that held the same gives it up."""
        for line in self.lines:
            if line.index == index:
                line.target, line.how = target, "given"
                line.guess = line.doubt = ""
            elif target and line.target == target:
                line.target, line.how = "", "given"

    def agree(self, index: int) -> None:
        """Take a guess."""
        line = next(one for one in self.lines if one.index == index)
        if line.guess:
            self.set(index, line.guess)

    def mapping(self) -> dict[str, str]:
        """As the import takes it: {target: column letter}, '' for a field that was proposed and
        taken away. Empty while nothing differs from the proposal."""
        if all(line.target == line.proposed for line in self.lines):
            return {}
        held = {line.target: line.letter for line in self.lines if line.target}
        given_up = {line.proposed: "" for line in self.lines if line.proposed not in ("", *held)}
        return {**given_up, **held}

    @property
    def used(self) -> int:
        return sum(bool(line.target) for line in self.lines)

    @property
    def has_place(self) -> bool:
        """Whether a column says in which village a row is."""
        keys = {line.target for line in self.lines}
        return bool(keys & {"place_code", "village"})


def _samples(rows: SheetRows, index: int) -> str:
    found: dict[str, None] = {}
    for row in rows.rows[:_LOOKED_AT]:
        text = cell_text(row[index]).strip() if index < len(row) else ""
        if text:
            found.setdefault(text)
        if len(found) == _SAMPLES:
            break
    return " · ".join(found)


def _choices(fields: dict[str, SheetField]) -> Iterator[Choice]:
    yield Choice("", "", NOT_USED)
    words = {
        "place": "地方", "household": "户", "person": "人", "form": "调查", "extra": "",
        "entry": "底册",
    }  # fmt: skip
    for key, spec in fields.items():
        yield Choice(key, "", spec.field.label, words.get(spec.record, ""))
    for key, spec in fields.items():
        if isinstance(spec.field.type, Codes):
            for item in code_list(spec.field.type.codes).items:
                label = f"{spec.field.label}:{item.short}"
                yield Choice(f"{key}:{item.code}", "", label, "勾选列")
