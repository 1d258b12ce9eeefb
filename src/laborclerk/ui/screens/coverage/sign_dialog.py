"""Signing a village off: what stands in the way, who signs, the reason for what is left."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from laborclerk.catalog.values import Context, Reading
from laborclerk.features.coverage.model import SignOff
from laborclerk.features.coverage.signoff import wrong_day
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.store.base import fields_of
from laborclerk.ui import entry
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.dialogs import Sentences, buttons, fit
from laborclerk.ui.kit.line_edit import LineEdit

_WIDTH, _MARGIN = 520, 16
_SIGN = {Severity.BLOCK: "✖"}


@dataclass(frozen=True, slots=True)
class Signature:
    """What the dialog answers."""

    signer: str
    date: str
    reason: str


class SignDialog(QDialog):
    """Enter in the last field signs; what must be mended first leaves only a way back."""

    def __init__(
        self, village: str, problems: list[Problem], today: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"签认 · {village}")
        self.setMinimumWidth(_WIDTH)
        self.blocked = any(p.severity is Severity.BLOCK for p in problems)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[_MARGIN] * 4)
        column.setSpacing(8)
        said = "没有缺口。签认后可打印村签认书,之后的改动会标出来"
        if problems:
            said = "先补齐下面这些,才能签认" if self.blocked else "下面这些要写明原因"
        head = QLabel(said)
        theme.restyle(head, wrong=self.blocked)
        head.setWordWrap(True)
        column.addWidget(head)
        if problems:
            told = [f"{_SIGN.get(p.severity, '⚠')} {p.text}" for p in problems]
            column.addWidget(Sentences(told, _WIDTH - 2 * _MARGIN))
        self.signer, self.date, self.reason = LineEdit(), LineEdit(today), LineEdit()
        self.signer.setPlaceholderText("村负责人姓名")
        self.reason.setPlaceholderText("为什么还有缺口" if problems else "可不填")
        fields = QFormLayout()
        fields.setHorizontalSpacing(12)
        fields.setVerticalSpacing(8)
        for label, field in (("签认人", self.signer), ("日期", self.date), ("说明", self.reason)):
            field.setEnabled(not self.blocked)
            fields.addRow(label, field)
        column.addLayout(fields)
        self.wrong = QLabel()
        theme.restyle(self.wrong, wrong=True)
        column.addWidget(self.wrong)
        box = buttons("知道了", None) if self.blocked else buttons("签认")
        box.accepted.connect(self._accept)
        box.rejected.connect(self.reject)
        column.addWidget(box)
        self._needs_reason = bool(problems)
        self._today = today
        if not self.blocked:
            self.signer.setFocus()
        fit(self)

    def _accept(self) -> None:
        if self.blocked:
            self.reject()
        elif not self.signer.text().strip():
            self.wrong.setText("请填签认人(村负责人)姓名")
            self.signer.setFocus()
        elif wrong := self._wrong_day():
            self.wrong.setText(wrong.text)
            self.date.setFocus()
        elif self._needs_reason and not self.reason.text().strip():
            self.wrong.setText("还有缺口,请写明原因")
            self.reason.setFocus()
        else:
            self.accept()

    def signature(self) -> Signature:
        """What was entered."""
        day = str(self._day.value or "")
        return Signature(self.signer.text().strip(), day, self.reason.text().strip())

    def _wrong_day(self) -> Problem | None:
        unread = next(iter(self._day.problems), None)
        return unread or wrong_day(str(self._day.value or ""), self._today)

    @property
    def _day(self) -> Reading:
        return entry.read(fields_of(SignOff)["date"], self.date.text(), Context(today=self._today))
