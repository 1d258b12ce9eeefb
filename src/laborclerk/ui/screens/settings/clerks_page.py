"""The page of clerks: who may log in."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from laborclerk.printing.document import Document
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import Question, agreed
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.password import NewPassword
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.settings.clerks import Clerks

_NAME = "填真实姓名:他的每一处改动都记着它。与别人同名的加上区分,如“李某某(二组)”"
_RECOVERY = "换了以后,原来的恢复单作废。新的恢复单只显示这一次,请马上打印,签收后锁起来。确定换吗?"


class ClerksPage(Page):
    """Accounts of this station; `show_sheet` previews a document for printing."""

    def __init__(
        self,
        clerks: Clerks,
        show_sheet: Callable[[Document], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("录入员", parent)
        self.clerks = clerks
        self._show_sheet = show_sheet
        self.list = Table((Column("姓名", 200), Column("状态", 260), Column("")))
        self.list.opened.connect(lambda _: self._password())
        self.said = label(wrap=True)
        self.about.setText("谁录的、谁改的都记在他的名下;停用的人不能再登录,他录的不变")
        self.add = button("增加… (Ins)", self._add)
        self.password = button("换密码… (Enter)", self._password)
        self.stop = button("停用… (Del)", self._stop)
        self.recovery = button("换恢复码…", self._recover)
        for one in (self.add, self.password, self.stop, self.recovery):
            self.side.addWidget(one)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self.said)
        self.hints.setText("Ins 增加 · Enter 换密码 · Del 停用")
        self.key("Ins", self._add)
        self.key("Del", self._stop, self.list)

    def changed(self) -> None:
        """Show everything anew."""
        lines = self.clerks.lines
        self.list.fill(
            [
                (
                    line.name,
                    Cell("已停用", "not_applicable") if line.disabled
                    else Cell("可登录" + (" · 现在登录的是您" if line.self_ else ""), "passed"),
                    "",
                )
                for line in lines
            ],
            [line.name for line in lines],
        )  # fmt: skip
        ended = self.clerks.ended
        self.said.setVisible(ended is not None)
        if ended is not None:
            theme.restyle(self.said, wrong=not ended.whole)
            self.said.setText(ended.text)
        if self.clerks.sheet is not None:
            sheet = self.clerks.sheet
            self.clerks.sheet_shown()
            self._show_sheet(sheet)

    def _add(self) -> None:
        name = LineEdit()
        password = NewPassword(above=(("姓名(&N)", name),))

        def check() -> QWidget | None:
            return password.wrong() if name.text().strip() else name

        asked = Question(self, "增加录入员", _NAME, (password,), "增加", check)
        name.setFocus()
        if asked.exec():
            self.clerks.add(name.text(), password.password)

    def _password(self) -> None:
        name = self.list.key()
        if name is None:
            return
        password = NewPassword()
        password.clerk = name
        asked = Question(self, f"换“{name}”的密码", "", (password,), "换密码", password.wrong)
        if asked.exec():
            self.clerks.set_password(name, password.password)

    def _stop(self) -> None:
        name = self.list.key()
        text = f"停用后“{name}”不能再登录;要再用,给他换一个密码即可。确定停用吗?"
        if name is not None and agreed(self, "停用录入员", text, "停用"):
            self.clerks.disable(name)

    def _recover(self) -> None:
        if agreed(self, "换恢复码", _RECOVERY, "换恢复码"):
            self.clerks.new_recovery()
