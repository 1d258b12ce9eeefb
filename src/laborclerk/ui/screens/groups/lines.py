"""What the worker brings for the screen: a line for each group, and the book behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from laborclerk.features.coverage import assign, collection, paper
from laborclerk.features.coverage.assign import Share
from laborclerk.features.coverage.collection import GroupLine
from laborclerk.features.coverage.paper import ISSUED, RETURNED, SPOILT, PaperRow
from laborclerk.features.registry.places import PlaceTree, subtree

KINDS = {ISSUED: "发出", RETURNED: "收回", SPOILT: "作废"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a group's book: paper moved (`record`), or the month's report (None)."""

    place: int
    record: int | None
    date: str
    what: str
    numbers: str = ""
    person: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[int, int]:
        return self.place, self.record or 0


@dataclass(frozen=True, slots=True)
class Line:
    """One group (a village without groups stands for itself): its paper in the round, its report
    of the month (None where only paper stands at a village that has groups), its laptop."""

    place: int
    village: str
    name: str
    paper: PaperRow
    report: GroupLine | None
    share: Share | None
    entries: tuple[Entry, ...] = ()

    @property
    def village_id(self) -> int:
        return self.place // 1000 * 1000

    @property
    def silent(self) -> bool:
        """Has to report and has not."""
        return self.report is not None and not self.report.reported

    @property
    def title(self) -> str:
        return f"{self.village} {self.name}".strip()


@dataclass(frozen=True, slots=True)
class Groups:
    """All of one place: its lines, who enters which of its villages, this laptop's letter."""

    lines: Sequence[Line] = ()
    shares: Sequence[Share] = ()
    free: int = 0  # villages that no laptop has, while others were shared out
    letter: str = ""
    paper: PaperRow = field(default_factory=lambda: PaperRow(0, "", 0, 0, 0, 0))

    def laptops(self) -> str:
        """Who enters which villages, in one sentence."""
        parts = [
            " ".join(filter(None, (
                f"{s.letter}(本机)" if s.own else s.letter, s.clerk, f"{len(s.villages):,} 村"
            )))
            for s in self.shares
        ]  # fmt: skip
        if self.free:
            parts.append(f"未分 {self.free:,} 村")
        return " · ".join(parts)


def read(session: Session, round_id: int | None, month: str, place: int, letter: str) -> Groups:
    """The groups below a place. Without a round there is no paper; `letter` is this laptop's."""
    tree = PlaceTree.load(session)
    low, high = subtree(place)
    reports = {line.place: line for line in collection.collection(session, month, place)}
    moved = {r.place: r for r in paper.paper_rows(session, round_id, place)} if round_id else {}
    book: dict[int, list[Entry]] = defaultdict(list)
    for report in reports.values():
        if report.date is not None:
            what = f"{month} 上报,变动 {report.changes or 0} 条"
            book[report.place].append(
                Entry(report.place, None, report.date, what, "", report.reporter, report.note)
            )
    for move in paper.movements(session, round_id, place) if round_id else ():
        what = f"{KINDS.get(move.kind or '', '')} {move.count or 0} 份"
        at = move.place or 0
        book[at].append(
            Entry(at, move.id, move.date or "", what, move.numbers or "", move.person or "")
        )
    shares = [_within(share, low, high) for share in assign.shares(session, letter)]
    shares = [share for share in shares if share.villages or share.own]
    of_village = {village: share for share in shares for village in share.villages}
    lines = []
    for group in sorted(reports.keys() | moved.keys()):
        village = group // 1000 * 1000
        lines.append(
            Line(
                group, tree.name(village), tree.name(group) if group != village else "",
                moved.get(group) or PaperRow(group, "", 0, 0, 0, 0), reports.get(group),
                of_village.get(village),
                tuple(sorted(book[group], key=lambda entry: entry.date, reverse=True)),
            )
        )  # fmt: skip
    total = PaperRow(
        place, "",
        *(sum(getattr(line.paper, key) for line in lines)
          for key in ("issued", "returned", "spoilt", "keyed")),
    )  # fmt: skip
    free = len(tree.villages(place)) - len(of_village) if of_village else 0
    return Groups(lines, shares, free, letter, total)


def _within(share: Share, low: int, high: int) -> Share:
    """A share as far as it lies below a place: a county sees those of one township."""
    villages = tuple(v for v in share.villages if low <= v < high)
    return Share(share.letter, share.clerk, villages, share.own)
