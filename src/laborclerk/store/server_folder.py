"""The local folder of a station whose records lie on a PostgreSQL server: its keyring, the sealed
file of its secrets, and the server's address. Every clerk's computer has a copy of it, or all use
one on a shared drive that only the staff can read.
"""

from __future__ import annotations

import json
from pathlib import Path

import sqlalchemy as sa

from laborclerk.kernel.errors import Message, fault_of, reject
from laborclerk.store.files import SERVER
from laborclerk.store.keyring import write_atomically
from laborclerk.store.secrets import read_secrets, write_secrets
from laborclerk.store.server import read_url

_PASSWORD = "server.password"


class AddressProblem(Message):
    """The file with the server's address."""

    ADDRESS_BROKEN = (
        "记着数据库地址的文件“{file}”读不懂。请从备份放回,或用 --store postgresql://… 打开"
    )


def keep_new(folder: Path, key: bytes, url: sa.URL) -> None:
    """Begin the sealed file and note the address; the database's password goes into the former."""
    write_secrets(folder, key, {_PASSWORD: url.password or ""})
    _note(folder, url)


def address(folder: Path, key: bytes, given: str = "") -> sa.URL:
    """The server's address with the password; `given` is one told now, which counts before the
    one that is kept (without a password it takes the kept one)."""
    url = read_url(given) if given else _noted(folder)
    if url.password:
        return url
    return url.set(password=read_secrets(folder, key).get(_PASSWORD) or None)


def keep(folder: Path, key: bytes, url: sa.URL) -> None:
    """Keep an address that was told and has opened the store: the password was changed, the
    server has moved."""
    secrets = read_secrets(folder, key)
    if secrets.get(_PASSWORD, "") != (url.password or ""):
        write_secrets(folder, key, secrets | {_PASSWORD: url.password or ""})
    if _noted(folder) != _plain(url):
        _note(folder, url)


def _note(folder: Path, url: sa.URL) -> None:
    plain = _plain(url).render_as_string(hide_password=False)
    write_atomically(folder / SERVER, json.dumps({"url": plain}, ensure_ascii=False).encode())


def _plain(url: sa.URL) -> sa.URL:
    """The address without its password (which `URL.set` would keep)."""
    return sa.URL.create(
        url.drivername, url.username, None, url.host, url.port, url.database, url.query
    )


def _noted(folder: Path) -> sa.URL:
    path = folder / SERVER
    try:
        return read_url(str(json.loads(path.read_bytes())["url"]))
    except OSError as error:
        raise fault_of(error, path) from error
    except (ValueError, KeyError, TypeError) as error:
        raise reject(AddressProblem.ADDRESS_BROKEN, file=path.name) from error
