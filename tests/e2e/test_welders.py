"""From a firm's call to the reports: sixty welders are wanted in 福州, forty-three go from three
townships, forty arrive. A county's clerk does it in the real window, by keys.

With `LABORCLERK_PICTURES=<folder>` every screen and paper of the story is kept there to be looked
at; `QT_SCALE_FACTOR=2` draws them at 200 %.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from laborclerk.app import create_station
from laborclerk.catalog.credit_code import check_letter, organisation_check
from laborclerk.features.demand.service import one_demand
from laborclerk.features.dispatch.rosters import ROSTERS
from laborclerk.features.matching.service import people_for, view_of
from laborclerk.features.practice.county import TOWNS, County, begin_county
from laborclerk.features.practice.demand import WELDERS
from laborclerk.features.registry.model import Person
from laborclerk.features.registry.places import place_id
from laborclerk.features.reports.counts import Report, report
from laborclerk.features.reports.kinds import OF_AWAY, ReportKind
from laborclerk.features.reports.listing import behind
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.resources import resource
from laborclerk.store.store import Store
from laborclerk.ui.kit import theme
from tests.gui.in_shell import WINDOW, InShell

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PICTURES = os.environ.get("LABORCLERK_PICTURES", "")
CALLED, GONE = "2026-11-20", "2026-12-01"
GO = (25, 13, 5)  # who says yes, of the first three townships
COUNTY = "530627000000"
FIRM = {"name": "福州某安船舶重工有限公司", "contact": "郑经理", "phone": "13900000011"}


class Clerk(InShell[QWidget]):
    """Somebody in front of the real window."""

    def __init__(self, qtbot: QtBot, store: Store) -> None:
        super().__init__(qtbot, store, "home", QWidget)
        self.store = store
        self._taken = 0
        scale = self.shell.devicePixelRatio()  # a screen has fewer pixels for it at 200 %
        self.shell.resize(*(round(n / scale) for n in WINDOW))

    def show(self, screen: str) -> Any:
        """Lead to a screen, all read."""
        self.go(screen)
        self.idle()
        return self.shell.current()

    def fill(self, editor: Any, values: dict[str, str]) -> None:
        """Fields of a form, each gone to."""
        for key, text in values.items():
            editor.go_to(key)
            self.enter(text)

    def look(self, name: str) -> None:
        """Keep a picture of the window, if pictures are wanted."""
        if PICTURES:
            self.idle()
            self.qtbot.wait(250)
            self._taken += 1
            folder = Path(PICTURES)
            folder.mkdir(parents=True, exist_ok=True)
            self.shell.grab().save(str(folder / f"{self._taken:02d}-{name}.png"))


@pytest.fixture(scope="module", autouse=True)
def drawn_as_in_the_program(qapp: QApplication) -> None:
    theme.load_fonts()
    QFontDatabase.addApplicationFont(str(resource("fonts", "HanaMinB.ttf")))
    theme.apply(qapp)


@pytest.fixture
def day() -> list[str]:
    """The day it is; the story moves on."""
    return [CALLED]


@pytest.fixture
def county(tmp_path: Path, day: list[str]) -> Iterator[tuple[Store, County]]:
    clock = Clock(wall=lambda: datetime.fromisoformat(f"{day[0]}T09:30").timestamp())
    store, made = begin_county(
        lambda f, c, p: create_station(f, c, p, scrypt_n=2, clock=clock), tmp_path / "county"
    )
    yield store, made
    store.close()


def credit_code() -> str:
    """A right code of an organisation nobody has."""
    number = "99999077"
    first = f"91350100{number}{organisation_check(number)}"
    return first + check_letter(first)


def test_sixty_welders(
    qtbot: QtBot, county: tuple[Store, County], day: list[str], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    store, made = county
    before = reports(store, GONE)
    clerk = Clerk(qtbot, store)
    post = take_the_post(clerk)
    going = call(clerk, post, made)
    send(clerk, going)
    papers = print_everything(clerk, tmp_path, monkeypatch)
    names = names_of(store, going)
    for paper, text in papers.items():
        printed = paper.endswith(".pdf")
        missing = [n for n in names if (as_printed(n) if printed else n) not in text]
        assert missing == [], paper
    day[0] = GONE
    absent = confirm(clerk)
    arrived = [p for p in going if p not in absent]
    what_follows(clerk, before, post, going, arrived, made)


def take_the_post(clerk: Clerk) -> int:
    """The firm and its post, typed."""
    screen = clerk.show("demand")
    clerk.look("demand-before")
    clerk.key(Key.Key_N, CTRL)
    clerk.key(Key.Key_E, CTRL)
    form = screen._parts[screen.presenter.page]
    clerk.fill(
        form.editor,
        {**FIRM, "credit_code": credit_code(), "location": "福州市", "industry": "C",
         "address": "马尾区快安大道某号"},
    )  # fmt: skip
    clerk.look("employer")
    clerk.key(Key.Key_S, CTRL)
    form = screen._parts[screen.presenter.page]
    clerk.fill(
        form.editor,
        {"name": WELDERS, "occupation": "焊工", "headcount": "60", "skill": "电焊",
         "pay_low": "6500", "pay_high": "8500", "board": "1", "insurance": "1 3 5 6",
         "contract_months": "12", "work_place": "福州市",
         "work_address": "马尾区快安大道某号", "arrival_date": "2026-11-30",
         "valid_until": "2026-12-31", "climate": "夏天湿热,冬天不供暖"},
    )  # fmt: skip
    clerk.look("post")
    clerk.key(Key.Key_S, CTRL)
    [line] = [x for x in screen.presenter.lines if x.demand.post["name"] == WELDERS]
    assert screen.table.key() == line.id
    assert (line.demand.post["headcount"], line.demand.employer["name"]) == (60, FIRM["name"])
    clerk.look("demand")
    return int(line.id)


def call(clerk: Clerk, post: int, made: County) -> list[int]:
    """Everybody who can weld is called; who goes."""
    screen: Any = clerk.shell.current()
    clerk.key(Key.Key_Return)
    clerk.look("people")
    people = screen.presenter.people
    first = {f.id for f in people.found[:62]}
    assert len(first & set(made.planted.welders)) >= 60
    going: list[int] = []
    for at, code in enumerate(TOWNS):
        people.choose(place_id(code))
        clerk.idle()
        part = screen._parts[screen.presenter.page]
        welders = [f.id for f in people.found if f.id in set(made.towns[at].welders)]
        part.table.go_to(welders[0])
        part.table.setFocus()
        rare = set(made.planted.rare_names.values()) | {largest(clerk, made)}
        for n, person in enumerate(sorted(welders, key=lambda p: p not in rare)):
            part.table.go_to(person)
            if at < len(GO) and n < GO[at]:
                clerk.key(Key.Key_1)
                going.append(person)
            elif n % 3 == 0:
                clerk.key(Key.Key_2)
                if at == 1:
                    clerk.look(f"why-{n}")
                clerk.enter("2 8")
                clerk.key(Key.Key_Return)
            else:
                clerk.key(Key.Key_3 if n % 3 == 1 else Key.Key_4)
    people.choose(place_id(COUNTY))
    clerk.idle()
    assert (people.counts.asked, people.counts.willing) == (62, 43)
    clerk.look("called")
    return going


def largest(clerk: Clerk, made: County) -> int:
    """The welder of the household of eighteen."""
    with clerk.store.read() as session:
        return next(
            p for p in made.towns[0].welders
            if session.get_one(Person, p).household == made.towns[0].largest
        )  # fmt: skip


def send(clerk: Clerk, going: list[int]) -> None:
    """A batch from the post, whoever said yes, a leader where the rule wants one."""
    clerk.key(Key.Key_B)
    screen: Any = clerk.shell.current()
    p = screen.presenter
    clerk.look("new-batch")
    clerk.fill(
        screen.entry._editor(p.entering.asked),
        {"name": "赴福州焊工第一批", "departs": "2026-11-28", "arrives": "2026-11-30",
         "gather_time": "早上6:30", "gather_place": "镇雄县客运站", "transport_number": "包车2辆",
         "leader": "周带队", "leader_phone": "13900000001", "station": "镇雄驻福州劳务工作站",
         "station_contact": "林站长", "station_phone": "13900000002"},
    )  # fmt: skip
    clerk.key(Key.Key_S, CTRL)
    assert p.shown_batch.values["name"] == "赴福州焊工第一批"
    assert p.shown_batch.values["employer_name"] == FIRM["name"]
    clerk.look("batch-empty")
    screen.batches.setFocus()
    clerk.key(Key.Key_W)
    clerk.idle()
    assert {m.person for m in p.shown_batch.members} == set(going)
    assert len({m.township for m in p.shown_batch.members}) == 3
    clerk.look("batch-full")
    lacking = [x for x in p.shown_batch.problems if x.code == "leader_missing"]
    assert len(lacking) == 1
    screen.members.setFocus()
    clerk.key(Key.Key_D)
    clerk.look("leader")
    clerk.enter("杨街道")
    clerk.enter("13900000003")
    clerk.idle()
    assert [x for x in p.shown_batch.problems if x.code == "leader_missing"] == []
    screen.members.setFocus()
    screen.members.selectAll()
    clerk.key(Key.Key_E)
    clerk.look("terms")
    clerk.fill(
        screen.entry._editor(p.entering.asked),
        {"wage": "6800", "contract": "1", "health_check": "1", "injury_insurance": "1"},
    )
    clerk.key(Key.Key_S, CTRL)
    clerk.look("batch-ready")


def print_everything(clerk: Clerk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The five rosters as paper and sheet, and the handbooks: the text of each."""
    screen: Any = clerk.shell.current()
    texts: dict[str, str] = {}
    for kind in ROSTERS:
        out = folder / f"{kind.kind}.xlsx"
        monkeypatch.setattr("laborclerk.ui.screens.dispatch.view.ask_save", lambda *_, out=out: out)
        screen.presenter.export(str(kind.kind), out)
        clerk.idle()
        book = openpyxl.load_workbook(out)
        texts[f"{kind.kind}.xlsx"] = "\n".join(
            str(cell.value) for sheet in book for row in sheet for cell in row
        )
    screen.members.setFocus()
    clerk.key(Key.Key_M)
    papers: Any = clerk.shell.current()
    for kind in ROSTERS:
        papers.presenter.choose(list=str(kind.kind))
        clerk.key(Key.Key_Return)
        clerk.qtbot.waitUntil(lambda: papers.save.isEnabled(), timeout=20_000)
        clerk.look(f"roster-{kind.kind}")
        texts[f"{kind.kind}.pdf"] = saved(clerk, papers, folder / f"{kind.kind}.pdf", monkeypatch)
    screen = clerk.show("dispatch")
    screen.members.setFocus()
    clerk.key(Key.Key_H)
    papers = clerk.shell.current()
    clerk.qtbot.waitUntil(lambda: papers.save.isEnabled(), timeout=20_000)
    clerk.look("handbooks")
    texts["handbook.pdf"] = saved(clerk, papers, folder / "handbook.pdf", monkeypatch)
    handbooks = clerk.show("handbook")
    before = handbooks.presenter.found.copies
    clerk.key(Key.Key_P)  # one for each of the batch that was made last
    clerk.enter("002")
    clerk.look("issued")
    assert handbooks.presenter.found.copies == before + len(screen.presenter.shown_batch.members)
    return texts


