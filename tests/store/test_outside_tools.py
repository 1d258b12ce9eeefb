"""An auditor confirms and opens what stations write with ssh-keygen and age alone, through every
change of keys."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from laborclerk.store.store import Store
from laborclerk.sync import county_keys, strictjson, trust
from laborclerk.sync.approvals import accept, approve, authority, request, rotate
from laborclerk.sync.container import LIMITS, MANIFEST_NAME, SIGNATURE_NAME
from laborclerk.sync.export import export_bundle
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.ledger import key_ring, keys_of
from laborclerk.sync.manifest import PAYLOAD_NAME
from laborclerk.sync.strictzip import unpack
from tests.exchanging import GROUPS, opened, stations
from tests.small import add_household

KEYGEN, AGE = shutil.which("ssh-keygen"), shutil.which("age")
needs_keygen = pytest.mark.skipif(KEYGEN is None, reason="ssh-keygen is not installed")
needs_age = pytest.mark.skipif(AGE is None, reason="age is not installed")
TOWN = "530627001"


@dataclass
class Pair:
    """A county and a township, and an empty folder of the auditor."""

    folder: Path
    county: Store
    town: Store

    def bundle(self, name: str) -> dict[str, bytes]:
        """The parts of the next bundle."""
        add_household(self.town, {"name": name, "relation": "02"}, place=GROUPS["乌峰"][0])
        export_bundle(self.town, self.folder / "b.lcb")
        content = (self.folder / "b.lcb").read_bytes()
        return {part: bytes(data) for part, data in unpack(content, LIMITS).items()}

    def county_changes_keys(self) -> None:
        county_keys.rotate_county(self.county)
        (self.folder / "k.lcs").write_bytes(trust.succession_file(self.county))
        accept(self.town, self.folder / "k.lcs")

    def town_changes_keys(self) -> None:
        rotate(self.town, self.folder / "r.lcq")
        approve(self.county, self.folder / "r.lcq", self.folder / "r.lca")
        accept(self.town, self.folder / "r.lca")

    def confirms(
        self,
        parts: dict[str, bytes],
        *,
        identity: str = TOWN,
        namespace: str = "laborclerk-bundle",
        days: int = 0,
        signers: str = "",
    ) -> bool:
        """What `ssh-keygen -Y verify` says with the county's file, `days` from now."""
        (self.folder / "allowed").write_text(signers or authority(self.county))
        (self.folder / "sig").write_bytes(parts[SIGNATURE_NAME])
        on = datetime.date.today() + datetime.timedelta(days=days)
        assert KEYGEN
        asked = [KEYGEN, "-Y", "verify", "-f", "allowed", "-I", identity, "-n", namespace]
        done = subprocess.run(
            [*asked, "-s", "sig", "-O", f"verify-time={on:%Y%m%d}"],
            input=parts[MANIFEST_NAME], cwd=self.folder, capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode == 0

    def decrypts(self, parts: dict[str, bytes], keys: StationKeys) -> bool:
        """Whether `age -d` opens the payload with these keys."""
        (self.folder / "identity").write_text(str(keys.age))
        (self.folder / PAYLOAD_NAME).write_bytes(parts[PAYLOAD_NAME])
        assert AGE
        done = subprocess.run(
            [AGE, "-d", "-i", "identity", PAYLOAD_NAME],
            cwd=self.folder, capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode == 0 and done.stdout[:4] == b"\x28\xb5\x2f\xfd"  # zstd's mark


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    stations(tmp_path / "stations")
    with ExitStack() as closing:
        county, town = (opened(tmp_path / "stations", name) for name in ("county", "乌峰"))
        closing.callback(county.close)
        closing.callback(town.close)
        yield Pair(tmp_path, county, town)


@needs_keygen
def test_bundles_are_confirmed_through_every_change_of_keys(pair: Pair) -> None:
    written = [pair.bundle("周一")]
    pair.county_changes_keys()
    written.append(pair.bundle("周二"))  # an old certificate still
    pair.town_changes_keys()
    written.append(pair.bundle("周三"))
    pair.county_changes_keys()
    assert [pair.confirms(parts) for parts in written] == [True] * 3
    lines = authority(pair.county).splitlines(keepends=True)
    assert len(lines) == 3  # the present key first
    assert [pair.confirms(written[2], signers=line) for line in lines] == [False, True, False]
    assert [pair.confirms(written[0], signers=line) for line in lines] == [False, False, True]


@needs_keygen
def test_ssh_keygen_refuses_what_the_county_did_not_vouch_for(pair: Pair) -> None:
    parts = pair.bundle("周一")
    assert not pair.confirms(parts, identity="530627101")  # another township
    assert not pair.confirms(parts, namespace="laborclerk-enrol")
    assert not pair.confirms(parts, days=731)  # the certificate has ended
    assert pair.confirms(parts, days=729)
    town = keys_of(pair.town).public.signing_line  # a township vouches for nobody
    line = f'* cert-authority,namespaces="laborclerk-bundle" {town}\n'
    assert not pair.confirms(parts, signers=line)


@needs_keygen
def test_signed_request_is_confirmed_by_its_own_key_and_is_no_bundle(pair: Pair) -> None:
    request(pair.town, pair.folder / "a.lcq")
    body = strictjson.decode((pair.folder / "a.lcq").read_bytes())
    signature = str(body.pop("signature")).encode()
    parts = {MANIFEST_NAME: strictjson.encode(body), SIGNATURE_NAME: signature}
    own = f"{TOWN} {keys_of(pair.town).public.signing_line}\n"
    assert pair.confirms(parts, namespace="laborclerk-enrol", signers=own)
    assert not pair.confirms(parts, signers=own)
    assert not pair.confirms(parts)


@needs_age
def test_age_opens_with_the_keys_of_the_county_that_the_writer_knew(pair: Pair) -> None:
    before = pair.bundle("周一")
    pair.county_changes_keys()
    after = pair.bundle("周二")
    ring = key_ring(pair.county)
    assert pair.decrypts(before, ring.former[0])
    assert pair.decrypts(after, ring.present)
    assert not pair.decrypts(before, ring.present)
    assert not pair.decrypts(after, ring.former[0])
    assert not pair.decrypts(after, keys_of(pair.town))
