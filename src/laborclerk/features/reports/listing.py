"""The list behind a number: who, or which households or posts, it counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.coverage import summary as resources
from laborclerk.features.demand.model import Employer, Post
from laborclerk.features.fairs.model import Fair, FairPost
from laborclerk.features.fairs.service import arrivals, fairs, intents, visitors
from laborclerk.features.registry.places import PlaceTree, level_of
from laborclerk.features.reports.counts import AWAY, TOTAL, Report
from laborclerk.features.reports.kinds import UNKNOWN, ReportKind
from laborclerk.features.reports.posts import WANTED, held, persons
from laborclerk.features.reports.scans import Scan, homes, of_class, people
from laborclerk.features.work.list_conditions import HOME, H, P
from laborclerk.kernel.dates import age_on
from laborclerk.store.base import table_of

HEADS = (
    "村组", "户编号", "姓名", "性别", "年龄", "电话", "务工地", "单位", "开始", "月收入"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list, in the order of `HEADS`; `person` and `household` are 0 where it is
    about something else."""

    person: int
    household: int
    cells: tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a number counts: how it is called, how many lines there are in all, one page of them."""

    title: str
    total: int
    entries: list[Entry]


def behind(
    session: Session,
    report: Report,
    line: str,
    column: str = "",
    limit: int | None = 300,
    offset: int = 0,
) -> Listing:
    """The list behind the number of a report's line and column; everything with no `limit`."""
    of, at = report.line(line), next(c for c in report.columns if c.key == column)
    title = f"{of.label.strip()} · {at.name}" if column else of.label.strip()
    if report.kind is ReportKind.FAIRS:
        return _fair(session, title, line, column, report.on, limit, offset)
    if report.kind is ReportKind.POSTS:
        return _posts_step(session, title, report, line, column, limit, offset)
    entries = _entries(session, report, line, column, limit, offset)
    number = of.values[report.columns.index(at)]
    return Listing(title, number if isinstance(number, int) else 0, list(entries))


def _entries(
    session: Session, report: Report, line: str, column: str, limit: int | None, offset: int
) -> Iterator[Entry]:
    kind = report.kind
    place = report.place if kind is ReportKind.AGES or not column else int(column)
    if kind is ReportKind.SUMMARY:
        found = resources.people(session, report.months, place, line, limit or 10**9, offset)
        yield from _known(session, [p.person for p in found], report.on)
        return
    if kind is ReportKind.STABLE:
        yield from _homes(session, report, place, line, limit, offset)
        return
    scan = people(kind, place, report.on)
    parts = [scan.where]
    if kind is ReportKind.AGES and column:
        sex = column.removesuffix(AWAY)
        parts.append(P.sex.is_(None) if sex == UNKNOWN else P.sex == sex)
        if column.endswith(AWAY):
            parts.append(scan.away == 1)
    if line != TOTAL:
        parts.append(of_class(kind, scan.raw, line))
    yield from _people(session, scan, sa.and_(*parts), report.on, limit, offset)


def _people(
    session: Session, scan: Scan, where: Any, on: str, limit: int | None, offset: int
) -> Iterator[Entry]:
    query = (
        sa.select(
            P.id, P.household, H.place.label("home"), H.number, P.name, P.sex, P.birth_date,
            P.phone, scan.place.label("works_at"), scan.employer.label("employer"),
            scan.since.label("since"), scan.income.label("income"),
        )
        .select_from(scan.source)
        .where(where)
        .order_by(H.place, H.number, H.id, P.line, P.id)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    tree = PlaceTree.load(session)
    for r in session.execute(query.execution_options(yield_per=1000)):
        sex = code_list("sex").label(r.sex) if r.sex else ""
        age = age_on(r.birth_date, on) if r.birth_date else None
        yield Entry(
            r.id, r.household or 0,
            (_where(tree, r.home), r.number, r.name, sex, age, r.phone,
             place_in_words(r.works_at), r.employer, r.since, r.income),
        )  # fmt: skip


def _where(tree: PlaceTree, home: int | None) -> str:
    """Where somebody lives, from the township on where there are several."""
    return tree.path(home or 0, "village" if level_of(tree.root()) == "township" else "township")


def _known(session: Session, ids: Sequence[int], on: str) -> Iterator[Entry]:
    """These persons, in this order."""
    with_all = people(ReportKind.AGES, PlaceTree.load(session).root(), on)
    found: dict[int, Entry] = {}
    for at in range(0, len(ids), 500):
        where = P.id.in_(ids[at : at + 500])
        found |= {e.person: e for e in _people(session, with_all, where, on, None, 0)}
    yield from (found[i] for i in ids if i in found)


def _homes(
    session: Session, report: Report, place: int, line: str, limit: int | None, offset: int
) -> Iterator[Entry]:
    one = homes(place, report.on, report.months).subquery()
    query = (
        sa.select(H.id, H.place, H.number, H.head_name)
        .join_from(one, HOME, H.id == one.c.home)
        .where(one.c.able == 1, sa.true() if line == TOTAL else one.c.raw == line)
        .order_by(H.place, H.number, H.id)
        .limit(limit)
        .offset(offset)
    )
    tree = PlaceTree.load(session)
    for key, home, number, head in session.execute(query):
        yield Entry(0, key, (_where(tree, home), number, head, *[None] * 7))


def _fair(
    session: Session, title: str, line: str, column: str, on: str, limit: int | None, offset: int
) -> Listing:
    """Who came to a fair, said yes, arrived; or the posts that were offered. What was only told
    has no list."""
    held = [f for f in fairs(session) if (f.date or "") <= on and column in ("", str(f.id))]
    if line in ("firms", "trades", "posts"):
        entries = [e for f in held for e in _posts(session, f)]
    else:
        ask = {"visits": visitors, "intents": intents, "arrivals": arrivals}[line]
        entries = [e for f in held for e in _known(session, ask(session, f), on)]
    end = None if limit is None else offset + limit
    return Listing(f"{title}（名单上）", len(entries), entries[offset:end])


def _posts_step(
    session: Session, title: str, report: Report, line: str, column: str, limit: int | None,
    offset: int,
) -> Listing:  # fmt: skip
    """Who is in a step; behind the people wanted are the posts that want them."""
    post = int(column) if column else None
    end = None if limit is None else offset + limit
    if line == WANTED:
        wants = [
            Entry(0, 0, ("", f"{d.post.get('headcount') or 0}人", d.post.get("name"), "", None, "",
                         place_in_words(d.post.get("work_place")), d.employer.get("name"),
                         d.post.get("registered"), d.post.get("pay_low")))
            for d in held(session, report.on) if post in (None, d.id)
        ]  # fmt: skip
        return Listing(f"{title}(岗位)", len(wants), wants[offset:end])
    ids = persons(session, report.place, report.on, line, post)
    return Listing(title, len(ids), list(_known(session, ids[offset:end], report.on)))


def _posts(session: Session, fair: Fair) -> Iterator[Entry]:
    offered, post, firm = table_of(FairPost), table_of(Post), table_of(Employer)
    query = (
        sa.select(post.c.name, firm.c.name, offered.c.headcount)
        .select_from(
            offered.join(post, post.c.id == offered.c.post).outerjoin(
                firm, firm.c.id == post.c.employer
            )
        )
        .where(offered.c.fair == fair.id, offered.c.deleted.is_(None))
        .order_by(offered.c.id)
    )
    for name, employer, wanted in session.execute(query):
        told = f"{wanted or 0}人"
        yield Entry(0, 0, ("", told, name, "", None, "", "", employer, fair.date, None))
