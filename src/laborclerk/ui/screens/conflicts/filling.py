"""Another value than all that stand in conflict: its field, filled as in the form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from laborclerk.catalog import values
from laborclerk.features.exchange import decisions
from laborclerk.features.exchange.conflicts import ConflictLine, ConflictProblem
from laborclerk.features.exchange.decisions import Another, Resolved
from laborclerk.kernel.errors import Rejected
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.station import Station


class Home(Protocol):
    """What is looked at (the presenter)."""

    @property
    def line(self) -> ConflictLine | None: ...

    def look(self) -> None: ...

    def alone(self) -> None: ...

    def done(self, said: str, found: Resolved, doubts: Sequence[str]) -> None: ...

    def failed(self, error: BaseException) -> None: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """The field that is being filled for a conflict."""

    conflict: int
    title: str
    form: RecordForm
    first: str


class Filling:
    """What is entered for the conflict that is looked at; for another one it is dropped."""

    def __init__(self, station: Station, home: Home) -> None:
        self._station, self._home = station, home
        self.go_to: str | None = None
        self._asked: Asked | None = None

    @property
    def asked(self) -> Asked | None:
        """What is being entered."""
        line, asked = self._home.line, self._asked
        return asked if asked and line and asked.conflict == line.id else None

    def ask(self) -> None:
        """Open the field of the conflict that is looked at."""
        line, store = self._home.line, self._station.store
        if line is None or not line.another:
            return

        def done(found: Another) -> None:
            now = self._home.line
            if now is not None and now.id == line.id:
                self._asked = _ask(line, found)
                self._home.alone()
                self._home.look()

        work = partial(decisions.another, store, line.id)
        self._station.runner.run(lambda _p: work(), done, self._home.failed)

    def keep(self) -> None:
        """Decide by what was entered; what stops it is marked at the field."""
        asked, line = self.asked, self._home.line
        if asked is None or line is None:
            return
        form, key = asked.form, line.field
        self.go_to = form.stop()
        if self.go_to is not None:
            self._home.look()
            return
        text = values.show(form.specs[key].type, form.values[key], form.context())
        said = f"{line.name} {line.label}:" + (f"另填了“{text}”" if text else "清空了")
        doubt = form.shown(key).message
        store, value = self._station.store, form.values[key]

        def done(found: Resolved) -> None:
            self._asked = None
            self._home.done(said, found, [doubt] if doubt else [])

        def failed(error: BaseException) -> None:
            if isinstance(error, Rejected):
                self.go_to = form.refuse(error.problems)
            if self.go_to is None:
                if not _has_changed(error):  # what is typed waits until what came was seen
                    self._asked = None
                self._home.failed(error)
            self._home.look()

        self._station.runner.run(
            lambda _p: decisions.fill(store, line.id, value, line.values), done, failed
        )

    def drop(self) -> None:
        """Not another value after all."""
        self._asked = None
        self._home.look()


def _ask(line: ConflictLine, found: Another) -> Asked:
    key, context = line.field, replace(found.context, codes_by="number")
    form = RecordForm({key: found.spec}, {key: found.held}, lambda: context)
    return Asked(line.id, f"另填 · {line.name}", form, key)


def _has_changed(error: BaseException) -> bool:
    told = error.problems if isinstance(error, Rejected) else []
    return any(p.message is ConflictProblem.CONFLICT_CHANGED for p in told)
