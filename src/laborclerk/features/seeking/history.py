"""A person's registrations as lines of her history in the work register."""

from __future__ import annotations

from collections.abc import Iterable

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.features.seeking.listing import jobs_in_words, labels, state_word
from laborclerk.features.seeking.model import JobSeeking
from laborclerk.features.seeking.rules import PLACES, State
from laborclerk.features.seeking.service import Registered
from laborclerk.features.work.board import Happened

SEEKING = JobSeeking.__tablename__


def lines_of(found: Iterable[Registered]) -> list[Happened]:
    """Registrations in lines, in the order given; the one that holds stands out."""
    return [_line(one) for one in found]


def _line(one: Registered) -> Happened:
    r, open_ = one.record, one.state is State.OPEN
    places = "、".join(place_in_words(code) for key in PLACES if (code := getattr(r, key)))
    pay = f"{r.expected_income:,}元/月" if r.expected_income is not None else ""
    why = code_list("seeking_end").label(r.close_reason) if r.close_reason else ""
    ended = f"{r.closed} {why}" if r.closed else f"有效期至 {r.valid_until}"
    more = [places, pay, ended, labels("seeking_service", r.services)]
    return Happened(
        SEEKING, r.id, r.registered or "", f"求职登记({state_word(one.state)})",
        jobs_in_words(r.wanted_jobs, r.wanted_post), " · ".join(t for t in more if t), open_,
    )  # fmt: skip
