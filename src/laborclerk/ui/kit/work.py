"""Long work on the screen: a bar with count and time left, a way to stop it, then one sentence and
the list behind it. It takes no room while there is nothing to tell."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import signs, theme
from laborclerk.ui.kit.page import button, label
from laborclerk.ui.kit.small import bring_into_sight
from laborclerk.ui.longwork import LongWork

_LINES = 5


class _Sign(QWidget):
    """Done, or not all done."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(16, theme.row_height() - theme.GRID)
        self.state = FieldState.PASSED

    def paintEvent(self, event: QPaintEvent) -> None:
        signs.paint(QPainter(self), QRectF(self.rect()), self.state)


class WorkStrip(QFrame):
    """Shows a `LongWork`; call `refresh` from the view's `changed`. Its parts are built when there
    is something to tell first."""

    def __init__(self, work: LongWork, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.work = work
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 4, 8, 4)
        self._column.setSpacing(4)
        work.stepped = self.refresh
        self._warned: bool | None = None
        self._seen: object = None  # the ending that was brought into sight
        self.hide()
        self.refresh()

    def _build(self) -> None:
        work = self.work
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(2 * theme.GRID)
        self.text = label()
        self.stop = button("停下", work.cancel)
        running = QHBoxLayout()
        running.setSpacing(2 * theme.GRID)
        running.addWidget(self.bar, 1)
        running.addWidget(self.text)
        running.addWidget(self.stop)
        self._running = _holder(running)
        self.sign = _Sign()
        self.sentence = label(wrap=True)
        self.sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.close_ = button("知道了", lambda: work.say(None))
        ended = QHBoxLayout()
        ended.setSpacing(theme.GRID)
        ended.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        ended.addWidget(self.sentence, 1)
        ended.addWidget(self.close_, 0, Qt.AlignmentFlag.AlignTop)
        self._ended = _holder(ended)
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        for part in (self._running, self._ended, self.lines):
            self._column.addWidget(part)

    def refresh(self) -> None:
        """Show how the work stands."""
        work = self.work
        if not self._column.count():
            if not work.running and work.ended is None:
                return
            self._build()
        self._running.setVisible(work.running)
        ended = work.ended if not work.running else None
        self._ended.setVisible(ended is not None)
        self.lines.setVisible(ended is not None and bool(ended.lines))
        self.setVisible(work.running or ended is not None)
        if work.running and work.steps is not None:
            total = work.steps.total
            self.bar.setRange(0, 1000 if total else 0)
            if total:
                self.bar.setValue(min(1000, 1000 * work.steps.done // total))
            self.text.setText(work.text())
        warned = ended is not None and not ended.whole
        if warned is not self._warned:
            self._warned = warned
            theme.restyle(self, strip=warned, surface=not warned)
        if ended is not None:
            self.sign.state = FieldState.PASSED if ended.whole else FieldState.WARNED
            self.sign.update()
            self.sentence.setText(ended.text)
            self.lines.setPlainText("\n".join(ended.lines))
            rows = min(_LINES, len(ended.lines))
            self.lines.setFixedHeight(rows * self.lines.fontMetrics().lineSpacing() + 16)
        if ended is not None and ended is not self._seen:
            bring_into_sight(self)  # in a small window it may stand below what one sees
        self._seen = ended


def _holder(layout: QHBoxLayout) -> QWidget:
    layout.setContentsMargins(0, 0, 0, 0)
    made = QWidget()
    made.setLayout(layout)
    return made
