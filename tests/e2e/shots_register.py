"""The pictures of the register: from the first window to the household form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.e2e.studio import PICTURES, Studio


@contextmanager
def _alone(studio: Studio, screen: Any) -> Iterator[Any]:
    from PySide6.QtWidgets import QMainWindow

    window = QMainWindow()
    window.setCentralWidget(screen)
    window.resize(*studio.size)
    window.show()
    studio.settle()
    yield window
    window.close()


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


def home(studio: Studio) -> None:
    shell, screen = studio.shell(), studio.screen("home")
    studio.take("home", shell)
    screen.presenter.toggle(1)
    screen.presenter.show_level(3)
    studio.take("home-list", shell)
    screen.presenter.toggle(1)


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


def frame(studio: Studio) -> None:
    studio.screen("frame")
    studio.take("frame", studio.shell())


def groups(studio: Studio) -> None:
    screen = studio.screen("groups")
    screen.table.selectRow(1)
    studio.take("groups", studio.shell())


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


def help_(studio: Studio) -> None:
    """How the manual itself looks: to be looked at, not a picture of the manual."""
    if studio.out != PICTURES:
        screen = studio.screen("help")
        screen.presenter.open("entry")
        studio.take("help", studio.shell())
