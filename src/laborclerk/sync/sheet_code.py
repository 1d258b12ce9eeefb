"""A county's keys as thirty characters on paper: whoever types them in on a new machine is that
county again. The seed of the keys and a check of 22 bits, so that a slip of the pen, or the code of
the other sheet (which opens a store), is told at once."""

from __future__ import annotations

import hashlib

from laborclerk.kernel.errors import reject
from laborclerk.store.keyring import CODE_LENGTH, tidy_code
from laborclerk.sync.keys import SEED, StationKeys
from laborclerk.sync.messages import Enrolment

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: no I, L, O, U
_CHECK = CODE_LENGTH * 5 - SEED * 8  # bits


def sheet_code(keys: StationKeys) -> str:
    """Thirty characters in groups of five, joined by `-`: the private keys themselves."""
    number = int.from_bytes(keys.seed, "big") << _CHECK | _check(keys.seed)
    text = "".join(_ALPHABET[number >> shift & 31] for shift in range(145, -1, -5))
    return "-".join(text[i : i + 5] for i in range(0, CODE_LENGTH, 5))


def read_sheet_code(text: str) -> StationKeys:
    """The keys on a county's sheet; dashes, blanks, case and I, L, O for 1 and 0 do not matter.
    Rejected when a character is wrong or missing."""
    code = tidy_code(text)
    if len(code) != CODE_LENGTH:
        raise reject(Enrolment.SHEET_LENGTH, found=len(code), wanted=CODE_LENGTH)
    number = 0
    for char in code:
        number = number << 5 | _ALPHABET.index(char)
    seed = (number >> _CHECK).to_bytes(SEED, "big")
    if number & (1 << _CHECK) - 1 != _check(seed):
        raise reject(Enrolment.SHEET_WRONG)
    return StationKeys.from_seed(seed)


def _check(seed: bytes) -> int:
    digest = hashlib.sha256(b"laborclerk-county-sheet-1\n" + seed).digest()
    return int.from_bytes(digest[:4], "big") >> 32 - _CHECK
