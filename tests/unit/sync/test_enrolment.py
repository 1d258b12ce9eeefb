"""Enrolment: what the county reads is what the laptop asked, and back; nothing else passes."""

from __future__ import annotations

import random
import secrets
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from laborclerk.kernel.errors import Rejected
from laborclerk.sync import document
from laborclerk.sync.certificates import (
    certificate_blob,
    certificate_line,
    issue_certificate,
    verify_certificate,
)
from laborclerk.sync.enrolment import approve, make_request, read_approval, read_request
from laborclerk.sync.keys import KeyRing, PublicKeys, StationKeys, fingerprint
from laborclerk.sync.messages import Exchange
from laborclerk.sync.revocation import Counted, Revocation, RevocationList, read_revocations
from laborclerk.sync.sshsig import read_key_line
from tests.unit.sync.stations import (
    COUNTY,
    COUNTY_KEYS,
    LAPTOP,
    OTHER_COUNTY_KEYS,
    PLACE,
    TODAY,
    TOWN,
)

KEYS = StationKeys.generate()
FIXED_SIGNING = "fa2eae0612d8ed4749a300d43a978fbb06a4794d0671e9e2e321a5d29c6c7d65"
FIXED_AGE = "age13ln9yrnmshp86ps9y0hnjc0sgck598ez59yzz3crrq3ffyjs6gyqr982jg"
REQUEST = make_request(
    KEYS, station=TOWN, device=LAPTOP, place=PLACE, name="乌峰街道", clerk="王某", made_on=TODAY
)
CUT = Counted(1, 120, ("ab" * 32, "cd" * 32))
LOST = Revocation(TOWN, "D6", 3, (CUT, Counted(2**62, 7)), on=TODAY, reason="电脑丢失")
REVOKED = RevocationList().with_(LOST)


def approval(request: bytes = REQUEST, keys: StationKeys = COUNTY_KEYS, **change: Any) -> bytes:
    wanted: dict[str, Any] = {"serial": 4, "valid_from": TODAY, "valid_days": 400}
    return approve(
        read_request(request), keys, COUNTY, **{**wanted, "revocations": REVOKED, **change}
    )


def accept(data: bytes, keys: StationKeys = KEYS, **change: Any) -> Any:
    return read_approval(data, keys, **{"station": TOWN, "device": LAPTOP, "on": TODAY, **change})


def reason(function: Any, *args: Any, **keywords: Any) -> object:
    with pytest.raises(Rejected) as caught:
        function(*args, **keywords)
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    return problem.message


def test_request_says_who_asks_and_shows_the_same_digits_on_both_screens():
    request = read_request(REQUEST)
    assert (request.station, request.device, request.place) == (TOWN, LAPTOP, PLACE)
    assert (request.name, request.clerk, request.made_on) == ("乌峰街道", "王某", TODAY)
    assert request.public == KEYS.public
    assert request.fingerprint == fingerprint(KEYS.public)


def test_approval_brings_certificate_county_keys_and_revocations():
    got = accept(approval())
    assert got.county == COUNTY
    assert got.county.fingerprint == fingerprint(COUNTY_KEYS.public)
    assert (got.certified.station, got.certified.device, got.certified.place) == (
        TOWN,
        LAPTOP,
        PLACE,
    )
    assert got.certified.serial == 4
    assert (got.certified.valid_after, got.certified.valid_before) == ("2026-11-19", "2027-12-25")
    assert got.revocations == REVOKED
    assert read_revocations(got.revocations_file, [COUNTY_KEYS.public.signing]) == REVOKED
    assert got.request_digest == read_request(REQUEST).digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"keys": StationKeys.generate()}, Exchange.ENROL_OTHER_DEVICE),
        ({"device": "D8"}, Exchange.ENROL_OTHER_DEVICE),
        ({"station": "532002"}, Exchange.ENROL_OTHER_DEVICE),
        ({"on": "2027-12-25"}, Exchange.CERTIFICATE_EXPIRED),
        ({"on": "2026-11-18"}, Exchange.CERTIFICATE_NOT_YET),
        ({"known": OTHER_COUNTY_KEYS.public}, Exchange.ENROL_OTHER_COUNTY),
        ({"known_revocations": 2}, Exchange.ENROL_OLDER_REVOCATIONS),
    ],
)
def test_approval_for_others_or_of_others_is_refused(change: dict[str, Any], message: Exchange):
    assert reason(accept, approval(), **change) is message


def test_known_county_is_accepted_again():
    assert accept(approval(), known=COUNTY_KEYS.public, known_revocations=1).county == COUNTY


