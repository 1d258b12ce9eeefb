"""Who can do what: a thief of the laptop or of the stick, a clerk who left, a clerk of another
township, a forger, a curious courier. ARCHITECTURE.md ("Who can do what") names these tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from laborclerk.app import create_station, open_station
from laborclerk.kernel.errors import Message, Rejected
from laborclerk.store.clerks import change_keyring
from laborclerk.store.keyring import LoginProblem
from laborclerk.store.store import Store
from laborclerk.sync import county_keys, trust
from laborclerk.sync.approvals import (
    accept,
    approve,
    read_request,
    recipients,
    renew,
    request,
    revoke,
)
from laborclerk.sync.certificates import issue_certificate
from laborclerk.sync.container import LIMITS, open_bundle, write_bundle
from laborclerk.sync.enrolment import County, Kind
from laborclerk.sync.enrolment import approve as sign_approval
from laborclerk.sync.enrolment import read_request as take_apart
from laborclerk.sync.exchange import inspect
from laborclerk.sync.export import export_bundle
from laborclerk.sync.keys import StationKeys, fingerprint
from laborclerk.sync.ledger import TOWNSHIP, key_ring, keys_of, set_station, station_of
from laborclerk.sync.manifest import Manifest, Purpose, Recipient
from laborclerk.sync.messages import Enrolment, Exchange
from laborclerk.sync.revocation import RevocationList
from laborclerk.sync.strictzip import unpack
from tests.exchanging import GROUPS, TOWNS, opened, stations, take
from tests.postgres import copy_station
from tests.small import CLERK, PASSWORD, add_household

NAME = "欧阳周小芳"


@dataclass
class World:
    """A county, two of its townships, and the folder where sticks and copies lie."""

    folder: Path
    county: Store
    wufeng: Store
    poji: Store
    reopen: Callable[[str], Store]

    def file(self, name: str) -> Path:
        return self.folder / name

    def work(self, store: Store | None = None, name: str = NAME) -> None:
        town = "泼机" if store is self.poji else "乌峰"
        person = {"name": name, "relation": "02"}
        add_household(store or self.wufeng, person, place=GROUPS[town][0])

    def bundle(self, name: str, store: Store | None = None) -> Path:
        export_bundle(store or self.wufeng, self.file(name))
        return self.file(name)

    def copy(self, store: Store, name: str) -> Store:
        """The station's folder as somebody carried it off."""
        store.engine.dispose()
        copy_station(store.folder, self.file(name))
        return self.reopen(name)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    stations(tmp_path)
    with ExitStack() as closing:

        def reopen(name: str) -> Store:
            store = opened(tmp_path, name)
            closing.callback(store.close)
            return store

        yield World(tmp_path, reopen("county"), reopen("乌峰"), reopen("泼机"), reopen)


def refused(act: Callable[..., object], *args: Any) -> Message:
    with pytest.raises(Rejected) as caught:
        act(*args)
    problem = caught.value.problems[0]
    assert "{" not in problem.text
    return problem.message


def read(path: Path, store: Store, keys: StationKeys) -> list[object]:
    """The entries of a genuine bundle, as whoever holds `keys` would get them."""
    return list(open_bundle(path, trust.trust_of(store)).entries(keys))


# -- a thief of a laptop ---------------------------------------------------------------------------


def test_thief_of_a_laptop_finds_neither_keys_nor_names(world: World) -> None:
    world.work()
    keys = keys_of(world.wufeng)
    private = keys.signing.private_bytes_raw()
    secrets = [keys.seed, private, str(keys.age).encode(), NAME.encode()]
    needles = [n for s in secrets for n in (s, s.hex().encode(), s.hex().upper().encode())]
    world.wufeng.close()
    files = [p for p in world.wufeng.folder.rglob("*") if p.is_file()]
    assert files
    for file in files:
        content = file.read_bytes()
        assert not [n for n in needles if n in content], file.name
    again = world.wufeng.folder, CLERK, "guessed-1"
    assert refused(open_station, *again) is LoginProblem.WRONG_PASSWORD


