"""The tree of places without a window: looking, finding, groups and leaders, a newer edition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from laborclerk.catalog.spelling import spelling, typed
from laborclerk.catalog.values import Context
from laborclerk.features.registry.groups import (
    EDITABLE,
    PlaceLine,
    change_place,
    place_lines,
)
from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import (
    LEVELS,
    PlaceTree,
    add_group,
    close_group,
    code_of,
    level_of,
    parent_of,
)
from laborclerk.features.registry.places_import import PlacesResult, import_places
from laborclerk.features.registry.places_sheet import export_places, template_places
from laborclerk.features.registry.recoding import Moved, confirm_recoding
from laborclerk.kernel.errors import Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import fields_of
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, LongWork, told
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.station import Station


class View(Protocol):
    """What the presenter says to the screen."""

    def changed(self) -> None:
        """Show everything anew."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the tree."""

    place: PlaceLine
    depth: int
    can_open: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """An old place that may be another now. `candidates` to choose from; one of them when it is
    likely. `households` would move with it."""

    old: int
    old_name: str
    candidates: tuple[tuple[int, str], ...]
    reason: str
    households: int


class PlacesPresenter:
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View) -> None:
        self.station = station
        self.view = view
        self.work = LongWork(station.runner, view.changed)
        self.places: dict[int, PlaceLine] = {}
        self.loaded = False  # whether the places were read once
        self.here: int | None = None
        self.form: RecordForm | None = None
        self.word = "组"  # what groups are called here
        self.tried: tuple[Path, PlacesResult] | None = None  # a divisions file, tried
        self.proposals: list[Proposal] = []
        self._open: set[int] = set()
        self._children: dict[int, list[int]] = {}
        station.runner.on_change(self._touched)

    # -- the tree ------------------------------------------------------------------------------

    def load(self) -> None:
        """Read the places anew."""
        store = self.station.store

        def work(_progress: Progress) -> list[PlaceLine]:
            self.word = store.setting("words.group", "组")
            with store.read() as session:
                return place_lines(session)

        self.station.runner.run(work, self._take, way=Way.LOOK, key="places")

    def _take(self, lines: list[PlaceLine]) -> None:
        self.places = {line.id: line for line in lines}
        self.loaded = True
        self._children = {}
        for line in lines:
            self._children.setdefault(self._above(line.id), []).append(line.id)
        tops = self._children.get(0, [])
        if not self._open:
            self._open = set(tops)
        if self.here not in self.places and tops:
            self.select(tops[0])
        elif self.here is not None and (self.form is None or not self.form.dirty):
            self.select(self.here)
        self.view.changed()

    def _above(self, place: int) -> int:
        """The nearest place above that the station has; 0 for its topmost."""
        at = place
        while parent_of(at) != at:
            at = parent_of(at)
            if at in self.places:
                return at
        return 0

    def _touched(self, touched: Touched) -> None:
        if self.places and touches(touched, "place", "household"):
            self.load()

    def rows(self) -> list[Row]:
        """The tree as far as it is open."""
        return list(self._rows(0, 0))

    def _rows(self, above: int, depth: int) -> Iterator[Row]:
        for place in self._children.get(above, ()):
            below = place in self._children
            opened = below and place in self._open
            yield Row(self.places[place], depth, below, opened)
            if opened:
                yield from self._rows(place, depth + 1)

    def toggle(self, place: int, on: bool | None = None) -> None:
        """Open or close a place."""
        if place in self._children and on is not (place in self._open):
            self._open ^= {place}
            self.view.changed()

    def find(self, text: str) -> int | None:
        """The next place after the chosen one whose name or pinyin holds `text`; it is shown."""
        key = "".join(text.split()).casefold()
        ids = list(self.places)
        if not key or not ids:
            return None
        fits = typed(key)
        start = ids.index(self.here) + 1 if self.here in self.places else 0
        for place in ids[start:] + ids[:start]:
            line = self.places[place]
            if (
                key in line.name
                or fits(spelling(line.name)) is not None
                or code_of(place).startswith(key)
            ):
                at = place
                while (at := self._above(at)) != 0:
                    self._open.add(at)
                self.select(place)
                self.view.changed()
                return place
        return None

    # -- one place -----------------------------------------------------------------------------

    def select(self, place: int) -> None:
        """Show a place's fields."""
        line = self.places.get(place)
        if line is None:
            return
        self.here = place
        specs = fields_of(Place)
        today = self.station.store.clock.today()
        values = {"name": line.name, "leader": line.leader, "leader_phone": line.leader_phone}
        self.form = RecordForm(
            {key: specs[key] for key in EDITABLE}, dict(values), lambda: Context(today=today)
        )

    @property
    def village(self) -> int | None:
        """The village the chosen place is or lies in."""
        if self.here is None or LEVELS.index(level_of(self.here)) < LEVELS.index("village"):
            return None
        return self.here // 1000 * 1000

    @property
    def is_past(self) -> bool:
        """Whether the chosen place was abolished."""
        line = self.places.get(self.here or 0)
        return line is not None and line.valid_to is not None

    def facts(self) -> list[str]:
        """What else is known of the chosen place."""
        line = self.places.get(self.here or 0)
        if line is None:
            return []
        word = {
            "group": self.word,
            "village": "村(社区)",
            "township": "乡(镇、街道)",
            "county": "县",
        }
        said = [
            f"{word.get(line.level, '')} {line.id if line.level == 'group' else code_of(line.id)}"
        ]
        said.append(f"{line.households:,} 户")
        if line.valid_to:
            after = self.places.get(line.successor or 0)
            by = f",由“{after.name}”接续" if after else ""
            said.append(f"{line.valid_to} 停用{by}")
        elif line.valid_from:
            said.append(f"{line.valid_from} 启用")
        return said

    def save(self) -> str | None:
        """Keep the fields of the chosen place → the field that stops it."""
        form, place = self.form, self.here
        if form is None or place is None or not form.dirty:
            return None
        stopping = form.unread()
        if stopping:
            return stopping[0]
        store, values, seen = self.station.store, dict(form.values), dict(form.read)

        def done(_: None) -> None:
            form.dirty = False
            self.work.say(Ended(f"已存:{self.places[place].name}"))
            self.station.runner.changed({"place": {place}})

        self.station.runner.run(
            lambda _p: change_place(store, place, values, seen), done, self._failed
        )
        return None

    def add_group(self, name: str) -> None:
        """Make a group in the chosen village."""
        village, store = self.village, self.station.store
        name = name.strip()
        if village is None or not name:
            return
        word = self.word
        full = f"{name}{word}" if name.isascii() and name.isdigit() else name

        def done(made: int) -> None:
            self._open.add(village)
            self.here = made
            self.form = None
            self.work.say(Ended(f"已设 {full}"))
            self.station.runner.changed({"place": {made}})

        self.station.runner.run(lambda _p: add_group(store, village, full), done, self._failed)

    def close_group(self) -> None:
        """End the chosen group; it must have no household."""
        group, store = self.here, self.station.store
        if group is None or level_of(group) != "group":
            return
        today = store.clock.today()

        def done(_: None) -> None:
            self.work.say(Ended(f"“{self.places[group].name}”已停用"))
            self.station.runner.changed({"place": {group}})

        self.station.runner.run(lambda _p: close_group(store, group, today), done, self._failed)

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Rejected) and self.form is not None:
            self.form.refuse(error.problems)
        known = told(error)
        self.work.say(known)
        if known is None:
            self.station.runner.fail(error)

    # -- a newer edition -----------------------------------------------------------------------

    def try_edition(self, path: Path) -> None:
        """See what a divisions file would change; nothing is written."""
        store = self.station.store

        def done(result: PlacesResult) -> None:
            self.tried = (path, result)

        self.work.run(
            "试读区划", lambda p: import_places(store, path, dry_run=True, progress=p), done,
            way=Way.LONG_READ,
        )  # fmt: skip

    def drop_edition(self) -> None:
        """Not this file: nothing was changed."""
        self.tried, self.proposals = None, []
        self.view.changed()

    def import_edition(self) -> None:
        """Import the file that was tried: certain changes are done, the others are proposed."""
        if self.tried is None:
            return
        store, (path, _) = self.station.store, self.tried

        def done(result: PlacesResult) -> Ended:
            self.tried = None
            self.proposals = proposals(result, self.station.tree, self.places)
            self.station.runner.changed(None)
            return ended(path.name, result)

        self.work.run("导入区划", lambda p: import_places(store, path, progress=p), done)

    def confirm(self, proposal: Proposal, new: int) -> None:
        """A person has confirmed it: groups and households go along."""
        store = self.station.store

        def done(moved: Moved) -> Ended:
            self.proposals = [p for p in self.proposals if p.old != proposal.old]
            self.station.runner.changed(None)
            return Ended(
                f"“{proposal.old_name}”已并入新的区划:移 {moved.groups} 个{self.word}、"
                f"{moved.households:,} 户"
            )

        self.work.run("并入新的区划", lambda _p: confirm_recoding(store, proposal.old, new), done)

    def put_off(self, proposal: Proposal) -> None:
        """Not now: importing the same file again proposes it again."""
        self.proposals = [p for p in self.proposals if p.old != proposal.old]
        self.view.changed()

    def export(self, out: Path) -> None:
        """Write all places as a sheet."""
        store = self.station.store
        self.work.run(
            "导出区划", lambda p: export_places(store, out, progress=p),
            lambda rows: Ended(f"已导出 {rows:,} 个地方到 {out}。内有负责人姓名和电话,请妥善保管"),
            way=Way.LONG_READ,
        )  # fmt: skip

    def template(self, out: Path) -> None:
        """Write an empty sheet of divisions."""
        self.work.run(
            "写空表", lambda _p: template_places(out),
            lambda _: Ended(f"空表已存到 {out},填好后按“导入新区划”"),
            way=Way.LONG_READ,
        )  # fmt: skip

    def tried_lines(self) -> list[str]:
        """What the file that was tried would change."""
        return [p.text for p in self.tried[1].problems] if self.tried else []