def test_parts_of_another_county_inside_an_approval_are_refused():
    """A forger signs the whole with his key but keeps the county's certificate or list."""
    sealed = document.Sealed(approval(), "approval", "x").body.rest()
    forged = {**sealed["county"], "signing": OTHER_COUNTY_KEYS.public.signing_line}
    data = document.seal("approval", {**sealed, "county": forged}, OTHER_COUNTY_KEYS.signing)
    assert reason(accept, data) is Exchange.CERTIFICATE_OTHER_COUNTY
    data = document.seal("approval", sealed, OTHER_COUNTY_KEYS.signing)
    assert reason(accept, data) is Exchange.ENROL_SIGNATURE_WRONG
    listed = REVOKED.to_bytes(OTHER_COUNTY_KEYS).decode()
    data = document.seal("approval", {**sealed, "revocations": listed}, COUNTY_KEYS.signing)
    assert reason(accept, data) is Exchange.ENROL_SIGNATURE_WRONG


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"station": "a b"}, Exchange.ENROL_UNREADABLE),
        ({"place": "*"}, Exchange.ENROL_UNREADABLE),
        ({"device": "-x"}, Exchange.ENROL_UNREADABLE),
        ({"age": "age1xyz"}, Exchange.ENROL_UNREADABLE),
        ({"signing": "ssh-ed25519 AAAA"}, Exchange.ENROL_UNREADABLE),
        ({"signing": COUNTY_KEYS.public.signing_line}, Exchange.ENROL_SIGNATURE_WRONG),
        ({"more": 1}, Exchange.ENROL_UNREADABLE),
    ],
)
def test_request_of_a_hostile_sender_is_refused(change: dict[str, Any], message: Exchange):
    body = document.Sealed(REQUEST, "request", "x").body.rest()
    assert reason(read_request, document.seal("request", {**body, **change}, KEYS.signing)) is (
        message
    )


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", Exchange.ENROL_UNREADABLE),
        (b"\xff\xfe{}", Exchange.ENROL_UNREADABLE),
        (b"{}", Exchange.ENROL_UNREADABLE),
        (b"[" * 100_000, Exchange.ENROL_UNREADABLE),
        (b"x" * (document.MAX_SIZE + 1), Exchange.ENROL_UNREADABLE),
        (approval(), Exchange.ENROL_UNREADABLE),
        (REQUEST.replace(b'"version": 1', b'"version": 2'), Exchange.ENROL_NEEDS_NEWER),
        (REQUEST.replace("王".encode(), "李".encode()), Exchange.ENROL_SIGNATURE_WRONG),
    ],
    ids=range(8),
)
def test_what_is_no_request_is_refused(data: bytes, message: Exchange):
    assert reason(read_request, data) is message


def test_one_changed_byte_anywhere_is_refused():
    seed = secrets.randbits(32)
    rng = random.Random(seed)
    answer = approval()
    for trial in range(300):
        for right, read in ((REQUEST, read_request), (answer, accept)):
            wrong = bytearray(right)
            wrong[rng.randrange(len(wrong))] ^= 1 << rng.randrange(8)
            with pytest.raises(Rejected) as caught:
                read(bytes(wrong))
            assert caught.value.problems[0].text, (seed, trial)


def test_older_edition_never_hides_a_revocation():
    later = REVOKED.with_(replace(LOST, device="D5"))
    assert later.number == 2
    assert [r.device for r in later.revoked] == ["D6", "D5"]


@pytest.mark.parametrize(
    ("serial", "found"),
    [(2, [50, 90]), (3, [50, 90]), (4, [90]), (5, [])],
    ids=["old", "last", "new", "after"],
)
def test_revocation_meets_certificates_up_to_its_serial(serial: int, found: list[int]):
    listed = RevocationList(
        2,
        (
            replace(LOST, device=LAPTOP, counted=(Counted(1, 50),)),
            Revocation(TOWN, LAPTOP, 4, (Counted(1, 90),)),
        ),
    )
    met = listed.find(verify_certificate(certificate(serial=serial), [COUNTY.public.signing]))
    assert [r.counts(1).last for r in met] == found
    assert all(r.counts(8).last == 0 for r in met)


# --- certificates ------------------------------------------------------------------------------


def certificate(authority: StationKeys = COUNTY_KEYS, **change: Any) -> str:
    wanted: dict[str, Any] = {
        "station": TOWN,
        "device": LAPTOP,
        "place": PLACE,
        "serial": 1,
        "valid_from": TODAY,
        "valid_days": 10,
    }
    return issue_certificate(authority.signing, KEYS.public.signing, **{**wanted, **change})


@pytest.mark.parametrize(
    "change",
    [{"station": "a,b"}, {"place": ""}, {"device": "x" * 65}, {"serial": 0}, {"valid_days": 0}],
)
def test_county_certifies_nothing_odd(change: dict[str, Any]):
    with pytest.raises(ValueError, match="certifiable"):
        certificate(**change)


