"""What every test runs under: how hard Hypothesis tries."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests import postgres

# Random anew in each run, no deadline: the machines that run this are slow and shared.
settings.register_profile(
    "test",
    deadline=None,
    derandomize=False,
    max_examples=60,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", settings.get_profile("test"), max_examples=3000)
# Tests copy stations at will, in fixtures of every scope: each is a computer of its own.
os.environ.setdefault("LABORCLERK_MARKS", os.devnull + "/none")
settings.load_profile(os.environ.get("LABORCLERK_HYPOTHESIS", "test"))


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    from laborclerk.app import mapped
    from tests import compiled_once

    mapped()  # before a test without a store asks which registers there are
    with pytest.MonkeyPatch.context() as patch:
        compiled_once.share(patch)
        yield


@pytest.fixture(scope="module", autouse=True)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where stations made by the tests of a module keep their records: modules marked with
    `tests.postgres.BOTH` run once for each, all others on SQLite."""
    chosen = getattr(request, "param", os.environ.get("LABORCLERK_TEST_BACKEND", "sqlite"))
    if chosen == "sqlite":
        yield chosen
        return
    from laborclerk.store import store

    try:
        postgres.server()
    except postgres.NoServer as error:
        pytest.skip(str(error))
    mark, create = postgres.made(), store.create_store

    def on_server(*args: Any, **options: Any) -> Any:
        if postgres.chosen() == "postgresql" and not options.get("server"):
            options["server"] = postgres.new_database()
        return create(*args, **options)

    with pytest.MonkeyPatch.context() as patch, postgres.choosing(chosen):
        patch.setattr(store, "create_store", on_server)
        if hasattr(request.module, "create_store"):
            patch.setattr(request.module, "create_store", on_server)
        yield chosen
    postgres.drop_since(mark)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is imported stays: the headless tests spend an eighth less when it is not looked through
    for garbage again and again. Those of the window keep Python's pauses, which they measure."""
    if session.config.pluginmanager.hasplugin("tests.no_qt"):
        gc.collect()
        gc.freeze()
        gc.set_threshold(100_000, 50, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A store that a fixture makes once for a module must be made again for the other backend, or
    its tests run on the first one twice: the fixture asks for `backend`."""
    for item in items:
        if "backend" not in getattr(getattr(item, "callspec", None), "params", ()):
            continue
        info: Any = item
        known = info._fixtureinfo.name2fixturedefs
        for name, found in known.items():
            wide = found[-1].scope == "module" and found[-1].baseid == info.parent.nodeid
            if wide and not _asks_for(name, "backend", known):
                raise pytest.UsageError(f"{info.parent.nodeid}: fixture {name} needs backend")


def _asks_for(name: str, wanted: str, known: Any) -> bool:
    asked = known[name][-1].argnames if name in known else ()
    return wanted in asked or any(_asks_for(one, wanted, known) for one in asked)


@pytest.fixture(autouse=True)
def _databases(backend: str) -> Iterator[None]:
    """The databases a test made for itself go with it."""
    mark = postgres.made()
    yield
    postgres.drop_since(mark)


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The folder of a stick that is carried from one station to the other."""
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder
