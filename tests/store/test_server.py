"""A county's store on a PostgreSQL server: what lies where, several at once, a server that fails.

That it holds and answers the same as a store on a laptop is tested by every module marked `BOTH`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.app import create_station, open_station, open_with
from laborclerk.features.census.frame import add_by_hand
from laborclerk.features.registry.model import Household, Person
from laborclerk.kernel.errors import EnvironmentFault, Message, Rejected
from laborclerk.store import server as server_module
from laborclerk.store.check import check_store
from laborclerk.store.journal import Device, Entry
from laborclerk.store.secrets import SecretsProblem, read_secrets
from laborclerk.store.server import ServerFault, fault_of_server, open_server, read_url
from laborclerk.store.store import Store, by_password
from laborclerk.sync.ledger import key_ring
from tests import postgres
from tests.exchanging import opened, stations
from tests.small import CLERK, GROUP, PASSWORD, add_household, add_person, founded

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True, scope="module")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "s"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    made = founded(folder)
    yield made
    made.close()


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    made = opened(stations(tmp_path / "x"), "county")
    yield made
    made.close()


# -- what lies where -----------------------------------------------------------------------------


def everything(store: Store) -> str:
    """All that is in the database, as text."""
    with store.read() as session:
        tables = sa.inspect(session.connection()).get_table_names()
        return "\n".join(
            str(row)
            for table in tables
            for row in session.execute(sa.text(f'SELECT t::text FROM "{table}" t'))
        )


def test_no_private_key_lies_in_the_database(county: Store) -> None:
    ring, kept = key_ring(county).to_bytes().hex(), everything(county)
    assert "sync.station" in kept
    assert not any(ring[at : at + 24] in kept for at in range(0, len(ring), 8))
    assert county.key.hex() not in kept
    assert "private" not in kept.lower()


def test_secrets_open_with_the_stations_key_alone(county: Store) -> None:
    county.set_secret("test", "甲")
    assert county.secret("test") == "甲"
    assert "甲".encode() not in (county.folder / "secrets.bin").read_bytes()
    with pytest.raises(Rejected) as caught:
        read_secrets(county.folder, bytes(32))
    assert caught.value.problems[0].message is SecretsProblem.SECRETS_BROKEN


def test_two_who_keep_secrets_at_once_both_count(store: Store, folder: Path) -> None:
    stores = [open_station(folder, CLERK, PASSWORD) for _ in range(4)]
    work = [
        threading.Thread(target=s.set_secret, args=(f"k{n}", str(n))) for n, s in enumerate(stores)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert [store.secret(f"k{n}") for n in range(4)] == ["0", "1", "2", "3"]
    for other in stores:
        other.close()


# -- the login to the database ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def login(backend: str) -> str:
    """A role that the server lets in by password only."""
    if postgres.told():
        pytest.skip("the rules of a server in use are not changed")
    with postgres.administrator() as conn:
        conn.execute("CREATE ROLE clerk LOGIN PASSWORD 'right-1'")
        (file,) = conn.execute("SHOW hba_file").fetchone() or ("",)
        rules = Path(file).read_text()
        Path(file).write_text(f"local all clerk scram-sha-256\n{rules}")
        conn.execute("SELECT pg_reload_conf()")
    return "clerk"


def as_clerk(address: str, password: str) -> str:
    url = sa.make_url(address).set(username="clerk", password=password)
    return url.render_as_string(hide_password=False)


def test_the_databases_password_is_kept_sealed_and_renewed(login: str, folder: Path) -> None:
    address = postgres.new_database()
    with postgres.administrator() as conn:
        conn.execute(f"ALTER DATABASE {sa.make_url(address).database} OWNER TO clerk")
    right = as_clerk(address, "right-1")
    create_station(folder, CLERK, PASSWORD, scrypt_n=2, server=right)[0].close()
    assert not any(b"right-1" in path.read_bytes() for path in folder.iterdir())
    assert json.loads((folder / "server.json").read_text())["url"].startswith("postgresql://clerk@")
    open_station(folder, CLERK, PASSWORD).close()  # nobody types it again

    unlock = by_password(CLERK, PASSWORD)
    with pytest.raises(EnvironmentFault) as caught:
        open_with(folder, unlock, server=as_clerk(address, "wrong-1"))
    assert caught.value.problem.message is ServerFault.SERVER_PASSWORD
    open_station(folder, CLERK, PASSWORD).close()  # the wrong one was not kept

    with postgres.administrator() as conn:
        conn.execute("ALTER ROLE clerk PASSWORD 'right-2'")
    with pytest.raises(EnvironmentFault):
        open_station(folder, CLERK, PASSWORD)
    open_with(folder, unlock, server=as_clerk(address, "right-2")).close()
    open_station(folder, CLERK, PASSWORD).close()
    with postgres.administrator() as conn:
        conn.execute("ALTER ROLE clerk PASSWORD 'right-1'")


def test_who_may_only_read_is_told_so(login: str, store: Store) -> None:
    url = as_clerk(store.engine.url.render_as_string(hide_password=False), "right-1")
    with postgres.administrator(store.engine.url.database) as conn:
        conn.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk")
    with pytest.raises(EnvironmentFault) as caught:  # opening notes that nothing was left waiting
        open_with(store.folder, by_password(CLERK, PASSWORD), server=url)
    assert caught.value.problem.message is ServerFault.SERVER_REFUSES


# -- several at once -------------------------------------------------------------------------------


def last(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(Device.last_seq).where(Device.index == 0)) or 0


def test_an_export_never_skips_what_commits_late(tmp_path: Path) -> None:
    """One writes 40 entries slowly; whatever is exported meanwhile ends before them, and the next
    export begins with them."""
    folder = stations(tmp_path / "x")
    with postgres.choosing("postgresql"):
        slow, quick = (opened(folder, "county") for _ in range(2))
    town = opened(folder, "乌峰")
    before = last(quick)
    waiting, done = threading.Event(), []
    with slow.write("test.slow") as work:
        for n in range(40):
            work.add(Person(name=f"慢{n}"))
        work.flush()

        def write() -> None:
            waiting.set()
            done.append(add_person(quick, name="快"))

        other = threading.Thread(target=write)
        other.start()
        waiting.wait()
        assert last(quick) == before
        with quick.read() as session:
            seen = session.scalar(sa.select(sa.func.max(Entry.seq)).where(Entry.device == 0))
        assert (seen or 0) == before
        assert done == []  # the second waits: its numbers come after
    other.join()
    with quick.read() as session:
        rows = session.execute(
            sa.select(Entry.seq, Person.name)
            .join(Person, Person.id == Entry.record_id)
            .where(Entry.device == 0, Entry.seq > before)
            .order_by(Entry.seq)
        ).all()
    assert [name for _, name in rows] == [*(f"慢{n}" for n in range(40)), "快"]
    assert [seq for seq, _ in rows] == list(range(before + 1, before + 42))
    for each in (slow, quick, town):
        each.close()


def test_a_township_on_a_server_exports_whole_runs_while_others_write(folder: Path) -> None:
    """Exports beside four writers: each bundle's entries are without a hole up to its end."""
    store = founded(folder)
    stop, ends = threading.Event(), []
    others = [open_station(folder, CLERK, PASSWORD) for _ in range(3)]

    def write(own: Store) -> None:
        while not stop.is_set():
            add_person(own, name="周")

    writers = [threading.Thread(target=write, args=(own,)) for own in others]
    for writer in writers:
        writer.start()
    try:
        for _ in range(25):
            with store.read() as session:  # as an export reads
                end = session.scalar(sa.select(Device.last_seq).where(Device.index == 0)) or 0
                own = sa.select(Entry.seq).where(Entry.device == 0, Entry.seq <= end)
                assert sorted(session.scalars(own)) == list(range(1, end + 1))
                top = session.scalar(sa.select(sa.func.max(Entry.seq)).where(Entry.device == 0))
                assert top == end
            ends.append(end)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert ends == sorted(ends)
    assert ends[-1] > ends[0]
    with store.read() as session:
        assert check_store(session) == []
    for each in (store, *others):
        each.close()


