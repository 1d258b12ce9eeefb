"""Small signed files of enrolment: JSON a person can read, signed by the key it names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from laborclerk.kernel import log
from laborclerk.kernel.errors import Rejected, reject
from laborclerk.sync import sshsig, strictjson
from laborclerk.sync.messages import Exchange
from laborclerk.sync.strictjson import Malformed, Reader

VERSION = 1
MAX_SIZE = 2**20  # bytes

KINDS = {
    "request": "登记申请", "approval": "登记批复", "revocations": "注销名单",
    "succession": "县站换密钥的通知",
}  # fmt: skip


def seal(kind: str, body: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The file of `kind` with `body`, signed by `key`."""
    content = {"laborclerk": kind, "version": VERSION, "body": dict(body)}
    signature = sshsig.sign(strictjson.encode(content), key, sshsig.ENROL_NAMESPACE)
    return strictjson.encode({**content, "signature": signature.decode("ascii")})


class Sealed:
    """A file taken apart: read `body`, learn from it who must have signed, then `verify`."""

    def __init__(self, data: bytes, kind: str, file: str) -> None:
        """Raises Rejected when `data` is no file of `kind`."""
        self._kind = kind
        self._file = file
        try:
            if len(data) > MAX_SIZE:
                raise Malformed("size")
            content = strictjson.decode(data)
            reader = Reader(content, "")
            if reader.token("laborclerk") != kind:
                raise Malformed("laborclerk")
            if reader.number("version", 1) > VERSION:
                raise reject(Exchange.ENROL_NEEDS_NEWER, file=file)
            signature = reader.text("signature", 4000).encode()
            self.body = reader.object("body")
            if reader.rest():
                raise Malformed("rest")
            self._signature = sshsig.read(signature)
        except ValueError as error:
            raise self.unreadable(error) from error
        del content["signature"]
        self._signed = strictjson.encode(content)

    def verify(self, *signers: bytes) -> bytes:
        """The one of the raw keys `signers` that signed the file. Raises Rejected when none did,
        or when something of the body has not been read."""
        if self.body.rest():
            raise self.unreadable(Malformed("rest"))
        for signer in signers:
            if self._signature.public == sshsig.key_blob(signer) and sshsig.is_right(
                self._signature, self._signed, signer, sshsig.ENROL_NAMESPACE
            ):
                return signer
        raise reject(Exchange.ENROL_SIGNATURE_WRONG, file=self._file)

    def unreadable(self, error: ValueError) -> Rejected:
        """The refusal for a body that reads wrongly."""
        reason = str(error) if isinstance(error, Malformed) else "signature"
        log.event(f"unreadable.{self._kind}", spot=reason.lower())
        kind = KINDS[self._kind]
        return reject(Exchange.ENROL_UNREADABLE, file=self._file, kind=kind, reason=reason)
