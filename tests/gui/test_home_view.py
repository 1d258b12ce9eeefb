"""The home screen in the window: its keys, and what is due today."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QListWidget, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from laborclerk.features.census.rounds import need_round
from laborclerk.features.census.service import record_visit
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.coverage.signoff import SignProblem, sign_off
from laborclerk.features.registry.model import Household
from laborclerk.kernel.errors import Problem, Severity
from laborclerk.store.store import Store
from laborclerk.ui.entry import FieldState
from laborclerk.ui.kit.dialogs import choose
from laborclerk.ui.screens.coverage.places_table import SIGNED
from laborclerk.ui.screens.coverage.presenter import SIX
from laborclerk.ui.screens.coverage.sign_dialog import SignDialog
from laborclerk.ui.screens.coverage.view import HomeScreen
from tests.unit.ui.stations import VILLAGE, add_household, opened


def screen(
    qtbot: QtBot, store: Store, forms: list[tuple[int, int | None]] | None = None
) -> HomeScreen:
    went = [] if forms is None else forms
    made = HomeScreen(opened(store), lambda house, person, _queue: went.append((house, person)))
    qtbot.addWidget(made)
    made.presenter.load()
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def shows(home: HomeScreen) -> GapKind | None:
    return home.presenter.shown.kind if home.presenter.shown else None


def test_a_key_opens_the_list_of_each_level_also_after_the_numbers_changed(
    qtbot: QtBot, store: Store
) -> None:
    home = screen(qtbot, store)
    home.presenter.load()
    for at, (_, kind, _) in enumerate(SIX, 1):
        qtbot.keyClick(home, Qt.Key(Qt.Key.Key_0 + at), Qt.KeyboardModifier.AltModifier)

        def is_shown(wanted: GapKind = kind) -> bool:
            return shows(home) is wanted

        qtbot.waitUntil(is_shown)


def test_a_visit_promised_for_today_is_told_and_marked(qtbot: QtBot, store: Store) -> None:
    today = store.clock.today()
    with store.read() as session:
        round_id = need_round(session).id
    for number, day in (("0001", today), ("0002", "2140-01-01")):
        house = add_household(store, number, "周大海")
        record_visit(
            store, house, round_id, {"result": "5", "date": "2026-01-01", "next_date": day}
        )
    home = screen(qtbot, store)
    assert "今天应复访 1 户" in home.list_title.text()
    home.presenter.show(home.presenter.lines[0].row.place, GapKind.REVISIT)
    signs = [home.list.rows.cell(row, 5).sign for row in range(2)]
    assert signs == [FieldState.WARNED, None]


def test_a_sign_off_takes_a_real_day_only(qtbot: QtBot) -> None:
    dialog = SignDialog("上街村", [], "2026-11-20")
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.signer.setText("周村长")
    for typed, day in (
        ("11月31日", ""), ("明天", ""), ("2026-11-21", ""), ("11-18", "2026-11-18"),
    ):  # fmt: skip
        dialog.date.setText(typed)
        qtbot.keyClick(dialog.date, Qt.Key.Key_Return)
        assert dialog.isVisible() == (not day)
        assert bool(dialog.wrong.text()) or day
    assert dialog.signature().date == "2026-11-18"


@pytest.mark.parametrize("severity", [Severity.WARN, Severity.BLOCK])
def test_much_in_the_way_of_a_sign_off_is_scrolled_where_the_screen_is_low(
    qtbot: QtBot, severity: Severity
) -> None:
    counted = {"count": 12, "word": "组", "names": "、".join(f"{n}组" for n in range(60))}
    problems = [Problem(SignProblem.SIGN_GROUPS, counted, severity) for _ in range(7)]
    dialog = SignDialog("上街村", problems, "2026-11-20")
    qtbot.addWidget(dialog)
    dialog.resize(520, 336)  # 384 at 200 % less title and edges
    with qtbot.waitExposed(dialog):
        dialog.show()
    assert dialog.height() == 336
    for part in (dialog.signer, dialog.reason, dialog.findChild(QPushButton)):
        assert part is not None
        assert part.visibleRegion().boundingRect().size() == part.size()


def test_a_sign_off_with_little_in_the_way_scrolls_nothing(qtbot: QtBot) -> None:
    problems = [Problem(SignProblem.SIGN_REVISIT, {"count": 2}, Severity.WARN)]
    dialog = SignDialog("上街村", problems, "2026-11-20")
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    area = dialog.findChild(QScrollArea)
    assert area is not None
    assert area.verticalScrollBar().maximum() == 0


def test_a_question_is_as_high_as_its_answers(
    qtbot: QtBot, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []

    def look(dialog: QDialog) -> int:
        dialog.show()
        qtbot.waitExposed(dialog)
        listed = dialog.findChild(QListWidget)
        assert listed is not None
        seen.append((listed.height(), 2 * listed.sizeHintForRow(0)))
        dialog.close()
        return 0

    monkeypatch.setattr(QDialog, "exec", look)
    choose(screen(qtbot, store), "签认", "“油榨街社区”已签认", (("no", "保留"), ("yes", "撤回")))
    [(height, rows)] = seen
    assert rows <= height <= rows + 12


def test_enter_on_the_mark_of_a_signed_village_lists_what_changed_since(
    qtbot: QtBot, store: Store, forms: list[tuple[int, int | None]]
) -> None:
    house = add_household(store, "0001", "周大海")
    with store.read() as session:
        round_id = need_round(session).id
    record_visit(store, house, round_id, {"result": "11", "date": "2026-01-01"})
    sign_off(store, round_id, VILLAGE, "李某某", reason="已核实")
    home = screen(qtbot, store, forms)
    at = next(n for n, line in enumerate(home.presenter.lines) if line.row.place == VILLAGE)

    def enter_on_the_mark() -> None:
        home.places.setFocus()
        home.places.setCurrentIndex(home.places.model().index(at, SIGNED))
        qtbot.keyClick(home.places, Qt.Key.Key_Return)

    enter_on_the_mark()
    assert shows(home) is None, "nothing was changed: the village is opened as before"
    enter_on_the_mark()
    with store.write("registry.set") as work:
        work.change(work.session.get_one(Household, house), {"address": "河边9号"})
    home.presenter.station.runner.changed(work.outcome.touched)
    enter_on_the_mark()
    assert shows(home) is GapKind.CHANGED
    assert "签认后改动户" in home.list_title.text()
    assert home.list.rows.cell(0, 4).text.startswith("户:住址 · ")
    assert home.list.hasFocus()
    qtbot.keyClick(home.list, Qt.Key.Key_Return)
    assert forms == [(house, None)]
