"""The few questions the program stops for, and the one place that tells what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.small import Scroller

FRAME = 48  # pixels that title and edges of a window take
_ROWS, _NARROWEST = 8, 360  # of a list to choose from, before it is scrolled; pixels
_HIGHEST = 320  # pixels of sentences, which are scrolled from there on


class Sentences(Scroller):
    """Sentences one below the other, `width` pixels wide, scrolled (by keys too) where the screen
    is too low for all."""

    def __init__(self, texts: Sequence[str], width: int) -> None:
        inside = QWidget()
        super().__init__(inside)
        self._width = width
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        for text in texts:
            line = QLabel(text)
            line.setTextFormat(Qt.TextFormat.PlainText)
            line.setWordWrap(True)
            column.addWidget(line)
        column.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def sizeHint(self) -> QSize:
        return QSize(self._width, min(self.widget().heightForWidth(self._width) + 2, _HIGHEST))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(2 * theme.row_height(), self.sizeHint().height()))


def fit(dialog: QDialog) -> None:
    """As large as it wants to be, and no larger than the screen."""
    room = dialog.screen().availableSize() - QSize(0, FRAME)
    dialog.resize(dialog.sizeHint().boundedTo(room))


def buttons(accept: str, reject: str | None = "取消 (Esc)") -> QDialogButtonBox:
    """The row of buttons at the bottom of a dialog, the main one first."""
    box = QDialogButtonBox()
    main = box.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
    theme.restyle(main, main=True)
    main.setDefault(True)
    if reject is not None:
        box.addButton(reject, QDialogButtonBox.ButtonRole.RejectRole)
    return box


def choose(
    parent: QWidget, title: str, question: str, options: Sequence[tuple[str, str]]
) -> str | None:
    """Ask for one of a few options (value, words); None when given up."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    listed = QListWidget()
    for number, (value, words) in enumerate(options, 1):
        item = QListWidgetItem(f"{number}  {words}")
        item.setData(Qt.ItemDataRole.UserRole, value)
        listed.addItem(item)
    rows = min(len(options), _ROWS) * listed.sizeHintForRow(0)
    listed.setFixedHeight(rows + 2 * listed.frameWidth() + theme.GRID)
    listed.setMinimumWidth(_NARROWEST)
    listed.setCurrentRow(0)
    listed.itemActivated.connect(lambda _: dialog.accept())
    box = buttons("确定")
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(8)
    told = QLabel(question)
    told.setWordWrap(True)
    column.addWidget(told)
    column.addWidget(listed)
    column.addWidget(box)
    listed.setFocus()
    if dialog.exec() != QDialog.DialogCode.Accepted:
        return None
    return str(listed.currentItem().data(Qt.ItemDataRole.UserRole))
