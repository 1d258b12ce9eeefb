"""The county's own keys: new ones that the old ones vouch for, and the sheet of paper from which a
new machine becomes the county again."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import read_id
from laborclerk.store.store import Store
from laborclerk.store.work import UnitOfWork
from laborclerk.sync.enrolment import County
from laborclerk.sync.keys import KeyRing, StationKeys, fingerprint
from laborclerk.sync.ledger import COUNTY, Enrolled, keep_keys, key_ring, keys_of, station_of
from laborclerk.sync.messages import Enrolment
from laborclerk.sync.sheet_code import read_sheet_code, sheet_code
from laborclerk.sync.succession import Followed, follow, make_statement, pack, unpack
from laborclerk.sync.trust import (
    CERTIFICATE,
    HEARD,
    REVOCATIONS,
    SERIAL_FLOOR,
    SUCCESSION,
    keep,
    revocations_of,
    succession_of,
    this_county,
)

_PRINTED = "sync.sheet_printed"


def rotate_county(store: Store) -> County:
    """New keys for the county → the county as others will know it. What former keys certified
    holds on; townships follow by the statement in `trust.succession_file`, or by the next approval
    or return bundle. The recovery sheet must be printed anew."""
    _county(store)
    with store.local() as session:
        ring = key_ring(store)
        if _told(ring, succession_of(store)):  # else the power went once the keys were kept
            keep_keys(store, ring.turned(StationKeys.generate()), session)
    with store.write("enrol.rotate_county") as work:
        ring, before = key_ring(store), succession_of(store)
        if not _told(ring, before):  # else another window ended this change
            new = ring.present
            statement = make_statement(ring.former[0], new.public, store.clock.today())
            keep(work.session, SUCCESSION, pack((*before, statement)).decode())
            keep(work.session, REVOCATIONS, revocations_of(store).to_bytes(new).decode())
            _note(store, work, fingerprint=fingerprint(new.public))
    return this_county(store)


def _told(ring: KeyRing, statements: Sequence[str]) -> bool:
    """Whether the statements say how the keys in use came to be."""
    return not ring.former or follow(ring.former[0].public, statements).public == (
        ring.present.public
    )


def recover_county(store: Store, code: str) -> County:
    """Become the county again whose sheet carries `code` → that county. Rejected when the code is
    wrong, or where devices were approved with other keys.

    On a new county station: it knows no device any more, so each asks anew and is called by phone;
    townships know it by its keys, and once they have accepted its approval their next bundles hold
    everything. On one restored from a backup older than its last change of keys: it goes on with
    the later keys that a township told it of."""
    _county(store)
    keys = read_sheet_code(code)
    with store.write("enrol.recover") as work:
        ring = key_ring(store)
        if keys.public == ring.present.public:
            return this_county(store)
        heard = _heard(store)
        if heard is not None and heard.public == keys.public:
            ring, told = ring.turned(keys), store.setting(HEARD)
            listed = revocations_of(store).to_bytes(keys).decode()
        elif count := _approved(store):
            raise reject(Enrolment.COUNTY_AT_WORK, count=count)
        else:
            ring, told, listed = KeyRing(keys), "", ""
        keep(work.session, CERTIFICATE, "")
        keep(work.session, REVOCATIONS, listed)
        keep(work.session, SUCCESSION, told)
        # no serial that was given before is given again: seconds run ahead of any counter
        keep(work.session, SERIAL_FLOOR, str(store.clock() // 1000))
        keep(work.session, _PRINTED, fingerprint(keys.public))
        _note(store, work, fingerprint=fingerprint(keys.public))
    keep_keys(store, ring)  # last: done again whole when the power goes before
    return this_county(store)


def may_recover(store: Store) -> bool:
    """Whether a sheet can be taken here: devices were not approved yet, or later keys exist."""
    return not _approved(store) or _heard(store) is not None


def _heard(store: Store) -> Followed | None:
    """Later keys of this county that a township told of, None when there are none."""
    told = store.setting(HEARD)
    if not told:
        return None
    found = follow(keys_of(store).public, unpack(told.encode(), ""))
    return found if found.former else None


def _approved(store: Store) -> int:
    with store.read() as session:
        return int(session.scalar(sa.select(sa.func.count()).select_from(Enrolled)) or 0)


def county_code(store: Store) -> str:
    """The county's private keys as the thirty characters of the sheet; Rejected at a township."""
    _county(store)
    return sheet_code(keys_of(store))


def sheet_is_printed(store: Store) -> bool:
    """Whether the sheet of the keys in use was printed."""
    return store.setting(_PRINTED) == fingerprint(keys_of(store).public)


def note_printed(store: Store) -> None:
    """The sheet of the keys in use was printed: noted, as it opens the county."""
    with store.write("print.county-key-sheet") as work:
        printed = fingerprint(keys_of(store).public)
        keep(work.session, _PRINTED, printed)
        _note(store, work, fingerprint=printed)


def _county(store: Store) -> None:
    if station_of(store).level != COUNTY:
        raise reject(Enrolment.ONLY_COUNTY)


def _note(store: Store, work: UnitOfWork, **facts: str) -> None:
    work.note("enrolment", read_id(station_of(store).device) or 0, **facts)
