"""The exchange screen's widgets for keys: the county's panel, what can be done with a station, and
the questions before a device is ended or keys are changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from laborclerk.sync.overview import StationLine
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import Question, agreed
from laborclerk.ui.kit.files import ask_folder, ask_save
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import button, label, labelled, row_of
from laborclerk.ui.kit.preview import show_document
from laborclerk.ui.kit.table import Table
from laborclerk.ui.screens.exchange.keys import approval_name
from laborclerk.ui.screens.exchange.panels import digits
from laborclerk.ui.screens.exchange.presenter import ExchangePresenter, safe_name

_REVOKE = (
    "县里已导入的仍然算数,它以后写的上报文件都不能导入;要再用,须重新登记。\n"
    "请写明原因(对方会看到),再照样输入站点名称:{name}"
)
_ROTATE = (
    "怀疑有人拿到过本机的数据和密码时换。新密钥由原来的密钥担保,县里不用再打电话核对;"
    "批复导入以前照常上报,已写出的文件县里照样收。确定换吗?"
)
_ROTATE_COUNTY = (
    "怀疑有人看过密钥恢复单、或拿到过县站的数据时换。各乡镇导入通知(或下一份批复)后跟着换;"
    "还没跟上的照常上报。换了以后要马上打印新的密钥恢复单,旧的作废。确定换吗?"
)
_RECOVER = "照“县站密钥恢复单”输入30位码,不分大小写,横线不用输。输入后本机就是原来的县站。"


class CountyKeysPanel(QFrame):
    """The county's own keys: its fingerprint, its sheet, changing and recovering them."""

    def __init__(
        self, screen: QWidget, presenter: ExchangePresenter, close: Callable[[], object]
    ) -> None:
        super().__init__()
        self.setProperty("surface", True)
        self.digits = digits()
        self.sheet = label(wrap=True)
        self.print_ = button("打印密钥恢复单…", partial(_show_sheet, screen, presenter))
        self.rotate = button("换县站密钥…", partial(rotate_keys, screen, presenter))
        self.recover = button("用密钥恢复单恢复…", partial(_recover, screen, presenter))
        self.setFocusProxy(self.print_)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(label("县站密钥", title=True))
        column.addWidget(label("乡镇登记时在电话里核对的本站指纹:", wrap=True))
        column.addWidget(self.digits)
        column.addWidget(self.sheet)
        column.addWidget(row_of(self.print_, self.rotate))
        column.addWidget(row_of(button("收起", close), self.recover))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_facts(self, fingerprint: str, printed: bool, recoverable: bool) -> None:
        """The digits, whether the sheet was printed, whether one can be taken here."""
        self.digits.setText(fingerprint)
        theme.restyle(self.sheet, warned=not printed)
        self.sheet.setText(
            "密钥恢复单已打印,应当封好锁在保险柜里。"
            if printed
            else "密钥恢复单还没有打印。电脑坏了、备份也没有了,只有它能在新电脑上重建县站。"
        )
        self.recover.setVisible(recoverable)


