"""The household form on the screen: title, members, tabs with fields, problems, hints.

It binds widgets to the presenter and knows keys and focus; it decides nothing about the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.names import display_name
from laborclerk.features.exchange.past import Line
from laborclerk.features.registry.doubles import Double
from laborclerk.kernel.errors import Problem
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.dialogs import choose
from laborclerk.ui.kit.field_help import FieldHelp
from laborclerk.ui.kit.fields import FieldEdit
from laborclerk.ui.kit.grid import COLUMNS
from laborclerk.ui.kit.past import PastDialog
from laborclerk.ui.kit.small import stand_clear
from laborclerk.ui.kit.strip import Strip
from laborclerk.ui.kit.table import Table
from laborclerk.ui.screens.census.heading import title
from laborclerk.ui.screens.census.layout import MEMBER_COLUMNS, member_rows
from laborclerk.ui.screens.census.pages import FIRST_OF_PERSON, Pages
from laborclerk.ui.screens.census.panels import DoublesPanel, ProblemsBar
from laborclerk.ui.screens.census.presenter import CensusPresenter
from laborclerk.ui.station import Station

_MEMBER_ROWS = 6
_FULL = 600  # pixels that six members, the longest tab and doubles need
_LOW = 480  # pixels, below which half the members are shown at once
_NARROW = 960  # pixels at 100 %, below which fields stand in two columns
_TOLD = 6000  # ms that something told stays
_HINTS = (
    "Enter 下一项 · Shift+Enter 上一项 · Ctrl+Enter 存并开下一户 · Ctrl+S 先存 · Alt+↑↓ 换户 · "
    "Ins 加一人 · Ctrl+Del 删一人 · F4 代码表 · F6 变更记录 · F7 照抄上一人 · F8 下一问题 · "
    "F9 台账、求职登记 · Ctrl+Z 撤销"
)


class CensusView(QWidget):
    """One household. `leave` is called when the clerk is done here, `work` leads to a person in
    the work register."""

    def __init__(
        self, station: Station, leave: Callable[[], None],
        work: Callable[[int], None] = lambda person: None, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.presenter = CensusPresenter(station, self, leave, work)
        self._doubles: tuple[int, list[Double]] = (0, [])
        self._filling = False
        self._saved = ""  # when something was saved last
        self._fade = QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.setInterval(_TOLD)
        self._fade.timeout.connect(self._rest)
        self._build()
        self._bind_keys()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        # from without to within: what is moved is styled anew, part by part
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._scroller = QScrollArea()  # for small screens and big letters only
        self._scroller.setWidgetResizable(True)
        self._scroller.setFrameShape(QFrame.Shape.NoFrame)
        self._scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole.addWidget(self._scroller)
        inside = QWidget(self._scroller.viewport())
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
        self.draft = Strip("接着录 (Alt+Y)", "丢弃草稿 (Alt+N)", inside)
        self.draft.first.clicked.connect(self._take_draft)
        self.draft.second.clicked.connect(self._drop_draft)
        self.members = Table(MEMBER_COLUMNS, inside)
        self.members.fix_rows(_MEMBER_ROWS)
        self.members.current.connect(self._select)
        self.members.opened.connect(self._open_member)
        self.members.empty_text = "本户还没有登记人。按 Ins 加一人"
        self.pages = Pages(self.presenter, inside)
        self.pages.focused.connect(self._focused)
        self.pages.finished.connect(lambda: self.say("这一户录完了:Ctrl+Enter 存并开下一户"))
        self.help = FieldHelp()
        self.help.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        doubles = self.presenter.doubles
        self.panel = DoublesPanel(inside)
        self.panel.same.connect(lambda d: doubles.same_person(self._doubles[0], d))
        self.panel.wrong.connect(lambda d: doubles.wrong_number(self._doubles[0], d))
        self.panel.another.connect(lambda d: doubles.another_person(self._doubles[0], d))
        self.problems = ProblemsBar(inside)
        self.problems.jump.connect(self._jump)
        self.problems.asked.connect(self.ask_reason)
        self.problems.explained.connect(lambda p, why: self.presenter.explain(p, why))
        self.problems.given_up.connect(self.presenter.problems.next)
        hints = QLabel(_HINTS)
        hints.setProperty("small", True)
        hints.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 4)
        column.setSpacing(4)
        column.addLayout(head)
        for widget in (self.draft, self.members, self.pages, self.help, self.panel):
            column.addWidget(widget)
        column.addStretch(1)
        column.addWidget(self.problems)
        column.addWidget(hints)
        self._scroller.setWidget(inside)
        stand_clear(self._scroller)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.pages.field_in_focus() is None:  # a form filled before it was shown
            QTimer.singleShot(0, self, self._come_in)

    def _come_in(self) -> None:
        if self.presenter.state is None or self.pages.field_in_focus() is not None:
            return
        if self.draft.isVisible():
            self.draft.first.setFocus()
        else:
            self.pages.edit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        spare = (self.height() - _FULL) // (theme.row_height() - theme.GRID)
        rows = _MEMBER_ROWS + max(0, min(spare, 3)) if self.height() >= _LOW else _MEMBER_ROWS // 2
        self.members.fix_rows(rows)
        wide = self.width() >= _NARROW * theme.size() // theme.DATA_SIZE
        self.pages.set_columns(COLUMNS if wide else 2)

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
            "Ctrl+PgDown": lambda: self.pages.step(1),
            "Ctrl+PgUp": lambda: self.pages.step(-1),
            "F2": self.pages.edit,
            "F6": lambda: p.look_back(on_person=self.pages.on_person()),
            "F7": self._copy_above,
            "F8": p.problems.next,
            "F9": p.to_work,
            "Alt+Y": self._take_draft,
            "Alt+N": self._drop_draft,
        }
        for keys, action in actions.items():
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(partial(self._act, action))

    def _act(self, action: Callable[[], object]) -> None:
        """A key acts once what is being typed is taken in, never in the middle of a character."""
        edit = QApplication.focusWidget()
        if isinstance(edit, FieldEdit) and edit.composing():
            return
        self.take_in()
        action()

    # -- what the presenter says ---------------------------------------------------------------

    def take_in(self) -> None:
        found = self.pages.field_in_focus()
        if found is not None:
            found[1].commit()

    def form_opened(self) -> None:
        state = self.presenter.state
        self.draft.hide()
        self.panel.hide()
        self.pages.setEnabled(True)
        if state is None:
            return
        named = state.person is not None
        if state.members and not named:
            state.person = state.members[0]["id"]
        self.pages.turn_to(FIRST_OF_PERSON if named else 0)
        self.fields_changed()
        self.pages.edit()
        self.pages.build_ahead()

    def form_changed(self) -> None:
        self.panel.hide()
        self.fields_changed()
        if self.draft.isVisible():  # she has decided
            self.draft.hide()
            self.pages.setEnabled(True)
            self.pages.edit()

    def fields_changed(self) -> None:
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
        self.pages.fill_tabs()
        self.pages.fill()
        missing = [p for p in state.problems if p.code == "field_missing"]
        p = self.presenter
        self.problems.show_problems(p.problems.told(), missing, p.problems.explained(), self._who)
        found = self.pages.field_in_focus()
        if found is not None:
            self._explain(found[1])

    def say(self, text: str, *, kept: bool = False, saved: bool = False) -> None:
        self.note.setText(("✓ " if saved else "") + text)
        color = theme.color("passed" if saved else "muted" if kept else "text")
        self.note.setStyleSheet(f"color: {color.name()}")
        if saved:
            self._saved = f"上次:{text}"
            self.note.setToolTip(self._saved)
        if kept:
            self._fade.stop()
        else:
            self._fade.start()

    def _rest(self) -> None:
        """What was told was seen: only when something was saved last stays, quietly."""
        self.note.setText(self._saved)
        self.note.setStyleSheet(f"color: {theme.color('muted').name()}")

    def refuse(self, text: str) -> None:
        self._fade.stop()
        self.note.setText(text)
        self.note.setStyleSheet(f"color: {theme.color('wrong').name()}; font-weight: bold")

    def go_to(self, record_id: int, key: str) -> None:
        state = self.presenter.state
        if state is None:
            return
        kind, _ = state.record(record_id)
        if kind == "person":
            state.person = record_id
        self.fields_changed()
        self.pages.go_to(kind, key)
        if (field := self.pages.field_in_focus()) is not None:
            self._focused(field[1])

    def ask_reason(self, problem: Problem) -> None:
        given = [why for p, why in self.presenter.problems.explained() if p == problem]
        self.problems.ask(problem, self._who(problem), *given[:1])

    def show_doubles(self, person_id: int, found: Sequence[Double]) -> None:
        self._doubles = person_id, list(found)
        if found:
            place = self.presenter.station.tree.path(found[0].place)
            self.panel.show_double(found[0], place, len(found) - 1)
            QTimer.singleShot(0, self, lambda: self._scroller.ensureWidgetVisible(self.panel, 0, 0))
        else:
            self.panel.hide()

    def show_past(self, name: str, lines: Sequence[Line]) -> None:
        dialog = PastDialog(name, lines, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def close_panel(self) -> bool:
        """Esc: close what lies on top of the form; whether there was anything."""
        if not self.panel.isVisible():
            return False
        self.panel.hide()
        return True

    def offer_draft(self, when: str) -> None:
        self.draft.offer(f"这一户有 {when} 没有存完的草稿。下面显示的是已存的内容")
        self.pages.setEnabled(False)  # nothing is entered over a draft that waits
        self.draft.first.setFocus()

    def alert(self) -> None:
        QApplication.beep()

    # -- what the clerk does -------------------------------------------------------------------

    def _who(self, problem: Problem) -> str:
        state, where = self.presenter.state, problem.where
        person = state.member(where.record_id) if state else None
        if person is None:
            return {"census_form": "申报", "visit": "访问"}.get(where.record_type or "", "本户")
        return f"{person.get('line') or ''} {display_name(str(person.get('name') or '未填姓名'))}"

    def _select(self, person_id: int) -> None:
        if not self._filling:
            self.presenter.select(person_id)
            if not self.pages.on_person():
                self.pages.turn_to(FIRST_OF_PERSON)

    def _open_member(self, person_id: int) -> None:
        self.presenter.select(person_id)
        self.pages.to_person()

    def _step_member(self, step: int) -> None:
        state = self.presenter.state
        found = state.member_after(state.person, step) if state else None
        if found is not None:
            self._open_member(found)

    def _jump(self, problem: Problem) -> None:
        state, where = self.presenter.state, problem.where
        if state is not None:
            record_id = state.household_id if where.record_id is None else where.record_id
            self.go_to(record_id, where.field or "")

    def _focused(self, edit: FieldEdit) -> None:
        bad = self._explain(edit)
        if bad:
            self.help.tell_at(edit)
            self._scroller.ensureWidgetVisible(self.help, 0, 0)
        room = 2 * theme.GRID if bad else theme.row_height()
        self._scroller.ensureWidgetVisible(edit, 0, room)  # the field above all

    def _explain(self, edit: FieldEdit) -> bool:
        """The line below the fields, and the mark in the bar of problems → whether it is wrong."""
        bad = self.help.explain(edit)
        form, kind = self.presenter.state, str(edit.property("field")).partition(".")[0]
        here = self.pages.record_id(kind), edit.spec.key
        if form is not None:
            self.problems.point(lambda problem: form.place_of(problem) == here)
        return bad

    def _copy_above(self) -> None:
        found = self.pages.field_in_focus()
        record_id = self.pages.record_id(found[0]) if found else None
        if found is not None and record_id is not None:
            self.presenter.copy_above(record_id, found[1].spec.key)

    def _remove_member(self) -> None:
        state = self.presenter.state
        person = state.member(state.person) if state else None
        if state is None or person is None:
            return
        reason: str | None = "4"  # 录入错误: it was never stored
        if person["id"] in state.form.seen:
            reasons = [
                (i.code, i.name) for i in code_list("delete_reason").items
                if i.extra.get("of") != "household"
            ]  # fmt: skip
            reason = choose(self, f"删除 {person.get('name') or '这一人'}", "为什么删除?", reasons)
        if reason is not None:
            self.presenter.remove_member(person["id"], reason)

    def _take_draft(self) -> None:
        self.presenter.drafting.take()

    def _drop_draft(self) -> None:
        self.presenter.drafting.drop()

    # -- what the shell asks -------------------------------------------------------------------

    def undo(self) -> bool:
        """Take back the last change of the form; False when there is none."""
        return self.presenter.undo()

    def redo(self) -> bool:
        """Make it again; False when there is none."""
        return self.presenter.redo()
