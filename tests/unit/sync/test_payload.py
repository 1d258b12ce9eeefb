"""What an enrolled but hostile sender can put into a payload, and that it costs nothing."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laborclerk.kernel.errors import Rejected
from laborclerk.sync import payload
from laborclerk.sync.container import open_bundle
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.manifest import PAYLOAD_NAME, Recipient
from laborclerk.sync.messages import Exchange
from tests.unit.sync.stations import (
    COUNTY_KEYS,
    TODAY,
    TRUST,
    Enrolled,
    hostile,
    parts_of,
    refusal,
    signed,
    write,
)

NESTED = b"\xdd\x00\x00\xff\xff" * 1000
BOMB = b"\xc4\x00" * 60_000_000


@pytest.mark.parametrize(
    ("plain", "facts"),
    [
        (b"\x01", {"unpacked_size": 2}),
        (b"\x01\x02", {"unpacked_size": 1}),
        (b"\x01\x02", {}),
        (b"\x01", {"entries": 2}),
        (b"\x01", {"unpacked_sha256": "0" * 64}),
        (b"\x92\x01", {}),
        (b"\xc1", {}),
        (b"\xa1\xff", {}),
        (b"\xc7\x08\x05" + b"x" * 8, {}),
        (b"\xd6\xff\x00\x00\x00\x00", {}),
        (b"\x81\x90\x01", {}),
        (b"\xdd\xff\xff\xff\xff", {}),
        (b"\xdb\xff\xff\xff\xff", {}),
        (b"\xdb\x00\x20\x00\x00" + b"x" * 2**21, {}),
        (b"\x91" * 100_000, {}),
        (NESTED, {}),
        (BOMB[:10_000_000], {"unpacked_size": 10}),
        (BOMB[:10_000_000], {}),
    ],
    ids=range(18),
)
def test_content_other_than_declared_is_refused(
    path: Path, township: Enrolled, plain: bytes, facts: dict[str, Any]
):
    path.write_bytes(hostile(township, plain, **facts))
    assert refusal(path) is Exchange.BUNDLE_CONTENT_WRONG


def test_compression_bomb_is_stopped_within_bounded_memory(path: Path, township: Enrolled):
    path.write_bytes(hostile(township, BOMB, unpacked_size=1000))
    opened = open_bundle(path, TRUST, TODAY)
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    with pytest.raises(Rejected):
        list(opened.entries(COUNTY_KEYS))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("compressed", [b"", b"no zstd", b"\x28\xb5\x2f\xfd\x00\xff\x00\x00"])
def test_what_is_not_zstd_is_refused(path: Path, township: Enrolled, compressed: bytes):
    path.write_bytes(hostile(township, b"\x01", compressed=compressed))
    assert refusal(path) is Exchange.BUNDLE_CONTENT_WRONG


def test_payload_for_others_named_as_ours_is_refused(path: Path, township: Enrolled):
    other = StationKeys.generate()
    written = write(path, township, recipients=(Recipient("x", "X", other.public.age),))
    lying = replace(written, recipients=township.manifest.recipients)
    path.write_bytes(signed(township, lying.encode(), parts_of(path)[PAYLOAD_NAME]))
    assert refusal(path) is Exchange.BUNDLE_CANNOT_DECRYPT


def test_memory_while_reading_does_not_grow_with_the_entries(path: Path, township: Enrolled):
    write(path, township, ([n, "同样的内容" * 20] for n in range(100_000)))
    opened = open_bundle(path, TRUST, TODAY)
    tracemalloc.start()
    assert sum(1 for _ in opened.entries(COUNTY_KEYS)) == 100_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6_000_000


def test_entry_beyond_the_limit_is_a_mistake_of_the_caller(path: Path, township: Enrolled):
    with pytest.raises(ValueError, match="larger"):
        write(path, township, ["x" * (payload.MAX_ENTRY + 1)])
    assert not path.exists()
