"""What a command answers, and how it is told: one JSON object, or Chinese text."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from laborclerk.kernel.errors import Problem, Severity
from laborclerk.kernel.ids import show_id

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

DONE, REFUSED, WRONG_USAGE, ENVIRONMENT, BUG = 0, 1, 2, 3, 70

_SIGNS = {Severity.BLOCK: "✗", Severity.WARN: "⚠", Severity.HINT: "·"}
_LISTED = 50  # problems listed for a person
_WIDE = 10_000  # columns when nobody looks: a line is never broken in a file
_LEAST = 160  # columns on a terminal: a number that is broken cannot be copied


@dataclass(frozen=True)
class Answer:
    """`data`: the keys of the command's JSON object; `said`: what a person reads; `problems`:
    what to know besides; `refused`: something was not done (exit status 1)."""

    data: Mapping[str, Any]
    said: Sequence[str | Table] = ()
    problems: Sequence[Problem] = field(default=())
    refused: bool = False

    @property
    def status(self) -> int:
        return REFUSED if self.refused else DONE


def table(
    heads: Sequence[str], rows: Iterable[Sequence[object]], right: Iterable[int] = ()
) -> Table:
    """A table of plain text; `right` are the columns of numbers."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    numbers = set(right)
    for at, head in enumerate(heads):
        made.add_column(head, justify="right" if at in numbers else "left", overflow="fold")
    for row in rows:
        made.add_row(*("" if cell is None else _plain(str(cell)) for cell in row))
    return made


def _plain(text: str) -> str:
    """Text that rich takes for no markup."""
    return text.replace("[", "\\[")


def tell(answer: Answer, *, as_json: bool) -> None:
    """Print an answer: JSON or text on stdout, problems beside text on stderr."""
    if as_json:
        body = {"ok": not answer.refused, "problems": [problem_json(p) for p in answer.problems]}
        tell_json({**body, **answer.data})
        return
    console = _console(sys.stdout)
    for part in answer.said:
        if isinstance(part, str):
            console.print(part, markup=False, highlight=False, soft_wrap=True)
        else:
            console.print(part)
    tell_problems(answer.problems)


def tell_json(body: Mapping[str, Any]) -> None:
    """The one object on stdout, in UTF-8 whatever the console speaks."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":")) + "\n"
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    raw.write(text.encode("utf-8", "backslashreplace"))
    raw.flush()


def tell_problems(problems: Iterable[Problem]) -> None:
    """Problems on stderr, the grave ones first."""
    console = _console(sys.stderr)
    order = list(_SIGNS)
    told = sorted(problems, key=lambda p: order.index(p.severity))
    for problem in told[:_LISTED]:
        text = f"{_SIGNS[problem.severity]} {_place(problem)}{problem.text}"
        console.print(text, markup=False, highlight=False, soft_wrap=True)
    if len(told) > _LISTED:
        console.print(f"……另有{len(told) - _LISTED}条(加 --json 可得全部)", soft_wrap=True)


def _place(problem: Problem) -> str:
    where = problem.where
    if where.row is None:
        return ""
    return f"第{where.row}行: " if where.column is None else f"第{where.row}行{where.column}列: "


def _console(stream: IO[str]) -> Console:
    from rich.console import Console

    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")  # a console without the character shows its number
    console = Console(file=stream, width=None if stream.isatty() else _WIDE)
    console.width = max(console.width, _LEAST)
    return console


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as scripts read it; `where` is null when it has no place."""
    where = problem.where
    place: dict[str, Any] = {
        key: getattr(where, key)
        for key in ("record_type", "record_id", "field", "sheet", "row", "column")
        if getattr(where, key) is not None
    }
    if "record_id" in place:
        place["record_id"] = show_id(place["record_id"])
    return {
        "code": problem.code,
        "message": problem.text,
        "severity": str(problem.severity),
        "where": place or None,
    }
