"""Everything but the window's views imports on a machine without Qt."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import laborclerk

IMPORT = """
import importlib, sys
import tests.no_qt
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def needs_no_qt(name: str) -> bool:
    parts = name.split(".")
    return parts[-1] != "__main__" and (parts[1] != "ui" or parts[-1] == "presenter")


def test_all_but_views_import_without_qt() -> None:
    def fail(name: str) -> None:
        raise AssertionError(f"cannot import {name}")

    found = pkgutil.walk_packages(laborclerk.__path__, "laborclerk.", onerror=fail)
    names = [module.name for module in found if needs_no_qt(module.name)]
    assert "laborclerk.kernel.errors" in names
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, *names], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
