"""The spell of work that an arrival begins and a return ends; the work register is its owner.

It names the member's line (`assignment`), so a second arrival or a repeated import finds it again.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Value
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.dispatch.model import Batch, BatchMember
from laborclerk.features.registry.model import Person
from laborclerk.features.work.model import WorkSpell
from laborclerk.features.work.rules import derived
from laborclerk.features.work.service import CHANGED_JOB, home_county
from laborclerk.kernel.dates import day_before
from laborclerk.kernel.ids import stable_id
from laborclerk.store.work import UnitOfWork

GOVERNMENT = "1"  # of the code list channel
FROM_ROSTER = "5"  # of work_source
SIGNED, INSURED = "1", "1"  # of contract_state and insurance_state


def spell_id(member: int) -> int:
    """The id of the spell that a member's arrival begins: two stations that confirm it meet."""
    return stable_id("work_spell", "batch_member", member)


def close_others(work: UnitOfWork, member: BatchMember, day: str) -> list[WorkSpell]:
    """End her other spells that still run the day before, as the work register does when somebody
    changes the job → those ended."""
    query = sa.select(WorkSpell).where(
        WorkSpell.person == member.person, WorkSpell.end.is_(None), WorkSpell.deleted.is_(None),
        WorkSpell.id != spell_id(member.id), WorkSpell.start < day,
    )  # fmt: skip
    found = list(work.session.scalars(query.order_by(WorkSpell.start.desc(), WorkSpell.id)))
    for spell in found:
        work.change(spell, {"end": day_before(day), "return_reason": CHANGED_JOB})
    return found


def begin(work: UnitOfWork, batch: Batch, member: BatchMember, day: str) -> WorkSpell:
    """Begin the spell on the day of arrival, with what batch, post and employer tell."""
    number = member.post or batch.post
    post = work.get(Post, number) if number is not None else None
    employer_id = (post.employer if post else None) or batch.employer
    employer = work.get(Employer, employer_id) if employer_id is not None else None
    values: dict[str, Value] = {
        "person": member.person, "assignment": member.id, "start": day, "end": None,
        "place": (post.work_place if post else None) or batch.destination,
        "employer": employer_id, "post": number,
        "employer_name": (employer.name if employer else None) or batch.employer_name,
        "trade": (post.occupation if post else None) or _trade(member.job or batch.job),
        "job": (member.job or batch.job or (post.name if post else None) or "")[:40] or None,
        "industry": employer.industry if employer else None,
        "income": member.wage if member.wage is not None else (post.pay_low if post else None),
        "channel": GOVERNMENT, "organised": True, "point_to_point": bool(batch.point_to_point),
        "contract": member.contract == SIGNED if member.contract else None,
        "injury_insurance": member.injury_insurance == INSURED if member.injury_insurance else None,
        "leader": batch.leader, "broker": member.referrer, "return_reason": None, "deleted": None,
        "source": FROM_ROSTER,
    }  # fmt: skip
    person = work.get(Person, member.person) if member.person is not None else None
    home = home_county(work.session, person) if person is not None else ""
    values |= derived(values, home)
    record = work.get(WorkSpell, spell_id(member.id))
    if record is None:
        return work.add(WorkSpell(id=spell_id(member.id), **values))
    work.change(record, values)
    return record


def _trade(job: str | None) -> str | None:
    """The occupation a job's name means, where it is plain."""
    return code_list("occupation").recognise(job) if job else None


def change(work: UnitOfWork, member: BatchMember, values: Mapping[str, Value]) -> None:
    """Note a change of the post in the running spell, which goes on."""
    record = work.get(WorkSpell, spell_id(member.id))
    if record is None or record.deleted is not None:
        return
    after = str(values.get("after") or "")[:40]
    changed: dict[str, Value] = {"job": after or record.job}
    if values.get("wage") is not None:
        changed["income"] = values["wage"]
    if values.get("employer_name"):
        changed |= {"employer_name": values["employer_name"], "employer": None}
    work.change(record, changed)


def end(work: UnitOfWork, member: BatchMember, day: str, reason: str) -> None:
    """End the spell on the day of return."""
    record = work.get(WorkSpell, spell_id(member.id))
    if record is not None and record.deleted is None:
        work.change(record, {"end": day, "return_reason": reason})
