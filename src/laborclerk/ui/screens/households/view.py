"""The household list's widgets: places left, households right, a box that narrows."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from laborclerk.features.coverage.register import HouseholdLine
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.small import Elided
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.households.presenter import HouseholdsPresenter
from laborclerk.ui.station import OpenHousehold, Station

_COLUMNS = (
    Column("村组", 152, ends=True), Column("户编号", 80), Column("户主", 120), Column("电话", 112),
    Column("户类型", 120), Column("居住情况", 88), Column("底册人数", 72, right=True),
    Column("应登记", 64, right=True), Column("缺项", 52, right=True), Column("状态", 68),
    Column("复访日期"),
)  # fmt: skip
_TOKENS = {
    "未访": "wrong", "待复访": "warned", "未完成": "warned", "已完成": "passed",
    "有说明": "muted", "已注销": "not_applicable",
}  # fmt: skip


class HouseholdsScreen(QWidget):
    """The households of a place."""

    def __init__(
        self,
        station: Station,
        open_household: OpenHousehold,
        new_household: Callable[[int | None], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.presenter = HouseholdsPresenter(station, self, open_household, new_household)
        self.title = QLabel("入户")
        theme.restyle(self.title, title=True)
        self.about = Elided(muted=True)
        self.narrow = LineEdit()
        self.narrow.setPlaceholderText("户编号、户主、成员姓名或证件号码  Ctrl+F")
        self.narrow.setMinimumWidth(160)
        self.narrow.setMaximumWidth(320)
        self.narrow.setClearButtonEnabled(True)
        self.new = QPushButton("新增户  Ctrl+N")
        self.new.clicked.connect(lambda _=False: self.presenter.new())
        self.places = QListWidget()
        self.places.setFixedWidth(184)
        self.places.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table = Table(_COLUMNS)
        self.table.empty_text = "正在读取……"
        self.hint = Elided("Enter 打开　Ctrl+F 查找　Ctrl+N 新增户　Alt+↑↓ 表内上下户", small=True)
        self._wait = QTimer(self, singleShot=True, interval=120)
        self._wait.timeout.connect(lambda: self.presenter.narrow(self.narrow.text()))
        self._lay_out()
        self._bind()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.about, 1)
        head.addWidget(self.narrow, 2)
        head.addWidget(self.new)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.places)
        middle.addWidget(self.table, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 8, 12, 8)
        whole.setSpacing(8)
        whole.addLayout(head)
        whole.addLayout(middle, 1)
        whole.addWidget(self.hint)
        self.setFocusProxy(self.table)

    def _bind(self) -> None:
        self.narrow.textEdited.connect(lambda _: self._wait.start())
        self.narrow.returnPressed.connect(self.table.setFocus)
        self.places.currentItemChanged.connect(self._chosen)
        self.table.opened.connect(self.presenter.open)
        bar = self.table.verticalScrollBar()
        bar.valueChanged.connect(self._scrolled)
        find = QShortcut(QKeySequence("Ctrl+F"), self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.narrow.setFocus)

    def _scrolled(self, at: int) -> None:
        if at >= self.table.verticalScrollBar().maximum():
            self.presenter.more()

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.presenter.choose(item.data(Qt.ItemDataRole.UserRole))

    # -- what the presenter says ---------------------------------------------------------------

    def places_changed(self) -> None:
        self.places.blockSignals(True)
        self.places.clear()
        for depth, place, name in self.presenter.places():
            item = QListWidgetItem("　" * depth + name)
            item.setData(Qt.ItemDataRole.UserRole, place)
            item.setToolTip(name)
            self.places.addItem(item)
            if place == self.presenter.place:
                self.places.setCurrentItem(item)
        self.places.blockSignals(False)

    def lines_changed(self) -> None:
        presenter = self.presenter
        place = presenter.place
        name = presenter.station.tree.path(place, "township") if place else ""
        self.about.setText(f"{name} · {presenter.total:,} 户")
        self.table.rename(0, f"村{presenter.station.tree.word}")
        typed = f"没有与“{presenter.typed}”相符的户" if presenter.typed else ""
        self.table.empty_text = typed or "这里还没有户。按 Ctrl+N 新增一户,或到“底册”导入户籍底册"
        self.table.fill([_row(line) for line in presenter.lines], [x.id for x in presenter.lines])


def _row(line: HouseholdLine) -> Row:
    frame = "" if line.frame_count is None else str(line.frame_count)
    few = line.frame_count is not None and line.persons < line.frame_count
    return (
        line.where, line.number, line.head_name, line.phone, line.kind,
        Cell(line.residence, "warned" if line.residence not in ("", "在册在住") else "text"),
        frame, Cell(str(line.persons), "wrong" if few and line.state == "已完成" else "text"),
        Cell(str(line.items_missing) if line.items_missing else "", "wrong"),
        Cell(line.state, _TOKENS.get(line.state, "text")), line.next_date,
    )  # fmt: skip
