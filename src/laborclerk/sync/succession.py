"""The county's new keys: a statement signed with the old key names the new one, so that a township
follows without a phone call. Statements are kept for ever, a township that missed some follows the
chain (`.lcs`; it also travels inside approvals)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from laborclerk.kernel.errors import Rejected, reject
from laborclerk.sync import sshsig, strictjson
from laborclerk.sync.document import MAX_SIZE, Sealed, seal
from laborclerk.sync.keys import PublicKeys, StationKeys, is_recipient
from laborclerk.sync.messages import Exchange
from laborclerk.sync.strictjson import Malformed, Reader

SUCCESSION_SUFFIX = ".lcs"
MOST = 100  # rotations of a county
_KIND = "successions"


@dataclass(frozen=True, slots=True)
class Followed:
    """Where a chain of statements leads: the county's keys, those before, and the day (for
    people) of the last step."""

    public: PublicKeys
    former: tuple[bytes, ...] = ()
    on: str = ""


def make_statement(old: StationKeys, new: PublicKeys, on: str) -> str:
    """The old key's word that the county signs with `new` from now on; `on` is for people."""
    body = {"signing": new.signing_line, "age": new.age, "on": on}
    return seal("succession", body, old.signing).decode("utf-8")


def follow(public: PublicKeys, statements: Iterable[str], file: str = "换密钥的通知") -> Followed:
    """The county's keys after `statements` (oldest first), for one who knows `public`. Statements
    of other keys are passed over: they lie before, or are not ours."""
    found = Followed(public)
    for text in statements:
        sealed = Sealed(text.encode(), "succession", file)
        try:
            named, on = read_public(sealed.body), sealed.body.text("on", 40)
        except Malformed as error:
            raise sealed.unreadable(error) from error
        try:
            sealed.verify(found.public.signing)
        except Rejected:
            continue
        found = Followed(named, (found.public.signing, *found.former), on)
    return found


def pack(statements: Sequence[str]) -> bytes:
    """A file of statements; each is signed for itself."""
    return strictjson.encode({"laborclerk": _KIND, "version": 1, "statements": list(statements)})


def unpack(data: bytes, file: str) -> tuple[str, ...]:
    """The statements in a file of `pack`; Rejected when it is none."""
    try:
        if len(data) > MAX_SIZE:
            raise Malformed("size")
        reader = Reader(strictjson.decode(data), "")
        if reader.token("laborclerk") != _KIND:
            raise Malformed("laborclerk")
        if reader.number("version", 1) > 1:
            raise reject(Exchange.ENROL_NEEDS_NEWER, file=file)
        found = read_texts(reader, "statements")
        if reader.rest():
            raise Malformed("rest")
    except ValueError as error:
        reason = str(error) if isinstance(error, Malformed) else "JSON"
        kind = "县站换密钥的通知"
        raise reject(Exchange.ENROL_UNREADABLE, file=file, kind=kind, reason=reason) from error
    return found


def is_succession(data: bytes) -> bool:
    """Whether a file says that it is one of statements."""
    try:
        return strictjson.decode(data[: MAX_SIZE + 1]).get("laborclerk") == _KIND
    except ValueError:
        return False


def read_texts(body: Reader, key: str) -> tuple[str, ...]:
    """A list of statements inside another file."""
    found = body.list(key, MOST)
    if not all(isinstance(text, str) and len(text) <= 4000 for text in found):
        raise Malformed(key)
    return tuple(found)


def read_public(body: Reader) -> PublicKeys:
    """A pair of public keys, as files of enrolment spell it."""
    age = body.text("age", 100)
    if not is_recipient(age):
        raise Malformed("age")
    try:
        return PublicKeys(sshsig.read_key_line(body.text("signing")), age)
    except ValueError as error:
        raise Malformed("signing") from error
