"""The login window's widgets: clerks left, the password right, keys as everywhere.

It is what everybody waits for, so only what is seen at once is made at once: the way round a
forgotten password comes when it is asked for. Until the window is painted the enumerations of
Qt's namespace are named in words (`setProperty`), for making them takes a tenth of the time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtCore
from PySide6.QtCore import QSignalBlocker, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from laborclerk import __version__
from laborclerk.kernel.resources import resource
from laborclerk.ui.doors import Doors
from laborclerk.ui.jobs import Runner
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.password import CAPS, NewPassword, PasswordEdit
from laborclerk.ui.screens.login.presenter import LoginPresenter, Stage

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QPaintEvent

    from laborclerk.store.store import Store

_HINTS = {
    Stage.PASSWORD: "↑↓ 选录入员 · Enter 登录 · Alt+F 忘记密码",
    Stage.CODE: "Enter 核对 · Esc 返回",
    Stage.NEW: "↑↓ 选录入员 · Enter 下一项 · Esc 返回",
}
_LEADS = {
    Stage.CODE: "照恢复单输入,不分大小写,短横不用输。恢复单由负责人锁着。",
    Stage.NEW: "恢复码正确。请在左边选自己的名字,再设一个新密码。",
}


class LoginScreen(QWidget):
    """Who is there? `opened` gets the open store; `restore` is offered where no password helps."""

    def __init__(
        self,
        folder: Path,
        doors: Doors,
        runner: Runner,
        opened: Callable[[Store], None],
        restore: Callable[[], None] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.presenter = LoginPresenter(folder, doors, runner, self, opened)
        self._restore = restore
        self._painted = self._caps_on = False
        self._build()
        self.presenter.load()

    # -- building ------------------------------------------------------------------------------

    def _build(self) -> None:
        self.title = _label(self.presenter.label, wrap=True)
        self.title.setFont(theme.font(bold=True, title=True))
        self.clerks = QListWidget()
        self.clerks.setAccessibleName("录入员")
        self.clerks.setProperty("textElideMode", "ElideRight")
        self.clerks.setProperty("horizontalScrollBarPolicy", "ScrollBarAlwaysOff")
        self.clerks.setProperty("focusPolicy", "ClickFocus")
        self.clerks.currentRowChanged.connect(self._chosen)
        self.clerks.itemClicked.connect(lambda _: self.again())
        self.password = PasswordEdit("密码")
        self.password.caps.connect(self._caps)
        self.password.textEdited.connect(lambda _: self.presenter.typed())
        self._pages = {Stage.PASSWORD: _titled("密码(&P)", self.password)}
        self.said = _label(wrap=True)
        self.said.setProperty("alignment", "AlignTop")
        self.enter = QPushButton("登录")
        self.enter.setProperty("main", True)
        self.enter.clicked.connect(self._go)
        self.forgot = QPushButton("忘记密码,用恢复码(&F)")
        self.forgot.setProperty("link", True)
        self.forgot.clicked.connect(self.presenter.forgot)
        self.from_backup = QPushButton("从备份恢复(&R)")
        self.from_backup.setProperty("main", True)
        self.from_backup.clicked.connect(lambda: self._restore() if self._restore else None)
        self.hint = _label()
        self.hint.setProperty("small", True)
        self._lay_out()

    def _lay_out(self) -> None:
        unit = theme.GRID
        actions = QHBoxLayout()
        actions.setSpacing(2 * unit)
        for button in (self.enter, self.from_backup, self.forgot):
            actions.addWidget(button)
        actions.addStretch(1)
        right = self._right = QVBoxLayout()
        right.setSpacing(unit)
        right.addWidget(self._pages[Stage.PASSWORD])
        right.addWidget(self.said)
        right.addStretch(1)
        right.addLayout(actions)
        who = _label("录入员")
        who.setProperty("muted", True)
        left = QVBoxLayout()
        left.setSpacing(unit)
        left.addWidget(who)
        left.addWidget(self.clerks, 1)
        self.card = QFrame()
        self.card.setObjectName("card")
        t = theme.tokens()
        self.card.setStyleSheet(
            f"#card {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 4px; }}"
            f"QListWidget::item {{ min-height: {theme.row_height() - unit}px; padding-left: 4px; }}"
        )
        columns = QHBoxLayout(self.card)
        columns.setContentsMargins(6 * unit, 4 * unit, 6 * unit, 4 * unit)
        columns.setSpacing(6 * unit)
        columns.addWidget(_column(left), 2)
        columns.addWidget(_column(right), 3)
        head = QHBoxLayout()
        head.setSpacing(3 * unit)
        icon = QLabel()
        picture = QPixmap(str(resource("icons", "laborclerk-64.png")))
        picture.setDevicePixelRatio(2)
        icon.setPixmap(picture)
        head.addWidget(icon)
        head.addWidget(self.title, 1)
        program = _label(f"劳动力资源台账 {__version__}")
        program.setProperty("small", True)
        foot = QHBoxLayout()
        foot.addWidget(self.hint)
        foot.addStretch(1)
        foot.addWidget(program)
        middle = QVBoxLayout()
        middle.setSpacing(3 * unit)
        middle.addStretch(2)
        middle.addLayout(head)
        middle.addWidget(self.card)
        middle.addLayout(foot)
        middle.addStretch(3)
        holder = QWidget()
        holder.setLayout(middle)
        holder.setMaximumWidth(680)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(4 * unit, unit, 4 * unit, unit)
        whole.addStretch(1)
        whole.addWidget(holder, 8)
        whole.addStretch(1)
        self.card.setMinimumHeight(60 * unit)

    @cached_property
    def code(self) -> QLineEdit:
        """The code of the recovery sheet."""
        made = LineEdit()
        made.setAccessibleName("恢复码")
        made.setMaxLength(60)
        made.textEdited.connect(lambda _: self._code_typed())
        return made

    @cached_property
    def new(self) -> NewPassword:
        """The new password after it."""
        made = NewPassword()
        made.changed.connect(self.presenter.typed)
        return made

    def _turn_to(self, stage: Stage) -> None:
        """Show the page of a stage, made when it is first wanted."""
        if stage not in self._pages:
            body = self.new if stage is Stage.NEW else _titled("恢复码(&P)", self.code)
            self._pages[stage] = made = _page(body, _LEADS[stage])
            self._right.insertWidget(0, made)
        for its, page in self._pages.items():
            page.setVisible(its is stage)

    # -- what the presenter says ---------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        if [self.clerks.item(i).text() for i in range(self.clerks.count())] != p.clerks:
            with QSignalBlocker(self.clerks):
                self.clerks.clear()
                self.clerks.addItems(p.clerks)
                for i, name in enumerate(p.clerks):
                    self.clerks.item(i).setToolTip(name)
        with QSignalBlocker(self.clerks):
            self.clerks.setCurrentRow(p.clerks.index(p.clerk) if p.clerk in p.clerks else -1)
        self._turn_to(p.stage)
        busy = bool(p.busy)
        if p.stage is Stage.NEW:
            self.new.clerk = p.clerk
        for edit in self._edits():
            edit.setReadOnly(busy)
        self._speak()
        self.enter.setEnabled(not busy)
        self.enter.setVisible(not p.damaged)
        self.enter.setText(
            {Stage.PASSWORD: "登录", Stage.CODE: "核对", Stage.NEW: "换密码并登录"}[p.stage]
        )
        self.forgot.setVisible(p.stage is Stage.PASSWORD and not p.damaged)
        self.from_backup.setVisible(p.damaged and self._restore is not None)
        self.password.setEnabled(not p.damaged)
        self.hint.setText("" if p.damaged else _HINTS[p.stage])

    def _edits(self) -> tuple[QLineEdit, ...]:
        """The fields of the stage."""
        stage = self.presenter.stage
        if stage is Stage.PASSWORD:
            return (self.password,)
        return (self.code,) if stage is Stage.CODE else self.new.edits()

    def again(self) -> None:
        edit = self._edits()[0]
        edit.setFocus()
        edit.selectAll()

    # -- what the clerk does -------------------------------------------------------------------

    def _go(self) -> None:
        p = self.presenter
        if p.stage is Stage.PASSWORD:
            p.log_in(self.password.text())
        elif p.stage is Stage.CODE:
            p.check_code(self.code.text())
        elif (bad := self.new.wrong()) is None:
            p.set_password(self.new.password)
        else:
            bad.setFocus()
            bad.selectAll()

    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self.presenter.clerks):
            self.presenter.choose(self.presenter.clerks[row])

    def _code_typed(self) -> None:
        self.presenter.typed()
        self._speak()

    def _caps(self, on: bool) -> None:
        self._caps_on = on
        self._speak()

    def _speak(self) -> None:
        """The one line below the field: what is being done, what is wrong, else a hint."""
        p = self.presenter
        text, token = p.busy, "muted"
        if not text:
            text, token = p.wrong, "wrong"
        if not text and p.stage is Stage.PASSWORD and self._caps_on:
            text, token = CAPS, "warned"
        if not text and p.stage is Stage.CODE and self.code.text():
            text, token = p.count(self.code.text()), "muted"
        self.said.setText(text)
        self.said.setStyleSheet(f"color: {theme.color(token).name()}")
        self.said.setVisible(bool(text) or p.stage is not Stage.NEW)
        # nothing jumps when it speaks
        self.said.setMinimumHeight(2 * self.said.fontMetrics().lineSpacing())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys, stage = event.key(), QtCore.Qt.Key, self.presenter.stage
        if key in (keys.Key_Return, keys.Key_Enter):
            if stage is Stage.NEW and self.new.first.hasFocus():
                self.new.again.setFocus(QtCore.Qt.FocusReason.TabFocusReason)
                self.new.again.selectAll()
            elif isinstance(button := self.focusWidget(), QPushButton):
                button.click()
            else:
                self._go()
        elif key == keys.Key_Escape:
            if stage is not Stage.PASSWORD:
                self.code.clear()
                self.new.clear()
            self.presenter.back()
        elif key in (keys.Key_Up, keys.Key_Down) and stage is not Stage.CODE:
            step = -1 if key == keys.Key_Up else 1
            row = self.clerks.currentRow() + step
            if 0 <= row < self.clerks.count():
                self.clerks.setCurrentRow(row)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            self.again()
            QTimer.singleShot(0, self, self.presenter.warm_up)


def _label(text: str = "", *, wrap: bool = False) -> QLabel:
    made = QLabel(text)
    made.setProperty("textFormat", "PlainText")
    made.setWordWrap(wrap)
    return made


def _titled(title: str, edit: QLineEdit) -> QWidget:
    name = QLabel(title)
    name.setProperty("muted", True)
    name.setBuddy(edit)
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.GRID)
    column.addWidget(name)
    column.addWidget(edit)
    return made


def _page(body: QWidget, lead: str) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2 * theme.GRID)
    column.addWidget(_label(lead, wrap=True))
    column.addWidget(body)
    return made


def _column(layout: QVBoxLayout) -> QWidget:
    """A column that is as wide as its share, whatever stands in it."""
    made = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    made.setLayout(layout)
    made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return made
