"""The screen of job fairs: the list above, the funnel of the chosen one below."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from laborclerk.features.fairs.model import Fair
from laborclerk.features.fairs.rules import Step, rate
from laborclerk.store.base import fields_of
from laborclerk.ui.entry import Choice, FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import agreed
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.pick import PickEdit
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.picking import places
from laborclerk.ui.screens.fairs.presenter import FIELDS, FairsPresenter, Line
from laborclerk.ui.station import Station

_COLUMNS = (
    Column("招聘会", least=180), Column("日期", 104), Column("举办地", 128, ends=True),
    Column("企业", 56, right=True), Column("岗位", 72, right=True),
    Column("入场(人次)", 88, right=True), Column("意向(人)", 76, right=True),
    Column("到岗(人)", 76, right=True), Column("", 12), Column("提醒", 64),
)  # fmt: skip
_FUNNEL = (
    Column("", 96), Column("当天统计", 88, right=True), Column("名单上", 88, right=True),
    Column("", 12), Column("比上一步", 88, right=True), Column("", 12), Column("多少"),
)  # fmt: skip
_POSTS = (Column("带来的岗位"), Column("人数", 60, right=True), Column("有效期至", 104))
_HINTS = "Ctrl+N 新招聘会 · F2 改 · G 带岗位 · L 登记来访 · Esc 返回"
_EMPTY = "还没有招聘会。按 Ctrl+N 登记。正月十五以前办,人还没有走;办到乡镇、村里,来的人更多"


class FairsScreen(Page):
    """Job fairs at any level."""

    def __init__(self, station: Station, parent: QWidget | None = None) -> None:
        super().__init__("招聘会", parent)
        self.table = Table(_COLUMNS)
        self.table.empty_text = "正在读取……"
        self.table.current.connect(self._show_funnel)
        self.funnel = Table(_FUNNEL)
        self.funnel.fix_rows(6)
        self.warned = label(wrap=True)
        self.warned.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.who = LineEdit()
        self.table.opened.connect(lambda _fair: self.who.setFocus())
        self.who.setPlaceholderText("来访登记:姓名、证件号码或电话,Enter 记下")
        self.who.returnPressed.connect(self._visit)
        self.wanted = PickEdit(self._wanted)
        self.wanted.setPlaceholderText("愿意去的岗位(没有就空着)")
        self.said = label(wrap=True)
        self.stack = QStackedWidget()
        self._form: QWidget | None = None
        self.presenter = FairsPresenter(station, self)
        self.save = button("存 (Ctrl+S)", self.presenter.save, main=True)
        self.new = button("新招聘会 (Ctrl+N)", self.presenter.begin)
        self.posts = Table(_POSTS)
        self.posts.opened.connect(self.presenter.tick)
        self._build()
        self.changed()

    def _build(self) -> None:
        p = self.presenter
        overview = QWidget()
        column = QVBoxLayout(overview)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(self.table, 1)
        door = QHBoxLayout()
        door.addWidget(self.who, 2)
        door.addWidget(self.wanted, 2)
        column.addLayout(door)
        lower = QHBoxLayout()
        lower.setSpacing(2 * theme.GRID)
        lower.addWidget(self.funnel, 3)
        lower.addWidget(self.warned, 2)
        column.addLayout(lower)
        self.stack.addWidget(overview)
        self.stack.addWidget(self.posts)
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self.said)
        for part in (self.new, self.save):
            self.side.addWidget(part)
        self.hints.setText(_HINTS)
        self.key("Ctrl+N", p.begin)
        self.key("Ctrl+S", p.save)
        self.key("F2", lambda: p.edit(self.table.key()), self.table)
        self.key("G", lambda: p.choose_posts(self.table.key()), self.table)
        self.key("L", self.who.setFocus, self.table)
        self.key("Space", lambda: p.tick(self.posts.key()), self.posts)
        self.setFocusProxy(self.table)

    def _form_part(self) -> QWidget:
        """The form of a fair, built when it is first seen."""
        if self._form is None:
            p = self.presenter
            specs = fields_of(Fair)
            spans = {"name": 2, "venue": 2, "reason": 2, "note": 2, "organiser": 2}
            self.editor = RecordEditor({k: specs[k] for k in FIELDS}, 4, spans, "fair")
            self.editor.edited.connect(self._show_warnings)
            self.editor.finished.connect(p.save)
            self.where = PickEdit(lambda typed: places(p.station.tree).search(typed))
            self.where.picked.connect(p.choose_place)
            self.lunar = label(strong=True)
            self.late = label(wrap=True)
            self._form = QWidget()
            column = QVBoxLayout(self._form)
            column.setContentsMargins(0, 0, 0, 0)
            row = QHBoxLayout()
            row.addWidget(label("举办地 *", muted=True))
            row.addWidget(self.where, 1)
            row.addWidget(self.lunar, 1)
            column.addLayout(row)
            column.addWidget(self.editor)
            column.addWidget(self.late)
            column.addStretch(1)
            self.stack.addWidget(self._form)
        return self._form

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        typing = p.form is not None
        before = self.stack.currentIndex()
        if p.form is not None:
            self.stack.setCurrentWidget(self._form_part())
            self.editor.show_form(p.form)
            self.where.choose(p.place, p.station.tree.path(p.place, "village") if p.place else "")
            self._show_warnings()
        elif p.choosing is not None:
            self._show_posts()
            self.stack.setCurrentWidget(self.posts)
        else:
            self.stack.setCurrentIndex(0)
            self._show_list()
        if before != self.stack.currentIndex() and not typing:
            (self.posts if p.choosing is not None else self.table).setFocus()
        new = typing and p.fair is None
        title = "带哪些岗位来" if p.choosing else "新招聘会" if new else "招聘会"
        self.title.setText(title)
        self.about.setText("空格、Enter 带或不带" if p.choosing else "")
        self.save.setVisible(typing or p.choosing is not None)
        self.new.setVisible(not typing and p.choosing is None)
        self.said.setVisible(p.ended is not None)
        if p.ended is not None:
            theme.restyle(self.said, wrong=not p.ended.whole)
            self.said.setText(p.ended.text)
        if typing and p.go_to is not None:
            key, p.go_to = p.go_to, None
            self.editor.go_to(key) if key in FIELDS else self.where.setFocus()

    def _show_list(self) -> None:
        p = self.presenter
        if p.read:
            self.table.empty_text = _EMPTY
        self.table.fill([self._row(line) for line in p.lines], [line.id for line in p.lines])
        if p.latest is not None and p.latest in self.table.rows.keys:
            self.table.go_to(p.latest)
            p.latest = None
        elif p.lines and self.table.key() is None:
            self.table.go_to(p.lines[0].id)
        self._show_funnel(self.table.key())

    def _row(self, line: Line) -> Row:
        values, found = line.values, line.funnel
        place, warned = values.get("venue_place"), len(line.problems)
        return (
            str(values.get("name") or ""), str(values.get("date") or ""),
            self.presenter.station.tree.path(place, "village") if place else "",
            _number(found.firms), *(_number(step) for step in found.steps), "",
            Cell(f"{warned}处", "warned", FieldState.WARNED) if warned else "",
        )  # fmt: skip

    def _show_funnel(self, fair: int | None) -> None:
        line = self.presenter.line(fair)
        rows: list[Row] = []
        if line is not None:
            most = max([s.count for s in line.funnel.steps] + [1])
            before: Step | None = None
            for step in (line.funnel.firms, line.funnel.trades, *line.funnel.steps):
                is_step = step in line.funnel.steps
                share = rate(step.count, before.count) if is_step and before else None
                bar = Cell("", share=step.count / most) if is_step else Cell("")
                differs = step.problem is not None
                rows.append(
                    (
                        f"{step.label}({step.unit})",
                        "" if step.told is None else f"{step.told:,}",
                        Cell(f"{step.listed:,}", "warned" if differs else "text"), "",
                        "" if share is None else f"{share / 10:.1f}%", "", bar,
                    )
                )  # fmt: skip
                before = step if is_step else None
        self.funnel.fill(rows, list(range(len(rows))))
        problems = line.problems if line else []
        self.warned.setText("\n".join(p.text for p in problems))
        self.wanted.choose(None, "")

    def _show_warnings(self) -> None:
        """The lunar day and whether it is too late, while the date is typed."""
        p = self.presenter
        self.lunar.setText(p.lunar())
        self.late.setText("\n".join(problem.text for problem in p.warnings()))
        theme.restyle(self.late, wrong=True)

    def _show_posts(self) -> None:
        p = self.presenter
        rows: list[Row] = []
        for demand in p.offered():
            on = demand.id in p.chosen
            state = FieldState.PASSED if on else FieldState.UNTOUCHED
            rows.append(
                (
                    Cell(demand.title, "text" if on else "muted", state),
                    str(demand.post.get("headcount") or ""),
                    str(demand.post.get("valid_until") or ""),
                )
            )
        self.posts.empty_text = "没有在招的岗位。先到“用工需求”登记"
        self.posts.fill(rows, [d.id for d in p.offered()])

    def _wanted(self, typed: str) -> Sequence[Choice]:
        return self.presenter.post_choices(self.table.key()).search(typed)

    # -- acting --------------------------------------------------------------------------------

    def _visit(self) -> None:
        fair, who = self.table.key(), self.who.text().strip()
        if fair is not None and who:
            self.presenter.visit(fair, who, self.wanted.value)
            self.who.clear()

    def _is_ours(self, event: QKeyEvent) -> bool:
        p = self.presenter
        busy = p.form is not None or p.choosing is not None
        return event.key() == Qt.Key.Key_Escape and busy

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()  # ours, before the window's
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._is_ours(event):
            super().keyPressEvent(event)
            return
        form = self.presenter.form
        dirty = form is not None and form.dirty
        if not dirty or agreed(self, "返回", "填的内容还没有存,不要了?", "不要了"):
            self.presenter.back()


def _number(step: Step) -> Cell:
    return Cell(f"{step.count:,}") if step.count else Cell("·", "muted")
