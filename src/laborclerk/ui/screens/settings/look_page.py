"""The page of looks and words: what suits the eyes at this screen, what groups are called here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from PySide6.QtWidgets import QApplication, QFormLayout, QWidget

from laborclerk.features.registry.places import GROUP_WORDS
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.combo import Combo
from laborclerk.ui.kit.page import Page, label
from laborclerk.ui.look import Look
from laborclerk.ui.screens.settings.presenter import SettingsPresenter


class LookPage(Page):
    """Theme and large type are put in force at once, the scale when the window opens next."""

    def __init__(self, presenter: SettingsPresenter, parent: QWidget | None = None) -> None:
        super().__init__("外观与用语", parent)
        self.presenter = presenter
        self._filling = True
        self.theme = _combo(theme.THEME_NAMES.items(), self._theme)
        self.type = _combo(((False, "标准字"), (True, "大字")), self._size)
        scales = [(0, "跟随系统"), *((s, f"{s} %") for s in theme.SCALES)]
        self.scale = _combo(scales, self._scale)
        self.word = _combo(((w, w) for w in GROUP_WORDS), self._word)
        form = QFormLayout()
        form.setHorizontalSpacing(3 * theme.GRID)
        form.setVerticalSpacing(2 * theme.GRID)
        for text, combo, told in (
            ("颜色", self.theme, "马上生效"),
            ("字号", self.type, "马上生效"),
            ("缩放", self.scale, "下次打开程序时生效"),
            ("村以下叫", self.word, "新设的组、导入时补设的组用这个字;印表同样"),
        ):
            name = label(text, muted=True)
            name.setBuddy(combo)
            form.addRow(name, combo)
            form.addRow("", label(told, small=True))
        holder = QWidget()
        holder.setLayout(form)
        holder.setMaximumWidth(440)
        self.body.addWidget(holder)
        self.body.addStretch(1)
        self.hints.setText("Tab 下一项 · ↑↓ 选")

    def changed(self) -> None:
        """Show what is kept."""
        self._filling = True
        look = self.presenter.look
        for combo, value in (
            (self.theme, look.theme), (self.type, look.large), (self.scale, look.scale),
            (self.word, self.presenter.word),
        ):  # fmt: skip
            combo.setCurrentIndex(max(0, combo.findData(value)))
        self._filling = False

    def _theme(self, value: object) -> None:
        self._set(replace(self.presenter.look, theme=str(value)))

    def _size(self, value: object) -> None:
        self._set(replace(self.presenter.look, large=bool(value)))

    def _scale(self, value: object) -> None:
        self._set(replace(self.presenter.look, scale=int(str(value))))

    def _set(self, look: Look) -> None:
        if self._filling or look == self.presenter.look:
            return
        app = QApplication.instance()
        before = self.presenter.look
        self.presenter.set_look(look)
        if isinstance(app, QApplication) and (look.theme, look.large) != (
            before.theme,
            before.large,
        ):
            theme.apply(app, look.theme, large=look.large)

    def _word(self, value: object) -> None:
        if not self._filling and value != self.presenter.word:
            self.presenter.set_word(str(value))


def _combo(items: Iterable[tuple[object, str]], chosen: Callable[[object], None]) -> Combo:
    made = Combo()
    for value, text in items:
        made.addItem(text, value)
    made.currentIndexChanged.connect(lambda at: chosen(made.itemData(at)))
    return made
