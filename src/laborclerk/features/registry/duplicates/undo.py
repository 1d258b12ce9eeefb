"""Taking a decision back, also long after and after further changes: only what still stands from
the merge goes back; what was changed since stays, and is told in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from laborclerk.features.registry.duplicates.decide import DuplicateProblem
from laborclerk.features.registry.duplicates.model import DIFFERENT, SAME, PersonVerdict
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import Message, Problem, Severity, reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import Record, fields_of, record_types
from laborclerk.store.disputes import Disputes
from laborclerk.store.history import history
from laborclerk.store.journal import Event, Kind, act_events
from laborclerk.store.store import Store
from laborclerk.store.undo import UNDONE
from laborclerk.store.work import Touched, UnitOfWork


class UnmergeProblem(Message):
    """What was left as it is when a merge was taken back."""

    UNMERGE_FIELD = "“{name}”的“{label}”合并后又改过,没有改回。请核对"
    UNMERGE_DISPUTED = "“{name}”的“{label}”两边填的不一样,还没有核定,没有改回。请先到“冲突”里核定"
    UNMERGE_GONE = "“{name}”合并后又另行撤出,没有恢复。请核对后再恢复"
    UNMERGE_HOME = "“{name}”原来的户{number}已撤销。请为此人另选一户"
    UNMERGE_NO_ENTRIES = "本站没有那次合并的记录。请在做合并的站点撤回"


@dataclass(frozen=True)
class TakenBack:
    """What was taken back: the act, what the decision was, how many records, what was left."""

    act: int
    verdict: str
    records: int
    problems: list[Problem]
    touched: Touched = field(default_factory=dict)


def undo_merge(store: Store, verdict: int, *, different: bool = False) -> TakenBack:
    """Take a decision back (its id). A merge is undone as far as it still stands; the pair is open
    again, or with `different` remembered as two people. Raises Rejected when there is none."""
    with store.write("duplicates.undo") as work:
        record = work.get(PersonVerdict, verdict)
        if record is None or record.deleted is not None:
            raise reject(DuplicateProblem.DUPLICATE_UNDECIDED)
        was = record.verdict or ""
        problems: list[Problem] = []
        if was == SAME:
            problems = list(_unmerge(work, record))
            if record.kept is not None:
                gone = record.person_a if record.kept == record.person_b else record.person_b
                work.note("person", record.kept, unmerged=show_id(gone or 0))
        if different:
            work.change(record, {"verdict": DIFFERENT, "kept": None})
        else:
            work.delete(record, UNDONE)
    changed = sum(map(len, work.outcome.touched.values()))
    return TakenBack(work.outcome.act, was, changed, problems, work.outcome.touched)


def entries_of(session: Session, record: PersonVerdict) -> list[Event]:
    """The journal's entries of the merge that this decision stands for, its own aside."""
    told = [
        e for e in history(session, record)
        if "verdict" in e.changes and e.changes["verdict"][1] == SAME
    ]  # fmt: skip
    if not told:
        return []
    last = told[-1]
    found: list[Event] = []
    for event in act_events(session, last.act, last.device):
        if event.seq <= last.seq:
            continue
        if event.record_type == PersonVerdict.__tablename__ and _merges(session, event):
            break
        found.append(event)
    return found


def _merges(session: Session, event: Event) -> bool:
    """Whether this entry of a decision is the beginning of another merge."""
    if event.kind is not Kind.CREATE:
        return "verdict" in event.changes and event.changes["verdict"][1] == SAME
    record = session.get(PersonVerdict, event.record_id)
    if record is None:
        return False
    return history(session, record)[0].changes.get("verdict", (None, None))[1] == SAME


def _unmerge(work: UnitOfWork, record: PersonVerdict) -> Iterator[Problem]:
    """Write back what still stands of a merge → what does not."""
    events = entries_of(work.session, record)
    if not events:
        raise reject(UnmergeProblem.UNMERGE_NO_ENTRIES)
    disputes = Disputes(work.session)
    for event in reversed(events):
        model = record_types().get(event.record_type)
        found = work.get(model, event.record_id) if model is not None else None
        if found is None or event.kind is Kind.NOTE:
            continue
        if event.kind is Kind.CREATE:  # a decision that was carried over to the kept one
            if found.deleted is None and found.dots is None:
                work.delete(found, UNDONE)
        elif event.kind is Kind.DELETE:
            yield from _restore(work, found, event)
        else:
            yield from _put_back(found, event, disputes)
    work.flush()


def _restore(work: UnitOfWork, found: Record, event: Event) -> Iterator[Problem]:
    if found.deleted == event.changes["deleted"][1]:
        found.deleted = None
    elif found.deleted is not None:
        yield Problem(UnmergeProblem.UNMERGE_GONE, {"name": _name(found)}, Severity.WARN)
    if isinstance(found, Person) and found.deleted is None and found.household is not None:
        home = work.get(Household, found.household)
        if home is not None and home.deleted is not None:
            told = {"name": _name(found), "number": home.number or ""}
            yield Problem(UnmergeProblem.UNMERGE_HOME, told, Severity.WARN)


def _put_back(found: Record, event: Event, disputes: Disputes) -> Iterator[Problem]:
    known = fields_of(type(found))
    for key, (before, after) in event.changes.items():
        now = getattr(found, key, None)
        if key not in known or before in (after, now):
            continue
        disputed = key in disputes.of(found)
        if now == after and not disputed:
            setattr(found, key, before)
            continue
        message = UnmergeProblem.UNMERGE_DISPUTED if disputed else UnmergeProblem.UNMERGE_FIELD
        told = {"name": _name(found), "label": known[key].label}
        yield Problem(message, told, Severity.WARN if disputed else Severity.HINT).at(
            record_type=found.__tablename__, record_id=found.id, field=key
        )


def _name(record: Record) -> str:
    return str(getattr(record, "name", None) or getattr(record, "head_name", None) or "")
