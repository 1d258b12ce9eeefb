"""Stations that edit, export and import in any order end with the same register, and with every
word that anybody was told is kept: the machine of `tests/exchange_machine.py` at random. What it
found is played again in `test_exchange_found.py`.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.exchange_machine import (
    ALWAYS,
    HAPPENED,
    KINDS,
    OPENINGS,
    RUNS,
    ExchangeMachine,
    quicken,
)

# in parts, so that none takes so long that it seems to hang; 10,000 in `./run soak`
PARTS = pytest.mark.parametrize(
    ("part", "runs"),
    [
        *((part, 30) for part in range(10)),
        *(pytest.param(part, 250, marks=pytest.mark.soak) for part in range(40)),
    ],
)
ONCE_EACH = pytest.mark.parametrize("soak", [False, pytest.param(True, marks=pytest.mark.soak)])


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Any:
    """No run loses its power: the disk need not be waited for."""
    with pytest.MonkeyPatch.context() as patch:
        quicken(patch)
        yield


@PARTS
def test_stations_end_alike_and_nothing_is_lost(part: int, runs: int) -> None:
    """The first ten parts begin with two kinds of opening each, so that every kind has its tenth:
    chance brings one and the same again and again, another hardly ever."""
    ALWAYS[:] = [OPENINGS[(2 * part + i) % len(OPENINGS)] for i in (0, 1)] if part < 10 else []
    run_state_machine_as_test(
        ExchangeMachine,
        settings=settings(
            max_examples=runs,
            stateful_step_count=14,
            phases=(Phase.explicit, Phase.generate),  # read, not shrunk; no part repeats another's
        ),
    )


@ONCE_EACH
def test_each_kind_of_event_took_place_in_a_tenth_of_the_runs(
    request: pytest.FixtureRequest, soak: bool
) -> None:
    """Printed, so that one sees what the machine went through."""
    runs = len(RUNS)
    reporter: Any = request.config.pluginmanager.getplugin("terminalreporter")
    for kind, count in sorted(HAPPENED.items(), key=lambda item: -item[1]):
        reporter.write_line(f"{kind:30} in {count:5} of {runs} runs")
    if runs < 100:
        pytest.skip("the machine did not run here, or failed early")
    assert [kind for kind in KINDS if HAPPENED[kind] * 10 < runs] == []
