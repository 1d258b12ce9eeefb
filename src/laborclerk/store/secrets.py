"""What must not lie in a database that is not encrypted by us: the county's private keys, the
password of the database itself. One small file beside the keyring, sealed with the station's key
(AES-GCM): a clerk's login opens it, the server's administrator cannot.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from laborclerk.kernel.errors import Message, fault_of, reject
from laborclerk.store.keyring import write_atomically

FILE = "secrets.bin"
_MARK = b"laborclerk secrets 1"


class SecretsProblem(Message):
    """The sealed file."""

    SECRETS_GONE = "缺少本站的密钥文件“{file}”。请从备份把它放回 keys.json 所在的文件夹"
    SECRETS_BROKEN = "本站的密钥文件“{file}”打不开:文件损坏,或不是本站的。请从备份放回"


def read_secrets(folder: Path, key: bytes) -> dict[str, str]:
    """Everything in the sealed file. Raises Rejected when it is gone or not of this key."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    path = folder / FILE
    try:
        sealed = path.read_bytes()
    except FileNotFoundError as error:
        raise reject(SecretsProblem.SECRETS_GONE, file=path.name) from error
    except OSError as error:
        raise fault_of(error, path) from error
    try:
        found: dict[str, str] = json.loads(AESGCM(key).decrypt(sealed[:12], sealed[12:], _MARK))
    except (InvalidTag, ValueError) as error:
        raise reject(SecretsProblem.SECRETS_BROKEN, file=path.name) from error
    return found


def write_secrets(folder: Path, key: bytes, secrets: dict[str, str]) -> None:
    """Replace the sealed file; a crash leaves the old one or the new one."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    content = json.dumps(secrets, ensure_ascii=False).encode()
    write_atomically(folder / FILE, nonce + AESGCM(key).encrypt(nonce, content, _MARK))
