"""The screen of places: the tree on the left, the chosen place on the right, proposals below."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import code_of
from laborclerk.store.base import fields_of
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import Question, agreed
from laborclerk.ui.kit.dialogs import choose
from laborclerk.ui.kit.files import ask_open, ask_save
from laborclerk.ui.kit.line_edit import LineEdit
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.kit.small import Turning
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.kit.table import Row as Cells
from laborclerk.ui.kit.work import WorkStrip
from laborclerk.ui.screens.places.presenter import PlacesPresenter, Proposal, Row
from laborclerk.ui.station import Station

_FILES = "区划表 (*.csv *.xlsx *.xls);;所有文件 (*)"
_XLSX = "Excel 表格 (*.xlsx)"
_LEFT, _RIGHT = 360, 300
_TRIED = "“{file}”:读 {read:,} 个区划,新增 {created:,},改名 {renamed:,},可能换代码 {recoded}。"


_HINTS = (
    "↑↓ 选 · → 展开 ← 收起 · Enter 改{word}长、电话 · Ctrl+Ins 设{word} · Ctrl+F 找 · F3 下一处"
)
_ASKING = "逐个确认:Enter 是同一个,下面的{word}和户一起移过去 · Del 以后再说(再导入同一份还会提出)"


class PlacesScreen(Page):
    """The places of this station."""

    def __init__(self, station: Station, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.asking = label(muted=True)
        self.presenter = PlacesPresenter(station, self)
        p = self.presenter
        self.work = WorkStrip(p.work)
        self.find_box = LineEdit()
        self.find_box.setPlaceholderText("找地方:名称、拼音、代码  Ctrl+F")
        self.find_box.setFixedWidth(270)
        self.find_box.setClearButtonEnabled(True)
        self.find_box.returnPressed.connect(self._find)
        self.tree = _Tree(self)
        self.tree.setMinimumWidth(_LEFT)
        self.name = label(title=True, wrap=True)
        self.facts = label(muted=True, wrap=True)
        specs = fields_of(Place)
        self.editor = RecordEditor(
            {k: specs[k] for k in ("name", "leader", "leader_phone")}, 1, register="place"
        )
        self.editor.finished.connect(self._save)
        self.keep = button("存 (Ctrl+S)", self._save, main=True)
        self.add = button("设组… (Ctrl+Ins)", self._add_group)
        self.close_group = button("", self._close_group)
        self.tried = label(wrap=True)
        self.tried_list = label(muted=True, wrap=True)
        self.take = button("导入这份区划", p.import_edition, main=True)
        self.leave = button("不导入", p.drop_edition)
        self.proposals = Table(
            (Column("原区划", 260), Column("可能是", 300), Column("为什么"),
             Column("户", 64, right=True))
        )  # fmt: skip
        self.proposals.opened.connect(self._confirm)
        self._build()
        self.changed()

    def _build(self) -> None:
        self.side.addWidget(self.find_box)
        self.side.addWidget(button("导入新区划…", self._import))
        self.side.addWidget(button("导出…", self._export))
        self.side.addWidget(button("空表…", self._template))
        panel = QVBoxLayout()
        panel.setSpacing(2 * theme.GRID)
        panel.addWidget(self.name)
        panel.addWidget(self.facts)
        panel.addWidget(self.editor)
        buttons = QHBoxLayout()
        buttons.setSpacing(2 * theme.GRID)
        buttons.addWidget(self.keep)
        buttons.addStretch(1)
        panel.addLayout(buttons)
        panel.addSpacing(2 * theme.GRID)
        for one in (self.add, self.close_group):
            panel.addWidget(one, 0, Qt.AlignmentFlag.AlignLeft)
        panel.addStretch(1)
        right = QWidget()
        panel.setContentsMargins(0, 0, 0, 0)
        right.setLayout(panel)
        upper = Turning()
        upper.add(self.tree, 1)
        upper.add(right, width=_RIGHT)
        self.body.addWidget(upper, 3)
        self.edition = QWidget()
        below = QVBoxLayout(self.edition)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(theme.GRID)
        row = QHBoxLayout()
        row.addWidget(self.tried, 1)
        row.addWidget(self.leave)
        row.addWidget(self.take)
        below.addLayout(row)
        below.addWidget(self.tried_list)
        self.body.addWidget(self.edition)
        self.waiting = QWidget()
        waiting = QVBoxLayout(self.waiting)
        waiting.setContentsMargins(0, 0, 0, 0)
        waiting.setSpacing(theme.GRID)
        waiting.addWidget(self.asking)
        waiting.addWidget(self.proposals, 1)
        self.body.addWidget(self.waiting, 2)
        self.body.addWidget(self.work)
        self.key("Ctrl+S", self._save)
        self.key("Ctrl+Ins", self._add_group)
        self.key("Ctrl+F", self.find_box.setFocus)
        self.key("F3", self._find)
        self.key("F2", self._edit)
        self.key("Del", self._put_off, self.proposals)
        self.setFocusProxy(self.tree)

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        self.work.refresh()
        rows = p.rows()
        self.tree.show_rows(rows, p.here)
        villages = sum(x.level == "village" and not x.valid_to for x in p.places.values())
        groups = sum(x.level == "group" and not x.valid_to for x in p.places.values())
        self.about.setText(f"{villages:,} 个村(社区) · {groups:,} 个{p.word}" if p.places else "")
        self.title.setText(f"村{p.word}")
        self.hints.setText(_HINTS.format(word=p.word))
        self.asking.setText(_ASKING.format(word=p.word))
        self._show_place()
        self.edition.setVisible(p.tried is not None)
        if p.tried is not None:
            path, result = p.tried
            self.tried.setText(
                _TRIED.format(
                    file=path.name, read=result.read, created=result.created,
                    renamed=len(result.renamed),
                    recoded=len(result.recodings) + len(result.uncertain),
                )
            )  # fmt: skip
            lines = p.tried_lines()
            more = [f"……还有 {len(lines) - 6} 条"] if len(lines) > 6 else []
            self.tried_list.setText("\n".join(lines[:6] + more))
        self.waiting.setVisible(bool(p.proposals))
        self.proposals.fill(
            [
                (
                    Cell(x.old_name, tip=x.old_name),
                    Cell(" 或 ".join(n for _, n in x.candidates), "accent"),
                    Cell(x.reason, "muted", tip=x.reason), f"{x.households:,}",
                )
                for x in p.proposals
            ],
            p.proposals,
        )  # fmt: skip

    def _show_place(self) -> None:
        p = self.presenter
        line = p.places.get(p.here or 0)
        self.name.setText(line.name if line else "")
        self.facts.setText("\n".join(p.facts()))
        is_group = line is not None and line.level == "group"
        may = line is not None and line.level in ("group", "village") and not p.is_past
        self.editor.setVisible(may)
        self.editor.show_form(p.form)
        self.editor.edit("name").setEnabled(is_group)
        self.keep.setVisible(may)
        self.add.setVisible(p.village is not None and not p.is_past)
        self.add.setText(f"设{p.word}… (Ctrl+Ins)")
        self.close_group.setVisible(is_group and not p.is_past)
        self.close_group.setText(f"停用本{p.word}…")

    # -- acting --------------------------------------------------------------------------------

    def select(self, place: int) -> None:
        """The cursor of the tree moved."""
        if place != self.presenter.here:
            self.presenter.select(place)
            self._show_place()

    def _edit(self) -> None:
        if self.editor.isVisible():
            self.editor.go_to("leader")

    def _save(self) -> None:
        stopped = self.presenter.save()
        if stopped:
            self.editor.go_to(stopped)
        else:
            self.tree.setFocus()

    def _find(self) -> None:
        found = self.presenter.find(self.find_box.text())
        if found is not None:
            self.tree.go_to(found)

    def _add_group(self) -> None:
        p = self.presenter
        if p.village is None or not self.add.isVisible():
            p.work.say(None)
            return
        name = LineEdit()
        name.setPlaceholderText(f"{p.word}号或名称,如 3 或 老屋基{p.word}")
        village = p.places[p.village].name
        asked = Question(
            self, f"设{p.word}", f"在“{village}”设一个{p.word}:", (name,), "设立",
            lambda: None if name.text().strip() else name,
        )  # fmt: skip
        if asked.exec():
            p.add_group(name.text())

    def _close_group(self) -> None:
        p = self.presenter
        line = p.places.get(p.here or 0)
        if line is None or not self.close_group.isVisible():
            return
        text = f"停用“{line.name}”?已录的都保留,不能再往这里录。"
        if agreed(self, f"停用{p.word}", text, "停用"):
            p.close_group()

    def _import(self) -> None:
        path = ask_open(self, "选择区划表", _FILES)
        if path is not None:
            self.presenter.try_edition(path)

    def _export(self) -> None:
        name = Path.home() / f"区划-{self.presenter.station.name}.xlsx"
        out = ask_save(self, "区划导出到哪里", _XLSX, name)
        if out is not None:
            self.presenter.export(out)

    def _template(self) -> None:
        out = ask_save(self, "空表存到哪里", _XLSX, Path.home() / "区划-空表.xlsx")
        if out is not None:
            self.presenter.template(out)

    def _confirm(self, proposal: Proposal) -> None:
        if len(proposal.candidates) == 1:
            new, name = proposal.candidates[0]
            text = f"“{proposal.old_name}”就是“{name}”?{proposal.households:,} 户一起移过去。"
            if agreed(self, "确认换了代码", text, "是同一个"):
                self.presenter.confirm(proposal, new)
            return
        options = [(str(place), name) for place, name in proposal.candidates]
        question = f"“{proposal.old_name}”现在是哪一个?"
        answer = choose(self, "指明新区划", question, options)
        if answer is not None:
            self.presenter.confirm(proposal, int(answer))

    def _put_off(self) -> None:
        proposal = self.proposals.key()
        if proposal is not None:
            self.presenter.put_off(proposal)


class _Tree(Table):
    """The tree as rows; → opens, ← closes or goes up, Enter edits."""

    def __init__(self, screen: PlacesScreen) -> None:
        super().__init__(
            (Column("名称", least=216), Column("代码", 136), Column("户", 56, right=True),
             Column("负责人", 88), Column("电话", 104), Column("", 120))
        )  # fmt: skip
        self._screen = screen
        self._rows: dict[int, Row] = {}
        self._filling = False
        self.empty_text = "正在读取……"
        self.current.connect(self._moved_to)
        self.opened.connect(lambda _: screen._edit())

    def show_rows(self, rows: list[Row], here: int | None) -> None:
        """Show the open part of the tree."""
        self._filling = True
        self._rows = {row.place.id: row for row in rows}
        if self._screen.presenter.loaded:
            self.empty_text = "还没有村。请先建站,或导入区划表"
        self.fill([self._cells(row) for row in rows], [row.place.id for row in rows])
        if here is not None:
            self.go_to(here)
        self._filling = False

    def _cells(self, row: Row) -> Cells:
        line = row.place
        past = line.valid_to is not None
        token = "not_applicable" if past else "text"
        sign = ("▾ " if row.is_open else "▸ ") if row.can_open else "　"
        name = "　" * row.depth + sign + line.name
        code = str(line.id) if line.level == "group" else code_of(line.id)
        count = f"{line.households:,}" if line.households else "·"
        return (
            Cell(name, token, tip=line.name), Cell(code, "not_applicable" if past else "muted"),
            Cell(count, token if line.households else "muted"), Cell(line.leader or "", token),
            Cell(line.leader_phone or "", token),
            Cell(f"{line.valid_to} 停用" if past else "", "not_applicable"),
        )  # fmt: skip

    def _moved_to(self, place: int) -> None:
        if not self._filling:
            self._screen.select(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.key()
        row = self._rows.get(place) if place is not None else None
        presenter = self._screen.presenter
        if row is not None and event.key() == Qt.Key.Key_Right and row.can_open:
            presenter.toggle(place, True)
        elif row is not None and event.key() == Qt.Key.Key_Left:
            if row.is_open:
                presenter.toggle(place, False)
            else:
                self._go_up(row)
        elif row is not None and event.key() == Qt.Key.Key_Space:
            presenter.toggle(place)
        else:
            super().keyPressEvent(event)

    def _go_up(self, row: Row) -> None:
        before = [r for r in self._rows.values() if r.depth < row.depth]
        above = [r for r in before if r.place.id < row.place.id]
        if above:
            self.go_to(max(above, key=lambda r: r.place.id).place.id)
