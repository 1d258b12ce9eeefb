"""Places in fields: found by name, code or group number, offered in a list, never guessed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from laborclerk.catalog.spelling import spelling, typed
from laborclerk.ui.entry import Choice

_TOWNSHIP = 10**6  # the places of a township have what is above this power in common


class Tree(Protocol):
    """What of the register's places is asked (registry.places.PlaceTree)."""

    def path(self, place: int, top: str = "village") -> str: ...

    def resolve(self, text: str, under: int | None = None) -> list[int]: ...

    def children(self, place: int) -> list[int]: ...

    def villages(self, under: int | None = None) -> list[int]: ...


class TypedPlaces:
    """The groups of a station (a village stands for itself until it has groups). `village` is
    where bare group numbers are looked for: the one of the household being entered."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._offered: list[tuple[int, str, str]] | None = None
        self._several = False  # townships
        self.village: int | None = None

    def find(self, text: str) -> Sequence[int]:
        digits = text.strip().removesuffix("组").removesuffix("社")
        if self.village is not None and digits.isascii() and digits.isdigit() and len(digits) < 4:
            group = self.village + int(digits)
            if group in self.tree.children(self.village):
                return [group]
        under = self.village
        return (
            (under is not None and self.tree.resolve(text, under))
            or self.tree.resolve(text)
            or [place for place, label, _ in self._all() if label.replace(" ", "") == text]
        )

    def label(self, place_id: int) -> str:
        return self.tree.path(place_id)

    def search(self, text: str) -> Sequence[Choice]:
        """Groups that fit what was typed: those of the current village first."""
        key = "".join(text.split()).casefold()
        fits = typed(key)
        here = self.village // 1000 if self.village else 0
        ranked = []
        for place, label, ways in self._all():
            near = 0 if place // 1000 == here else 1
            number = str(place % 1000)
            if not key or (key.isdigit() and not near and number.startswith(key)):
                rank = near
            elif key.isascii() and fits(ways) == 0:
                rank = 2 + near
            elif key in label.replace(" ", "") or (key.isdigit() and str(place).startswith(key)):
                rank = 4 + near
            else:
                continue
            ranked.append((rank, place, label))
        ranked.sort()
        return [
            Choice(place, str(place % 1000 or ""), label, self._which(place, label))
            for _, place, label in ranked[:100]
        ]

    def _which(self, place: int, label: str) -> str:
        """What tells apart villages of one name: their code, at a county their township."""
        whole = self.tree.path(place, "township") if self._several else label
        return whole.removesuffix(label).strip() or str(place // 1000)

    def _all(self) -> list[tuple[int, str, str]]:
        if self._offered is None:
            self._offered, villages = [], self.tree.villages()
            self._several = len({village // _TOWNSHIP for village in villages}) > 1
            for village in villages:
                for place in self.tree.children(village) or [village]:
                    label = self.tree.path(place)
                    self._offered.append((place, label, spelling(label.replace(" ", ""))))
        return self._offered
