"""Running an import of rows, of whichever kind: tried out, or written in one act; the refused rows
go to a file, the columns that were chosen are remembered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from laborclerk.features.census.import_result import ImportResult, foreseen, save_rejects
from laborclerk.features.census.sheet_rows import Remembered, SheetRows
from laborclerk.kernel.errors import Problem
from laborclerk.kernel.progress import Progress
from laborclerk.sheets.mapping import fingerprint
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork


class Task(Protocol):
    """One import on its way; `work_out` fills `result` and `refused`."""

    rows: SheetRows

    @property
    def result(self) -> ImportResult: ...

    @property
    def refused(self) -> Mapping[int, Sequence[Problem]]: ...

    def work_out(self, session: Session) -> None: ...

    def write(self, work: UnitOfWork) -> None: ...


def run(
    store: Store,
    task: Task,
    act: str,
    kind: str,
    *,
    mapping: Mapping[str, str] | None,
    dry_run: bool,
    rejects: Path | None,
    rejects_password: str | None,
    progress: Progress,
) -> None:
    """Work the task out and, unless `dry_run`, write it as one `act`; a dry run writes the rejects
    file alone. Errors come from the task, the file and the store; nothing was changed then."""
    rows, saved = task.rows, (rejects, rejects_password, progress)
    if dry_run:
        with store.read() as session:
            task.work_out(session)
        foreseen(task.result)
        save_rejects(task.result, rows, task.refused, *saved)
        return
    with store.write(act) as work:
        task.work_out(work.session)
        task.write(work)
        save_rejects(task.result, rows, task.refused, *saved, work)
    task.result.act = work.outcome.act
    if mapping:
        chosen = rows.proposal.chosen()
        Remembered(store, kind).remember(fingerprint(rows.proposal.columns), chosen)
