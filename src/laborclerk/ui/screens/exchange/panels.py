"""Enrolling: a township's three steps, and the request a county has before its eyes; the digits
that two people compare over the phone stand large."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from laborclerk.sync.enrolment import Request
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import button, label


def digits() -> QLabel:
    """A label for the digits: large, tabular, to be read out by groups of four."""
    made = label()
    font = theme.font(bold=True)
    font.setPixelSize(2 * theme.size())
    made.setFont(font)
    made.setContentsMargins(0, theme.GRID, 0, theme.GRID)
    return made


class EnrolPanel(QFrame):
    """What a township does once."""

    def __init__(self, write: Callable[[], object], accept: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.digits = digits()
        self.write = button("写登记申请…", write)
        self.accept = button("导入批复…", accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(label("在县里登记(只做一次)", title=True))
        column.addLayout(_step("1", "把登记申请写到U盘,送到县站", self.write))
        column.addLayout(_step("2", "县里打开申请后,打电话对读这 20 位数字,要完全一样", None))
        column.addWidget(self.digits)
        column.addLayout(_step("3", "取回县里的批复,导入本站", self.accept))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_digits(self, text: str) -> None:
        """This station's fingerprint."""
        self.digits.setText(text)


class ApprovalPanel(QFrame):
    """Who asks a county to be enrolled."""

    def __init__(self, approve: Callable[[], object], drop: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.who = label(title=True, wrap=True)
        self.about = label(muted=True, wrap=True)
        self.digits = digits()
        self.approve = button("完全一样,批准… (Alt+Y)", approve, main=True)
        self.approve.setShortcut("Alt+Y")
        self.drop = button("不一样,不批准 (Alt+N)", drop)
        self.drop.setShortcut("Alt+N")
        row = QHBoxLayout()
        row.setSpacing(2 * theme.GRID)
        row.addWidget(self.approve)
        row.addWidget(self.drop)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(self.who)
        column.addWidget(self.about)
        column.addWidget(label("打电话给对方,请他念“上报县里”上的 20 位数字,逐组核对:", wrap=True))
        column.addWidget(self.digits)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.hide()

    def show_request(self, request: Request | None) -> None:
        """Show it; None takes the panel away."""
        self.setVisible(request is not None)
        if request is not None:
            self.who.setText(f"{request.name} 申请登记")
            self.about.setText(
                f"区划 {request.place} · 电脑 {request.device} · {request.clerk} {request.made_on}"
            )
            self.digits.setText(request.fingerprint)


def _step(number: str, text: str, act: object) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2 * theme.GRID)
    mark = label(number, strong=True)
    mark.setFixedWidth(4 * theme.GRID)
    row.addWidget(mark)
    row.addWidget(label(text, wrap=True), 1)
    if act is not None:
        row.addWidget(act)  # type: ignore[arg-type]
    return row
