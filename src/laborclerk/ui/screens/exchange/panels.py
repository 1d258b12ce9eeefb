"""Enrolling: a township's three steps, and the request a county has before its eyes; the digits
that two people compare over the phone stand large."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from laborclerk.sync.enrolment import Application, Kind
from laborclerk.sync.names import short
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

    def __init__(
        self,
        write: Callable[[], object],
        accept: Callable[[], object],
        rotate: Callable[[], object],
    ) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.title = label(title=True)
        self.standing = label(wrap=True, muted=True)
        self.rotate = button("换密钥…", rotate)
        self.digits = digits()
        self.write = button("写登记申请…", write)
        self.accept = button("导入批复…", accept)
        self.setFocusProxy(self.write)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(self.title)
        column.addWidget(self.standing)
        column.addLayout(_step("1", "把登记申请写到U盘,送到县站", self.write))
        self.call = label(wrap=True)
        column.addLayout(_step("2", self.call, None))
        column.addWidget(self.digits)
        column.addLayout(_step("3", "取回县里的批复,导入本站", self.accept))
        self.doubt = label("怀疑有人拿到过本机的数据和密码:换密钥", wrap=True)
        column.addLayout(_step("", self.doubt, self.rotate))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_digits(self, text: str) -> None:
        """This station's fingerprint."""
        self.digits.setText(text)

    def show_standing(self, ends: str) -> None:
        """The day its certificate ends, '' before it has one."""
        self.title.setText("换发证书" if ends else "在县里登记(只做一次)")
        self.standing.setText(f"现在的证书 {ends} 到期,到期以前换发。")
        self.call.setText(
            "申请由本机登记过的密钥担保,县里不用打电话;问起时念这 20 位数字"
            if ends
            else "县里打开申请后,打电话对读这 20 位数字,要完全一样"
        )
        for part in (self.standing, self.doubt, self.rotate):
            part.setVisible(bool(ends))


class ApprovalPanel(QFrame):
    """Who asks a county to be enrolled."""

    def __init__(self, approve: Callable[[], object], drop: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.who = label(title=True, wrap=True)
        self.about = label(muted=True, wrap=True)
        self.notice = label(wrap=True, wrong=True)
        self.ask = label(wrap=True)
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
        column.addWidget(self.notice)
        column.addWidget(self.ask)
        column.addWidget(self.digits)
        column.addLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_request(self, found: Application) -> None:
        """Show it. Only a new device's digits are compared by phone."""
        request, new = found.request, found.kind is Kind.NEW
        self.who.setText(f"{request.name} {_ASKS[found.kind]}")
        self.about.setText(
            f"登记为 {found.where} · 电脑 {short(request.device)} · "
            f"{request.clerk} {request.made_on}"
        )
        self.digits.setText(request.fingerprint)
        self.notice.setText("\n".join(n.text for n in found.notices))
        self.notice.setVisible(bool(found.notices))
        self.ask.setText(_CALL if new else _VOUCHED)
        self.approve.setText("完全一样,批准… (Alt+Y)" if new else "批准… (Alt+Y)")
        self.drop.setText("不一样,不批准 (Alt+N)" if new else "不批准 (Alt+N)")
        for act, keys in ((self.approve, "Alt+Y"), (self.drop, "Alt+N")):
            act.setShortcut(keys)  # a new text takes it away


_CALL = "打电话给对方,请他念“上报县里”上的 20 位数字,逐组核对:"
_VOUCHED = "申请由本县登记过的密钥担保,是原来那台电脑,不用打电话。它的指纹:"
_ASKS = {Kind.NEW: "申请登记", Kind.RENEWAL: "申请换发证书", Kind.ROTATION: "申请换密钥"}


def _step(number: str, text: str | QLabel, act: QWidget | None) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2 * theme.GRID)
    if number:
        mark = label(number, strong=True)
        mark.setFixedWidth(4 * theme.GRID)
        row.addWidget(mark)
    else:  # takes no room while what stands here is hidden
        row.addSpacing(6 * theme.GRID)
    row.addWidget(label(text, wrap=True) if isinstance(text, str) else text, 1)
    if act is not None:
        row.addWidget(act)
    return row
