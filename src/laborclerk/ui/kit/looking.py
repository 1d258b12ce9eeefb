"""The fields at the head of a screen that say what is looked at: a place, a day, a month."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from laborclerk.catalog.fields import Field
from laborclerk.ui.entry import Choice, Entered
from laborclerk.ui.kit.fields import FieldEdit
from laborclerk.ui.kit.pick import PickEdit


def place_edit(
    search: Callable[[str], Sequence[Choice]], picked: Callable[[int], None]
) -> PickEdit:
    """A place to pick from those that `search` finds."""
    made = PickEdit(search)
    made.setFixedWidth(152)
    made.picked.connect(picked)
    return made


def time_edit(
    spec: Field, width: int, chosen: Callable[[Entered], None], back: Callable[[], None]
) -> FieldEdit:
    """A day or a month to type; Enter leads `back` to what is looked at."""
    made = FieldEdit(spec)
    made.setFixedWidth(width)
    made.left.connect(lambda _key, entered: chosen(entered))
    made.advance.connect(lambda *_: back())
    return made
