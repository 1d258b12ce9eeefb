"""What contradicts what in the work register: one comparison a kind of mismatch.

A comparison that cannot be asked at a station (no card was ever given here) is None.
"""

from __future__ import annotations

import sqlalchemy as sa

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.work.adopt import unknown_worker
from laborclerk.features.work.side_by_side import CARD, Comparison, P, SideBySide, places_differ
from laborclerk.features.work.state import LOCAL, SPELL, codes, runs
from laborclerk.kernel.dates import days_before

UNCHECKED_DAYS = 180  # a parameter; half a year


def _work(place: str | None, employer: str | None) -> str:
    return " ".join(t for t in (place_in_words(place), employer or "") if t) or "没有填地点"


def _form(place: str | None, employer: str | None) -> str:
    return f"表:{_work(place, employer)}"


def _roster(place: str | None, employer: str | None) -> str:
    return f"台账:{_work(place, employer)}"


def _card(number: str, place: str | None, employer: str | None) -> str:
    return f"卡{number}:{_work(place, employer)}"


# -- form and roster ---------------------------------------------------------------------------


def form_only(r: SideBySide) -> Comparison:
    return Comparison(
        r.people, unknown_worker(r.place), [P.work_place, P.employer], [P.id],
        _form, lambda _: "台账:无",
    )  # fmt: skip


def roster_only(r: SideBySide) -> Comparison:
    n, idle = r.now.c, codes("employment_status", "works", "")
    return Comparison(
        r.with_form(),
        sa.and_(r.here, P.employment_status.in_(idle), r.known_at_survey()),
        [P.employment_status], [n.place, n.employer_name],
        lambda status: f"表:{code_list('employment_status').label(status)}", _roster,
    )  # fmt: skip


def form_place(r: SideBySide) -> Comparison:
    n = r.now.c
    return Comparison(
        r.with_form(),
        sa.and_(r.here, places_differ(P.work_place, n.place), r.known_at_survey()),
        [P.work_place], [n.place],
        lambda place: f"表:{place_in_words(place)}",
        lambda place: f"台账:{place_in_words(place)}",
    )  # fmt: skip


def form_employer(r: SideBySide) -> Comparison:
    n = r.now.c
    return Comparison(
        r.with_form(),
        sa.and_(r.here, P.employer != n.employer_name, r.known_at_survey()),
        [P.employer], [n.employer_name],
        lambda name: f"表:{name}", lambda name: f"台账:{name}",
    )  # fmt: skip


# -- cards -------------------------------------------------------------------------------------


def card_only(r: SideBySide) -> Comparison:
    k = r.cards.c
    return Comparison(
        r.with_card(), sa.and_(r.here, k.kind == "1", r.now.c.id.is_(None)),
        [k.number, k.place, k.employer_name], [P.id], _card, lambda _: "台账:没有在务工",
    )  # fmt: skip


def no_card(r: SideBySide) -> Comparison | None:
    used = r.session.scalar(sa.select(CARD.c.id).where(CARD.c.deleted.is_(None)).limit(1))
    if used is None:
        return None
    n, card = r.now.c, CARD.alias()
    has = sa.and_(
        card.c.person == P.id, card.c.deleted.is_(None), card.c.withdrawn.is_(None)
    )  # fmt: skip
    return Comparison(
        r.with_now(),
        sa.and_(
            r.here, sa.or_(n.scope.is_(None), n.scope != LOCAL),
            ~sa.exists(sa.select(1).where(has)),
        ),
        [P.id], [n.place, n.employer_name], lambda _: "卡:无", _roster,
    )  # fmt: skip


def card_person(r: SideBySide) -> Comparison:
    k = r.cards.c
    return Comparison(
        r.with_card(),
        sa.and_(r.here, sa.or_(k.name != P.name, k.id_number != P.id_number)),
        [k.number, k.name, k.id_number], [P.name, P.id_number],
        lambda number, name, id_number: f"卡{number}:{name or ''} {id_number or ''}",
        lambda name, id_number: f"登记:{name or ''} {id_number or ''}",
    )  # fmt: skip


