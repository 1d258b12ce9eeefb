"""The window's one place for what went wrong: refusals, the machine's faults, and bugs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QStyle, QVBoxLayout, QWidget

from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.kernel.progress import Cancelled

_SHOWN = 50  # sentences of one refusal
_WIDTH = 400  # pixels of a sentence
_ICON = 32


def show_trouble(parent: QWidget | None, folder: Path, error: BaseException) -> None:
    """Tell the clerk: sentences for a refusal or a fault, a saved report for a bug. What was being
    entered stays where it is."""
    if isinstance(error, Cancelled):
        return
    TroubleBox(parent, *_told(folder, error), bug=_is_bug(error)).exec()


def _is_bug(error: BaseException) -> bool:
    return not isinstance(error, Rejected | EnvironmentFault)


def _told(folder: Path, error: BaseException) -> tuple[str, list[str]]:
    """What is said first, and the sentences behind it."""
    from laborclerk.kernel.log import event, save_bug_report  # not needed before the first paint

    if isinstance(error, Rejected):
        texts = list(dict.fromkeys(p.text for p in error.problems))
        more = len(texts) - _SHOWN
        rest = [f"……还有 {more} 条"] if more > 0 else []
        return "没有做成,数据没有改动", texts[:_SHOWN] + rest
    if isinstance(error, EnvironmentFault):
        event("fault." + error.problem.code)
        return error.problem.text, []
    report = save_bug_report(error, folder)
    where = f"报告存在“{report}”,里面没有任何人的信息,请发给维护人员。" if report else ""
    return "程序出了差错。您录入的内容还在,可以继续", [where + "如果反复出现,请关闭窗口再打开"]


class TroubleBox(QDialog):
    """What is said first stands above; many sentences are scrolled, so that a low screen holds
    them. Enter or Esc goes on."""

    def __init__(
        self, parent: QWidget | None, said: str, sentences: list[str], *, bug: bool = False
    ) -> None:
        from laborclerk.ui.kit.dialogs import Sentences, buttons, fit

        super().__init__(parent)
        self.setWindowTitle("劳动力资源台账")
        which = QStyle.StandardPixmap
        sign = QLabel()
        found = which.SP_MessageBoxCritical if bug else which.SP_MessageBoxWarning
        sign.setPixmap(self.style().standardIcon(found).pixmap(_ICON, _ICON))
        side = QVBoxLayout()
        side.addWidget(sign)
        side.addStretch(1)
        box = buttons("知道了", None)
        box.accepted.connect(self.accept)
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(Sentences([said], _WIDTH))
        if sentences:
            column.addWidget(Sentences(sentences, _WIDTH), 1)
        column.addStretch(0)
        column.addWidget(box)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addLayout(side)
        row.addLayout(column, 1)
        fit(self)
        box.buttons()[0].setFocus()
