"""Parts of the wizard: the row of steps, large choices, the recovery code in boxes, a page."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import signs, theme
from laborclerk.ui.kit.option import members

_DOT, _LINE, _GAP = 20, 20, 6  # pixels at 100 %


class WizardPage(QWidget):
    """One page. `wanted` asks to go on, as the main button does."""

    wanted = Signal()
    hint = ""

    @property
    def title(self) -> str:
        """What the page asks."""
        return ""

    @property
    def main(self) -> str:
        """What the main button says."""
        return "下一步"

    def refresh(self) -> None:
        """Show how the presenter stands."""

    def start(self) -> None:
        """The cursor to where this page begins."""

    def left(self) -> None:
        """Another page is shown: what must not stay here is forgotten."""

    def next(self) -> None:
        """On from here, if all is there."""

    def enter(self, at: QWidget | None) -> None:
        """Enter was typed in the widget `at`; a page with several fields goes to the next one."""
        self.next()


class StepsRow(QWidget):
    """Where one is: done steps ticked, the present one strong. Where there is no room for all
    titles only the present one is written."""

    def __init__(self) -> None:
        super().__init__()
        self._titles: Sequence[str] = ()
        self._at = 0
        self.setFixedHeight(_DOT + 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_steps(self, titles: Sequence[str], at: int) -> None:
        """These steps, of which number `at` (from 0) is the present one."""
        self._titles, self._at = titles, at
        said = "、".join(titles[:at])
        now = f"第 {at + 1} 步,共 {len(titles)} 步:{titles[at]}"
        self.setAccessibleName(f"{now}。已完成 {said}" if said else now)
        self.setMinimumWidth(self._needs(whole=False))
        self.update()

    def _parts(self, *, whole: bool) -> list[tuple[str, QFont, int]]:
        """Text, font and width of each step's title ('' where it is left out)."""
        parts = []
        for number, title in enumerate(self._titles):
            now = number == self._at
            font = theme.font(bold=now)
            text = title if whole or now else ""
            width = QFontMetrics(font).horizontalAdvance(text) + _GAP if text else 0
            parts.append((text, font, width))
        return parts

    def _needs(self, *, whole: bool) -> int:
        line = _LINE if whole else _LINE // 2
        return sum(_DOT + w for _, _, w in self._parts(whole=whole)) + (
            (len(self._titles) - 1) * (line + 2 * _GAP) + 4
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = self._needs(whole=True) <= self.width()
        line = _LINE if whole else _LINE // 2
        left, middle = self.width() - self._needs(whole=whole) + 1, self.height() / 2
        for number, (text, font, width) in enumerate(self._parts(whole=whole)):
            if number:
                painter.setPen(QPen(theme.color("border"), 1))
                painter.drawLine(left + _GAP, int(middle), left + _GAP + line, int(middle))
                left += line + 2 * _GAP
            self._dot(painter, QRectF(left, middle - _DOT / 2, _DOT, _DOT), number)
            left += _DOT
            painter.setFont(font)
            painter.setPen(theme.color("text" if number == self._at else "muted"))
            box = QRectF(left + _GAP, 0, width, self.height())
            painter.drawText(box, theme.ALIGN_LEFT, text)
            left += width

    def _dot(self, painter: QPainter, dot: QRectF, number: int) -> None:
        now = number == self._at
        painter.setPen(QPen(theme.color("accent" if now else "border"), 1))
        painter.setBrush(theme.color("accent") if now else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(dot)
        if number < self._at:
            signs.paint(painter, dot, FieldState.PASSED)
            return
        painter.setFont(theme.font(bold=now, small=True))
        painter.setPen(theme.color("on_accent" if now else "muted"))
        painter.drawText(dot, Qt.AlignmentFlag.AlignCenter, str(number + 1))


class _Large(QStyledItemDelegate):
    """A title with one sentence below it, its number before them."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: object) -> None:
        assert hasattr(index, "data")
        rect: QRect = members(option).rect
        state: QStyle.StateFlag = members(option).state
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("selection"))
            painter.fillRect(QRect(rect.left(), rect.top(), 4, rect.height()),
                             theme.color("accent"))  # fmt: skip
        number, title, sentence = index.data(Qt.ItemDataRole.UserRole)
        line = painter.fontMetrics().lineSpacing()
        top = rect.top() + (rect.height() - 2 * line) // 2
        painter.setPen(theme.color("muted"))
        painter.drawText(QRect(rect.left() + 16, top, 24, line), theme.ALIGN_LEFT, str(number))
        words = QRect(rect.left() + 40, top, rect.width() - 48, line)
        painter.setPen(theme.color("text"))
        painter.setFont(theme.font(bold=True))
        painter.drawText(words, theme.ALIGN_LEFT, title)
        painter.setFont(theme.font())
        painter.setPen(theme.color("muted"))
        shown = painter.fontMetrics().elidedText(
            sentence, Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words.translated(0, line), theme.ALIGN_LEFT, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: object) -> QSize:
        line = QFontMetrics(theme.font()).lineSpacing()
        return QSize(0, 2 * line + 3 * theme.GRID)


class LargeChoices(QListWidget):
    """A few choices, each a title and a sentence; its number chooses, Enter goes on."""

    chosen = Signal(object)

    def __init__(self, kinds: type[Enum]) -> None:
        super().__init__()
        self._kinds = list(kinds)
        self.setItemDelegate(_Large(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for number, kind in enumerate(self._kinds, 1):
            title, sentence = kind.value
            item = QListWidgetItem(f"{title}。{sentence}")  # what a screen reader says
            item.setData(Qt.ItemDataRole.UserRole, (number, title, sentence))
            item.setToolTip(sentence)
            self.addItem(item)
        self.setFixedHeight(self.sizeHintForRow(0) * self.count() + 2)
        self.currentRowChanged.connect(lambda row: self.chosen.emit(self._kinds[row]))

    def show_choice(self, kind: Enum) -> None:
        """Mark the choice."""
        self.setCurrentRow(self._kinds.index(kind))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        typed = event.text()
        if typed.isdigit() and 1 <= int(typed) <= len(self._kinds):
            self.setCurrentRow(int(typed) - 1)
        else:
            super().keyPressEvent(event)


class CodeBoxes(QWidget):
    """The groups of a recovery code, large, in order; it cannot be copied by mouse."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.GRID)

    def show_code(self, code: str) -> None:
        """Show the code, groups joined by '-'."""
        while (item := self._row.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        t = theme.tokens()
        font = theme.font(bold=True)
        font.setPixelSize(theme.size() + 6)
        for number, group in enumerate(code.split("-"), 1):
            box = QLabel(group)
            box.setFont(font)
            box.setAlignment(Qt.AlignmentFlag.AlignCenter)
            box.setStyleSheet(
                f"background: {t.panel}; border: 1px solid {t.border}; border-radius: 2px;"
                f" font-size: {font.pixelSize()}px; padding: 8px 0;"
            )
            name = QLabel(f"第 {number} 组")
            name.setProperty("small", True)
            holder = QWidget()
            column = QVBoxLayout(holder)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.GRID)
            column.addWidget(name)
            column.addWidget(box)
            self._row.addWidget(holder, 1)
