"""The screen of dispatch: batches above, the people of the chosen one, what it lacks below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from laborclerk.features.dispatch.batches import BatchLine, MemberLine
from laborclerk.kernel.errors import Severity
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit import theme
from laborclerk.ui.kit.entry_line import EntryLine
from laborclerk.ui.kit.files import ask_open, ask_save
from laborclerk.ui.kit.page import Page, button, label, labelled
from laborclerk.ui.kit.pick import PickEdit
from laborclerk.ui.kit.table import Cell, Column, Row, Table
from laborclerk.ui.screens.dispatch.presenter import DispatchPresenter
from laborclerk.ui.station import OpenHousehold, Station

_BATCHES = (
    Column("批次编号", 152), Column("名称", 176), Column("目的地", 168), Column("用人单位"),
    Column("出发", 96), Column("名册", 52, right=True), Column("到岗", 52, right=True),
    Column("未到", 52, right=True), Column("返乡", 52, right=True),
    Column("版次", 56, right=True),
)  # fmt: skip
_MEMBERS = (
    Column("姓名", 120), Column("住址", 184, ends=True), Column("电话", 108), Column("状态", 76),
    Column("岗位", 88), Column("月工资", 64, right=True), Column("合同", 72), Column("体检", 60),
    Column("工伤险", 76), Column("紧急联系人", 168), Column("到岗、未到原因、返乡"),
)  # fmt: skip
_PROBLEMS = (Column("出发前还差什么"),)
_TOKENS = {"1": "text", "2": "carried", "3": "passed", "4": "wrong", "5": "wrong", "6": "muted"}
_STATES = {
    Severity.BLOCK: FieldState.WRONG, Severity.WARN: FieldState.WARNED,
    Severity.HINT: FieldState.CARRIED,
}  # fmt: skip
_HINTS = (
    "B 新建 · F2 改这批 · J 加人 · I 由表格加 · W 加愿意去的 · E 改几项 · D 带队人 · A 到岗"
    " · Shift+A 其余都到岗 · N 未成行 · L 没到岗 · G 调岗 · R 返乡 · Del 移出 · M 印名册"
    " · X 名册存成表格 · H 印手册"
)
_NO_BATCH = "还没有批次。按 B 新建一批:去哪里、哪天走、坐什么车、谁带队"
_NOBODY = "这一批还没有人。按 J 加人(姓名或号码),按 I 由花名册加,或按 W 把问过、愿意去的一起加进来"


class DispatchScreen(Page):
    """Batches and their people."""

    def __init__(
        self,
        station: Station,
        open_household: OpenHousehold,
        print_paper: Callable[[str, int], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("派遣", parent)
        self.presenter = DispatchPresenter(station, self, print_paper)
        self._open = open_household
        p = self.presenter
        self.batches = Table(_BATCHES)
        self.batches.fix_rows(5)
        self.batches.empty_text = _NO_BATCH
        self.members = Table(_MEMBERS)
        self.entry = EntryLine(p.entering.keep, p.entering.drop)
        self.kind = PickEdit(lambda typed: p.kinds().search(typed))
        self.kind.picked.connect(self._keep_sheet)
        self.kind.given_up.connect(self._end_sheet)
        self.sheet = labelled("哪一种名册存成表格", self.kind, 152)
        self.said = label(wrap=True)
        self.problems = Table(_PROBLEMS)
        self.problems.fix_rows(4)
        self._filling = False
        self._build()
        self.changed()

    def _build(self) -> None:
        p, entering = self.presenter, self.presenter.entering
        for one in (
            button("新建一批 (B)", entering.new_batch, main=True),
            button("加人 (J)", entering.add_people),
            button("印名册 (M)", lambda: p.print_("roster")),
            button("印手册 (H)", lambda: p.print_("handbook")),
        ):  # fmt: skip
            self.side.addWidget(one)
        self.body.addWidget(self.batches)
        self.body.addWidget(self.members, 1)
        self.body.addWidget(self.entry)
        self.body.addWidget(self.sheet)
        self.sheet.hide()
        self.body.addWidget(self.said)
        self.body.addWidget(self.problems)
        self.hints.setText(_HINTS)
        self.batches.current.connect(self._choose)
        self.batches.opened.connect(lambda _: self.members.setFocus())
        self.members.opened.connect(self._to_household)
        self.problems.opened.connect(self._to_problem)
        for table in (self.batches, self.members):
            for keys, act in (
                ("B", entering.new_batch), ("F2", p.edit), ("J", entering.add_people),
                ("W", p.add_willing), ("M", lambda: p.print_("roster")),
                ("H", lambda: p.print_("handbook")), ("D", self._lead), ("X", self._ask_sheet),
                ("Shift+A", p.rest_arrive), ("I", self._take_sheet),
            ):  # fmt: skip
                self.key(keys, act, table)
        for keys, mark in (
            ("A", entering.arrive), ("R", entering.come_home), ("E", entering.change_members),
            ("Del", entering.remove),
            ("N", lambda lines: entering.absent(lines, left=False)),
            ("L", lambda lines: entering.absent(lines, left=True)),
            ("G", lambda lines: entering.change_post(lines[0])),
        ):  # fmt: skip
            self.key(keys, self._on(mark), self.members)
        self.key("Ctrl+S", entering.keep)
        self.setFocusProxy(self.batches)

    def _on(self, act: Callable[[Sequence[MemberLine]], object]) -> Callable[[], None]:
        """Do something with the chosen members, if there are any."""

        def run() -> None:
            rows = sorted({index.row() for index in self.members.selectedIndexes()})
            lines = self.presenter.chosen([self.members.rows.keys[row] for row in rows])
            if lines:
                act(lines)

        return run

    # -- showing -------------------------------------------------------------------------------

    def changed(self) -> None:
        p = self.presenter
        self._filling = True
        self.about.setText(p.summary())
        self.batches.fill([_batch(line) for line in p.lines], [line.id for line in p.lines])
        if p.batch is not None:
            self.batches.go_to(p.batch)
        lines = p.shown_batch.members
        self.members.empty_text = _NOBODY if p.batch is not None else ""
        self.members.fill([self._member(m) for m in lines], [m.id for m in lines])
        problems = p.shown_batch.problems
        self.problems.setVisible(bool(problems) and p.entering.asked is None)
        self.problems.fill(
            [(Cell(x.text, _STATES[x.severity].value, _STATES[x.severity], tip=x.text),)
             for x in problems],
            list(range(len(problems))),
        )  # fmt: skip
        self._filling = False
        self.said.setVisible(p.ended is not None)
        if p.ended is not None:
            theme.restyle(self.said, wrong=not p.ended.whole)
            self.said.setText(p.ended.text)
        self.entry.follow(p.entering, (self.members if lines else self.batches).setFocus)

    def _member(self, m: MemberLine) -> Row:
        tree = self.presenter.station.tree
        where = tree.path(m.place, "township") if m.place else ""
        kin = " ".join(part for part in (m.contact, m.contact_phone) if part)
        last = m.returned and f"{m.returned} 返乡"
        return (
            m.name, where, m.phone, Cell(m.status_text, _TOKENS.get(m.status, "text")),
            m.job or str(self.presenter.shown_batch.values.get("job") or ""),
            f"{m.wage:,}" if m.wage is not None else "", m.contract, m.health_check,
            m.injury_insurance, Cell(kin, tip=kin), last or m.absence or m.arrived,
        )  # fmt: skip

    # -- acting --------------------------------------------------------------------------------

    def _choose(self, batch: int | None) -> None:
        if not self._filling:
            self.presenter.choose(batch)

    def _lead(self) -> None:
        member = self.presenter.member(self.members.key())
        self.presenter.lead(member)

    def _ask_sheet(self) -> None:
        if self.presenter.batch is not None:
            self.sheet.show()
            self.kind.choose(None, "")
            self.kind.setFocus()
            self.kind.open_list()

    def print_now(self) -> None:
        """Ctrl+P: the rosters of the batch that is looked at."""
        self.presenter.print_("roster")

    def _take_sheet(self) -> None:
        if self.presenter.batch is not None:
            kinds = "表格 (*.xlsx *.xls *.csv)"
            path = ask_open(self, "把花名册上的人加进这一批", kinds, Path.home())
            if path is not None:
                self.presenter.take_sheet(path)

    def _end_sheet(self) -> None:
        self.sheet.hide()
        self.members.setFocus()

    def _keep_sheet(self, kind: str) -> None:
        self._end_sheet()
        name = Path.home() / self.presenter.sheet_name(kind)
        path = ask_save(self, "名册存成表格", "表格 (*.xlsx)", name)
        if path is not None:
            self.presenter.export(kind, path)

    def _to_household(self, number: int) -> None:
        member = self.presenter.member(number)
        if member is not None and member.household:
            self._open(member.household, member.person, ())

    def _to_problem(self, at: int) -> None:
        """The member a problem is about."""
        where = self.presenter.shown_batch.problems[at].where
        if where.record_id is not None:
            self.members.go_to(where.record_id)
            self.members.setFocus()


def _batch(line: BatchLine) -> Row:
    def number(count: int, token: str = "text") -> Cell:
        return Cell(f"{count:,}", token) if count else Cell("·", "muted")

    return (
        line.number, Cell(line.name, tip=line.name), Cell(line.destination, tip=line.destination),
        Cell(line.employer, tip=line.employer), line.departs, number(line.people),
        number(line.arrived, "passed"), number(line.absent, "wrong"), number(line.returned),
        Cell(f"第{line.edition}版" if line.edition else "", "muted"),
    )  # fmt: skip
