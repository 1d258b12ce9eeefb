"""The forms of the registration of job seekers, as the screen of the work register asks them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from laborclerk.features.registry.model import Person
from laborclerk.features.seeking import service
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.work.service import Saved
from laborclerk.store.base import values_of
from laborclerk.store.store import Store

_WISH = (
    "registered", "valid_until", "wanted_jobs", "wanted_post", "wanted_place", "second_place",
    "third_place", "expected_income", "employment_form", "wants_training", "wanted_training",
    "services", "school", "major", "certificate_number", "height", "weight", "eyesight", "note",
)  # fmt: skip
_ANEW = ("registered", "valid_until", "note")  # said anew each time
_END = ("closed", "close_reason", "note")
_ASKED = ("wanted_place", "expected_income", "wants_training", "wanted_training")
NEEDED = ("registered", "valid_until", "closed", "close_reason")  # where they are asked for


@dataclass(frozen=True, slots=True)
class SeekerForm:
    """What is asked: fields with what is known of them, and what keeps them."""

    title: str
    keys: tuple[str, ...]
    values: dict[str, Any]
    first: str
    keep: Callable[[dict[str, Any], dict[str, Any]], Saved | None]
    model: type[JobSeeking] = JobSeeking


def to_register(store: Store, person: int, name: str) -> SeekerForm | None:
    """A new registration, filled in as the last one was, else with the wishes of the census form.
    None when the person is not there."""
    with store.read() as session:
        who = session.get(Person, person)
        if who is None or who.deleted is not None:
            return None
        known = values_of(who)
        today = store.clock.today()
        before = service.seekings_of(session, person, today)
        last = values_of(before[0].record) if before else None
    values: dict[str, Any] = {key: known[key] for key in _ASKED}
    values["wanted_jobs"] = known["wanted_job"]
    if last is not None:
        values = {key: last[key] for key in _WISH if key not in _ANEW}
    values |= service.completed({}, today)
    taken = "上次登记" if last is not None else "调查表"
    return SeekerForm(
        f"求职登记 · {name}(按{taken}填好,请与本人核对)", _WISH, values, "wanted_jobs",
        lambda v, _: service.register(store, person, v),
    )  # fmt: skip


def to_change(store: Store, seeking: int, name: str) -> SeekerForm | None:
    """A registration to be mended."""
    held = _read(store, seeking)
    if held is None:
        return None
    keys = (*_WISH, *_END[:2]) if held["closed"] else _WISH
    title = f"修改求职登记 · {name} · {held['registered']}"
    return SeekerForm(
        title, keys, {k: held[k] for k in keys}, "wanted_jobs",
        lambda v, seen: service.change(store, seeking, v, seen),
    )  # fmt: skip


def to_close(store: Store, seeking: int, name: str) -> SeekerForm | None:
    """She found work, or does not look for it any more."""
    seen = _read(store, seeking)
    if seen is None:
        return None
    title = f"注销求职登记 · {name} · {seen['registered']}"
    return SeekerForm(
        title, _END, {"closed": store.clock.today()}, "close_reason",
        lambda v, _: service.close(
            store, seeking, v["close_reason"], v["closed"] or "", v["note"] or ""
        ),
    )  # fmt: skip


def _read(store: Store, seeking: int) -> dict[str, Any] | None:
    with store.read() as session:
        record = session.get(JobSeeking, seeking)
        return values_of(record) if record is not None and record.deleted is None else None
