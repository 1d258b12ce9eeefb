"""How a station begins: its level, its place, its name, and the places inside the program.

Wizard and command line found a station alike: `plan` says what would be made (nothing is written,
so a wrong code is refused before a store exists), `found` writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from laborclerk.catalog.cells import cell_text
from laborclerk.catalog.divisions import DivisionRow, Level, division_rows, national
from laborclerk.features.registry.places import PlaceRow, code_of, load_places, place_id, subtree
from laborclerk.kernel.errors import Message, reject
from laborclerk.sheets.reader import read_sheet
from laborclerk.store.files import KEYS, OF_A_STORE, UNFINISHED, begin_making, end_making
from laborclerk.store.store import NAME as NAME
from laborclerk.store.store import Store
from laborclerk.sync.ledger import COUNTY, TOWNSHIP, Station, set_station, station_of

_LEVELS = {TOWNSHIP: Level.TOWNSHIP, COUNTY: Level.COUNTY}
_DIGITS = {TOWNSHIP: 9, COUNTY: 6}
_WORDS = {TOWNSHIP: "乡镇(街道)", COUNTY: "县(市、区)"}


class StationProblem(Message):
    """Founding a station."""

    STATION_CODE = "“{code}”不是{level}的区划代码。应为{digits}位(也可在后面补0到12位)"
    STATION_UNKNOWN = (
        "程序内的区划里没有{level}“{code}”。请核对代码;新设立的请用区划文件(--places)建站"
    )
    STATION_NOT_IN_FILE = "区划文件里没有{level}“{code}”及其下的村。请核对文件和代码"


@dataclass(frozen=True, slots=True)
class Plan:
    """A station to be: its level, place, name, and every place it begins with."""

    level: str
    place: int
    name: str
    places: Sequence[PlaceRow]


def divisions_in(file: Path) -> list[DivisionRow]:
    """The divisions of a file (.csv, .xlsx, .xls: 12-digit codes and names, or columns for each
    level), by code. Raises Rejected with the wrong rows, EnvironmentFault when unreadable."""
    texts = [[cell_text(cell) for cell in row] for row in read_sheet(file).rows]
    return division_rows(texts, file.name)


def plan(level: str, code: str, divisions: Iterable[PlaceRow] | None = None) -> Plan:
    """The station of a township or county `code` (9 or 6 digits, or padded to 12), with places
    from `divisions`, or from those inside the program. Raises Rejected."""
    digits, word = _DIGITS[level], _WORDS[level]
    code = code.strip()
    short = code.removesuffix("0" * (12 - digits)) if len(code) == 12 else code
    if not (short.isascii() and short.isdigit() and len(short) == digits):
        raise reject(StationProblem.STATION_CODE, code=code, level=word, digits=digits)
    place = place_id(short)
    if level == TOWNSHIP and place % 10**9 == 0:
        raise reject(StationProblem.STATION_CODE, code=code, level=word, digits=digits)
    row = national().row(short)
    name = row.name if row is not None and row.level is _LEVELS[level] else ""
    low, high = subtree(place)
    if divisions is None:
        if not name:
            raise reject(StationProblem.STATION_UNKNOWN, level=word, code=code)
        return Plan(level, place, name, _inside(place, name))
    rows = {place_id(r.code): r for r in divisions if low <= place_id(r.code) < high}
    if place in rows:
        name = rows[place].name
    if not rows or not name:
        raise reject(StationProblem.STATION_NOT_IN_FILE, level=word, code=code)
    rows.setdefault(place, PlaceRow(code_of(place), name))
    return Plan(level, place, name, [rows[p] for p in sorted(rows)])


def _inside(place: int, name: str) -> list[PlaceRow]:
    """The place itself and everything below it, from the divisions inside the program."""
    rows = [PlaceRow(code_of(place), name)]
    below = national().children(code_of(place))
    while below:
        rows += [PlaceRow(r.code, r.name) for r in below]
        below = [deeper for r in below for deeper in national().children(r.code)]
    return rows


@contextmanager
def beginning(
    create: Callable[[Path, str, str], tuple[Store, str]], folder: Path, clerk: str, password: str
) -> Iterator[tuple[Store, str]]:
    """A new store (open, its recovery code) for its first steps; when they fail the folder is as
    it was before, and when the power goes the next try begins anew. The store stays open for the
    caller afterwards."""
    stood, begun = folder.exists(), begin_making(folder)
    store: Store | None = None
    try:
        store, code = create(folder, clerk, password)
        yield store, code
        if begun:
            end_making(folder)
    except BaseException:
        if store is not None:
            store.close()
        if begun:
            _unmake(folder, stood)
        raise


def _unmake(folder: Path, stood: bool) -> None:
    with suppress(OSError):
        for name in (*OF_A_STORE, KEYS + ".part", UNFINISHED):
            (folder / name).unlink(missing_ok=True)
        if not stood:
            folder.rmdir()


def found(store: Store, plan: Plan) -> Station:
    """Make the store of an empty station this one: its places, its keys and what it is."""
    load_places(store, plan.places)
    set_station(store, plan.level, code_of(plan.place), plan.name)
    store.set_setting(NAME, plan.name)
    return station_of(store)
