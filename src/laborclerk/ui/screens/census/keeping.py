"""What the household form reads from the store and keeps in it: run in the worker, no screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from laborclerk.features.census import household_form, service
from laborclerk.features.census.household_form import DRAFT, HouseholdForm
from laborclerk.features.registry.model import Household
from laborclerk.kernel.clock import show_time
from laborclerk.store import drafts
from laborclerk.store.drafts import KeptDraft
from laborclerk.store.store import Store


@dataclass(frozen=True, slots=True)
class Opened:
    """A form and the draft that waits for it, if one does."""

    form: HouseholdForm
    draft: KeptDraft | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A household whose draft waits: whose it is, when it was kept, by which clerk."""

    household: int
    head_name: str
    when: str
    clerk: str


def read(store: Store, household_id: int, round_id: int) -> Opened:
    """The form of a household; one that was never saved lives in its draft alone."""
    found = [d for d in drafts.kept(store, DRAFT) if d.record_id == household_id]
    draft = max(found, key=lambda d: (d.of(store), d.clerk == store.clerk, d.at), default=None)
    if draft is not None:
        with store.read() as session:
            stored = session.get(Household, household_id) is not None
        if not stored:
            return Opened(HouseholdForm.from_draft(draft.content, []), draft)
    return Opened(household_form.open_form(store, household_id, round_id), draft)


def waiting(store: Store) -> list[Waiting]:
    """The households whose drafts nobody has saved or thrown away, latest first; one that was left
    in two windows is named once."""
    latest: dict[int, KeptDraft] = {}
    for draft in drafts.kept(store, DRAFT):
        latest.setdefault(draft.record_id, draft)
    return [
        Waiting(
            d.record_id,
            str(d.content["household"].get("head_name") or "未填户主"),
            show_time(d.at),
            d.clerk,
        )
        for d in latest.values()
    ]


def keep(
    store: Store, mine: HouseholdForm, visit: Mapping[str, Any], *, finish: bool, form: bool
) -> dict[str, set[int]]:
    """Save the form (unless only the visit is to be kept) with the visit, forget the draft, all
    in one transaction → what was touched. `mine` holds afterwards what is in the store."""
    touched: dict[str, set[int]] = {}
    household, round_id = int(mine.household["id"]), int(mine.form["round"])
    if form:
        touched |= service.save_form(store, mine, finish=finish, visit=visit).touched
    elif visit:
        touched["visit"] = {service.record_visit(store, household, round_id, visit)}
    if visit:
        fresh = household_form.open_form(store, household, round_id)
        mine.household, mine.persons, mine.form = fresh.household, fresh.persons, fresh.form
        mine.seen, mine.read, mine.visits = fresh.seen, fresh.read, fresh.visits
        mine.taken_out = fresh.taken_out
    return touched
