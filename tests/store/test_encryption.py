"""The store is encrypted from its first byte: whoever holds the folder reads nothing of it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from laborclerk.app import create_station, open_station
from laborclerk.features.registry.find import find
from laborclerk.kernel.errors import EnvironmentFault, Rejected
from laborclerk.store import drafts
from laborclerk.store.engine import StoreFault
from laborclerk.store.keyring import LoginProblem
from laborclerk.store.store import DATABASE, StoreProblem, by_password, open_store
from tests.small import CLERK, PASSWORD, add_household, add_person, founded

SECRETS = {
    "name": "欧阳周小芳", "id_number": "530627199305019966", "phone": "15412345678",
    "note": "患有慢性病需要照顾", "drafted": "草稿里的名字",
}  # fmt: skip


def everything(folder: Path) -> bytes:
    return b"".join(p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file())


def traces(content: bytes) -> list[str]:
    """Which secrets stand in the bytes, in any encoding a program would use."""
    return [
        f"{name} as {encoding}"
        for name, secret in SECRETS.items()
        for encoding in ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
        if secret.encode(encoding) in content
    ]


def test_nothing_in_the_folder_can_be_read(tmp_path: Path) -> None:
    """While it is written (write-ahead log, shared memory), after a change, after closing."""
    folder = tmp_path / "station"
    store = founded(folder)
    facts = {k: SECRETS[k] for k in ("name", "id_number", "phone", "note")}
    house = add_household(store, {**facts, "relation": "02"}, head_name=SECRETS["name"])
    drafts.keep(store, "household", house, {"name": SECRETS["drafted"]})
    assert (folder / f"{DATABASE}-wal").stat().st_size > 0
    assert traces(everything(folder)) == []
    with store.read() as session:
        assert find(session, SECRETS["name"]).total == 1
    store.close()
    assert traces(everything(folder)) == []
    head = (folder / DATABASE).read_bytes()[:16]
    assert head != b"SQLite format 3\x00"
    assert b"person" not in everything(folder)


def test_the_test_would_see_a_plain_store() -> None:
    assert traces("x欧阳周小芳y".encode("gb18030")) == ["name as gb18030"]


def test_two_stores_of_one_password_share_no_key(tmp_path: Path) -> None:
    one, two = (founded(tmp_path / n) for n in "ab")
    assert one.key != two.key
    one.close()
    two.close()


def test_a_foreign_key_does_not_open_the_file(tmp_path: Path) -> None:
    """The file of one station under the keyring of another."""
    for name in "ab":
        founded(tmp_path / name).close()
    shutil.copy(tmp_path / "a" / "keys.json", tmp_path / "b" / "keys.json")
    with pytest.raises(EnvironmentFault) as caught:
        open_station(tmp_path / "b", CLERK, PASSWORD)
    assert caught.value.problem.message is StoreFault.STORE_UNREADABLE


def test_a_wrong_password_says_so_and_touches_nothing(tmp_path: Path) -> None:
    founded(tmp_path / "s").close()
    before = everything(tmp_path / "s")
    with pytest.raises(Rejected) as caught:
        open_station(tmp_path / "s", CLERK, "secret-2")
    assert caught.value.problems[0].message is LoginProblem.WRONG_PASSWORD
    assert everything(tmp_path / "s") == before


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    founded(tmp_path / "s").close()
    path = tmp_path / "s" / DATABASE
    path.write_bytes(os.urandom(path.stat().st_size))
    with pytest.raises(EnvironmentFault) as caught:
        open_station(tmp_path / "s", CLERK, PASSWORD)
    assert caught.value.problem.message is StoreFault.STORE_UNREADABLE


def test_an_empty_name_takes_the_only_clerk(tmp_path: Path) -> None:
    founded(tmp_path / "s").close()
    store = open_station(tmp_path / "s", "", PASSWORD)
    assert store.clerk == CLERK
    store.close()


def test_there_is_no_second_store_in_a_folder_and_none_in_an_empty_one(tmp_path: Path) -> None:
    founded(tmp_path / "s").close()
    with pytest.raises(Rejected) as caught:
        create_station(tmp_path / "s", CLERK, PASSWORD, scrypt_n=2)
    assert caught.value.problems[0].message is StoreProblem.STORE_EXISTS
    with pytest.raises(Rejected) as caught:
        open_station(tmp_path / "none", CLERK, PASSWORD)
    assert caught.value.problems[0].message is StoreProblem.NO_STORE


def test_a_store_of_a_newer_program_is_not_opened(tmp_path: Path) -> None:
    store = founded(tmp_path / "s")
    store.set_setting("schema_version", "99")
    store.close()
    with pytest.raises(Rejected) as caught:
        open_store(tmp_path / "s", by_password(CLERK, PASSWORD))
    assert caught.value.problems[0].message is StoreProblem.STORE_NEWER


# -- drafts ------------------------------------------------------------------------------------


def test_a_draft_survives_closing_as_it_was_left(tmp_path: Path) -> None:
    store = founded(tmp_path / "s")
    content = {"persons": [{"name": "李\ue863𠮷", "income": 4500, "wants": None, "x": True}]}
    at = drafts.keep(store, "household", 7, {"persons": []})
    later = drafts.keep(store, "household", 7, content)
    drafts.keep(store, "household", 8, {"persons": []})
    drafts.keep(store, "frame", 7, {"number": "0001"})
    drafts.drop(store, "household", 8)
    store.close()
    store = open_station(tmp_path / "s", CLERK, PASSWORD)
    (kept,) = drafts.kept(store, "household")
    assert (kept.record_id, kept.content, kept.at, kept.clerk) == (7, content, later, CLERK)
    assert later > at
    assert [d.kind for d in drafts.kept(store)] == ["frame", "household"]
    store.close()


def test_a_draft_is_no_change_of_the_register(tmp_path: Path) -> None:
    store = founded(tmp_path / "s")
    person = add_person(store, name="周小芳")
    drafts.keep(store, "household", person, {"name": "周晓芳"})
    with store.read() as session:
        assert find(session, "周晓芳").total == 0
    store.close()
