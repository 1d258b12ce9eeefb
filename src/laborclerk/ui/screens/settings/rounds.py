"""Survey rounds: the list, one round's fields, its required items and how grave each check is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.retirement import labour_rule
from laborclerk.catalog.values import Context
from laborclerk.features.census.check_words import looks_for
from laborclerk.features.census.due import (
    DEFAULT_LABOUR_RULE,
    DEFAULT_REQUIRED_ALL,
    DEFAULT_REQUIRED_GROWN,
)
from laborclerk.features.census.form import SECTIONS
from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import all_rounds, change_round, close_round, new_round
from laborclerk.features.census.rules import RULES, default_severities
from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import Rejected, Severity
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of, values_of
from laborclerk.store.store import Store
from laborclerk.ui.jobs import Runner, Touched, Way, touches
from laborclerk.ui.labour import explain
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.record_form import RecordForm

FIELDS = (
    "name", "starts", "ends", "reference_date", "labour_rule", "basis", "form_number", "maker",
    "approval_number", "valid_until",
)  # fmt: skip
IGNORE = "ignore"
SEVERITIES = {
    Severity.BLOCK.value: "必须改", Severity.WARN.value: "要说明", Severity.HINT.value: "只提示",
    IGNORE: "不检查",
}  # fmt: skip
DEFAULT_REQUIRED = DEFAULT_REQUIRED_ALL + DEFAULT_REQUIRED_GROWN


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round of the list."""

    id: int
    values: dict[str, Any]

    @property
    def state(self) -> str:
        closed = self.values.get("closed")
        return f"已结束 {closed}" if closed else "进行中"


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A field that a round may require: its section, label, whether it is required, whether it is
    by default."""

    key: str
    section: str
    label: str
    required: bool
    standard: bool


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check: what it says, where it comes from, how grave it is now and by default."""

    code: str
    text: str
    source: str
    severity: str
    standard: str


