"""The line below the screens tells in time that the station's certificate ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from laborclerk.sync import trust
from laborclerk.ui.jobs import InlineRunner
from laborclerk.ui.kit.small import Elided
from laborclerk.ui.station import Station, look
from laborclerk.ui.status_line import KEYS, StatusLine
from tests.exchanging import opened, stations


@pytest.mark.parametrize(
    ("left", "told"), [(31, ""), (30, "⚠ 证书快到期(见“上报”)"), (0, "⚠ 证书已到期(见“上报”)")]
)
def test_a_certificate_that_ends_is_told_wherever_the_clerk_is(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: int, told: str
) -> None:
    town = opened(stations(tmp_path), "乌峰")
    monkeypatch.setattr(trust, "_left", lambda *_: left)
    labels = {key: Elided() for key in KEYS}
    for label in labels.values():
        qtbot.addWidget(label)
    StatusLine(Station(town, InlineRunner(), *look(town)), labels).refresh()
    assert labels["certificate"].text() == told
    assert labels["unsent"].text().startswith("未写出变更")
    town.close()
