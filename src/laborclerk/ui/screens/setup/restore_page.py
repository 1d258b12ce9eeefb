"""The page that brings a backup back: which file, who, the password of that day or the sheet."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.files import ask_open
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import button, label
from laborclerk.ui.kit.password import NewPassword, PasswordEdit
from laborclerk.ui.screens.setup.parts import WizardPage
from laborclerk.ui.screens.setup.presenter import SetupPresenter

_ROWS = 4
_FILES = "备份文件 (*.lcbak);;所有文件 (*)"


class RestorePage(WizardPage):
    """From a backup."""

    title = "从备份恢复"
    hint = "Ctrl+O 选备份文件 · Enter 下一项 · Esc 上一步"

    def __init__(self, presenter: SetupPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.by_code = False
        self.file = button("选备份文件… (Ctrl+O)", self.ask_file)
        self.file.setShortcut("Ctrl+O")
        self.about = label(wrap=True)
        self.clerk = QListWidget()
        self.clerk.setAccessibleName("录入员")
        self.clerk.setFixedHeight(_ROWS * (theme.row_height() - theme.GRID) + 2)
        self.password = PasswordEdit("做备份那天的密码")
        self.code = LineEdit()
        self.code.setAccessibleName("恢复码")
        self.code.setMaxLength(60)
        self.code.setPlaceholderText("照恢复单输入,不分大小写,短横不用输")
        self.new = NewPassword(above=[("恢复码(&C)", self.code)])
        self.new.first.setPlaceholderText("再设一个新密码")
        self.forgot = button("忘记密码,用恢复码(&F)", self._turn)
        self.forgot.setProperty("link", True)
        self.by_password = QWidget()
        one = QHBoxLayout(self.by_password)
        one.setContentsMargins(0, 0, 0, 0)
        one.setSpacing(2 * theme.GRID)
        titles = [label(t, muted=True) for t in ("那天的密码(&P)", "录入员(&N)")]
        for title, edit in zip(titles, (self.password, self.clerk), strict=True):
            title.setBuddy(edit)
        one.addWidget(titles[0])
        one.addWidget(self.password, 1)
        right = QVBoxLayout()
        right.setSpacing(2 * theme.GRID)
        for part in (self.by_password, self.new):
            right.addWidget(part)
        right.addWidget(self.forgot, 0, Qt.AlignmentFlag.AlignLeft)
        right.addStretch(1)
        left = QVBoxLayout()
        left.setSpacing(theme.GRID)
        left.addWidget(titles[1])
        left.addWidget(self.clerk)
        left.addStretch(1)
        self.form = QWidget()
        row = QHBoxLayout(self.form)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6 * theme.GRID)
        row.addLayout(left, 2)
        row.addLayout(right, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        self.lead = label(
            "备份文件在U盘上,名字以 .lcbak 结尾。这台电脑上原有的数据会放到一边,不会删除。",
            wrap=True,
        )
        chosen = QHBoxLayout()
        chosen.setSpacing(3 * theme.GRID)
        chosen.addWidget(self.file, 0, Qt.AlignmentFlag.AlignTop)
        chosen.addWidget(self.about, 1)
        column.addWidget(self.lead)
        column.addLayout(chosen)
        column.addWidget(self.form)
        column.addStretch(1)
        self.refresh()

    @property
    def main(self) -> str:
        return "恢复" if self.presenter.backup is not None else "选文件"

    def refresh(self) -> None:
        backup = self.presenter.backup
        self.setEnabled(not self.presenter.work.running)
        self.form.setVisible(backup is not None)
        self.lead.setVisible(backup is None)
        if backup is not None:
            self.about.setText(
                f"{backup.station} · {backup.made} 的备份 · {backup.size}\n{backup.file.name}"
            )
            names = [self.clerk.item(i).text() for i in range(self.clerk.count())]
            if names != list(backup.clerks):
                self.clerk.clear()
                self.clerk.addItems(list(backup.clerks))
                self.clerk.setCurrentRow(0)
        self.by_password.setVisible(not self.by_code)
        self.new.setVisible(self.by_code)
        self.forgot.setText("有密码(&F)" if self.by_code else "忘记密码,用恢复码(&F)")

    def start(self) -> None:
        if self.presenter.backup is None:
            self.file.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        edit = self.code if self.by_code else self.password
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        edit.selectAll()

    def left(self) -> None:
        for edit in (self.password, self.code):
            edit.clear()
        self.new.clear()

    def enter(self, at: QWidget | None) -> None:
        order: list[QWidget] = [self.clerk, self.password]
        if self.by_code:
            order = [self.clerk, self.code, *self.new.edits()]
        if at in order[:-1]:
            order[order.index(at) + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self.next()

    def next(self) -> None:
        if self.presenter.backup is None:
            self.ask_file()
        elif not self.by_code:
            self.presenter.restore(self._name(), self.password.text())
        else:
            self.new.clerk = self._name()
            bad = self.new.wrong()
            if bad is None or not self.code.text().strip():
                code = self.code.text().strip() or "-"
                self.presenter.restore(self.new.clerk, code=code, new=self.new.password)
            else:
                bad.setFocus(Qt.FocusReason.OtherFocusReason)

    def _name(self) -> str:
        row = self.clerk.currentRow()
        return self.clerk.item(row).text() if row >= 0 else ""

    def ask_file(self) -> None:
        """Choose a backup file."""
        file = ask_open(self, "选备份文件", _FILES)
        if file is not None:
            self.presenter.look_into(file)

    def _turn(self) -> None:
        self.by_code = not self.by_code
        self.refresh()
        self.start()
