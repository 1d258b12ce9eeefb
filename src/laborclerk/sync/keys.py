"""A station's keys: Ed25519 to sign, X25519 (age) to receive, both made from one random seed. The
private half lies only in the encrypted store or the county's encrypted key file, or on the printed
sheet of a county; this module never touches a disk."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field, replace

import pyrage
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from laborclerk.sync import sshsig

SEED = 16  # bytes: 128 bits, as strong as either key, and short enough to be typed from paper
_HEAD = "laborclerk-keys-1"
_ROLES = ("present", "next", "former")
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


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
    """The private halves; never printed by `repr`. Whoever has `seed` is the station."""

    seed: bytes
    signing: Ed25519PrivateKey
    age: pyrage.x25519.Identity

    @staticmethod
    def generate() -> StationKeys:
        return StationKeys.from_seed(secrets.token_bytes(SEED))

    @staticmethod
    def from_seed(seed: bytes) -> StationKeys:
        """The keys of a seed of 16 random bytes: always the same ones."""
        if len(seed) != SEED:
            raise ValueError("not a seed")
        signing = Ed25519PrivateKey.from_private_bytes(_derive(seed, b"signing"))
        identity = _age_identity(_derive(seed, b"age"))
        return StationKeys(seed, signing, pyrage.x25519.Identity.from_str(identity))

    @property
    def public(self) -> PublicKeys:
        return PublicKeys(sshsig.public_bytes(self.signing), str(self.age.to_public()))

    def __repr__(self) -> str:
        return f"StationKeys({fingerprint(self.public)})"


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of a station: those in use, the next ones while the county has not yet approved
    them, and former ones, latest first, which open what is still on its way."""

    present: StationKeys
    next: StationKeys | None = None
    former: tuple[StationKeys, ...] = field(default=())

    def all(self) -> tuple[StationKeys, ...]:
        """Every pair that may open a payload."""
        return (self.present, *([self.next] if self.next else []), *self.former)

    def turned(self, keys: StationKeys) -> KeyRing:
        """With `keys` in use and the present ones former."""
        return KeyRing(keys, None, (self.present, *self.former))

    def awaiting(self, keys: StationKeys) -> KeyRing:
        """With `keys` to be used once they are approved."""
        return replace(self, next=keys)

    def to_bytes(self) -> bytes:
        """For the encrypted store or key file only: whoever has these bytes is the station."""
        pairs = [("present", self.present)]
        pairs += [("next", self.next)] if self.next else []
        pairs += [("former", keys) for keys in self.former]
        lines = [_HEAD, *(f"{role} {keys.seed.hex()}" for role, keys in pairs)]
        return "".join(f"{line}\n" for line in lines).encode()

    @staticmethod
    def from_bytes(data: bytes) -> KeyRing:
        """Reads `to_bytes`; raises ValueError for anything else."""
        head, *lines = data.decode("ascii").split("\n")
        if head != _HEAD or not lines or lines.pop() != "":
            raise ValueError("not a station's keys")
        found: dict[str, list[StationKeys]] = {role: [] for role in _ROLES}
        for line in lines:
            role, _, seed = line.partition(" ")
            if role not in found:
                raise ValueError("not a station's keys")
            found[role].append(StationKeys.from_seed(bytes.fromhex(seed)))
        if len(found["present"]) != 1 or len(found["next"]) > 1:
            raise ValueError("not a station's keys")
        (present,), coming = found["present"], found["next"]
        return KeyRing(present, coming[0] if coming else None, tuple(found["former"]))

    def __repr__(self) -> str:
        return f"KeyRing({fingerprint(self.present.public)})"


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


def _derive(seed: bytes, what: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"laborclerk-keys-1 " + what).derive(seed)


def _age_identity(raw: bytes) -> str:
    """32 private bytes as age writes them: Bech32 (BIP 173), in capitals."""
    name = "age-secret-key-"
    number = int.from_bytes(raw, "big") << 4  # 256 bits and four of filling: 52 groups of five
    data = [number >> shift & 31 for shift in range(255, -1, -5)]
    heading = [ord(c) >> 5 for c in name] + [0] + [ord(c) & 31 for c in name]
    check = _polymod([*heading, *data, *[0] * 6]) ^ 1
    data += [check >> shift & 31 for shift in range(25, -1, -5)]
    return f"{name}1{''.join(_BECH32[d] for d in data)}".upper()


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= term if top >> bit & 1 else 0
    return check
