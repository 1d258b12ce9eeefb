"""A short form bound to its fields: what is typed goes to the `RecordForm`, how it stands comes
back; Enter goes through it and says when it ran off the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from laborclerk.catalog.fields import Field
from laborclerk.catalog.values import NO_CONTEXT, Context
from laborclerk.ui.entry import Entered
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.field_help import FieldHelp
from laborclerk.ui.kit.field_order import FieldOrder, focus
from laborclerk.ui.kit.fields import FieldEdit
from laborclerk.ui.kit.grid import Cell, FieldGrid
from laborclerk.ui.kit.small import bring_into_sight
from laborclerk.ui.record_form import RecordForm

_LEAST = 220  # pixels at 100 % of one column


class RecordEditor(QWidget):
    """Fields in `columns`; `spans` makes some of them wider, `register` is whose fields they are
    (for F1). One line of help below them."""

    edited = Signal()  # a field was left with something new
    finished = Signal()  # Enter in the last field

    def __init__(
        self,
        specs: Mapping[str, Field],
        columns: int = 2,
        spans: Mapping[str, int] | None = None,
        register: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.form: RecordForm | None = None
        self._columns = columns
        cells = [Cell("", spec, (spans or {}).get(key, 1)) for key, spec in specs.items()]
        self.grid = FieldGrid(cells, self._context, columns, self)
        self.order = FieldOrder(self)
        self.order.set(self.grid.edits.values())
        self.order.ran_off.connect(lambda step: self.finished.emit() if step > 0 else None)
        self.help = FieldHelp(wrap=True)
        self.help.setMinimumHeight(self.help.fontMetrics().height())  # its room also while empty
        for (_, key), edit in self.grid.edits.items():
            edit.setProperty("field", f"{register}.{key}")
            edit.left.connect(self._left)
            edit.focused.connect(self.help.explain)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.grid)
        column.addWidget(self.help)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._least(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fewer columns where there is less room."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit)  # not while the layout is at work

    def _fit(self) -> None:
        self.grid.set_columns(max(1, min(self._columns, self.width() // self._least())))

    def _least(self) -> int:
        return _LEAST * theme.size() // theme.DATA_SIZE

    def edit(self, key: str) -> FieldEdit:
        """The widget of a field."""
        return self.grid.edits["", key]

    def edits(self) -> Sequence[FieldEdit]:
        return list(self.grid.edits.values())

    def show_form(self, form: RecordForm | None, *, read_only: bool = False) -> None:
        """Show a record (None: nothing to show)."""
        self.form = form
        for (_, key), edit in self.grid.edits.items():
            edit.setReadOnly(read_only or not edit.habit.typed)
            edit.setEnabled(form is not None)
            if form is not None:
                edit.show_as(form.shown(key))
            if edit.hasFocus():
                self.help.explain(edit)

    def go_to(self, key: str) -> None:
        """The cursor into a field; in a small window what is wrong there is seen, too."""
        edit = self.edit(key)
        focus(edit)
        if self.help.explain(edit):
            bring_into_sight(self.help, edit)
            self.help.tell_at(edit)

    def _context(self, _kind: str) -> Context:
        return self.form.context() if self.form else NO_CONTEXT

    def _left(self, key: str, entered: Entered) -> None:
        if self.form is not None:
            self.form.enter(key, entered)
            self.edit(key).show_as(self.form.shown(key))
            self.edited.emit()
