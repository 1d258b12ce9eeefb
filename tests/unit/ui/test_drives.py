"""Where a file lies is told as people say it."""

from __future__ import annotations

from pathlib import Path

from laborclerk.ui.drives import Drive, place_of

STICK = Path("media") / "clerk" / "KINGSTON"
DRIVES = [Drive(Path("media") / "clerk" / "KING", "别的", 1), Drive(STICK, "KINGSTON (E:)", 1)]


def test_a_file_on_a_stick_is_told_by_the_sticks_name() -> None:
    assert place_of(STICK / "backups" / "a.lcbak", DRIVES) == "KINGSTON (E:) › backups › a.lcbak"


def test_a_file_elsewhere_is_told_by_its_path() -> None:
    elsewhere = Path("home") / "a.lcbak"
    assert place_of(elsewhere, DRIVES) == str(elsewhere)
