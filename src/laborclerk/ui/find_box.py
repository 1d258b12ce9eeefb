"""Find anyone: one box on every screen, results as you type (Ctrl+K)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QVBoxLayout

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.names import display_name
from laborclerk.features.registry.find import Found, FoundPerson, find
from laborclerk.features.registry.moved import MovedAway
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.progress import Progress
from laborclerk.ui.jobs import Way
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.station import Station

_LINES = 12


class FindBox(LineEdit):
    """Type part of a name, pinyin initials, digits of a number or phone, or a household number;
    Enter opens the household: `opened(household, person)` is called. Esc empties the box and calls
    `left`."""

    def __init__(
        self,
        station: Station,
        opened: Callable[[int, int], None],
        left: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self._station, self._opened, self._left = station, opened, left
        self._shown_for = ""  # the text the list answers
        self._entered = False  # Enter came before the answer
        self.setPlaceholderText("找人  Ctrl+K")
        self.setToolTip("姓名、拼音首字母、证件号码、电话或户编号")
        self.setFixedWidth(240)
        self.setClearButtonEnabled(True)
        self.popup = QFrame()
        self.popup.setObjectName("found")
        self.popup.setFrameShape(QFrame.Shape.Box)
        self.popup.setAutoFillBackground(True)
        self.popup.hide()
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._take)
        self.note = QLabel()
        theme.restyle(self.note, small=True)
        column = QVBoxLayout(self.popup)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addWidget(self.list)
        column.addWidget(self.note)
        self.textEdited.connect(self._search)
        self.installEventFilter(self)

    def _search(self, text: str) -> None:
        self._entered = False
        if not text.strip():
            self.popup.hide()
            return
        store = self._station.store

        def work(progress: Progress) -> Found:
            with store.read() as session:
                return find(session, text, _LINES)

        self._station.runner.run(
            work, lambda found: self._show(text, found), way=Way.LOOK, key="find"
        )

    def _show(self, text: str, found: Found) -> None:
        if text != self.text():
            return  # typed on meanwhile
        self._shown_for = text
        if not self.text().strip() or not self.hasFocus():
            self.popup.hide()
            return
        self.list.clear()
        for person in found.people:
            item = QListWidgetItem(self._line(person))
            item.setData(Qt.ItemDataRole.UserRole, (person.household, person.id))
            self.list.addItem(item)
        for moved in found.moved:
            item = QListWidgetItem(_elsewhere(moved))
            item.setFlags(Qt.ItemFlag.NoItemFlags)  # there is no household here to open
            self.list.addItem(item)
        rows = self.list.count()
        self.list.setVisible(rows > 0)
        if found.people:
            self.list.setCurrentRow(0)
            more = found.total - len(found.people)
            rest = f"还有 {more:,} 人,请多输几个字" if more > 0 else f"共 {found.total} 人"
            self.note.setText(f"{rest}　↑↓ 选　Enter 打开　Esc 关闭")
        elif found.moved:
            self.note.setText("已转出的不由本站登记。转错了,请与县里联系　Esc 关闭")
        else:
            self.note.setText("没有找到。可以输姓名、拼音首字母、证件号码、电话或户编号")
        width = 560
        height = rows * max(self.list.sizeHintForRow(0), 16) + 48 if rows else 40
        window = self.window()
        if self.popup.parent() is not window:
            self.popup.setParent(window)
        corner = self.mapTo(window, QPoint(self.width() - width, self.height() + 4))
        self.popup.setGeometry(corner.x(), corner.y(), width, height)
        self.popup.raise_()
        self.popup.show()
        if self._entered:
            self._enter()

    def _enter(self) -> None:
        """Open the chosen one; what is still being looked for is waited for."""
        self._entered = self._shown_for != self.text()
        item = self.list.currentItem()
        if not self._entered and self.popup.isVisible() and _opens(item):
            self._take(item)

    def _line(self, person: FoundPerson) -> str:
        sex = code_list("sex").label(person.sex) if person.sex else ""
        place = self._station.tree.path(person.place)
        facts = (
            display_name(person.name), sex, person.id_number or person.birth_date or "无证件号",
            f"{place} 户{person.household_number}", person.phone or "",
        )  # fmt: skip
        return "　".join(fact for fact in facts if fact)

    def _take(self, item: QListWidgetItem) -> None:
        if not _opens(item):
            return
        household, person = item.data(Qt.ItemDataRole.UserRole)
        self.popup.hide()
        self.clear()
        self._opened(household, person)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.popup.hide()
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # ours, before the window's
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.popup.hide()
            self.clear()
            self._left()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.popup.isVisible():
            step = 1 if key == Qt.Key.Key_Down else -1
            row = self.list.currentRow() + step
            if 0 <= row < self.list.count() and _opens(self.list.item(row)):
                self.list.setCurrentRow(row)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.text().strip():
            self._enter()
        else:
            super().keyPressEvent(event)


def _opens(item: QListWidgetItem | None) -> bool:
    """Whether there is a household to open."""
    return item is not None and item.data(Qt.ItemDataRole.UserRole) is not None


def _elsewhere(person: MovedAway) -> str:
    on = f"({show_time(person.at)[:10]})" if person.at else ""
    facts = display_name(person.name), person.id_number or "", f"已由县里转到外乡镇登记{on}"
    return "　".join(fact for fact in facts if fact)
