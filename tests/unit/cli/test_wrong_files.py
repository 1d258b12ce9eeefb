"""Any file to any command that reads one: a sentence in Chinese and status 1, never a bug's report,
never the memory of the machine."""

from __future__ import annotations

import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.unit.cli.conftest import Laborclerk

REFUSED, ENVIRONMENT = 1, 3
MUTATIONS = 4  # of each real file for each reader
READERS: dict[str, tuple[str, ...]] = {
    "import census": ("town", "import", "census", "FILE"),
    "import frame": ("town", "import", "frame", "FILE"),
    "import places": ("town", "import", "places", "FILE"),
    "places of a new station": (
        "fresh", "init", "--level", "township", "--place", "530627001", "--places", "FILE",
    ),
    "restore": ("restored", "restore", "FILE"),
    "accept": ("town", "enrol", "accept", "FILE"),
    "approve": ("county", "enrol", "approve", "FILE", "OUT"),
    "import a bundle": ("county", "bundle", "import", "FILE"),
    "inspect a bundle": ("county", "bundle", "inspect", "FILE"),
    "a sheet's password": ("town", "export", "census", "OUT", "--sheet-password-file", "FILE"),
    "a password": ("town", "--password-file", "FILE", "find", "周"),
}  # fmt: skip


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county, a township, and one real file of each kind."""
    from laborclerk.cli.main import run
    from tests.unit.cli.conftest import WIRING

    base = tmp_path_factory.mktemp("given")
    (base / "s.csv").write_text(
        "村,组,户编号,与户主关系,姓名,性别\n油榨街社区,1组,0001,户主,李甲,男\n", "utf-8"
    )
    told = [
        "county init --level county --place 530627",
        "town init --level township --place 530627001 --clerk 王某",
        "town round new 2026年秋季摸底 --from 2026-10-01",
        "town enrol request {0}/a.lcq", "county enrol approve {0}/a.lcq {0}/a.lca",
        "town enrol accept {0}/a.lca", "town import census {0}/s.csv",
        "town bundle export {0}/a.lcb", "town backup {0}/a.lcbak",
        "town export census {0}/s.xlsx",
    ]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABORCLERK_LOG", str(base / "log"))
        patch.setenv("LABORCLERK_PASSWORD", "secret-1")
        for line in told:
            station, *argv = line.format(base).split(" ")
            assert run(["--store", str(base / station), *argv], WIRING) == 0, line
    return base


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def backup_with(given: Path, **change: Any) -> bytes:
    """The real backup with its own words or its keyring changed."""
    with zipfile.ZipFile(given / "a.lcbak") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    about, keys = json.loads(parts["backup.json"]), json.loads(parts["keys.json"])
    for wrap in (*keys["clerks"], keys["recovery"]):
        wrap |= change.pop("wrap", {})
    parts["backup.json"] = json.dumps(about | change).encode()
    parts["keys.json"] = json.dumps(keys).encode()
    return zipped(parts)


def flagged(data: bytes) -> bytes:
    """The zip's first part marked as encrypted."""
    found = bytearray(data)
    found[6] |= 1
    found[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(found)


DICE = random.Random(2026)
MB = 2**20
BOMB = {"backup.json": b" " * 80 * MB, "keys.json": b"{}", "register.db": b""}
WEIRD: dict[str, Callable[[Path], bytes]] = {
    "empty": lambda g: b"",
    "noughts": lambda g: bytes(1000),
    "random": lambda g: b"\x80" + DICE.randbytes(5000),
    "text": lambda g: "你好".encode(),
    "another encoding": lambda g: "村,组\n1,2".encode("utf-16"),
    "json": lambda g: b"[]",
    "deep json": lambda g: b"[" * 100_000,
    "a web page": lambda g: b"<html><body>x",
    "a zip in name only": lambda g: b"PK\x03\x04" + DICE.randbytes(2000),
    "a workbook in name only": lambda g: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + DICE.randbytes(5000),
    "a picture": lambda g: b"\x89PNG\r\n\x1a\n" + DICE.randbytes(100),
    "a quote without end": lambda g: b'"' + b"a" * MB,
    "a zip that unpacks to much": lambda g: zipped(BOMB, zipfile.ZIP_DEFLATED),
    "a zip with a password": lambda g: flagged((g / "a.lcbak").read_bytes()),
    "a zip of another method": lambda g: zipped(BOMB | {"backup.json": b"{}"}, zipfile.ZIP_LZMA),
    "a zip of huge parts": lambda g: (
        (g / "a.lcb").read_bytes().replace(b"PK\x03\x04", b"PK\x03\x04", 1)[:18]
        + b"\xff" * 8 + (g / "a.lcb").read_bytes()[26:]
    ),
    "a backup of no number": lambda g: backup_with(g, sequence="x"),
    "a backup of the year 300000": lambda g: backup_with(g, made_at=2**53),
    "a backup of an enormous device": lambda g: backup_with(g, device=2**80),
    "keys that take all memory": lambda g: backup_with(g, wrap={"n": 2**40}),
    "keys that take a day": lambda g: backup_with(g, wrap={"n": 2**24}),
    "keys of no power of two": lambda g: backup_with(g, wrap={"n": 1000}),
    "keys of no number": lambda g: backup_with(g, wrap={"n": "x"}),
    "keys that are not hex": lambda g: backup_with(g, wrap={"salt": "xyz"}),
    "keys too short": lambda g: backup_with(g, wrap={"wrapped": "00"}),
    "a nonce too short": lambda g: backup_with(g, wrap={"nonce": "00"}),
    "keys of nobody": lambda g: backup_with(g, wrap={"name": 7}),
}  # fmt: skip


def mutated(data: bytes) -> bytes:
    """Cut, flipped, with something put in or left out."""
    at, size = DICE.randrange(len(data)), DICE.randrange(1, 200)
    match DICE.randrange(4):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + bytes([data[at] ^ 1 << DICE.randrange(8)]) + data[at + 1 :]
        case 2:
            return data[:at] + DICE.randbytes(size) + data[at:]
        case _:
            return data[:at] + data[at + size :]


def read(laborclerk: Laborclerk, given: Path, tmp_path: Path, reader: str, data: bytes) -> int:
    """The status; what was said is Chinese, and no report of a bug."""
    file = tmp_path / "in.dat"
    file.write_bytes(data)
    station, *words = READERS[reader]
    store = (tmp_path if station in ("fresh", "restored") else given) / station
    argv = [{"FILE": file, "OUT": tmp_path / "out"}.get(word, word) for word in words]
    done = laborclerk("--store", store, *argv)
    assert done.status in (0, REFUSED, ENVIRONMENT), done.err
    assert "Traceback" not in done.err + done.out
    if done.status:
        assert any("\u4e00" <= c <= "\u9fff" for c in done.err), done.err
        if station in ("fresh", "restored"):
            assert not store.exists() or not list(store.iterdir())
    shutil.rmtree(tmp_path / "fresh", ignore_errors=True)
    shutil.rmtree(tmp_path / "restored", ignore_errors=True)
    return done.status


@pytest.mark.parametrize("reader", READERS)
def test_a_file_of_another_kind_is_refused_in_words(
    laborclerk: Laborclerk, given: Path, tmp_path: Path, reader: str
) -> None:
    for name, make in WEIRD.items():
        status = read(laborclerk, given, tmp_path, reader, make(given))
        if "password" not in reader:
            assert status == REFUSED, name


@pytest.mark.parametrize("reader", READERS)
def test_a_damaged_file_or_one_for_another_reader_is_refused_in_words(
    laborclerk: Laborclerk, given: Path, tmp_path: Path, reader: str
) -> None:
    for real in sorted(p for p in given.iterdir() if p.is_file()):
        data = real.read_bytes()
        for _ in range(MUTATIONS):
            read(laborclerk, given, tmp_path, reader, mutated(data))
        read(laborclerk, given, tmp_path, reader, data)


@pytest.mark.parametrize("reader", READERS)
def test_no_file_a_folder_and_a_full_place_are_the_environments_fault(
    laborclerk: Laborclerk, given: Path, tmp_path: Path, reader: str
) -> None:
    station, *words = READERS[reader]
    store = (tmp_path if station in ("fresh", "restored") else given) / station
    for file in (tmp_path / "none", tmp_path):
        argv = [{"FILE": file, "OUT": tmp_path / "out"}.get(word, word) for word in words]
        done = laborclerk("--store", store, *argv)
        if not (reader == "import a bundle" and file == tmp_path):  # all files in a folder
            assert done.status == ENVIRONMENT, done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
@pytest.mark.parametrize(
    "argv",
    [
        ("log", "/dev/full"), ("county", "enrol", "authority", "/dev/full"),
    ],
)  # fmt: skip
def test_a_full_place_to_write_to_is_the_environments_fault(
    laborclerk: Laborclerk, given: Path, argv: tuple[str, ...]
) -> None:
    words = ("--store", given / "county", *argv[1:]) if argv[0] == "county" else argv
    done = laborclerk(*words)
    assert done.status == ENVIRONMENT, done.err
    assert "磁盘空间不足" in done.err
