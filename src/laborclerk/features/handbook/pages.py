"""The twenty-four pages of the worker handbook (002-25): rights and their hotlines, emergency
numbers, the law in plain words, city life, wage record, contract checklist, tear-off card.

Every page is drawn once for all booklets of a trip; what is a worker's own is laid over three.
"""

from __future__ import annotations

from collections.abc import Callable

from laborclerk.features.handbook.help_pages import HelpPages
from laborclerk.features.handbook.leaving_pages import LeavingPages
from laborclerk.features.handbook.own_pages import OwnPages
from laborclerk.features.handbook.page_base import (
    CONTRACT,
    NOBODY,
    Draw,
    Owner,
    Trip,
)
from laborclerk.features.handbook.record_pages import RecordPages
from laborclerk.features.handbook.rights_pages import RightsPages
from laborclerk.printing.brush import Brush

__all__ = ["NOBODY", "Owner", "Pages", "Trip"]
Over = Callable[[Brush, Owner], None]


class Pages(OwnPages, LeavingPages, RightsPages, HelpPages, RecordPages):
    """Draws the pages of one trip's handbooks."""

    def all(self) -> list[tuple[str, Draw, Over | None]]:
        """Name, drawing, and what is laid over it for an owner, of each page in order."""
        laws = self._laws
        return [
            ("cover", self._cover_base, self._cover),
            ("mine", self._mine_base, self._mine),
            ("contents", self._contents, None),
            ("pack", self._pack, None),
            ("road", self._road, None),
            ("there", self._there, None),
            ("contract", laws(7, CONTRACT, "签合同,看这几条", "paper", "contract"), None),
            ("special", laws(8, CONTRACT, "法律另外护着这些人", "shield", "special"), None),
            ("check", self._check, None),
            ("wage", self._wage, None),
            ("hours", self._hours, None),
            ("safety", self._safety, None),
            ("injury", self._injury, None),
            ("insure", self._insure, None),
            ("phones", self._phones, None),
            ("lines", self._lines, None),
            ("dispute", self._dispute, None),
            ("aid", self._aid, None),
            ("city", self._city, None),
            ("life", self._life, None),
            ("wages-1", self._wages(21), None),
            ("wages-2", self._wages(22), None),
            ("notes", self._notes, None),
            ("card", self._card_base, self._card),
        ]
