"""The panels around the form: problems at the bottom, the reason for one, doubles, a draft."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from laborclerk.features.registry.doubles import SAME_ID, Double
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.small import Turning
from laborclerk.ui.kit.table import Cell, Column, Table

SIGN_OF = {
    Severity.BLOCK: FieldState.WRONG,
    Severity.WARN: FieldState.WARNED,
    Severity.HINT: FieldState.CARRIED,
}
_ROWS = 4


class _Reason(LineEdit):
    """One line of reason: Enter keeps it, Esc gives up."""

    done = Signal(str)
    given_up = Signal()

    def event(self, event: QEvent) -> bool:
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # gives up the reason, leaves the form open
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.done.emit(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)


class ProblemsBar(QWidget):
    """What is wrong, what wants a reason, what is missing; a row leads to its field."""

    jump = Signal(object)  # Problem
    asked = Signal(object)  # Problem whose reason she wants to give
    explained = Signal(object, str)  # Problem, reason
    given_up = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._asked: Problem | None = None
        self._told_of: list[list[Problem]] = []  # what each row tells
        self._stack = QStackedWidget(self)
        self.table = Table((Column("", 124), Column("", 0), Column("", 120)), self._stack)
        self.table.horizontalHeader().hide()
        self.table.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.table.empty_text = "没有问题"
        self.table.opened.connect(self._opened)
        self.table.clicked.connect(lambda index: self._opened(self.table.rows.keys[index.row()]))
        self.question = QLabel()
        self.question.setWordWrap(True)
        self.reason = _Reason()
        self.reason.setPlaceholderText("一句话说明原因,Enter 记下,Esc 回去改")
        self.reason.setMaxLength(200)
        self.reason.done.connect(self._explain)
        self.reason.given_up.connect(self._give_up)
        asking = QWidget(self._stack)
        column = QVBoxLayout(asking)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addStretch(1)
        column.addWidget(self.question)
        column.addWidget(self.reason)
        self._stack.addWidget(self.table)
        self._stack.addWidget(asking)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._fit()

    def _fit(self) -> None:
        self.setFixedHeight(self.table.height_of_rows(_ROWS))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:  # large type was chosen
            self._fit()

    def show_problems(
        self,
        problems: Sequence[Problem],
        missing: Sequence[Problem],
        explained: Sequence[tuple[Problem, str]],
        who: Callable[[Problem], str],
    ) -> None:
        """List them; `missing` items of one record stand in one row, `explained` ones last with
        their reasons."""
        rows: list[Sequence[Cell | str]] = []
        for problem in problems:
            sign = SIGN_OF[problem.severity]
            needs = "Enter 写说明" if problem.severity is Severity.WARN else ""
            rows.append((Cell(who(problem), sign.value, sign), problem.text, Cell(needs, "muted")))
        keys: list[Problem] = list(problems)
        groups: dict[str, list[Problem]] = {}
        for problem in missing:
            groups.setdefault(who(problem), []).append(problem)
        for name, items in groups.items():
            labels = "、".join(str(p.params["label"]) for p in items)
            rows.append(
                (
                    Cell(name, "muted", FieldState.NOT_APPLICABLE),
                    Cell(f"缺 {len(items)} 项:{labels}", "muted", tip=labels),
                    Cell("F8 逐个去", "muted"),
                )
            )
            keys.append(items[0])
        told_of = [[problem] for problem in problems] + list(groups.values())
        for problem, why in explained:
            told = f"{problem.text} 说明:{why}"
            sign = FieldState.PASSED
            rows.append((Cell(who(problem), "muted", sign), Cell(told, "muted"), "Enter 改说明"))
            keys.append(problem)
            told_of.append([problem])
        self._told_of = told_of
        self.table.fill(rows, keys)
        if not self.table.hasFocus():
            self.table.clearSelection()

    def point(self, is_there: Callable[[Problem], bool]) -> None:
        """Mark the row that tells of the field she is in and bring it into sight (what is only
        missing is not marked: she is about to fill it); without one, show the gravest."""
        if self.table.hasFocus() or not self._told_of:
            return
        at = next((n for n, told in enumerate(self._told_of) if any(map(is_there, told))), None)
        index = self.table.model().index(at or 0, 0)
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)
        if at is None or self._told_of[at][0].code == "field_missing":
            self.table.clearSelection()

    def ask(self, problem: Problem, who: str, given: str = "") -> None:
        """Ask for one line of reason; `given` is the one there is."""
        self._asked = problem
        self.question.setText(f"{who}:{problem.text}\n要说明原因才能存为已完成。")
        self.reason.setText(given)
        self.reason.selectAll()
        self._stack.setCurrentIndex(1)
        self.reason.setFocus()

    def _opened(self, problem: Problem) -> None:
        if (
            problem.severity is Severity.WARN
            and problem.code != "field_missing"
            and (self.table.hasFocus())
        ):
            self.asked.emit(problem)
        else:
            self.jump.emit(problem)

    def _explain(self, reason: str) -> None:
        asked = self._asked
        if asked is not None and reason:
            self._stack.setCurrentIndex(0)
            self.explained.emit(asked, reason)

    def _give_up(self) -> None:
        self._stack.setCurrentIndex(0)
        self.given_up.emit()


class DoublesPanel(QFrame):
    """Who may be the same person, below the fields, with the three ways out. It covers nothing
    and never takes the focus: digits typed on go into the form."""

    same = Signal(object)
    wrong = Signal(object)
    another = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._double: Double | None = None
        self.setProperty("strip", True)
        self.text = QLabel()
        self.text.setWordWrap(True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 4, 8, 4)
        both = Turning()
        whole.addWidget(both)
        ways = QWidget()
        row = QHBoxLayout(ways)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        both.add(self.text, 1)
        both.add(ways)
        for number, (label, signal) in enumerate(
            (("同一人(迁来)", self.same), ("录错了", self.wrong), ("确是另一人", self.another)), 1
        ):
            button = QPushButton(f"{label} Alt+{number}")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.clicked.connect(lambda _=False, s=signal: s.emit(self._double))
            shortcut = QShortcut(QKeySequence(f"Alt+{number}"), self)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(lambda s=signal: s.emit(self._double))
            row.addWidget(button)
        self.hide()

    def show_double(self, double: Double, place: str, more: int) -> None:
        """Show one; `more` are still to come."""
        self._double = double
        how = "证件号码相同" if double.reason == SAME_ID else "姓名和出生日期相同"
        where = f"{place} 户{double.household_number}(户主 {double.head_name})"
        rest = f" 另有 {more} 人。" if more else ""
        number = double.id_number or "无证件号码"
        name = html.escape(double.name)
        self.text.setText(
            f"<b>{how}:{name}</b> {double.birth_date or ''} {number}<br>"
            f"已登记在 {html.escape(where)}。{rest}"
        )
        self.show()
