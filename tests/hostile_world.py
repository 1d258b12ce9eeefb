"""A county and two townships in the middle of their work, and bundles between them that an enrolled
but hostile station wrote: any manifest, any items, well signed.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgpack
import pyrage
import sqlalchemy as sa
import zstandard

from laborclerk.features.coverage.check import check_counts
from laborclerk.features.registry.check import check_search
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.store.base import record_types
from laborclerk.store.check import check_store
from laborclerk.store.store import Store
from laborclerk.sync.certificates import certificate_blob
from laborclerk.sync.container import LIMITS, MANIFEST_NAME, SIGNATURE_NAME
from laborclerk.sync.export import export_bundle
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.ledger import keys_of
from laborclerk.sync.manifest import PAYLOAD_NAME, Manifest, PayloadFacts, read_manifest
from laborclerk.sync.payload import decrypt
from laborclerk.sync.returning import export_return
from laborclerk.sync.sshsig import BUNDLE_NAMESPACE, sign
from laborclerk.sync.strictzip import pack, unpack
from tests.exchanging import GROUPS, TOWNS, answer, opened, send, stations
from tests.items import plain, wire
from tests.postgres import copy_station
from tests.small import add_household

SENDER, OTHER = "乌峰", "泼机"
SENDER_PLACE = TOWNS[SENDER][0].code
Rows = dict[tuple[str, int], dict[str, Any]]


@dataclass(frozen=True)
class Way:
    """One direction: the right bundle, what it holds, who signs, who reads it, at which station."""

    reader: str
    data: bytes
    other: bytes  # another bundle of the same way
    manifest: Manifest
    sent: list[Any]  # its items as they travel
    keys: StationKeys
    to: str  # the recipient, age1…

    @property
    def items(self) -> list[Any]:
        """The right items, entry by entry."""
        return plain(self.sent)

    def signed(self, items: Iterable[Any], **change: Any) -> bytes:
        """A bundle with these items, its numbers and hashes right, `change` of the manifest."""
        sent = wire(items)
        return self.signed_plain(b"".join(map(msgpack.packb, sent)), len(sent), **change)

    def signed_plain(self, plain: bytes, count: int, **change: Any) -> bytes:
        compressed = zstandard.ZstdCompressor(level=1).compress(plain)
        stored = bytes(pyrage.encrypt(compressed, [pyrage.x25519.Recipient.from_str(self.to)]))
        facts = PayloadFacts(
            count, len(stored), hashlib.sha256(stored).hexdigest(), len(plain),
            hashlib.sha256(plain).hexdigest(),
        )  # fmt: skip
        manifest = replace(self.manifest, payload=facts, **change).encode()
        certificate = certificate_blob(self.manifest.certificate)
        signature = sign(manifest, self.keys.signing, BUNDLE_NAMESPACE, certificate)
        parts = {MANIFEST_NAME: manifest, SIGNATURE_NAME: signature, PAYLOAD_NAME: stored}
        return b"".join(pack(parts))


@dataclass(frozen=True)
class World:
    """The folder with the stations as they stand before the bundles, and both ways."""

    folder: Path
    up: Way
    back: Way

    def station(self, name: str, into: Path) -> Store:
        """A fresh copy of a station, open."""
        if into.exists():
            shutil.rmtree(into)
        copy_station(self.folder / name, into / name)
        return opened(into, name)


def change(store: Store, name: str, /, **facts: Any) -> None:
    with store.write("test.change") as work:
        person = work.session.scalars(sa.select(Person).where(Person.name == name)).one()
        work.change(person, facts)


def family(store: Store, place: str, name: str, *members: str, **facts: Any) -> int:
    people = [{"name": n, "relation": "02" if n == name else "20"} for n in (name, *members)]
    return add_household(store, *people, place=GROUPS[place][0], number=name, **facts)


def make(folder: Path) -> World:
    """Households on both sides, an exchange, then more work: changes of one field on both sides,
    a deletion, a move to the sender's township, decisions, new households."""
    stations(folder)
    county, town, other = (opened(folder, name) for name in ("county", SENDER, OTHER))
    for n in range(3):
        family(town, SENDER, f"周{n}", f"周{n}妻", note="甲")
        family(other, OTHER, f"吴{n}", f"吴{n}妻")
    send(town, county, folder / "1.lcb")
    send(other, county, folder / "2.lcb")
    answer(town, county, folder / "3.lcb")
    answer(other, county, folder / "4.lcb")
    change(county, "周1", phone="13800000001")
    change(town, "周1", phone="13800000002")
    send(town, county, folder / "5.lcb")  # a conflict at the county
    export_return(county, SENDER_PLACE, folder / "first.lcb", PlaceScope(SENDER_PLACE))
    change(county, "周0妻", phone="13900000000")
    with county.write("test.move") as work:
        moving = work.session.scalars(sa.select(Household).where(Household.number == "吴2")).one()
        work.change(moving, {"place": GROUPS[SENDER][1]})
    change(town, "周0妻", phone="13900000001", education="80")
    change(town, "周2", name="周二", wants_to_go=True)
    with town.write("test.delete") as work:
        gone = work.session.scalars(sa.select(Person).where(Person.name == "周2妻")).one()
        work.delete(gone, "3")
    family(town, SENDER, "周9", "周9妻", registered_count=2)
    ways = []
    export_bundle(town, folder / "up.lcb")
    export_return(county, SENDER_PLACE, folder / "back.lcb", PlaceScope(SENDER_PLACE))
    for reader, path, first, signer, opener in (
        ("county", "up.lcb", "5.lcb", town, county),
        (SENDER, "back.lcb", "first.lcb", county, town),
    ):
        parts = unpack((folder / path).read_bytes(), LIMITS)
        manifest = read_manifest(bytes(parts[MANIFEST_NAME]))
        plain = zstandard.ZstdDecompressor().decompressobj().decompress(
            decrypt(bytes(parts[PAYLOAD_NAME]), keys_of(opener).age)
        )  # fmt: skip
        items = list(msgpack.Unpacker(_Bytes(plain), strict_map_key=False))
        ways.append(
            Way(reader, (folder / path).read_bytes(), (folder / first).read_bytes(), manifest,
                items, keys_of(signer), keys_of(opener).public.age)
        )  # fmt: skip
    for store in (county, town, other):
        store.close()
    return World(folder, *ways)


