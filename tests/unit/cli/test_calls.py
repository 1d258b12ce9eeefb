"""How the program is called: exit statuses, one JSON object, who logs in, what a bug leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import pytest

from laborclerk import app
from laborclerk.cli.call import Wiring
from laborclerk.cli.main import COMMANDS
from laborclerk.kernel.errors import Common, fault
from laborclerk.store.restore import Unlock
from tests.unit.cli.conftest import PASSWORD, Laborclerk, no_window, quick, windows


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["nonsense"], "没有命令“nonsense”"),
        (["find"], "缺少参数"),
        (["find", "王", "--limit", "0"], "--limit"),
        (["find", "王", "周"], "多写了参数"),
        (["--wrong"], "没有选项“--wrong”"),
        (["init", "--level", "city", "--place", "53"], "可选"),
        (["set", "王", "phone"], "项=值"),
        (["round", "new"], "缺少参数"),
        (["clerk", "nonsense"], "没有命令"),
    ],
)
def test_wrong_usage_is_status_2_in_chinese(
    station: Laborclerk, laborclerk: Laborclerk, argv: list[str], said: str
) -> None:
    plain = laborclerk(*argv)
    assert plain.status == 2
    assert said in plain.err
    assert plain.out == ""
    told = station(*argv)
    assert told.status == 2
    assert told.codes == ["usage"]
    assert said in told.json["problems"][0]["message"]


def test_a_wrong_password_says_so_at_once(
    station: Laborclerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABORCLERK_PASSWORD", "wrong-one")
    done = station("find", "王")
    assert (done.status, done.codes) == (1, ["wrong_password"])


def test_the_password_may_come_from_a_file(
    station: Laborclerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABORCLERK_PASSWORD", "wrong-one")
    (tmp_path / "password").write_text(PASSWORD + "\r\n", encoding="utf-8-sig")
    assert station("--password-file", tmp_path / "password", "find", "王").status == 0
    assert station("--password-file", tmp_path / "none", "find", "王").status == 3


def test_no_password_at_all_is_wrong_usage(
    station: Laborclerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LABORCLERK_PASSWORD")
    done = station("find", "王")
    assert done.status == 2
    assert "LABORCLERK_PASSWORD" in done.json["problems"][0]["message"]


@pytest.mark.parametrize(
    ("options", "status", "codes"),
    [
        (["--store", "nowhere"], 1, ["no_store"]),
        (["--store", "mysql://host/db"], 1, ["store_url_unknown"]),
        (["--store", "postgresql://host/db"], 1, ["no_server_keys"]),
    ],
)
def test_a_store_that_is_not_there_is_refused(
    laborclerk: Laborclerk, options: list[str], status: int, codes: list[str]
) -> None:
    done = laborclerk("--json", *options, "find", "王")
    assert (done.status, done.codes) == (status, codes)


def test_json_may_stand_behind_the_command(station: Laborclerk, laborclerk: Laborclerk) -> None:
    assert laborclerk("find", "王", "--json").json["total"] == 0


def test_without_a_command_the_window_opens(laborclerk: Laborclerk, tmp_path: Path) -> None:
    assert laborclerk("--store", tmp_path / "x").status == 0
    assert windows == [(tmp_path / "x", None)]


def failing(error: Exception) -> Wiring:
    def fail(folder: Path, unlock: Unlock, *, server: str = "") -> NoReturn:
        raise error

    return Wiring(quick, fail, no_window)


def test_a_bug_is_a_report_without_personal_data(laborclerk: Laborclerk, tmp_path: Path) -> None:
    wiring = failing(ValueError("周某某 530627199001019999"))
    done = laborclerk("--json", "find", "王", wiring=wiring)
    assert (done.status, done.codes) == (70, ["bug"])
    assert "Traceback" not in done.err
    (report,) = (tmp_path / "log").glob("bug-*.txt")
    text = report.read_text("utf-8")
    assert "builtins.ValueError" in text
    assert "conftest.py" in text or "test_calls.py" in text
    assert "周某某" not in text
    assert "530627199001019999" not in text
    assert str(report) in done.json["problems"][0]["message"]


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (fault(Common.DISK_FULL, file="x"), 3, "disk_full"),
        (OSError(13, "Permission denied", "/media/stick/x"), 3, "cannot_write"),
        (KeyboardInterrupt(), 1, "stopped"),
    ],
)
def test_the_environment_and_a_stop_have_their_status(
    laborclerk: Laborclerk, error: Exception, status: int, code: str
) -> None:
    done = laborclerk("--json", "find", "王", wiring=failing(error))
    assert (done.status, done.codes) == (status, [code])


def test_the_log_holds_no_arguments(station: Laborclerk, tmp_path: Path) -> None:
    station("find", "周某某")
    assert station("log", tmp_path / "out.txt").status == 0
    text = (tmp_path / "out.txt").read_text("utf-8")
    assert "name=find status=0" in text
    assert "周某某" not in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_tells_what_it_does_in_chinese(laborclerk: Laborclerk, name: str) -> None:
    done = laborclerk(name, "--help")
    assert done.status == 0
    assert done.out.startswith("用法:")
    for english in ("Options", "Usage", "Commands", "Show this", "ARGS"):
        assert english not in done.out


def test_the_help_lists_every_command(laborclerk: Laborclerk) -> None:
    out = laborclerk("--help").out
    for name, (_, told) in COMMANDS.items():
        assert f"  {name} " in out
        assert told in out


def test_no_command_is_left_out_of_the_list() -> None:
    modules = {module for module, _ in COMMANDS.values()}
    there = {c.name for m in modules for c in import_module(f"laborclerk.cli.{m}").COMMANDS}
    assert there == set(COMMANDS)


def test_the_window_waits_for_no_library_of_the_store() -> None:
    code = (
        "import laborclerk.app, laborclerk.cli.main, laborclerk.cli.call, sys; "
        "print([m for m in ('sqlalchemy', 'reportlab', 'rich', 'cryptography', 'openpyxl')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_several_clerks_are_told_apart_by_their_passwords(
    station: Laborclerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABORCLERK_NEW_PASSWORD", "another-2")
    clerks = station("clerk", "add", "李某").json["clerks"]
    assert clerks == [{"name": "王某", "disabled": False}, {"name": "李某", "disabled": False}]
    monkeypatch.setenv("LABORCLERK_PASSWORD", "another-2")
    assert station("round", "close").status == 0
    monkeypatch.setenv("LABORCLERK_PASSWORD", "neither")
    assert station("clerk", "list").codes == ["wrong_password"]


def test_a_new_clerk_without_a_password_is_told_where_to_give_the_new_one(
    station: Laborclerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LABORCLERK_NEW_PASSWORD", raising=False)
    done = station("clerk", "add", "李某")
    assert done.status == 2
    (problem,) = done.json["problems"]
    for said in ("李某的新密码", "LABORCLERK_NEW_PASSWORD", "--new-password-file"):
        assert said in problem["message"]


def test_two_clerks_with_one_password_must_be_named(
    station: Laborclerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABORCLERK_NEW_PASSWORD", PASSWORD)
    station("clerk", "add", "李某")
    assert station("clerk", "list").codes == ["which_clerk"]
    assert station("--clerk", "李某", "clerk", "list").status == 0
    assert station("--clerk", "赵某", "clerk", "list").codes == ["unknown_clerk"]


def test_a_disabled_clerk_is_let_in_no_more(
    station: Laborclerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert station("clerk", "disable", "王某").codes == ["last_clerk"]
    monkeypatch.setenv("LABORCLERK_NEW_PASSWORD", "another-2")
    station("clerk", "add", "李某")
    station("clerk", "disable", "李某")
    monkeypatch.setenv("LABORCLERK_PASSWORD", "another-2")
    assert station("--clerk", "李某", "clerk", "list").codes == ["clerk_disabled"]
    assert station("clerk", "list").codes == ["wrong_password"]


def test_a_forgotten_password_is_replaced_with_the_recovery_code(
    laborclerk: Laborclerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABORCLERK_STORE", str(tmp_path / "s"))
    made = laborclerk("--json", "init", "--level", "township", "--place", "530627001")
    code = made.json["recovery_code"]
    monkeypatch.setenv("LABORCLERK_PASSWORD", "forgotten")
    monkeypatch.setenv("LABORCLERK_NEW_PASSWORD", "brand-new")
    wrong = laborclerk("--json", "clerk", "password", "录入员", "--recovery", "0" * 30)
    assert wrong.codes == ["wrong_recovery_code"]
    assert laborclerk("clerk", "password", "录入员", "--recovery", code.lower()).status == 0
    monkeypatch.setenv("LABORCLERK_PASSWORD", "brand-new")
    assert laborclerk("check").status == 0


def test_the_program_starts_as_a_process(practice_folder: Path, tmp_path: Path) -> None:
    env = os.environ | {
        "LABORCLERK_PASSWORD": "lianxi2026",
        "LABORCLERK_LOG": str(tmp_path),
        "PYTHONIOENCODING": "ascii",  # JSON is UTF-8 whatever the console speaks
    }
    command = [sys.executable, "-m", "laborclerk", "--store", str(practice_folder), "--json"]
    done = subprocess.run([*command, "find", "村"], capture_output=True, env=env, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["ok"] is True
    wrong = env | {"LABORCLERK_PASSWORD": "wrong-one"}
    done = subprocess.run([*command, "check"], capture_output=True, env=wrong, check=False)
    assert done.returncode == 1
    assert b"wrong_password" in done.stdout


def test_the_composition_root_offers_what_the_command_line_asks_for() -> None:
    Wiring(app.create_station, app.open_with, app.open_window)