def saved(clerk: Clerk, papers: Any, out: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr("laborclerk.ui.kit.paper_out.ask_save", lambda *_: out)
    clerk.key(Key.Key_S, CTRL)
    clerk.qtbot.waitUntil(out.exists, timeout=20_000)
    clerk.idle()
    data = out.read_bytes()
    if PICTURES:
        (Path(PICTURES) / out.name).write_bytes(data)
    with pypdfium2.PdfDocument(data) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    return "".join(text.split())  # a long name has several lines


def as_printed(name: str) -> str:
    """A character of private use is printed as its code point."""
    return "".join(f"U+{ord(c):04X}" if 0xE000 <= ord(c) < 0xF900 else c for c in name)


def names_of(store: Store, people: list[int]) -> list[str]:
    with store.read() as session:
        return [session.get_one(Person, p).name or "" for p in people]


def confirm(clerk: Clerk) -> list[int]:
    """Two did not go, one got lost on the way, the rest arrived."""
    screen = clerk.show("dispatch")
    p = screen.presenter
    clerk.look("overdue")
    missing = p.shown_batch.members[5:8]
    for m, (key, reason) in zip(
        missing, ((Key.Key_N, "9"), (Key.Key_N, "8"), (Key.Key_L, "11")), strict=True
    ):
        screen.members.go_to(m.id)
        screen.members.setFocus()
        clerk.key(key)
        clerk.enter(reason)
    screen.members.setFocus()
    clerk.key(Key.Key_A, SHIFT)
    clerk.look("arriving")
    field = screen.entry.field("arrived")
    field.selectAll()
    clerk.enter("2026-11-30")
    clerk.idle()
    clerk.look("arrived")
    [line] = [x for x in p.lines if x.id == p.batch]
    assert (line.arrived, line.absent) == (40, 3)
    return [m.person for m in missing]


def reports(store: Store, on: str) -> dict[ReportKind, Report]:
    with store.read() as session:
        return {k: report(session, k, place_id(COUNTY), on) for k in ReportKind}


def what_follows(
    clerk: Clerk, before: dict[ReportKind, Report], post: int, going: list[int],
    arrived: list[int], made: County,
) -> None:  # fmt: skip
    """Every number that a report had, and those forty more."""
    store = clerk.store
    after = reports(store, GONE)
    where = {
        ReportKind.PLACE: "35", ReportKind.INDUSTRY: "C", ReportKind.CHANNEL: "1",
        ReportKind.INCOME: "6000", ReportKind.ORGANISED: "1",
    }  # fmt: skip
    for kind in OF_AWAY:
        for line in before[kind].lines:
            more = 40 if line.key == where[kind] else 0
            assert after[kind].line(line.key).whole == line.whole + more, (kind, line.key)
        assert after[kind].total == before[kind].total + 40
    steps = {s.key: s for s in after[ReportKind.POSTS].lines}
    at = [c.key for c in after[ReportKind.POSTS].columns].index(str(post))
    assert [steps[k].values[at] for k in ("wanted", "asked", "willing", "batched")] == [
        60, 62, 43, 43
    ]  # fmt: skip
    assert [steps[k].values[at] for k in ("arrived", "there", "absent")] == [40, 40, 3]
    with store.read() as session:
        for kind, found in after.items():
            if kind in (ReportKind.FAIRS, ReportKind.SUMMARY):
                continue
            for line in (*found.lines, *found.sums):
                for column, value in zip(found.columns, line.values, strict=True):
                    if isinstance(value, int) and line.key != "wanted":
                        listing = behind(session, found, line.key, column.key, None)
                        assert len(listing.entries) == value, (kind, line.key, column.key)
        demand = one_demand(session, post, GONE)
        assert demand is not None
        first = {f.id for f in people_for(session, demand, view_of(store), limit=15)}
    assert not first & set(arrived)  # they have work now
    screen = clerk.show("reports")
    for kind in ReportKind:
        screen.presenter.choose(kind)
        clerk.idle()
        clerk.look(f"report-{kind.value}")
    screen.presenter.choose(ReportKind.POSTS)
    clerk.idle()
    screen.presenter.open("arrived", str(post))
    clerk.idle()
    listing = screen.presenter.listing
    assert {e.person for e in listing.entries} == set(arrived)
    clerk.look("report-list")
    clerk.show("demand")
    clerk.look("demand-after")
    clerk.show("work")
    clerk.look("work")
    clerk.show("home")
    clerk.look("home")
    clerk.shell.open_household(made.towns[0].largest, None, ())
    clerk.idle()
    clerk.look("household-of-18")
