"""The list of people for a post: who fits and why, one key for what each of them answers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QApplication, QHBoxLayout, QTabBar, QVBoxLayout, QWidget

from laborclerk.features.matching.model import Offer
from laborclerk.features.matching.service import Fit
from laborclerk.store.base import fields_of
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.page import Page, label
from laborclerk.ui.kit.pick import PickEdit
from laborclerk.ui.kit.record import RecordEditor
from laborclerk.ui.kit.small import Elided, Turning
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.demand.people import LISTS, People
from laborclerk.ui.screens.demand.words import code, reason

_COLUMNS = (
    Column("序", 44, right=True), Column("分", 44, right=True), Column("姓名", 112),
    Column("性别", 44), Column("年龄", 44, right=True), Column("村组", 132, ends=True),
    Column("电话", 104), Column("期望(元)", 68, right=True), Column("答复", 92),
    Column("理由", least=220),
)  # fmt: skip
_WITH_TOWNSHIP = 184  # pixels at 100 % for township, village and group
ANSWERS = {"0": "", "1": "1", "2": "2", "3": "3", "4": "4"}
_ANSWERED = {
    "1": ("passed", FieldState.PASSED), "2": ("wrong", FieldState.WRONG),
    "3": ("warned", FieldState.WARNED), "4": ("muted", FieldState.NOT_APPLICABLE),
}  # fmt: skip
HINTS = (
    "1 愿意 2 不去 3 再考虑 4 没联系上 0 已问 · Del 删询问记录 · Enter 看这一户"
    " · G 这人的岗位 · B 组批派遣 · P 打印 · Alt+1…7 换单子 · Ctrl+F 换地方 · Esc 回台账"
)


class PeoplePart(QWidget):
    """The ranked people of one post."""

    def __init__(self, people: People, page: Page) -> None:
        super().__init__()
        self.people = people
        self.place = PickEdit(lambda typed: people.places().search(typed))
        self.place.setFixedWidth(180)
        self.place.picked.connect(self._picked)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for which, title in LISTS.items():
            self.tabs.setTabData(self.tabs.addTab(title), which)
        self.tabs.currentChanged.connect(lambda at: people.narrow(self.tabs.tabData(at)))
        width = _WITH_TOWNSHIP if people.station.is_county else 0
        self.table = Table([replace(c, width=max(c.width, width * c.ends)) for c in _COLUMNS])
        self.table.current.connect(self._show_reasons)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.asked = Elided(keeps=80, muted=True)
        self.why_title = label(strong=True)
        specs = fields_of(Offer)
        self.why = RecordEditor({k: specs[k] for k in ("reasons", "note")}, 2, register="offer")
        self.why.finished.connect(people.keep_why)
        self.why_box = QWidget()
        box = QVBoxLayout(self.why_box)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.why_title)
        box.addWidget(self.why)
        self.why_box.hide()
        self.reasons = Table((Column("理由(正数靠前,负数靠后,只排序,不排除任何人)"),))
        self.reasons.fix_rows(5)
        self._lay_out()
        self._bind(page)
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        where = QWidget()
        beside = QHBoxLayout(where)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addWidget(self.asked, 1)
        beside.addWidget(label("地方", muted=True))
        beside.addWidget(self.place)
        top = Turning(3 * theme.GRID)
        top.add(self.tabs)
        top.add(where, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(top)
        column.addWidget(self.table, 1)
        column.addWidget(self.why_box)
        column.addWidget(self.reasons)

    def _bind(self, page: Page) -> None:
        for keys, answer in ANSWERS.items():
            page.key(keys, partial(self._say, answer), self.table)
        page.key("Del", self._take_back, self.table)
        page.key("Ctrl+F", self.place.setFocus, self)
        page.key("Ctrl+S", self.people.keep_why, self.why_box)
        for at in range(self.tabs.count()):
            page.key(f"Alt+{at + 1}", partial(self.tabs.setCurrentIndex, at), self)

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        """Show everything anew."""
        p = self.people
        if p.demand is None:
            return
        if p.place is not None and p.place != self.place.value:
            self.place.choose(p.place, p.station.tree.path(p.place, "village"))
        c, wanted = p.counts, p.demand.post.get("headcount") or 0
        self.asked.setText(f"要{wanted}人 · 问过{c.asked} 愿意{c.willing} 不去{c.refused}")
        at = list(LISTS).index(p.which)
        if self.tabs.currentIndex() != at:
            self.tabs.blockSignals(True)
            self.tabs.setCurrentIndex(at)
            self.tabs.blockSignals(False)
        reading = "正在排序……" if p.reading else "这个单子里没有人"
        self.table.empty_text = reading
        people = p.found
        chosen = self.table.key()
        self.table.fill([self._row(n, f) for n, f in enumerate(people, 1)], [f.id for f in people])
        if p.next is not None and not p.reading:
            chosen, p.next = p.next, None
            self.table.go_to(chosen)
        if people and chosen is None:
            self.table.go_to(people[0].id)
        self._show_reasons(self.table.key())
        self._show_why()

    def _show_why(self) -> None:
        why = self.people.why
        fresh = why is not None and not self.why_box.isVisible()
        typing = QApplication.focusWidget()
        if why is None and typing is not None and self.why_box.isAncestorOf(typing):
            self.table.setFocus()
        self.why_box.setVisible(why is not None)
        if why is not None:
            self.why_title.setText(f"{why.title}　填几项编号,如 1 5;Enter 到末项存 · Esc 不记")
            self.why.show_form(why.form)
            if fresh:
                self.why.go_to("reasons")

    def _row(self, number: int, fit: Fit) -> Row:
        person, offer = fit.person, fit.offer
        income = person.get("expected_income")
        return (
            str(number), Cell(str(fit.points), bold=True), str(person.get("name") or ""),
            code("sex", person.get("sex")), "" if fit.age is None else str(fit.age),
            self.people.station.where(fit.place),
            str(person.get("phone") or ""), "" if income is None else f"{income:,}",
            self._answer(offer), Cell(fit.text, tip="\n".join(map(reason, fit.reasons))),
        )  # fmt: skip

    @staticmethod
    def _answer(offer: object) -> Cell:
        held = offer if isinstance(offer, dict) else None
        if held is None:
            return Cell("")
        answer = str(held.get("answer") or "")
        token, sign = _ANSWERED.get(answer, ("text", FieldState.UNTOUCHED))
        day = str(held.get("answered") or held.get("asked") or "")
        return Cell(code("offer_answer", answer) or "已问", token, sign, tip=day)

    def _show_reasons(self, person: int | None) -> None:
        fit = self.people.fit(person)
        rows = [
            (Cell(reason(r), "wrong" if r.points < 0 else "text"),)
            for r in (fit.reasons if fit else ())
        ]
        self.reasons.fill(rows, list(range(len(rows))))

    # -- acting --------------------------------------------------------------------------------

    def _say(self, answer: str) -> None:
        person = self.table.key()
        if person is not None:
            self.people.say(person, answer)

    def _take_back(self) -> None:
        fit = self.people.fit(self.table.key())
        if fit is not None and fit.offer is not None:
            self.people.take_back(fit.id)

    def _picked(self, place: int) -> None:
        self.people.choose(place)
        self.table.setFocus()

    def _scrolled(self, at: int) -> None:
        if at and at >= self.table.verticalScrollBar().maximum():
            self.people.more()
