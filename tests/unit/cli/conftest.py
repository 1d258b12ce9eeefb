"""Runs commands in this process, as `main` of the composition root would."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from laborclerk import app
from laborclerk.cli.call import Wiring
from laborclerk.cli.main import run
from laborclerk.store.store import Store

PASSWORD = "secret-1"
PLACE = "530627001"  # 乌峰街道, six villages


@dataclass(frozen=True)
class Done:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on stdout; anything else beside it fails."""
        body = json.loads(self.out)
        assert isinstance(body, dict)
        assert body["ok"] == (self.status == 0)
        for problem in body["problems"]:
            assert set(problem) == {"code", "message", "severity", "where"}
        return body

    @property
    def codes(self) -> list[str]:
        return [p["code"] for p in self.json["problems"]]


Laborclerk = Callable[..., Done]


def quick(folder: Path, clerk: str, password: str, *, server: str = "") -> tuple[Store, str]:
    """A station whose keys are derived quickly."""
    return app.create_station(folder, clerk, password, scrypt_n=2**10, server=server)


windows: list[tuple[Path, str | None]] = []


def no_window(folder: Path, password: str | None = None) -> int:
    windows.append((folder, password))
    return 0


WIRING = Wiring(quick, app.open_with, no_window)


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No station, no password and no log of the machine's own user."""
    for name in ("STORE", "CLERK", "NEW_PASSWORD"):
        monkeypatch.delenv(f"LABORCLERK_{name}", raising=False)
    monkeypatch.setenv("LABORCLERK_PASSWORD", PASSWORD)
    monkeypatch.setenv("LABORCLERK_LOG", str(tmp_path / "log"))
    monkeypatch.setattr("platformdirs.user_data_path", lambda *a, **k: tmp_path / "data")
    windows.clear()


@pytest.fixture
def laborclerk(capsys: pytest.CaptureFixture[str]) -> Laborclerk:
    def call(*argv: object, wiring: Wiring = WIRING) -> Done:
        capsys.readouterr()
        status = run([str(a) for a in argv], wiring)
        out, err = capsys.readouterr()
        return Done(status, out, err)

    return call


@pytest.fixture(scope="session")
def practice_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice township of 300 people, made once; tests get copies."""
    folder = tmp_path_factory.mktemp("practice") / "station"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABORCLERK_LOG", str(folder.parent / "log"))
        argv = ["--store", str(folder), "demo", "--people", "300", "--no-window"]
        assert run(argv, WIRING) == 0
    return folder


@pytest.fixture
def practice(
    practice_folder: Path, tmp_path: Path, laborclerk: Laborclerk, monkeypatch: pytest.MonkeyPatch
) -> Laborclerk:
    """Runs commands in JSON on a practice township of this test's own."""
    folder = tmp_path / "practice"
    shutil.copytree(practice_folder, folder)
    monkeypatch.setenv("LABORCLERK_PASSWORD", "lianxi2026")
    monkeypatch.setenv("LABORCLERK_STORE", str(folder))
    return lambda *argv, **kw: laborclerk("--json", *argv, **kw)


@pytest.fixture
def station(laborclerk: Laborclerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laborclerk:
    """Runs commands in JSON on a new township station with an open round."""
    monkeypatch.setenv("LABORCLERK_STORE", str(tmp_path / "station"))
    made = laborclerk("init", "--level", "township", "--place", PLACE, "--clerk", "王某")
    assert made.status == 0, made.err
    assert laborclerk("round", "new", "2026年秋季摸底", "--from", "2026-10-01").status == 0
    return lambda *argv, **kw: laborclerk("--json", *argv, **kw)
