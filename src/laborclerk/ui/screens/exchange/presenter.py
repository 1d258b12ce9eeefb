"""The exchange with the county: enrolling, the bundle in two steps, taking bundles in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from laborclerk.features.registry.scope import PlaceScope
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.kernel.progress import Cancelled, Progress
from laborclerk.store.base import record_types
from laborclerk.store.store import Store
from laborclerk.sync import approvals, exchange, overview
from laborclerk.sync.approvals import Application
from laborclerk.sync.enrolment import APPROVAL_SUFFIX, REQUEST_SUFFIX, County
from laborclerk.sync.exchange import Exported, Imported
from laborclerk.sync.keys import fingerprint
from laborclerk.sync.ledger import keys_of, station_of
from laborclerk.ui.drives import Drive, ListDrives, size_text
from laborclerk.ui.jobs import Touched, Way
from laborclerk.ui.longwork import Ended, LongWork, told
from laborclerk.ui.screens.exchange.keys import KeyFacts, Keys, read_key_facts
from laborclerk.ui.station import Station
from laborclerk.ui.words import record_word

BUNDLE_SUFFIX = ".lcb"
HELD_REASONS = {
    "out_of_scope": "不属于该站点的辖区",
    "differs": "与本站现有内容不同",
    "newer": "来自更新的版本,或尚缺前项",
}
NEW, KNOWN, REFUSED = "待导入", "已导入过", "不能导入"


class View(Protocol):
    """What the presenter says to the screen."""

    def changed(self) -> None:
        """Facts, drives or the course of the work changed: show them anew."""


@dataclass(frozen=True, slots=True)
class Facts:
    """How the exchange stands. `county` is None at a township not enrolled yet, and at a county."""

    name: str
    fingerprint: str
    county: County | None
    outgoing: overview.Outgoing
    stations: Sequence[overview.StationLine]
    log: Sequence[overview.LogLine]
    held: Sequence[overview.HeldLine]
    keys: KeyFacts


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bundle found on the chosen drive: from whom, what number, and whether it can come in."""

    path: Path
    name: str = ""
    number: int = 0
    entries: int = 0
    written_at: str = ""
    state: str = NEW
    reason: str = ""
    order: tuple[str, int] = ("", 0)


