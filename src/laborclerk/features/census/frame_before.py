"""A new edition of the household frame beside the one that holds so far, village by village: what
is new, gone or said otherwise, and what of it the register follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.features.census.frame_editions import edition_of_villages
from laborclerk.features.census.frame_result import (
    FrameComparison,
    FrameDifference,
    FrameLine,
    FrameProblem,
)
from laborclerk.features.census.import_known import records
from laborclerk.features.census.import_plan import Row
from laborclerk.features.census.model import FrameEdition, FrameEntry
from laborclerk.features.registry.place_cells import PlaceCells
from laborclerk.kernel.errors import reject
from laborclerk.store.base import fields_of
from laborclerk.store.journal import Changes


class FrameBefore:
    """The editions that hold so far for the villages of a file. `entries` are theirs by household;
    what is found goes into `told`; `same` as long as the new edition says nothing new. Rejected
    when one is later than `as_of` (YYYY-MM-DD)."""

    def __init__(
        self, session: Session, villages: set[int], as_of: str, told: FrameComparison
    ) -> None:
        self.entries: dict[int, Row] = {}
        self.same = True
        self._told = told
        self._covered: set[int] = set()  # villages that had an edition before
        self._seen: set[int] = set()
        names: dict[int, str] = {}
        for village, edition_id in edition_of_villages(session).items():
            if village not in villages:
                continue
            edition = session.get_one(FrameEdition, edition_id)
            if (edition.as_of or "") > as_of:
                raise reject(
                    FrameProblem.FRAME_OLDER,
                    village=PlaceCells(session).path(village),
                    as_of=edition.as_of,
                    new=as_of,
                )
            names[edition_id] = edition.name or ""
            self._covered.add(village)
            e: Any = FrameEntry.__table__.c
            here = sa.and_(e.edition == edition_id, e.place >= village, e.place < village + 1000)
            self.entries.update(
                (entry["household"], entry) for entry in records(session, FrameEntry, here)
            )
        told.previous = list(names.values())

    def compare(
        self, entry: Row, village: int | None, household: Row | None, *, entered: bool
    ) -> Changes:
        """List what an entry of a village says otherwise than the one before → what of it the
        register follows: the place and head of a household (None: just made) that nobody has
        `entered` yet, the count while it is the frame's own."""
        self._seen.add(entry["household"])
        old = self.entries.get(entry["household"])
        follow: Changes = {}
        if old is None:
            self.same = False
            if village in self._covered:
                self._told.new.append(_line(entry))
            return follow
        for key, target in (
            ("place", "place"), ("number", ""), ("head_name", "head_name"),
            ("persons", "registered_count"),
        ):  # fmt: skip
            if entry[key] == old[key] or entry[key] is None:
                continue
            self.same = False
            ours = household[target] if household and target else None
            applied = bool(target) and ours == old[key] and (key == "persons" or not entered)
            if applied:
                follow[target] = (ours, entry[key])
            self._told.changed.append(
                FrameDifference(
                    entry["household"], entry["number"], entry["head_name"], key,
                    fields_of(FrameEntry)[key].label, old[key], entry[key], applied,
                )
            )  # fmt: skip
        return follow

    def gone(self, may_be: Callable[[Row], bool]) -> list[int]:
        """The households that no entry was compared for; `may_be` says of an entry that a refused
        row may be it: then it is not called gone."""
        found = [e for h, e in self.entries.items() if h not in self._seen and not may_be(e)]
        if found:
            self.same = False
        self._told.gone += map(_line, found)
        return [entry["household"] for entry in found]


def _line(entry: Row) -> FrameLine:
    return FrameLine(
        entry["household"], entry["place"], entry["number"], entry["head_name"], entry["persons"]
    )
