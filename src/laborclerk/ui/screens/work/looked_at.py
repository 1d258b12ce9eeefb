"""One list of the work register as it is looked at: which, where, on what day; read page by page.

A named list, one of job seekers, a kind of mismatch, a month's updates and one person alone are
chosen, read and saved in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from laborclerk.features.census.exports import ExportResult
from laborclerk.features.seeking import prints as seeking
from laborclerk.features.seeking.listing import KINDS as SEEKERS
from laborclerk.features.seeking.listing import SeekKind, SeekLine, seek_count, seek_lines
from laborclerk.features.work import prints
from laborclerk.features.work.exports import export_list
from laborclerk.features.work.list_kinds import LISTS, Filter, ListKind
from laborclerk.features.work.lists import ListLine, count, line_of, lines
from laborclerk.features.work.reconcile import KINDS, Kind, Mismatch, mismatches
from laborclerk.features.work.updates import UpdateLine, updates
from laborclerk.kernel.progress import Progress
from laborclerk.store.store import Store

PAGE = 300
LIST, MISMATCH, UPDATE = "list", "mismatch", "update"
SEEK, ONE = "seek", "one"  # job seekers; one person, `which` is her id
Line = ListLine | SeekLine | Mismatch | UpdateLine


def key_of(line: Line) -> int:
    """The key of a line: the person, or the group's place."""
    if isinstance(line, ListLine | SeekLine):
        return line.id
    return line.person if isinstance(line, Mismatch) and line.person else line.place


def is_about_somebody(line: Line | None) -> bool:
    """Whether a line is about one person, not about a group."""
    return isinstance(line, ListLine | SeekLine) or (
        isinstance(line, Mismatch) and bool(line.person)
    )


@dataclass(frozen=True, slots=True)
class LookedAt:
    """`section` is LIST, SEEK, MISMATCH, UPDATE or ONE, `which` the kind in it."""

    section: str
    which: str
    place: int
    on: str
    month: str
    filter: Filter

    def read(
        self, session: Session, offset: int, *, counted: bool = False
    ) -> tuple[int, list[Line]]:
        """How many lines there are at least, and a page of them from `offset` on. A list is counted
        to the end unless somebody has `counted` it; updates come all at once."""
        if self.section == UPDATE:
            told: list[Line] = [*updates(session, self.month, self.place)]
            return len(told), told[offset:]
        if self.section == MISMATCH:
            kind = Kind(self.which)
            found = mismatches(session, kind, self.place, self.on, self.month, PAGE + 1, offset)
            listed: list[Line] = list(found)
            return offset + len(listed), listed[:PAGE]
        if self.section == ONE:
            one = line_of(session, int(self.which), self.place, self.on)
            return (1, [one]) if one is not None else (0, [])
        if self.section == SEEK:
            seek, where = SeekKind(self.which), (self.place, self.on, self.filter)
            listed = [*seek_lines(session, seek, *where, PAGE, offset)]
            if counted:
                return offset + len(listed), listed
            return seek_count(session, seek, *where), listed
        which = ListKind(self.which)
        page: list[Line] = list(
            lines(session, which, self.place, self.on, self.filter, PAGE, offset)
        )
        if counted:
            return offset + len(page), page
        return count(session, which, self.place, self.on, self.filter), page

    @property
    def file_name(self) -> str:
        """The name a saved list gets, without its ending."""
        if self.section == UPDATE:
            return f"务工台账月报-{self.month}"
        return f"{self.title}-{self.on}"

    @property
    def title(self) -> str:
        """What the list is called."""
        if self.section == MISMATCH:
            return KINDS[Kind(self.which)].title
        if self.section == SEEK:
            return SEEKERS[SeekKind(self.which)].title
        return LISTS[ListKind(self.which)].title

    def save(self, store: Store, path: Path, progress: Progress) -> str:
        """Write a list as a sheet or a PDF by the file's ending, the rest as PDF → what to say."""
        place, on = self.place, self.on
        if self.section == UPDATE:
            pages = prints.print_updates(store, self.month, place, path, progress)
        elif self.section == MISMATCH:
            kinds = [Kind(self.which)]
            pages = prints.print_mismatches(
                store, place, path, on=on, kinds=kinds, progress=progress
            )
        elif path.suffix.lower() == ".pdf":
            pages = self._print(store, path, progress)
        else:
            done = self._export(store, path, progress)
            told = "".join(p.text for p in done.problems)
            return f"已导出 {done.rows:,} 行到 {path}。{told}"
        return f"已存到 {path},{pages} 页。文件没有加密,用完请删除,不要发到群里"

    def _print(self, store: Store, path: Path, progress: Progress) -> int:
        if self.section == SEEK:
            return seeking.print_list(
                store, SeekKind(self.which), self.place, path, on=self.on, filter_=self.filter,
                progress=progress,
            )  # fmt: skip
        return prints.print_list(
            store, ListKind(self.which), self.place, path, on=self.on, filter_=self.filter,
            progress=progress,
        )  # fmt: skip

    def _export(self, store: Store, path: Path, progress: Progress) -> ExportResult:
        given = (self.place, self.on, self.filter)
        if self.section == SEEK:
            return seeking.export_list(store, path, SeekKind(self.which), *given, progress=progress)
        return export_list(store, path, ListKind(self.which), *given, progress=progress)
