"""Which employer or post is meant: by id, or by words that fit exactly one."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from laborclerk.features.demand.service import Demand, employers, register
from laborclerk.features.registry.lookup import LookupProblem
from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import read_id, show_id

_SHOWN = 5


def one_employer(session: Session, text: str) -> int:
    """The id of an employer by id, credit code, or part of its name. Raises Rejected with the
    candidates when several fit."""
    known = {e.id: e.name or "" for e in employers(session)}
    codes = {e.credit_code: e.id for e in employers(session) if e.credit_code}
    code = text.strip().upper()
    if code in codes:
        return codes[code]
    return _one(text, known.items())


def one_post(session: Session, text: str, on: str) -> Demand:
    """A post by id, or by parts of its employer's and its own name (`盛建筑 焊工`), open posts
    before closed ones, a whole name before a part. Raises Rejected with the candidates."""
    found = {d.id: d for d in register(session, on)}
    number = read_id(text)
    if number in found:
        return found[number]
    open_ = [(d.id, d.title) for d in found.values() if d.open]
    every = [(d.id, d.title) for d in found.values()]
    own = [(d.id, d.title) for d in found.values() if d.open and d.post.get("name") == text]
    fits = own or [pair for pair in open_ if _fits(text, pair[1])]
    return found[_one(text, fits or every)]


def _fits(text: str, name: str) -> bool:
    return all(word in name for word in text.split())


def _one(text: str, named: Iterable[tuple[int, str]]) -> int:
    named = list(named)
    number = read_id(text)
    fits = [(i, n) for i, n in named if i == number] or [(i, n) for i, n in named if n == text]
    fits = fits or [(i, n) for i, n in named if _fits(text, n)]
    if len(fits) == 1:
        return fits[0][0]
    if not fits:
        raise reject(LookupProblem.RECORD_UNKNOWN, what=text)
    choices = "、".join(f"{name}({show_id(i)})" for i, name in fits[:_SHOWN])
    choices += "……" if len(fits) > _SHOWN else ""
    raise reject(LookupProblem.RECORD_AMBIGUOUS, what=text, count=len(fits), choices=choices)
