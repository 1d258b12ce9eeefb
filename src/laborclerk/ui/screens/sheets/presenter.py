"""Importing a sheet step by step, exporting one, empty sheets; no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from laborclerk.catalog import values
from laborclerk.catalog.cells import cell_text
from laborclerk.features.census.exports import ExportResult
from laborclerk.features.census.frame_result import FrameResult
from laborclerk.features.census.import_result import ImportResult
from laborclerk.features.census.sheet_rows import SheetRows, look
from laborclerk.features.registry.record_words import record_word
from laborclerk.kernel.errors import Problem, Rejected, Severity
from laborclerk.kernel.progress import Progress
from laborclerk.sheets.messages import SheetMessage
from laborclerk.store.base import fields_of, record_types
from laborclerk.ui.jobs import Way
from laborclerk.ui.longwork import Ended, LongWork
from laborclerk.ui.picking import Pickable, places
from laborclerk.ui.screens.sheets.columns import Columns
from laborclerk.ui.screens.sheets.kinds import KINDS, Kind, kind_of
from laborclerk.ui.station import Station

MOST_LINES = 2000  # shown of each list; all of them are in the rejects file and the journal
SUFFIXES = (".xlsx", ".xls", ".csv", ".et", ".txt")
_PASSWORD = (SheetMessage.SHEET_ENCRYPTED, SheetMessage.SHEET_WRONG_PASSWORD)


class Stage(Enum):
    """Where an import stands."""

    START = 1
    COLUMNS = 2
    TRIED = 3
    DONE = 4


class View(Protocol):
    """What the presenter says to the screen."""

    def changed(self) -> None:
        """Show everything anew."""

    def ask_password(self, text: str) -> None:
        """The file is locked: ask, then call `open` again with it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line below the counts: row of the sheet (0: none), who, what, and the two values of a
    change."""

    row: int
    who: str
    what: str
    before: str = ""
    after: str = ""


class SheetsPresenter:
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View) -> None:
        self.station = station
        self.view = view
        self.work = LongWork(station.runner, view.changed)
        self.kind: Kind = KINDS[0]
        self.stage = Stage.START
        self.path: Path | None = None
        self.rows: SheetRows | None = None
        self.columns: Columns | None = None
        self.under: int | None = None  # the village a sheet without place columns is about
        self.edition_name = ""
        self.as_of = station.store.clock.today()
        self.result: ImportResult | None = None
        self.answers: dict[str, int] = {}  # place names that fit several, as answered
        self.asked: dict[str, tuple[int, ...]] = {}
        self._password: str | None = None
        self._at_row: dict[int, int] = {}

    # -- the file ------------------------------------------------------------------------------

    def load(self) -> None:
        """The screen is shown: the places to pick from are got ready in the worker."""
        tree = self.station.tree
        self.station.runner.run(
            lambda _p: (places(tree), places(tree, ("village",))), way=Way.LOOK, key="sheets-places"
        )
        self.view.changed()

    def begin(self, key: str) -> None:
        """Another kind of sheet; an import under way is left."""
        self.kind = kind_of(key)
        self.leave()

    def leave(self) -> None:
        """Back to the start; nothing that was not imported is kept."""
        self.stage, self.path, self.rows, self.columns = Stage.START, None, None, None
        self.result, self.answers, self.asked = None, {}, {}
        self._password = None
        self.work.say(None)

    def open(self, path: Path, *, sheet: str | None = None, password: str | None = None) -> None:
        """Read a file and propose its columns."""
        store, kind = self.station.store, self.kind

        def read(progress: Progress) -> SheetRows:
            return look(
                path, kind.fields(), kind.words(), store=store, kind=kind.key, sheet=sheet,
                password=password, progress=progress,
            )  # fmt: skip

        def done(rows: SheetRows) -> None:
            self.path, self.rows, self._password = path, rows, password
            self._at_row = {number: at for at, number in enumerate(rows.numbers)}
            self.columns = Columns.of(rows)
            self.stage, self.result = Stage.COLUMNS, None
            self.answers, self.asked = {}, {}
            self.edition_name = path.stem

        def failed(error: BaseException) -> None:
            if isinstance(error, Rejected) and error.problems[0].message in _PASSWORD:
                self.path = path
                self.work.say(None)
                self.view.ask_password(error.problems[0].text)

        self.work.run("读取表格", read, done, failed, way=Way.LONG_READ)

    def use_sheet(self, name: str) -> None:
        """Read another sheet of the same file."""
        if self.path is not None:
            self.open(self.path, sheet=name, password=self._password)

    @property
    def sheets(self) -> list[str]:
        """The sheets of the file, the one that was read first."""
        return [self.rows.sheet.name, *self.rows.sheet.others] if self.rows else []

    # -- columns -------------------------------------------------------------------------------

    def set_column(self, index: int, target: str) -> None:
        """Say which field a column holds ('' for none)."""
        if self.columns is not None:
            self.columns.set(index, target)
            self.view.changed()

    def agree(self, index: int) -> None:
        """Take the guess for a column."""
        if self.columns is not None:
            self.columns.agree(index)
            self.view.changed()

    def villages(self) -> Pickable:
        """What a whole sheet may be about."""
        return places(self.station.tree, ("village",))

    # -- trial and import ----------------------------------------------------------------------

    def back(self) -> None:
        """From the trial to the columns, from the columns to the start."""
        if self.stage is Stage.TRIED:
            self.stage, self.result = Stage.COLUMNS, None
            self.work.say(None)
        else:
            self.leave()

    def try_(self) -> None:
        """See what the import would do; nothing is written."""
        if self.path is None or self.columns is None:
            return
        asked: dict[str, tuple[int, ...]] = {}

        def resolve(text: str, found: Sequence[int]) -> int | None:
            if text not in self.answers:
                asked[text] = tuple(found)
            return self.answers.get(text)

        arguments = self._arguments() | {"resolve": resolve, "dry_run": True}
        path, store, imports = self.path, self.station.store, self.kind.imports

        def done(result: object) -> None:
            assert isinstance(result, ImportResult)
            self.result, self.asked, self.stage = result, asked, Stage.TRIED

        self.work.run(
            "试读", lambda p: imports(store, path, progress=p, **arguments), done,
            way=Way.LONG_READ,
        )  # fmt: skip

    def answer(self, text: str, place: int) -> None:
        """Which place is meant by a name that fits several; then it is tried again."""
        self.answers[text] = place
        self.try_()

    def run(self, rejects: Path | None = None, password: str | None = None) -> None:
        """Import. Refused rows go to `rejects`, with a password if one is given."""
        if self.path is None or self.columns is None:
            return
        answers = self.answers
        arguments = self._arguments() | {
            "resolve": lambda text, found: answers.get(text),
            "rejects": rejects, "rejects_password": password or None,
        }  # fmt: skip
        path, store, imports = self.path, self.station.store, self.kind.imports

        def done(result: object) -> Ended:
            assert isinstance(result, ImportResult)
            self.result, self.stage = result, Stage.DONE
            self.station.runner.changed(None)
            return ended(path.name, result, len(self.told()))

        self.work.run("导入", lambda p: imports(store, path, progress=p, **arguments), done)

    def _arguments(self) -> dict[str, Any]:
        assert self.columns is not None
        assert self.rows is not None
        arguments: dict[str, Any] = {
            "mapping": self.columns.mapping() or None, "sheet": self.rows.sheet.name,
            "password": self._password, "under": self.under,
        }  # fmt: skip
        if not self.path or self.path.suffix.lower() in (".csv", ".txt"):
            arguments["sheet"] = None
        if self.kind.key == "frame":
            arguments |= {"name": self.edition_name, "as_of": self.as_of}
        elif self.kind.key == "census" and self.station.round is not None:
            arguments["round_id"] = self.station.round.id
        return arguments

    @property
    def rejects_name(self) -> str:
        """The name a file of refused rows gets."""
        return f"{self.path.stem if self.path else ''}-退回.xlsx"

    # -- the result ----------------------------------------------------------------------------

    def counts(self) -> list[tuple[str, int]]:
        """Rows: 读, 新增, 更改, 未变, 退回, 提醒; then what changes of registered households and
        people, which a new person's row can bring too."""
        r = self.result
        if r is None:
            return []
        return [
            ("读", r.read), ("新增", r.created), ("更改", r.updated), ("未变", r.unchanged),
            ("退回", r.refused), ("提醒", r.warned),
            ("更改的户", r.households_changed), ("更改的项", len(r.changes)),
        ]  # fmt: skip

    def refused(self) -> list[Line]:
        """Rows that are not taken, with the reason."""
        return [self._line(p) for p in self._problems(Severity.BLOCK)]

    def warned(self) -> list[Line]:
        """What to look at in rows that are taken."""
        return [self._line(p) for p in self._problems(Severity.WARN)]

    def told(self) -> list[Line]:
        """What was mended, and what else to know."""
        return [self._line(p) for p in self._problems(Severity.HINT)]

    def changes(self) -> list[Line]:
        """Each field that changes in a record that is there already."""
        lines = []
        for c in self.result.changes[:MOST_LINES] if self.result else ():
            label = f"{record_word(c.record_type)} · {c.label}"
            before, after = (self._shown(c.record_type, c.field, v) for v in (c.before, c.after))
            lines.append(Line(c.row, c.name, label, before, after))
        return lines

    def comparison(self) -> list[Line]:
        """What a frame says otherwise than the one before."""
        if not isinstance(self.result, FrameResult):
            return []
        c, tree = self.result.comparison, self.station.tree
        lines = [
            Line(0, f"{x.number or ''} {x.head_name or ''}", what,
                 *(("", where) if what == "新的户" else (where, "")))
            for what, some in (("新的户", c.new), ("少了的户", c.gone))
            for x in some for where in [tree.path(x.place) if x.place else ""]
        ]  # fmt: skip
        for d in c.changed:
            before, after = (self._shown("frame_entry", d.field, v) for v in (d.before, d.after))
            note = "" if d.applied else "(登记里的没有动)"
            lines.append(
                Line(0, f"{d.number or ''} {d.head_name or ''}", d.label + note, before, after)
            )
        return lines[:MOST_LINES]

    def _problems(self, severity: Severity) -> list[Problem]:
        found = self.result.problems if self.result else []
        return [p for p in found if p.severity is severity][:MOST_LINES]

    def _line(self, problem: Problem) -> Line:
        where, result = problem.where, self.result
        row = where.row or 0
        what = problem.text
        proposal = result.proposal if result else None
        if where.column and proposal is not None:
            head = proposal.text(where.column - 1)
            what = f"{head}:{what}" if head else what
        return Line(row, self._who(row), what)

    def _who(self, row: int) -> str:
        rows, result = self.rows, self.result
        if rows is None or result is None or result.proposal is None or row not in self._at_row:
            return ""
        cells = rows.rows[self._at_row[row]]
        for key in ("name", "head_name"):
            column = result.proposal.column_of(key)
            if column is not None and column < len(cells):
                return cell_text(cells[column])
        return ""

    def _shown(self, record_type: str, key: str, value: Any) -> str:
        if value is None:
            return ""
        spec = fields_of(record_types()[record_type])[key]
        if key == "place" and isinstance(value, int):
            return self.station.tree.path(value)
        return values.show(spec.type, value)

    # -- out -----------------------------------------------------------------------------------

    def places(self) -> Pickable:
        """What an export may be narrowed to."""
        return places(self.station.tree)

    def file_name(self, kind: Kind, place: int | None) -> str:
        """The name an exported file gets."""
        where = self.station.tree.path(place) if place else self.station.name
        return f"{kind.file}-{where.replace(' ', '')}.xlsx"

    def export(self, key: str, out: Path, place: int | None, password: str = "") -> None:
        """Write a register as a sheet; with a password no plain copy is made."""
        kind, store, round_ = kind_of(key), self.station.store, self.station.round
        more: dict[str, Any] = {"password": password or None}
        if kind.key == "census" and round_ is not None:
            more["round_id"] = round_.id

        def done(result: ExportResult) -> Ended:
            told = "".join(p.text for p in result.problems)
            return Ended(f"已导出 {result.rows:,} 行到 {out}。{told}")

        self.work.run(
            "导出", lambda p: kind.exports(store, out, place, progress=p, **more), done,
            way=Way.LONG_READ,
        )  # fmt: skip

    def template(self, key: str, out: Path) -> None:
        """Write an empty sheet whose columns import without mapping."""
        kind = kind_of(key)
        self.work.run(
            "写空表", lambda _p: kind.template(out),
            lambda _: Ended(f"空表已存到 {out},填好后可直接导入,不用对列"),
            way=Way.LONG_READ,
        )  # fmt: skip


def ended(file: str, result: ImportResult, told: int) -> Ended:
    """What an import did and did not do, in one sentence; the lists above it say the rest, among
    them so many lines of what else to know."""
    done = [
        f"{word} {count:,} 行"
        for word, count in (
            ("新增", result.created), ("更改", result.updated), ("未变", result.unchanged),
        )
        if count
    ]  # fmt: skip
    parts = [f"“{file}”读 {result.read:,} 行:{'、'.join(done) or '没有写入任何行'}"]
    if result.households_changed:
        parts.append(f"已登记的 {result.households_changed:,} 户有更改")
    if result.refused:
        where = f",已存到 {result.rejects_path}" if result.rejects_path else ""
        parts.append(f"{result.refused:,} 行退回、没有导入{where}")
    if result.warned:
        parts.append(f"{result.warned:,} 行有提醒,请核对")
    if told:
        more = "+" if told >= MOST_LINES else ""
        parts.append(f"另有 {told:,}{more} 条说明,见上面的“说明”")
    return Ended(";".join(parts), not result.refused)
