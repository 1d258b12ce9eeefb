"""The monthly collection round (003-05): each group leader reports, who has not is a list.

Groups are places with a leader's name; a village without groups reports itself. Months are
YYYY-MM.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.fields import Value
from laborclerk.features.coverage.asked import asked_groups
from laborclerk.features.coverage.model import GroupReport
from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import level_of, subtree
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.ids import stable_id
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store


class ReportProblem(Message):
    """The monthly reports."""

    REPORT_PLACE = "“{place}”不是村民小组。请选上报的组"
    REPORT_CHANGES = "变动条数应为0–9999的整数。没有变动填0"
    REPORT_GONE = "没有找到这次上报。请按F5刷新"


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One group in one month. `date` is None while it has not reported; `last_month` is the
    month of its latest report before."""

    place: int
    village: str
    name: str
    leader: str
    phone: str
    date: str | None = None
    reporter: str = ""
    changes: int | None = None
    note: str = ""
    last_month: str | None = None

    @property
    def reported(self) -> bool:
        return self.date is not None


def report(
    store: Store,
    month: str,
    place: int,
    *,
    changes: int,
    date: str = "",
    reporter: str = "",
    note: str = "",
    seen: Mapping[str, Value] | None = None,
) -> int:
    """Record a group's report of a month → its id; a second one replaces the first (with what the
    form had `seen`, in what differs from it). `reporter` defaults to the group's leader. Rejected
    when another changed that meanwhile."""
    if not 0 <= changes <= 9999:
        raise reject(ReportProblem.REPORT_CHANGES)
    with store.write("coverage.report") as work:
        group = work.get(Place, place)
        if group is None or level_of(place) not in ("village", "group"):
            raise reject(ReportProblem.REPORT_PLACE, place=str(place))
        values: dict[str, Value] = {
            "month": month, "place": place, "date": date or store.clock.today(),
            "reporter": reporter or group.leader, "changes": changes, "note": note or None,
            "deleted": None,
        }  # fmt: skip
        record = _of(work.session, month, place)
        if record is None:
            # two laptops that record the same report meet in one
            record = work.add(GroupReport(id=stable_id("group_report", month, place), **values))
        else:
            work.change(record, to_write(work.session, record, values, seen))
    return int(record.id)


def take_back(store: Store, month: str, place: int) -> None:
    """Delete a report that was entered wrongly."""
    with store.write("coverage.report") as work:
        record = _of(work.session, month, place)
        if record is None or record.deleted is not None:
            raise reject(ReportProblem.REPORT_GONE)
        work.delete(record, "4")


def _of(session: Session, month: str, place: int) -> GroupReport | None:
    """The report of a group in a month, the one that stands before a deleted one."""
    return session.scalars(
        sa.select(GroupReport)
        .where(GroupReport.month == month, GroupReport.place == place)
        .order_by(GroupReport.deleted.is_not(None), GroupReport.date.desc(), GroupReport.id)
    ).first()


def collection(session: Session, month: str, place: int) -> list[GroupLine]:
    """Every group below a place with its report of the month, in order of code."""
    low, high = subtree(place)
    reports = {
        r.place: r
        for r in session.scalars(
            sa.select(GroupReport)
            .where(
                GroupReport.month == month, GroupReport.place >= low, GroupReport.place < high,
                GroupReport.deleted.is_(None),
            )
            .order_by(GroupReport.date, GroupReport.id)
        )
    }  # fmt: skip
    lines = []
    for group in asked_groups(session, GroupReport.__table__, month, place):
        found = reports.get(group.place)
        known = (
            (found.date, found.reporter or "", found.changes, found.note or "")
            if found
            else (None, "", None, "")
        )
        lines.append(
            GroupLine(
                group.place, group.village, group.name, group.leader, group.phone, *known,
                group.last_month,
            )
        )  # fmt: skip
    return lines


def not_reported(session: Session, month: str, place: int) -> list[GroupLine]:
    """Who has not reported the month yet."""
    return [line for line in collection(session, month, place) if not line.reported]
