"""Mutated bundles: each refused with a reason, none read as something else, none crashes."""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from pathlib import Path

import msgpack
import pytest

from laborclerk.kernel.errors import Rejected
from laborclerk.sync.container import LIMITS, MANIFEST_NAME, verify_bundle
from laborclerk.sync.strictzip import unpack
from tests.unit.sync.mutations import SIGNED, UNSIGNED, Original
from tests.unit.sync.stations import (
    COUNTY_KEYS,
    ENTRIES,
    TODAY,
    TRUST,
    Enrolled,
    parts_of,
    write,
)

TRIALS = int(os.environ.get("LABORCLERK_MUTATIONS", "1500"))  # half of them signed again


@pytest.fixture
def original(path: Path, township: Enrolled) -> Original:
    manifest = write(path, township)
    write(path.with_name("other.lcb"), township, ["other"], number=4, previous=manifest.digest)
    return Original(
        data=path.read_bytes(),
        parts=parts_of(path),
        manifest=manifest,
        plain=b"".join(map(msgpack.packb, ENTRIES)),
        other=parts_of(path.with_name("other.lcb")),
        laptop=township,
    )


def read(data: bytes) -> tuple[bytes, list[object]] | str:
    """The signed manifest and the entries the county would apply, or the code of the refusal.
    Anything else that is raised fails the test."""
    try:
        opened = verify_bundle(data, TRUST, TODAY, "x.lcb")
        return opened.manifest.encode(), list(opened.entries(COUNTY_KEYS))
    except Rejected as refused:
        return ",".join(f"{p.code}:{bool(p.text)}" for p in refused.problems)


def test_bundle_mutated_without_a_key_is_never_accepted(original: Original):
    seed = secrets.randbits(32)
    rng = random.Random(seed)
    seen: Counter[str] = Counter()
    for trial in range(TRIALS // 2):
        mutate = UNSIGNED[trial % len(UNSIGNED)]
        data = mutate(rng, original)
        if data == original.data:
            continue
        result = read(data)
        assert isinstance(result, str), (mutate.__name__, seed, trial)
        seen[result] += 1
    assert len(seen) >= 6, seen


def test_bundle_signed_again_by_an_enrolled_laptop_is_read_as_it_declares_or_refused(
    original: Original,
):
    seed = secrets.randbits(32)
    rng = random.Random(seed)
    seen: Counter[str] = Counter()
    for trial in range(TRIALS // 2):
        mutate = SIGNED[trial % len(SIGNED)]
        data = mutate(rng, original)
        result = read(data)
        where = (mutate.__name__, seed, trial)
        if isinstance(result, str):
            seen[result] += 1
            continue
        manifest, entries = result
        assert manifest == bytes(unpack(data, LIMITS)[MANIFEST_NAME]), where
        if mutate.__name__ in ("signed_manifest_bits", "signed_manifest_item"):
            assert entries == ENTRIES, where
        else:  # it wrote other entries and said so: they are read exactly as written
            assert mutate.__name__ in ("signed_broken_entries", "signed_broken_zstd"), where
            assert len(entries) == len(ENTRIES), where
        seen["read"] += 1
    assert len(seen) >= 6, seen


def test_same_original_unmutated_is_accepted(original: Original):
    assert read(original.data) == (original.parts[MANIFEST_NAME], ENTRIES)
