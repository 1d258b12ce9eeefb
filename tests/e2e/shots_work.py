"""The pictures of work and demand: who works where, for whom people are found, what is printed."""

from __future__ import annotations

from tests.e2e.studio import Studio


def work(studio: Studio) -> None:
    screen = studio.screen("work")
    screen.presenter.choose("list:away")
    studio.settle()
    screen.setFocus()
    studio.take("work", studio.shell())
    screen.presenter.choose("seek:soon")
    studio.settle()
    screen.presenter.seek()
    studio.settle()
    studio.take("seeking", studio.shell())
    screen.presenter.entering.drop()


def papers(studio: Studio) -> None:
    shell, screen = studio.shell(), studio.screen("papers")
    village = shell.station.tree.villages()[0]
    screen.presenter.select("census-form")
    screen.presenter.choose(place=village + 1)
    screen.presenter.preview()
    studio.settle(500)
    studio.take("papers", shell)


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


def fairs(studio: Studio) -> None:
    screen = studio.screen("fairs")
    told = next(line for line in screen.presenter.lines if line.values["visits_told"])
    screen.table.go_to(told.id)
    studio.settle()
    studio.take("fairs", studio.shell())


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
