"""A short form of one record, without Qt: typed text, values, how each field stands.

The household's form has its own state; this serves the small ones: a survey round, a group's
leader, a household of the frame.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from laborclerk.catalog.fields import Field, Value
from laborclerk.catalog.values import NO_CONTEXT, Context
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.ui import entry
from laborclerk.ui.entry import Entered, FieldState, Shown


@dataclass
class RecordForm:
    """The fields of one record while they are typed. `dirty` once anything differs; `read` is
    what the clerk saw of the record: what the form began with, and what she was told of since."""

    specs: Mapping[str, Field]
    values: dict[str, Any]
    context: Callable[[], Context] = lambda: NO_CONTEXT
    dirty: bool = False
    _typed: dict[str, str] = field(default_factory=dict)
    _said: dict[str, tuple[FieldState, str]] = field(default_factory=dict)
    _wrong: set[str] = field(default_factory=set)
    read: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.read = dict(self.values)

    def enter(self, key: str, entered: Entered) -> None:
        """Take what a field was left with; what cannot be read stays as typed."""
        reading = entry.read(self.specs[key], entered, self.context())
        self._typed.pop(key, None)
        self._said.pop(key, None)
        self._wrong.discard(key)
        blocked = any(p.severity is Severity.BLOCK for p in reading.problems)
        if blocked and isinstance(entered, str) and reading.value is None:
            self._typed[key] = entered
        if blocked:
            self._wrong.add(key)
        if reading.problems or reading.notices:
            self._said[key] = (entry.state_of(reading), entry.message_of(reading))
        if self.values.get(key) != reading.value:
            self.values[key] = reading.value
        self.dirty = True

    def shown(self, key: str) -> Shown:
        """How a field stands on the screen."""
        value: Value = self.values.get(key)
        text = self._typed.get(key)
        if text is None:
            text = entry.show(self.specs[key], value, self.context())
        state, message = self._said.get(key, (FieldState.UNTOUCHED, ""))
        return Shown(text, state, message)

    def unread(self) -> list[str]:
        """Fields whose text could not be read, or is wrong."""
        return [key for key in self.specs if key in self._wrong]

    def missing(self) -> list[str]:
        """Required fields that are empty."""
        return [
            key for key, spec in self.specs.items()
            if spec.required and self.values.get(key) in (None, "") and key not in self._typed
        ]  # fmt: skip

    def refuse(self, problems: list[Problem]) -> str | None:
        """Mark the fields that problems of a service name → the first of them."""
        first = None
        for problem in problems:
            key = problem.where.field
            if key is not None and "now" in problem.params:  # changed meanwhile, and told so
                self.read[key] = problem.params["now"]
            if key in self.specs and key is not None:
                self._said[key] = (FieldState.WRONG, problem.text)
                first = first or key
        return first

    def stop(self) -> str | None:
        """Mark what stops the record from being kept → the first field of it, None when nothing
        does."""
        stopping = self.unread()
        for key in self.missing():
            self._said[key] = (FieldState.WRONG, f"“{self.specs[key].label}”必须填写")
            stopping.append(key)
        order = list(self.specs)
        return min(stopping, key=order.index, default=None)
