"""What every import of rows gives back, and how its refused rows leave it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from laborclerk.features.census.import_plan import Change
from laborclerk.features.census.sheet_rows import SheetRows
from laborclerk.features.registry.places import GROUP_WORDS, WORD
from laborclerk.kernel.errors import Message, Problem, Severity
from laborclerk.kernel.progress import Progress
from laborclerk.sheets.mapping import Proposal
from laborclerk.sheets.rejects import write_rejects
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork


class ImportNotice(Message):
    """What an import tells besides the rows."""

    IMPORT_GROUPS_MADE = "新设了{count}个{word}:{names}"
    IMPORT_GROUPS_TO_MAKE = "将新设{count}个{word}:{names}"
    IMPORT_NO_ROUND = "还没有调查轮次:只登记了户和人,没有生成调查表,也没有核对。请先建轮次"
    IMPORT_REJECTS_PLAIN = (
        "退回文件“{file}”含个人信息,没有加密。改正并重新导入后请删除,不要发到群里"
    )
    IMPORT_NOTICES_MORE = "“{label}”另有{count}处同样的更正,没有逐行列出"


@dataclass
class ImportResult:
    """What an import did, or would do. Every read row is one of created, updated, unchanged,
    refused; `warned` rows are among the taken ones. `changes` may stand at rows of every kind: a
    new person's row can change the household. `rejects_path` is set when a file was written,
    `groups` names the groups made, `act` is the journal's (0: nothing was written)."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    warned: int = 0
    problems: list[Problem] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    rejects_path: Path | None = None
    groups: list[str] = field(default_factory=list)
    proposal: Proposal | None = None
    act: int = 0

    @property
    def households_changed(self) -> int:
        """How many households that were registered before have changes of their own or of their
        form, those of members left out; both stand at the first row of the household."""
        return len({c.row for c in self.changes if c.record_type in ("household", "census_form")})


def group_word(store: Store) -> str:
    """What the station calls a group: 组 or 社."""
    return store.setting(WORD, GROUP_WORDS[0])


def row_problems(
    rows: SheetRows,
    refused: Mapping[int, Sequence[Problem]],
    further: Iterable[Problem],
    groups: Sequence[str],
    word: str,
) -> list[Problem]:
    """All problems of an import in the order a clerk reads them: the sheet's, the refused rows',
    what was compared, what was mended in the rows taken, the groups made, each called `word`."""
    found = [*rows.problems]
    found += [p for _, some in sorted(refused.items()) for p in some]
    found += further
    found += [p for i, some in sorted(rows.doubts.items()) if i not in refused for p in some]
    for (key, _), count in rows.unlisted.items():
        params = {"label": rows.label(key), "count": count}
        found.append(Problem(ImportNotice.IMPORT_NOTICES_MORE, params, Severity.HINT))
    if groups:
        made = {"count": len(groups), "word": word, "names": "、".join(groups)}
        found.append(Problem(ImportNotice.IMPORT_GROUPS_MADE, made, Severity.HINT))
    return found


def foreseen(result: ImportResult) -> None:
    """Nothing was written: what an import tells as done is told as what it would do."""
    result.problems = [
        replace(p, message=ImportNotice.IMPORT_GROUPS_TO_MAKE)
        if p.message is ImportNotice.IMPORT_GROUPS_MADE
        else p
        for p in result.problems
    ]


def save_rejects(
    result: ImportResult,
    rows: SheetRows,
    refused: Mapping[int, Sequence[Problem]],
    path: Path | None,
    password: str | None,
    progress: Progress,
    work: UnitOfWork | None = None,
) -> None:
    """Write the refused rows with their reasons to `path` (nothing when none was refused); a file
    that cannot be written stops the import, so no refused row is lost. `work` gets the note."""
    if path is None or not refused:
        return
    lines = [
        (rows.numbers[i], ";".join(_reason(rows, p) for p in problems))
        for i, problems in sorted(refused.items())
    ]
    write_rejects(path, rows.sheet, rows.layout, lines, password=password, progress=progress)
    result.rejects_path = path
    if work is not None:
        encrypted = password is not None
        work.note("station", 0, file=path.name, rows=len(lines), encrypted=encrypted)
    if not password:
        plain = Problem(ImportNotice.IMPORT_REJECTS_PLAIN, {"file": path.name}, Severity.HINT)
        result.problems.append(plain)


def _reason(rows: SheetRows, problem: Problem) -> str:
    key = problem.where.field
    return f"{rows.label(key)}:{problem.text}" if key and key in rows.fields else problem.text
