"""JSON that has one reading and one spelling: what is signed must not be read in two ways."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

MAX_NUMBER = 2**63 - 1
_TOKEN = re.compile(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Malformed(ValueError):
    """The bytes do not say what they should; the text names the spot for the one who looks."""


def encode(value: Mapping[str, Any]) -> bytes:
    """The one spelling of `value`: UTF-8, sorted keys, indented for a human auditor."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    return text.encode("utf-8") + b"\n"


def decode(data: bytes) -> dict[str, Any]:
    """The object that `encode` wrote. Raises `Malformed` for anything spelled otherwise:
    repeated keys, fractions, spaces, numbers beyond 63 bits, deep nesting."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_int=_number,
            parse_float=_refuse,
            parse_constant=_refuse,
        )
        same = isinstance(value, dict) and encode(value) == data
    except Malformed:
        raise
    except (ValueError, RecursionError) as error:
        raise Malformed("JSON") from error
    if not same:
        raise Malformed("JSON")
    assert isinstance(value, dict)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out = dict(pairs)
    if len(out) != len(pairs):
        raise Malformed("JSON")
    return out


def _number(text: str) -> int:
    if len(text) > 20 or abs(int(text)) > MAX_NUMBER:
        raise Malformed("JSON")
    return int(text)


def _refuse(text: str) -> Any:
    raise Malformed("JSON")


class Reader:
    """Takes typed items out of a decoded object; what is left over is `rest()`."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise Malformed(where)
        self._items: dict[str, Any] = dict(value)
        self._where = where

    def _take(self, key: str) -> Any:
        if key not in self._items:
            raise self._wrong(key)
        return self._items.pop(key)

    def _wrong(self, key: str) -> Malformed:
        return Malformed(f"{self._where}.{key}" if self._where else key)

    def number(self, key: str, least: int = 0, most: int = MAX_NUMBER) -> int:
        value = self._take(key)
        if type(value) is not int or not least <= value <= most:
            raise self._wrong(key)
        return value

    def text(self, key: str, most: int = 200, pattern: re.Pattern[str] | None = None) -> str:
        """At most `most` code points; empty only when no `pattern` is asked."""
        value = self._take(key)
        if not isinstance(value, str) or len(value) > most:
            raise self._wrong(key)
        if pattern is not None and not pattern.fullmatch(value):
            raise self._wrong(key)
        return value

    def token(self, key: str) -> str:
        """An id: 1–64 letters, digits, `_`, `.`, `-`."""
        return self.text(key, 64, _TOKEN)

    def sha256(self, key: str) -> str:
        return self.text(key, 64, _SHA256)

    def optional_sha256(self, key: str) -> str | None:
        if self._items.get(key, "") is None:
            del self._items[key]
            return None
        return self.sha256(key)

    def numbers(self, key: str, most: int = 10_000) -> dict[str, int]:
        """A mapping of ids to numbers from 0, e.g. a vector {device: sequence}."""
        return read_numbers(self._take(key), self._wrong(key), most)

    def list(self, key: str, most: int = 10_000) -> list[Any]:
        value = self._take(key)
        if not isinstance(value, list) or len(value) > most:
            raise self._wrong(key)
        return value

    def mapping(self, key: str, most: int = 10_000) -> dict[str, Any]:
        value = self._take(key)
        if not isinstance(value, dict) or len(value) > most or not all(map(is_token, value)):
            raise self._wrong(key)
        return value

    def object(self, key: str) -> Reader:
        return Reader(self._take(key), key)

    def rest(self) -> dict[str, Any]:
        """What nobody took: items of a newer version, to be kept as they came."""
        return self._items


def read_numbers(value: object, wrong: Malformed, most: int = 10_000) -> dict[str, int]:
    """`value` as a mapping of ids to numbers from 0, else raises `wrong`."""
    if (
        not isinstance(value, dict)
        or len(value) > most
        or not all(is_token(k) and type(v) is int and v >= 0 for k, v in value.items())
    ):
        raise wrong
    return value


def is_token(text: str) -> bool:
    """Whether `text` can be an id in a signed file."""
    return _TOKEN.fullmatch(text) is not None
