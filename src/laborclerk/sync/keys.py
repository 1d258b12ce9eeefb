"""A station's keys: Ed25519 to sign, X25519 (age) to receive. The private half lives only inside
the encrypted store or the county's encrypted key file; this module never touches a disk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from laborclerk.sync import sshsig

_HEAD = b"laborclerk-keys-1\n"


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """What others may know: `signing` raw Ed25519 (32 bytes), `age` recipient (`age1…`)."""

    signing: bytes
    age: str

    @property
    def signing_line(self) -> str:
        """`ssh-ed25519 AAAA…`"""
        return sshsig.key_line(self.signing)


@dataclass(frozen=True, slots=True)
class StationKeys:
    """The private halves; never printed by `repr`."""

    signing: Ed25519PrivateKey
    age: pyrage.x25519.Identity

    @staticmethod
    def generate() -> StationKeys:
        return StationKeys(Ed25519PrivateKey.generate(), pyrage.x25519.Identity.generate())

    @property
    def public(self) -> PublicKeys:
        return PublicKeys(sshsig.public_bytes(self.signing), str(self.age.to_public()))

    def to_bytes(self) -> bytes:
        """For the encrypted store only: whoever has these bytes is the station."""
        return b"%s%s\n%s\n" % (
            _HEAD,
            self.signing.private_bytes_raw().hex().encode(),
            str(self.age).encode(),
        )

    @staticmethod
    def from_bytes(data: bytes) -> StationKeys:
        """Reads `to_bytes`; raises ValueError for anything else."""
        head, *lines = data.decode("ascii").splitlines()
        if head.encode() + b"\n" != _HEAD or len(lines) != 2:
            raise ValueError("not a station's keys")
        try:
            identity = pyrage.x25519.Identity.from_str(lines[1])
        except pyrage.IdentityError as error:
            raise ValueError("not a station's keys") from error
        return StationKeys(Ed25519PrivateKey.from_private_bytes(bytes.fromhex(lines[0])), identity)

    def __repr__(self) -> str:
        return f"StationKeys({fingerprint(self.public)})"


def fingerprint(public: PublicKeys) -> str:
    """Twenty digits in groups of four that two people compare over the phone, e.g.
    `0471 9920 1834 5507 2216`: both keys hashed, 66 bits, out of reach of a search for a
    second pair of keys with the same digits."""
    digest = hashlib.sha256(
        b"laborclerk-fingerprint-1\n" + public.signing + public.age.encode()
    ).digest()
    digits = f"{int.from_bytes(digest, 'big') % 10**20:020d}"
    return " ".join(digits[i : i + 4] for i in range(0, 20, 4))


def is_recipient(age: str) -> bool:
    """Whether `age` is an X25519 recipient that one can encrypt to."""
    try:
        pyrage.x25519.Recipient.from_str(age)
    except pyrage.RecipientError:
        return False
    return True
