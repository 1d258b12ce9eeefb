"""Tables: the row one is led to is the only one selected."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from pytestqt.qtbot import QtBot

from laborclerk.ui.kit.table import Column, Table


def test_a_row_gone_to_with_ctrl_held_down_is_selected_alone(qtbot: QtBot) -> None:
    table = Table((Column("姓名", 0),))
    qtbot.addWidget(table)
    table.fill([("周",), ("李",), ("王",)], [1, 2, 3])
    shortcut = QShortcut(QKeySequence("Ctrl+Down"), table)
    shortcut.activated.connect(lambda: table.go_to(3))
    with qtbot.waitActive(table):
        table.show()
        table.activateWindow()
    table.go_to(1)
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    assert [i.row() for i in table.selectionModel().selectedRows()] == [2]
    assert table.key() == 3
