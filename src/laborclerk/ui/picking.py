"""Lists to pick from while typing, without Qt: fields of a sheet, places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from laborclerk.catalog.spelling import spelling, typed
from laborclerk.features.registry.places import PlaceTree, code_of, level_of
from laborclerk.ui.entry import Choice

MOST = 200


class Pickable:
    """Choices found by number, part of the label, or pinyin (whole or first letters); best
    first."""

    def __init__(self, choices: Iterable[Choice]) -> None:
        self._all = list(choices)
        self._spelt = [spelling(c.label.replace(" ", "")) for c in self._all]

    def search(self, text: str) -> Sequence[Choice]:
        """What fits what was typed; all for nothing typed."""
        key = "".join(text.split()).casefold()
        if not key:
            return self._all[:MOST]
        fits = typed(key)
        ranked: list[tuple[int, int]] = []
        for at, (choice, ways) in enumerate(zip(self._all, self._spelt, strict=True)):
            label = choice.label.replace(" ", "").casefold()
            if label == key or choice.number == key:
                rank = 0
            elif label.startswith(key) or (spelt := fits(ways)) == 0:
                rank = 1
            elif key in label or spelt == 1 or choice.number.startswith(key):
                rank = 2
            else:
                continue
            ranked.append((rank, at))
        return [self._all[at] for _, at in sorted(ranked)[:MOST]]

    def label(self, value: object) -> str:
        """How a value is called; empty when it is not among the choices."""
        return next((c.label for c in self._all if c.value == value), "")


def down_to_villages(tree: PlaceTree) -> list[int]:
    """The station's own place, its townships where it has several, its villages."""
    if not len(tree):
        return []
    return list(dict.fromkeys((tree.root(), *tree.of_level("township"), *tree.villages())))


def pick_among(tree: PlaceTree, chosen: Iterable[int]) -> Pickable:
    """Some of the station's places, called by their path below it."""
    return Pickable(Choice(p, "", tree.path(p, _top(tree)), code_of(p)) for p in chosen)


def _top(tree: PlaceTree) -> str:
    return "village" if level_of(tree.root()) == "township" else "township"


@lru_cache(maxsize=8)
def places(tree: PlaceTree, levels: Sequence[str] = ("township", "village", "group")) -> Pickable:
    """The station's places of these levels (a tuple), the whole station first. Kept for each tree:
    a county has thousands, ask for them in the worker first."""
    if not len(tree):
        return Pickable(())
    root = tree.root()
    found = [Choice(root, "", f"{tree.name(root)}(全部)", code_of(root)[:6])]
    todo = list(reversed(tree.children(root)))
    while todo:
        place = todo.pop()
        if level_of(place) in levels:
            found.append(Choice(place, "", tree.path(place, _top(tree)), code_of(place)))
        todo += reversed(tree.children(place))
    return Pickable(found)
