"""The payload of a bundle: entries in msgpack, zstd, encrypted in the age format.

Plain entries never touch the disk and never stand in memory all at once; what does stand there
is the compressed payload (5 MB for a township of 60,000 persons). Reading is bounded by what
the signed manifest declares and by the limits here, whatever the bytes say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

import msgpack
import pyrage
import zstandard

from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sync.manifest import PayloadFacts

CHUNK = 256 * 1024  # bytes read, compressed and hashed at a time
MAX_ENTRY = 2**21  # bytes of one packed entry
MAX_TEXT = 2**20  # bytes of one text in it
MAX_STORED = 256 * 2**20  # bytes of an encrypted payload
MAX_WINDOW = 8 * 2**20  # bytes that zstd may ask to remember
MAX_ITEMS = 65_536  # of one list or mapping
LEVEL = 3  # of zstd
_TICK = 1000  # entries between two reports of progress


class Undecryptable(Exception):
    """None of our keys opens the payload, or what is inside is broken."""


class WrongContent(Exception):
    """The entries are not what the manifest declares; the text says how."""


def pack(
    entries: Iterable[object],
    recipients: Sequence[str],
    *,
    smaller: Callable[[bytes], Iterable[object]] = lambda packed: (),
    total: int | None = None,
    progress: Progress = SILENT,
) -> tuple[bytes, PayloadFacts]:
    """Packs `entries` (anything msgpack takes, each at most `MAX_ENTRY` packed) for `recipients`
    (`age1…`). Of one that is larger `smaller` makes several. Progress counts entries. Raises
    ValueError for an entry that is too large."""
    packer = msgpack.Packer()
    compressor = zstandard.ZstdCompressor(level=LEVEL).compressobj()
    digest = hashlib.sha256()
    out = bytearray()
    chunk = bytearray()
    count = size = 0

    def drain() -> None:
        nonlocal size
        digest.update(chunk)
        size += len(chunk)
        out.extend(compressor.compress(chunk))
        chunk.clear()

    def packed_entries() -> Iterator[bytes]:
        for entry in entries:
            packed = packer.pack(entry)
            whole = len(packed) <= MAX_ENTRY
            yield from (packed,) if whole else map(packer.pack, smaller(packed) or (entry,))

    progress.start("打包", total)
    for count, packed in enumerate(packed_entries(), 1):
        if len(packed) > MAX_ENTRY:
            raise ValueError("an entry is larger than a bundle may carry")
        chunk += packed
        if len(chunk) >= CHUNK:
            drain()
        if count % _TICK == 0:
            progress.step(count)
    drain()
    out.extend(compressor.flush())
    keys = [pyrage.x25519.Recipient.from_str(r) for r in recipients]
    stored = pyrage.encrypt(bytes(out), keys)
    if len(stored) > MAX_STORED:
        raise ValueError("more than a bundle may carry")
    progress.step(count)
    return stored, PayloadFacts(
        entries=count,
        size=len(stored),
        sha256=hashlib.sha256(stored).hexdigest(),
        unpacked_size=size,
        unpacked_sha256=digest.hexdigest(),
    )


def decrypt(stored: bytes, identity: pyrage.x25519.Identity) -> bytes:
    """The compressed entries; raises `Undecryptable`."""
    try:
        plain = pyrage.decrypt(stored, [identity])
    except pyrage.DecryptError as error:
        raise Undecryptable(str(error)) from error
    return bytes(plain)


def unpack(compressed: bytes, facts: PayloadFacts, progress: Progress = SILENT) -> Iterator[object]:
    """The entries one by one. Raises `WrongContent` as soon as they are not what `facts`
    declares; the hash is known only at the end, so whoever applies entries does so in one
    transaction."""
    unpacker = msgpack.Unpacker(
        raw=False,
        strict_map_key=False,
        max_buffer_size=MAX_ENTRY + CHUNK,
        max_str_len=MAX_TEXT,
        max_bin_len=MAX_TEXT,
        max_array_len=MAX_ITEMS,
        max_map_len=MAX_ITEMS,
        max_ext_len=0,
    )
    digest = hashlib.sha256()
    count = size = 0
    progress.start("读取", facts.entries)
    for chunk in _decompressed(compressed):
        digest.update(chunk)
        size += len(chunk)
        if size > facts.unpacked_size:
            raise WrongContent("比声明的大")
        for entry in _fed(unpacker, chunk):
            count += 1
            if count > facts.entries:
                raise WrongContent("条数比声明的多")
            yield entry
            if count % _TICK == 0:
                progress.step(count)
    if size != facts.unpacked_size or unpacker.tell() != size:
        raise WrongContent("比声明的小")
    if count != facts.entries:
        raise WrongContent("条数比声明的少")
    if digest.hexdigest() != facts.unpacked_sha256:
        raise WrongContent("内容核对不上")
    progress.step(count)


def _decompressed(compressed: bytes) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW).stream_reader(
        compressed, read_across_frames=True
    )
    while True:
        try:
            chunk = reader.read(CHUNK)
        except (zstandard.ZstdError, MemoryError) as error:
            raise WrongContent("内容解不开") from error
        if not chunk:
            return
        yield chunk


def _fed(unpacker: msgpack.Unpacker, chunk: bytes) -> Iterator[object]:
    """The entries that are complete once `chunk` has come."""
    try:
        unpacker.feed(chunk)
        yield from unpacker
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise WrongContent("内容读不出") from error