class StationActs(QWidget):
    """What can be done with the station under the cursor of `stations`."""

    def __init__(self, presenter: ExchangePresenter, stations: Table) -> None:
        super().__init__()
        self._presenter, self._stations = presenter, stations
        self._renew = button("换发证书…", self.renew)
        self._revoke = button("注销… (Del)", self.revoke)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.GRID)
        row.addWidget(self._renew)
        row.addWidget(self._revoke)
        row.addStretch(1)
        stations.current.connect(lambda _: self.refresh())

    def refresh(self) -> None:
        """Nothing can be done with one that is ended, or while something runs."""
        ready = self._station() is not None and not self._presenter.work.running
        self._renew.setEnabled(ready)
        self._revoke.setEnabled(ready)

    def _station(self) -> StationLine | None:
        facts, device = self._presenter.facts, self._stations.key()
        found = facts.keys.certificates.get(device) if facts else None
        if facts is None or found is None or found.revoked:
            return None
        return next((s for s in facts.stations if s.device == device), None)

    def renew(self) -> None:
        """A new certificate for it, into a file."""
        chosen = self._station()
        if chosen is None:
            return
        proposed = self._presenter.folder or self._presenter.station.store.folder
        name = approval_name(safe_name(chosen.name))
        out = ask_save(self, "证书写到哪里", "县里的批复 (*.lca)", proposed / name)
        if out is not None:
            self._presenter.keys.renew(chosen.device, chosen.name, out)

    def revoke(self) -> None:
        """End it, or all devices of its station."""
        chosen, facts = self._station(), self._presenter.facts
        if chosen is None or facts is None:
            return
        others = [s for s in facts.stations if s.station == chosen.station]
        several = sum(not facts.keys.certificates[s.device].revoked for s in others) > 1
        answer = ask_revoke(self, chosen.name, several)
        if answer is not None:
            reason, whole = answer
            who = chosen.station if whole else chosen.device
            self._presenter.keys.revoke(who, chosen.name, reason)


def rotate_keys(screen: QWidget, presenter: ExchangePresenter) -> None:
    """Change the keys of this station."""
    county = presenter.is_county
    if not ask_rotate(screen, county):
        return
    title = "通知写到哪里" if county else "申请写到哪里"
    folder = ask_folder(screen, title, presenter.folder)
    if folder is not None:
        act = presenter.keys.rotate_county if county else presenter.keys.rotate
        act(folder, safe_name(presenter.station.name))


def _show_sheet(screen: QWidget, presenter: ExchangePresenter) -> None:
    keys = presenter.keys
    show_document(
        screen, presenter.station.runner, keys.sheet, "县站密钥恢复单",
        lambda _pages: keys.sheet_taken(),
    )  # fmt: skip


def _recover(screen: QWidget, presenter: ExchangePresenter) -> None:
    code = ask_code(screen)
    if code is not None:
        presenter.keys.recover(code)


def ask_revoke(parent: QWidget, name: str, several: bool) -> tuple[str, bool] | None:
    """Why a device is ended, and whether all of its station's are; the station's name is typed so
    that it is not done by a slip. None when given up."""
    reason, typed = LineEdit(), LineEdit()
    reason.setPlaceholderText("如 电脑丢失、人员调离、电脑报废")
    reason.setMaxLength(100)
    whole = QCheckBox("这个站点的其他电脑一起注销")
    wrong = label(wrap=True, wrong=True)
    wrong.hide()
    parts: list[QWidget] = [labelled("原因", reason), labelled("站点名称", typed), wrong]
    if several:
        parts.append(whole)

    def check() -> QWidget | None:
        told, at = "", None
        if not reason.text().strip():
            told, at = "请写明原因", reason
        elif typed.text().strip() != name:
            told, at = f"与站点名称不一样。请照样输入:{name}", typed
        wrong.setText(told)
        wrong.setVisible(bool(told))
        return at

    asked = Question(parent, f"注销“{name}”", _REVOKE.format(name=name), parts, "注销", check)
    reason.setFocus()
    return (reason.text().strip(), whole.isChecked()) if asked.exec() else None


def ask_rotate(parent: QWidget, county: bool) -> bool:
    """Whether keys are to be changed."""
    title = "换县站密钥" if county else "换密钥"
    return agreed(parent, title, _ROTATE_COUNTY if county else _ROTATE, title)


def ask_code(parent: QWidget) -> str | None:
    """The code of the county's sheet; None when given up."""
    typed = LineEdit()
    typed.setPlaceholderText("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
    typed.setFont(theme.font(bold=True))

    def check() -> QWidget | None:
        return None if typed.text().strip() else typed

    asked = Question(parent, "用密钥恢复单恢复县站", _RECOVER, (typed,), "恢复", check)
    return typed.text() if asked.exec() else None
