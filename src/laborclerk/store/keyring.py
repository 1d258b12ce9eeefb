"""The store's key, wrapped once for each clerk's password and once for the recovery sheet.

The file holds no secret in the clear: scrypt turns a password into a wrapping key, AES-GCM wraps
the store's key with it. A forgotten password loses nothing: the recovery code printed at `init`
opens the same key. A password never travels, a clerk's departure never re-encrypts the store.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from laborclerk.kernel.errors import Message, fault_of, reject

FILE = "keys.json"  # in a station's folder
SCRYPT_N = 2**16  # 64 MB, about a quarter of a second on a modest laptop
_MOST_N = 2**20  # 1 GB, some seconds
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class LoginProblem(Message):
    """Why a clerk was not let in."""

    WRONG_PASSWORD = "密码不对。请重新输入(注意大小写);忘记密码可用恢复单上的恢复码"
    WRONG_RECOVERY_CODE = "恢复码不对。请照恢复单重新输入,共30位"
    UNKNOWN_CLERK = "没有名为“{name}”的录入员。请从名单里选"
    CLERK_DISABLED = "录入员“{name}”已停用。请找本站负责人"
    CLERK_EXISTS = "已有名为“{name}”的录入员。同名者请加区分,如“{name}(二组)”"
    PASSWORD_TOO_SHORT = "密码至少{length}位。请换一个长一些的"
    LAST_CLERK = "“{name}”是唯一能登录的录入员,不能停用。请先增加另一人"
    KEYRING_BROKEN = "钥匙文件“{file}”读不懂。请从最近的备份恢复"


PASSWORD_LENGTH = 6
CODE_LENGTH = 30


@dataclass(frozen=True)
class _Wrap:
    name: str
    salt: str
    nonce: str
    wrapped: str
    n: int
    disabled: bool = False


def _is_sound(wrap: dict[str, Any]) -> bool:
    """Whether a wrap can be tried at all: what a foreign file asks for may take a day."""
    n, sizes = wrap["n"], {"salt": 16, "nonce": 12, "wrapped": 48}
    return (
        isinstance(wrap["name"], str)
        and isinstance(wrap.get("disabled", False), bool)
        and type(n) is int
        and 2 <= n <= _MOST_N
        and n & (n - 1) == 0
        and all(len(bytes.fromhex(wrap[key])) == size for key, size in sizes.items())
    )


# The library is loaded when a key is wrapped or opened: the login window shows names without it.


def _wrapping_key(secret: str, salt: bytes, n: int) -> bytes:
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    return Scrypt(salt=salt, length=32, n=n, r=8, p=1).derive(secret.encode())


def _wrap(name: str, secret: str, key: bytes, n: int) -> _Wrap:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(16), os.urandom(12)
    wrapped = AESGCM(_wrapping_key(secret, salt, n)).encrypt(nonce, key, name.encode())
    return _Wrap(name, salt.hex(), nonce.hex(), wrapped.hex(), n)


def _unwrap(wrap: _Wrap, secret: str) -> bytes | None:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = _wrapping_key(secret, bytes.fromhex(wrap.salt), wrap.n)
    try:
        return AESGCM(key).decrypt(
            bytes.fromhex(wrap.nonce), bytes.fromhex(wrap.wrapped), wrap.name.encode()
        )
    except InvalidTag:
        return None


def tidy_code(code: str) -> str:
    """A recovery code as it is kept: no dashes or blanks, letters that look like digits mended."""
    fixed = code.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    return "".join(c for c in fixed if c in _ALPHABET)


def new_recovery_code() -> str:
    """30 letters and digits (150 bits) in groups of five; nothing confusable."""
    import secrets  # with the hashes: the login window does without

    code = "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(code[i : i + 5] for i in range(0, CODE_LENGTH, 5))


class Keyring:
    """The wraps of one store's key, kept in `path`. Every change is made to the file as it is by
    then (another window may have changed it) and replaces it atomically."""

    def __init__(self, path: Path, wraps: list[_Wrap], recovery: _Wrap) -> None:
        self._path = path
        self._wraps = wraps
        self._recovery = recovery

    @classmethod
    def create(
        cls, path: Path, clerk: str, password: str, *, n: int = SCRYPT_N
    ) -> tuple[Keyring, bytes, str]:
        """A new keyring with a first clerk → (keyring, store key, recovery code to print)."""
        _check_length(password)
        key, code = os.urandom(32), new_recovery_code()
        ring = cls(
            path, [_wrap(clerk, password, key, n)], _wrap("recovery", tidy_code(code), key, n)
        )
        ring._save()
        return ring, key, code

    @classmethod
    def load(cls, path: Path) -> Keyring:
        """The keyring in the file `path`."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise fault_of(error, path) from error
        return cls.parse(content, path)

    @classmethod
    def parse(cls, content: bytes, path: Path) -> Keyring:
        """The keyring with this content; `path` is where its changes would be kept."""
        try:
            data: Any = json.loads(content)
            if not all(map(_is_sound, (*data["clerks"], data["recovery"]))):
                raise ValueError("a wrap is broken")
            return cls(path, [_Wrap(**w) for w in data["clerks"]], _Wrap(**data["recovery"]))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise reject(LoginProblem.KEYRING_BROKEN, file=path.name) from error

    def clerks(self) -> list[tuple[str, bool]]:
        """Names and whether each is disabled, in order of joining."""
        return [(w.name, w.disabled) for w in self._wraps]

    def unlock(self, clerk: str, password: str) -> bytes:
        """The store's key. Raises Rejected when the name or the password is wrong."""
        wrap = self._of(clerk)
        if wrap.disabled:
            raise reject(LoginProblem.CLERK_DISABLED, name=clerk)
        key = _unwrap(wrap, password)
        if key is None:
            raise reject(LoginProblem.WRONG_PASSWORD)
        return key

    def recover(self, code: str) -> bytes:
        """The store's key by the code of the recovery sheet (dashes and case do not matter)."""
        key = _unwrap(self._recovery, tidy_code(code))
        if key is None:
            raise reject(LoginProblem.WRONG_RECOVERY_CODE)
        return key

    def add(self, key: bytes, clerk: str, password: str) -> None:
        """Let another clerk in."""
        _check_length(password)
        fresh = _wrap(clerk, password, key, self._recovery.n)
        self._reload()
        if any(w.name == clerk for w in self._wraps):
            raise reject(LoginProblem.CLERK_EXISTS, name=clerk)
        self._wraps.append(fresh)
        self._save()

    def set_password(self, key: bytes, clerk: str, password: str) -> None:
        """Give a clerk a new password (and let him in again)."""
        _check_length(password)
        fresh = _wrap(clerk, password, key, self._recovery.n)
        self._reload()
        self._wraps[self._wraps.index(self._of(clerk))] = fresh
        self._save()

    def disable(self, clerk: str) -> None:
        """Let a clerk in no more; what he entered stays under his name."""
        self._reload()
        wrap = self._of(clerk)
        if [w.name for w in self._wraps if not w.disabled] == [clerk]:
            raise reject(LoginProblem.LAST_CLERK, name=clerk)
        self._wraps[self._wraps.index(wrap)] = _Wrap(
            wrap.name, wrap.salt, wrap.nonce, wrap.wrapped, wrap.n, disabled=True
        )
        self._save()

    def new_recovery(self, key: bytes) -> str:
        """A new recovery code; the old sheet is void."""
        code = new_recovery_code()
        fresh = _wrap("recovery", tidy_code(code), key, self._recovery.n)
        self._reload()
        self._recovery = fresh
        self._save()
        return code

    def _of(self, clerk: str) -> _Wrap:
        for wrap in self._wraps:
            if wrap.name == clerk:
                return wrap
        raise reject(LoginProblem.UNKNOWN_CLERK, name=clerk)

    def _reload(self) -> None:
        now = Keyring.load(self._path)
        self._wraps, self._recovery = now._wraps, now._recovery

    def _save(self) -> None:
        data = {"clerks": [asdict(w) for w in self._wraps], "recovery": asdict(self._recovery)}
        write_atomically(self._path, json.dumps(data, ensure_ascii=False, indent=1).encode())


def write_atomically(path: Path, content: bytes) -> None:
    """Write a small file so that a crash leaves the old one or the new one."""
    temporary = path.with_name(path.name + ".part")
    try:
        with temporary.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise fault_of(error, path) from error


def _check_length(password: str) -> None:
    if len(password) < PASSWORD_LENGTH:
        raise reject(LoginProblem.PASSWORD_TOO_SHORT, length=PASSWORD_LENGTH)
