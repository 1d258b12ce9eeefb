"""Starting as a clerk does, from the menu: the window, without waiting for the command line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from laborclerk import app
from laborclerk.kernel.errors import Common, fault

STARTED = """
import sys
from PySide6.QtWidgets import QApplication

def exec_(*_):
    print("click" in sys.modules, *(w.windowTitle() for w in QApplication.topLevelWidgets()))
    while not WINDOW[0].runner.is_idle() or "logging.handlers" not in sys.modules:
        QApplication.processEvents()
    return 0

QApplication.exec = exec_
from laborclerk.ui import start
WINDOW = []
begin = start.Window.begin
start.Window.begin = lambda self, *rest: (WINDOW.append(self), begin(self, *rest))
sys.argv = ["laborclerk"]
from laborclerk.app import main
main()
"""


def test_the_window_does_not_wait_for_the_command_line_and_keeps_a_log(tmp_path: Path) -> None:
    told = {"LABORCLERK_LOG": str(tmp_path / "log"), "XDG_DATA_HOME": str(tmp_path)}
    told |= {"XDG_CONFIG_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)}
    known = {k: v for k, v in os.environ.items() if k != "LABORCLERK_STORE"}
    done = subprocess.run(
        [sys.executable, "-c", STARTED], capture_output=True, text=True, check=False, timeout=60,
        env={**known, **told, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert (done.returncode, done.stdout.split()) == (0, ["False", "劳动力资源台账"]), done.stderr
    assert (tmp_path / "log" / "laborclerk.log").is_file()


@pytest.mark.parametrize("screen", ["login", "setup"])
def test_the_first_window_does_not_wait_for_the_store(screen: str) -> None:
    loaded = f"import sys, laborclerk.ui.screens.{screen}.view; print('sqlalchemy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"


def test_what_keeps_the_window_from_opening_is_told_as_by_any_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> int:
        raise fault(Common.CANNOT_READ, file="keys.json", reason="没有权限")

    monkeypatch.setattr(sys, "argv", ["laborclerk"])
    monkeypatch.delenv("LABORCLERK_STORE", raising=False)
    monkeypatch.setenv("LABORCLERK_LOG", str(tmp_path))
    monkeypatch.setattr(app, "open_window", broken)
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == 3
    assert "keys.json" in capsys.readouterr().err
