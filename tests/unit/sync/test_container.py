"""A bundle is read back as written, and each kind of wrong bundle is refused with its reason."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laborclerk.kernel.errors import Rejected
from laborclerk.sync import sshsig
from laborclerk.sync.certificates import certificate_blob
from laborclerk.sync.container import (
    MANIFEST_NAME,
    SIGNATURE_NAME,
    Trust,
    open_bundle,
    verify_bundle,
)
from laborclerk.sync.enrolment import certify_county
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.manifest import PAYLOAD_NAME, Manifest, Purpose, Recipient
from laborclerk.sync.messages import Exchange
from laborclerk.sync.revocation import Counted, Revocation, RevocationList
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
    packed,
    parts_of,
    refusal,
    signed,
    write,
)


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
    path.write_bytes(packed({**parts, SIGNATURE_NAME: b""}))
    assert refusal(path) is Exchange.BUNDLE_UNSIGNED
    del parts[SIGNATURE_NAME]
    path.write_bytes(packed(parts))
    assert refusal(path) is Exchange.BUNDLE_UNSIGNED


def test_changed_manifest_fails_the_signature(path: Path, township: Enrolled):
    written = write(path, township)
    path.write_bytes(packed({**parts_of(path), MANIFEST_NAME: replace(written, last=51).encode()}))
    assert refusal(path) is Exchange.BUNDLE_SIGNATURE_WRONG


def test_payload_of_another_bundle_is_refused(path: Path, township: Enrolled, tmp_path: Path):
    write(path, township)
    write(tmp_path / "other", township, ["other"])
    other = parts_of(tmp_path / "other")[PAYLOAD_NAME]
    path.write_bytes(packed({**parts_of(path), PAYLOAD_NAME: other}))
    assert refusal(path) is Exchange.BUNDLE_PAYLOAD_DIFFERS


def test_signature_for_another_purpose_does_not_count(path: Path, township: Enrolled):
    write(path, township)
    parts = parts_of(path)
    certificate = certificate_blob(township.manifest.certificate)
    parts[SIGNATURE_NAME] = sshsig.sign(
        parts[MANIFEST_NAME], township.keys.signing, sshsig.ENROL_NAMESPACE, certificate
    )
    path.write_bytes(packed(parts))
    assert refusal(path) is Exchange.BUNDLE_SIGNATURE_WRONG


def test_station_without_certificate_is_not_enrolled(path: Path, township: Enrolled):
    write(path, township)
    parts = parts_of(path)
    parts[SIGNATURE_NAME] = sshsig.sign(
        parts[MANIFEST_NAME], StationKeys.generate().signing, sshsig.BUNDLE_NAMESPACE
    )
    path.write_bytes(packed(parts))
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
    path.write_bytes(signed(township, other.encode(), parts_of(path)[PAYLOAD_NAME]))
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
    path.write_bytes(signed(township, _edited(written, old, new), parts_of(path)[PAYLOAD_NAME]))
    assert refusal(path) is reason


CUT = Counted(1, 52)
REVOKED = Revocation(TOWN, LAPTOP, serial=1, counted=(CUT,), on=TODAY, reason="丢失")


def revoking(*revoked: Revocation) -> Trust:
    return replace(TRUST, revocations=RevocationList(1, revoked))


@pytest.mark.parametrize(
    ("counted", "change", "reason"),
    [
        ([Counted(1, 60, ("cd" * 32,))], {}, None),
        ([Counted(1, 51)], {}, Exchange.BUNDLE_REVOKED),
        ([Counted(1, 0)], {}, Exchange.BUNDLE_REVOKED),
        ([], {}, Exchange.BUNDLE_REVOKED),
        ([Counted(1, 52, ("cd" * 32,))], {}, Exchange.BUNDLE_REVOKED_BRANCH),
        ([Counted(7, 99)], {}, Exchange.BUNDLE_REVOKED),
        ([], {"device": "D8"}, None),
        ([], {"station": "other"}, None),
    ],
)
def test_revocation_counts_by_position_in_the_chain(
    path: Path, township: Enrolled, counted: list[Counted], change: dict[str, Any],
    reason: Exchange | None,
):  # fmt: skip
    write(path, township)
    trust = revoking(replace(REVOKED, counted=tuple(counted), **change))
    if reason is None:
        assert list(open_bundle(path, trust, TODAY).entries(COUNTY_KEYS)) == ENTRIES
    else:
        assert refusal(path, trust) is reason


def test_chain_of_a_revocation_is_that_of_the_last_counted_manifests(
    path: Path, township: Enrolled
):
    written = write(path, township)
    cut = Counted(1, 52, ("cd" * 32, written.digest))
    assert not open_bundle(path, revoking(replace(REVOKED, counted=(cut,)))).holds


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_revocations_a_bundle_must_stand_before_each(
    path: Path, township: Enrolled, order: int
):
    write(path, township)
    first = replace(REVOKED, counted=(Counted(1, 40),))
    later = replace(REVOKED, serial=5, counted=(Counted(1, 90),))
    assert refusal(path, revoking(*[first, later][::order])) is Exchange.BUNDLE_REVOKED


@pytest.mark.parametrize("incarnation", [2, 2**62, 1])
def test_only_incarnations_that_the_county_applied_count(
    path: Path, township: Enrolled, incarnation: int
):
    """Their numbers are random: none is before or after another."""
    write(path, township, incarnation=incarnation, last=10)
    trust = revoking(replace(REVOKED, counted=(Counted(2, 60),)))
    if incarnation == 2:
        assert not open_bundle(path, trust).holds
    else:
        assert refusal(path, trust) is Exchange.BUNDLE_REVOKED


def test_refusal_of_a_revoked_device_names_it_and_the_reason(path: Path, township: Enrolled):
    write(path, township)
    with pytest.raises(Rejected) as caught:
        open_bundle(path, revoking(replace(REVOKED, counted=(Counted(1, 51),))))
    text = caught.value.problems[0].text
    assert all(part in text for part in (LAPTOP, "丢失", "51", "52"))


def test_certificate_that_the_county_never_gave_is_refused(path: Path, township: Enrolled):
    """What a thief of a former key of the county signs for himself."""
    write(path, township)
    key = township.keys.public.signing
    assert not open_bundle(path, replace(TRUST, issued={(1, key)})).holds
    for issued in (set(), {(2, key)}, {(1, COUNTY_KEYS.public.signing)}):
        assert refusal(path, replace(TRUST, issued=issued)) is Exchange.BUNDLE_NOT_ISSUED


@pytest.mark.parametrize(("renewed", "holds"), [({}, True), ({LAPTOP: 1}, True), ({LAPTOP: 2}, 0)])
def test_expired_certificate_holds_until_it_is_renewed(
    path: Path, township: Enrolled, renewed: dict[str, int], holds: bool
):
    write(path, township)
    opened = open_bundle(path, replace(TRUST, renewed=renewed), "2028-01-01")
    assert [h.message for h in opened.holds] == [Exchange.CERTIFICATE_EXPIRED] * holds


def test_device_enrolled_anew_after_revocation_speaks_again(path: Path):
    write(path, enrol(serial=2), last=99)
    trust = replace(TRUST, revocations=RevocationList(1, (REVOKED,)))
    assert open_bundle(path, trust, TODAY).holds == ()


def test_verify_bundle_takes_bytes_too(path: Path, township: Enrolled):
    write(path, township)
    opened = verify_bundle(path.read_bytes(), TRUST, TODAY, "x.lcb")
    assert list(opened.entries(COUNTY_KEYS)) == ENTRIES
