"""A block of a form: labels left of their fields, in columns of one width, on the 4-pixel grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from laborclerk.catalog.fields import Field
from laborclerk.catalog.values import NO_CONTEXT, Context
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.fields import FieldEdit

COLUMNS = 4
STAR = " *"


@dataclass(frozen=True, slots=True)
class Cell:
    """A field of the block: the register it belongs to, its declaration, columns it spans."""

    kind: str
    spec: Field
    span: int = 1


class FieldGrid(QWidget):
    """Fields in reading order; a row is filled until the next field does not fit."""

    def __init__(
        self,
        cells: Iterable[Cell],
        context: Callable[[str], Context] = lambda kind: NO_CONTEXT,
        columns: int = COLUMNS,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._cells = list(cells)
        self._columns = self.rows = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.GRID)
        self._labels: list[QLabel] = []
        self.note = QLabel(self)  # one line below the fields, if there is something to say
        self.note.setProperty("small", True)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.note.hide()
        self.edits: dict[tuple[str, str], FieldEdit] = {}
        self._names: dict[tuple[str, str], QLabel] = {}
        for cell in self._cells:
            label = QLabel(_named(cell.spec, cell.spec.required), self)
            label.setProperty("muted", True)
            edit = FieldEdit(cell.spec, _bound(context, cell.kind), self)
            label.setBuddy(edit)
            edit.setMinimumWidth(60)
            self._labels.append(label)
            self._names[cell.kind, cell.spec.key] = label
            self.edits[cell.kind, cell.spec.key] = edit
        self.set_columns(columns)

    def mark(self, field: tuple[str, str], required: bool) -> None:
        """Show by a star whether a field (register, key) has to be filled; nothing moves."""
        label, text = self._names[field], _named(self.edits[field].spec, required)
        if label.text() != text:
            label.setText(text)

    def set_columns(self, columns: int) -> None:
        """Lay the fields out in so many columns: fewer in a narrow window."""
        if columns == self._columns:
            return
        layout, unit = self._grid, theme.GRID
        for widget in (*self._labels, *self.edits.values(), self.note):
            layout.removeWidget(widget)
        for x in range(3 * self._columns):
            layout.setColumnMinimumWidth(x, 0)
            layout.setColumnStretch(x, 0)
        if self._columns:
            layout.setRowStretch(self.rows + 1, 0)
        self._columns = columns
        spans = [min(cell.span, columns) for cell in self._cells]
        places = _places(spans, columns)
        widths = self._label_widths(places, columns)
        for cell, label, span, (y, x) in zip(self._cells, self._labels, spans, places, strict=True):
            label.setFixedWidth(widths[x])
            layout.addWidget(label, y, 3 * x)
            edit = self.edits[cell.kind, cell.spec.key]
            layout.addWidget(edit, y, 3 * x + 1, 1, 3 * span - 2)
        for x in range(columns):
            layout.setColumnMinimumWidth(3 * x, widths[x])
            layout.setColumnStretch(3 * x + 1, 1)
            if x < columns - 1:
                layout.setColumnMinimumWidth(3 * x + 2, 3 * unit)
        self.rows = places[-1][0] + 1 if places else 0
        layout.addWidget(self.note, self.rows, 0, 1, 3 * columns)
        layout.setRowStretch(self.rows + 1, 1)

    def _label_widths(self, places: Sequence[tuple[int, int]], columns: int) -> list[int]:
        metrics = QFontMetrics(theme.font())
        widths = [0] * columns
        for cell, (_, x) in zip(self._cells, places, strict=True):
            width = metrics.horizontalAdvance(_named(cell.spec, True))
            widths[x] = max(widths[x], width + theme.GRID)
        return [-(-w // theme.GRID) * theme.GRID for w in widths]


def _named(spec: Field, required: bool) -> str:
    return spec.label + (STAR if required else "")


def _bound(context: Callable[[str], Context], kind: str) -> Callable[[], Context]:
    return lambda: context(kind)


def _places(spans: Sequence[int], columns: int) -> list[tuple[int, int]]:
    """Row and column of each field."""
    found = []
    y = x = 0
    for span in spans:
        if x + span > columns:
            y, x = y + 1, 0
        found.append((y, x))
        x += span
    return found
