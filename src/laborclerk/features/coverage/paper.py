"""Paper forms of a round: issued to a group, returned from it, keyed into the register.

Issued and returned are recorded sheet by sheet of the day; keyed is counted from the forms of the
group's households, so it needs no book of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.model import CensusForm
from laborclerk.features.coverage.model import PaperForms
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import PlaceTree, level_of, subtree
from laborclerk.kernel.errors import Message, reject
from laborclerk.store.store import Store

ISSUED, RETURNED, SPOILT = "1", "2", "3"  # of the code list paper_movement


class PaperProblem(Message):
    """Handing paper out and taking it back."""

    PAPER_COUNT = "份数应为1–99999的整数。请核对"
    PAPER_PLACE = "“{place}”不是村民小组或村。请选收发表的组"
    PAPER_TOO_MANY = "“{place}”共发出{issued}份,收回和作废合计将是{back}份。请核对份数"
    PAPER_GONE = "没有找到这次收发。请按F5刷新"
    PAPER_STANDS_ON = (
        "删掉这笔,“{place}”只剩发出{issued}份,而收回和作废已有{back}份。"
        "请先删多记的收回或作废,再删这一笔"
    )


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One group's paper: forms issued, returned, spoilt, and households keyed (a form of the
    round stands in the register, finished or not)."""

    place: int
    name: str
    issued: int
    returned: int
    spoilt: int
    keyed: int

    @property
    def out(self) -> int:
        """Still out: handed out, neither returned nor spoilt."""
        return self.issued - self.returned - self.spoilt

    @property
    def to_key(self) -> int:
        """Returned and not keyed yet (never below nil: a household may be keyed without paper)."""
        return max(0, self.returned - self.keyed)


def move_paper(
    store: Store,
    round_id: int,
    place: int,
    kind: str,
    count: int,
    *,
    date: str = "",
    numbers: str = "",
    person: str = "",
) -> int:
    """Record `count` forms issued, returned or spoilt (`kind`: ISSUED …) → the record's id."""
    if not 1 <= count <= 99999:
        raise reject(PaperProblem.PAPER_COUNT)
    with store.write("coverage.paper") as work:
        tree = PlaceTree.load(work.session)
        if level_of(place) not in ("village", "group") or place not in tree:
            raise reject(PaperProblem.PAPER_PLACE, place=tree.name(place))
        if kind != ISSUED:
            moved = _moved(work.session, round_id, place, place + 1).get(place, {})
            back = moved.get(RETURNED, 0) + moved.get(SPOILT, 0) + count
            if back > moved.get(ISSUED, 0):
                raise reject(
                    PaperProblem.PAPER_TOO_MANY,
                    place=tree.path(place), issued=moved.get(ISSUED, 0), back=back,
                )  # fmt: skip
        record = work.add(
            PaperForms(
                round=round_id, place=place, kind=kind, count=count,
                date=date or store.clock.today(), numbers=numbers or None, person=person or None,
            )
        )  # fmt: skip
    return int(record.id)


def take_back(store: Store, record_id: int) -> None:
    """Delete a movement that was entered wrongly. Rejected when more forms would have come back
    than were issued."""
    with store.write("coverage.paper") as work:
        record = work.get(PaperForms, record_id)
        if record is None or record.deleted is not None:
            raise reject(PaperProblem.PAPER_GONE)
        place = record.place or 0
        if record.kind == ISSUED:
            moved = _moved(work.session, record.round or 0, place, place + 1).get(place, {})
            issued = moved.get(ISSUED, 0) - (record.count or 0)
            back = moved.get(RETURNED, 0) + moved.get(SPOILT, 0)
            if issued < back:
                name = PlaceTree.load(work.session).path(place)
                raise reject(PaperProblem.PAPER_STANDS_ON, place=name, issued=issued, back=back)
        work.delete(record, "4")


def paper_rows(session: Session, round_id: int, place: int) -> list[PaperRow]:
    """The paper of every group below a place that has any, or that has households keyed; groups
    of a village where paper is out are all listed."""
    low, high = subtree(place)
    tree = PlaceTree.load(session)
    moved = _moved(session, round_id, low, high)
    keyed: dict[int | None, int] = dict(
        session.execute(
            sa.select(Household.place, sa.func.count())
            .join(CensusForm, CensusForm.household == Household.id)
            .where(
                CensusForm.round == round_id, CensusForm.deleted.is_(None),
                Household.deleted.is_(None), Household.place >= low, Household.place < high,
            )
            .group_by(Household.place)
        ).all()
    )  # fmt: skip
    listed = set(moved) | {p for p in keyed if p is not None} | set(tree.of_level("group", place))
    return [
        PaperRow(
            group,
            tree.path(group),
            moved.get(group, {}).get(ISSUED, 0),
            moved.get(group, {}).get(RETURNED, 0),
            moved.get(group, {}).get(SPOILT, 0),
            keyed.get(group, 0),
        )
        for group in sorted(listed)
    ]


def movements(session: Session, round_id: int, place: int) -> Sequence[PaperForms]:
    """The book behind the numbers: every movement below a place, latest first."""
    low, high = subtree(place)
    return session.scalars(
        sa.select(PaperForms)
        .where(
            PaperForms.place >= low, PaperForms.place < high, PaperForms.round == round_id,
            PaperForms.deleted.is_(None),
        )
        .order_by(PaperForms.date.desc(), PaperForms.id.desc())
    ).all()  # fmt: skip


def _moved(session: Session, round_id: int, low: int, high: int) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    rows = session.execute(
        sa.select(PaperForms.place, PaperForms.kind, sa.func.sum(PaperForms.count))
        .where(
            PaperForms.place >= low, PaperForms.place < high, PaperForms.round == round_id,
            PaperForms.deleted.is_(None),
        )
        .group_by(PaperForms.place, PaperForms.kind)
    )  # fmt: skip
    for place, kind, count in rows:
        if place is not None and kind is not None:
            found.setdefault(place, {})[kind] = count or 0
    return found
