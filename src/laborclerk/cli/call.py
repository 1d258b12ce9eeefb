"""One call of the program: which station, who, how to answer; and the parts handed in by app."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from laborclerk.cli.bar import Bar
from laborclerk.cli.messages import Command
from laborclerk.kernel.errors import Common, Rejected, fault, fault_of, reject
from laborclerk.store.folders import default_folder, is_server, station_folder

if TYPE_CHECKING:
    from laborclerk.store.keyring import Keyring
    from laborclerk.store.restore import Unlock
    from laborclerk.store.store import Store

PASSWORD, NEW_PASSWORD = "LABORCLERK_PASSWORD", "LABORCLERK_NEW_PASSWORD"


class Create(Protocol):
    """Makes a station's store, on a server if one is named → (open store, recovery code)."""

    def __call__(
        self, folder: Path, clerk: str, password: str, *, server: str = ""
    ) -> tuple[Store, str]: ...


class Open(Protocol):
    """Opens a station's store; a server is named where its address is told anew."""

    def __call__(self, folder: Path, unlock: Unlock, *, server: str = "") -> Store: ...


class Window(Protocol):
    """Opens the window on a station's folder (with a password already known) → exit status."""

    def __call__(self, folder: Path, password: str | None = None) -> int: ...


@dataclass(frozen=True)
class Wiring:
    """What only the composition root knows."""

    create: Create
    open: Open
    window: Window


@dataclass
class Call:
    """The options before the command, and what commands share."""

    wiring: Wiring
    store_option: str | None = None
    clerk: str = ""
    password_file: Path | None = None
    as_json: bool = False
    progress: Bar = field(default_factory=Bar)

    @property
    def folder(self) -> Path:
        """The station's folder."""
        _ = self.server  # a foreign address is refused
        return default_folder() if self.store_option is None else station_folder(self.store_option)

    @property
    def server(self) -> str:
        """The address of the server that has the station's records, if it was named so."""
        told = self.store_option or ""
        if not is_server(told):
            return ""
        scheme = told.partition("://")[0]
        if scheme not in ("postgresql", "postgres"):
            raise reject(Command.STORE_URL_UNKNOWN, url=scheme)
        return told

    def create(self, folder: Path, clerk: str, password: str) -> tuple[Store, str]:
        """Make the station's store → (open store, recovery code)."""
        return self.wiring.create(folder, clerk, password, **self._address())

    def open(self, unlock: Unlock) -> Store:
        """Open the station's store."""
        return self.wiring.open(self.folder, unlock, **self._address())

    def _address(self) -> dict[str, str]:
        return {"server": self.server} if self.server else {}

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The station's store, open; closed when the command is done."""
        store = self.open(self.unlock)
        try:
            yield store
        finally:
            store.close()

    def window(self, password: str | None = None) -> int:
        """Open the window on the station → exit status. A station on a server is made by `init`:
        the window's wizard knows folders only."""
        from laborclerk.store.files import settle

        if self.server and not settle(self.folder):
            from laborclerk.store.store import StoreProblem

            raise reject(StoreProblem.NO_SERVER_KEYS, folder=self.folder)
        return self.wiring.window(self.folder, password)

    def unlock(self, ring: Keyring) -> tuple[str, bytes]:
        """Who this is and the store's key. Without `--clerk` it is the one whose password fits."""
        from laborclerk.store.keyring import LoginProblem

        names = [name for name, disabled in ring.clerks() if not disabled]
        if self.clerk:
            names = [self.clerk]
        password = self.password()
        if len(names) == 1:
            return names[0], ring.unlock(names[0], password)
        fits = []
        for name in names:
            with suppress(Rejected):
                fits.append((name, ring.unlock(name, password)))
        if len(fits) > 1:
            raise reject(Command.WHICH_CLERK, names="、".join(n for n, _ in fits))
        if not fits:
            raise reject(LoginProblem.WRONG_PASSWORD)
        return fits[0]

    def password(self, *, confirm: bool = False) -> str:
        """From `--password-file`, `LABORCLERK_PASSWORD`, or asked for (twice with `confirm`)."""
        return secret("密码", PASSWORD, self.password_file, confirm=confirm)


_FILES = {"LABORCLERK_NEW_PASSWORD": "--new-password-file", "LABORCLERK_COUNTY_CODE": "--code-file"}


def secret(label: str, variable: str, file: Path | None, *, confirm: bool = False) -> str:
    """A password from a file, the environment, or the terminal."""
    given = from_file(file)
    if given is not None:
        return given
    told = os.environ.get(variable)
    if told is not None:
        return told
    if not sys.stdin.isatty():
        option = _FILES.get(variable, "--password-file")
        text = Command.PASSWORD_NOT_GIVEN.value
        raise click.UsageError(text.format(label=label, variable=variable, option=option))
    answer: str = click.prompt(label, hide_input=True, confirmation_prompt=confirm, err=True)
    return answer


def from_file(file: Path | None) -> str | None:
    """The first line of a file that holds a password; None without a file."""
    if file is None:
        return None
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        reason: Any = fault_of(error, file).problem.params.get("reason", "")
        raise fault(Common.CANNOT_READ, file=str(file), reason=reason) from error
    except UnicodeDecodeError as error:
        reason = "文字的存法认不出(请用记事本另存,编码选 UTF-8)"
        raise reject(Common.UNREADABLE_FILE, file=file.name, reason=reason) from error
    return text.splitlines()[0] if text else ""
