"""What the household form's presenter says to its screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from laborclerk.features.exchange.past import Line
from laborclerk.features.registry.doubles import Double
from laborclerk.kernel.errors import Problem


class View(Protocol):
    """The screen, as the presenter knows it."""

    def take_in(self) -> None:
        """What is being typed right now is entered before anything else happens."""

    def form_opened(self) -> None:
        """Another form: show it, the cursor in its first field."""

    def form_changed(self) -> None:
        """Members came or went, a draft was taken: show all of it anew."""

    def fields_changed(self) -> None:
        """Values, states or problems changed."""

    def say(self, text: str, *, kept: bool = False, saved: bool = False) -> None:
        """One short line at the top: `kept` as draft, `saved` in the store."""

    def refuse(self, text: str) -> None:
        """One line about what stops the clerk."""

    def go_to(self, record_id: int, key: str) -> None:
        """Put the cursor into a field."""

    def ask_reason(self, problem: Problem) -> None:
        """Ask for one line of reason, then call `explain`."""

    def show_doubles(self, person_id: int, found: Sequence[Double]) -> None:
        """Show who may be the same person; an empty list takes the panel away."""

    def show_past(self, name: str, lines: Sequence[Line]) -> None: ...

    def offer_draft(self, when: str) -> None:
        """Offer a draft of this form: `Drafting.take` or `Drafting.drop`."""

    def alert(self) -> None:
        """A short sound: something is wrong while eyes are on the paper."""
