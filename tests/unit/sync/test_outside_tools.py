"""An auditor checks and opens a bundle without this program."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import msgpack
import pytest

from laborclerk.sync.container import MANIFEST_NAME, SIGNATURE_NAME
from laborclerk.sync.enrolment import authority_line
from laborclerk.sync.manifest import PAYLOAD_NAME
from tests.unit.sync.stations import (
    COUNTY_KEYS,
    ENTRIES,
    OTHER_COUNTY_KEYS,
    TOWN,
    Enrolled,
    enrol,
    parts_of,
    write,
)


def confirmed(parts: dict[str, bytes], tmp_path: Path) -> bool:
    (tmp_path / "allowed").write_text(authority_line(COUNTY_KEYS.public.signing))
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
