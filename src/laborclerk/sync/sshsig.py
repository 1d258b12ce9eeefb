"""SSH signatures (OpenSSH, PROTOCOL.sshsig) framed by hand, so that an auditor can check a
bundle with `ssh-keygen -Y verify` and without this program. Ed25519 and SHA-512 only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

BUNDLE_NAMESPACE = "laborclerk-bundle"
ENROL_NAMESPACE = "laborclerk-enrol"

KEY_TYPE = b"ssh-ed25519"
CERTIFICATE_TYPE = b"ssh-ed25519-cert-v01@openssh.com"
_MAGIC = b"SSHSIG"
_BEGIN = b"-----BEGIN SSH SIGNATURE-----\n"
_END = b"-----END SSH SIGNATURE-----\n"
_LINE = 70


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature as read; nothing about it is verified yet. `public` is the signer's key or
    certificate in SSH's wire format."""

    public: bytes
    namespace: str
    raw: bytes


def key_blob(public: bytes) -> bytes:
    """A raw Ed25519 public key (32 bytes) in SSH's wire format."""
    return _string(KEY_TYPE) + _string(public)


def is_bare_key(blob: bytes) -> bool:
    """Whether a signature names an Ed25519 key that nobody certified."""
    return blob.startswith(_string(KEY_TYPE))


def key_line(public: bytes) -> str:
    """A raw Ed25519 public key as the line OpenSSH writes: `ssh-ed25519 AAAA…`."""
    return f"{KEY_TYPE.decode()} {base64.b64encode(key_blob(public)).decode()}"


def read_key_line(line: str) -> bytes:
    """The raw 32 bytes of a line written by `key_line`; raises ValueError for any other."""
    try:
        _kind, encoded = line.split(" ")
        public = base64.b64decode(encoded, validate=True)[-32:]
    except (ValueError, binascii.Error) as error:
        raise ValueError("not an Ed25519 key line") from error
    if len(public) != 32 or key_line(public) != line:
        raise ValueError("not an Ed25519 key line")
    return public


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The raw 32 bytes of the key's public half."""
    return key.public_key().public_bytes_raw()


def sign(
    message: bytes, key: Ed25519PrivateKey, namespace: str, certificate: bytes | None = None
) -> bytes:
    """The armoured signature of `message`. With `certificate` (wire format) the signature names
    it instead of the bare key, as `ssh-keygen` does for certified keys."""
    raw = key.sign(_signed_data(message, namespace))
    return _armour(Signature(certificate or key_blob(public_bytes(key)), namespace, raw))


def read(armoured: bytes) -> Signature:
    """Takes an armoured signature apart. Raises ValueError unless it is spelled exactly as
    `sign` spells it, so that one signature has one file."""
    if not armoured.startswith(_BEGIN) or not armoured.endswith(_END):
        raise ValueError("no SSH signature")
    try:
        encoded = armoured[len(_BEGIN) : -len(_END)].replace(b"\n", b"")
        rest = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError("no SSH signature") from error
    if rest[:6] != _MAGIC or rest[6:10] != struct.pack(">I", 1):
        raise ValueError("no SSH signature")
    public, rest = _take(rest[10:])
    namespace, rest = _take(rest)
    _reserved, rest = _take(rest)
    _hash, rest = _take(rest)
    framed, rest = _take(rest)
    signature = Signature(public, namespace.decode(), framed[-64:])
    if _armour(signature) != armoured:
        raise ValueError("unusual SSH signature")
    return signature


def is_right(signature: Signature, message: bytes, public: bytes, namespace: str) -> bool:
    """Whether `public` (raw, 32 bytes) made `signature` for `message` in `namespace`. The caller
    has settled that `public` is the key behind `signature.public`."""
    if signature.namespace != namespace:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature.raw, _signed_data(message, namespace))
    except (InvalidSignature, ValueError):
        return False
    return True


def _signed_data(message: bytes, namespace: str) -> bytes:
    digest = hashlib.sha512(message).digest()
    fields = (namespace.encode(), b"", b"sha512", digest)
    return _MAGIC + b"".join(map(_string, fields))


def _armour(signature: Signature) -> bytes:
    framed = _string(KEY_TYPE) + _string(signature.raw)
    fields = (signature.public, signature.namespace.encode(), b"", b"sha512", framed)
    encoded = base64.b64encode(_MAGIC + struct.pack(">I", 1) + b"".join(map(_string, fields)))
    lines = [encoded[i : i + _LINE] + b"\n" for i in range(0, len(encoded), _LINE)]
    return _BEGIN + b"".join(lines) + _END


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _take(data: bytes) -> tuple[bytes, bytes]:
    if len(data) < 4:
        raise ValueError("SSH signature cut short")
    end = 4 + int(struct.unpack(">I", data[:4])[0])
    if len(data) < end:
        raise ValueError("SSH signature cut short")
    return data[4:end], data[end:]