def proposals(
    result: PlacesResult, tree: PlaceTree, places: dict[int, PlaceLine]
) -> list[Proposal]:
    """What waits for a person: likely ones first."""
    found = [
        Proposal(
            r.old,
            f"{r.old_name} {code_of(r.old)}",
            ((r.new, f"{r.new_name} {code_of(r.new)}"),),
            r.reason,
            r.households,
        )
        for r in result.recodings
    ]
    for old, news in result.uncertain.items():
        named = tuple((n, _name(tree, n)) for n in news)
        line = places.get(old)
        found.append(
            Proposal(
                old, _name(tree, old), named, "不能确定是哪一个", line.households if line else 0
            )
        )
    return found


def _name(tree: PlaceTree, place: int) -> str:
    return f"{tree.path(place, 'township')} {code_of(place)}"


def ended(file: str, result: PlacesResult) -> Ended:
    """What an import of divisions did and did not do."""
    parts = [
        f"“{file}”读 {result.read:,} 个区划:新增 {result.created:,},改名 {len(result.renamed):,}"
    ]
    waiting = len(result.recodings) + len(result.uncertain)
    if waiting:
        parts.append(f"{waiting} 处可能换了代码,等您逐个确认")
    if result.gone:
        parts.append(f"{len(result.gone)} 个旧区划找不到对应,照旧保留")
    lines: Sequence[str] = [p.text for p in result.problems]
    return Ended(";".join(parts), not (waiting or result.gone), lines[:50])