def test_one_changed_bit_of_a_certificate_is_refused():
    blob = certificate_blob(certificate())
    authority = [COUNTY_KEYS.public.signing]
    for at in range(len(blob)):
        wrong = bytearray(blob)
        wrong[at] ^= 1 << at % 8
        message = reason(verify_certificate, certificate_line(bytes(wrong)), authority)
        assert message in {
            Exchange.CERTIFICATE_UNREADABLE,
            Exchange.CERTIFICATE_OTHER_COUNTY,
            Exchange.CERTIFICATE_WRONG,
        }


def test_certificate_of_a_certified_station_counts_for_nothing():
    """A township cannot enrol others with its own key."""
    assert reason(verify_certificate, certificate(KEYS), [COUNTY.public.signing]) is (
        Exchange.CERTIFICATE_OTHER_COUNTY
    )


@pytest.mark.parametrize(
    "options", [["-h"], ["-O", "force-command=x"], [], ["-O", "clear", "-n", "one"]]
)
@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_certificates_that_say_more_than_ours_are_refused(tmp_path: Path, options: list[str]):
    """The county's key used with ssh-keygen: host certificates, options, other principals."""
    keygen = shutil.which("ssh-keygen")
    assert keygen
    for name in ("ca", "user"):
        make = [keygen, "-q", "-t", "ed25519", "-N", "", "-f", name]
        subprocess.run(make, cwd=tmp_path, check=True)
    principals = [] if "-n" in options else ["-n", f"{TOWN},{PLACE}"]
    subprocess.run(
        [keygen, "-q", "-s", "ca", "-I", LAPTOP, *principals, *options, "user.pub"],
        cwd=tmp_path,
        check=True,
    )
    line = " ".join((tmp_path / "user-cert.pub").read_text().split(" ")[:2])
    kind, encoded = (tmp_path / "ca.pub").read_text().split(" ")[:2]
    authority = read_key_line(f"{kind} {encoded}")
    assert reason(verify_certificate, line, [authority]) is Exchange.CERTIFICATE_UNREADABLE


@pytest.mark.parametrize("line", ["", "x", "ssh-ed25519 AAAA", certificate() + "\n", "é" * 10])
def test_line_without_a_certificate_is_refused(line: str):
    assert reason(verify_certificate, line, [COUNTY.public.signing]) is (
        Exchange.CERTIFICATE_UNREADABLE
    )


# --- keys ----------------------------------------------------------------------------------------


RING = KeyRing(KEYS, OTHER_COUNTY_KEYS, (COUNTY_KEYS, StationKeys.generate()))


@pytest.mark.parametrize("ring", [KeyRing(KEYS), RING, RING.turned(OTHER_COUNTY_KEYS)])
def test_keys_survive_the_store(ring: KeyRing):
    again = KeyRing.from_bytes(ring.to_bytes())
    assert [k.public for k in again.all()] == [k.public for k in ring.all()]
    assert again.to_bytes() == ring.to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"x\n", RING.to_bytes()[:-20], RING.to_bytes() + b"x\n", RING.to_bytes() * 2,
        KeyRing(KEYS).to_bytes().replace(b"present", b"former"), b"laborclerk-keys-1\n",
    ],
)  # fmt: skip
def test_what_are_no_keys_is_refused(data: bytes):
    with pytest.raises(ValueError, match=r"\w"):
        KeyRing.from_bytes(data)


def test_keys_follow_from_their_seed_alone():
    """Fixed for ever: sheets of paper lie in safes."""
    keys = StationKeys.from_seed(bytes(range(16)))
    assert keys.public.signing.hex() == FIXED_SIGNING
    assert keys.public.age == FIXED_AGE
    assert StationKeys.from_seed(KEYS.seed).public == KEYS.public
    with pytest.raises(ValueError, match="seed"):
        StationKeys.from_seed(bytes(32))


def test_keys_never_print_their_private_half():
    assert repr(KEYS) == f"StationKeys({fingerprint(KEYS.public)})"
    assert repr(RING) == f"KeyRing({fingerprint(KEYS.public)})"


def test_fingerprint_is_five_groups_of_four_digits_and_depends_on_both_keys():
    fixed = PublicKeys(bytes(32), "age1x")
    assert fingerprint(fixed) == fingerprint(PublicKeys(bytes(32), "age1x"))
    groups = fingerprint(fixed).split(" ")
    assert [len(g) for g in groups] == [4] * 5
    assert all(g.isdigit() for g in groups)
    others = [replace(fixed, age="age1y"), replace(fixed, signing=b"\x01" + bytes(31))]
    assert len({fingerprint(p) for p in [fixed, *others]}) == 3
