"""A zip with one spelling: these names, this order, stored, nothing before, between or after.

Any zip tool opens the file, and no two tools can read it differently: the reader works out the
only bytes that may stand around the parts and compares. The writer is the same function.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence

_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_VERSION = 20
_DATE = (1980 - 1980) << 9 | 1 << 5 | 1  # 1980-01-01: the time stands in the signed manifest
MAGIC = b"PK\x03\x04"


class NotThisZip(Exception):
    """The bytes are not the file expected; `part` names the part at which that showed, or is
    empty, and `found` is the name found there instead."""

    def __init__(self, reason: str, part: str = "", found: str = "") -> None:
        super().__init__(reason)
        self.part = part
        self.found = found


class CutShort(NotThisZip):
    """The file ends too early."""


class TooLarge(NotThisZip):
    """A part is larger than allowed."""


def pack(parts: Mapping[str, bytes]) -> Iterator[bytes]:
    """The file's bytes in pieces. Names ASCII, all together below 4 GiB."""
    frames, tail = _frames([(name, zlib.crc32(d), len(d)) for name, d in parts.items()])
    for frame, data in zip(frames, parts.values(), strict=True):
        yield frame
        yield data
    yield tail


def unpack(data: bytes, limits: Mapping[str, int]) -> dict[str, memoryview]:
    """The parts of a file that `pack` wrote with exactly the names of `limits` in that order,
    each at most its limit in bytes. Raises `NotThisZip`."""
    view = memoryview(data)
    facts: list[tuple[str, int, int]] = []
    parts: dict[str, memoryview] = {}
    position = 0
    for name, most in limits.items():
        start = position + _LOCAL.size + len(name)
        if len(view) < start:
            raise CutShort("ends in a header", name)
        crc, size = struct.unpack_from("<II", view, position + 14)
        if view[position:start] != _local(name, crc, size):
            raise NotThisZip("a header differs", name, _name_at(view, position))
        if size > most:
            raise TooLarge("a part is too large", name)
        position = start + size
        if len(view) < position:
            raise CutShort("ends in a part", name)
        parts[name] = view[start:position]
        if zlib.crc32(parts[name]) != crc:
            raise NotThisZip("a check sum differs", name, name)
        facts.append((name, crc, size))
    _, tail = _frames(facts)
    rest = view[position:]
    if rest != tail:
        short = len(rest) < len(tail) and tail.startswith(bytes(rest))
        raise CutShort("ends in the list") if short else NotThisZip("the list differs")
    return parts


def _frames(parts: Sequence[tuple[str, int, int]]) -> tuple[list[bytes], bytes]:
    """The local header of each part (name, CRC-32, size), and all that follows the last part."""
    frames: list[bytes] = []
    central: list[bytes] = []
    offset = 0
    for name, crc, size in parts:
        encoded = name.encode("ascii")
        common = _common(name, crc, size)
        frames.append(_local(name, crc, size))
        # comment, disk, internal and external attributes, where the local header stands
        central.append(
            _CENTRAL.pack(b"PK\x01\x02", _VERSION, *common, 0, 0, 0, 0, offset) + encoded
        )
        offset += len(frames[-1]) + size
    listed = b"".join(central)
    count = len(parts)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(listed), offset, 0)
    return frames, listed + end


def _common(name: str, crc: int, size: int) -> tuple[int, ...]:
    """version needed, flags, method (stored), time, date, CRC, size twice, name, extra"""
    return _VERSION, 0, 0, 0, _DATE, crc, size, size, len(name), 0


def _local(name: str, crc: int, size: int) -> bytes:
    return _LOCAL.pack(MAGIC, *_common(name, crc, size)) + name.encode("ascii")


def _name_at(view: memoryview, position: int) -> str:
    """The name a local header gives, for the message only."""
    length = struct.unpack_from("<H", view, position + 26)[0]
    start = position + _LOCAL.size
    return bytes(view[start : start + min(length, 100)]).decode("ascii", "replace")
