"""The columns of the opened sheet: header, samples, the field each holds, how that was found."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from laborclerk.features.census.model import FrameEdition
from laborclerk.store.base import fields_of
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import button, clear, label, labelled
from laborclerk.ui.kit.pick import PickEdit
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.screens.sheets.columns import HOW, NOT_USED, ColumnLine
from laborclerk.ui.screens.sheets.presenter import SheetsPresenter

_SIGNS = {
    "given": FieldState.PASSED, "remembered": FieldState.PASSED, "label": FieldState.PASSED,
    "synonym": FieldState.PASSED, "flag": FieldState.PASSED, "guess": FieldState.WARNED,
}  # fmt: skip


class ColumnsPart(QWidget):
    """Which column is which field."""

    hints = (
        "↑↓ 选列 · Enter 改对应项目(输项目名或拼音首字母) · 空格 同意猜的 · Del 不导入 · "
        "Ctrl+Enter 试读"
    )

    def __init__(self, presenter: SheetsPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.about = label(muted=True, wrap=True)
        self.sheets = QHBoxLayout()
        self.table = Table(
            (Column("列", 40), Column("表头", 240), Column("样例"), Column("对应项目", 240),
             Column("怎样定的", 112))
        )  # fmt: skip
        self.table.opened.connect(self._edit)
        self.setFocusProxy(self.table)
        self.doubt = label(wrap=True, warned=True)
        self.table.current.connect(lambda _: self._show_doubt())
        self.picking: PickEdit | None = None
        self.under = PickEdit(lambda typed: presenter.villages().search(typed))
        self.under.picked.connect(self._under)
        self.under_row = labelled("表里没有村的列。整张表属于", self.under)
        specs = fields_of(FrameEdition)
        self.edition = RecordEditor(
            {k: specs[k] for k in ("name", "as_of")}, 2, register="frame_edition"
        )
        self.edition.edited.connect(self._edition)
        head = QHBoxLayout()
        head.addWidget(self.about, 1)
        head.addLayout(self.sheets)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addLayout(head)
        column.addWidget(self.edition)
        column.addWidget(self.under_row)
        column.addWidget(self.table, 1)
        column.addWidget(self.doubt)
        for keys, act in (("Space", self._agree), ("Del", self._drop), ("F2", self._edit_here)):
            shortcut = QShortcut(QKeySequence(keys), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(act)

    def begin(self) -> None:
        form = RecordForm(
            {k: fields_of(FrameEdition)[k] for k in ("name", "as_of")},
            {"name": self.presenter.edition_name, "as_of": self.presenter.as_of},
        )
        self.edition.show_form(form)
        self.under.choose(self.presenter.under, "")
        if self.table.rows.keys:
            self.table.selectRow(0)

    def changed(self) -> None:
        p, columns = self.presenter, self.presenter.columns
        if columns is None or p.rows is None or p.path is None:
            return
        rows = p.rows
        head = rows.layout
        at = f"{head.head_first}" + (
            f"–{head.head_last}" if head.head_last > head.head_first else ""
        )
        left_out = len(columns.lines) - columns.used
        self.about.setText(
            f"{p.path.name} · {rows.sheet.name} · 表头在第 {at} 行 · 数据 {len(rows):,} 行 · "
            f"{columns.used} 列导入,{left_out} 列不导入"
        )
        self._show_sheets()
        self.edition.setVisible(p.kind.key == "frame")
        self.under_row.setVisible(not columns.has_place)
        self.table.fill([self._cells(line) for line in columns.lines],
                        [line.index for line in columns.lines])  # fmt: skip
        self._show_doubt()

    def _cells(self, line: ColumnLine) -> Row:
        columns = self.presenter.columns
        assert columns is not None
        if line.target:
            target = Cell(columns.label(line.target), sign=_SIGNS.get(line.how))
            how = Cell(HOW[line.how], "muted")
        elif line.guess:
            target = Cell(f"{columns.label(line.guess)}?", "warned", FieldState.WARNED)
            how = Cell(HOW["guess"], "warned")
        else:
            token = "warned" if line.doubt else "not_applicable"
            sign = FieldState.WARNED if line.doubt else FieldState.NOT_APPLICABLE
            target, how = Cell(NOT_USED, token, sign), Cell("单位不同" if line.doubt else "", token)
        return (Cell(line.letter, "muted"), Cell(line.text, tip=line.text),
                Cell(line.samples, "muted", tip=line.samples), target, how)  # fmt: skip

    def _show_sheets(self) -> None:
        clear(self.sheets)
        for name in self.presenter.sheets[1:]:
            self.sheets.addWidget(button(f"改读“{name}”", partial(self.presenter.use_sheet, name)))

    def _show_doubt(self) -> None:
        line = self._line()
        self.doubt.setText(line.doubt if line else "")
        self.doubt.setVisible(bool(line and line.doubt))

    def _line(self) -> ColumnLine | None:
        columns, key = self.presenter.columns, self.table.key()
        return next((c for c in columns.lines if c.index == key), None) if columns else None

    # -- changing ------------------------------------------------------------------------------

    def _edit_here(self) -> None:
        if self.table.key() is not None:
            self._edit(self.table.key())

    def _edit(self, index: int) -> None:
        columns = self.presenter.columns
        row = list(self.table.rows.keys).index(index)
        if columns is None:
            return
        self._end_editing()
        edit = PickEdit(columns.choices.search, self.table.viewport())
        box = self.table.visualRect(self.table.rows.index(row, 3))
        edit.setGeometry(box.adjusted(0, -2, 0, 2))
        edit.picked.connect(lambda target: self._picked(index, target))
        edit.given_up.connect(self._end_editing)
        self.picking = edit
        edit.show()
        edit.setFocus()
        edit.open_list()

    def _picked(self, index: int, target: str) -> None:
        self._end_editing()
        self.presenter.set_column(index, target)
        keys = list(self.table.rows.keys)
        at = keys.index(index)
        if at + 1 < len(keys):
            self.table.selectRow(at + 1)

    def _end_editing(self) -> None:
        if self.picking is not None:
            edit, self.picking = self.picking, None
            edit.hide()
            edit.deleteLater()
            self.table.setFocus()

    def _agree(self) -> None:
        line = self._line()
        if line is not None and line.guess:
            self.presenter.agree(line.index)

    def _drop(self) -> None:
        line = self._line()
        if line is not None:
            self.presenter.set_column(line.index, "")

    def _under(self, place: int) -> None:
        self.presenter.under = place

    def _edition(self) -> None:
        form = self.edition.form
        if form is not None:
            self.presenter.edition_name = str(form.values.get("name") or "")
            self.presenter.as_of = str(form.values.get("as_of") or self.presenter.as_of)
