"""A block of a form: labels left of their fields, in columns of one width, on the 4-pixel grid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from laborclerk.catalog.fields import Field
from laborclerk.catalog.values import NO_CONTEXT, Context
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.fields import FieldEdit

COLUMNS = 4


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
        self.edits: dict[tuple[str, str], FieldEdit] = {}
        layout = QGridLayout(self)
        unit = theme.GRID
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(unit)
        layout.setVerticalSpacing(unit)
        rows = _rows(list(cells), columns)
        widths = _label_widths(rows, columns)
        for y, row in enumerate(rows):
            for x, cell in row:
                label = QLabel(cell.spec.label + (" *" if cell.spec.required else ""))
                label.setProperty("muted", True)
                label.setFixedWidth(widths[x])
                edit = FieldEdit(cell.spec, _bound(context, cell.kind))
                label.setBuddy(edit)
                edit.setMinimumWidth(60)
                layout.addWidget(label, y, 3 * x)
                layout.addWidget(edit, y, 3 * x + 1, 1, 3 * cell.span - 2)
                self.edits[cell.kind, cell.spec.key] = edit
        for x in range(columns):
            layout.setColumnMinimumWidth(3 * x, widths[x])
            layout.setColumnStretch(3 * x + 1, 1)
            if x < columns - 1:
                layout.setColumnMinimumWidth(3 * x + 2, 3 * unit)
        layout.setRowStretch(len(rows), 1)


def _bound(context: Callable[[str], Context], kind: str) -> Callable[[], Context]:
    return lambda: context(kind)


def _rows(cells: Sequence[Cell], columns: int) -> list[list[tuple[int, Cell]]]:
    rows: list[list[tuple[int, Cell]]] = [[]]
    x = 0
    for cell in cells:
        if x + cell.span > columns:
            rows.append([])
            x = 0
        rows[-1].append((x, cell))
        x += cell.span
    return rows


def _label_widths(rows: Sequence[Sequence[tuple[int, Cell]]], columns: int) -> list[int]:
    metrics = QFontMetrics(theme.font())
    widths = [0] * columns
    for row in rows:
        for x, cell in row:
            text = cell.spec.label + " *"
            widths[x] = max(widths[x], metrics.horizontalAdvance(text))
    return [-(-w // theme.GRID) * theme.GRID for w in widths]