def test_thief_who_knows_the_password_reads_and_writes_as_that_laptop_until_it_is_ended(
    world: World,
) -> None:
    world.work()
    take(world.county, world.bundle("1.lcb"))
    thief = world.copy(world.wufeng, "thief")
    world.work(thief, "冒名")
    bundle = world.bundle("thief.lcb", thief)
    assert inspect(world.county, bundle).holds == ()  # nothing tells it from the real one yet
    revoke(world.county, station_of(world.wufeng).device, "电脑被盗")
    assert refused(take, world.county, bundle) is Exchange.BUNDLE_REVOKED
    ended = station_of(world.wufeng).device
    assert ended not in [r.device for r in recipients(world.county)]  # nothing more is sent to it


def test_thief_of_a_laptop_opens_no_other_stations_file(world: World) -> None:
    world.work(world.poji)
    bundle = world.bundle("poji.lcb", world.poji)
    stolen = keys_of(world.wufeng)
    assert refused(read, bundle, world.wufeng, stolen) is Exchange.BUNDLE_NOT_FOR_US
    manifest = open_bundle(bundle, trust.trust_of(world.wufeng))
    lying = replace(manifest, manifest=replace(
        manifest.manifest, recipients=(Recipient("x", "x", stolen.public.age),)))  # fmt: skip
    assert refused(lambda: list(lying.entries(stolen))) is Exchange.BUNDLE_CANNOT_DECRYPT


# -- a thief of a stick, a curious courier ---------------------------------------------------------


def test_stick_tells_who_sends_how_much_and_when_and_nothing_else(world: World) -> None:
    world.work()
    bundle = world.bundle("b.lcb")
    content = bundle.read_bytes()
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030"):
        assert NAME.encode(encoding) not in content
    told = json.loads(bytes(unpack(content, LIMITS)["manifest.json"]))
    assert set(told) == {
        "certificate", "counts", "covers", "data_version", "epochs", "first", "format", "last",
        "least_reader", "number", "payload", "previous", "purpose", "recipients", "sender",
        "suite", "written_at",
    }  # fmt: skip


def test_courier_opens_nothing_with_any_other_stations_keys(world: World) -> None:
    """Not even with those of the sender."""
    world.work()
    bundle = world.bundle("b.lcb")
    for keys in (keys_of(world.wufeng), keys_of(world.poji), StationKeys.generate()):
        assert refused(read, bundle, world.wufeng, keys) is Exchange.BUNDLE_NOT_FOR_US
    assert read(bundle, world.county, keys_of(world.county))


def test_lost_stick_costs_nothing(world: World) -> None:
    world.work(name="第一份里的人")
    world.bundle("lost.lcb").unlink()
    world.work(name="第二份里的人")
    assert take(world.county, world.bundle("2.lcb")).records >= 4


def test_courier_who_repeats_and_reorders_changes_nothing(world: World) -> None:
    files = []
    for number in range(3):
        world.work(name=f"第{number}人")
        files.append(world.bundle(f"{number}.lcb"))
    assert take(world.county, files[2]).records
    for path in (files[0], files[1], files[2], files[0]):
        assert not take(world.county, path).records


def test_courier_who_swaps_approvals_is_told(world: World) -> None:
    renew(world.county, "乌峰街道", world.file("wufeng.lca"))
    renew(world.county, "泼机镇", world.file("poji.lca"))
    swapped = refused(accept, world.wufeng, world.file("poji.lca"))
    assert swapped is Exchange.ENROL_OTHER_DEVICE


# -- a clerk who left ------------------------------------------------------------------------------


def test_clerk_who_was_stopped_does_not_log_in(world: World) -> None:
    key = world.wufeng.key
    change_keyring(world.wufeng, lambda ring: ring.add(key, "李某", "secret-9"), added="李某")
    change_keyring(world.wufeng, lambda ring: ring.disable("李某"), disabled="李某")
    found = refused(open_station, world.wufeng.folder, "李某", "secret-9")
    assert found is LoginProblem.CLERK_DISABLED