def test_two_who_change_one_household_are_counted_and_found_once(folder: Path) -> None:
    """Search and coverage are brought up to date by both, one after the other."""
    from laborclerk.features.coverage.check import check_counts
    from laborclerk.features.registry.check import check_search

    store = founded(folder)
    house = add_household(store, {"name": "周大", "relation": "02"})
    others = [open_station(folder, CLERK, PASSWORD) for _ in range(4)]
    failures: list[BaseException] = []

    def work(own: Store, n: int) -> None:
        try:
            for at in range(6):
                person = add_person(own, house, name=f"周{n}{at}", line=at + 2)
                with own.write("test.change") as unit:
                    unit.change(unit.session.get_one(Person, person), {"name": f"李{n}{at}"})
                add_by_hand(own, {"place": GROUP, "head_name": f"户{n}{at}"})
        except BaseException as error:
            failures.append(error)

    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(others, range(4), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with store.read() as session:
        found = check_store(session) + check_search(session) + check_counts(session)
        numbers = session.scalars(sa.select(Household.number)).all()
    assert found == []
    assert len(set(numbers)) == len(numbers) == 25
    for each in (store, *others):
        each.close()


def test_who_waits_too_long_is_told_why(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quickly = server_module._BEGIN_WRITE.replace("60s", "100ms")
    monkeypatch.setattr(server_module, "_BEGIN_WRITE", quickly)
    other = open_station(folder, CLERK, PASSWORD)
    with store.write("test.slow"), pytest.raises(EnvironmentFault) as caught:
        add_person(other, name="周小芳")
    assert caught.value.problem.message is ServerFault.SERVER_BUSY
    add_person(other, name="周小芳")
    other.close()


# -- a server that fails ---------------------------------------------------------------------------


def cut(store: Store) -> None:
    """The server ends every connection to the store's database, as a restart does."""
    with postgres.administrator() as conn:
        conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [store.engine.url.database],
        )


@pytest.mark.parametrize("many", [1, 100])
def test_a_connection_cut_in_the_middle_leaves_nothing_half_done(store: Store, many: int) -> None:
    def broken() -> None:
        with store.write("test.cut") as work:
            work.create_many(Person, [{"name": "周"} for _ in range(many)])
            cut(store)
            work.create_many(Person, [{"name": "李"} for _ in range(many)])

    before = last(store)
    with pytest.raises(EnvironmentFault) as caught:
        broken()
    assert caught.value.problem.message is ServerFault.SERVER_RESTARTED
    assert last(store) == before  # the next look connects again by itself
    person = add_person(store, name="周小芳")
    with store.read() as session:
        assert list(session.scalars(sa.select(Person.id))) == [person]
        assert check_store(session) == []


def test_a_connection_lost_while_nobody_works_is_not_noticed(store: Store) -> None:
    add_person(store, name="周小芳")
    cut(store)
    add_person(store, name="周小明")


WRITER = """
import sys
from pathlib import Path
from laborclerk.app import open_station
from laborclerk.features.registry.model import Person
store = open_station(Path(sys.argv[1]), "", sys.argv[2])
with store.write("test.killed") as work:
    work.create_many(Person, [{"name": "死"} for _ in range(500)])
    print("half", flush=True)
    sys.stdin.readline()
"""


def test_a_program_killed_in_the_middle_leaves_nothing_and_no_lock(
    store: Store, folder: Path
) -> None:
    before = last(store)
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), PASSWORD],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "half\n"
    process.kill()
    process.communicate()
    add_person(store, name="活")
    assert last(store) == before + 1
    with store.read() as session:
        assert list(session.scalars(sa.select(Person.name))) == ["活"]
        assert check_store(session) == []


