"""The guidance table (分类指导) without a window: its lines, and the one that is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.values import Context
from laborclerk.features.demand.service import Kept
from laborclerk.features.matching.advice import lines, save_advice
from laborclerk.features.matching.model import Advice
from laborclerk.features.matching.rules import ages
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.station import Station

FIELDS = tuple(k for k in fields_of(Advice) if k != "deleted")


class Advising:
    """State and actions of the table. `changed` is called when there is something new to show."""

    def __init__(self, station: Station, changed: Callable[[], None]) -> None:
        self.station = station
        self.lines: list[dict[str, Any]] = []
        self.form: RecordForm | None = None
        self.line: int | None = None  # None while a new one is typed
        self.ended: Ended | None = None
        self.go_to: str | None = None
        self.shown = False
        self._changed = changed
        station.runner.on_change(self._touched)

    def open(self) -> None:
        """Show the table."""
        self.shown, self.ended = True, None
        self.read()

    def read(self) -> None:
        store = self.station.store

        def work(_progress: Progress) -> list[dict[str, Any]]:
            with store.read() as session:
                return lines(session)

        def done(found: list[dict[str, Any]]) -> None:
            self.lines = found
            known = [line["id"] for line in found]
            if self.form is None or (not self.form.dirty and self.line in known):
                self.select(self.line if self.line in known else known[0] if known else None)
            self._changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="demand-advice")

    def _touched(self, touched: Touched) -> None:
        if self.shown and touches(touched, "advice"):
            self.read()

    def select(self, line: int | None) -> None:
        """Show the fields of a line."""
        held = next((a for a in self.lines if a["id"] == line), None)
        if held is not None:
            self._show(line, dict(held))

    def begin(self) -> None:
        """A new line."""
        self._show(None, dict.fromkeys(fields_of(Advice)) | {"points": 5})
        self.go_to = "name"
        self._changed()

    def _show(self, line: int | None, values: dict[str, Any]) -> None:
        specs, today = fields_of(Advice), self.station.store.clock.today()
        self.line = line
        self.form = RecordForm(
            {k: specs[k] for k in FIELDS}, values, lambda: Context(today=today, codes_by="number")
        )

    def save(self) -> None:
        """Keep what is typed."""
        form = self.form
        if form is None:
            return
        self.go_to = form.stop()
        if self.go_to:
            self.ended = Ended("还有项目没有填好,见标红处", whole=False)
            self._changed()
            return
        store, line = self.station.store, self.line
        values, seen = {k: form.values.get(k) for k in FIELDS}, dict(form.read)

        def done(kept: Kept) -> None:
            form.dirty, self.line = False, kept.id
            self.ended = Ended(f"已存:{values['name']}")
            self.station.runner.changed(kept.touched)

        self.station.runner.run(
            lambda _p: save_advice(store, values, line, seen), done, self._failed
        )

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Rejected) and self.form is not None:
            self.go_to = self.form.refuse(error.problems)
        self.ended = told(error)
        self._changed()
        if self.ended is None:
            self.station.runner.fail(error)


def who(line: dict[str, Any]) -> str:
    """Whom a line is for, in words."""
    young, old = line.get("age_min"), line.get("age_max")
    said = []
    if young is not None or old is not None:
        said.append(ages(young, old))
    if line.get("schooling"):
        said.append(f"{code_list('education').label(line['schooling'])}及以上")
    if line.get("schooling_below"):
        said.append(f"{code_list('education').label(line['schooling_below'])}及以下")
    if line.get("skilled") is not None:
        said.append("有技能" if line["skilled"] else "没技能")
    return "、".join(said) or "所有人"


def where(line: dict[str, Any]) -> str:
    """Which posts a line is about, in words."""
    said = []
    for key, name in (("industries", "industry"), ("destination", "direction")):
        if line.get(key):
            labels = [code_list(name).label(c) for c in str(line[key]).split(",")]
            said.append("、".join(labels))
    if line.get("seasonal") is not None:
        said.append("季节工" if line["seasonal"] else "长年的")
    return " · ".join(said) or "所有岗位"
