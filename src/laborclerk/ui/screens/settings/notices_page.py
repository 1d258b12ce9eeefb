"""The page of the wording printed on the census form."""

from __future__ import annotations

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.combo import Combo
from laborclerk.ui.kit.page import Page, button, label, labelled
from laborclerk.ui.screens.settings.notices import Notices

_ABOUT = (
    "调查表上要告诉群众:为什么问、依据什么、资料怎样用。下面是通用稿,请县级主管部门核定;"
    "核定后的用语存在这里,表上就不再注明“须核定”。县站存的随返还文件发到各乡镇。"
)


class NoticesPage(Page):
    """One wording for each data basis."""

    def __init__(self, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__("告知用语", parent)
        self.notices = notices
        self.basis = Combo()
        for code, name in notices.bases:
            self.basis.addItem(name, code)
        self.basis.setCurrentIndex(self.basis.findData(notices.basis))
        self.basis.currentIndexChanged.connect(lambda at: notices.choose(self.basis.itemData(at)))
        self.sentence, self.text = QPlainTextEdit(), QPlainTextEdit()
        for edit, height in ((self.sentence, 64), (self.text, 160)):
            edit.setTabChangesFocus(True)
            edit.setFixedHeight(height)
        self.state = label(muted=True)
        self.said = label(wrap=True)
        self.side.addWidget(button("改回通用稿", lambda: notices.keep("", "")))
        self.side.addWidget(button("存为已核定 (Ctrl+S)", self._keep, main=True))
        self.body.addWidget(label(_ABOUT, wrap=True))
        self.body.addWidget(labelled("数据依据", self.basis))
        self.body.addWidget(self.state)
        self.body.addWidget(label("每页页眉的一句话", muted=True))
        self.body.addWidget(self.sentence)
        self.body.addWidget(label("首页的告知", muted=True))
        self.body.addWidget(self.text)
        self.body.addWidget(self.said)
        self.body.addStretch(1)
        self.key("Ctrl+S", self._keep)
        self._shown: object = None

    def changed(self) -> None:
        """Show the wording."""
        notice = self.notices.notice
        if notice is None:
            return
        if notice != self._shown:
            self._shown = notice
            self.sentence.setPlainText(notice.sentence)
            self.text.setPlainText(notice.text)
        self.state.setText("已核定" if notice.confirmed else "通用稿,未经核定")
        ended = self.notices.ended
        theme.restyle(self.said, wrong=ended is not None and not ended.whole)
        self.said.setText(ended.text if ended else "")

    def _keep(self) -> None:
        self.notices.keep(self.sentence.toPlainText(), self.text.toPlainText())
