"""The lock files fit pyproject.toml, pin by hash and name no place to load from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {
    "requirements.lock": [],
    "requirements-dev.lock": EXTRAS["dev"],
    "packaging/requirements.lock": EXTRAS["package"],
}


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_every_requirement_of_pyproject(lock: str) -> None:
    locked = pins(lock)
    for line in [*PROJECT["dependencies"], *LOCKS[lock]]:
        wanted = Requirement(line)
        assert locked[wanted.name] in wanted.specifier, f"run packaging/lock: {line}"


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_the_versions_of_the_program(lock: str) -> None:
    assert pins("requirements.lock").items() <= pins(lock).items()


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_address_and_pins_by_hash(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z])", text)[1:])