def test_clerk_who_left_with_a_copy_reads_that_copy_and_writes_nothing_that_counts(
    world: World,
) -> None:
    """What was carried off cannot be called back: the laptop is ended and enrolled anew."""
    copy = world.copy(world.wufeng, "copy")  # opens with the password of that day
    world.wufeng = world.reopen("乌峰")
    world.work()
    take(world.county, world.bundle("1.lcb"))
    revoke(world.county, station_of(world.wufeng).device, "人员调离")
    for number in range(4):
        world.work(copy, f"冒名{number}")
    assert refused(take, world.county, world.bundle("copy.lcb", copy)) is Exchange.BUNDLE_REVOKED
    request(world.wufeng, world.file("a.lcq"))
    approve(world.county, world.file("a.lcq"), world.file("a.lca"))
    accept(world.wufeng, world.file("a.lca"))
    world.work(name="新来的人")
    assert take(world.county, world.bundle("2.lcb")).records


# -- a clerk of another township -------------------------------------------------------------------


def bundle_of(world: World, store: Store, **claim: Any) -> Path:
    """A bundle of a station's own program that was changed to lie."""
    me = station_of(store)
    honest = Manifest(
        station=me.station, device=me.device, certificate=trust.certificate_of(store), number=1,
        first=1, last=1, written_at="2026-11-20T09:00:00+08:00",
        recipients=(Recipient("c", "c", keys_of(world.county).public.age),),
    )  # fmt: skip
    path = world.file("lie.lcb")
    write_bundle(path, replace(honest, **claim), [[1]], keys_of(store))
    return path


def test_township_does_not_speak_for_another_nor_for_the_county(world: World) -> None:
    other = station_of(world.wufeng)
    lie = bundle_of(world, world.poji, station=other.station, device=other.device)
    assert refused(take, world.county, lie) is Exchange.BUNDLE_SENDER_DIFFERS
    borrowed = trust.certificate_of(world.wufeng)  # public: it lies on every stick
    lie = bundle_of(world, world.poji, certificate=borrowed)
    assert refused(take, world.county, lie) is Exchange.BUNDLE_SIGNATURE_WRONG
    lie = bundle_of(world, world.poji, purpose=Purpose.RETURN)
    assert refused(inspect, world.wufeng, lie) is Exchange.BUNDLE_NOT_FROM_COUNTY


def test_township_writes_nothing_of_another_township(world: World) -> None:
    """It is kept by name and shown to the county, never applied (more in test_merge.py)."""
    add_household(world.poji, {"name": NAME, "relation": "02"}, place=GROUPS["乌峰"][0])
    assert sum(take(world.county, world.bundle("b.lcb", world.poji)).held.values())


def test_township_enrols_renews_and_ends_nobody(world: World) -> None:
    request(world.wufeng, world.file("a.lcq"))
    out = world.file("a.lca")
    assert refused(approve, world.poji, world.file("a.lcq"), out) is Enrolment.ONLY_COUNTY
    assert refused(renew, world.poji, "乌峰街道", out) is Enrolment.ONLY_COUNTY
    assert refused(revoke, world.poji, "乌峰街道", "不和") is Enrolment.ONLY_COUNTY
    forged = RevocationList(99).to_bytes(keys_of(world.poji))
    assert refused(trust.take_revocations, world.wufeng, forged) is Exchange.ENROL_SIGNATURE_WRONG


# -- a forger --------------------------------------------------------------------------------------


def certified_by(keys: StationKeys, victim: Store, key: StationKeys, serial: int) -> str:
    me = station_of(victim)
    return issue_certificate(
        keys.signing, key.public.signing, station=me.station, device=me.device, place=me.place,
        serial=serial, valid_from="2026-11-20", valid_days=3000,
    )  # fmt: skip


def forged_bundle(world: World, authority: StationKeys, serial: int) -> Path:
    """A bundle in the name of 乌峰, certified by `authority`."""
    forger, me = StationKeys.generate(), station_of(world.wufeng)
    manifest = Manifest(
        station=me.station, device=me.device,
        certificate=certified_by(authority, world.wufeng, forger, serial), number=1, first=1,
        last=1, written_at="2026-11-20T09:00:00+08:00",
        recipients=(Recipient("c", "c", keys_of(world.county).public.age),),
    )  # fmt: skip
    write_bundle(world.file("forged.lcb"), manifest, [[1]], forger)
    return world.file("forged.lcb")


