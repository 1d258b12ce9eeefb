"""The demand screen: the register of posts; from it the forms, and the people for a post."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from laborclerk.catalog.codes import code_list
from laborclerk.features.census.printed import note_printed
from laborclerk.features.matching import prints
from laborclerk.printing.document import Document
from laborclerk.ui.entry import Choice, FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.ask import agreed
from laborclerk.ui.kit.page import Page, button, label
from laborclerk.ui.kit.pick import PickEdit
from laborclerk.ui.kit.preview import show_document
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.demand.advice_part import HINTS as ADVICE_HINTS
from laborclerk.ui.screens.demand.advice_part import AdvicePart
from laborclerk.ui.screens.demand.forms import FormPart
from laborclerk.ui.screens.demand.people_part import HINTS as PEOPLE_HINTS
from laborclerk.ui.screens.demand.people_part import PeoplePart
from laborclerk.ui.screens.demand.posts_part import HINTS as POSTS_HINTS
from laborclerk.ui.screens.demand.posts_part import PostsPart
from laborclerk.ui.screens.demand.presenter import DemandPresenter, Line
from laborclerk.ui.screens.demand.presenter import Page as Shown
from laborclerk.ui.screens.demand.words import code, division, pay
from laborclerk.ui.station import OpenHousehold, Station

_COLUMNS = (
    Column("用工单位", least=160), Column("岗位", 120), Column("人数", 52, right=True),
    Column("月工资(元)", 124, right=True), Column("", 12), Column("工作地点", 168, ends=True),
    Column("食宿", 76), Column("到岗日期", 96), Column("有效期至", 96),
    Column("问过", 48, right=True), Column("愿意", 48, right=True),
    Column("派出", 48, right=True), Column("到岗", 48, right=True), Column("提醒", 60),
)  # fmt: skip
_HINTS = (
    "Enter 找人 · B 组批派遣 · Ctrl+N 新岗位 · Ctrl+E 新单位 · F2 改岗位 · E 改单位 · X 停招、再招"
    " · A 在招/全部 · P 招工简章 · T 分类指导"
)
_FORM_HINTS = "Enter 下一项 · F4 代码表 · Ctrl+S 存 · Esc 不存返回 · F1 说明"
_HINTS_OF = {
    Shown.REGISTER: _HINTS, Shown.PEOPLE: PEOPLE_HINTS, Shown.POSTS: POSTS_HINTS,
    Shown.ADVICE: ADVICE_HINTS,
}  # fmt: skip
_TITLES = {Shown.REGISTER: "用工需求", Shown.POST: "岗位", Shown.EMPLOYER: "用工单位"}
_EMPTY = "还没有在招的岗位。按 Ctrl+N 登记,或到“导入导出”导入用工需求表。按 A 看停招、过期的"


Part = FormPart | PeoplePart | PostsPart | AdvicePart


class DemandScreen(Page):
    """Posts, employers, and the people for a post; `send` begins a batch for one."""

    def __init__(
        self,
        station: Station,
        open_household: OpenHousehold,
        send: Callable[[int], None] = lambda post: None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("用工需求", parent)
        self._open_household, self._send = open_household, send
        self.stack = QStackedWidget()
        self.table = Table(_COLUMNS)
        self.table.empty_text = "正在读取……"
        self.warned = Table((Column("提醒:与单位核实,违法的条件不要照办"),))
        self.warned.fix_rows(3)
        self.said = label(wrap=True)
        self._parts: dict[Shown, Part] = {}
        self._shown = Shown.REGISTER
        self.presenter = DemandPresenter(station, self)
        register = QWidget()
        column = QVBoxLayout(register)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * theme.GRID)
        column.addWidget(self.table, 1)
        column.addWidget(self.warned)
        self.stack.addWidget(register)
        self.body.addWidget(self.stack, 1)
        self.body.addWidget(self.said)
        self.save = button("存 (Ctrl+S)", self._save, main=True)
        self.new = button("新岗位 (Ctrl+N)", self._new)
        for part in (self.new, self.save):
            self.side.addWidget(part)
        self._bind()
        self.changed()

    def _bind(self) -> None:
        p = self.presenter
        self.table.opened.connect(p.open_people)
        self.table.current.connect(self._show_warnings)
        self.key("Ctrl+N", self._new)
        self.key("Ctrl+E", self._new_employer)
        self.key("Ctrl+S", self._save)
        self.key("F2", self._edit, self.table)
        self.key("E", self._edit_employer, self.table)
        self.key("X", self._close, self.table)
        self.key("P", self._print_notice, self.table)
        self.key("B", self._begin_batch, self.table)
        self.key("T", p.open_advice, self.table)
        self.key("A", lambda: p.show_all(not p.every), self.table)
        self.setFocusProxy(self.stack)

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        moved, self._shown = self._shown is not p.page, p.page
        part = self._part(p.page)
        if part is None:
            self._show_register()
            self.stack.setCurrentIndex(0)
        else:
            part.changed()
            self.stack.setCurrentWidget(part)
        self.title.setText(self._title())
        self.about.setText(self._about())
        form = p.page in (Shown.POST, Shown.EMPLOYER)
        self.save.setVisible(form or p.page is Shown.ADVICE)
        self.new.setVisible(p.page is Shown.REGISTER)
        self.hints.setText(_HINTS_OF.get(p.page, _FORM_HINTS))
        ended = p.ended
        if p.page in (Shown.PEOPLE, Shown.ADVICE):
            ended = p.people.ended if p.page is Shown.PEOPLE else p.advising.ended
        self.said.setVisible(ended is not None)
        if ended is not None:
            theme.restyle(self.said, wrong=not ended.whole)
            self.said.setText(ended.text)
        self.setFocusProxy(self.table if part is None else part)
        if moved and not form:
            (self.table if part is None else part).setFocus()

    def _part(self, page: Shown) -> Part | None:
        """The part of a page, built when it is first seen."""
        if page is Shown.REGISTER:
            return None
        if page not in self._parts:
            p = self.presenter
            made: Part
            if page is Shown.PEOPLE:
                made = PeoplePart(p.people, self)
                made.table.opened.connect(self._open_person)
                self.key("P", self.print_calls, made.table)
                self.key("G", self._posts_of_person, made.table)
                self.key("B", self._begin_batch, made.table)
            elif page is Shown.POSTS:
                made = PostsPart(p)
            elif page is Shown.ADVICE:
                made = AdvicePart(p.advising)
            else:
                made = FormPart(p, page)
            self._parts[page] = made
            self.stack.addWidget(made)
        return self._parts[page]

    def _title(self) -> str:
        p = self.presenter
        fixed = {Shown.PEOPLE: "找人", Shown.POSTS: "找岗位", Shown.ADVICE: "分类指导"}
        if p.page in fixed:
            return fixed[p.page]
        new = p.form is not None and p.form.record_id is None
        return f"{'新' if new else ''}{_TITLES[p.page]}"

    def _about(self) -> str:
        p = self.presenter
        if p.page is Shown.REGISTER:
            return p.summary()
        if p.page is Shown.PEOPLE and p.people.demand is not None:
            d = p.people.demand
            ranked = f"{p.people.total:,}人中排序" if p.people.total else ""
            return f"{d.title} · {pay(d.post)}元 · {division(d.post.get('work_place'))} · {ranked}"
        if p.page is Shown.POSTS and p.person is not None:
            return p.person[1]
        return ""

    def _show_register(self) -> None:
        p = self.presenter
        lines = p.shown()
        if p.read:
            self.table.empty_text = _EMPTY
        self.table.fill([self._row(line) for line in lines], [line.id for line in lines])
        if p.latest is not None and p.latest in self.table.rows.keys:
            self.table.go_to(p.latest)
            p.latest = None
        elif lines and self.table.key() is None:
            self.table.go_to(lines[0].id)
        self._show_warnings(self.table.key())

    def _row(self, line: Line) -> Row:
        post, open_ = line.demand.post, line.demand.open
        token = "text" if open_ else "muted"
        warned = len(line.warnings)
        enough = line.counts.willing >= (post.get("headcount") or 0) > 0
        over = "停招" if post.get("closed") else "过期"
        return (
            Cell(str(line.demand.employer.get("name") or ""), token),
            Cell(str(post.get("name") or ""), token), Cell(str(post.get("headcount") or ""), token),
            Cell(pay(post), token), "", Cell(division(post.get("work_place")), token),
            code("board", post.get("board")), str(post.get("arrival_date") or ""),
            str(post.get("valid_until") or "") if open_ else Cell(over, "muted"),
            str(line.counts.asked or ""),
            Cell(str(line.counts.willing or ""), "passed" if enough else "text"),
            str(line.sent or ""), str(line.arrived or ""),
            Cell(f"{warned}处", "warned", FieldState.WARNED) if warned else "",
        )  # fmt: skip

    def _show_warnings(self, post: int | None) -> None:
        line = self.presenter.line(post)
        problems = line.warnings if line else ()
        self.warned.empty_text = "这个岗位没有发现违法或不合理的条件" if line else ""
        rows = [(Cell(problem.text, "warned", tip=problem.text),) for problem in problems]
        self.warned.fill(rows, list(range(len(rows))))

    # -- acting --------------------------------------------------------------------------------

    def _posts_of_person(self) -> None:
        part = self._parts.get(Shown.PEOPLE)
        if isinstance(part, PeoplePart) and part.table.key() is not None:
            self.presenter.open_posts(part.table.key())

    def _new(self) -> None:
        if self.presenter.page is Shown.ADVICE:
            self.presenter.advising.begin()
        if self.presenter.page is Shown.REGISTER:
            line = self.presenter.line(self.table.key())
            self.presenter.employer = line.demand.post.get("employer") if line else None
            self.presenter.begin_post()

    def _new_employer(self) -> None:
        if self.presenter.page in (Shown.REGISTER, Shown.POST):
            self.presenter.begin_employer()

    def _edit(self) -> None:
        if self.table.key() is not None:
            self.presenter.edit_post(self.table.key())

    def _edit_employer(self) -> None:
        line = self.presenter.line(self.table.key())
        if line is not None:
            self.presenter.edit_employer(line.demand.post.get("employer"))

    def _save(self) -> None:
        if self.presenter.page is Shown.ADVICE:
            self.presenter.advising.save()
        elif self.presenter.page in (Shown.POST, Shown.EMPLOYER):
            self.presenter.save()

    def _close(self) -> None:
        line = self.presenter.line(self.table.key())
        if line is None:
            return
        if line.demand.post.get("closed"):
            self.presenter.close(line.id, "")
            return
        reasons = code_list("post_close_reason").items
        choices = [Choice(i.code, i.number, i.short) for i in reasons]
        pick = PickEdit(lambda typed: [c for c in choices if typed in f"{c.number}{c.label}"])
        pick.choose(choices[0].value, choices[0].label)
        text = f"“{line.demand.title}”不再招人,原因:"
        if agreed(self, "停招", text, "停招", (pick,)):
            self.presenter.close(line.id, str(pick.value))

    def _begin_batch(self) -> None:
        """Send people to the post that is seen."""
        p = self.presenter
        demand = p.people.demand if p.page is Shown.PEOPLE else None
        post = demand.id if demand is not None else self.table.key()
        if post is not None:
            self._send(post)

    def print_now(self) -> None:
        """Ctrl+P: the people to be asked, or the notice of the post one stands on."""
        page = self.presenter.page
        if page is Shown.PEOPLE:
            self.print_calls()
        elif page is Shown.REGISTER:
            self._print_notice()

    def _print_notice(self) -> None:
        """A post to be put up in the village."""
        line, store = self.presenter.line(self.table.key()), self.presenter.station.store
        if line is None:
            return

        def build() -> Document:
            with store.read() as session:
                return prints.notice(store, session, line.id)

        self._show(build, f"招工简章-{line.demand.post.get('name') or ''}", "post-notice", line.id)

    def print_calls(self) -> None:
        """The list that is seen, to call by."""
        people, store = self.presenter.people, self.presenter.station.store
        if people.demand is None:
            return
        post, place, which = people.demand.id, people.place, people.which
        limit, title = people.limit, people.demand.post.get("name") or ""

        def build() -> Document:
            with store.read() as session:
                return prints.calls(store, session, post, place=place, which=which, limit=limit)

        self._show(build, f"岗位询问名单-{title}", "call-list", post)

    def _show(self, build: Callable[[], Document], name: str, kind: str, post: int) -> None:
        station = self.presenter.station

        def taken(pages: int) -> None:
            store = station.store
            station.runner.run(lambda _: note_printed(store, None, kind, "post", post, pages))

        show_document(self, station.runner, build, name, taken)

    def _open_person(self, person: int) -> None:
        fit = self.presenter.people.fit(person)
        if fit is not None and fit.person.get("household"):
            self._open_household(fit.person["household"], person, ())

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()  # ours, before the window's
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._is_ours(event):
            self._escape()
        else:
            super().keyPressEvent(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        escape = event.key() == Qt.Key.Key_Escape
        return escape and self.presenter.page is not Shown.REGISTER

    def _escape(self) -> None:
        p = self.presenter
        typed = p.page in (Shown.POST, Shown.EMPLOYER, Shown.ADVICE) and p.dirty
        if typed and not agreed(self, "返回", "填的内容还没有存,不要了?", "不要了"):
            return
        p.back()
        self.changed()
