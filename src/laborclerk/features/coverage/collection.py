"""The monthly collection round (003-05): each group leader reports, who has not is a list.

Groups are places with a leader's name; a village without groups reports itself. Months are
YYYY-MM.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.coverage.model import GroupReport
from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import PlaceTree, ancestor, level_of, subtree
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.ids import stable_id
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
) -> int:
    """Record a group's report of a month → its id; a second one replaces the first. `reporter`
    defaults to the group's leader."""
    if not 0 <= changes <= 9999:
        raise reject(ReportProblem.REPORT_CHANGES)
    with store.write("coverage.report") as work:
        group = work.get(Place, place)
        if group is None or level_of(place) not in ("village", "group"):
            raise reject(ReportProblem.REPORT_PLACE, place=str(place))
        values: dict[str, str | int | None] = {
            "month": month, "place": place, "date": date or store.clock.today(),
            "reporter": reporter or group.leader, "changes": changes, "note": note or None,
            "deleted": None,
        }  # fmt: skip
        record = _of(work.session, month, place)
        if record is None:
            # two laptops that record the same report meet in one
            record = work.add(GroupReport(id=stable_id("group_report", month, place), **values))
        else:
            work.change(record, values)
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
    tree = PlaceTree.load(session)
    leaders = {
        key: (leader or "", phone or "")
        for key, leader, phone in session.execute(
            sa.select(Place.id, Place.leader, Place.leader_phone).where(
                Place.id >= low, Place.id < high
            )
        )
    }
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
    before: dict[int | None, str | None] = dict(
        session.execute(
            sa.select(GroupReport.place, sa.func.max(GroupReport.month))
            .where(
                GroupReport.place >= low, GroupReport.place < high, GroupReport.month < month,
                GroupReport.deleted.is_(None),
            )
            .group_by(GroupReport.place)
        ).all()
    )  # fmt: skip
    lines = []
    for group in groups(tree, place):
        leader, phone = leaders.get(group, ("", ""))
        found = reports.get(group)
        known = (
            (found.date, found.reporter or "", found.changes, found.note or "")
            if found
            else (None, "", None, "")
        )
        lines.append(
            GroupLine(
                group, tree.name(ancestor(group, "village")),
                tree.name(group) if level_of(group) == "group" else "", leader, phone,
                *known, before.get(group),
            )
        )  # fmt: skip
    return lines


def not_reported(session: Session, month: str, place: int) -> list[GroupLine]:
    """Who has not reported the month yet."""
    return [line for line in collection(session, month, place) if not line.reported]


def groups(tree: PlaceTree, place: int) -> list[int]:
    """The groups that report below a place; a village without groups stands for itself."""
    found = []
    for village in tree.villages(place) or [ancestor(place, "village")]:
        found += tree.children(village) or [village]
    low, high = subtree(place)
    return [group for group in found if low <= group < high]
