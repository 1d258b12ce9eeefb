"""The window's one place for what went wrong: refusals, the machine's faults, and bugs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QMessageBox, QWidget

from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.kernel.progress import Cancelled

_SHOWN = 12  # sentences of one refusal


def show_trouble(parent: QWidget | None, folder: Path, error: BaseException) -> None:
    """Tell the clerk: sentences for a refusal or a fault, a saved report for a bug. What was being
    entered stays where it is."""
    from laborclerk.kernel.log import event, save_bug_report  # not needed before the first paint

    if isinstance(error, Cancelled):
        return
    box = QMessageBox(parent)
    box.setWindowTitle("laborclerk")
    if isinstance(error, Rejected):
        texts = list(dict.fromkeys(p.text for p in error.problems))
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText("没有做成,数据没有改动")
        more = len(texts) - _SHOWN
        rest = [f"……还有 {more} 条"] if more > 0 else []
        box.setInformativeText("\n".join(texts[:_SHOWN] + rest))
    elif isinstance(error, EnvironmentFault):
        event("fault." + error.problem.code)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(error.problem.text)
    else:
        report = save_bug_report(error, folder)
        box.setIcon(QMessageBox.Icon.Critical)
        box.setText("程序出了差错。您录入的内容还在,可以继续")
        where = f"报告存在“{report}”,里面没有任何人的信息,请发给维护人员。" if report else ""
        box.setInformativeText(where + "如果反复出现,请关闭窗口再打开")
    box.addButton("知道了", QMessageBox.ButtonRole.AcceptRole)
    box.exec()
