"""The register's places as typed and shown values: what `catalog.values` asks for."""

from __future__ import annotations

from collections.abc import Sequence

from laborclerk.features.registry.places import PlaceTree, level_of


class RegisterPlaces:
    """Finds places by code or name, shows them by their path from the village down."""

    def __init__(self, tree: PlaceTree) -> None:
        self._tree = tree

    def find(self, text: str) -> Sequence[int]:
        return self._tree.resolve(text)

    def label(self, place_id: int) -> str:
        top = "village" if level_of(place_id) in ("village", "group") else level_of(place_id)
        return self._tree.path(place_id, top)
