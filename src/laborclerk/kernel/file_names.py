"""Names of things as parts of file names, and file names where there is little room."""

from __future__ import annotations

from pathlib import PurePath

_KINDS = ("上报", "返还", "批复", "换发", "登记申请", "换密钥申请", "县站换密钥通知")
_SUFFIX = 6  # characters of a file's ending, with its dot


def safe_name(text: str) -> str:
    """The text as part of a file's name on every system."""
    return (
        "".join("_" if c in '\\/:*?"<>|' or ord(c) < 32 else c for c in text).strip(" .") or "站点"
    )


def shorter_names(name: str) -> tuple[str, ...]:
    """A file's name, then shorter ones that still tell what differs from file to file (township,
    number, date): without the ending, without the word for the kind of file that begins it."""
    suffix = PurePath(name).suffix
    stem = name.removesuffix(suffix) if 1 < len(suffix) <= _SUFFIX and suffix.isascii() else name
    kind, dash, rest = stem.partition("-")
    bare = rest if dash and rest and kind in _KINDS else stem
    return tuple(dict.fromkeys((name, stem, bare)))