class ExchangePresenter:
    """State and actions of the exchange screen, for a township and for a county."""

    def __init__(self, station: Station, view: View, list_drives: ListDrives) -> None:
        self.station = station
        self.view = view
        self.facts: Facts | None = None
        self.drives: list[Drive] = []
        self.folder: Path | None = None  # where the bundle goes, or is looked for
        self.candidates: list[Candidate] = []
        self.request: tuple[Path, Application] | None = None  # a county has it before its eyes
        self.work = LongWork(station.runner, view.changed)
        self.keys = Keys(station.store, self.work, self.load)
        self._list_drives = list_drives
        self._by_hand = False
        station.runner.on_change(self._changed)

    @property
    def is_county(self) -> bool:
        return self.station.is_county

    # -- how it stands -------------------------------------------------------------------------

    def load(self) -> None:
        """Read everything anew (F5, and whenever the screen is shown)."""
        store = self.station.store
        self.station.runner.run(
            lambda _p: read_facts(store), self._take, way=Way.LOOK, key="exchange-facts"
        )
        self.look_for_drives()

    def _take(self, facts: Facts) -> None:
        self.facts = facts
        self.view.changed()

    def _changed(self, touched: Touched) -> None:
        if self.facts is not None:
            store = self.station.store
            self.station.runner.run(
                lambda _p: read_facts(store), self._take, way=Way.LOOK, key="exchange-facts"
            )

    def look_for_drives(self) -> None:
        """Ask which drives are plugged in; a single new one is chosen by itself."""
        self.station.runner.run(
            lambda _p: self._list_drives(), self._found, way=Way.LOOK, key="exchange-drives"
        )

    def _found(self, drives: list[Drive]) -> None:
        if drives == self.drives and (drives or self.folder is None or self._by_hand):
            return
        self.drives = drives
        paths = [d.path for d in drives]
        if not self._by_hand and self.folder not in paths:
            self.choose(paths[0] if paths else None, by_hand=False)
        self.view.changed()

    def choose(self, folder: Path | None, *, by_hand: bool = True) -> None:
        """Take this drive or folder; a county looks for bundles on it at once."""
        self.folder, self._by_hand = folder, by_hand and folder is not None
        self.candidates = []
        self.view.changed()
        if self.is_county and folder is not None:
            self.scan()

    # -- a township ----------------------------------------------------------------------------

    def contents(self) -> list[tuple[str, int]]:
        """What the next bundle holds: register and how many of its records."""
        if self.facts is None:
            return []
        records = self.facts.outgoing.records
        known = [k for k in record_types() if k in records]
        first = [k for k in ("household", "person", "census_form", "visit") if k in known]
        rest = sorted(k for k in known if k not in first)
        return [(record_word(k), records[k]) for k in first + rest]

    def since(self) -> str:
        """From when on the bundle holds changes."""
        at = self.facts.outgoing.since if self.facts else None
        return show_time(at) if at else ""

    def standing(self) -> str:
        """How it stands with the next bundle, in one or two sentences."""
        if self.facts is None:
            return ""
        out, since = self.facts.outgoing, self.since()
        if not since:
            return "没有要上报的变更"
        whole = "在县里确认以前,每一份都带上全部变更,丢一个U盘也不少数据"
        if not out.unsent:
            last = next(line for line in self.facts.log if line.outgoing)
            return (
                f"第 {last.number} 号已于 {show_time(last.at)} 写出,待县里确认。以后没有新的变更。"
                f"再写一份,里面是 {since} 以来的 {out.total:,} 条变更:{whole}"
            )
        waiting = f",其中 {out.unsent:,} 条从未写出过" if out.unsent < out.total else ""
        return f"这一份里有 {since} 以来的 {out.total:,} 条变更{waiting}。{whole}"

    def write_request(self, folder: Path) -> None:
        """Write the enrolment request into a folder."""
        store = self.station.store
        out = folder / f"登记申请-{safe_name(self.station.name)}{REQUEST_SUFFIX}"

        def done(_digits: str) -> Ended:
            return Ended(f"登记申请已写到 {out}。送到县站,再打电话对读指纹")

        self.work.run("写登记申请", lambda _p: approvals.request(store, out), done)

    def accept(self, path: Path) -> None:
        """Keep the county's approval."""
        store = self.station.store

        def done(county: County) -> Ended:
            self.station.runner.changed({})
            self.load()
            return Ended(f"已在“{county.name}”登记。请与县里对读县站指纹 {county.fingerprint}")

        self.work.run("读批复", lambda _p: approvals.accept(store, path), done)

    def write_bundle(self) -> None:
        """Write the bundle to the chosen drive."""
        store, folder = self.station.store, self.folder
        if folder is None:
            self.work.say(Ended("请先插上U盘,或另选一个文件夹", whole=False))
            return
        stamp = datetime.fromtimestamp(store.clock.wall() / 1000)
        name = f"上报-{safe_name(self.station.name)}-{stamp:%Y%m%d-%H%M%S}{BUNDLE_SUFFIX}"
        out = folder / name

        def done(made: Exported) -> Ended:
            self.station.runner.changed({})  # no record, but what the status line counts
            self.load()
            total = sum(made.counts.values())
            return Ended(
                f"第 {made.number} 号上报文件已写出并核对,待县里确认:{total:,} 条变更,"
                f"{size_text(made.size)},{made.file}。可以拔下U盘送到县里"
            )

        self.work.run(
            "写上报文件", lambda p: exchange.export_bundle(store, out, p), done, way=Way.LONG_READ
        )

    # -- a county ------------------------------------------------------------------------------

    def scan(self) -> None:
        """Look at every bundle in the chosen folder and one level below; nothing is changed."""
        store, folder = self.station.store, self.folder
        if folder is None:
            return

        def done(found: list[Candidate]) -> None:
            if self.folder == folder:
                self.candidates = found
                self.view.changed()

        self.station.runner.run(
            lambda p: scan(store, folder, p), done, way=Way.LONG_READ, key="exchange-scan"
        )

    @property
    def importable(self) -> list[Candidate]:
        """The bundles that can come in, in their order."""
        return [c for c in self.candidates if c.state == NEW]

    def import_all(self) -> None:
        """Take in every new bundle that was found."""
        if self.importable:
            self.import_files([c.path for c in self.importable])
        else:
            self.work.say(Ended("这里没有可导入的上报文件", whole=False))

    def import_files(self, paths: Sequence[Path]) -> None:
        """Take these bundles in, one after the other; one that is refused stops no other."""
        store = self.station.store

        def done(result: ImportRun) -> Ended:
            self.station.runner.changed(None)
            self.load()
            self.scan()
            return result.ended()

        self.work.run("导入上报文件", lambda p: import_files(store, paths, p), done)

    def read_request(self, path: Path) -> None:
        """Show who asks to be enrolled, with the digits to compare."""
        store = self.station.store

        def done(asked: Application) -> None:
            self.request = (path, asked)
            self.work.say(None)

        def failed(error: BaseException) -> None:
            ended = told(error)
            if ended is None:
                self.station.runner.fail(error)
            self.work.say(ended)

        self.station.runner.run(lambda _p: approvals.read_request(store, path), done, failed)

    def drop_request(self) -> None:
        """The digits differ, or not now: nothing is approved."""
        self.request = None
        self.view.changed()

    def approve(self, out: Path) -> None:
        """The digits were compared and agree: write the approval to `out`."""
        if self.request is None:
            return
        store, (path, _) = self.station.store, self.request

        def done(found: Application) -> Ended:
            self.request = None
            self.load()
            return Ended(f"已批准“{found.request.name}”,批复在 {out}。请把它交给对方导入")

        self.work.run("写批复", lambda _p: approvals.approve(store, path, out), done)

    def approval_name(self) -> str:
        """The name an approval file gets."""
        name = self.request[1].request.name if self.request else ""
        return f"批复-{safe_name(name)}{APPROVAL_SUFFIX}"


