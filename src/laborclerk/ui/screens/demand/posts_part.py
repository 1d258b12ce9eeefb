"""The open posts for one person, the best first; Enter goes to the post's list, at this person."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from laborclerk.ui.kit import theme
from laborclerk.ui.kit.table import Cell, Column, Table
from laborclerk.ui.screens.demand.presenter import DemandPresenter
from laborclerk.ui.screens.demand.words import code, division, pay, reason

HINTS = "Enter 到这个岗位的单子,记答复 · Esc 返回"


class PostsPart(QWidget):
    """Posts with the points of one person."""

    def __init__(self, presenter: DemandPresenter) -> None:
        super().__init__()
        self.presenter = presenter
        self.table = Table(
            (Column("序", 44, right=True), Column("分", 44, right=True),
             Column("用工单位", least=160), Column("岗位", 112),
             Column("月工资(元)", 120, right=True), Column("", 12), Column("工作地点", 152),
             Column("答复", 84), Column("理由", least=240))
        )  # fmt: skip
        self.table.current.connect(self._show_reasons)
        self.table.opened.connect(presenter.from_person)
        self.reasons = Table((Column("理由(正数靠前,负数靠后,只排序,不排除任何岗位)"),))
        self.reasons.fix_rows(6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(self.table, 1)
        column.addWidget(self.reasons)
        self.setFocusProxy(self.table)

    def changed(self) -> None:
        """Show everything anew."""
        found = self.presenter.person_posts
        self.table.empty_text = "没有在招的岗位" if found is not None else "正在排序……"
        rows = [
            (
                str(n), Cell(str(f.points), bold=True), str(f.demand.employer.get("name") or ""),
                str(f.demand.post.get("name") or ""), pay(f.demand.post), "",
                division(f.demand.post.get("work_place")),
                code("offer_answer", (f.offer or {}).get("answer")),
                Cell(f.text, tip="\n".join(map(reason, f.reasons))),
            )
            for n, f in enumerate(found or (), 1)
        ]  # fmt: skip
        self.table.fill(rows, [f.demand.id for f in found or ()])
        if found and self.table.key() is None:
            self.table.go_to(found[0].demand.id)
        self._show_reasons(self.table.key())

    def _show_reasons(self, post: int | None) -> None:
        found = self.presenter.person_posts or ()
        fit = next((f for f in found if f.demand.id == post), None)
        rows = [
            (Cell(reason(r), "wrong" if r.points < 0 else "text"),)
            for r in (fit.reasons if fit else ())
        ]
        self.reasons.fill(rows, list(range(len(rows))))