class _Bytes:
    """A file to msgpack."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def read(self, most: int) -> bytes:
        part, self._data = self._data[:most], self._data[most:]
        return part


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but the inner ones of the search index."""
    with store.read() as session:
        return {
            t: sorted(map(tuple, session.execute(sa.text(f'SELECT * FROM "{t}"'))), key=repr)
            for t in sa.inspect(session.connection()).get_table_names()
            if not t.startswith("person_search")
        }


def findings(store: Store) -> list[Any]:
    """All that `laborclerk check` would find."""
    with store.read() as session:
        return [*check_store(session), *check_search(session), *check_counts(session)]


def strange(before: Rows, after: Rows, inside: set[tuple[str, int]]) -> list[Any]:
    """Records outside the sender's places that changed."""
    return [
        (key, {k: (v, after[key][k]) for k, v in row.items() if after[key][k] != v})
        for key, row in before.items()
        if key not in inside and after.get(key) != row
    ]


def inside(store: Store, place: str) -> set[tuple[str, int]]:
    """What lies in a place, alone or in part."""
    scope = PlaceScope(place)
    with store.read() as session:
        found = set()
        for kind, model in record_types().items():
            ids = list(session.scalars(sa.select(model.id)))
            nowhere = {i for i in ids if kind in ("round",)}
            found |= {(kind, i) for i in scope.concerns(session, kind, ids) - nowhere}
        return found
