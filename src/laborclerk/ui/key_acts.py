"""What keys of the main window do that has nothing to do with which screens there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from laborclerk.features.registry.acts import act_word, passed_over
from laborclerk.kernel.progress import Progress
from laborclerk.store import undo as undoing
from laborclerk.ui.jobs import Way
from laborclerk.ui.station import Station

LONG_UNDO = 2000  # changes of records, from which on taking back an act is long work


def print_form(window: QWidget, station: Station, state: Any) -> None:
    """Ctrl+P: the household's form as it stands on the screen, saved or not."""
    from laborclerk.features.census.documents import form_document
    from laborclerk.features.census.printed import note_printed
    from laborclerk.ui.kit.preview import show_document

    form, round_id, store = state.copy_to_save(), state.round.id, station.store

    def taken(pages: int) -> None:
        station.runner.run(
            lambda _: note_printed(
                store, None, "census-form", "round", round_id, pages, households=1
            )
        )

    number = form.household.get("number") or "新户"
    name = f"户{number}-{form.household.get('head_name') or ''}"
    show_document(window, station.runner, lambda: form_document(store, form), name, taken)


def take_back(station: Station, which: str, say: Callable[[str], object]) -> None:
    """Ctrl+Z, Ctrl+Y: the last act of this station, `undo` or `redo`. A whole import is taken back
    as it was made: beside what goes on, entries wait for it."""
    act = undoing.undo if which == "undo" else undoing.redo
    word = "撤销" if which == "undo" else "重做"
    store = station.store

    def short(_: Progress) -> undoing.Undone | tuple[str, int]:
        use_case, records = undoing.coming(store, again=which == "redo")
        return act(store) if records < LONG_UNDO else (use_case, records)

    def done(undone: undoing.Undone) -> None:
        what = act_word(undone.use_case)
        say(f"{passed_over(undone.passed)}已{word}:{what}({undone.records:,} 条)")
        station.runner.changed(None)

    def looked(found: undoing.Undone | tuple[str, int]) -> None:
        if isinstance(found, undoing.Undone):
            done(found)
            return
        use_case, records = found
        say(f"正在{word}:{act_word(use_case)}({records:,} 条),请先不要关电脑")
        station.runner.run(lambda _: act(store), done, way=Way.LONG_WRITE)

    station.runner.run(short, looked)


def field_key(widget: QWidget | None) -> str:
    """The field a widget belongs to as `register.key` (or its key alone), '' for none."""
    while widget is not None:
        if widget.property("field"):
            return str(widget.property("field"))
        spec = getattr(widget, "spec", None)
        if spec is not None:
            return str(spec.key)
        widget = widget.parentWidget()
    return ""
