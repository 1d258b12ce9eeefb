"""Two registrations laid beside each other, as text: read in the worker, shown as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from sqlalchemy.orm import Session

from laborclerk.catalog import values
from laborclerk.catalog.fields import Number
from laborclerk.catalog.values import Context
from laborclerk.features.registry.acts import act_word
from laborclerk.features.registry.duplicates.decide import PLACED
from laborclerk.features.registry.duplicates.listing import Entered, compared, entered
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.place_values import RegisterPlaces
from laborclerk.features.registry.places import PlaceTree
from laborclerk.kernel.clock import show_time
from laborclerk.store.base import fields_of
from laborclerk.store.journal import Kind

_MOST = 12  # changes told of each side


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comparison. `key` is the field whose value may be chosen, '' for none."""

    key: str
    label: str
    left: str
    right: str
    differs: bool


def read(session: Session, pair: tuple[int, int], tree: PlaceTree) -> list[Line]:
    """Where both stand, every field that either fills, then who entered them when and where."""
    context = Context(places=RegisterPlaces(tree))
    one, other = (session.get_one(Person, i) for i in pair)
    lines = list(_placed(session, one, other, tree))
    for found in compared(session, pair):
        kind = found.field.type
        unit = kind.unit if isinstance(kind, Number) else ""
        left, right = (
            "" if v in (None, "") else values.show(kind, v, context) + unit
            for v in (found.left, found.right)
        )
        lines.append(Line(found.field.key, found.field.label, left, right, found.differs))
    told = [[_told(e) for e in entered(session, i)[:_MOST]] for i in pair]
    lines += [
        Line("", "登记经过" if at == 0 else "", left, right, False)
        for at, (left, right) in enumerate(zip_longest(*told, fillvalue=""))
    ]
    return lines


def _placed(session: Session, one: Person, other: Person, tree: PlaceTree) -> Iterator[Line]:
    homes = [session.get(Household, p.household) if p.household else None for p in (one, other)]
    where = [tree.path(h.place, "township") if h and h.place else "" for h in homes]
    yield Line("", "村组", where[0], where[1], where[0] != where[1])
    house = [f"户{h.number or ''} {h.head_name or ''}" if h else "" for h in homes]
    yield Line("", "户", house[0], house[1], one.household != other.household)
    known = fields_of(Person)
    for key in PLACED[1:]:
        kind = known[key].type
        left, right = (values.show(kind, getattr(p, key)) or "" for p in (one, other))
        if left or right:
            yield Line("", known[key].label, left, right, left != right)


def _told(e: Entered) -> str:
    who = " ".join(part for part in (show_time(e.at)[2:], e.station, e.clerk) if part)
    what = act_word(e.use_case)
    if e.kind is Kind.CREATE or not e.labels:
        return f"{who} {what}"
    labels = "、".join(e.labels[:3]) + (f"等{len(e.labels)}项" if len(e.labels) > 3 else "")
    return f"{who} {what}:{labels}"
