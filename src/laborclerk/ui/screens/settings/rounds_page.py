"""The page of survey rounds: the list, the fields of one, its required items, its checks."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from laborclerk.features.census.model import Round
from laborclerk.store.base import fields_of
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import agreed
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.kit.small import Turning
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.settings.rounds import FIELDS, SEVERITIES, Rounds, rule_name

_TOKENS = {"block": "wrong", "warn": "warned", "hint": "carried", "ignore": "not_applicable"}
_SIGNS = {
    "block": FieldState.WRONG, "warn": FieldState.WARNED, "hint": FieldState.CARRIED,
    "ignore": FieldState.NOT_APPLICABLE,
}  # fmt: skip


class RoundsPage(Page):
    """One round at a time; nothing of it is kept before Ctrl+S. Its lower part is built when there
    is a round to show."""

    items: Table
    checks: Table

    def __init__(self, rounds: Rounds, parent: QWidget | None = None) -> None:
        super().__init__("调查轮次", parent)
        self.rounds = rounds
        self.list = Table(
            (Column("轮次", 200), Column("开始", 104), Column("截止", 104),
             Column("标准时点", 104), Column("劳动力口径"), Column("状态", 132))
        )  # fmt: skip
        self.list.empty_text = "还没有轮次。填好下面各项,按 Ctrl+S 新开一轮"
        self.list.fix_rows(3)
        self.list.current.connect(self._select)
        specs = {key: fields_of(Round)[key] for key in FIELDS}
        self._middle = Turning()
        self.editor = RecordEditor(specs, 2, register="round", parent=self._middle)
        self.editor.edited.connect(self._edited)
        self.editor.finished.connect(lambda: self.items.setFocus())
        self.rule = label(muted=True, wrap=True)
        self.rule.setMinimumWidth(220)
        self.rule.setMaximumWidth(340)
        self.rule.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said = label(wrap=True)
        self.keep = button("存 (Ctrl+S)", rounds.save, main=True)
        self.begin = button("新开一轮", self._begin)
        self.close_round = button("结束本轮…", self._close)
        self._filling = self._whole = False
        self._build()

    def _build(self) -> None:
        for one in (self.begin, self.close_round, self.keep):
            self.side.addWidget(one)
        self._middle.add(self.editor, 3)
        told = QWidget()
        rule = QVBoxLayout(told)
        rule.setContentsMargins(0, 0, 0, 0)
        rule.addWidget(label("谁算劳动力", strong=True))
        rule.addWidget(self.rule)
        rule.addStretch(1)
        self._middle.add(told, 2)
        self._lower = Turning()
        self.body.addWidget(self.list)
        self.body.addWidget(self._middle)
        self.body.addWidget(self._lower, 1)
        self.body.addWidget(self.said)
        self.hints.setText("Enter 下一项 · F4 代码表 · Ctrl+S 存 · 空格、1–4 改一行,可先选多行")
        self.key("Ctrl+S", self.rounds.save)

    def _build_tables(self) -> None:
        self._whole = True
        self.items = Table((Column("必填项"), Column("所在", 96), Column("", 56)))
        self.items.opened.connect(self._toggle)
        self.checks = Table((Column("轻重", 88), Column("检查什么")))
        for text, table, share in (
            ("缺了算缺项的项目　空格 必填/不必填", self.items, 2),
            ("录入时的检查　1 必须改 · 2 要说明原因 · 3 只提示 · 4 不检查", self.checks, 5),
        ):
            part = QWidget(self._lower)
            column = QVBoxLayout(part)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(theme.GRID)
            column.addWidget(label(text, muted=True))
            column.addWidget(table, 1)
            self._lower.add(part, share)
        self.setTabOrder(self.editor.edits()[-1], self.items)
        self.setTabOrder(self.items, self.checks)
        self.key("Space", self._toggle_all, self.items)
        for number, severity in enumerate(SEVERITIES, 1):
            self.key(str(number), partial(self._set, severity), self.checks)

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        """Show everything anew."""
        rounds, form = self.rounds, self.rounds.form
        if form is None:  # nothing is read yet
            return
        self._filling = True
        self.list.fill(
            [
                (
                    str(line.values.get("name")), line.values.get("starts") or "",
                    line.values.get("ends") or "", line.values.get("reference_date") or "",
                    rule_name(line.values.get("labour_rule")),
                    Cell(line.state, "muted" if line.values.get("closed") else "passed"),
                )
                for line in rounds.lines
            ],
            [line.id for line in rounds.lines],
        )  # fmt: skip
        if rounds.round_id is None:
            self.list.clearSelection()
        else:
            self.list.go_to(rounds.round_id)
        self._filling = False
        self.editor.show_form(form, read_only=rounds.closed)
        self.rule.setText("\n".join(rounds.rule_lines()))
        self._show_tables()
        self.begin.setEnabled(rounds.may_begin)
        tip = "" if rounds.may_begin else "先结束正在进行的一轮"
        self.begin.setToolTip(tip)
        self.close_round.setEnabled(rounds.round_id is not None and not rounds.closed)
        self.keep.setEnabled(not rounds.closed)
        ended = rounds.ended
        self.said.setVisible(ended is not None)
        if ended is not None:
            theme.restyle(self.said, wrong=not ended.whole)
            self.said.setText(ended.text)
        if rounds.go_to is not None:
            key, rounds.go_to = rounds.go_to, None
            self.editor.go_to(key)

    def _show_tables(self) -> None:
        if not self._whole:
            self._build_tables()
        items = self.rounds.items()
        on, off = FieldState.PASSED, FieldState.UNTOUCHED
        self.items.fill(
            [
                (Cell(i.label, "text" if i.required else "muted", on if i.required else off),
                 Cell(i.section, "muted"),
                 Cell("" if i.required == i.standard else "已改", "muted"))
                for i in items
            ],
            [i.key for i in items],
        )  # fmt: skip
        checks = self.rounds.checks()
        self.checks.fill(
            [
                (Cell(SEVERITIES[c.severity], _TOKENS[c.severity], _SIGNS[c.severity],
                      bold=c.severity != c.standard),
                 Cell(c.text, tip=f"{c.text}(依据 {c.source})"))
                for c in checks
            ],
            [c.code for c in checks],
        )  # fmt: skip

    # -- acting --------------------------------------------------------------------------------

    def _select(self, round_id: int) -> None:
        if not self._filling and round_id != self.rounds.round_id:
            self.rounds.select(round_id)
            self.changed()

    def _edited(self) -> None:
        self.rule.setText("\n".join(self.rounds.rule_lines()))

    def _begin(self) -> None:
        self.rounds.begin()
        self.editor.go_to("name")

    def _close(self) -> None:
        text = "结束后不能再录入,数字不再变。确定结束本轮吗?"
        if agreed(self, "结束本轮", text, "结束本轮"):
            self.rounds.close()

    def _toggle(self, key: str) -> None:
        self.rounds.toggle_item(key)

    def _toggle_all(self) -> None:
        for key in self._chosen(self.items):
            self.rounds.toggle_item(key)

    def _set(self, severity: str) -> None:
        for code in self._chosen(self.checks):
            self.rounds.set_severity(code, severity)

    @staticmethod
    def _chosen(table: Table) -> list[str]:
        rows = sorted({index.row() for index in table.selectedIndexes()})
        return [table.rows.keys[row] for row in rows]
