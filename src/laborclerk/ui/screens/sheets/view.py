"""The screen of sheets: start, columns, trial and result, one after the other."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TypeVar

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from laborclerk.ui.kit.ask import Question
from laborclerk.ui.kit.files import ask_open, ask_save
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.password import FilePassword, PasswordEdit
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.sheets.columns_part import ColumnsPart
from laborclerk.ui.screens.sheets.presenter import SUFFIXES, SheetsPresenter, Stage
from laborclerk.ui.screens.sheets.result_part import ResultPart
from laborclerk.ui.screens.sheets.start_part import StartPart
from laborclerk.ui.station import Station

Part = TypeVar("Part", bound=QWidget)
_SHEETS = "表格 (*.xlsx *.xls *.csv *.et *.txt);;所有文件 (*)"
_XLSX = "Excel 表格 (*.xlsx)"
_STEPS = ("选表", "对列", "试读", "导入")
_REJECTS = (
    "有 {count:,} 行不能导入,会连同原因写成一份表,改好后可再导入。"
    "这份表没有加密,用完请删除;需要的话在下面设密码。"
)


class SheetsScreen(Page):
    """Sheets in and out."""

    def __init__(self, station: Station, parent: QWidget | None = None) -> None:
        super().__init__("导入导出", parent)
        self.presenter = SheetsPresenter(station, self)
        p = self.presenter
        self.work = WorkStrip(p.work)
        self.start = StartPart(p, self._open, self._export, self._template)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.start)
        self.back = button("返回 (Alt+←)", p.back)
        self.try_ = button("试读 (Ctrl+Enter)", p.try_, main=True)
        self.run = button("导入 (Ctrl+Enter)", self._run, main=True)
        self.again = button("再导一份 (Alt+←)", p.leave)
        for one in (self.back, self.try_, self.run, self.again):
            self.side.addWidget(one)
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self.work)
        self.setAcceptDrops(True)
        self.key("Ctrl+O", self._open)
        self.key("Alt+Left", p.back)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            self.key(keys, self._main)
        self._stage: Stage | None = None
        self.changed()

    def begin(self, kind: str) -> None:
        """Start an import of this kind: which file is asked at once."""
        if not self.presenter.work.running:
            self.presenter.begin(kind)
            self._open()

    # -- the parts: built when they are first come to --------------------------------------------

    @cached_property
    def columns(self) -> ColumnsPart:
        return self._added(ColumnsPart(self.presenter))

    @cached_property
    def result(self) -> ResultPart:
        return self._added(ResultPart(self.presenter))

    def _added(self, part: Part) -> Part:
        self.stack.addWidget(part)
        return part

    def _part(self, stage: Stage) -> StartPart | ColumnsPart | ResultPart:
        if stage is Stage.START:
            return self.start
        return self.columns if stage is Stage.COLUMNS else self.result

    # -- what the presenter says ---------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        stage, busy = p.stage, p.work.running
        self.work.refresh()
        part = self._part(stage)
        self.stack.setCurrentWidget(part)
        self.setFocusProxy(part)
        part.changed()
        for one, stages in (
            (self.back, (Stage.COLUMNS, Stage.TRIED)), (self.try_, (Stage.COLUMNS,)),
            (self.run, (Stage.TRIED,)), (self.again, (Stage.DONE,)),
        ):  # fmt: skip
            one.setVisible(stage in stages)
            one.setEnabled(not busy)
        self.run.setEnabled(not busy and not p.asked)
        step = {Stage.START: 0, Stage.COLUMNS: 1, Stage.TRIED: 2, Stage.DONE: 3}[stage]
        way = " › ".join(f"【{n}】" if at == step else n for at, n in enumerate(_STEPS))
        self.about.setText(f"{p.kind.title}　{way}" if stage is not Stage.START else "")
        self.hints.setText(part.hints)
        if stage is not self._stage:
            self._stage = stage
            if not isinstance(part, StartPart):
                part.begin()
            if self.isVisible():  # else the cursor is where the clerk is
                self.setFocus()

    def ask_password(self, text: str) -> None:
        edit = PasswordEdit("密码")
        path = self.presenter.path
        asked = Question(self, "打开加密的表格", text, (edit,), "打开")
        if asked.exec() and path is not None:
            self.presenter.open(path, password=edit.text())

    # -- acting --------------------------------------------------------------------------------

    def _main(self) -> None:
        for one in (self.try_, self.run):
            if one.isVisible() and one.isEnabled():
                one.click()
                return

    def _open(self) -> None:
        path = ask_open(self, f"导入{self.presenter.kind.title}", _SHEETS)
        if path is not None:
            self.presenter.open(path)

    def _run(self) -> None:
        p = self.presenter
        refused = p.result.refused if p.result else 0
        if not refused or p.path is None:
            p.run()
            return
        name = LineEdit(str(p.path.with_name(p.rejects_name)))
        password = FilePassword()
        text = _REJECTS.format(count=refused)
        parts = (label("退回的行存到", muted=True), name, password)
        asked = Question(self, "导入", text, parts, "导入", password.wrong)
        name.setMinimumWidth(480)
        if asked.exec():
            p.run(Path(name.text()), password.password)

    def _export(self) -> None:
        kind, place, password = self.start.chosen()
        if password is None:
            return
        proposed = Path.home() / self.presenter.file_name(kind, place)
        out = ask_save(self, f"导出{kind.title}", _XLSX, proposed)
        if out is not None:
            self.presenter.export(kind.key, out, place, password)

    def _template(self) -> None:
        kind = self.presenter.kind
        proposed = Path.home() / f"{kind.file}-空表.xlsx"
        out = ask_save(self, "空表存到哪里", _XLSX, proposed)
        if out is not None:
            self.presenter.template(kind.key, out)

    # -- dropped files -------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.presenter.open(path)


def _dropped(event: QDropEvent) -> Path | None:
    """The one sheet that is dropped."""
    paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
    if len(paths) == 1 and paths[0].suffix.lower() in SUFFIXES:
        return paths[0]
    return None
