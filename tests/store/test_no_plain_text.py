"""Nothing of a person, no password and no key is ever written in the clear, to no file at all.

A day at a station runs in a process of its own. Where strace is installed every byte it writes to
any file is looked at, also to files that are gone by the end; elsewhere what is left is looked at.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from msoffcrypto.format import xls97
from sqlalchemy.exc import IntegrityError

from laborclerk.features.registry.model import Person
from laborclerk.sheets.reader import read_sheet
from tests.small import add_person, station

SECRETS = {
    "name": "欧阳周小芳", "id_number": "530627199305019968", "phone": "15412345678",
    "note": "患有慢性病需要照顾", "drafted": "草稿里的名字", "imported": "表里来的人",
    "imported_number": "530627198001029974", "password": "zhengmima-7788",
    "new_password": "xinmima-9911", "sheet_password": "biaogemima-55",
}  # fmt: skip
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
NEEDLES = {
    secret.encode(encoding): name for name, secret in SECRETS.items() for encoding in ENCODINGS
}
WRITES = "write,pwrite64,writev,pwritev,pwritev2"
# a write to a file: its path and the bytes, as strace spells them
_WRITE = re.compile(r'^(?:\d+ +)?p?write(?:64)?\(\d+<((?:\\x..)*)>, "((?:\\x..)*)"', re.MULTILINE)


def traces(content: bytes) -> set[str]:
    """Which secrets stand in the bytes, in any encoding a program would use."""
    return {name for needle, name in NEEDLES.items() if needle in content}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path | None]:
    """The folder in which the day took place, and the record of its writes."""
    base = tmp_path_factory.mktemp("day")
    folder, given = base / "machine", base / "given"
    folder.mkdir()
    given.mkdir()
    (given / "secrets.json").write_text(json.dumps(SECRETS), "utf-8")
    rows = [
        "村,组,户编号,与户主关系,姓名,证件类型,证件号码,性别,备注",
        f"油榨街社区,1组,0900,户主,{SECRETS['imported']},居民身份证,{SECRETS['imported_number']},"
        f"男,{SECRETS['note']}",
        f"没有的村,1组,0901,户主,{SECRETS['imported']},,,男,",
    ]
    (given / "sheet").write_text(SECRETS["sheet_password"], "utf-8")
    (given / "sheet.csv").write_text("\n".join(rows), "utf-8")
    home = {name: str(folder / name.lower()) for name in ("HOME", "TMPDIR", "SQLITE_TMPDIR")}
    home |= {f"XDG_{n}_HOME": str(folder / n.lower()) for n in ("DATA", "CONFIG", "CACHE", "STATE")}
    for path in home.values():
        Path(path).mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LABORCLERK", "XDG", "TMP"))}
    root = str(Path(__file__).parents[2])
    environment = kept | home | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": root}
    command = [sys.executable, "-m", "tests.store.plain_session", str(folder), str(given)]
    record: Path | None = base / "writes"
    tracer = shutil.which("strace")
    if tracer and subprocess.run([tracer, "-o", os.devnull, "true"], check=False).returncode == 0:
        trace = ["-f", "-y", "-xx", "-s", "10000000", "-e", f"trace={WRITES}", "-o", str(record)]
        command = [tracer, *trace, *command]
    else:
        record = None
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return folder, record


def test_what_is_left_of_a_day_tells_nothing(day: tuple[Path, Path | None]) -> None:
    folder, _ = day
    left = [p for p in folder.rglob("*") if p.is_file()]
    names = {p.name for p in left}
    assert {"register.db-wal", "keys.json", "a.lcb", "a.lcbak", "all.xlsx", "log.txt"} <= names
    assert any(n.startswith("bug-") for n in names)
    found = {str(p.relative_to(folder)): traces(p.read_bytes()) for p in left}
    assert {path: what for path, what in found.items() if what} == {}


def test_nothing_in_the_clear_is_written_even_for_a_moment(
    day: tuple[Path, Path | None],
) -> None:
    _, record = day
    if record is None:
        pytest.skip("no strace")
    told: dict[str, set[str]] = {}
    files = set()
    for path, hexed in _WRITE.findall(record.read_text("ascii", "replace")):
        where = _bytes(path).decode()
        if not where.startswith("/") or where.startswith(("/dev/tty", "/dev/pts/")):
            continue  # what she reads on the terminal
        files.add(where)
        content = _bytes(hexed)
        if found := traces(content):
            told.setdefault(where, set()).update(found)
    assert any("register.db-wal" in f for f in files)
    assert told == {}


def _bytes(hexed: str) -> bytes:
    return bytes.fromhex(hexed.replace("\\x", ""))


def test_names_of_files_tell_nothing(day: tuple[Path, Path | None]) -> None:
    folder, _ = day
    assert not traces("\n".join(str(p) for p in folder.rglob("*")).encode())


def test_a_decrypted_sheet_of_the_old_format_stays_in_memory() -> None:
    """The library would write it to a temporary file in the clear."""
    assert callable(read_sheet)  # its module mends the library
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "TemporaryFile", lambda: pytest.fail("a temporary file"))
        with xls97.tempfile.TemporaryFile() as out:
            out.write(b"x")


def test_an_error_of_the_database_does_not_quote_a_person(tmp_path: Path) -> None:
    """What a library prints to stderr ends in the desktop's own log."""
    store = station(tmp_path / "s")
    person = add_person(store, name="李甲")
    with pytest.raises(IntegrityError) as caught, store.write("test") as work:
        work.create_many(Person, [{"id": person, "name": SECRETS["name"]}])
    assert not traces(repr(caught.value).encode() + str(caught.value).encode())
    store.close()


def test_the_test_would_see_them() -> None:
    for encoding in ENCODINGS:
        assert traces(b"x" + SECRETS["name"].encode(encoding) + b"y") == {"name"}
