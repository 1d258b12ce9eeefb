"""The household form on the screen: title, members, tabs with fields, problems, hints.

It binds widgets to the presenter and knows keys and focus; it decides nothing about the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QIcon,
    QKeySequence,
    QPainter,
    QPixmap,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.names import display_name
from laborclerk.catalog.values import NO_CONTEXT, Context
from laborclerk.features.census.form import SECTIONS, FormContext
from laborclerk.features.registry.doubles import Double
from laborclerk.kernel.errors import Problem
from laborclerk.ui.entry import Entered, FieldState
from laborclerk.ui.kit import signs, theme
from laborclerk.ui.kit.dialogs import choose
from laborclerk.ui.kit.fields import FieldEdit, FieldOrder, focus
from laborclerk.ui.kit.grid import COLUMNS, FieldGrid
from laborclerk.ui.kit.table import Table
from laborclerk.ui.screens.census.layout import (
    MEMBER_COLUMNS,
    PAGE_OF,
    PAGES,
    PERSON,
    member_rows,
    title,
)
from laborclerk.ui.screens.census.panels import DoublesPanel, ProblemsBar, Strip
from laborclerk.ui.screens.census.presenter import CensusPresenter
from laborclerk.ui.station import Station

_MEMBER_ROWS, _FIELD_ROWS = 6, 5
_LOW = 480  # pixels, below which half the members are shown at once
_NARROW = 960  # pixels at 100 %, below which fields stand in two columns
_HINTS = (
    "Enter 下一项 · Shift+Enter 上一项 · Ctrl+Enter 存并开下一户 · Ctrl+S 先存 · Alt+↑↓ 换户 · "
    "Ins 加一人 · Ctrl+Del 删一人 · F4 代码表 · F7 照抄上一人 · F8 下一问题 · Ctrl+Z 撤销"
)


class CensusView(QWidget):
    """One household. `leave` is called when the clerk is done here."""

    def __init__(
        self, station: Station, leave: Callable[[], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.presenter = CensusPresenter(station, self, leave)
        self._pages: dict[int, tuple[FieldGrid, FieldOrder]] = {}
        self._doubles: tuple[int, list[Double]] = (0, [])
        self._filling = False
        self._columns = COLUMNS
        self._tab_signs: dict[int, FieldState | None] = {}
        self._building = QTimer(self)
        self._building.setInterval(20)
        self._building.timeout.connect(self._build_ahead)
        self._build()
        self._bind_keys()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.title = QLabel()
        self.title.setProperty("title", True)
        self.about = QLabel()
        self.about.setProperty("muted", True)
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.note = QLabel()
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(16)
        head.addWidget(self.title)
        head.addWidget(self.about, 1)
        head.addWidget(self.note)
        self.draft = Strip("接着录 (Alt+Y)", "丢弃草稿 (Alt+N)")
        self.draft.first.clicked.connect(self._take_draft)
        self.draft.second.clicked.connect(self._drop_draft)
        self.members = Table(MEMBER_COLUMNS)
        self.members.setFixedHeight(self.members.height_of_rows(_MEMBER_ROWS))
        self.members.current.connect(self._select)
        self.members.opened.connect(self._open_member)
        self.members.empty_text = "本户还没有登记人。按 Ins 加一人"
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tabs.setIconSize(QSize(signs.SIZE, signs.SIZE))
        self.tabs.setMinimumWidth(200)  # scrolls where the window is narrow
        for page in PAGES:
            self.tabs.addTab(page.title)
        self.tabs.currentChanged.connect(self._turn_to)
        self.stack = QStackedWidget()
        for _ in PAGES:
            self.stack.addWidget(QWidget())
        self.problems = ProblemsBar()
        self.problems.jump.connect(self._jump)
        self.problems.asked.connect(self.ask_reason)
        self.problems.explained.connect(lambda p, why: self.presenter.explain(p, why))
        self.problems.given_up.connect(self._jump_back)
        self.help = QLabel()
        self.help.setProperty("small", True)
        self.help.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        hints = QLabel(_HINTS)
        hints.setProperty("small", True)
        hints.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.panel = DoublesPanel()
        self.panel.same.connect(lambda d: self.presenter.same_person(self._doubles[0], d))
        self.panel.wrong.connect(lambda d: self.presenter.wrong_number(self._doubles[0], d))
        self.panel.another.connect(lambda d: self.presenter.another_person(self._doubles[0], d))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.draft)
        column.addWidget(self.members)
        column.addWidget(self.tabs)
        column.addWidget(self.stack)
        column.addWidget(self.help)
        column.addWidget(self.panel)
        column.addStretch(1)
        column.addWidget(self.problems)
        column.addWidget(hints)
        self._scroller = QScrollArea()  # for small screens and big letters only
        self._scroller.setWidgetResizable(True)
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroller.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroller)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        rows = _MEMBER_ROWS if self.height() >= _LOW else _MEMBER_ROWS // 2
        self.members.setFixedHeight(self.members.height_of_rows(rows))
        columns = COLUMNS if self.width() >= _NARROW * theme.size() // theme.DATA_SIZE else 2
        if columns != self._columns:
            self._columns = columns
            for grid, _ in self._pages.values():
                grid.set_columns(columns)
            self._fit_stack()

    def _fit_stack(self) -> None:
        """Room for the longest tab, so that nothing below moves when tabs are turned."""
        rows = max((grid.rows for grid, _ in self._pages.values()), default=0)
        rows = max(rows, _FIELD_ROWS)
        self.stack.setFixedHeight(rows * (theme.row_height() + theme.GRID))

    def _bind_keys(self) -> None:
        p = self.presenter
        actions: dict[str, Callable[[], object]] = {
            "Ctrl+Return": lambda: p.save(finish=True),
            "Ctrl+Enter": lambda: p.save(finish=True),
            "Ctrl+S": lambda: p.save(finish=False),
            "Ins": p.add_member,
            "Ctrl+Ins": p.add_member,
            "Ctrl+Del": self._remove_member,
            "Alt+Down": lambda: p.step(1),
            "Alt+Up": lambda: p.step(-1),
            "Ctrl+Down": lambda: self._step_member(1),
            "Ctrl+Up": lambda: self._step_member(-1),
            "Ctrl+PgDown": lambda: self._step_page(1),
            "Ctrl+PgUp": lambda: self._step_page(-1),
            "F7": self._copy_above,
            "F8": p.next_problem,
            "F2": self._edit,
            "Alt+Y": self._take_draft,
            "Alt+N": self._drop_draft,
        }
        for keys, action in actions.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._after_commit, action))

    def _after_commit(self, action: Callable[[], object]) -> None:
        """A key acts once what is being typed is taken in, never in the middle of a character."""
        edit = QApplication.focusWidget()
        if isinstance(edit, FieldEdit) and edit.composing():
            return
        self.take_in()
        action()

    def take_in(self) -> None:
        edit = QApplication.focusWidget()
        if isinstance(edit, FieldEdit) and self.isAncestorOf(edit):
            edit.commit()

    def _page(self, number: int) -> tuple[FieldGrid, FieldOrder]:
        """The fields of a tab, built when it is first opened."""
        found = self._pages.get(number)
        if found is None:
            grid = FieldGrid(PAGES[number].cells(), self._context, self._columns)
            order = FieldOrder(grid)
            order.set(grid.edits.values())
            order.ran_off.connect(self._ran_off)
            for (kind, key), edit in grid.edits.items():
                edit.left.connect(partial(self._left, kind))
                edit.passed.connect(partial(self._passed, kind))
                edit.focused.connect(self._focused)
                edit.setProperty("field", f"{kind}.{key}")
                if (kind, key) == ("household", "number"):
                    edit.setPlaceholderText("存时自动编号")
            old = self.stack.widget(number)
            self.stack.insertWidget(number, grid)
            self.stack.removeWidget(old)
            old.deleteLater()
            found = self._pages[number] = grid, order
            self._fit_stack()
            self._fill_page(number)
        return found

    # -- binding -------------------------------------------------------------------------------

    def _record_id(self, kind: str) -> int | None:
        state = self.presenter.state
        if state is None:
            return None
        return {
            "household": state.household_id, "census_form": int(state.form.form["id"]),
            "visit": 0, "person": state.person,
        }[kind]  # fmt: skip

    def _context(self, kind: str) -> Context:
        state, record_id = self.presenter.state, self._record_id(kind)
        return NO_CONTEXT if state is None or record_id is None else state.context(record_id)

    def _left(self, kind: str, key: str, entered: Entered) -> None:
        record_id = self._record_id(kind)
        if record_id is not None:
            self.presenter.enter(record_id, key, entered)

    def _passed(self, kind: str, key: str) -> None:
        record_id = self._record_id(kind)
        if record_id is not None:
            self.presenter.pass_by(record_id, key)

    def form_opened(self) -> None:
        state = self.presenter.state
        self.draft.hide()
        self._hide_panel()
        if state is None:
            return
        named = state.person is not None
        if state.members and not named:
            state.person = state.members[0]["id"]
        self._turn_to(1 if named else 0)
        self.fields_changed()
        self._edit()
        self._building.start()

    def _build_ahead(self) -> None:
        """One tab at a time, while nothing else is to do."""
        number = next((n for n in range(len(PAGES)) if n not in self._pages), None)
        if number is None:
            self._building.stop()
        else:
            self._page(number)

    def form_changed(self) -> None:
        self._hide_panel()
        self.fields_changed()

    def fields_changed(self) -> None:
        """Show values and states anew."""
        state = self.presenter.state
        if state is None:
            return
        name, about = title(state)
        self.title.setText(name)
        self.about.setText(about)
        self._filling = True
        rows, ids = member_rows(state)
        self.members.fill(rows, ids)
        if state.person is not None:
            self.members.go_to(state.person)
        self._filling = False
        self._fill_tabs()
        self._fill_page(self.tabs.currentIndex())
        edit = QApplication.focusWidget()
        if isinstance(edit, FieldEdit) and self.isAncestorOf(edit):
            self._explain(edit)
        missing = [p for p in state.problems if p.code == "field_missing"]
        self.problems.show_problems(self.presenter.open_problems(), missing, self._who)

    def _fill_page(self, number: int) -> None:
        state = self.presenter.state
        if state is None:
            return
        grid, _ = self._pages[number]
        for (kind, key), edit in grid.edits.items():
            record_id = self._record_id(kind)
            if record_id is not None and (kind != "person" or state.member(record_id)):
                edit.show_as(state.shown(record_id, key))

    def _fill_tabs(self) -> None:
        state = self.presenter.state
        assert state is not None
        person = state.member(state.person)
        worst = _worst_by_page(state.told, {state.person, None, *self._own_ids()})
        context = FormContext(state.round.reference_date)
        sections = {s.key: s for s in SECTIONS}
        for number, page in enumerate(PAGES):
            on = page.of != PERSON or (
                person is not None and sections[page.key].applies(person, context)
            )
            self.tabs.setTabEnabled(number, on)
            sign = worst.get(number) if on else None
            if self._tab_signs.get(number) is not sign:
                self._tab_signs[number] = sign
                self.tabs.setTabIcon(number, _icon(sign))
        first = next(n for n, page in enumerate(PAGES) if page.of == PERSON)
        name = display_name(str(person.get("name") or "")) if person else ""
        line = person.get("line") if person else ""
        self.tabs.setTabText(first, f"{line} {name} · {PAGES[first].title}" if person else "基本")

    def _own_ids(self) -> set[int | None]:
        return {self._record_id(kind) for kind in ("household", "census_form", "visit")}

    def _who(self, problem: Problem) -> str:
        state = self.presenter.state
        person = state.member(problem.where.record_id) if state else None
        if person is None:
            return {"census_form": "申报", "visit": "访问"}.get(
                problem.where.record_type or "", "本户"
            )
        return f"{person.get('line') or ''} {display_name(str(person.get('name') or '未填姓名'))}"

    # -- what the presenter says ---------------------------------------------------------------

    def say(self, text: str, *, kept: bool = False, saved: bool = False) -> None:
        self.note.setText(("✓ " if saved else "") + text)
        color = theme.color("passed" if saved else "muted" if kept else "text")
        self.note.setStyleSheet(f"color: {color.name()}")

    def refuse(self, text: str) -> None:
        self.note.setText(text)
        self.note.setStyleSheet(f"color: {theme.color('wrong').name()}; font-weight: bold")

    def go_to(self, record_id: int, key: str) -> None:
        state = self.presenter.state
        if state is None:
            return
        kind, _ = state.record(record_id)
        if kind == "person":
            state.person = record_id
        number = PAGE_OF.get((kind, key), 0)
        self._turn_to(number)
        grid, order = self._page(number)
        self.fields_changed()
        edit = grid.edits.get((kind, key)) or order.first()
        if edit is not None:
            focus(edit)

    def ask_reason(self, problem: Problem) -> None:
        self.problems.ask(problem, self._who(problem))

    def show_doubles(self, person_id: int, found: Sequence[Double]) -> None:
        self._doubles = person_id, list(found)
        if not found:
            self._hide_panel()
            return
        place = self.presenter.station.tree.path(found[0].place)
        self.panel.show_double(found[0], place, len(found) - 1)

    def _hide_panel(self) -> None:
        self.panel.hide()

    def offer_draft(self, when: str) -> None:
        self.draft.offer(f"这一户有 {when} 没有存完的草稿。下面显示的是已存的内容")

    def _take_draft(self) -> None:
        if self.draft.isVisible():
            self.draft.hide()
            self.presenter.take_draft()

    def _drop_draft(self) -> None:
        if self.draft.isVisible():
            self.draft.hide()
            self.presenter.drop_draft()

    def alert(self) -> None:
        QApplication.beep()

    # -- moving about --------------------------------------------------------------------------

    def _select(self, person_id: int) -> None:
        if not self._filling:
            self.presenter.select(person_id)
            if PAGES[self.tabs.currentIndex()].of != PERSON:
                self._turn_to(1)

    def _open_member(self, person_id: int) -> None:
        self.presenter.select(person_id)
        self._turn_to(max(1, self.tabs.currentIndex()) if self._on_person() else 1)
        self._edit()

    def _on_person(self) -> bool:
        return PAGES[self.tabs.currentIndex()].of == PERSON

    def _turn_to(self, number: int) -> None:
        self._page(number)
        if self.tabs.currentIndex() != number:
            self.tabs.setCurrentIndex(number)
        self._fill_page(number)
        self.stack.setCurrentIndex(number)

    def _edit(self) -> None:
        """The cursor goes into the open tab."""
        _, order = self._page(self.tabs.currentIndex())
        first = order.first()
        if first is not None:
            focus(first)

    def _step_page(self, step: int) -> bool:
        number = self.tabs.currentIndex() + step
        while 0 <= number < len(PAGES):
            if self.tabs.isTabEnabled(number):
                self._turn_to(number)
                self._edit()
                return True
            number += step
        return False

    def _ran_off(self, step: int) -> None:
        """Enter went past the last field of a tab: the next section, the next member, the end."""
        state = self.presenter.state
        number = self.tabs.currentIndex()
        if state is None:
            return
        if step < 0 or PAGES[number].of != PERSON or self._next_is_person(number):
            if not self._step_page(step) and step > 0:
                self.say("这一户录完了:Ctrl+Enter 存并开下一户")
            return
        ids = [p["id"] for p in state.members]
        at = ids.index(state.person) if state.person in ids else -1
        if at + 1 < len(ids):
            self._open_at(ids[at + 1])
        elif len(ids) < int(state.form.household.get("registered_count") or 0):
            self.presenter.add_member()
        else:
            self._step_page(step)

    def _next_is_person(self, number: int) -> bool:
        return any(
            PAGES[n].of == PERSON and self.tabs.isTabEnabled(n)
            for n in range(number + 1, len(PAGES))
        )

    def _open_at(self, person_id: int) -> None:
        self.presenter.select(person_id)
        self._turn_to(1)
        self._edit()

    def _step_member(self, step: int) -> None:
        state = self.presenter.state
        if state is None or not state.members:
            return
        ids = [p["id"] for p in state.members]
        at = ids.index(state.person) + step if state.person in ids else 0
        if 0 <= at < len(ids):
            self.presenter.select(ids[at])
            if not self._on_person():
                self._turn_to(1)
            self._edit()

    def _jump(self, problem: Problem) -> None:
        state, where = self.presenter.state, problem.where
        if state is not None:
            record_id = state.household_id if where.record_id is None else where.record_id
            self.go_to(record_id, where.field or "")

    def _jump_back(self) -> None:
        asked = self.presenter.open_problems()
        if asked:
            self._jump(asked[0])

    def _focused(self, edit: FieldEdit) -> None:
        self._scroller.ensureWidgetVisible(edit, 0, theme.row_height())
        self._explain(edit)

    def _explain(self, edit: FieldEdit) -> None:
        """The line below the fields: what is wrong with the field, or its help."""
        told = edit.shown.message or edit.spec.help
        self.help.setText(f"{edit.spec.label}:{told}" if told else edit.spec.label)
        state = edit.shown.state
        bad = state in (FieldState.WRONG, FieldState.WARNED)
        color = signs.state_color(state).name() if bad else theme.color("muted").name()
        self.help.setStyleSheet(f"color: {color}")

    def _copy_above(self) -> None:
        edit = QApplication.focusWidget()
        if isinstance(edit, FieldEdit):
            kind = str(edit.property("field")).split(".")[0]
            record_id = self._record_id(kind)
            if record_id is not None:
                self.presenter.copy_above(record_id, edit.spec.key)

    def _remove_member(self) -> None:
        state = self.presenter.state
        person = state.member(state.person) if state else None
        if state is None or person is None:
            return
        if person["id"] not in state.form.seen:
            self.presenter.remove_member(person["id"], "4")
            return
        reasons = [
            (i.code, i.name) for i in code_list("delete_reason").items
            if i.extra.get("of") != "household"
        ]  # fmt: skip
        reason = choose(self, f"删除 {person.get('name') or '这一人'}", "为什么删除?", reasons)
        if reason is not None:
            self.presenter.remove_member(person["id"], reason)

    # -- what the shell asks -------------------------------------------------------------------

    def undo(self) -> bool:
        return self.presenter.undo()

    def redo(self) -> bool:
        return self.presenter.redo()


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
