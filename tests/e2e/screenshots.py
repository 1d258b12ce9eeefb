"""Makes every picture of the manual from the program itself: `python -m tests.e2e.screenshots`.

The real window stands on the practice township, at 1366×768. `--scale 2` draws the same at 200 %,
for looking at; give it another folder with `--out`. `--theme dark` and `--large` likewise.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
PICTURES = Path(__file__).parents[2] / "resources" / "manual" / "pictures"
WIDTH, HEIGHT = 1366, 768
NOW = datetime(2026, 11, 20, 14, 5).timestamp()
PEOPLE, SEED = 2000, 1
PASSWORD = "lianxi2026"
Take = Callable[["Studio"], None]
SHOTS: dict[str, Take] = {}


def shot(take: Take) -> Take:
    """Register a picture, or a few of one screen, under its function's name."""
    SHOTS[take.__name__] = take
    return take


class Studio:
    """The application, a township's window and a county's, and the folder pictures go to."""

    def __init__(self, work: Path, out: Path, theme_name: str, large: bool) -> None:
        from PySide6.QtGui import QFontDatabase
        from PySide6.QtWidgets import QApplication

        from laborclerk.kernel.resources import resource
        from laborclerk.ui.kit import theme
        from laborclerk.ui.runner import WorkerRunner

        app = QApplication.instance() or QApplication([])
        assert isinstance(app, QApplication)
        self.app = app
        self.work, self.out = work, out
        theme.load_fonts()
        QFontDatabase.addApplicationFont(str(resource("fonts", "HanaMinB.ttf")))
        theme.apply(self.app, theme_name, large=large)
        self.failures: list[BaseException] = []
        self.runner = WorkerRunner(self.failures.append)
        self.stick = work / "KINGSTON"
        self.stick.mkdir()
        self._windows: dict[str, Any] = {}

    # -- stations ------------------------------------------------------------------------------

    def store(self, level: str) -> Any:
        """A station: the practice township, or its county."""
        from laborclerk.app import create_station
        from laborclerk.features.practice import service as practice
        from laborclerk.features.registry import station as founding
        from laborclerk.kernel.clock import Clock

        clerk = "练习员" if level == "township" else "赵某某"
        store, _ = create_station(
            self.work / level, clerk, PASSWORD, clock=Clock(wall=lambda: NOW), scrypt_n=2
        )
        code = "530627001" if level == "township" else "530627"
        founding.found(store, founding.plan(level, code))
        if level == "township":
            practice.fill(store, people=PEOPLE, seed=SEED)
        return store

    def shell(self, level: str = "township") -> Any:
        """The window of a station."""
        from laborclerk.ui.shell import Shell
        from laborclerk.ui.station import Station, look

        if level not in self._windows:
            store = self.store(level)
            window = Shell(Station(store, self.runner, *look(store)))
            window.resize(WIDTH, HEIGHT)
            window.show()
            self._windows[level] = window
        window = self._windows[level]
        window.activateWindow()
        self.settle()
        return window

    def screen(self, key: str, level: str = "township") -> Any:
        """A screen of the window, gone to; its sticks are the studio's."""
        from laborclerk.ui.drives import Drive

        shell = self.shell(level)
        shell.go(key)
        screen = shell._built[key]
        drives = [Drive(self.stick, "KINGSTON (E:)", 7_730_000_000)]
        presenter = getattr(screen, "presenter", None)
        one: Any
        for one in (presenter, getattr(presenter, "backups", None)):
            if hasattr(one, "_list_drives"):
                one._list_drives = lambda: drives
        if presenter is not None and hasattr(presenter, "load"):
            presenter.load()
        self.settle()
        return screen

    # -- taking --------------------------------------------------------------------------------

    def settle(self, ms: int = 80) -> None:
        """Until the worker has nothing to do and everything is drawn."""
        for _ in range(600):
            self.app.processEvents()
            if self.runner.is_idle():
                break
            self._wait(10)
        self._wait(ms)
        self.app.processEvents()
        if self.failures:
            raise self.failures[0]

    @staticmethod
    def _wait(ms: int) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(ms, loop.quit)
        loop.exec()

    def take(self, name: str, window: Any, over: Any = None) -> None:
        """Keep a picture; `over` is a dialog that stands before the window."""
        from PySide6.QtCore import QPoint
        from PySide6.QtGui import QPainter

        self.settle()
        if hasattr(window, "status_line"):  # both windows have one worker: each asks for itself
            window.status_line.refresh()
            self.settle(20)
            window.navigation.recount()
            self.settle(20)
        picture = window.grab()
        if over is not None:
            over.adjustSize()
            over.show()
            self.settle()
            front = over.grab()
            painter = QPainter(picture)
            room = window.size() - over.size()
            at = QPoint(room.width() // 2, room.height() // 2)
            painter.fillRect(
                at.x() - 1, at.y() - 1, over.width() + 2, over.height() + 2, 0xFF8B95A0
            )
            painter.drawPixmap(at, front)
            painter.end()
            over.close()
        self.out.mkdir(parents=True, exist_ok=True)
        path = self.out / f"{name}.png"
        picture.save(str(path))
        _shrink(path)
        sys.stderr.write(f"{path.name} {path.stat().st_size // 1024} KB\n")

    def close(self) -> None:
        """Close windows and stores."""
        for window in self._windows.values():
            window.close()
        self.runner.close()
        for window in self._windows.values():
            window.station.store.close()


def _shrink(path: Path) -> None:
    """256 colours are enough for a window, and a third of the size."""
    from PIL import Image

    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


# -- before a station is open ----------------------------------------------------------------------


@contextmanager
def _alone(studio: Studio, screen: Any) -> Iterator[Any]:
    from PySide6.QtWidgets import QMainWindow

    window = QMainWindow()
    window.setCentralWidget(screen)
    window.resize(WIDTH, HEIGHT)
    window.show()
    studio.settle()
    yield window
    window.close()


@shot
def setup(studio: Studio) -> None:
    from laborclerk.app import create_station, open_with
    from laborclerk.ui.screens.setup.view import SetupScreen
    from laborclerk.ui.start import Doors

    doors = Doors(create_station, open_with)
    screen = SetupScreen(studio.work / "new", doors, studio.runner, lambda store: store.close())
    with _alone(studio, screen) as window:
        studio.take("setup-kind", window)
        screen.presenter.next_kind()
        studio.settle(300)
        from laborclerk.ui.screens.setup.presenter import Step

        page: Any = screen.pages[Step.PLACE]
        for column, text in enumerate(("云南", "昭通", "镇雄", "wfjd")):
            if column < len(page.filters):
                page.filters[column].setText(text)
                page.filters[column].textEdited.emit(text)
                studio.settle()
        studio.take("setup-place", window)


@shot
def login(studio: Studio) -> None:
    from laborclerk.app import create_station, open_with
    from laborclerk.ui.remembered import Remembered, remember
    from laborclerk.ui.screens.login.view import LoginScreen
    from laborclerk.ui.start import Doors

    remember(studio.work / "township", Remembered(studio.shell().station.name, "练习员"))
    doors = Doors(create_station, open_with)
    folder = studio.work / "township"
    screen = LoginScreen(folder, doors, studio.runner, lambda store: store.close())
    with _alone(studio, screen) as window:
        studio.take("login", window)


# -- the census ------------------------------------------------------------------------------------


@shot
def home(studio: Studio) -> None:
    shell, screen = studio.shell(), studio.screen("home")
    studio.take("home", shell)
    screen.presenter.toggle(1)
    screen.presenter.show_level(3)
    studio.take("home-list", shell)
    screen.presenter.toggle(1)


@shot
def work(studio: Studio) -> None:
    screen = studio.screen("work")
    screen.presenter.choose("list:away")
    studio.settle()
    screen.setFocus()
    studio.take("work", studio.shell())


@shot
def households(studio: Studio) -> None:
    studio.screen("households")
    studio.take("households", studio.shell())


def _household(studio: Studio, number: str) -> tuple[int, list[Any]]:
    import sqlalchemy as sa

    from laborclerk.features.registry.model import Household, Person

    with studio.shell().station.store.read() as session:
        home = session.scalars(
            sa.select(Household)
            .where(Household.number == number, Household.deleted.is_(None))
            .order_by(Household.place)
        ).first()
        people = session.scalars(
            sa.select(Person)
            .where(Person.household == home.id, Person.deleted.is_(None))
            .order_by(Person.line)
        ).all()
    return home.id, list(people)


@shot
def sign(studio: Studio) -> None:
    from laborclerk.features.coverage.signoff import can_sign
    from laborclerk.ui.screens.coverage.sign_dialog import SignDialog

    shell, screen = studio.shell(), studio.screen("home")
    line = screen.presenter.lines[2]
    station = shell.station
    with station.store.read() as session:
        problems = can_sign(session, station.round.id, line.row.place)
    warned = [p for p in problems if p.severity != "block"]
    dialog = SignDialog(line.row.name, warned, station.store.clock.today(), shell)
    studio.take("sign", shell, dialog)


# -- places, frame, sheets -------------------------------------------------------------------------


@shot
def places(studio: Studio) -> None:
    shell, screen = studio.shell(), studio.screen("places")
    presenter = screen.presenter
    village = next(p.id for p in presenter.places.values() if p.level == "village" and p.households)
    presenter.toggle(village, True)
    screen.tree.go_to(village + 2)
    studio.take("places", shell)
    names = [(p.id // 1000, p.name) for p in presenter.places.values() if p.level == "village"]
    lines = ["区划代码,名称"]
    for at, (code, name) in enumerate(names):
        lines.append(f"{530627001399 if at == 1 else code},{name}")
    path = studio.work / "2026年区划.csv"
    path.write_text("\n".join(lines), "utf-8")
    presenter.try_edition(path)
    studio.settle()
    presenter.import_edition()
    studio.take("places-edition", shell)
    presenter.put_off(presenter.proposals[0])
    presenter.work.say(None)


@shot
def frame(studio: Studio) -> None:
    studio.screen("frame")
    studio.take("frame", studio.shell())


@shot
def groups(studio: Studio) -> None:
    screen = studio.screen("groups")
    screen.table.selectRow(1)
    studio.take("groups", studio.shell())


@shot
def sheets(studio: Studio) -> None:
    shell, screen = studio.shell(), studio.screen("sheets")
    presenter = screen.presenter
    presenter.open(_sheet(studio))
    studio.take("sheets-columns", shell)
    presenter.try_()
    studio.take("sheets-tried", shell)
    presenter.leave()


def _sheet(studio: Studio) -> Path:
    """A sheet as villages send them: title, two rows of heads, a yearly income, a note below."""
    import sqlalchemy as sa
    from openpyxl import Workbook

    from laborclerk.catalog.values import show
    from laborclerk.features.registry.model import Household, Person
    from laborclerk.store.base import fields_of

    shell = studio.shell()
    tree, specs = shell.station.tree, fields_of(Person)
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "劳动力"
    page.append(["乌峰街道农村劳动力资源调查登记表"])
    page.append(["填报单位:油榨街社区"])
    page.append(["序号", "村", "组", "户主姓名", "基本情况", "", "", "务工情况", "", "联系方式"])
    page.append(["", "", "", "", "姓名", "与户主关系", "身份证号", "就业情况", "年收入(万元)", ""])
    for area in ("E3:G3", "H3:I3", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "J3:J4"):
        page.merge_cells(area)
    with shell.station.store.read() as session:
        rows = session.execute(
            sa.select(Household, Person)
            .join(Person, Person.household == Household.id)
            .where(Household.deleted.is_(None), Person.deleted.is_(None))
            .order_by(Household.place, Household.number, Person.line)
            .limit(240)
        ).all()
    for at, (home, person) in enumerate(rows, 1):
        number = str(person.id_number or "")
        if at % 60 == 0:
            number = number[:-1] + ("1" if number[-1:] != "1" else "2")
        status = person.employment_status if at % 31 else "04"
        page.append([
            at, tree.full_name(home.place // 1000 * 1000), tree.name(home.place), home.head_name,
            person.name, show(specs["relation"].type, person.relation), number,
            show(specs["employment_status"].type, status) if status else "", "3.6", person.phone,
        ])  # fmt: skip
    page.append(["注:本表一式两份,村、乡镇各存一份"])
    path = studio.work / "油榨街社区劳动力.xlsx"
    book.save(path)
    return path


# -- out -------------------------------------------------------------------------------------------


@shot
def papers(studio: Studio) -> None:
    shell, screen = studio.shell(), studio.screen("papers")
    village = shell.station.tree.villages()[0]
    screen.presenter.select("census-form")
    screen.presenter.choose(place=village + 1)
    screen.presenter.preview()
    studio.settle(500)
    studio.take("papers", shell)


@shot
def duplicates(studio: Studio) -> None:
    """Two registrations side by side, a value chosen."""
    screen = studio.screen("duplicates")
    presenter = screen.presenter
    likely = next(pair for pair in presenter.pairs if not pair.certain)
    screen.list.go_to(likely.id)
    studio.settle()
    screen._next_difference()
    screen._take(1)
    studio.take("duplicates", studio.shell())


@shot
def demand(studio: Studio) -> None:
    """The register, and the people for the welders' post."""
    screen = studio.screen("demand")
    presenter = screen.presenter
    welders = next(line for line in presenter.lines if line.demand.post["name"] == "电焊工")
    unlawful = max(presenter.lines, key=lambda line: len(line.warnings))
    screen.table.go_to(unlawful.id)
    studio.settle()
    studio.take("demand", studio.shell())
    presenter.open_people(welders.id)
    studio.settle(300)
    studio.take("demand-people", studio.shell())


@shot
def fairs(studio: Studio) -> None:
    screen = studio.screen("fairs")
    told = next(line for line in screen.presenter.lines if line.values["visits_told"])
    screen.table.go_to(told.id)
    studio.settle()
    studio.take("fairs", studio.shell())


@shot
def reports(studio: Studio) -> None:
    """Where people are away to, the stable households, the ages; the list behind a number."""
    from laborclerk.features.reports.kinds import ReportKind

    screen = studio.screen("reports")
    presenter = screen.presenter
    screen.setFocus()
    studio.take("reports", studio.shell())
    kinds = ("stable", "ages", "fairs", "posts", "summary")
    for kind in map(ReportKind, kinds):
        presenter.choose(kind)
        studio.settle()
        studio.take(f"reports-{kind.value}", studio.shell())
    presenter.choose(ReportKind.INCOME)
    studio.settle()
    presenter.open("8000", "")
    studio.settle()
    studio.take("reports-list", studio.shell())


@shot
def exchange(studio: Studio) -> None:
    shell, screen = studio.shell(), studio.screen("exchange")
    studio.take("exchange-enrol", shell)
    ours = screen.presenter
    ours.write_request(studio.stick)
    studio.settle()
    county, there = studio.shell("county"), studio.screen("exchange", "county")
    theirs = there.presenter
    theirs.read_request(next(studio.stick.glob("*.lcq")))
    studio.settle()
    theirs.approve(studio.stick / theirs.approval_name())
    studio.settle()
    ours.accept(next(studio.stick.glob("*.lca")))
    studio.settle()
    ours.work.say(None)
    studio.take("exchange", shell)
    ours.write_bundle()
    studio.settle()
    theirs.work.say(None)
    theirs.scan()
    studio.settle()
    theirs.import_all()
    studio.settle()
    theirs.keys.sheet_taken()
    studio.settle()
    theirs.work.say(None)
    there.stations.go_to(there.presenter.facts.stations[0].device)
    studio.take("county", county)
    there.keys.click()
    studio.take("county-keys", county)
    there.keys.click()
    ours.work.say(None)  # it names the folder of this run
    shell = studio.shell()
    screen.again.click()
    studio.take("exchange-certificate", shell)
    screen.again.click()


@shot
def answers(studio: Studio) -> None:
    """What both sides changed: the county decides, answers, and the township reads it."""
    shell, screen = studio.shell(), studio.screen("exchange")
    county, there = studio.shell("county"), studio.screen("exchange", "county")
    ours, theirs = screen.presenter, there.presenter
    _differ(studio, shell, county)
    for file in studio.stick.glob("*.lcb"):
        file.unlink()
    ours.write_bundle()
    studio.settle()
    theirs.scan()
    studio.settle()
    theirs.import_all()
    studio.settle()
    there.stations.go_to(theirs.facts.stations[0].device)
    studio.take("county-imported", county)
    theirs.work.say(None)
    conflicts = studio.screen("conflicts", "county")
    conflicts.presenter.go_to(conflicts.presenter.lines[1].id)
    studio.take("conflicts", county)
    conflicts.presenter.toggle_alike()
    studio.take("conflicts-alike", county)
    conflicts.presenter.keep(1)
    studio.settle()
    conflicts.presenter.show("look")
    studio.take("conflicts-look", county)
    line = next(c for c in conflicts.presenter.lines if c.field == "phone")
    county.open_household(line.household, line.record_id, ())
    studio.settle(300)
    studio.take("form-conflict", county)
    county._form.presenter.close()
    studio.screen("exchange", "county")
    theirs.acts.give_back(studio.stick)
    studio.settle()
    theirs.work.say(None)  # it names the folder of this run
    studio.take("county-answer", county)
    shell = studio.shell()
    ours.work.say(None)
    ours.scan()
    studio.settle()
    studio.take("exchange-answer", shell)
    ours.import_all()
    studio.settle()
    studio.take("exchange-returned", shell)
    ours.work.say(None)


def _differ(studio: Studio, shell: Any, county: Any) -> None:
    """Both stations change the same people without knowing of each other."""
    import sqlalchemy as sa

    from laborclerk.features.registry.model import Household, Person

    with shell.station.store.read() as session:
        people = list(
            session.scalars(
                sa.select(Person.id)
                .join(Household, Household.id == Person.household)
                .where(Person.deleted.is_(None), Person.monthly_income.is_not(None))
                .order_by(Household.place, Household.number)
                .limit(7)
            )
        )  # fmt: skip
    for store, step in ((shell.station.store, 200), (county.station.store, -300)):
        with store.write("registry.set") as work:
            for at, record in enumerate(people[:5]):
                person = work.session.get_one(Person, record)
                work.change(person, {"monthly_income": int(person.monthly_income or 0) + step})
                if at == 0:
                    work.change(person, {"phone": f"1540000000{1 if step > 0 else 2}"})
            mine = "employer" if step > 0 else "phone"
            value = "永康市某某工具厂" if step > 0 else "15400000009"
            work.change(work.session.get_one(Person, people[5]), {mine: value})
    with shell.station.store.write("registry.set") as work:
        work.change(work.session.get_one(Person, people[6]), {"phone": "15400000008"})
    with county.station.store.write("census.delete_person") as work:
        work.delete(work.session.get_one(Person, people[6]), "1")


@shot
def settings(studio: Studio) -> None:
    shell, screen = studio.shell(), studio.screen("settings")
    screen.open_page("调查轮次")
    studio.take("rounds", shell)
    screen.presenter.clerks.add("李某某", PASSWORD + "x")
    studio.settle()
    screen.open_page("录入员")
    studio.take("clerks", shell)
    screen.open_page("备份与恢复")
    screen.presenter.backups.backup_now(studio.stick)
    studio.take("backup", shell)


@shot
def dispatch(studio: Studio) -> None:
    """The welders' batch, then what of the handbook must still be checked."""
    shell = studio.shell()
    studio.screen("dispatch")
    studio.settle(400)
    studio.take("dispatch", shell)
    screen = studio.screen("handbook")
    screen.tabs.setCurrentIndex(1)
    studio.settle(400)
    studio.take("handbook", shell)


@shot
def form(studio: Studio) -> None:
    shell = studio.shell()
    studio.screen("households")
    household, people = _household(studio, "0007")
    shell.open_household(household, people[0].id, ())
    studio.settle(300)
    studio.take("form", shell)
    presenter = shell._form.presenter
    presenter.enter(people[0].id, "employment_status", "")
    presenter.enter(people[1].id, "relation", "1")
    presenter.enter(people[0].id, "monthly_income", "52000")
    studio.settle()
    presenter.problems.next()
    studio.take("form-problems", shell)
    while presenter.undo():
        studio.settle(10)
    shell._form.pages.turn_to(1)
    _, others = _household(studio, "0003")
    other = next(p for p in others if p.id_number)
    presenter.enter(people[0].id, "id_number", other.id_number)
    studio.settle(300)
    studio.take("form-doubles", shell)
    while presenter.undo():
        studio.settle(10)
    presenter.close()


@shot
def help_(studio: Studio) -> None:
    """How the manual itself looks: to be looked at, not a picture of the manual."""
    if studio.out != PICTURES:
        screen = studio.screen("help")
        screen.presenter.open("entry")
        studio.take("help", studio.shell())


def main(arguments: list[str] | None = None) -> None:
    """Make the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--theme", default="light")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--only", nargs="*", default=list(SHOTS), choices=list(SHOTS))
    given = parser.parse_args(arguments)
    os.environ["QT_SCALE_FACTOR"] = str(given.scale)
    global WIDTH, HEIGHT  # a screen of 1366×768 has fewer pixels for the program at 200 %
    WIDTH, HEIGHT = int(WIDTH / given.scale), int(HEIGHT / given.scale)
    out = given.out or PICTURES
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        os.environ["XDG_CONFIG_HOME"] = str(work / "config")
        studio = Studio(work, out, given.theme, given.large)
        for name, take in SHOTS.items():
            if name in given.only:
                take(studio)
        studio.close()


if __name__ == "__main__":
    main()
