"""The tabs of the household form and the fields on them: building, binding, the way of Enter."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from laborclerk.catalog.names import display_name
from laborclerk.catalog.values import NO_CONTEXT, Context
from laborclerk.features.census.form import SECTIONS, FormContext
from laborclerk.kernel.errors import Problem
from laborclerk.ui.entry import Entered, FieldState
from laborclerk.ui.kit import signs, theme
from laborclerk.ui.kit.field_order import FieldOrder, focus
from laborclerk.ui.kit.fields import FieldEdit
from laborclerk.ui.kit.grid import COLUMNS, FieldGrid
from laborclerk.ui.screens.census.heading import visits_so_far
from laborclerk.ui.screens.census.layout import CLOSING, PAGE_OF, PAGES, PERSON
from laborclerk.ui.screens.census.presenter import CensusPresenter

_FIELD_ROWS = 5
_SECTIONS = {section.key: section for section in SECTIONS}
FIRST_OF_PERSON = next(n for n, page in enumerate(PAGES) if page.of == PERSON)


class Pages(QWidget):
    """Tabs of the household, of the open member, and what closes the form."""

    focused = Signal(object)  # FieldEdit
    finished = Signal()  # Enter went past the last field of the form

    def __init__(self, presenter: CensusPresenter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.presenter = presenter
        self.built: dict[int, tuple[FieldGrid, FieldOrder]] = {}
        self._columns = COLUMNS
        self._signs: dict[int, FieldState | None] = {}
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.setIconSize(QSize(signs.SIZE, signs.SIZE))
        self.tabs.setMinimumWidth(200)  # scrolls where the window is narrow
        self.stack = QStackedWidget(self)
        for page in PAGES:
            self.tabs.addTab(page.title)
            self.stack.addWidget(QWidget())
        self.tabs.currentChanged.connect(self.turn_to)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(self.tabs)
        column.addWidget(self.stack)
        self._fit()
        self._ahead = QTimer(self)
        self._ahead.setInterval(20)
        self._ahead.timeout.connect(self.build_one)

    # -- building ------------------------------------------------------------------------------

    def page(self, number: int) -> tuple[FieldGrid, FieldOrder]:
        """The fields of a tab, built when it is first needed."""
        found = self.built.get(number)
        if found is None:
            grid = FieldGrid(PAGES[number].cells(), self._context, self._columns, self.stack)
            order = FieldOrder(grid)
            order.set(grid.edits.values())
            order.ran_off.connect(self._ran_off)
            for (kind, key), edit in grid.edits.items():
                edit.left.connect(partial(self._left, kind))
                edit.passed.connect(partial(self._passed, kind))
                edit.focused.connect(self.focused)
                edit.setProperty("field", f"{kind}.{key}")
                if (kind, key) == ("household", "number"):
                    edit.setPlaceholderText("存时自动编号")
            old = self.stack.widget(number)
            self.stack.insertWidget(number, grid)
            self.stack.removeWidget(old)
            old.deleteLater()
            found = self.built[number] = grid, order
            self._fit()
            self.fill(number)
        return found

    def build_ahead(self) -> None:
        """Build the other tabs while nothing else is to do, one at a time."""
        self._ahead.start()

    def build_one(self) -> bool:
        """Build a tab that is not built yet; False when all are."""
        number = next((n for n in range(len(PAGES)) if n not in self.built), None)
        if number is None:
            self._ahead.stop()
        else:
            self.page(number)
        return number is not None

    def set_columns(self, columns: int) -> None:
        """Fewer columns in a narrow window."""
        if columns != self._columns:
            self._columns = columns
            for grid, _ in self.built.values():
                grid.set_columns(columns)
            self._fit()

    def _fit(self) -> None:
        """Room for the longest tab, so that nothing below moves when tabs are turned."""
        rows = max((grid.rows for grid, _ in self.built.values()), default=0)
        rows = max(rows, _FIELD_ROWS)
        self.stack.setFixedHeight(rows * (theme.row_height() + theme.GRID))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:  # large type was chosen
            self._fit()

    # -- binding -------------------------------------------------------------------------------

    def record_id(self, kind: str) -> int | None:
        """The record that fields of this register show now."""
        state = self.presenter.state
        if state is None:
            return None
        if kind == "person":
            return state.person
        ids = {"household": state.household_id, "census_form": int(state.form.form["id"])}
        return ids.get(kind, 0)

    def _context(self, kind: str) -> Context:
        state, record_id = self.presenter.state, self.record_id(kind)
        return NO_CONTEXT if state is None or record_id is None else state.context(record_id)

    def _left(self, kind: str, key: str, entered: Entered) -> None:
        record_id = self.record_id(kind)
        if record_id is not None:
            self.presenter.enter(record_id, key, entered)

    def _passed(self, kind: str, key: str) -> None:
        record_id = self.record_id(kind)
        if record_id is not None:
            self.presenter.pass_by(record_id, key)

    def fill(self, number: int | None = None) -> None:
        """Show values and states of a tab (the open one)."""
        state = self.presenter.state
        if state is None:
            return
        grid, _ = self.page(self.tabs.currentIndex() if number is None else number)
        for (kind, key), edit in grid.edits.items():
            record_id = self.record_id(kind)
            if record_id is not None and (kind != "person" or state.member(record_id)):
                edit.show_as(state.shown(record_id, key))
                grid.mark((kind, key), state.required(record_id, key))
        if PAGES[self.tabs.currentIndex() if number is None else number].of == CLOSING:
            told = visits_so_far(state)
            grid.note.setText(told)
            grid.note.setToolTip(told)
            grid.note.setVisible(bool(told))

    def fill_tabs(self) -> None:
        """Which tabs apply, and the gravest sign of each."""
        state = self.presenter.state
        if state is None:
            return
        person = state.member(state.person)
        ids = {state.person, None, *map(self.record_id, ("household", "census_form", "visit"))}
        worst = _worst_by_page(state.told, ids)
        context = FormContext(state.round.reference_date)
        for number, page in enumerate(PAGES):
            on = page.of != PERSON or (
                person is not None and _SECTIONS[page.key].applies(person, context)
            )
            self.tabs.setTabEnabled(number, on)
            sign = worst.get(number) if on else None
            if self._signs.get(number) is not sign:
                self._signs[number] = sign
                self.tabs.setTabIcon(number, _icon(sign))
        title = PAGES[FIRST_OF_PERSON].title
        if person is not None:
            name = display_name(str(person.get("name") or ""))
            title = f"{person.get('line') or ''} {name} · {title}"
        self.tabs.setTabText(FIRST_OF_PERSON, title)

    # -- moving about --------------------------------------------------------------------------

    def turn_to(self, number: int) -> None:
        """Open a tab."""
        self.page(number)
        if self.tabs.currentIndex() != number:
            self.tabs.setCurrentIndex(number)
        self.fill(number)
        self.stack.setCurrentIndex(number)

    def on_person(self) -> bool:
        """Whether a member's tab is open."""
        return PAGES[self.tabs.currentIndex()].of == PERSON

    def to_person(self) -> None:
        """Open a member's tab if none is, the cursor in it."""
        if not self.on_person() or not self.tabs.isTabEnabled(self.tabs.currentIndex()):
            self.turn_to(FIRST_OF_PERSON)
        self.edit()

    def edit(self) -> None:
        """The cursor goes into the open tab."""
        _, order = self.page(self.tabs.currentIndex())
        first = order.first()
        if first is not None:
            focus(first)

    def go_to(self, kind: str, key: str) -> None:
        """The cursor goes into a field; without one, into its tab."""
        number = PAGE_OF.get((kind, key), FIRST_OF_PERSON if kind == "person" else 0)
        self.turn_to(number)
        edit = self.page(number)[0].edits.get((kind, key))
        if edit is not None and edit.isEnabled():
            focus(edit)
        else:
            self.edit()

    def field_in_focus(self) -> tuple[str, FieldEdit] | None:
        """(register, field) that has the cursor."""
        edit = QApplication.focusWidget()
        if isinstance(edit, FieldEdit) and self.isAncestorOf(edit):
            return str(edit.property("field")).partition(".")[0], edit
        return None

    def step(self, step: int) -> bool:
        """The next tab that applies; False at the end."""
        number = self.tabs.currentIndex() + step
        while 0 <= number < len(PAGES):
            if self.tabs.isTabEnabled(number):
                self.turn_to(number)
                self.edit()
                return True
            number += step
        return False

    def _ran_off(self, step: int) -> None:
        """Enter went past the last field of a tab: the next section, the next member, the end."""
        state = self.presenter.state
        number = self.tabs.currentIndex()
        if state is None:
            return
        ends_member = (
            step > 0
            and self.on_person()
            and not any(
                PAGES[n].of == PERSON and self.tabs.isTabEnabled(n)
                for n in range(number + 1, len(PAGES))
            )
        )
        following = state.member_after(state.person) if ends_member else None
        if following is not None:
            self.presenter.select(following)
            self.turn_to(FIRST_OF_PERSON)
            self.edit()
        elif ends_member and state.more_expected():
            self.presenter.add_member()
        elif not self.step(step) and step > 0:
            self.finished.emit()


def _worst_by_page(problems: Sequence[Problem], ids: set[int | None]) -> dict[int, FieldState]:
    found: dict[int, FieldState] = {}
    for problem in problems:
        where = problem.where
        if where.record_id not in ids:
            continue
        number = PAGE_OF.get((where.record_type or "household", where.field or ""), 0)
        grave = FieldState.WRONG if problem.severity == "block" else FieldState.WARNED
        if found.get(number) is not FieldState.WRONG:
            found[number] = grave
    return found


def _icon(state: FieldState | None) -> QIcon:
    if state is None:
        return QIcon()
    ratio = QApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(int(signs.SIZE * ratio), int(signs.SIZE * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    signs.paint(painter, QRectF(0, 0, signs.SIZE, signs.SIZE), state)
    painter.end()
    return QIcon(picture)
