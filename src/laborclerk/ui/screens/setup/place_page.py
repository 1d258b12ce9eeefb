"""The page of places: four columns side by side, each narrowed by typing above it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from laborclerk.catalog.division_codes import Level, significant
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.files import ask_open
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import button, label
from laborclerk.ui.screens.setup.parts import WizardPage
from laborclerk.ui.screens.setup.places import TITLES, Column
from laborclerk.ui.screens.setup.presenter import SetupPresenter

_STEPS = {
    Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -8, Qt.Key.Key_PageDown: 8,
}  # fmt: skip
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_FILES = "区划文件 (*.csv *.xlsx *.xls);;所有文件 (*)"


class _Filter(LineEdit):
    """Typing narrows; arrows move through the list below, Enter goes right, Shift+Enter left."""

    moved = Signal(int)
    onward = Signal()
    backward = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        at_start = not self.cursorPosition() and not self.hasSelectedText()
        at_end = self.cursorPosition() == len(self.text())
        if key in _STEPS:
            self.moved.emit(_STEPS[key])
        elif key in _ENTER:
            (self.backward if shift else self.onward).emit()
        elif key == Qt.Key.Key_Left and at_start and not shift:
            self.backward.emit()
        elif key == Qt.Key.Key_Right and at_end and not shift:
            self.onward.emit()
        elif key == Qt.Key.Key_Escape and self.text():
            self.clear()
            self.textEdited.emit("")
        else:
            super().keyPressEvent(event)


class _List(QListWidget):
    """The lines of a column; what is said instead of them stands where they would."""

    note = ""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.count() == 0 and self.note:
            painter = QPainter(self.viewport())
            painter.setPen(theme.color("muted"))
            box = self.viewport().rect().adjusted(8, 8, -8, -8)
            flags = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
            painter.drawText(box, int(flags), self.note)


class PlacePage(WizardPage):
    """Which place."""

    hint = "↑↓ 选 · Enter 向右 · Shift+Enter 向左 · Esc 清除、上一步"

    def __init__(self, presenter: SetupPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.filters: list[_Filter] = []
        self.lists: list[_List] = []
        self.holders: list[QWidget] = []
        columns = QHBoxLayout()
        columns.setSpacing(2 * theme.GRID)
        for at, title in enumerate(TITLES):
            columns.addWidget(self._column(at, title), 1)
        self.said = label(wrap=True)
        self.said.setMinimumHeight(self.said.fontMetrics().lineSpacing())
        self.file = button("用区划文件… (Ctrl+O)", self.ask_file)
        self.file.setShortcut("Ctrl+O")
        self.inside = button("改用程序内的区划", lambda: presenter.use_file(None))
        for one in (self.file, self.inside):
            one.setProperty("link", True)
        foot = QHBoxLayout()
        foot.setSpacing(2 * theme.GRID)
        foot.addWidget(self.said, 1)
        foot.addWidget(self.inside)
        foot.addWidget(self.file)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2 * theme.GRID)
        whole.addLayout(columns, 1)
        whole.addLayout(foot)

    def _column(self, at: int, title: str) -> QWidget:
        edit, lines, name = _Filter(), _List(), label(title, muted=True)
        edit.setPlaceholderText("名称、拼音或代码")
        edit.setAccessibleName(title)
        lines.setAccessibleName(title)
        lines.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        lines.setMinimumHeight(3 * theme.row_height())
        lines.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        edit.textEdited.connect(lambda text: self._typed(at, text))
        edit.moved.connect(lambda step: self._moved(at, step))
        edit.onward.connect(lambda: self._onward(at))
        edit.backward.connect(lambda: self._backward(at))
        lines.itemClicked.connect(lambda item: self._clicked(at, item))
        lines.itemDoubleClicked.connect(lambda _: self._onward(at))
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID)
        column.addWidget(name)
        column.addWidget(edit)
        column.addWidget(lines, 1)
        self.filters.append(edit)
        self.lists.append(lines)
        self.holders.append(holder)
        return holder

    @property
    def title(self) -> str:
        places = self.presenter.places
        county = places is not None and places.level is Level.COUNTY
        return "这是哪个县(市、区)的站?" if county else "这是哪个乡镇(街道)的站?"

    def start(self) -> None:
        places = self.presenter.places
        if places is not None:
            asked = [i for i in range(places.width) if len(places.columns[i].lines) > 1]
            open_ = [i for i in asked if not places.columns[i].chosen]
            self._focus((open_ or asked or [0])[0])

    def next(self) -> None:
        self.presenter.next_place()

    def refresh(self) -> None:
        places = self.presenter.places
        self.setEnabled(places is not None and not self.presenter.work.running)
        if places is None:
            return
        for at, column in enumerate(places.columns):
            self.holders[at].setVisible(at < places.width)
            self._show(at, column)
        self.inside.setVisible(bool(places.source))
        self.said.setText(self._summary())

    def _summary(self) -> str:
        places = self.presenter.places
        assert places is not None
        source = f"区划来自文件 {places.source}。" if places.source else ""
        if not places.chosen:
            return source
        townships, villages = places.counts()
        brings = f"{townships} 个乡镇(街道)、{villages:,} 个村(社区)" if townships else (
            f"{villages:,} 个村(社区)" if villages else "0 个村,建站后可以再导入")  # fmt: skip
        return f"{places.name()},建站时带入 {brings}。{source}"

    def _show(self, at: int, column: Column) -> None:
        edit, lines = self.filters[at], self.lists[at]
        if edit.text() != column.typed:
            edit.setText(column.typed)
        edit.setEnabled(bool(column.lines))
        lines.note = (
            column.note if not column.lines else "没有这样的。可输名称、拼音(全拼或首字母)或代码"
        )
        codes = [line.code for line in column.shown]
        with QSignalBlocker(lines):
            if [lines.item(i).data(Qt.ItemDataRole.UserRole) for i in range(lines.count())] != (
                codes
            ):
                lines.clear()
                for line in column.shown:
                    item = QListWidgetItem(line.name)
                    item.setData(Qt.ItemDataRole.UserRole, line.code)
                    item.setToolTip(f"{line.name} {significant(line.code)}")
                    lines.addItem(item)
            row = codes.index(column.chosen) if column.chosen in codes else -1
            lines.setCurrentRow(row)
        if row >= 0:
            lines.scrollToItem(lines.item(row))

    # -- what the clerk does -------------------------------------------------------------------

    def ask_file(self) -> None:
        """Choose a file of divisions."""
        file = ask_open(self, "选区划文件", _FILES)
        if file is not None:
            self.presenter.use_file(file)

    def _typed(self, at: int, text: str) -> None:
        if (places := self.presenter.places) is not None:
            places.type(at, text)
            self._after(at)

    def _moved(self, at: int, step: int) -> None:
        if (places := self.presenter.places) is None:
            return
        column = places.columns[at]
        codes = [line.code for line in column.shown]
        here = codes.index(column.chosen) if column.chosen in codes else -1 if step > 0 else 0
        if codes:
            places.choose(at, codes[max(0, min(here + step, len(codes) - 1))])
            self._after(at)

    def _clicked(self, at: int, item: QListWidgetItem) -> None:
        if (places := self.presenter.places) is None:
            return
        code = item.data(Qt.ItemDataRole.UserRole)
        if code in {line.code for line in places.columns[at].lines}:
            places.choose(at, code)
            self._focus(at)
        else:
            places.columns[at].shown = [o for o in places.columns[at].shown if o.code == code]
            self._onward(at)
        self._after(at)

    def _onward(self, at: int) -> None:
        if (places := self.presenter.places) is None:
            return
        to = places.enter(at)
        self._after(at)
        if to >= places.width:
            self.next()
        else:
            self._focus(to)

    def _backward(self, at: int) -> None:
        if (places := self.presenter.places) is not None:
            self._focus(places.back(at))

    def _after(self, at: int) -> None:
        if self.presenter.work.ended is not None:
            self.presenter.work.say(None)  # read, and being mended
        self.refresh()
        if at == 0:
            self.presenter.warm_place()

    def _focus(self, at: int) -> None:
        self.filters[at].setFocus(Qt.FocusReason.OtherFocusReason)
        self.filters[at].selectAll()
