"""Wrong bundles of every kind, made at random from right ones."""

from __future__ import annotations

import hashlib
import io
import json
import random
import struct
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import zstandard

from laborclerk.sync.container import MANIFEST_NAME, SIGNATURE_NAME
from laborclerk.sync.manifest import PAYLOAD_NAME, Manifest
from tests.unit.sync.stations import Enrolled, encrypted, hostile, packed, signed

NAMES = [MANIFEST_NAME, SIGNATURE_NAME, PAYLOAD_NAME]


@dataclass(frozen=True)
class Original:
    """A right bundle (bytes, parts, manifest, plain entries), another of the same laptop, and
    the laptop's keys."""

    data: bytes
    parts: dict[str, bytes]
    manifest: Manifest
    plain: bytes
    other: dict[str, bytes]
    laptop: Enrolled


Mutation = Callable[[random.Random, Original], bytes]


def flip(rng: random.Random, data: bytes, times: int | None = None) -> bytes:
    out = bytearray(data)
    for _ in range(times or rng.choice([1, 1, 1, 2, 8])):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


# --- the bytes of the file ---------------------------------------------------------------------


def flipped_bits(rng: random.Random, o: Original) -> bytes:
    return flip(rng, o.data)


def flipped_frame(rng: random.Random, o: Original) -> bytes:
    """Bits of what stands around the parts: headers, list, end."""
    out = bytearray(o.data)
    inside: set[int] = set()
    for part in o.parts.values():
        start = o.data.index(part)
        inside.update(range(start, start + len(part)))
    out[rng.choice([i for i in range(len(out)) if i not in inside])] ^= 1 << rng.randrange(8)
    return bytes(out)


def cut(rng: random.Random, o: Original) -> bytes:
    return o.data[: rng.randrange(len(o.data))]


def appended(rng: random.Random, o: Original) -> bytes:
    return o.data + rng.randbytes(rng.choice([1, 4, 22, 500]))


def prepended(rng: random.Random, o: Original) -> bytes:
    return rng.randbytes(rng.choice([1, 4, 22, 500])) + o.data


def inserted(rng: random.Random, o: Original) -> bytes:
    at = rng.randrange(len(o.data))
    return o.data[:at] + rng.randbytes(rng.choice([1, 4, 30])) + o.data[at:]


def deleted(rng: random.Random, o: Original) -> bytes:
    at = rng.randrange(len(o.data) - 30)
    return o.data[:at] + o.data[at + rng.choice([1, 4, 30]) :]


def zeroed(rng: random.Random, o: Original) -> bytes:
    at = rng.randrange(len(o.data) - 512)
    return o.data[:at] + bytes(512) + o.data[at + 512 :]


def doubled_file(rng: random.Random, o: Original) -> bytes:
    return o.data + o.data


