"""The pictures of what goes between stations, and of the settings."""

from __future__ import annotations

from typing import Any

from tests.e2e.studio import PASSWORD, Studio


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
    ours.work.say(None)
    shell = studio.shell()
    screen.again.click()
    studio.take("exchange-certificate", shell)
    screen.again.click()


def answers(studio: Studio) -> None:
    """What both sides changed: the county decides, answers, and the township reads it."""
    shell, screen = studio.shell(), studio.screen("exchange")
    county, there = studio.shell("county"), studio.screen("exchange", "county")
    ours, theirs = screen.presenter, there.presenter
    studio.now += 3 * 3600
    _differ(studio, shell, county)
    for file in studio.stick.glob("*.lcb"):
        file.unlink()
    ours.write_bundle()
    studio.settle()
    studio.now += 20 * 60
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
    studio.now += 15 * 60
    theirs.acts.give_back(studio.stick)
    studio.settle()
    studio.take("county-answer", county)
    theirs.work.say(None)
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