def card_work(r: SideBySide) -> Comparison:
    k, n = r.cards.c, r.now.c
    return Comparison(
        r.with_card(),
        sa.and_(
            r.here, n.id.is_not(None),
            sa.or_(places_differ(k.place, n.place), k.employer_name != n.employer_name),
        ),
        [k.number, k.place, k.employer_name], [n.place, n.employer_name], _card, _roster,
    )  # fmt: skip


def card_expired(r: SideBySide) -> Comparison:
    k = r.cards.c
    return Comparison(
        r.with_card(), sa.and_(r.here, k.valid_until < r.on),
        [k.number, k.valid_until], [P.id],
        lambda number, day: f"卡{number}:有效期至{day}", lambda _: "没有收回",
    )  # fmt: skip


# -- the living person -------------------------------------------------------------------------


def gone(r: SideBySide) -> Comparison:
    left = sa.or_(P.presence.in_(codes("presence", "gone", "1")), P.deleted.is_not(None))
    twice = sa.or_(P.deleted.is_(None), P.deleted != "3")  # entered twice: the other counts
    n = r.now.c
    return Comparison(
        r.with_now(), sa.and_(r.within, left, twice),
        [P.presence, P.deleted], [n.place, n.employer_name],
        lambda presence, deleted: "人:" + (
            code_list("delete_reason").label(deleted) if deleted
            else code_list("presence").label(presence)
        ),
        _roster,
    )  # fmt: skip


def at_home(r: SideBySide) -> Comparison:
    return _checked(r, "home", "gone")


def moved(r: SideBySide) -> Comparison:
    return _checked(r, "moved")


def lost(r: SideBySide) -> Comparison:
    return _checked(r, "unknown")


def _checked(r: SideBySide, *states: str) -> Comparison:
    k, n = r.checks.c, r.now.c
    found = codes("work_found", "state", *states)
    return Comparison(
        r.with_now().join(r.checks, k.person == P.id),
        sa.and_(r.here, k.found.in_(found), k.date >= n.start),
        [k.date, k.found, k.place, k.employer_name], [n.place, n.employer_name],
        _said_by_check, _roster,
    )  # fmt: skip


def _said_by_check(day: str, found: str, place: str | None, employer: str | None) -> str:
    more = f"({_work(place, employer)})" if place or employer else ""
    return f"人:{day}核实{code_list('work_found').label(found)}{more}"


def presence(r: SideBySide) -> Comparison:
    n = r.now.c
    here = tuple(
        i.code for i in code_list("presence").items
        if i.extra.get("here") == "1" and i.extra.get("gone") != "1"
    )  # fmt: skip
    return Comparison(
        r.with_now(),
        sa.and_(r.here, P.presence.in_(here), sa.or_(n.scope.is_(None), n.scope != LOCAL)),
        [P.presence], [n.place, n.employer_name],
        lambda presence: f"人:{code_list('presence').label(presence)}", _roster,
    )  # fmt: skip


def unchecked(r: SideBySide) -> Comparison:
    k, n = r.checks.c, r.now.c
    since = days_before(r.on, UNCHECKED_DAYS)
    return Comparison(
        r.with_now().outerjoin(r.checks, k.person == P.id),
        sa.and_(r.here, n.start < since, sa.or_(k.date.is_(None), k.date < since)),
        [k.date], [n.place, n.employer_name],
        lambda day: f"人:上次核实{day}" if day else "人:从未核实", _roster,
    )  # fmt: skip


def twice(r: SideBySide) -> Comparison:
    other, n = SPELL.alias("beside"), r.now.c
    return Comparison(
        r.with_now().join(
            other, sa.and_(other.c.person == P.id, other.c.id != n.id, runs(other, r.on))
        ),
        r.here, [other.c.start, other.c.place, other.c.employer_name],
        [n.start, n.place, n.employer_name], _since, _since,
    )  # fmt: skip


def _since(start: str | None, place: str | None, employer: str | None) -> str:
    return f"{start or ''}起 {_work(place, employer)}"