def swapped_blocks(rng: random.Random, o: Original) -> bytes:
    size = rng.choice([16, 64, 512])
    a, b = sorted(rng.sample(range(len(o.data) // size), 2))
    blocks = [o.data[i : i + size] for i in range(0, len(o.data), size)]
    blocks[a], blocks[b] = blocks[b], blocks[a]
    return b"".join(blocks)


# --- the zip -----------------------------------------------------------------------------------


def zipped(
    parts: list[tuple[str, bytes]], comment: bytes = b"", method: int = zipfile.ZIP_STORED
) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, data in parts:
            archive.writestr(zipfile.ZipInfo(name), data, method)
        archive.comment = comment
    return out.getvalue()


def other_parts(rng: random.Random, o: Original) -> bytes:
    """Some parts, not all, from another bundle of the same laptop."""
    chosen = rng.sample(NAMES, rng.choice([1, 2]))
    return packed({n: (o.other if n in chosen else o.parts)[n] for n in NAMES})


def wrong_order(rng: random.Random, o: Original) -> bytes:
    names = NAMES[:]
    while names == NAMES:
        rng.shuffle(names)
    return packed({n: o.parts[n] for n in names})


def renamed(rng: random.Random, o: Original) -> bytes:
    victim = rng.choice(NAMES)
    evil = rng.choice(
        ["../" + victim, "/etc/passwd", "C:\\x", victim.upper(), victim + " ", "", victim + "/"]
    )
    return packed({evil if n == victim else n: o.parts[n] for n in NAMES})


def duplicate_name(rng: random.Random, o: Original) -> bytes:
    parts = list(o.parts.items())
    name = rng.choice(NAMES)
    parts.insert(rng.randrange(4), (name, rng.choice([o.parts[name], o.other[name], b"x"])))
    return zipped(parts)


def extra_part(rng: random.Random, o: Original) -> bytes:
    parts = list(o.parts.items())
    parts.insert(rng.randrange(4), (rng.choice(["readme.txt", "../x", "a/"]), rng.randbytes(9)))
    return packed(dict(parts))


def missing_part(rng: random.Random, o: Original) -> bytes:
    gone = rng.choice(NAMES)
    return packed({n: d for n, d in o.parts.items() if n != gone})


def emptied_part(rng: random.Random, o: Original) -> bytes:
    return packed({**o.parts, rng.choice(NAMES): b""})


def commented(rng: random.Random, o: Original) -> bytes:
    end = o.data[:-2]
    comment = rng.randbytes(rng.choice([1, 200]))
    return end + struct.pack("<H", len(comment)) + comment


def other_writer(rng: random.Random, o: Original) -> bytes:
    """The right parts from a usual zip library: stored or compressed, not our spelling."""
    method = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
    return zipped(list(o.parts.items()), rng.choice([b"", b"hello"]), method)


def changed_part(rng: random.Random, o: Original) -> bytes:
    """A flipped bit with a right check sum."""
    name = rng.choice(NAMES)
    return packed({**o.parts, name: flip(rng, o.parts[name])})


def respelled_signature(rng: random.Random, o: Original) -> bytes:
    signature = o.parts[SIGNATURE_NAME]
    spelled = rng.choice(
        [
            signature.replace(b"\n", b"\r\n"),
            signature + b"\n",
            signature[:-1],
            b" " + signature,
            signature.replace(b"-----END", b"\n-----END"),
            signature.replace(b"=", b"", 1) if b"=" in signature else b"x" + signature,
        ]
    )
    return packed({**o.parts, SIGNATURE_NAME: spelled})


# --- signed again by the enrolled laptop ---------------------------------------------------------


def signed_manifest_bits(rng: random.Random, o: Original) -> bytes:
    return signed(o.laptop, flip(rng, o.parts[MANIFEST_NAME]), o.parts[PAYLOAD_NAME])


VALUES: list[Any] = [
    *(None, True, -1, 0, 1, 2**63, 2**80, 1.5),
    *("", "x", "../..", "ab" * 32, "\u0000", "𠮷" * 500),
    *([], {}, [[]], {"x": 1}, [1, 2]),
]


def signed_manifest_item(rng: random.Random, o: Original) -> bytes:
    """Any item of the manifest replaced or removed, spelled as it should be or not."""
    top = json.loads(o.parts[MANIFEST_NAME])
    where = top
    while True:
        key = rng.choice(list(where))
        if not (isinstance(where[key], dict) and where[key] and rng.random() < 0.7):
            break
        where = where[key]
    if rng.random() < 0.2:
        del where[key]
    else:
        where[key] = rng.choice(VALUES)
    indent = rng.choice([1, 1, 1, None])
    text = json.dumps(top, ensure_ascii=False, sort_keys=True, indent=indent) + "\n"
    return signed(o.laptop, text.encode(), o.parts[PAYLOAD_NAME])


def signed_other_payload(rng: random.Random, o: Original) -> bytes:
    stored = rng.choice([flip(rng, o.parts[PAYLOAD_NAME]), o.other[PAYLOAD_NAME], b"", b"age"])
    return signed(o.laptop, o.parts[MANIFEST_NAME], stored)


def signed_broken_cipher(rng: random.Random, o: Original) -> bytes:
    """Broken encryption under a hash that fits it."""
    stored = o.parts[PAYLOAD_NAME]
    stored = rng.choice(
        [flip(rng, stored), flip(rng, stored[:200]) + stored[200:], stored[: rng.randrange(200)]]
    )
    facts = replace(o.manifest.payload, size=len(stored), sha256=hashlib.sha256(stored).hexdigest())
    return signed(o.laptop, replace(o.manifest, payload=facts).encode(), stored)


def signed_broken_zstd(rng: random.Random, o: Original) -> bytes:
    compressed = zstandard.ZstdCompressor(level=1).compress(o.plain)
    broken = rng.choice(
        [
            flip(rng, compressed),
            compressed[: rng.randrange(len(compressed))],
            compressed + rng.randbytes(5),
        ]
    )
    facts = o.manifest.payload
    return hostile(
        o.laptop,
        o.plain,
        compressed=broken,
        entries=facts.entries,
        unpacked_size=facts.unpacked_size,
        unpacked_sha256=facts.unpacked_sha256,
    )


def signed_lie(rng: random.Random, o: Original) -> bytes:
    """The right entries under a manifest that declares others."""
    facts = o.manifest.payload
    lie: dict[str, Any] = rng.choice(
        [
            {"entries": facts.entries + rng.choice([-1, 1, 1000])},
            {"unpacked_size": facts.unpacked_size + rng.choice([-1, 1, 10**6])},
            {"unpacked_sha256": rng.randbytes(32).hex()},
        ]
    )
    facts_told: dict[str, Any] = {"entries": facts.entries, **lie}
    return hostile(o.laptop, o.plain, **facts_told)


def signed_broken_entries(rng: random.Random, o: Original) -> bytes:
    """Entries broken under hashes that fit them, the number of entries declared as it was."""
    plain = rng.choice(
        [flip(rng, o.plain), o.plain[: rng.randrange(len(o.plain))], o.plain + rng.randbytes(3)]
    )
    return hostile(o.laptop, plain, entries=o.manifest.payload.entries)


def signed_bomb(rng: random.Random, o: Original) -> bytes:
    """Megabytes in a few bytes, a claim of gigabytes, or lists in lists in lists."""
    plain, declared = rng.choice(
        [
            (bytes(1_000_000), 1),
            (bytes(1_000_000), 10_000_000),
            (b"\xdd\x00\x00\xff\xff" * 2000, 1),
            (b"\x91" * 1_200_000, 1),
            (b"\xdf\xff\xff\xff\xff", 1),
            (b"\xc6\x7f\xff\xff\xff" + bytes(2_000_000), 1),
        ]
    )
    size = rng.choice([len(plain), len(plain), 100])
    return hostile(o.laptop, plain, entries=declared, unpacked_size=size)


def signed_window(rng: random.Random, o: Original) -> bytes:
    """A frame that asks the reader to remember 128 MiB."""
    parameters = zstandard.ZstdCompressionParameters(window_log=27, enable_ldm=True)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    compressed = compressor.compress(bytes(2000)) + compressor.flush()
    return hostile(o.laptop, bytes(2000), compressed=compressed, entries=2000)


def encrypted_to_us_in_an_old_envelope(rng: random.Random, o: Original) -> bytes:
    """Anybody can encrypt to the county; without the laptop's signature it is worth nothing."""
    compressed = zstandard.ZstdCompressor().compress(b"\x01")
    return packed({**o.parts, PAYLOAD_NAME: encrypted(compressed)})


UNSIGNED: list[Mutation] = [
    flipped_bits,
    flipped_frame,
    cut,
    appended,
    prepended,
    inserted,
    deleted,
    zeroed,
    doubled_file,
    swapped_blocks,
    other_parts,
    wrong_order,
    renamed,
    duplicate_name,
    extra_part,
    missing_part,
    emptied_part,
    commented,
    other_writer,
    changed_part,
    respelled_signature,
    encrypted_to_us_in_an_old_envelope,
]
SIGNED: list[Mutation] = [
    signed_manifest_bits,
    signed_manifest_item,
    signed_other_payload,
    signed_broken_cipher,
    signed_broken_zstd,
    signed_lie,
    signed_broken_entries,
    signed_bomb,
    signed_window,
]