class Rounds:
    """State and actions of the page. `changed` is called when there is something new to show."""

    def __init__(self, store: Store, runner: Runner, changed: Callable[[], None]) -> None:
        self.lines: list[RoundLine] = []
        self.form: RecordForm | None = None
        self.round_id: int | None = None  # None while a new one is entered
        self.ended: Ended | None = None
        self.go_to: str | None = None  # the field that stopped saving
        self._required: list[str] = []
        self._severities: dict[str, str] = {}
        self._store, self._runner, self._changed = store, runner, changed
        runner.on_change(self._touched)

    # -- list ----------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the rounds; the open one is shown."""
        store = self._store

        def work(_progress: Progress) -> list[RoundLine]:
            with store.read() as session:
                return [RoundLine(r.id, values_of(r)) for r in all_rounds(session)]

        self._runner.run(work, self._take, way=Way.LOOK, key="settings-rounds")

    def _take(self, lines: list[RoundLine]) -> None:
        self.lines = lines
        known = {line.id: line for line in lines}
        editing = self.form is not None and self.form.dirty
        if not editing and not (self.form and self.round_id is None and lines):
            if self.round_id in known:
                self.select(self.round_id)
            elif lines:
                self.select(lines[0].id)
            else:
                self.begin()
        self._changed()

    def _touched(self, touched: Touched) -> None:
        if touches(touched, "round") and (self.lines or self.form):
            self.refresh()

    def select(self, round_id: int | None) -> None:
        """Show a round's fields; what was typed into another and not kept is left."""
        line = next((r for r in self.lines if r.id == round_id), None)
        if line is not None:
            self._show(line.id, dict(line.values))

    def begin(self) -> None:
        """A new round with what is usual filled in; forms' numbers come from the last round."""
        today = self._store.clock.today()
        last = self.lines[0].values if self.lines else {}
        carried = {k: last.get(k) for k in ("basis", "form_number", "maker", "approval_number",
                   "valid_until", "required_items", "severities")}  # fmt: skip
        season = ("春季", "夏季", "秋季", "冬季")[(int(today[5:7]) % 12) // 3 - 1]
        values = {
            **dict.fromkeys(fields_of(Round)), **carried, "name": f"{today[:4]}年{season}摸底",
            "starts": today, "reference_date": today,
            "labour_rule": last.get("labour_rule") or DEFAULT_LABOUR_RULE,
        }  # fmt: skip
        self._show(None, values)
        self._changed()

    def _show(self, round_id: int | None, values: dict[str, Any]) -> None:
        specs = fields_of(Round)
        today = self._store.clock.today()
        self.round_id, self.ended, self.go_to = round_id, None, None
        self.form = RecordForm(
            {k: specs[k] for k in FIELDS}, values, lambda: Context(today=today, codes_by="number")
        )
        wanted = [k.strip() for k in (values.get("required_items") or "").split(",") if k.strip()]
        self._required = wanted or list(DEFAULT_REQUIRED)
        pairs = [p.split("=", 1) for p in (values.get("severities") or "").split(",") if "=" in p]
        self._severities = {a.strip(): b.strip() for a, b in pairs}

    @property
    def closed(self) -> bool:
        """Whether the shown round is over and can only be looked at."""
        return self.form is not None and bool(self.form.values.get("closed"))

    @property
    def may_begin(self) -> bool:
        """Whether a new round may be opened: the last one is closed."""
        return all(line.values.get("closed") for line in self.lines)

    # -- rule, items, checks -------------------------------------------------------------------

    def rule_lines(self) -> list[str]:
        """What the chosen labour-force rule means."""
        values = self.form.values if self.form else {}
        try:
            rule = labour_rule(str(values.get("labour_rule") or ""))
        except KeyError:
            return ["请选劳动力口径:谁算劳动力"]
        return explain(rule, str(values.get("reference_date") or ""))

    def items(self) -> list[ItemLine]:
        """Every field of a person in the order of the form."""
        specs = fields_of(Person)
        return [
            ItemLine(key, section.title, specs[key].label, key in self._required,
                     key in DEFAULT_REQUIRED)
            for section in SECTIONS for key in section.fields if key not in ("line", "note")
        ]  # fmt: skip

    def toggle_item(self, key: str) -> None:
        """Require a field, or no more."""
        if self.form is None or self.closed:
            return
        wanted = set(self._required) ^ {key}
        order = [k for section in SECTIONS for k in section.fields]
        self._required = [k for k in order if k in wanted]
        self.form.dirty = True
        self._changed()

    def checks(self) -> list[CheckLine]:
        """Every check of the form with its severity."""
        standard = default_severities()
        return [
            CheckLine(
                m.code, looks_for(m), rule.source,
                self._severities.get(m.code, standard[m.code].value), standard[m.code].value,
            )
            for rule in RULES for m in rule.messages
        ]  # fmt: skip

    def set_severity(self, code: str, severity: str) -> None:
        """Set how grave a check is."""
        if self.form is None or self.closed:
            return
        if severity == default_severities()[code].value:
            self._severities.pop(code, None)
        else:
            self._severities[code] = severity
        self.form.dirty = True
        self._changed()

    # -- keeping -------------------------------------------------------------------------------

    def save(self) -> None:
        """Keep the round: open the new one, or change this one."""
        form = self.form
        if form is None or self.closed:
            return
        self.go_to = form.stop()
        if self.go_to:
            self.ended = Ended("还有项目没有填好,见标红处", whole=False)
            self._changed()
            return
        values = {k: form.values.get(k) for k in FIELDS}
        same = set(self._required) == set(DEFAULT_REQUIRED)
        values["required_items"] = None if same else ",".join(self._required)
        pairs = [f"{k}={v}" for k, v in sorted(self._severities.items())]
        values["severities"] = ",".join(pairs) or None
        store, round_id, seen = self._store, self.round_id, dict(form.read)

        def work(_progress: Progress) -> int:
            if round_id is None:
                return new_round(store, values)
            change_round(store, round_id, values, seen)
            return round_id

        def done(kept: int) -> None:
            self.round_id, form.dirty = kept, False
            self._runner.changed({"round": {kept}})
            self.ended = Ended(f"已存:{values['name']}")
            self._changed()

        self._runner.run(work, done, self._failed)

    def close(self) -> None:
        """Close the shown round today: nothing more is entered into it."""
        store, round_id = self._store, self.round_id
        if round_id is None:
            return
        today = store.clock.today()

        def done(_: None) -> None:
            self._runner.changed({"round": {round_id}})
            self.ended = Ended("本轮已结束,数字不再变。可以新开一轮")
            self._changed()

        self._runner.run(lambda _p: close_round(store, round_id, today), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Rejected) and self.form is not None:
            self.go_to = self.form.refuse(error.problems)
        self.ended = told(error)
        self._changed()
        if self.ended is None:
            self._runner.fail(error)


def rule_name(code: str | None) -> str:
    """The short name of a labour-force rule."""
    item = code_list("labour_rule").item(code or "")
    return item.short if item else ""
