"""Sticks and other drives that can be carried away, as presenters see them (no Qt here)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive other than the computer's own: its root, what to call it, free bytes."""

    path: Path
    name: str
    free: int
    read_only: bool = False


def place_of(file: Path, drives: Iterable[Drive]) -> str:
    """Where a file lies as people say it: on which stick, else its whole path."""
    for drive in drives:
        if file.is_relative_to(drive.path):
            return " › ".join((drive.name, *file.relative_to(drive.path).parts))
    return str(file)


ListDrives = Callable[[], list[Drive]]


def size_text(size: int) -> str:
    """A size as people say it: 512 B, 34 KB, 7.2 GB."""
    amount = float(size)
    for unit in ("B", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            return f"{amount:.0f} {unit}" if amount >= 10 or unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError
