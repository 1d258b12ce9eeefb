"""A village signed off: its gaps are nil, or each has a reason.

What was not looked at blocks: households never visited, forms begun and not completed. What was
looked at and stays open needs a reason, given for the village: households that refuse or are not
reached, persons of the frame not known, items not told, a group without any household.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import RoundProblem
from laborclerk.features.coverage.model import SignOff
from laborclerk.features.coverage.service import CoverageRow, latest_sign_offs, row
from laborclerk.features.registry.places import PlaceTree, level_of, subtree
from laborclerk.kernel.dates import is_date
from laborclerk.kernel.errors import Message, Problem, Rejected, Severity, reject
from laborclerk.kernel.ids import stable_id
from laborclerk.store.store import Store


class SignProblem(Message):
    """What stands in the way of a sign-off."""

    SIGN_NOT_VILLAGE = "“{place}”不是村(社区)。签认以村(社区)为单位,请选一个村"
    SIGN_STANDS = "“{place}”已于{date}由{signer}签认。要重新签认,请先撤回"
    SIGN_NOTHING = "“{place}”还没有一户。请先导入户籍底册或入户登记"
    SIGN_UNVISITED = "还有{count}户未访。请先入户,或记下访问结果"
    SIGN_UNFINISHED = "还有{count}户的表未完成。请先补完"
    SIGN_REVISIT = "还有{count}户待复访(无人、拒访、联系不上)。请再访,或写明原因"
    SIGN_PERSONS = "比户籍底册少{count}人。请补登,或写明原因"
    SIGN_ITEMS = "还有{count}处缺项。请补填,或写明原因"
    SIGN_GROUPS = "有{count}个{word}没有一户访问:{names}。请补访,或写明原因"
    SIGN_NEEDS_SIGNER = "请填签认人(村负责人)姓名"
    SIGN_DATE = "签认日期“{date}”不对。请按 2026-11-20 的样子填写"
    SIGN_FUTURE = "签认日期{date}还没有到。请填签字那一天"
    SIGN_GONE = "没有找到这次签认,可能已经撤回。请按F5刷新"


def can_sign(session: Session, round_id: int, village: int) -> list[Problem]:
    """What stands in the way of signing a village off: `BLOCK` must be mended first, `WARN` needs
    a reason for the village. Empty when all gaps are nil or explained household by household."""
    tree = PlaceTree.load(session)
    name = tree.name(village)
    if level_of(village) != "village" or village not in tree:
        return [Problem(SignProblem.SIGN_NOT_VILLAGE, {"place": name})]
    record = session.get_one(Round, round_id)
    if record.closed:
        closed = {"name": record.name, "date": record.closed}
        return [Problem(RoundProblem.ROUND_CLOSED, closed)]
    stands = latest_sign_offs(session, round_id, *subtree(village)).get(village)
    if stands is not None:
        known = {"place": name, "date": stands.date, "signer": stands.signer}
        return [Problem(SignProblem.SIGN_STANDS, known)]
    whole = row(session, round_id, village)
    if not whole.counts.touched and not whole.counts.due:
        return [Problem(SignProblem.SIGN_NOTHING, {"place": name})]
    c = whole.counts
    found = [
        Problem(message, {"count": count}, severity)
        for message, count, severity in (
            (SignProblem.SIGN_UNVISITED, c.unvisited, Severity.BLOCK),
            (SignProblem.SIGN_UNFINISHED, c.unfinished, Severity.BLOCK),
            (SignProblem.SIGN_REVISIT, c.revisit, Severity.WARN),
            (SignProblem.SIGN_PERSONS, c.persons_missing, Severity.WARN),
            (SignProblem.SIGN_ITEMS, c.items_missing, Severity.WARN),
        )
        if count
    ]
    empty = _empty_groups(session, round_id, tree, village) if whole.gaps.groups else []
    if empty:
        params = {"count": len(empty), "word": tree.word, "names": "、".join(empty)}
        found.append(Problem(SignProblem.SIGN_GROUPS, params, Severity.WARN))
    return found


def _empty_groups(session: Session, round_id: int, tree: PlaceTree, village: int) -> list[str]:
    from laborclerk.features.coverage.gaps import GapKind, gaps

    return [tree.name(gap.place) for gap in gaps(session, round_id, village, GapKind.GROUP)]


def sign_off(
    store: Store, round_id: int, village: int, signer: str, *, date: str = "", reason: str = ""
) -> int:
    """Sign a village off → the id of the sign-off. `reason` is asked for when `can_sign` warns;
    `date` defaults to today. Raises Rejected with what stands in the way."""
    if not signer.strip():
        raise reject(SignProblem.SIGN_NEEDS_SIGNER)
    problem = wrong_day(date, store.clock.today())
    if problem is not None:
        raise Rejected([problem])
    with store.write("coverage.sign_off") as work:
        problems = can_sign(work.session, round_id, village)
        blocked = [p for p in problems if p.severity is Severity.BLOCK]
        if blocked or (problems and not reason.strip()):
            raise Rejected(problems)
        whole = row(work.session, round_id, village)
        at = work.clock()
        record = work.add(
            SignOff(
                id=stable_id("sign_off", round_id, village, at),
                round=round_id,
                place=village,
                date=date or store.clock.today(),
                signer=signer.strip(),
                households=whole.counts.due,
                persons=whole.counts.persons_due,
                gaps=_explained(whole),
                at=at,
                note=reason.strip() or None,
            )
        )
    return int(record.id)


def wrong_day(date: str, today: str) -> Problem | None:
    """What is wrong with the day (empty: today) on which somebody is said to have signed."""
    if date and not is_date(date):
        return Problem(SignProblem.SIGN_DATE, {"date": date})
    return Problem(SignProblem.SIGN_FUTURE, {"date": date}) if date > today else None


def _explained(whole: CoverageRow) -> int:
    """Gaps that stand in the village, each with its reason."""
    c = whole.counts
    return c.explained + c.revisit + c.persons_missing + c.items_missing + whole.gaps.groups


def withdraw(store: Store, sign_off_id: int, *, date: str = "", reason: str = "") -> None:
    """Take a sign-off back: it stays in the history, the village is open again."""
    with store.write("coverage.withdraw") as work:
        record = work.get(SignOff, sign_off_id)
        if record is None or record.deleted is not None or record.withdrawn is not None:
            raise reject(SignProblem.SIGN_GONE)
        values: dict[str, str | None] = {"withdrawn": date or store.clock.today()}
        if reason.strip():
            values["note"] = "\n".join(filter(None, (record.note, f"撤回:{reason.strip()}")))
        work.change(record, values)


def standing(session: Session, round_id: int, village: int) -> SignOff | None:
    """The sign-off that stands for a village, if it is signed."""
    return latest_sign_offs(session, round_id, *subtree(village)).get(village)


def sign_offs(session: Session, round_id: int, village: int) -> Sequence[SignOff]:
    """Every sign-off of a village in a round, withdrawn ones too, latest first."""
    return session.scalars(
        sa.select(SignOff)
        .where(SignOff.place == village, SignOff.round == round_id, SignOff.deleted.is_(None))
        .order_by(SignOff.at.desc(), SignOff.id.desc())
    ).all()
