"""The exchange with the county: enrolling, the bundle in two steps, taking bundles in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from laborclerk.features.exchange import taking
from laborclerk.features.registry.record_words import record_word
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.file_names import safe_name
from laborclerk.store.base import record_types
from laborclerk.sync import approvals
from laborclerk.sync.enrolment import APPROVAL_SUFFIX, REQUEST_SUFFIX, Application, County
from laborclerk.sync.export import Exported, export_bundle
from laborclerk.ui.drives import Drive, ListDrives, size_text
from laborclerk.ui.jobs import Touched, Way
from laborclerk.ui.longwork import Ended, LongWork, told
from laborclerk.ui.screens.exchange.county_acts import BUNDLE_SUFFIX, CountyActs
from laborclerk.ui.screens.exchange.keys import Keys
from laborclerk.ui.screens.exchange.reading import (
    KNOWN,
    NEW,
    REFUSED,
    Candidate,
    Facts,
    read_facts,
    run_ended,
    scan,
)
from laborclerk.ui.station import Station

__all__ = ["KNOWN", "NEW", "REFUSED", "ExchangePresenter", "safe_name"]
HELD_REASONS = {
    "out_of_scope": "不属于该站点的辖区",
    "newer": "来自更新的版本,升级后自动接上",
    "missing": "尚缺前项,前项到后自动接上",
}


class View(Protocol):
    """What the presenter says to the screen."""

    def changed(self) -> None:
        """Facts, drives or the course of the work changed: show them anew."""


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
        self._seen: dict[Path, Drive] = {}  # a stick that was pulled keeps its name
        self.work = LongWork(station.runner, view.changed, drives=lambda: self._seen.values())
        self.keys = Keys(station.store, self.work, self.load)
        self.acts = CountyActs(station.store, self.work, self._after)
        self._list_drives = list_drives
        self._by_hand = False
        station.runner.on_change(self._changed)

    @property
    def is_county(self) -> bool:
        return self.station.is_county

    # -- how it stands -------------------------------------------------------------------------

    def load(self) -> None:
        """Read everything anew, the chosen folder too (F5, and whenever the screen is shown)."""
        store = self.station.store
        self.station.runner.run(
            lambda _p: read_facts(store), self._take, way=Way.LOOK, key="exchange-facts"
        )
        self.look_for_drives()
        self.scan()

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
        """Ask which drives are plugged in; the first is chosen by itself, at a township the first
        that can be written to."""
        self.station.runner.run(
            lambda _p: self._list_drives(), self._found, way=Way.LOOK, key="exchange-drives"
        )

    def _found(self, drives: list[Drive]) -> None:
        if drives == self.drives and (drives or self.folder is None or self._by_hand):
            return
        self.drives = drives
        self._seen |= {drive.path: drive for drive in drives}
        if not self._by_hand and self.folder not in [d.path for d in drives]:
            useful = [d for d in drives if self.is_county or not d.read_only] or drives
            self.choose(useful[0].path if useful else None, by_hand=False)
        else:
            self.scan()  # what is on them changed, or a stick took the place of another
        self.view.changed()

    def choose(self, folder: Path | None, *, by_hand: bool = True) -> None:
        """Take this drive or folder; a county looks for bundles on it at once."""
        self.folder, self._by_hand = folder, by_hand and folder is not None
        self.candidates = []
        self.view.changed()
        if folder is not None:
            self.scan()

    def _after(self, changed: bool) -> None:
        """Something came in or went out."""
        if changed:
            self.station.runner.changed(None)
        self.load()

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
            return Ended(f"登记申请已写到 {self.work.place(out)}。送到县站,再打电话对读指纹")

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
                f"{size_text(made.size)},{self.work.place(made.file)}。{taking.beside(made)}可以拔下U盘送到县里"
            )

        self.work.run("写上报文件", lambda p: export_bundle(store, out, p), done, way=Way.LONG_READ)

    # -- a county ------------------------------------------------------------------------------

    def scan(self) -> None:
        """Look at every bundle in the chosen folder and one level below; nothing is changed."""
        store, folder, drives = self.station.store, self.folder, tuple(self._seen.values())
        if folder is None:
            return

        def done(found: list[Candidate]) -> None:
            if self.folder == folder:
                self.candidates = found
                self.view.changed()

        self.station.runner.run(
            lambda p: scan(store, folder, p, drives), done, way=Way.LONG_READ, key="exchange-scan"
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
            what = "上报文件" if self.is_county else "返还文件"
            self.work.say(Ended(f"这里没有可导入的{what}", whole=False))

    def import_files(self, paths: Sequence[Path]) -> None:
        """Take these bundles in, one after the other; one that is refused stops no other."""
        store = self.station.store

        def done(run: taking.Run) -> Ended:
            self._after(True)
            return run_ended(run, self._seen.values())

        label = "导入上报文件" if self.is_county else "导入返还文件"
        self.work.run(label, lambda p: taking.import_many(store, paths, p), done)

    def read_request(self, path: Path) -> None:
        """Show who asks to be enrolled, with the digits to compare."""
        store = self.station.store

        def done(asked: Application) -> None:
            self.request = (path, asked)
            self.work.say(None)

        def failed(error: BaseException) -> None:
            ended = told(error, self._seen.values())
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
            return Ended(
                f"已批准“{found.request.name}”,批复在 {self.work.place(out)}。请把它交给对方导入"
            )

        self.work.run("写批复", lambda _p: approvals.approve(store, path, out), done)

    def approval_name(self) -> str:
        """The name an approval file gets."""
        name = self.request[1].request.name if self.request else ""
        return f"批复-{safe_name(name)}{APPROVAL_SUFFIX}"
