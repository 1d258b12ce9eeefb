"""The find box tells of somebody whom the county moved away, and opens nothing of hers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from laborclerk.features.registry.model import Person
from laborclerk.ui.find_box import FindBox
from tests.gui.showing import press, shown, write
from tests.unit.ui.stations import add_household, opened, township

KEY = Qt.Key


def test_who_was_moved_away_is_told_of_and_not_opened(qtbot: QtBot, tmp_path: Path) -> None:
    store = township(tmp_path / "town")
    add_household(store, "0001", "周测试")
    with store.write("test.moved") as work:
        work.add(Person(household=4711, name="周小芳", id_number="530627199603070041"))
    taken: list[int] = []
    box = shown(qtbot, FindBox(opened(store), lambda household, person: taken.append(person)))
    box.setFocus()
    write(qtbot, "周小芳")
    assert [box.list.item(row).text() for row in range(box.list.count())] == [
        "周小芳　530627199603070041　已由县里转到外乡镇登记"
    ]
    assert "请与县里联系" in box.note.text()
    for key in (KEY.Key_Down, KEY.Key_Return):
        press(qtbot, key)
    box.list.itemClicked.emit(box.list.item(0))
    assert taken == []
    box.clear()
    write(qtbot, "周")
    assert box.list.count() == 2
    for key in (KEY.Key_Down, KEY.Key_Return):  # the cursor stays on whom there is
        press(qtbot, key)
    assert len(taken) == 1
    store.close()
