"""A bundle is read back as written, and each kind of wrong bundle is refused with its reason."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import msgpack
import pytest

from laborclerk.kernel.errors import Common, EnvironmentFault, Rejected
from laborclerk.kernel.progress import Cancelled, Silent
from laborclerk.sync import atomic, payload, sshsig, strictzip
from laborclerk.sync.certificates import certificate_blob
from laborclerk.sync.container import (
    LIMITS,
    MANIFEST_NAME,
    SIGNATURE_NAME,
    OpenedBundle,
    Trust,
    open_bundle,
    verify_bundle,
)
from laborclerk.sync.enrolment import authority_line, certify_county
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.manifest import (
    PAYLOAD_NAME,
    Manifest,
    PayloadFacts,
    Purpose,
    Recipient,
)
from laborclerk.sync.messages import Exchange
from laborclerk.sync.revocation import Revocation, RevocationList
from tests.unit.sync.stations import (
    COUNTY,
    COUNTY_KEYS,
    ENTRIES,
    LAPTOP,
    OTHER_COUNTY_KEYS,
    TODAY,
    TOWN,
    TRUST,
    Enrolled,
    enrol,
    write,
)


def refusal(path: Path, trust: Trust = TRUST, on: str | None = TODAY) -> Exchange:
    with pytest.raises(Rejected) as caught:
        list(open_bundle(path, trust, on).entries(COUNTY_KEYS))
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    assert isinstance(problem.message, Exchange)
    return problem.message


def parts_of(path: Path) -> dict[str, bytes]:
    return {k: bytes(v) for k, v in strictzip.unpack(path.read_bytes(), LIMITS).items()}


def put(path: Path, parts: dict[str, bytes]) -> None:
    path.write_bytes(b"".join(strictzip.pack(parts)))


def sign_again(path: Path, enrolled: Enrolled, manifest: bytes, stored: bytes) -> None:
    """What an enrolled but hostile sender can make: any manifest, any payload, well signed."""
    certificate = certificate_blob(enrolled.manifest.certificate)
    signature = sshsig.sign(manifest, enrolled.keys.signing, sshsig.BUNDLE_NAMESPACE, certificate)
    put(path, {MANIFEST_NAME: manifest, SIGNATURE_NAME: signature, PAYLOAD_NAME: stored})


@pytest.fixture
def township() -> Enrolled:
    return enrol()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "乌峰街道.lcb"


def test_bundle_is_read_back_as_written(path: Path, township: Enrolled):
    written = write(path, township)
    opened = open_bundle(path, TRUST, TODAY)
    assert opened.manifest == written
    assert opened.digest == written.digest
    assert opened.holds == ()
    assert (opened.certified.station, opened.certified.device) == (TOWN, LAPTOP)
    assert list(opened.entries(COUNTY_KEYS)) == ENTRIES
    assert list(path.parent.iterdir()) == [path]


def test_any_zip_tool_lists_the_three_parts_in_order(path: Path, township: Enrolled):
    write(path, township)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [MANIFEST_NAME, SIGNATURE_NAME, PAYLOAD_NAME]
        assert {i.compress_type for i in archive.infolist()} == {zipfile.ZIP_STORED}


def test_empty_bundle_has_no_entries(path: Path, township: Enrolled):
    write(path, township, [], first=53, last=52)
    assert list(open_bundle(path, TRUST, TODAY).entries(COUNTY_KEYS)) == []


def test_every_recipient_can_read(path: Path, township: Enrolled):
    laptops = [StationKeys.generate() for _ in range(3)]
    recipients = tuple(Recipient(TOWN, f"D{n}", k.public.age) for n, k in enumerate(laptops))
    write(path, township, recipients=recipients)
    for keys in laptops:
        assert list(open_bundle(path, TRUST, TODAY).entries(keys)) == ENTRIES
    assert refusal(path) is Exchange.BUNDLE_NOT_FOR_US


def test_items_of_a_newer_version_are_kept(path: Path, township: Enrolled):
    write(path, township, unknown={"holes": {"D9": [[3, 5]]}})
    assert open_bundle(path, TRUST, TODAY).manifest.unknown == {"holes": {"D9": [[3, 5]]}}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Exchange.BUNDLE_CUT_SHORT),
        (b"PK\x03\x04", Exchange.BUNDLE_CUT_SHORT),
        (b"\xd0\xcf\x11\xe0 a spreadsheet", Exchange.BUNDLE_NOT_A_BUNDLE),
        (b"x" * 10_000, Exchange.BUNDLE_NOT_A_BUNDLE),
    ],
)
def test_what_is_no_bundle_is_told_apart(path: Path, content: bytes, reason: Exchange):
    path.write_bytes(content)
    assert refusal(path) is reason


def test_half_copied_bundle_is_told_as_such(path: Path, township: Enrolled):
    write(path, township)
    whole = path.read_bytes()
    for length in (40, len(whole) // 3, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        assert refusal(path) is Exchange.BUNDLE_CUT_SHORT


def test_unsigned_bundle_is_told_as_such(path: Path, township: Enrolled):
    write(path, township)
    parts = parts_of(path)
    put(path, {**parts, SIGNATURE_NAME: b""})
    assert refusal(path) is Exchange.BUNDLE_UNSIGNED
    del parts[SIGNATURE_NAME]
    put(path, parts)
    assert refusal(path) is Exchange.BUNDLE_UNSIGNED


def test_changed_manifest_fails_the_signature(path: Path, township: Enrolled):
    written = write(path, township)
    put(path, {**parts_of(path), MANIFEST_NAME: replace(written, last=51).encode()})
    assert refusal(path) is Exchange.BUNDLE_SIGNATURE_WRONG


def test_payload_of_another_bundle_is_refused(path: Path, township: Enrolled, tmp_path: Path):
    write(path, township)
    write(tmp_path / "other", township, ["other"])
    other = parts_of(tmp_path / "other")[PAYLOAD_NAME]
    put(path, {**parts_of(path), PAYLOAD_NAME: other})
    assert refusal(path) is Exchange.BUNDLE_PAYLOAD_DIFFERS


def test_signature_for_another_purpose_does_not_count(path: Path, township: Enrolled):
    write(path, township)
    parts = parts_of(path)
    certificate = certificate_blob(township.manifest.certificate)
    parts[SIGNATURE_NAME] = sshsig.sign(
        parts[MANIFEST_NAME], township.keys.signing, sshsig.ENROL_NAMESPACE, certificate
    )
    put(path, parts)
    assert refusal(path) is Exchange.BUNDLE_SIGNATURE_WRONG


def test_station_without_certificate_is_not_enrolled(path: Path, township: Enrolled):
    write(path, township)
    parts = parts_of(path)
    parts[SIGNATURE_NAME] = sshsig.sign(
        parts[MANIFEST_NAME], StationKeys.generate().signing, sshsig.BUNDLE_NAMESPACE
    )
    put(path, parts)
    assert refusal(path) is Exchange.BUNDLE_NOT_ENROLLED


def test_stolen_certificate_without_its_key_is_useless(path: Path, township: Enrolled):
    thief = Enrolled(StationKeys.generate(), township.manifest)
    write(path, thief)
    assert refusal(path) is Exchange.BUNDLE_SIGNATURE_WRONG


def test_other_county_is_refused(path: Path):
    write(path, enrol(OTHER_COUNTY_KEYS))
    assert refusal(path) is Exchange.CERTIFICATE_OTHER_COUNTY


def test_former_county_key_still_counts_when_trusted(path: Path):
    write(path, enrol(OTHER_COUNTY_KEYS))
    both = Trust((COUNTY_KEYS.public.signing, OTHER_COUNTY_KEYS.public.signing))
    assert list(open_bundle(path, both, TODAY).entries(COUNTY_KEYS)) == ENTRIES


@pytest.mark.parametrize("claim", [{"station": "999"}, {"device": "D8"}])
def test_nobody_speaks_for_another_device(path: Path, township: Enrolled, claim: dict[str, str]):
    write(path, township, **claim)
    assert refusal(path) is Exchange.BUNDLE_SENDER_DIFFERS


def test_manifest_with_another_certificate_is_refused(path: Path, township: Enrolled):
    manifest = enrol(keys=township.keys, serial=2).manifest
    written = write(path, township)
    other = replace(manifest, payload=written.payload)
    sign_again(path, township, other.encode(), parts_of(path)[PAYLOAD_NAME])
    assert refusal(path) is Exchange.BUNDLE_CERTIFICATE_DIFFERS


def test_township_cannot_write_a_return_bundle(path: Path, township: Enrolled):
    write(path, township, purpose=Purpose.RETURN)
    assert refusal(path) is Exchange.BUNDLE_NOT_FROM_COUNTY


def test_county_writes_return_bundles_with_its_own_certificate(path: Path):
    certificate = certify_county(COUNTY_KEYS, COUNTY, serial=1, valid_from=TODAY, valid_days=3650)
    manifest = replace(
        enrol().manifest,
        station=COUNTY.station,
        device=COUNTY.device,
        certificate=certificate,
        purpose=Purpose.RETURN,
        covers={LAPTOP: 52},
    )
    write(path, Enrolled(COUNTY_KEYS, manifest))
    opened = open_bundle(path, TRUST, TODAY)
    assert opened.certified.is_county
    assert opened.manifest.covers == {LAPTOP: 52}


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        ("2025-12-30", Exchange.CERTIFICATE_NOT_YET),
        ("2027-01-01", Exchange.CERTIFICATE_EXPIRED),
    ],
)
def test_expired_certificate_holds_and_loses_nothing(
    path: Path, township: Enrolled, on: str, reason: Exchange
):
    write(path, township)
    assert refusal(path, on=on) is reason
    opened = open_bundle(path, TRUST, on)
    assert [hold.message for hold in opened.holds] == [reason]
    assert list(opened.entries(COUNTY_KEYS, despite={reason})) == ENTRIES


@pytest.mark.parametrize("on", ["2025-12-31", "2026-01-01", "2026-12-31", None])
def test_valid_certificate_holds_nothing(path: Path, township: Enrolled, on: str | None):
    write(path, township)
    assert open_bundle(path, TRUST, on).holds == ()


def test_newer_data_version_is_held(path: Path, township: Enrolled):
    write(path, township, least_reader=2, data_version=2)
    assert refusal(path) is Exchange.BUNDLE_NEEDS_NEWER


def _edited(written: Manifest, old: bytes, new: bytes) -> bytes:
    encoded = written.encode()
    assert encoded.count(old) == 1
    return encoded.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"format": 1', b'"format": 2', Exchange.BUNDLE_NEEDS_NEWER),
        (b"ed25519-x25519-zstd", b"sm2-sm4", Exchange.BUNDLE_SUITE_UNKNOWN),
        (b'"purpose": "up"', b'"purpose": "down"', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"number": 3', b'"number": 0', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"number": 3', b'"number": true', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"number": 3', b'"number": 3.0', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"number": 3', b'"number": NaN', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"number": 3', b'"number": 9' + b"9" * 5000, Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"number": 3', b'"number": 3,\n "number": 3', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"number": 3', b'"number":  3', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"last": 52', b'"last": -1', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"counts": {', b'"counts": {\n  "../..": 1,', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"name": "payload"', b'"name": "../x"', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"previous": "ab', b'"previous": "AB', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"counts": {', b'"counts": ' + b"[" * 100_000, Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"written_at": "2026', b'"written_at": "\xff', Exchange.BUNDLE_UNREADABLE_MANIFEST),
        (b'"written_at": "2026', b'"written_at": "\\ud800', Exchange.BUNDLE_UNREADABLE_MANIFEST),
    ],
)
def test_manifest_of_a_hostile_enrolled_sender_is_refused(
    path: Path, township: Enrolled, old: bytes, new: bytes, reason: Exchange
):
    written = write(path, township)
    sign_again(path, township, _edited(written, old, new), parts_of(path)[PAYLOAD_NAME])
    assert refusal(path) is reason


REVOKED = Revocation(TOWN, LAPTOP, serial=1, last_sequence=52, on=TODAY, reason="丢失")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"last_sequence": 60}, None),
        ({"last_sequence": 51}, Exchange.BUNDLE_REVOKED),
        ({"last_sequence": 0}, Exchange.BUNDLE_REVOKED),
        ({"chain": "cd" * 32}, Exchange.BUNDLE_REVOKED_BRANCH),
        ({"last_sequence": 0, "device": "D8"}, None),
        ({"last_sequence": 0, "station": "other"}, None),
    ],
)
def test_revocation_counts_by_position_in_the_chain(
    path: Path, township: Enrolled, change: dict[str, object], reason: Exchange | None
):
    write(path, township)
    trust = replace(TRUST, revocations=RevocationList(1, (replace(REVOKED, **change),)))
    if reason is None:
        assert list(open_bundle(path, trust, TODAY).entries(COUNTY_KEYS)) == ENTRIES
    else:
        assert refusal(path, trust) is reason


def test_chain_of_a_revocation_is_the_last_counted_manifest(path: Path, township: Enrolled):
    written = write(path, township)
    revoked = replace(REVOKED, chain=written.digest)
    assert not open_bundle(path, replace(TRUST, revocations=RevocationList(1, (revoked,)))).holds


def test_new_incarnation_of_a_revoked_device_is_refused(path: Path, township: Enrolled):
    write(path, township, incarnation=2, last=10)
    trust = replace(TRUST, revocations=RevocationList(1, (REVOKED,)))
    assert refusal(path, trust) is Exchange.BUNDLE_REVOKED


def test_device_enrolled_anew_after_revocation_speaks_again(path: Path):
    write(path, enrol(serial=2), last=99)
    trust = replace(TRUST, revocations=RevocationList(1, (REVOKED,)))
    assert open_bundle(path, trust, TODAY).holds == ()


# --- payloads of a hostile enrolled sender -------------------------------------------------------


def declared(stored: bytes, **facts: object) -> PayloadFacts:
    import hashlib

    right = PayloadFacts(size=len(stored), sha256=hashlib.sha256(stored).hexdigest())
    return replace(right, **facts)  # type: ignore[arg-type]


def hostile(
    path: Path, township: Enrolled, plain: bytes, compressed: bytes | None = None, **facts: object
) -> OpenedBundle:
    import hashlib

    import pyrage
    import zstandard

    if compressed is None:
        compressed = zstandard.ZstdCompressor(level=1).compress(plain)
    to = pyrage.x25519.Recipient.from_str(COUNTY_KEYS.public.age)
    stored = pyrage.encrypt(compressed, [to])
    honest = {
        "entries": 1,
        "unpacked_size": len(plain),
        "unpacked_sha256": hashlib.sha256(plain).hexdigest(),
    }
    manifest = replace(township.manifest, payload=declared(stored, **{**honest, **facts}))
    sign_again(path, township, manifest.encode(), stored)
    return open_bundle(path, TRUST, TODAY)


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
    path: Path, township: Enrolled, plain: bytes, facts: dict[str, object]
):
    hostile(path, township, plain, **facts)
    assert refusal(path) is Exchange.BUNDLE_CONTENT_WRONG


def test_compression_bomb_is_stopped_within_bounded_memory(path: Path, township: Enrolled):
    import tracemalloc

    opened = hostile(path, township, BOMB, unpacked_size=1000)
    assert path.stat().st_size < 100_000
    tracemalloc.start()
    with pytest.raises(Rejected):
        list(opened.entries(COUNTY_KEYS))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("compressed", [b"", b"no zstd", b"\x28\xb5\x2f\xfd\x00\xff\x00\x00"])
def test_what_is_not_zstd_is_refused(path: Path, township: Enrolled, compressed: bytes):
    hostile(path, township, b"\x01", compressed)
    assert refusal(path) is Exchange.BUNDLE_CONTENT_WRONG


def test_payload_for_others_named_as_ours_is_refused(path: Path, township: Enrolled):
    other = StationKeys.generate()
    written = write(path, township, recipients=(Recipient("x", "X", other.public.age),))
    lying = replace(written, recipients=township.manifest.recipients)
    sign_again(path, township, lying.encode(), parts_of(path)[PAYLOAD_NAME])
    assert refusal(path) is Exchange.BUNDLE_CANNOT_DECRYPT


def test_memory_while_reading_does_not_grow_with_the_entries(path: Path, township: Enrolled):
    import tracemalloc

    write(path, township, ([n, "同样的内容" * 20] for n in range(100_000)))
    opened = open_bundle(path, TRUST, TODAY)
    tracemalloc.start()
    assert sum(1 for _ in opened.entries(COUNTY_KEYS)) == 100_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 6_000_000


# --- the stick --------------------------------------------------------------------------------


def _fail(number: int):
    def failing(*_args: object, **_keywords: object) -> None:
        raise OSError(number, os.strerror(number))

    return failing


@pytest.mark.parametrize(
    ("owner", "name"), [(os, "fsync"), (Path, "replace"), (atomic, "_read"), (Path, "open")]
)
@pytest.mark.parametrize(
    ("number", "message"),
    [(errno.ENOSPC, Common.DISK_FULL), (errno.EIO, Common.CANNOT_WRITE)],
)
def test_failing_stick_leaves_the_old_file(
    path: Path,
    township: Enrolled,
    monkeypatch: pytest.MonkeyPatch,
    owner: object,
    name: str,
    number: int,
    message: Common,
):
    write(path, township)
    old = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, _fail(number))
        with pytest.raises(EnvironmentFault) as caught:
            write(path, township, ["new"])
    assert caught.value.problem.message is message
    assert path.read_bytes() == old
    assert list(path.parent.iterdir()) == [path]


def test_stick_full_in_the_middle_leaves_the_old_file(
    path: Path, township: Enrolled, monkeypatch: pytest.MonkeyPatch
):
    write(path, township)
    old = path.read_bytes()

    def full(parts: dict[str, bytes]):
        yield parts[MANIFEST_NAME]
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(strictzip, "pack", full)
        with pytest.raises(EnvironmentFault):
            write(path, township, ["new"])
    assert path.read_bytes() == old
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_write_to_a_really_full_device_is_a_full_disk(tmp_path: Path, township: Enrolled):
    target = tmp_path / "x.lcb"

    class FullPath(type(target)):  # type: ignore[misc]
        def open(self, *args: object, **keywords: object):
            if self.name.endswith(".part"):
                return open("/dev/full", "wb")  # noqa: PTH123, SIM115
            return super().open(*args, **keywords)

    with pytest.raises(EnvironmentFault) as caught:
        write(FullPath(target), township, (os.urandom(1000) for _ in range(1000)))
    assert caught.value.problem.message is Common.DISK_FULL
    assert not target.exists()


def test_stick_that_reads_back_other_bytes_is_not_trusted(
    path: Path, township: Enrolled, monkeypatch: pytest.MonkeyPatch
):
    right = atomic._read

    def worn_out(where: Path, most: int) -> bytes:
        data = bytearray(right(where, most))
        data[-200] ^= 1
        return bytes(data)

    monkeypatch.setattr(atomic, "_read", worn_out)
    with pytest.raises(EnvironmentFault) as caught:
        write(path, township)
    assert caught.value.problem.message is Exchange.BUNDLE_READ_BACK
    assert list(path.parent.iterdir()) == []


def test_cancelled_export_leaves_the_old_file(path: Path, township: Enrolled):
    from laborclerk.sync.container import write_bundle

    class Stop(Silent):
        def step(self, done: int) -> None:
            raise Cancelled

    path.write_bytes(b"old")
    with pytest.raises(Cancelled):
        write_bundle(path, township.manifest, range(5000), township.keys, progress=Stop())
    assert path.read_bytes() == b"old"


def test_missing_file_is_the_environments_fault(tmp_path: Path):
    for path in (tmp_path / "none.lcb", tmp_path):
        with pytest.raises(EnvironmentFault) as caught:
            open_bundle(path, TRUST)
        assert caught.value.problem.message is Common.CANNOT_READ


def test_entry_beyond_the_limit_is_a_mistake_of_the_caller(path: Path, township: Enrolled):
    with pytest.raises(ValueError, match="larger"):
        write(path, township, ["x" * (payload.MAX_ENTRY + 1)])
    assert not path.exists()


# --- without this program ---------------------------------------------------------------------


def confirmed(parts: dict[str, bytes], tmp_path: Path) -> bool:
    (tmp_path / "allowed").write_text(authority_line(COUNTY_KEYS.public))
    (tmp_path / "sig").write_bytes(parts[SIGNATURE_NAME])
    keygen = shutil.which("ssh-keygen")
    assert keygen
    arguments = [
        "-Y",
        "verify",
        "-f",
        "allowed",
        "-I",
        TOWN,
        "-n",
        "laborclerk-bundle",
        "-s",
        "sig",
    ]
    done = subprocess.run(
        [keygen, *arguments, "-O", "verify-time=20261120"],
        input=parts[MANIFEST_NAME],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_ssh_keygen_confirms_with_the_countys_line(path: Path, township: Enrolled, tmp_path: Path):
    write(path, township)
    parts = parts_of(path)
    assert confirmed(parts, tmp_path)
    for name in (MANIFEST_NAME, SIGNATURE_NAME):
        flipped = bytearray(parts[name])
        flipped[len(flipped) // 2] ^= 1
        assert not confirmed({**parts, name: bytes(flipped)}, tmp_path)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_ssh_keygen_refuses_another_countys_station(path: Path, tmp_path: Path):
    write(path, enrol(OTHER_COUNTY_KEYS))
    assert not confirmed(parts_of(path), tmp_path)


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
@pytest.mark.skipif(shutil.which("zstd") is None, reason="zstd is not installed")
def test_age_and_zstd_open_the_payload(path: Path, township: Enrolled, tmp_path: Path):
    write(path, township)
    (tmp_path / "identity").write_text(str(COUNTY_KEYS.age))
    with zipfile.ZipFile(path) as archive:
        archive.extract(PAYLOAD_NAME, tmp_path)
    age, zstd = shutil.which("age"), shutil.which("zstd")
    assert age
    assert zstd
    plain = subprocess.run(
        [age, "-d", "-i", "identity", PAYLOAD_NAME], cwd=tmp_path, capture_output=True, check=True
    ).stdout
    plain = subprocess.run([zstd, "-d"], input=plain, capture_output=True, check=True).stdout
    unpacker = msgpack.Unpacker()
    unpacker.feed(plain)
    assert list(unpacker) == ENTRIES


def test_verify_bundle_takes_bytes_too(path: Path, township: Enrolled):
    write(path, township)
    opened = verify_bundle(path.read_bytes(), TRUST, TODAY, "x.lcb")
    assert list(opened.entries(COUNTY_KEYS)) == ENTRIES
