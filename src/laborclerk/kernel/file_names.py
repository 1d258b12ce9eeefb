"""Names of things as parts of file names."""

from __future__ import annotations


def safe_name(text: str) -> str:
    """The text as part of a file's name on every system."""
    return (
        "".join("_" if c in '\\/:*?"<>|' or ord(c) < 32 else c for c in text).strip(" .") or "站点"
    )
