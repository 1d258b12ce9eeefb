"""Ctrl+Z: what is taken back at once, and what as the long work that it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from laborclerk.features.registry.model import Household
from laborclerk.store.store import Store
from laborclerk.ui import key_acts
from laborclerk.ui.jobs import InlineRunner, Job, Way
from laborclerk.ui.key_acts import take_back
from tests.unit.ui.stations import add_household, opened


class Noting(InlineRunner):
    """Notes in which lane each job was put."""

    def __init__(self) -> None:
        super().__init__()
        self.ways: list[Way] = []

    def run(self, work: Callable[..., Any], *rest: Any, **how: Any) -> Job:
        self.ways.append(how.get("way", Way.WRITE))
        return super().run(work, *rest, **how)


@pytest.mark.parametrize(
    ("least", "ways", "told"),
    [
        (2000, [Way.WRITE], ["已撤销:入户登记(3 条)"]),
        (
            3, [Way.WRITE, Way.LONG_WRITE],
            ["正在撤销:入户登记(3 条),请先不要关电脑", "已撤销:入户登记(3 条)"],
        ),
    ],
)  # fmt: skip
def test_a_large_act_is_taken_back_beside_the_window(
    store: Store, monkeypatch: pytest.MonkeyPatch, least: int, ways: list[Way], told: list[str]
) -> None:
    monkeypatch.setattr(key_acts, "LONG_UNDO", least)
    house = add_household(store, "0001", "周大海")
    runner = Noting()
    said: list[Any] = []
    take_back(opened(store, runner), "undo", said.append)
    assert (runner.ways, said) == (ways, told)
    with store.read() as session:
        assert session.get_one(Household, house).deleted is not None
    take_back(opened(store, runner), "redo", said.append)
    with store.read() as session:
        assert session.get_one(Household, house).deleted is None
