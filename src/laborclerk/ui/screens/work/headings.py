"""What the screen of the work register calls its lists: left, with their numbers, and above one."""

from __future__ import annotations

from dataclasses import dataclass

from laborclerk.features.seeking.listing import KINDS as SEEKERS
from laborclerk.features.seeking.listing import SeekKind
from laborclerk.features.work.board import Board
from laborclerk.features.work.list_kinds import LISTS, ListKind
from laborclerk.features.work.reconcile import KINDS, Kind
from laborclerk.ui.screens.work.looked_at import LIST, MISMATCH, ONE, SEEK, UPDATE, LookedAt


@dataclass(frozen=True, slots=True)
class Choosable:
    """One entry of the screen's list: a section's heading has no key."""

    key: str
    title: str
    count: int | None = None
    bad: bool = False


_ASKED = (SeekKind.SOON, SeekKind.EXPIRED)  # somebody must be asked


def choosable(
    board: Board | None,
    seekers: dict[SeekKind, int] | None,
    month: str,
    one: Choosable | None = None,
) -> list[Choosable]:
    """The lists, the job seekers, the month's updates and the mismatches, with what was counted;
    `one` person who is looked at alone stands first."""
    found = [Choosable("", "个人"), one] if one is not None else []
    found.append(Choosable("", "名单"))
    for kind, named in LISTS.items():
        people = board.lists[kind] if board else None
        found.append(Choosable(f"{LIST}:{kind.value}", named.brief, people))
    found.append(Choosable("", "求职登记"))
    for seek, listed in SEEKERS.items():
        many = seekers[seek] if seekers else None
        found.append(Choosable(f"{SEEK}:{seek.value}", listed.brief, many,
                               bad=bool(many) and seek in _ASKED))  # fmt: skip
    found.append(Choosable("", "月报"))
    missing = board.missing if board else None
    found.append(Choosable(UPDATE, f"{month} 未报", missing, bad=bool(missing)))
    found.append(Choosable("", "卡、表、册、人相符"))
    known = board.mismatches if board else None
    for which, mismatch in KINDS.items():
        count = known[which] if known is not None else None
        found.append(Choosable(f"{MISMATCH}:{which.value}", mismatch.title, count, bool(count)))
    return found


def about(looked: LookedAt, board: Board | None, total: int) -> str:
    """What the list shown is, in one sentence."""
    if looked.section == UPDATE:
        due = board.due if board else 0
        missing = board.missing if board else 0
        return f"{looked.month} 应报 {due},已报 {due - missing},未报 {missing}"
    if looked.section == MISMATCH:
        named = KINDS[Kind(looked.which)]
        return f"{named.title} {total:,} · {named.sides} · {named.todo}"
    if looked.section == ONE:
        return "务工经历、求职登记、核实和卡;Shift+Enter 回到调查表"
    narrowed = f" · 筛选:{looked.filter.said()}" if not looked.filter.empty else ""
    rule = (
        SEEKERS[SeekKind(looked.which)].rule
        if looked.section == SEEK
        else LISTS[ListKind(looked.which)].rule
    )
    return f"{looked.on} · {total:,} 人{narrowed} · {rule}"
