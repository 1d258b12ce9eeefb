"""A pytest plugin under which PySide6 cannot be imported.

The headless tests run as `python -m pytest -p no:pytest-qt -p tests.no_qt …`: they prove that
everything but the window works on a machine without Qt.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest

QT = ("PySide6", "shiboken6")


class NoQt(MetaPathFinder):
    """Refuses Qt before any other finder is asked."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in QT:
            raise ModuleNotFoundError(f"{name} is not for headless code", name=name)
        return None


sys.meta_path.insert(0, NoQt())


def pytest_addoption(parser: pytest.Parser) -> None:
    """Know the settings of the absent pytest-qt."""
    parser.addini("qt_api", "unused here")
    parser.addini("qt_log_level_fail", "unused here")
    parser.addini("qt_log_ignore", "unused here", type="linelist")
