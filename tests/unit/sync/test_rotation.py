"""Keys that follow others: by whose word, and in which order; nobody else's word counts."""

from __future__ import annotations

import random
import secrets
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.kernel.errors import Rejected
from laborclerk.sync.certificates import issue_certificate
from laborclerk.sync.enrolment import Memory, Request, make_request, read_request
from laborclerk.sync.keys import SEED, KeyRing, StationKeys
from laborclerk.sync.messages import Exchange
from laborclerk.sync.sheet_code import read_sheet_code, sheet_code
from laborclerk.sync.succession import follow, is_succession, make_statement, pack, unpack
from tests.unit.sync.stations import COUNTY_KEYS, LAPTOP, OTHER_COUNTY_KEYS, PLACE, TODAY, TOWN

A, B, C, D = (StationKeys.generate() for _ in range(4))
AB, BC, CD = (make_statement(old, new.public, TODAY) for old, new in ((A, B), (B, C), (C, D)))
FORGED = make_statement(D, D.public, TODAY)
OLD, NEW = StationKeys.generate(), StationKeys.generate()


# -- the county's keys -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "statements", "end", "former"),
    [
        (A, [], A, []),
        (A, [AB], B, [A]),
        (A, [AB, BC, CD], D, [C, B, A]),
        (B, [AB, BC, CD], D, [C, B]),
        (D, [AB, BC, CD], D, []),
        (A, [FORGED, AB], B, [A]),
        (A, [BC], A, []),
        (A, [BC, AB], B, [A]),  # oldest first: what comes before its turn is passed over
        (A, [make_statement(C, B.public, TODAY)], A, []),
    ],
)
def test_statements_lead_on_from_the_key_one_knows(
    known: StationKeys, statements: list[str], end: StationKeys, former: list[StationKeys]
) -> None:
    found = follow(known.public, statements)
    assert found.public == end.public
    assert list(found.former) == [keys.public.signing for keys in former]
    assert unpack(pack(statements), "x") == tuple(statements)
    assert is_succession(pack(statements))


def test_one_changed_byte_of_a_statement_leads_nowhere() -> None:
    rng = random.Random(seed := secrets.randbits(32))
    for _ in range(200):
        wrong = bytearray(AB.encode())
        wrong[rng.randrange(len(wrong))] ^= 1 << rng.randrange(7)
        with suppress(Rejected):  # most are no statement any more
            assert follow(A.public, [wrong.decode("utf-8", "replace")]).public == A.public, seed


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"\xff", b"[" * 9999, pack([AB]) + b" ", pack([AB]).replace(b"statem", b"statex"),
     pack(["x" * 5000]), b"x" * (2**20 + 1)],
    ids=range(8),
)  # fmt: skip
def test_what_holds_no_statements_is_refused(data: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        unpack(data, "x")
    assert caught.value.problems[0].message is Exchange.ENROL_UNREADABLE


# -- a device's keys -------------------------------------------------------------------------------


def certificate(keys: StationKeys = OLD, by: StationKeys = COUNTY_KEYS, **change: Any) -> str:
    facts = {"station": TOWN, "device": LAPTOP, "place": PLACE, "serial": 7, **change}
    return issue_certificate(
        by.signing, keys.public.signing, valid_from="2026-01-01", valid_days=9, **facts
    )


def asked(keys: StationKeys, line: str, vouching: StationKeys | None = None) -> Request:
    data = make_request(
        keys, station=TOWN, device=LAPTOP, place=PLACE, name="乌峰街道", memory=Memory(line),
        vouching=vouching,
    )  # fmt: skip
    return read_request(data, "x", [COUNTY_KEYS.public.signing])


@pytest.mark.parametrize(
    ("keys", "line", "vouching", "known"),
    [
        (OLD, certificate(), None, True),  # expired since, and still the same device
        (NEW, certificate(), OLD, True),
        (NEW, certificate(), None, False),
        (OLD, "", None, False),
        (NEW, "", OLD, False),
        (OLD, certificate(by=OTHER_COUNTY_KEYS), None, False),
        (OLD, certificate(device="D8"), None, False),
        (OLD, certificate(station="532002"), None, False),
        (OLD, certificate(place="530627002000"), None, False),
        (OLD, "no certificate", None, False),
    ],
)
def test_device_is_known_by_its_certificate_and_the_certified_keys_word(
    keys: StationKeys, line: str, vouching: StationKeys | None, known: bool
) -> None:
    found = asked(keys, line, vouching)
    assert (found.previous is not None) is known
    assert found.previous is None or found.previous.serial == 7
    assert found.public == keys.public


def test_word_of_others_for_new_keys_is_refused() -> None:
    for vouching in (NEW, StationKeys.generate(), COUNTY_KEYS):
        with pytest.raises(Rejected) as caught:
            asked(NEW, certificate(), vouching)
        assert caught.value.problems[0].message is Exchange.ENROL_SIGNATURE_WRONG


def test_ring_turns_and_forgets_nothing() -> None:
    ring = KeyRing(A).awaiting(B)
    assert ring.all() == (A, B)
    turned = ring.turned(B)
    assert turned.all() == (B, A)
    assert turned.turned(C).former == (B, A)
    assert turned.next is None


# -- on paper --------------------------------------------------------------------------------------


@given(st.binary(min_size=SEED, max_size=SEED), st.randoms(use_true_random=False))
def test_every_seed_is_read_back_from_its_thirty_characters(
    seed: bytes, rng: random.Random
) -> None:
    keys = StationKeys.from_seed(seed)
    code = sheet_code(keys)
    assert [len(group) for group in code.split("-")] == [5] * 6
    typed = "".join(rng.choice([c, c.lower()]) + rng.choice(["", " ", "-"]) for c in code)
    typed = typed.replace("0", rng.choice("0oO")).replace("1", rng.choice("1iIlL"))
    assert read_sheet_code(typed).seed == seed


def test_two_neighbours_exchanged_are_told() -> None:
    code = sheet_code(A).replace("-", "")
    swaps = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(29)]
    for wrong in set(swaps) - {code}:
        with pytest.raises(Rejected):
            read_sheet_code(wrong)
