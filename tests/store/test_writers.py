"""Two windows, two processes on one store: sequence numbers never fork, nothing is lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import sqlalchemy as sa

from laborclerk.app import open_station
from laborclerk.features.registry.find import find
from laborclerk.features.registry.model import Person
from laborclerk.store.journal import Act, Device, Entry
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.store.undo import undo
from tests.postgres import BOTH
from tests.small import CLERK, PASSWORD, add_household, add_person, station

pytestmark = BOTH

WRITER = """
import sys
from pathlib import Path
from laborclerk.app import open_station
from laborclerk.features.registry.model import Person
store = open_station(Path(sys.argv[1]), "", sys.argv[2])
home = int(sys.argv[5])
print("open", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[4])):
    with store.write("test.write") as work:
        work.create_many(Person, [{"name": sys.argv[3] + str(n), "household": home}])
        work.add(Person(name=sys.argv[3] + str(n), household=home))
store.close()
"""


def is_whole(store: Store, entries: int) -> None:
    """Every number once, none missing, every entry inside its act."""
    with store.read() as session:
        numbers = list(session.scalars(sa.select(Entry.seq).order_by(Entry.seq)))
        last = session.scalar(sa.select(Device.last_seq).where(Device.index == 0))
        acts = list(session.scalars(sa.select(Act.act).order_by(Act.act)))
        assert check_journal(session) == []
        for seq, act in session.execute(sa.select(Entry.seq, Entry.act)):
            assert act == max(a for a in acts if a <= seq)
    assert numbers == list(range(1, entries + 1))
    assert last == entries


def test_two_processes_writing_at_once_never_give_a_number_twice(tmp_path: Path) -> None:
    store = station(tmp_path / "s", round_=False)
    home = add_household(store)
    with store.read() as session:
        before = session.scalar(sa.select(Device.last_seq)) or 0
    each = 25
    command = [sys.executable, "-W", "error", "-c", WRITER, str(tmp_path / "s"), PASSWORD]
    writers = [
        subprocess.Popen(
            [*command, name, str(each), str(home)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in "甲乙"
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for n in range(each):
        add_person(store, home, name=f"丙{n}")
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors
    is_whole(store, before + 5 * each)
    with store.read() as session:
        assert find(session, "甲").total == find(session, "乙").total == 2 * each
        assert find(session, "丙").total == each
    store.close()


def test_threads_on_one_store_never_give_a_number_twice(tmp_path: Path) -> None:
    store = station(tmp_path / "s", round_=False)
    with store.read() as session:
        before = session.scalar(sa.select(Device.last_seq)) or 0
    failures: list[BaseException] = []

    def write() -> None:
        try:
            for n in range(15):
                add_person(store, name=f"线{n}")
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    is_whole(store, before + 60)
    store.close()


def test_two_windows_see_each_others_work(tmp_path: Path) -> None:
    one = station(tmp_path / "s")
    two = open_station(tmp_path / "s", CLERK, PASSWORD)
    person = add_person(one, name="周小芳")
    with two.write("test.change") as work:
        record = work.session.get_one(Person, person)
        work.change(record, {"name": "周晓芳"})
    with one.read() as session:
        assert session.get_one(Person, person).name == "周晓芳"
    undo(one)  # the same clerk's latest act, whichever window did it
    with two.read() as session:
        assert session.get_one(Person, person).name == "周小芳"
    one.close()
    two.close()


def test_a_reader_sees_one_state_while_another_writes(tmp_path: Path) -> None:
    store = station(tmp_path / "s")
    with store.read() as session:
        count = sa.select(sa.func.count()).select_from(Person)
        assert session.scalar(count) == 0
        add_person(store, name="周小芳")
        assert session.scalar(count) == 0
    with store.read() as session:
        assert session.scalar(count) == 1
    store.close()
