"""Use cases of dispatch on the way and at the destination: who arrived, who did not go, who changed
the post, who came home. Each keeps the spell of work in step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.features.dispatch import spells
from laborclerk.features.dispatch.model import BatchMember, PostChange
from laborclerk.features.dispatch.service import (
    ARRIVED,
    HOME,
    LOST,
    STAYED,
    Done,
    batch_in,
    member_in,
    missing,
)
from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import Message, Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork


class TravelProblem(Message):
    """Why an arrival, absence, change of post or return is refused, and what it changed besides."""

    ARRIVAL_EARLY = "{name}的到岗日期{day}早于出发日期{departs}。请核对"
    ABSENCE_REASON = "没成行、没到岗要选原因"
    RETURN_EARLY = "{name}的返乡日期{day}早于到岗日期{arrived}。请核对"
    NOT_ARRIVED = "{name}还没有确认到岗。请先确认到岗"
    RETURN_REASON = "返乡要选原因"
    CHANGED = "{name}刚被另一处登记为“{status}”。没有存上:确实要改,请再存一次"
    ALREADY_ARRIVED = "{name}已经确认到岗。要改请先撤销(Ctrl+Z)"
    STILL_WORKS = "{name}原来在{employer}的务工({start}起)已结束在前一天。不对的请到务工台账改"


def arrive(
    store: Store, ids: Iterable[int], day: str, seen: Mapping[int, str] | None = None
) -> Done:
    """Confirm who arrived on a day: each begins a spell of work. Raises Rejected, also when
    somebody has another status by now than was `seen`; the problem names `member` and what is
    so `now`."""
    problems: list[Problem] = []
    done: list[int] = []
    with store.write("dispatch.arrive") as work:
        ids = list(ids)
        _refuse_unseen(work, ids, seen)
        for number in ids:
            record = member_in(work, number)
            batch, name = batch_in(work, record.batch or 0), name_of(work, record)
            if record.status in (ARRIVED, HOME):
                raise reject(TravelProblem.ALREADY_ARRIVED, name=name)
            if batch.departs and day < batch.departs:
                raise reject(TravelProblem.ARRIVAL_EARLY, name=name, day=day, departs=batch.departs)
            work.change(record, {"status": ARRIVED, "arrived": day, "absence": None})
            for other in spells.close_others(work, record, day):
                params = {
                    "name": name, "employer": other.employer_name or "", "start": other.start or ""
                }  # fmt: skip
                problems.append(Problem(TravelProblem.STILL_WORKS, params, Severity.WARN))
            spells.begin(work, batch, record, day)
            done.append(number)
    return Done(work.outcome.act, done, problems, work.outcome.touched)


def absent(
    store: Store,
    ids: Iterable[int],
    reason: str,
    *,
    left: bool = False,
    seen: Mapping[int, str] | None = None,
) -> Done:
    """Put down who did not go, or (`left`) went and did not arrive, with the reason. Raises
    Rejected without one; `seen` as for `arrive`."""
    if code_list("no_show_reason").item(reason) is None:
        raise reject(TravelProblem.ABSENCE_REASON)
    done: list[int] = []
    with store.write("dispatch.absent") as work:
        ids = list(ids)
        _refuse_unseen(work, ids, seen)
        for number in ids:
            record = member_in(work, number)
            if record.status in (ARRIVED, HOME):
                raise reject(TravelProblem.ALREADY_ARRIVED, name=name_of(work, record))
            work.change(record, {"status": LOST if left else STAYED, "absence": reason})
            done.append(number)
    return Done(work.outcome.act, done, touched=work.outcome.touched)


def change_post(store: Store, member: int, values: Mapping[str, Value]) -> Done:
    """Put a member on another post at the destination; her stay runs on (004-21). `values` are
    fields of PostChange: date, after, and wage, employer_name, reason where they changed."""
    with store.write("dispatch.post") as work:
        record = member_in(work, member)
        if record.status != ARRIVED:
            raise reject(TravelProblem.NOT_ARRIVED, name=name_of(work, record))
        batch = batch_in(work, record.batch or 0)
        before = record.job or batch.job
        filled: dict[str, Value] = {"before": before, **values, "member": member}
        if problems := missing(PostChange, filled):
            raise Rejected(problems)
        made = work.add(PostChange(**filled))
        changed: dict[str, Value] = {"job": filled["after"]}
        if filled.get("wage") is not None:
            changed["wage"] = filled["wage"]
        work.change(record, changed)
        spells.change(work, record, filled)
    return Done(work.outcome.act, [made.id], touched=work.outcome.touched)


def come_home(store: Store, ids: Iterable[int], day: str, reason: str) -> Done:
    """Put down who came back on a day and why: the spell of work ends. Raises Rejected."""
    if code_list("return_reason").item(reason) is None:
        raise reject(TravelProblem.RETURN_REASON)
    done: list[int] = []
    with store.write("dispatch.return") as work:
        for number in ids:
            record = member_in(work, number)
            name = name_of(work, record)
            if record.status != ARRIVED or not record.arrived:
                raise reject(TravelProblem.NOT_ARRIVED, name=name)
            if day < record.arrived:
                raise reject(TravelProblem.RETURN_EARLY, name=name, day=day, arrived=record.arrived)
            work.change(record, {"status": HOME, "returned": day, "return_reason": reason})
            spells.end(work, record, day, reason)
            done.append(number)
    return Done(work.outcome.act, done, touched=work.outcome.touched)


def _refuse_unseen(work: UnitOfWork, ids: Iterable[int], seen: Mapping[int, str] | None) -> None:
    """Whom another put down for absent meanwhile; who arrived is refused in any case."""
    if seen is None:
        return
    problems = []
    for record in (member_in(work, number) for number in ids):
        now = record.status or ""
        if now not in (seen.get(record.id, now), ARRIVED, HOME):
            said = code_list("dispatch_status").label(now)
            params = {"name": name_of(work, record), "status": said, "member": record.id}
            problems.append(Problem(TravelProblem.CHANGED, params | {"now": now}))
    if problems:
        raise Rejected(problems)


def name_of(work: UnitOfWork, member: BatchMember) -> str:
    person = work.get(Person, member.person) if member.person is not None else None
    return (person.name or "") if person is not None else show_id(member.id)