ADDRESS = read_url("postgresql://clerk:x@db.example/register")
SAID: list[tuple[psycopg.Error, ServerFault]] = [
    (psycopg.errors.DiskFull(), ServerFault.SERVER_FULL),
    (psycopg.errors.LockNotAvailable(), ServerFault.SERVER_BUSY),
    (psycopg.errors.InsufficientPrivilege(), ServerFault.SERVER_REFUSES),
    (psycopg.errors.ReadOnlySqlTransaction(), ServerFault.SERVER_REFUSES),
    (psycopg.errors.InvalidPassword(), ServerFault.SERVER_PASSWORD),
    (psycopg.errors.AdminShutdown(), ServerFault.SERVER_RESTARTED),
    (psycopg.errors.TooManyConnections(), ServerFault.SERVER_AWAY),
    (
        psycopg.OperationalError(
            "connection failed: server does not support SSL, but SSL was required"
        ),
        ServerFault.SERVER_TLS,
    ),
    (
        psycopg.OperationalError("connection failed: SSL error: certificate verify failed"),
        ServerFault.SERVER_TLS,
    ),
    (psycopg.OperationalError("[Errno -2] Name or service not known"), ServerFault.SERVER_AWAY),
    (psycopg.OperationalError("connection timeout expired"), ServerFault.SERVER_AWAY),
]