def safe_name(text: str) -> str:
    """The text as part of a file's name on every system."""
    return (
        "".join("_" if c in '\\/:*?"<>|' or ord(c) < 32 else c for c in text).strip(" .") or "站点"
    )


def read_facts(store: Store) -> Facts:
    """Everything the screen shows (in the worker)."""
    me = station_of(store)
    return Facts(
        me.name, fingerprint(keys_of(store).public), approvals.county_of(store),
        overview.outgoing(store), overview.stations(store), overview.log(store),
        overview.held(store), read_key_facts(store),
    )  # fmt: skip


def scan(store: Store, folder: Path, progress: Progress) -> list[Candidate]:
    """What the bundles in a folder are, by station and number."""
    paths = [p for pattern in ("*", "*/*") for p in sorted(folder.glob(pattern + BUNDLE_SUFFIX))]
    names = {line.device: line.name for line in overview.stations(store)}
    found: list[Candidate] = []
    digests: dict[Path, str] = {}
    for path in paths:
        progress.step(len(found))
        try:
            opened = exchange.inspect(store, path)
        except (Rejected, EnvironmentFault) as error:
            found.append(Candidate(path, state=REFUSED, reason=str(error), order=("~", 0)))
            continue
        manifest = opened.manifest
        name = names.get(opened.certified.device, manifest.station)
        held = opened.holds[0].text if opened.holds else ""
        digests[path] = opened.digest
        entries = sum(manifest.counts.values())  # as the sender's screen counts them
        written = manifest.written_at[:16].replace("T", " ")
        found.append(
            Candidate(
                path, name, manifest.number, entries, written,
                REFUSED if held else NEW, held, (manifest.device, manifest.number),
            )
        )  # fmt: skip
    known = overview.known_bundles(store, list(digests.values()))
    told = [
        Candidate(c.path, c.name, c.number, c.entries, c.written_at, KNOWN, "", c.order)
        if digests.get(c.path) in known else c
        for c in found
    ]  # fmt: skip
    return sorted(told, key=lambda c: c.order)


@dataclass
class ImportRun:
    """What a run over several bundles did."""

    done: list[Imported]
    refused: list[tuple[str, str]]
    cancelled: bool = False

    def ended(self) -> Ended:
        """One sentence, and the list behind it."""
        fresh = [i for i in self.done if i.records or i.held or not i.problems]
        idle = len(self.done) - len(fresh)
        records = sum(i.records for i in self.done)
        held = sum(sum(i.held.values()) for i in self.done)
        parts = []
        if fresh:
            parts.append(f"导入 {len(fresh)} 份,更改 {records:,} 条记录")
        if idle:
            parts.append(f"{idle} 份没有新内容")
        if held:
            parts.append(f"{held:,} 条变更待核,没有写入")
        if self.refused:
            parts.append(f"{len(self.refused)} 份没有导入")
        if self.cancelled:
            parts.append("其余已取消,没有改动")
        lines = [_line(item) for item in self.done]
        lines += [f"{name}:{reason}" for name, reason in self.refused]
        whole = not (self.refused or held or self.cancelled)
        return Ended(";".join(parts) or "没有导入任何文件", whole, lines)


def _line(item: Imported) -> str:
    """What one bundle did."""
    parts = [p.text for p in item.problems]
    if item.records or not parts:
        parts.insert(0, f"更改 {item.records:,} 条记录")
    return f"{item.name} 第 {item.number} 号:{';'.join(parts)}"


def import_files(store: Store, paths: Sequence[Path], progress: Progress) -> ImportRun:
    """Import bundles one after the other (in the worker)."""
    run = ImportRun([], [])
    for path in paths:
        try:
            run.done.append(exchange.import_bundle(store, path, PlaceScope, progress))
        except (Rejected, EnvironmentFault) as error:
            run.refused.append((path.name, str(error)))
        except Cancelled:
            run.cancelled = True
            break
    return run
