"""The form of a post or an employer: its fields, and what the law says beside what is typed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from laborclerk.features.demand.model import Employer, Post
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.store.base import fields_of
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import button, label
from laborclerk.ui.kit.pick import PickEdit
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.demand.presenter import (
    EMPLOYER_FIELDS,
    POST_FIELDS,
    DemandPresenter,
    Page,
)

_SPANS = {"note": 2, "other_terms": 2, "work_address": 2, "name": 2, "climate": 2, "food": 2}


class FormPart(QWidget):
    """What is typed above, the warnings below; built when a form is first opened."""

    def __init__(self, presenter: DemandPresenter, page: Page) -> None:
        super().__init__()
        self.presenter, self.page = presenter, page
        specs = fields_of(Post if page is Page.POST else Employer)
        keys = POST_FIELDS if page is Page.POST else EMPLOYER_FIELDS
        self.editor = RecordEditor({k: specs[k] for k in keys}, 4, _SPANS, page.value)
        self.editor.edited.connect(self.show_warnings)
        self.editor.finished.connect(presenter.save)
        self.employer = PickEdit(lambda typed: presenter.employer_choices().search(typed))
        self.employer.setPlaceholderText("选用工单位:打名称、代码或拼音首字母")
        self.employer.picked.connect(self._picked)
        self.warned = Table(
            (
                Column(
                    "提醒:与单位核实,违法的条件不要照办",
                ),
            )
        )
        self.warned.empty_text = "没有发现违法或不合理的条件"
        self.warned.fix_rows(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        if page is Page.POST:
            row = QHBoxLayout()
            row.addWidget(label("用工单位 *", muted=True))
            row.addWidget(self.employer, 1)
            row.addWidget(button("新单位 (Ctrl+E)", presenter.begin_employer))
            column.addLayout(row)
        column.addWidget(self.editor)
        column.addWidget(self.warned)
        column.addStretch(1)
        self.setFocusProxy(self.editor.edits()[0])

    def changed(self) -> None:
        """Show what is typed anew."""
        p = self.presenter
        if p.form is None:
            return
        self.editor.show_form(p.form.fields)
        if self.page is Page.POST:
            firm = p.firms.get(p.employer or 0)
            self.employer.choose(p.employer, str(firm.get("name") or "") if firm else "")
        self.show_warnings()
        if p.go_to is not None:
            key, p.go_to = p.go_to, None
            if key == "employer" or (self.page is Page.POST and p.employer is None):
                self.employer.setFocus()
            elif key in p.form.fields.specs:
                self.editor.go_to(key)

    def show_warnings(self) -> None:
        """What the checks say of what is typed; an empty form is not scolded."""
        problems: Sequence[Problem] = self.presenter.warnings()
        form = self.presenter.form
        if form is not None and form.record_id is None and not form.fields.values.get("name"):
            problems = ()
        rows = [
            (Cell(p.text, "wrong" if p.severity is Severity.BLOCK else "warned", tip=p.text),)
            for p in problems
        ]
        self.warned.fill(rows, [p.where.field for p in problems])

    def _picked(self, employer: int) -> None:
        self.presenter.choose_employer(employer)
        self.editor.go_to("name")
