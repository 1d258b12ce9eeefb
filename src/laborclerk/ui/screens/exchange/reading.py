"""What the exchange screen reads from the store and from a folder: run in the worker, no screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from laborclerk.features.census.rounds import current_round
from laborclerk.features.coverage.service import counts_of
from laborclerk.features.exchange import taking
from laborclerk.features.exchange.held import held_names
from laborclerk.features.exchange.returned import Returned, returned
from laborclerk.features.registry.places import place_id
from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.store import Store
from laborclerk.sync import approvals, exchange, overview
from laborclerk.sync.enrolment import County
from laborclerk.sync.exchange import Imported
from laborclerk.sync.holding import OUT_OF_SCOPE
from laborclerk.sync.keys import fingerprint
from laborclerk.sync.ledger import COUNTY, Ledger, keys_of, station_of
from laborclerk.sync.manifest import Purpose
from laborclerk.sync.trust import device_name, town_of
from laborclerk.ui.drives import Drive
from laborclerk.ui.longwork import Ended, fault_text
from laborclerk.ui.screens.exchange.keys import KeyFacts, read_key_facts

NEW, KNOWN, REFUSED = "待导入", "已导入过", "不能导入"
WAITS, OURS = "待补", "给乡镇的"
_TAKEN, _IDLE = "导入", "没有新内容"
_BEFORE = "返还 {town}"
_GAP = (
    "已收下,还缺第 {missing} 号变更,缺的来了自动接上,数据不会少。"
    "请“{name}”重新写一份:每一份都带着县里没有确认的全部变更"
)
_READY = "已收下,缺的都到了。请在“待补”里按“写入”"
_HELD_WORDS = {
    "out_of_scope": "{count:,} 条不属于它的辖区,没有写入。请在“待核”里核定",
    "newer": "{count:,} 条来自更新的程序,已留存。升级本机的程序以后自动写入",
    "missing": "{count:,} 条尚缺前项,已留存。前项到了自动写入",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """How the exchange stands. `county` is None at a township not enrolled yet, and at a county;
    `done` tells of places (12 digits) how many households are due and how many done."""

    name: str
    fingerprint: str
    county: County | None
    outgoing: overview.Outgoing
    stations: Sequence[overview.StationLine]
    log: Sequence[overview.LogLine]
    held: Sequence[overview.HeldLine]
    keys: KeyFacts
    waiting: Sequence[overview.WaitingLine] = ()
    returned: Returned = field(default_factory=Returned)
    done: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    held_names: Mapping[overview.HeldLine, Sequence[str]] = field(default_factory=dict)


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


def read_facts(store: Store) -> Facts:
    """Everything the screen shows."""
    me = station_of(store)
    stations, held = overview.stations(store), overview.held(store)
    return Facts(
        me.name, fingerprint(keys_of(store).public), approvals.county_of(store),
        overview.outgoing(store), stations, overview.log(store), held,
        read_key_facts(store), overview.waiting(store),
        returned(store) if me.level != COUNTY else Returned(),
        _done(store, {line.place for line in stations}), held_names(store, held),
    )  # fmt: skip


def _done(store: Store, places: set[str]) -> dict[str, tuple[int, int]]:
    """Households due and done of each place in the open round."""
    with store.read() as session:
        open_round = current_round(session)
        if open_round is None:
            return {}
        found = {place: counts_of(session, open_round.id, place_id(place)) for place in places}
    return {place: (counts.due, counts.done) for place, counts in found.items()}


def scan(
    store: Store, folder: Path, progress: Progress, drives: Iterable[Drive] = ()
) -> list[Candidate]:
    """What the bundles in a folder are, by station and number; a township is told of those from
    its county."""
    paths = taking.bundles_in(folder) if folder.is_dir() else []  # a stick may be pulled out
    me = station_of(store)
    at_county = me.level == COUNTY
    county = approvals.county_of(store)
    found: list[Candidate] = []
    digests: dict[Path, str] = {}
    for path in paths:
        progress.step(len(found))
        try:
            opened = exchange.inspect(store, path)
        except (Rejected, EnvironmentFault) as error:
            if at_county:
                why = fault_text(error, drives)
                found.append(Candidate(path, state=REFUSED, reason=why, order=("~", 0)))
            continue
        manifest = opened.manifest
        back = manifest.purpose is Purpose.RETURN
        others = taking.elsewhere(store, opened)
        if others and not at_county:
            continue  # what this township wrote itself, and other townships' answers
        name = device_name(store, manifest.station, manifest.device)
        if back and county is not None:
            name = county.name
        if back and at_county:
            name = _BEFORE.format(town=town_of(store, manifest))
        held = opened.holds[0].text if opened.holds else ""
        state = REFUSED if held else OURS if others else NEW
        held = held or others
        digests[path] = opened.digest
        # as the sender's screen counts them; a return bundle does not
        entries = manifest.payload.entries if back else sum(manifest.counts.values())
        written = manifest.written_at[:16].replace("T", " ")
        found.append(
            Candidate(
                path, name, manifest.number, entries, written,
                state, held, ("~~" if others else manifest.device, manifest.number),
            )
        )  # fmt: skip
    known = dict.fromkeys(overview.known_bundles(store, [*digests.values()]), (KNOWN, ""))
    for line in overview.waiting(store):
        known[line.digest] = WAITS, why_waits(line)
    told = [_as_known(c, known.get(digests.get(c.path, ""))) for c in found]
    return sorted(told, key=lambda c: c.order)


def why_waits(line: overview.WaitingLine) -> str:
    """Why a file that was received is not applied yet, and what to do."""
    if line.missing:
        return _GAP.format(missing=line.missing, name=line.name)
    return line.hold or _READY


def why_held(line: overview.LogLine) -> list[str]:
    """What of a file was not applied, why, and what to do."""
    return [_HELD_WORDS[reason].format(count=count) for reason, count in line.held.items()]


def _as_known(found: Candidate, known: tuple[str, str] | None) -> Candidate:
    return found if known is None else replace(found, state=known[0], reason=known[1])


def run_ended(run: taking.Run, drives: Iterable[Drive] = ()) -> Ended:
    """What a run over several bundles did: one sentence, and the list behind it."""
    done = [imported for _, _, imported in run.done]
    kinds = Counter(_kind(i) for i in done)
    records = sum(i.records for i in done)
    asks = sum(i.held.get(OUT_OF_SCOPE, 0) for i in done)
    later = sum(sum(i.held.values()) for i in done) - asks
    conflicts = run.conflicts if any(i.conflicts for i in done) else 0
    parts = []
    if kinds[_TAKEN]:
        parts.append(f"导入 {kinds[_TAKEN]} 份,更改 {records:,} 条记录")
    parts += [f"{kinds[kind]} 份{kind}" for kind in (KNOWN, WAITS, _IDLE) if kinds[kind]]
    if conflicts:
        parts.append(f"{conflicts:,} 处冲突待核定")
    if run.findings:
        parts.append(f"{run.findings:,} 处合并后要看一看")
    if run.duplicates:
        parts.append(f"新发现疑似重复 {run.duplicates:,} 对")
    if asks:
        parts.append(f"{asks:,} 条变更待核,没有写入")
    if later:
        parts.append(f"{later:,} 条已留存,以后自动写入")
    if run.refused:
        parts.append(f"{len(run.refused)} 份没有导入")
    if run.cancelled:
        parts.append("其余已取消,没有改动")
    lines = [_line(item) for item in done]
    lines += [f"{path.name}:{fault_text(error, drives)}" for path, error in run.refused]
    whole = not (run.refused or asks or later or kinds[WAITS] or run.cancelled)
    return Ended(";".join(parts) or "没有导入任何文件", whole, lines)


def _kind(item: Imported) -> str:
    """What became of a bundle."""
    told = {problem.message for problem in item.problems}
    if Ledger.BUNDLE_KNOWN in told:
        return KNOWN
    if item.waits:
        return WAITS
    changed = item.records or item.held or item.conflicts or item.met
    return _TAKEN if changed or not told else _IDLE


def _line(item: Imported) -> str:
    """What one bundle did."""
    # how many of them are open still is in the sentence: the file may bring decisions as well
    parts = [p.text for p in item.problems if p.message is not Ledger.CONFLICTS_BEGAN]
    if item.conflicts:
        parts.append(f"{item.conflicts:,} 处两边各改各的,没有核定的在“冲突”里")
    if item.records or not parts:
        parts.insert(0, f"更改 {item.records:,} 条记录")
    return f"{item.name} 第 {item.number} 号:{';'.join(parts)}"
