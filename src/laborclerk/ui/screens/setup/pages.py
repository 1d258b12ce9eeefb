"""The wizard's pages of fields: who, the recovery sheet, the first round."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import button, label
from laborclerk.ui.kit.password import NewPassword
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.passwords import RULE
from laborclerk.ui.screens.setup.parts import CodeBoxes, LargeChoices, WizardPage
from laborclerk.ui.screens.setup.presenter import CHECKED, PRACTICES, Kind, SetupPresenter

_ABOUT_PASSWORDS = (
    ("密码只在您手里", "资料从一开始就是加密的。电脑丢了,没有密码谁也看不到。"),
    ("忘了密码", "用下一步的恢复单重设密码,数据一条不少。"),
    ("密码和恢复单都没有了", "数据再也打不开,谁也没有办法,所以恢复单要锁好。"),
)
_ABOUT_SHEET = (
    "这个恢复码只显示这一次。印出来或抄在纸上,装进信封封好,锁进柜子,不要和电脑放在一起。"
    "谁拿到它和这台电脑,谁就能看到全部资料。"
)


class KindPage(WizardPage):
    """What this computer is for."""

    title = "这台电脑做什么用?"
    hint = "↑↓ 或数字键选 · Enter 下一步"

    def __init__(self, presenter: SetupPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.choices = LargeChoices(Kind)
        self.choices.setAccessibleName(self.title)
        self.choices.show_choice(presenter.kind)
        self.choices.chosen.connect(presenter.choose)
        self.choices.itemDoubleClicked.connect(lambda _: self.wanted.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.choices)
        column.addStretch(1)

    @property
    def main(self) -> str:
        return "打开" if self.presenter.kind in PRACTICES else "下一步"

    def start(self) -> None:
        self.choices.setFocus(Qt.FocusReason.OtherFocusReason)

    def next(self) -> None:
        self.presenter.next_kind()


class WhoPage(WizardPage):
    """The first clerk and her password."""

    title = "谁来录入?"
    hint = "Enter 下一项 · Esc 上一步"
    main = "建站"

    def __init__(self, presenter: SetupPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.name = LineEdit()
        self.name.setMaxLength(40)
        self.name.setPlaceholderText("真实姓名,记在每一处改动上")
        self.name.setAccessibleName("录入员姓名")
        self.name.textEdited.connect(self._named)
        self.new = NewPassword(above=[("姓名(&N)", self.name)])
        self.about = label("以后可以在设置里增加别的录入员,各用各的密码。", wrap=True, muted=True)
        left = QVBoxLayout()
        left.setSpacing(2 * theme.GRID)
        left.addWidget(self.new)
        left.addWidget(self.about)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(theme.GRID)
        for head, sentence in _ABOUT_PASSWORDS:
            strong = label(head)
            strong.setFont(theme.font(bold=True))
            right.addWidget(strong)
            right.addWidget(label(sentence, wrap=True, muted=True))
            right.addSpacing(theme.GRID)
        right.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8 * theme.GRID)
        row.addLayout(left, 1)
        row.addLayout(right, 1)

    def start(self) -> None:
        first = self.name if not self.name.text().strip() else self.new.first
        first.setFocus(Qt.FocusReason.OtherFocusReason)
        first.selectAll()

    def enter(self, at: QWidget | None) -> None:
        order = (self.name, *self.new.edits())
        if at in order[:-1]:
            following = order[order.index(at) + 1]
            following.setFocus(Qt.FocusReason.TabFocusReason)
            following.selectAll()
        else:
            self.next()

    def next(self) -> None:
        refused = self.presenter.refuse_name(self.name.text())
        bad: QLineEdit | None = self.name if refused else self.new.wrong()
        if refused:
            self.new.say(refused, "wrong")
        if bad is None:
            self.presenter.create(self.name.text(), self.new.password)
        else:
            bad.setFocus(Qt.FocusReason.OtherFocusReason)
            bad.selectAll()

    def refresh(self) -> None:
        self.setEnabled(not self.presenter.work.running)

    def left(self) -> None:
        self.new.clear()

    def _named(self, name: str) -> None:
        self.new.clerk = name.strip()
        self.new.say(RULE)


class SheetPage(WizardPage):
    """The recovery code, seen once; its end is typed from paper before it goes on."""

    title = "收好恢复单"
    hint = "Ctrl+P 打印或存为 PDF · Enter 下一步"

    def __init__(self, presenter: SetupPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self._shown = ""
        self.boxes = CodeBoxes()
        self.print_ = button("打印或存为 PDF… (Ctrl+P)", self._print)
        self.print_.setShortcut("Ctrl+P")
        self.last = LineEdit()
        self.last.setMaxLength(2 * CHECKED)
        self.last.setFixedWidth(7 * theme.size())
        self.last.setAccessibleName(f"恢复码最后 {CHECKED} 位")
        self.last.textEdited.connect(lambda _: self._judge())
        self.judged = label(wrap=True)
        ask = label(f"照纸上的恢复码,输入最后 {CHECKED} 位(&L)")
        ask.setBuddy(self.last)
        check = QHBoxLayout()
        check.setSpacing(2 * theme.GRID)
        check.addWidget(ask)
        check.addWidget(self.last)
        check.addWidget(self.judged, 1)
        out = QHBoxLayout()
        out.setSpacing(2 * theme.GRID)
        out.addWidget(self.print_)
        out.addWidget(label("没有打印机,就用笔抄下来", muted=True), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4 * theme.GRID)
        column.addWidget(label(_ABOUT_SHEET, wrap=True))
        column.addWidget(self.boxes)
        column.addLayout(out)
        column.addLayout(check)
        column.addStretch(1)

    def refresh(self) -> None:
        made = self.presenter.made
        if made is not None and made.code != self._shown:
            self._shown = made.code
            self.boxes.show_code(made.code)
            self.boxes.setAccessibleName(f"恢复码 {made.code}")

    def start(self) -> None:
        self.last.setFocus(Qt.FocusReason.OtherFocusReason)
        self.last.selectAll()

    def next(self) -> None:
        wrong = self.presenter.refuse_code(self.last.text())
        if wrong:
            self._say(wrong, "wrong")
            self.start()
        else:
            self.presenter.next_sheet(self.last.text())

    def _judge(self) -> None:
        text = self.last.text().strip()
        wrong = self.presenter.refuse_code(text)
        if len(text) < CHECKED:
            self._say("")
        else:
            self._say(wrong or "对,可以下一步了", "wrong" if wrong else "passed")

    def _say(self, text: str, token: str = "muted") -> None:
        self.judged.setText(text)
        self.judged.setStyleSheet(f"color: {theme.color(token).name()}")

    def _print(self) -> None:
        made = self.presenter.made
        if made is not None:
            from laborclerk.ui.kit.preview import show_document

            name = f"恢复单-{made.station.name}"
            show_document(
                self, self.presenter.runner, made.sheet(), name, self.presenter.sheet_taken
            )
            self.start()


class RoundPage(WizardPage):
    """The first survey round; it may wait."""

    title = "开始第一轮摸底"
    hint = "Enter 下一项 · F4 代码表 · Alt+L 以后再设"
    main = "开始"

    def __init__(self, presenter: SetupPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.editor: RecordEditor | None = None
        self.rule = label(wrap=True, muted=True)
        self.later = button("以后再设(&L)", presenter.skip_round)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2 * theme.GRID)
        self._column.addWidget(
            label("一轮摸底有名称、日期和劳动力口径,印在所有的表上。现在设好,就可以入户录入。"
                  "各乡镇和县里的名称要一样,县里才合得起来。", wrap=True)
        )  # fmt: skip
        self._column.addWidget(self.rule)
        self._column.addStretch(1)

    def refresh(self) -> None:
        form = self.presenter.round
        if form is None:
            return
        if self.editor is None:
            self.editor = RecordEditor(form.specs, 2, {"name": 2, "labour_rule": 2})
            self.editor.edited.connect(self._explain)
            self.editor.finished.connect(self.wanted)
            self._column.insertWidget(1, self.editor)
            self.editor.show()  # now, so that Enter finds its fields
        self.editor.show_form(form)
        self._explain()
        if self.presenter.go_to:
            self.editor.edit(self.presenter.go_to).clearFocus()  # so that its help is said anew
            self.editor.go_to(self.presenter.go_to)
            self.presenter.go_to = None

    def start(self) -> None:
        if self.editor is not None:
            self.editor.go_to("name")

    def next(self) -> None:
        for edit in self.editor.edits() if self.editor is not None else ():
            edit.commit()
        self.presenter.next_round()

    def _explain(self) -> None:
        self.rule.setText("\n".join(self.presenter.explanation()))
