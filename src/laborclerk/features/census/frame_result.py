"""What the import of a household frame gives back: the new edition beside the one before."""

from __future__ import annotations

from dataclasses import dataclass, field

from laborclerk.catalog.fields import Value
from laborclerk.features.census.import_result import ImportResult
from laborclerk.kernel.errors import Message


class FrameProblem(Message):
    """Importing a household frame."""

    FRAME_OLDER = "{village}已有{as_of}的底册,这份是{new}的。请核对日期;确要导入请改底册日期"
    FRAME_NUMBER_TAKEN = (
        "本村户编号“{number}”已用于“{head}”户,底册上是另一户。请改其中一个编号后再导入"
    )
    FRAME_TWICE = "与第{row}行是同一户(户编号“{number}”)。请核对后只留一行"


@dataclass(frozen=True, slots=True)
class FrameLine:
    """A household as an edition has it; `household` is the register's id."""

    household: int
    place: int | None
    number: str | None
    head_name: str | None
    persons: int | None


@dataclass(frozen=True, slots=True)
class FrameDifference:
    """One thing the new edition says otherwise; `applied`: the register followed it."""

    household: int
    number: str | None
    head_name: str | None
    field: str
    label: str
    before: Value
    after: Value
    applied: bool


@dataclass
class FrameComparison:
    """The new edition beside the one before, for the villages of the file. `gone` households stay
    registered and are visited; they no longer count as in the frame."""

    previous: list[str] = field(default_factory=list)
    new: list[FrameLine] = field(default_factory=list)
    gone: list[FrameLine] = field(default_factory=list)
    changed: list[FrameDifference] = field(default_factory=list)


@dataclass
class FrameResult(ImportResult):
    """What the import of a frame did: rows as in every import, and the comparison; `edition` is 0
    when the file says nothing new."""

    edition: int = 0
    comparison: FrameComparison = field(default_factory=FrameComparison)
