"""The start of the screen of sheets: what to import or export."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from laborclerk.ui.entry import Choice
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import box, button, label, labelled, row_of
from laborclerk.ui.kit.password import FilePassword
from laborclerk.ui.kit.pick import PickEdit
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.sheets.kinds import KINDS, Kind
from laborclerk.ui.screens.sheets.presenter import SheetsPresenter


class StartPart(QWidget):
    """What to import or export."""

    hints = "↑↓ 选哪一种 · Ctrl+O 打开表格 · 也可以把表格文件拖进来"

    def __init__(
        self,
        presenter: SheetsPresenter,
        open_: Callable[[], object],
        export: Callable[[], object],
        template: Callable[[], object],
    ) -> None:
        super().__init__()
        self.presenter = presenter
        self.kinds = Table((Column("", 160), Column("")))
        self.kinds.horizontalHeader().hide()
        self.kinds.fix_rows(len(KINDS))
        rows: list[Row] = [(Cell(k.title, bold=True), Cell(k.about, "muted")) for k in KINDS]
        self.kinds.fill(rows, [k.key for k in KINDS])
        self.kinds.current.connect(self._chosen)
        self.kinds.opened.connect(lambda _: open_())
        self.setFocusProxy(self.kinds)
        self.open = button("打开表格… (Ctrl+O)", open_, main=True)
        self.place = PickEdit(self._places)
        self.password = FilePassword()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3 * theme.GRID)
        column.addWidget(self.kinds)
        columns = QHBoxLayout()
        columns.setSpacing(4 * theme.GRID)
        drop = label("把 .xlsx、.xls 或 .csv 表格拖到这里,或按“打开表格”", muted=True, wrap=True)
        told = label(
            "任何表头都可以:两行表头、合并格、表下的说明都认得。先对列、再试读,看清楚了才导入。",
            muted=True, wrap=True,
        )  # fmt: skip
        columns.addWidget(
            box("导入", (drop, told, row_of(self.open, button("空表…", template)))), 1
        )
        self.out = button("导出…", export)
        columns.addWidget(
            box("导出", (labelled("地方", self.place), self.password, row_of(self.out))), 1
        )
        column.addLayout(columns)
        column.addStretch(1)

    def changed(self) -> None:
        self.kinds.go_to(self.presenter.kind.key)
        self.open.setEnabled(not self.presenter.work.running)
        self.out.setEnabled(not self.presenter.work.running)
        if self.place.value is None:
            tree = self.presenter.station.tree
            root = self.presenter.station.place
            if root is not None:
                self.place.choose(root, f"{tree.name(root)}(全部)")

    def chosen(self) -> tuple[Kind, int | None, str | None]:
        """Kind, place, and the password ('' for none, None when the two differ)."""
        wrong = self.password.wrong()
        if wrong is not None:
            wrong.setFocus()
        password = self.password.password if wrong is None else None
        return self.presenter.kind, self.place.value, password

    def _places(self, typed: str) -> Sequence[Choice]:
        return self.presenter.places().search(typed)

    def _chosen(self, key: str) -> None:
        if key != self.presenter.kind.key:
            self.presenter.begin(key)
