"""One value has one spelling, and the manifest comes back as it went."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.sync import sshsig, strictjson
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.manifest import Manifest, PayloadFacts, Purpose, Recipient, read_manifest

TOKENS = st.from_regex(r"[0-9A-Za-z][0-9A-Za-z_.-]{0,63}", fullmatch=True)
NUMBERS = st.integers(1, strictjson.MAX_NUMBER)
HASHES = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
VECTORS = st.dictionaries(TOKENS, st.integers(0, strictjson.MAX_NUMBER), max_size=3)
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-strictjson.MAX_NUMBER, strictjson.MAX_NUMBER) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
FIRST = st.integers(1, 1000)
MANIFESTS = st.builds(
    Manifest,
    station=TOKENS,
    device=TOKENS,
    certificate=TEXTS,
    number=NUMBERS,
    first=FIRST,
    last=st.integers(999, strictjson.MAX_NUMBER),
    written_at=TEXTS,
    recipients=st.lists(st.builds(Recipient, TOKENS, TOKENS, TEXTS), max_size=3).map(tuple),
    purpose=st.sampled_from(Purpose),
    incarnation=NUMBERS,
    previous=st.none() | HASHES,
    epochs=st.dictionaries(
        TOKENS, st.lists(st.tuples(NUMBERS, VECTORS), max_size=3).map(tuple), max_size=2
    ),
    covers=VECTORS,
    counts=VECTORS,
    data_version=NUMBERS,
    least_reader=NUMBERS,
    payload=st.builds(
        PayloadFacts,
        st.integers(0, 1000),
        st.integers(0, 1000),
        HASHES,
        st.integers(0, 1000),
        HASHES,
    ),
    unknown=st.dictionaries(TEXTS.map("new ".__add__), VALUES, max_size=2),
)


@given(MANIFESTS)
def test_manifest_comes_back_as_it_went(manifest: Manifest):
    assert read_manifest(manifest.encode()) == manifest


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_value_comes_back_as_it_went(value: dict[str, object]):
    assert strictjson.decode(strictjson.encode(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]\n",
        "{}",
        "{}\n\n",
        "\ufeff{}\n",
        '{"a": 1}\n',
        '{\n "a": 1,\n "a": 1\n}\n',
        '{\n "b": 1,\n "a": 1\n}\n',
        '{\n "a": 1.0\n}\n',
        '{\n "a": 1e3\n}\n',
        '{\n "a": Infinity\n}\n',
        '{\n "a": -0\n}\n',
        '{\n "a": 9223372036854775808\n}\n',
        '{\n "a": "\\u0041"\n}\n',
        '{\n "a": "\\ud800"\n}\n',
    ],
)
def test_any_other_spelling_is_refused(text: str):
    with pytest.raises(strictjson.Malformed):
        strictjson.decode(text.encode())


@given(st.binary(max_size=100), st.integers(0), st.integers(0, 7))
def test_signature_holds_for_its_message_only(message: bytes, at: int, bit: int):
    keys = StationKeys.generate()
    armoured = sshsig.sign(message, keys.signing, "n")
    signature = sshsig.read(armoured)
    assert sshsig.is_right(signature, message, keys.public.signing, "n")
    assert not sshsig.is_right(signature, message + b"x", keys.public.signing, "n")
    assert not sshsig.is_right(signature, message, keys.public.signing, "m")
    assert not sshsig.is_right(signature, message, StationKeys.generate().public.signing, "n")
    wrong = bytearray(armoured)
    wrong[at % len(wrong)] ^= 1 << bit
    try:
        mutated = sshsig.read(bytes(wrong))
    except ValueError:
        return
    same_key = mutated.public == sshsig.key_blob(keys.public.signing)
    assert not (same_key and sshsig.is_right(mutated, message, keys.public.signing, "n"))