@pytest.mark.parametrize("serial", [1, 2, 3, 1000])
def test_forger_with_keys_of_his_own_is_nobody(world: World, serial: int) -> None:
    bundle = forged_bundle(world, StationKeys.generate(), serial)
    assert refused(take, world.county, bundle) is Exchange.CERTIFICATE_OTHER_COUNTY


def test_forger_who_swaps_a_request_shows_other_digits_and_gains_nothing(tmp_path: Path) -> None:
    """The one thing only the phone call can tell; and what he gets is for his keys alone."""
    with ExitStack() as closing:
        stations(tmp_path)
        county = opened(tmp_path, "county")
        closing.callback(county.close)
        new, _ = create_station(tmp_path / "new", CLERK, PASSWORD, scrypt_n=2)
        closing.callback(new.close)
        code, name = TOWNS["乌峰"][0].code, "乌峰二号机"
        set_station(new, TOWNSHIP, code, name)
        request(new, tmp_path / "a.lcq")
        right = read_request(county, tmp_path / "a.lcq")
        forger, _ = create_station(tmp_path / "forger", CLERK, PASSWORD, scrypt_n=2)
        closing.callback(forger.close)
        set_station(forger, TOWNSHIP, code, name)
        request(forger, tmp_path / "a.lcq")
        swapped = read_request(county, tmp_path / "a.lcq")
        assert swapped.kind is Kind.NEW
        assert swapped.request.fingerprint != right.request.fingerprint
        assert right.request.fingerprint == fingerprint(keys_of(new).public)
        approve(county, tmp_path / "a.lcq", tmp_path / "a.lca")
        assert refused(accept, new, tmp_path / "a.lca") is Exchange.ENROL_OTHER_DEVICE


def test_forger_does_not_become_the_county(world: World) -> None:
    """A township that is enrolled takes approvals of its county only; one that enrols for the
    first time shows the digits of whoever signed."""
    request(world.wufeng, world.file("a.lcq"))
    asked = take_apart(world.file("a.lcq").read_bytes())
    forger, true = StationKeys.generate(), trust.this_county(world.county)
    false = County(true.station, true.device, true.place, true.name, forger.public)
    data = sign_approval(
        asked, forger, false, serial=9, valid_from=world.county.clock.today(), valid_days=10,
        revocations=RevocationList(),
    )  # fmt: skip
    world.file("false.lca").write_bytes(data)
    assert refused(accept, world.wufeng, world.file("false.lca")) is Exchange.ENROL_OTHER_COUNTY
    assert false.fingerprint != true.fingerprint


def test_forger_with_a_former_key_of_the_county_certifies_nobody(world: World) -> None:
    county_keys.rotate_county(world.county)
    (stolen,) = key_ring(world.county).former
    for serial in (1, 2, 1000):
        bundle = forged_bundle(world, stolen, serial)
        assert refused(take, world.county, bundle) is Exchange.BUNDLE_NOT_ISSUED


def test_forger_with_a_former_key_of_the_county_answers_no_township_that_followed(
    world: World,
) -> None:
    county = station_of(world.county)
    stolen = keys_of(world.county)
    line = issue_certificate(
        stolen.signing, stolen.public.signing, station=county.station, device=county.device,
        place=county.place, serial=1, valid_from="2026-11-20", valid_days=3000,
    )  # fmt: skip
    manifest = Manifest(
        station=county.station, device=county.device, certificate=line, number=1, first=1, last=1,
        written_at="2026-11-20T09:00:00+08:00", purpose=Purpose.RETURN,
        recipients=(Recipient("t", "t", keys_of(world.wufeng).public.age),),
    )  # fmt: skip
    write_bundle(world.file("answer.lcb"), manifest, [[1]], stolen)
    assert inspect(world.wufeng, world.file("answer.lcb")).holds == ()
    county_keys.rotate_county(world.county)
    world.file("k.lcs").write_bytes(trust.succession_file(world.county))
    accept(world.wufeng, world.file("k.lcs"))
    found = refused(inspect, world.wufeng, world.file("answer.lcb"))
    assert found is Exchange.BUNDLE_FORMER_KEY
