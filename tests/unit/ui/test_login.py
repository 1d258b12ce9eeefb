"""Logging in: who is offered, what a wrong password says, the way round a forgotten one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station, open_with
from laborclerk.features.registry import station as founding
from laborclerk.kernel.progress import SILENT
from laborclerk.store.journal import Act
from laborclerk.store.keyring import Keyring
from laborclerk.store.store import DATABASE, KEYS, Store
from laborclerk.sync.ledger import TOWNSHIP
from laborclerk.ui import remembered
from laborclerk.ui.jobs import InlineRunner, Job
from laborclerk.ui.screens.login.presenter import LoginPresenter, Stage

HEAD, SECOND, GONE = "王录入", "李小芳", "赵停用"
PASSWORD = {HEAD: "secret-1", SECOND: "secret-2", GONE: "secret-3"}


@dataclass
class Doors:
    create: Callable[..., tuple[Store, str]] = create_station
    open: Callable[[Path, Any], Store] = open_with


class Screen:
    def __init__(self) -> None:
        self.retries = 0

    def changed(self) -> None:
        pass

    def again(self) -> None:
        self.retries += 1


class Held(InlineRunner):
    """Keeps what it is given until told: the worker is still at it."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: list[Callable[[], object]] = []

    def run(self, work: Any, done: Any = None, failed: Any = None, **_: Any) -> Job:
        def go() -> None:
            done(work(SILENT))

        self.waiting.append(go)
        return super().run(lambda _p: None)


@pytest.fixture
def station(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A township with two clerks and one who was stopped → folder, recovery code."""
    monkeypatch.setattr("laborclerk.ui.look.folder", lambda: tmp_path / "config")
    folder = tmp_path / "某镇"
    store, code = create_station(folder, HEAD, PASSWORD[HEAD], scrypt_n=2)
    founding.found(store, founding.plan(TOWNSHIP, "530627001"))
    ring = Keyring.load(folder / KEYS)
    for name in (SECOND, GONE):
        ring.add(store.key, name, PASSWORD[name])
    ring.disable(GONE)
    store.close()
    return folder, code


@dataclass
class Login:
    presenter: LoginPresenter
    screen: Screen
    opened: list[tuple[str, str]]


def begin(folder: Path, runner: InlineRunner | None = None) -> Login:
    opened: list[tuple[str, str]] = []

    def note(store: Store) -> None:
        opened.append((store.clerk, store.setting(founding.NAME)))
        store.close()

    screen = Screen()
    presenter = LoginPresenter(folder, Doors(), runner or InlineRunner(), screen, note)
    presenter.load()
    return Login(presenter, screen, opened)


def test_clerks_who_were_stopped_are_not_offered(station: tuple[Path, str]) -> None:
    assert begin(station[0]).presenter.clerks == [HEAD, SECOND]


def test_whoever_logged_in_last_is_chosen_and_the_station_has_its_name(
    station: tuple[Path, str],
) -> None:
    first = begin(station[0])
    assert (first.presenter.label, first.presenter.clerk) == ("某镇", HEAD)
    first.presenter.choose(SECOND)
    first.presenter.log_in(PASSWORD[SECOND])
    assert first.opened == [(SECOND, "乌峰街道")]
    again = begin(station[0])
    assert (again.presenter.label, again.presenter.clerk) == ("乌峰街道", SECOND)


def test_a_clerk_remembered_who_was_stopped_since_is_not_chosen(station: tuple[Path, str]) -> None:
    remembered.remember(station[0], remembered.Remembered("", GONE))
    assert begin(station[0]).presenter.clerk == HEAD


@pytest.mark.parametrize(
    ("password", "says"),
    [("secret-2", "密码不对"), ("SECRET-1", "密码不对"), ("", "请输入密码")],
)
def test_a_wrong_password_says_so_and_opens_nothing(
    station: tuple[Path, str], password: str, says: str
) -> None:
    login = begin(station[0])
    login.presenter.log_in(password)
    assert says in login.presenter.wrong
    assert (login.screen.retries, login.opened, login.presenter.busy) == (1, [], "")
    login.presenter.typed()
    assert login.presenter.wrong == ""


def test_while_the_lock_is_opening_a_second_enter_does_nothing(station: tuple[Path, str]) -> None:
    runner = Held()
    login = begin(station[0], runner)
    for _ in range(3):
        login.presenter.log_in(PASSWORD[HEAD])
    assert (len(runner.waiting), login.presenter.busy) == (1, "正在开锁……")
    runner.waiting[0]()
    assert login.opened == [(HEAD, "乌峰街道")]


@pytest.mark.parametrize(
    ("code", "says"), [("ABCDE", "还差 25 位"), ("A" * 31, "多了"), ("A" * 30, "恢复码不对")]
)
def test_a_wrong_recovery_code_says_what_is_wrong(
    station: tuple[Path, str], code: str, says: str
) -> None:
    login = begin(station[0])
    login.presenter.forgot()
    login.presenter.check_code(code)
    assert says in login.presenter.wrong
    assert login.presenter.stage is Stage.CODE


def test_the_recovery_code_gives_a_new_password_and_leaves_a_note(
    station: tuple[Path, str],
) -> None:
    folder, code = station
    login = begin(folder)
    login.presenter.forgot()
    login.presenter.check_code(code.lower().replace("-", " "))
    assert login.presenter.stage is Stage.NEW
    login.presenter.choose(SECOND)
    login.presenter.set_password("brand-new-9")
    assert login.opened == [(SECOND, "乌峰街道")]
    ring = Keyring.load(folder / KEYS)
    assert ring.unlock(SECOND, "brand-new-9") == ring.unlock(HEAD, PASSWORD[HEAD])
    store = open_with(folder, lambda r: (SECOND, r.unlock(SECOND, "brand-new-9")))
    with store.read() as session:
        acts = list(session.scalars(sa.select(Act).where(Act.use_case == "clerk.change")))
    store.close()
    assert [act.clerk for act in acts] == [SECOND]


def test_going_back_forgets_the_recovered_key(station: tuple[Path, str]) -> None:
    login = begin(station[0])
    login.presenter.forgot()
    login.presenter.check_code(station[1])
    login.presenter.back()
    login.presenter.set_password("brand-new-9")
    assert (login.presenter.stage, login.opened) == (Stage.PASSWORD, [])


def test_a_keyring_that_cannot_be_read_leads_to_a_backup(station: tuple[Path, str]) -> None:
    (station[0] / KEYS).write_text("{}")
    login = begin(station[0])
    assert login.presenter.damaged
    assert "请从最近的备份恢复" in login.presenter.wrong


def test_a_store_that_cannot_be_read_leads_to_a_backup(station: tuple[Path, str]) -> None:
    (station[0] / DATABASE).write_bytes(b"\0" * 8192)
    login = begin(station[0])
    login.presenter.log_in(PASSWORD[HEAD])
    assert login.presenter.damaged
    assert login.opened == []


def test_nothing_of_the_store_is_loaded_before_somebody_logs_in() -> None:
    heavy = ("sqlalchemy", "sqlcipher3", "cryptography", "openpyxl", "reportlab", "click")
    code = (
        "import sys, laborclerk.ui.screens.login.presenter\n"
        f"print([m for m in {heavy} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
