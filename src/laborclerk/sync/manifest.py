"""The manifest of a bundle: everything a reader must know before it touches the payload.

Signed as it stands, spelled in one way only (strictjson), items of newer versions kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from laborclerk.sync import strictjson
from laborclerk.sync.certificates import MAX_LINE
from laborclerk.sync.strictjson import Malformed, Reader

FORMAT = 1
SUITE = "ed25519-x25519-zstd"  # room for SM2/SM3/SM4
MAX_ENTRIES = 10_000_000
MAX_UNPACKED = 4 * 2**30  # bytes; unpacking is streamed, this bounds the time
PAYLOAD_NAME = "payload"

Epoch = tuple[int, Mapping[str, int]]
"""(from-sequence, vector {device: highest contiguous sequence known})."""


class NewerFormat(Exception):
    """A manifest of a format this program cannot read; `found` is its number."""

    def __init__(self, found: int) -> None:
        super().__init__(str(found))
        self.found = found


class UnknownSuite(Exception):
    """A manifest that names algorithms this program does not have."""


class Purpose(StrEnum):
    """Which way a bundle goes: township to county, or the county's answer."""

    UP = "up"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Recipient:
    """A device the payload is encrypted to; `age` is its recipient (`age1…`)."""

    station: str
    device: str
    age: str


@dataclass(frozen=True, slots=True)
class PayloadFacts:
    """Sizes in bytes and SHA-256 in hex, as stored (encrypted) and unpacked (plain msgpack)."""

    entries: int = 0
    size: int = 0
    sha256: str = "0" * 64
    unpacked_size: int = 0
    unpacked_sha256: str = "0" * 64


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle says of itself (design/exchange.md, "The file").

    `certificate` is the sender's certificate line, `number` counts the device's bundles from 1,
    `previous` is the `digest` of the one before (None for the first), `first`..`last` the range
    of the sender's sequences (last = first - 1 when empty), `epochs` the writers' knowledge per
    device, `covers` up to where knowledge is complete for the recipients' places, `counts`
    entries per record type, `written_at` wall time as ISO text. `write_bundle` fills `payload`.
    """

    station: str
    device: str
    certificate: str
    number: int
    first: int
    last: int
    written_at: str
    recipients: tuple[Recipient, ...]
    purpose: Purpose = Purpose.UP
    incarnation: int = 1
    previous: str | None = None
    epochs: Mapping[str, tuple[Epoch, ...]] = field(default_factory=dict)
    covers: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    data_version: int = 1
    least_reader: int = 1
    payload: PayloadFacts = PayloadFacts()
    unknown: Mapping[str, Any] = field(default_factory=dict)

    def encode(self) -> bytes:
        """The bytes that are signed."""
        facts = self.payload
        return strictjson.encode(
            {
                **self.unknown,
                "format": FORMAT,
                "suite": SUITE,
                "purpose": self.purpose.value,
                "sender": {
                    "station": self.station,
                    "device": self.device,
                    "incarnation": self.incarnation,
                },
                "certificate": self.certificate,
                "number": self.number,
                "previous": self.previous,
                "first": self.first,
                "last": self.last,
                "epochs": {
                    device: [{"from": start, "knows": dict(knows)} for start, knows in epochs]
                    for device, epochs in self.epochs.items()
                },
                "covers": dict(self.covers),
                "counts": dict(self.counts),
                "data_version": self.data_version,
                "least_reader": self.least_reader,
                "written_at": self.written_at,
                "recipients": [
                    {"station": r.station, "device": r.device, "age": r.age}
                    for r in self.recipients
                ],
                "payload": {
                    "name": PAYLOAD_NAME,
                    "entries": facts.entries,
                    "size": facts.size,
                    "sha256": facts.sha256,
                    "unpacked_size": facts.unpacked_size,
                    "unpacked_sha256": facts.unpacked_sha256,
                },
            }
        )

    @property
    def digest(self) -> str:
        """SHA-256 in hex of the signed bytes: the link of the chain of bundles."""
        return hashlib.sha256(self.encode()).hexdigest()


def read_manifest(data: bytes) -> Manifest:
    """Reads `Manifest.encode`. Raises `NewerFormat`, `UnknownSuite`, or `Malformed` naming the
    item that is wrong. Unknown items at the top are kept in `unknown`."""
    top = Reader(strictjson.decode(data), "")
    if (found := top.number("format", 1)) > FORMAT:
        raise NewerFormat(found)
    if (suite := top.token("suite")) != SUITE:
        raise UnknownSuite(suite)
    sender = top.object("sender")
    manifest = Manifest(
        purpose=_purpose(top.token("purpose")),
        station=sender.token("station"),
        device=sender.token("device"),
        incarnation=sender.number("incarnation", 1),
        certificate=top.text("certificate", MAX_LINE),
        number=top.number("number", 1),
        previous=top.optional_sha256("previous"),
        first=(first := top.number("first", 1)),
        last=top.number("last", first - 1),
        epochs={
            device: tuple(_epoch(item) for item in _list(epochs, "epochs"))
            for device, epochs in top.mapping("epochs").items()
        },
        covers=top.numbers("covers"),
        counts=top.numbers("counts"),
        data_version=top.number("data_version", 1),
        least_reader=top.number("least_reader", 1),
        written_at=top.text("written_at", 40),
        recipients=tuple(_recipient(item) for item in top.list("recipients", 1000)),
        payload=_payload(top.object("payload")),
        unknown=top.rest(),
    )
    if manifest.encode() != data:  # an unknown item below the top: no version wrote that
        raise Malformed("JSON")
    return manifest


def _purpose(text: str) -> Purpose:
    try:
        return Purpose(text)
    except ValueError as error:
        raise Malformed("purpose") from error


def _list(value: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise Malformed(where)
    return value


def _epoch(value: object) -> Epoch:
    reader = Reader(value, "epochs")
    return reader.number("from", 1), reader.numbers("knows")


def _recipient(value: object) -> Recipient:
    reader = Reader(value, "recipients")
    return Recipient(reader.token("station"), reader.token("device"), reader.text("age", 100))


def _payload(reader: Reader) -> PayloadFacts:
    if reader.token("name") != PAYLOAD_NAME:
        raise Malformed("payload.name")
    return PayloadFacts(
        entries=reader.number("entries", 0, MAX_ENTRIES),
        size=reader.number("size"),
        sha256=reader.sha256("sha256"),
        unpacked_size=reader.number("unpacked_size", 0, MAX_UNPACKED),
        unpacked_sha256=reader.sha256("unpacked_sha256"),
    )
