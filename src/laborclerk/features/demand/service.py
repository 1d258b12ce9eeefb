"""Keeping employers and posts, and the register of demand (用工需求台账)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.credit_code import read_credit_code
from laborclerk.catalog.fields import Value
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.demand.rules import DemandProblem, check_employer, check_post, is_open
from laborclerk.kernel.errors import Common, Problem, Rejected, Severity, reject
from laborclerk.store.base import Record, fields_of, table_of, values_of
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork

Facts = dict[str, Any]
R = TypeVar("R", bound=Record)
FILLED, CANCELLED = "1", "2"  # of the code list post_close_reason


@dataclass(frozen=True)
class Kept:
    """A record that was kept: its id, what the checks warn of, and which records changed."""

    id: int
    problems: list[Problem]
    touched: Mapping[str, set[int]] = field(default_factory=dict)


def save_employer(
    store: Store, values: Mapping[str, Value], employer_id: int | None = None,
    *, read: Mapping[str, Value] | None = None,
) -> Kept:  # fmt: skip
    """Keep an employer (a new one without an id). `read` is what the form read: only what differs
    from it is written, and what another changed meanwhile refuses. Raises Rejected when a check
    blocks, also for a credit code that
    another employer has."""
    facts = dict(values)
    code = facts.get("credit_code")
    if isinstance(code, str):
        facts["credit_code"] = read_credit_code(code).value
    problems = check_employer(facts)
    with store.write("demand.employer") as work:
        twin = same_code(work.session, facts.get("credit_code"), employer_id)
        if twin is not None:
            said = Problem(DemandProblem.EMPLOYER_TWICE, {"name": twin.name or ""})
            problems.append(said.at(field="credit_code"))
        _refuse(problems)
        record = _put(work, Employer, facts, employer_id, read)
    return Kept(record.id, problems, work.outcome.touched)


def save_post(
    store: Store, values: Mapping[str, Value], post_id: int | None = None,
    *, read: Mapping[str, Value] | None = None,
) -> Kept:  # fmt: skip
    """Keep a post, as `save_employer`; what the law says against it comes back as warnings."""
    facts = dict(values)
    if post_id is None and not facts.get("registered"):
        facts["registered"] = store.clock.today()
    with store.write("demand.post") as work:
        firm_id = facts.get("employer")
        firm = work.get(Employer, int(firm_id)) if firm_id else None
        problems = check_post(facts, values_of(firm) if firm else None)
        _refuse(problems)
        record = _put(work, Post, facts, post_id, read)
    return Kept(record.id, problems, work.outcome.touched)


def close_post(store: Store, post_id: int, reason: str, on: str = "") -> Kept:
    """No more people are looked for; `reason` is a code of `post_close_reason`, '' opens the post
    again."""
    with store.write("demand.close") as work:
        post = _there(work, Post, post_id)
        closed = (on or store.clock.today()) if reason else None
        work.change(post, {"closed": closed, "close_reason": reason or None})
    return Kept(post_id, [], work.outcome.touched)


def delete_post(store: Store, post_id: int, reason: str) -> Kept:
    """Take a post that was entered by mistake out of the register (`delete_reason`)."""
    with store.write("demand.delete") as work:
        work.delete(_there(work, Post, post_id), reason)
    return Kept(post_id, [], work.outcome.touched)


def delete_employer(store: Store, employer_id: int, reason: str) -> Kept:
    """Take an employer out of the register; Rejected while posts of it are open."""
    today = store.clock.today()
    with store.write("demand.delete") as work:
        record = _there(work, Employer, employer_id)
        posts = work.session.scalars(sa.select(Post).where(Post.employer == employer_id))
        count = sum(is_open(values_of(p), today) for p in posts)
        if count:
            raise reject(DemandProblem.EMPLOYER_POSTS, name=record.name, count=count)
        work.delete(record, reason)
    return Kept(employer_id, [], work.outcome.touched)


def same_code(session: Session, code: Value, other_than: int | None = None) -> Employer | None:
    """The employer of the register with this credit code."""
    if not code:
        return None
    query = sa.select(Employer).where(Employer.credit_code == code, Employer.deleted.is_(None))
    return next((e for e in session.scalars(query) if e.id != other_than), None)


def by_name(session: Session, name: str) -> list[Employer]:
    """The employers called exactly so."""
    query = sa.select(Employer).where(Employer.name == name, Employer.deleted.is_(None))
    return list(session.scalars(query))


def employers(session: Session) -> list[Employer]:
    """All employers by name."""
    query = sa.select(Employer).where(Employer.deleted.is_(None))
    return list(session.scalars(query.order_by(Employer.name, Employer.id)))


@dataclass(frozen=True, slots=True)
class Demand:
    """A post with its employer; `open` on the day that was asked for."""

    id: int
    post: Mapping[str, Any]
    employer: Mapping[str, Any]
    open: bool

    @property
    def title(self) -> str:
        return f"{self.employer.get('name') or '(单位未填)'} {self.post.get('name') or ''}".strip()

    @property
    def warnings(self) -> list[Problem]:
        """What the law and the checks say of it now."""
        return check_post(self.post, self.employer)


def register(session: Session, on: str, *, only_open: bool = False) -> list[Demand]:
    """The register of demand on a day, open posts first, the latest registered first."""
    post, firm = table_of(Post), table_of(Employer)
    firms: dict[int, dict[str, Any]] = {
        row["id"]: dict(row) for row in session.execute(sa.select(firm)).mappings()
    }
    query = sa.select(post).where(post.c.deleted.is_(None))
    found = []
    for row in session.execute(query.order_by(post.c.registered.desc(), post.c.id)).mappings():
        facts = {"id": row["id"], **{key: row[key] for key in fields_of(Post)}}
        employer = firms.get(row["employer"], {})
        found.append(Demand(row["id"], facts, employer, is_open(facts, on)))
    found.sort(key=lambda d: not d.open)
    return [d for d in found if d.open or not only_open]


def one_demand(session: Session, post_id: int, on: str) -> Demand | None:
    """One post with its employer."""
    post = session.get(Post, post_id)
    if post is None:
        return None
    firm = session.get(Employer, post.employer) if post.employer else None
    facts = {"id": post.id, **values_of(post)}
    employer = {"id": firm.id, **values_of(firm)} if firm else {}
    return Demand(post.id, facts, employer, is_open(facts, on))


# -- writing ---------------------------------------------------------------------------------------


def _refuse(problems: list[Problem]) -> None:
    if any(p.severity is Severity.BLOCK for p in problems):
        raise Rejected(problems)


def _put(
    work: UnitOfWork,
    model: type[R],
    facts: Facts,
    record_id: int | None,
    read: Mapping[str, Value] | None,
) -> R:
    known = {k: v for k, v in facts.items() if k in fields_of(model) and k != "deleted"}
    if record_id is None:
        record = work.add(model(**known))
        work.flush()
        return record
    record = _there(work, model, record_id)
    work.change(record, to_write(work.session, record, known, read))
    return record


def _there(work: UnitOfWork, model: type[R], record_id: int) -> R:
    record = work.get(model, record_id)
    if record is None or record.deleted:
        raise reject(Common.NOT_FOUND, what=record_id)
    return record
