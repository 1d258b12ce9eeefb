"""Several laptops in one township: which enters which village, and numbers that cannot collide.

A household found at the door gets the laptop's letter and a running number (A0001). The letter
is the laptop's own: two that work without hearing of each other never give the same number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.numbers import next_number as number_of_letter
from laborclerk.features.coverage.model import Assignment
from laborclerk.features.registry.model import Household
from laborclerk.features.registry.places import PlaceTree, ancestor, level_of
from laborclerk.kernel.errors import Message, Problem, Rejected, reject
from laborclerk.kernel.ids import stable_id
from laborclerk.store.journal import Device
from laborclerk.store.journal_check import Finding
from laborclerk.store.store import Store

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I and O: they are read as 1 and 0
LETTER = "household.letter"  # the setting numbers of new households start with


class AssignProblem(Message):
    """Sharing villages out among laptops."""

    LETTER_UNREADABLE = "电脑代号“{letter}”不对。请用一个字母(I和O除外)"
    LETTER_TAKEN = "代号“{letter}”已给{clerk}的电脑。请换一个,户编号才不会重复"
    ASSIGN_CHANGED = "{place}刚被另一处改为{said}。没有存上:要照您填的分,请再存一次"
    ASSIGN_NOT_VILLAGE = "“{place}”不是村(社区)。请按村分给各台电脑"


@dataclass(frozen=True, slots=True)
class Share:
    """What one laptop enters: its letter, its clerk, its villages. `own` is this laptop."""

    letter: str
    clerk: str
    villages: tuple[int, ...]
    own: bool


def own_letter(store: Store) -> str:
    """This laptop's letter; empty when it is the only one and never took one."""
    return store.setting(LETTER)


def take_letter(store: Store, letter: str) -> None:
    """Give this laptop its letter. Raises Rejected when another laptop is known to have it."""
    letter = _checked(letter)
    with store.read() as session:
        _refuse_taken(session, letter, _own_device(session))
    store.set_setting(LETTER, letter)


def assign(
    store: Store,
    villages: Iterable[int],
    letter: str,
    clerk: str,
    device: int | None = None,
    seen: Mapping[int, str] | None = None,
) -> None:
    """Give villages to the laptop with `letter`, taking them from whoever had them. `device` is
    that laptop's when it is known; for this laptop's own letter it is filled in. Rejected when a
    village by now has another letter than was `seen` ('' none); the problem names `village` and
    what it has `now`."""
    letter = _checked(letter)
    own = own_letter(store)
    with store.write("coverage.assign") as work:
        tree = PlaceTree.load(work.session)
        if letter == own:
            device = _own_device(work.session)
        if device is not None:
            _refuse_taken(work.session, letter, device)
        villages = list(villages)
        _refuse_unseen(work.session, tree, villages, letter, seen)
        for village in villages:
            if level_of(village) != "village" or village not in tree:
                raise reject(AssignProblem.ASSIGN_NOT_VILLAGE, place=tree.name(village))
            values: dict[str, str | int | None] = {
                "place": village, "device": device, "letter": letter, "clerk": clerk or None,
                "deleted": None,
            }  # fmt: skip
            record = _of(work.session, village)
            if record is None:
                work.add(Assignment(id=stable_id("assignment", village), **values))
            else:
                work.change(record, values)


def release(store: Store, villages: Iterable[int], seen: Mapping[int, str] | None = None) -> None:
    """Give villages back: every laptop may enter them. `seen` as for `assign`."""
    wanted = set(villages)
    with store.write("coverage.assign") as work:
        _refuse_unseen(work.session, PlaceTree.load(work.session), wanted, "", seen)
        for record in _all(work.session):
            if record.place in wanted:
                work.delete(record, "9")


def _refuse_unseen(
    session: Session,
    tree: PlaceTree,
    villages: Iterable[int],
    letter: str,
    seen: Mapping[int, str] | None,
) -> None:
    if seen is None:
        return
    given = {record.place: record for record in _all(session)}
    problems = []
    for village in villages:
        record = given.get(village)
        now = (record.letter or "") if record else ""
        if now not in (seen.get(village, ""), letter):
            said = f"分给 {now} {record.clerk or ''}".rstrip() if record and now else "不分"
            params = {"place": tree.name(village), "said": said, "village": village, "now": now}
            problems.append(Problem(AssignProblem.ASSIGN_CHANGED, params))
    if problems:
        raise Rejected(problems)


def shares(session: Session, own: str = "") -> list[Share]:
    """Who enters what, by letter. `own`: this laptop's letter, listed also without villages."""
    villages: dict[str, list[int]] = defaultdict(list)
    clerks: dict[str, str] = {}
    if own:
        villages[own] = []
    for record in _all(session):
        letter = record.letter or ""
        villages[letter].append(record.place or 0)
        clerks.setdefault(letter, record.clerk or "")
    return [
        Share(letter, clerks.get(letter, ""), tuple(sorted(places)), letter == own)
        for letter, places in sorted(villages.items())
    ]


def unassigned(session: Session, township: int) -> list[int]:
    """Villages that no laptop has; empty also when none was shared out at all."""
    given = {record.place for record in _all(session)}
    villages = PlaceTree.load(session).villages(township)
    return [v for v in villages if v not in given] if given else []


def assigned_elsewhere(session: Session, place: int, own: str) -> Assignment | None:
    """The assignment of a place's village to another laptop, if there is one."""
    record = _of(session, ancestor(place, "village"))
    if record is None or record.deleted is not None or record.letter == own:
        return None
    return record


def next_number(store: Store, place: int) -> str:
    """The number of the next household found in the village of `place` by this laptop."""
    with store.read() as session:
        return number_of_letter(session, ancestor(place, "village"), own_letter(store))


def double_numbers(session: Session) -> list[Finding]:
    """Household numbers that stand twice in one village."""
    village = Household.place // 1000
    twice = (
        sa.select(village.label("village"), Household.number)
        .where(Household.deleted.is_(None), Household.number.is_not(None))
        .group_by(village, Household.number)
        .having(sa.func.count() > 1)
        .subquery()
    )
    rows = session.execute(
        sa.select(Household.id, Household.number)
        .join(twice, sa.and_(twice.c.village == village, twice.c.number == Household.number))
        .where(Household.deleted.is_(None))
        .order_by(Household.place, Household.number, Household.id)
    )
    return [Finding(f"户编号“{number}”在本村重复", "household", key) for key, number in rows]


def _checked(letter: str) -> str:
    letter = letter.strip().upper()
    if len(letter) != 1 or letter not in LETTERS:
        raise reject(AssignProblem.LETTER_UNREADABLE, letter=letter)
    return letter


def _refuse_taken(session: Session, letter: str, device: int) -> None:
    for record in _all(session):
        if record.letter == letter and record.device not in (None, device):
            raise reject(
                AssignProblem.LETTER_TAKEN, letter=letter, clerk=record.clerk or "另一位录入员"
            )


def _own_device(session: Session) -> int:
    return session.scalars(sa.select(Device.device).where(Device.index == 0)).one()


def _of(session: Session, village: int) -> Assignment | None:
    return session.scalars(
        sa.select(Assignment)
        .where(Assignment.place == village)
        .order_by(Assignment.deleted.is_not(None), Assignment.id)
    ).first()


def _all(session: Session) -> Sequence[Assignment]:
    return session.scalars(
        sa.select(Assignment).where(Assignment.deleted.is_(None)).order_by(Assignment.place)
    ).all()