@pytest.mark.parametrize(("error", "message"), SAID)
def test_a_servers_failure_is_said_in_words(error: psycopg.Error, message: Message) -> None:
    found = fault_of_server(error, ADDRESS)
    assert found is not None
    assert found.problem.message is message
    assert "{" not in found.problem.text


def test_a_mistake_of_ours_is_no_failure_of_the_server() -> None:
    assert fault_of_server(psycopg.errors.SyntaxError(), ADDRESS) is None
    assert fault_of_server(psycopg.errors.UniqueViolation(), ADDRESS) is None
    assert fault_of_server(ValueError(), ADDRESS) is None


@pytest.mark.parametrize(
    ("address", "mode"),
    [
        ("postgresql://db.example/register", "require"),
        ("postgresql://10.0.0.5/register?sslmode=verify-full", "verify-full"),
        ("postgresql://localhost/register", None),
        ("postgresql://u@/register?host=/run/postgresql", None),
    ],
)
def test_over_a_network_nothing_goes_in_the_clear(address: str, mode: str | None) -> None:
    assert open_server(read_url(address)).url.query.get("sslmode") == mode


def test_a_database_that_sorts_otherwise_is_refused(folder: Path) -> None:
    address = postgres.new_database("template0", "ENCODING 'SQL_ASCII' LOCALE 'C'")
    with pytest.raises(Rejected) as caught:
        create_station(folder, CLERK, PASSWORD, scrypt_n=2, server=address)
    (problem,) = caught.value.problems
    assert problem.message is ServerFault.SERVER_SORTING
    assert "CREATE DATABASE" in problem.text


def test_what_a_try_at_a_station_left_is_made_anew(tmp_path: Path) -> None:
    """The power went before the station had its name: the next `init` begins again."""
    address = postgres.new_database()
    first, _ = create_station(tmp_path / "a", CLERK, PASSWORD, scrypt_n=2, server=address)
    add_person(first, name="周小芳")
    first.close()
    second, _ = create_station(tmp_path / "b", CLERK, PASSWORD, scrypt_n=2, server=address)
    assert last(second) == 0
    second.close()


# -- the same lists as a laptop --------------------------------------------------------------------


@pytest.fixture(scope="module")
def scratch(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = founded(tmp_path_factory.mktemp("scratch") / "s")
    yield made
    made.close()


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6)


@given(st.lists(st.none() | TEXT, max_size=12), st.booleans())
def test_text_sorts_by_code_point_and_empties_first(
    scratch: Store, texts: list[str | None], down: bool
) -> None:
    rows = [{"id": n, "name": t, "version": 1} for n, t in enumerate(texts)]
    table: Any = Person.__table__
    with scratch.read() as session:
        session.connection().info["journaled"] = True
        if rows:
            session.execute(sa.insert(table), rows)
        session.connection().info["journaled"] = False
        order = (table.c.name.desc(), table.c.id) if down else (table.c.name, table.c.id)
        found = list(session.scalars(sa.select(table.c.name).order_by(*order)))
    expected = sorted(texts, key=lambda t: (t is not None, (t or "").encode()), reverse=down)
    assert found == expected


def test_sums_of_great_numbers_stay_integers(scratch: Store) -> None:
    with scratch.read() as session:
        total = session.scalar(sa.select(sa.func.sum(sa.literal(2**62, sa.BigInteger))))
    assert total == 2**62
    assert type(total) is int
