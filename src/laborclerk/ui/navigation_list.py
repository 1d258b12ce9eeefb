"""The navigation of the main window: the screens' names, how much waits on each, which one the
clerk is on."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem

from laborclerk.ui.jobs import Way
from laborclerk.ui.kit import theme
from laborclerk.ui.navigation import Place
from laborclerk.ui.station import Station

_WIDTH = 104
_ABOVE = 8  # pixels above the first entry
_LEAST_TYPE, _LEAST_ROOM = 12, 3  # pixels of type and beside it, in a window too low for more


class NavigationList(QListWidget):
    """The screens by name. Marking an entry does not go to it; a press does, on the marked one
    too. By keyboard (Ctrl+0 comes here) ↑↓ and a first letter mark, Enter goes, Esc gives up."""

    gone = Signal(str)  # key of the screen to go to
    given_up = Signal()

    def __init__(self, station: Station, places: Sequence[Place]) -> None:
        super().__init__()
        self._station, self._places = station, places
        self._counts: dict[int, int] = {}  # by row
        self._fit = (0, 0)  # height of a row and size of type, as the style has them
        self._here = 0  # the row of the screen one sees
        self.setObjectName("navigation")
        self.setFixedWidth(_WIDTH)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        for number, place in enumerate(places, 1):
            item = QListWidgetItem(self._title(place))
            keys = f"Ctrl+{number}" if number <= 9 else "Ctrl+0 再 ↑↓"
            item.setToolTip(f"{item.text()}({keys})")
            self.addItem(item)
        self.currentRowChanged.connect(lambda at: self.gone.emit(self._places[at].key))

    @property
    def key(self) -> str:
        """The screen that is marked."""
        return self._places[self.currentRow()].key

    def mark(self, key: str) -> None:
        """Mark an entry."""
        at = next((i for i, p in enumerate(self._places) if p.key == key), -1)
        if at >= 0:
            self._here = at
            self._mark(at)

    def _mark(self, at: int) -> None:
        self.blockSignals(True)
        self.setCurrentRow(at)
        self.blockSignals(False)

    # -- by keyboard ---------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        overrides = event.type() == QEvent.Type.ShortcutOverride
        if overrides and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # gives up choosing, closes nothing
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.gone.emit(self.key)
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            self.blockSignals(True)
            super().keyPressEvent(event)
            self.blockSignals(False)
            self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark(self._here)

    # -- names ---------------------------------------------------------------------------------

    def rename(self) -> None:
        """The names anew: some go with the station's word for a group."""
        for at, place in enumerate(self._places):
            count = self._counts.get(at, 0)
            title = self._title(place)
            self.item(at).setText(f"{title} {count:,}" if count else title)

    def recount(self) -> None:
        """How much waits on a screen stands behind its name."""
        counted = [(at, p.count) for at, p in enumerate(self._places) if p.count is not None]
        store = self._station.store

        def done(found: dict[int, int]) -> None:
            self._counts = found
            self.rename()

        self._station.runner.run(
            lambda _p: {at: count(store) for at, count in counted}, done,
            way=Way.LOOK, key="navigation-counts",
        )  # fmt: skip

    def _title(self, place: Place) -> str:
        title = (place.county_title if self._station.is_county else "") or place.title
        return title.format(word=self._station.tree.word)

    # -- looks ---------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:  # large type was chosen
            self._refit()

    def _refit(self) -> None:
        if self._fitting() != self._fit:
            self.restyle()

    def _fitting(self) -> tuple[int, int]:
        """Height of a row and size of type with which all entries are seen at once; they scroll
        only where type would be too small to read."""
        most = (self.height() - _ABOVE) // max(1, len(self._places))
        size = max(_LEAST_TYPE, min(theme.size(), most - _LEAST_ROOM))
        comfortable = theme.row_height() + 2 * theme.GRID
        return max(size + _LEAST_ROOM, min(comfortable, most)), size

    def restyle(self) -> None:
        """The colours of the theme in force, rows as high as there is room."""
        t = theme.tokens()
        row, size = self._fit = self._fitting()
        self.setStyleSheet(
            f"#navigation {{ background: {t.panel}; border: none; font-size: {size}px;"
            f" border-right: 1px solid {t.line}; padding-top: {_ABOVE}px; }}"
            f"#navigation::item {{ padding: 0 12px; color: {t.text};"
            f" height: {row}px; min-height: 0;"
            f" border-left: 3px solid transparent; }}"
            f"#navigation::item:selected {{ background: {t.selection}; color: {t.text};"
            f" border-left: 3px solid {t.accent}; }}"
            f"#navigation::item:selected:focus {{ background: {t.accent}; color: {t.on_accent}; }}"
        )
