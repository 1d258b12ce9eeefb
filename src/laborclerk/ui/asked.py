"""A short form that is asked below a list: for some fields of a register, with what keeps it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from laborclerk.catalog.values import Context
from laborclerk.store.base import Record, fields_of
from laborclerk.ui.record_form import RecordForm

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Asked(Generic[K]):
    """A form that is being filled: its title, its first field, what keeps its values (with what
    the clerk saw of the record), and the word for what was done then."""

    title: str
    form: RecordForm
    first: str
    keep: Callable[[dict[str, Any], dict[str, Any]], K]
    word: str = ""

    def entered(self) -> Callable[[], K]:
        """What keeps the form as it is filled now."""
        values = {key: self.form.values.get(key) for key in self.form.specs}
        seen = dict(self.form.read)
        return lambda: self.keep(values, seen)


def form_of(
    model: type[Record],
    keys: Sequence[str],
    values: Mapping[str, Any],
    context: Callable[[], Context],
    required: Collection[str] | None = None,
) -> RecordForm:
    """A form of some fields of a register with what is known of them; `required` are others than
    those that the register itself requires."""
    known = fields_of(model)
    specs = {
        k: known[k] if required is None else replace(known[k], required=k in required) for k in keys
    }
    return RecordForm(specs, {**dict.fromkeys(keys), **values}, context)
