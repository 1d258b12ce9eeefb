"""Who is let in: clerks by password, the station by its recovery code, nobody else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laborclerk.kernel.errors import Message, Rejected
from laborclerk.store.keyring import Keyring, LoginProblem, new_recovery_code

N = 2  # scrypt's cost: tests need none
CLERK, PASSWORD = "张录入", "密码 secret-1"


@pytest.fixture
def made(tmp_path: Path) -> tuple[Keyring, bytes, str]:
    return Keyring.create(tmp_path / "keys.json", CLERK, PASSWORD, n=N)


def again(tmp_path: Path) -> Keyring:
    return Keyring.load(tmp_path / "keys.json")


def refusal(caught: pytest.ExceptionInfo[Rejected]) -> Message:
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    return problem.message


def test_the_password_and_the_recovery_code_open_the_same_key(
    tmp_path: Path, made: tuple[Keyring, bytes, str]
) -> None:
    _, key, code = made
    assert len(key) == 32
    assert again(tmp_path).unlock(CLERK, PASSWORD) == key == again(tmp_path).recover(code)


def test_a_recovery_code_is_read_as_people_write_it(made: tuple[Keyring, bytes, str]) -> None:
    ring, key, code = made
    confused = code.replace("0", "o").replace("1", "l").lower().replace("-", " ")
    assert ring.recover(f"  {confused}\n") == key


WRONG = {
    "wrong password": (lambda r: r.unlock(CLERK, "密码 secret-2"), LoginProblem.WRONG_PASSWORD),
    "other case": (lambda r: r.unlock(CLERK, "密码 Secret-1"), LoginProblem.WRONG_PASSWORD),
    "no password": (lambda r: r.unlock(CLERK, ""), LoginProblem.WRONG_PASSWORD),
    "unknown clerk": (lambda r: r.unlock("李录入", PASSWORD), LoginProblem.UNKNOWN_CLERK),
    "the recovery entry is no clerk": (
        lambda r: r.unlock("recovery", PASSWORD), LoginProblem.UNKNOWN_CLERK,
    ),
    "wrong code": (lambda r: r.recover(new_recovery_code()), LoginProblem.WRONG_RECOVERY_CODE),
    "no code": (lambda r: r.recover(""), LoginProblem.WRONG_RECOVERY_CODE),
    "short password": (
        lambda r: r.add(b"k" * 32, "李录入", "12345"), LoginProblem.PASSWORD_TOO_SHORT,
    ),
    "short new password": (
        lambda r: r.set_password(b"k" * 32, CLERK, "12345"), LoginProblem.PASSWORD_TOO_SHORT,
    ),
    "same name": (lambda r: r.add(b"k" * 32, CLERK, "secret-3"), LoginProblem.CLERK_EXISTS),
    "last clerk": (lambda r: r.disable(CLERK), LoginProblem.LAST_CLERK),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_refused_is_refused_with_its_reason_and_changes_nothing(
    tmp_path: Path, made: tuple[Keyring, bytes, str], name: str
) -> None:
    act, reason = WRONG[name]
    before = (tmp_path / "keys.json").read_bytes()
    with pytest.raises(Rejected) as caught:
        act(made[0])
    assert refusal(caught) is reason
    assert (tmp_path / "keys.json").read_bytes() == before


def test_every_clerk_has_a_password_of_her_own_to_one_key(
    tmp_path: Path, made: tuple[Keyring, bytes, str]
) -> None:
    ring, key, _ = made
    ring.add(key, "李录入", "secret-2")
    assert again(tmp_path).unlock("李录入", "secret-2") == key
    with pytest.raises(Rejected):
        again(tmp_path).unlock("李录入", PASSWORD)
    assert again(tmp_path).clerks() == [(CLERK, False), ("李录入", False)]


def test_a_new_password_voids_the_old_one(tmp_path: Path, made: tuple[Keyring, bytes, str]) -> None:
    ring, key, code = made
    ring.set_password(key, CLERK, "secret-9")
    assert again(tmp_path).unlock(CLERK, "secret-9") == key
    with pytest.raises(Rejected):
        again(tmp_path).unlock(CLERK, PASSWORD)
    assert again(tmp_path).recover(code) == key


def test_a_forgotten_password_is_replaced_with_the_recovery_code(
    tmp_path: Path, made: tuple[Keyring, bytes, str]
) -> None:
    ring = again(tmp_path)
    ring.set_password(ring.recover(made[2]), CLERK, "secret-9")
    assert again(tmp_path).unlock(CLERK, "secret-9") == made[1]


def test_a_disabled_clerk_is_not_let_in_until_given_a_new_password(
    tmp_path: Path, made: tuple[Keyring, bytes, str]
) -> None:
    ring, key, _ = made
    ring.add(key, "李录入", "secret-2")
    ring.disable("李录入")
    with pytest.raises(Rejected) as caught:
        again(tmp_path).unlock("李录入", "secret-2")
    assert refusal(caught) is LoginProblem.CLERK_DISABLED
    assert again(tmp_path).clerks()[1] == ("李录入", True)
    with pytest.raises(Rejected) as caught:
        ring.disable(CLERK)
    assert refusal(caught) is LoginProblem.LAST_CLERK
    ring.set_password(key, "李录入", "secret-3")
    assert again(tmp_path).unlock("李录入", "secret-3") == key


def test_disabling_twice_is_no_error_even_when_one_other_is_left(
    made: tuple[Keyring, bytes, str],
) -> None:
    ring, key, _ = made
    ring.add(key, "李录入", "secret-2")
    ring.disable("李录入")
    ring.disable("李录入")
    assert ring.clerks() == [(CLERK, False), ("李录入", True)]


def test_a_new_recovery_sheet_voids_the_old_one(
    tmp_path: Path, made: tuple[Keyring, bytes, str]
) -> None:
    ring, key, old = made
    code = ring.new_recovery(key)
    assert again(tmp_path).recover(code) == key
    with pytest.raises(Rejected):
        again(tmp_path).recover(old)


def test_a_wrap_cannot_be_passed_off_as_another_clerks(
    tmp_path: Path, made: tuple[Keyring, bytes, str]
) -> None:
    """Whoever knows one password must not become another clerk by renaming an entry."""
    path = tmp_path / "keys.json"
    data = json.loads(path.read_text("utf-8"))
    data["clerks"][0]["name"] = "所长"
    path.write_text(json.dumps(data), "utf-8")
    with pytest.raises(Rejected) as caught:
        again(tmp_path).unlock("所长", PASSWORD)
    assert refusal(caught) is LoginProblem.WRONG_PASSWORD


BROKEN = {
    "cut": lambda b: b[: len(b) // 2],
    "empty": lambda b: b"",
    "not json": lambda b: b"\xff\xfe" + b,
    "other json": lambda b: b"[]",
    "no recovery": lambda b: b'{"clerks": []}',
    "unknown item": lambda b: b.replace(b'"salt"', b'"pepper"'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_says_so(tmp_path: Path, made: tuple[Keyring, bytes, str], name: str) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(BROKEN[name](path.read_bytes()))
    with pytest.raises(Rejected) as caught:
        again(tmp_path)
    assert refusal(caught) is LoginProblem.KEYRING_BROKEN


def test_the_file_holds_no_secret_and_no_leftover(
    tmp_path: Path, made: tuple[Keyring, bytes, str]
) -> None:
    _, key, code = made
    content = (tmp_path / "keys.json").read_text("utf-8")
    for secret in (PASSWORD, code, code.replace("-", ""), key.hex()):
        assert secret not in content
    assert [p.name for p in tmp_path.iterdir()] == ["keys.json"]


def test_codes_have_thirty_places_and_nothing_confusable() -> None:
    codes = {new_recovery_code() for _ in range(50)}
    assert len(codes) == 50
    for code in codes:
        assert [len(part) for part in code.split("-")] == [5] * 6
        assert not set(code) & set("ILOU")
