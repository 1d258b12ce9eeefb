"""What a screen needs in a small window, at 200 % or with large type: text that gives way, parts
that turn from side by side to one below the other, a scroller for what still does not fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFrame,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolTip,
    QWidget,
)

from laborclerk.ui.kit import theme

_GAP, _DOT = "　", " · "  # between the keys that are told below a screen
_ANY = 2**24 - 1  # Qt's own limit of a width
_SETTLED = 150  # milliseconds after which a form that was opened has found its shape


class Elided(QLabel):
    """One line that is cut with a mark where there is no room; the whole is in its tool tip."""

    def __init__(self, text: str = "", keeps: int = 0, **properties: object) -> None:
        super().__init__(text)
        self._keeps = keeps  # pixels at 100 %
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        for name, value in properties.items():
            self.setProperty(name, value)

    def minimumSizeHint(self) -> QSize:
        keeps = min(self._keeps * theme.size() // theme.DATA_SIZE, self.sizeHint().width())
        return QSize(keeps, super().minimumSizeHint().height())

    def shown(self) -> str:
        """The text as far as there is room."""
        return self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), int(theme.ALIGN_LEFT), self.shown())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and not self.toolTip() and self.shown() != self.text():
            QToolTip.showText(event.globalPos(), self.text(), self)
            return True
        return super().event(event)


class Hints(Elided):
    """The keys of a screen: in one line, or in as many as there must be; none is broken."""

    def lines(self) -> list[str]:
        """What stands in each line."""
        width, metrics = self.contentsRect().width(), self.fontMetrics()
        gap = _GAP if _GAP in self.text() else _DOT
        found: list[str] = []
        for one in self.text().split(gap):
            longer = f"{found[-1]}{gap}{one}" if found else one
            if found and metrics.horizontalAdvance(longer) <= width:
                found[-1] = longer
            else:
                found.append(one)
        return found

    def setText(self, text: str) -> None:
        super().setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        height = len(self.lines()) * self.fontMetrics().height()
        if self.minimumHeight() != height:
            self.setFixedHeight(height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        high = self.fontMetrics().height()
        for at, text in enumerate(self.lines()):
            painter.drawText(0, at * high, self.width(), high, int(theme.ALIGN_LEFT), text)


class Turning(QWidget):
    """Parts side by side, one below the other where there is no room: actions below a title, a
    form below its list."""

    def __init__(self, spacing: int = 4 * theme.GRID) -> None:
        super().__init__()
        self._spacing = spacing
        self._parts: list[QWidget] = []
        self._widths: list[int] = []
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(spacing)

    def add(self, part: QWidget, share: int = 0, width: int = 0) -> None:
        """Another part, `share` of what is left over; `width` pixels wide while side by side."""
        self._parts.append(part)
        self._widths.append(width)
        if width:
            part.setFixedWidth(width)
        self._row.addWidget(part, share)

    def _least(self) -> list[int]:
        return [
            max(part.minimumSizeHint().width(), part.minimumWidth())
            for part in self._parts if not part.isHidden()
        ]  # fmt: skip

    def minimumSizeHint(self) -> QSize:
        return QSize(max(self._least(), default=0), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._turn()
        return super().event(event)

    def _turn(self) -> None:
        least = self._least()
        beside = sum(least) + self._spacing * (len(least) - 1) <= self.width()
        way = QBoxLayout.Direction
        wanted = way.LeftToRight if beside else way.TopToBottom
        if wanted != self._row.direction():
            self._row.setDirection(wanted)
            self._row.setSpacing(self._spacing if beside else 2 * theme.GRID)
            for part, width in zip(self._parts, self._widths, strict=True):
                if width:
                    part.setMaximumWidth(width if beside else _ANY)


def stand_clear(area: QScrollArea) -> None:
    """Show what the area holds on the window's own ground. On one of its own it would be drawn
    twice when it comes: with that ground, and again for what has none."""
    area.viewport().setAutoFillBackground(False)
    area.widget().setAutoFillBackground(False)


class Scroller(QScrollArea):
    """Holds a screen and scrolls it only where it does not fit; what has the cursor is seen. A
    screen that is built in its viewport and set then need not be styled anew."""

    def __init__(self, screen: QWidget | None = None) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if screen is not None:
            self.setWidget(screen)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._see)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)

    def setWidget(self, screen: QWidget) -> None:
        super().setWidget(screen)
        stand_clear(self)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, QWidget) and self.viewport().isAncestorOf(now):
            QTimer.singleShot(0, self, self._see)  # once what is new has its place
            self._later.start(_SETTLED)  # and a form its columns

    def _see(self) -> None:
        now = QApplication.focusWidget()
        if now is not None and self.widget().isAncestorOf(now):
            self._bring(now)

    def reveal(self, part: QWidget) -> None:
        """Scroll until a part of the screen is seen, its upper left corner at least."""
        self._later.stop()  # the cursor is elsewhere
        self._bring(part)

    def _bring(self, part: QWidget) -> None:
        room = self.viewport().size()
        at = part.mapTo(self.widget(), QPoint(0, 0))
        size = part.size().boundedTo(QSize(room.width(), room.height() // 2))
        self.ensureVisible(
            at.x() + size.width() // 2, at.y() + size.height() // 2,
            size.width() // 2, size.height() // 2,
        )  # fmt: skip


def bring_into_sight(*parts: QWidget) -> None:
    """Scroll the screen to parts that were changed, the last above all: once they have their place,
    and again once their text is broken into lines, unless the cursor has gone on meanwhile."""
    cursor = QApplication.focusWidget()

    def reveal() -> None:
        for part in parts:
            above = part.parentWidget()
            while above is not None:
                if isinstance(above, Scroller):
                    above.reveal(part)
                above = above.parentWidget()

    def again() -> None:
        if QApplication.focusWidget() is cursor:
            reveal()

    QTimer.singleShot(0, parts[-1], reveal)
    QTimer.singleShot(_SETTLED, parts[-1], again)
