"""What the wizard has done in the worker: making, opening and restoring stations.

Imported there, so that the first page is up before the store's libraries are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laborclerk.catalog.division_codes import DivisionRow, Level, significant
from laborclerk.catalog.values import Context
from laborclerk.features.census.due import DEFAULT_LABOUR_RULE
from laborclerk.features.census.model import Round
from laborclerk.features.census.rounds import new_round
from laborclerk.features.practice import service as practice
from laborclerk.features.practice.county import begin_county
from laborclerk.features.registry.papers import note_recovery_sheet, recovery_sheet
from laborclerk.features.registry.places import PlaceRow
from laborclerk.features.registry.station import beginning, found, plan
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.progress import Progress
from laborclerk.printing.document import Document
from laborclerk.store.backup import open_backup
from laborclerk.store.base import fields_of
from laborclerk.store.files import settle
from laborclerk.store.folders import practice_folder
from laborclerk.store.keyring import FILE, Keyring
from laborclerk.store.restore import restore
from laborclerk.store.store import Store
from laborclerk.sync.ledger import COUNTY, TOWNSHIP, Station
from laborclerk.ui.doors import Doors, enter
from laborclerk.ui.drives import size_text
from laborclerk.ui.record_form import RecordForm
from laborclerk.ui.remembered import Remembered, remember

ROUND_FIELDS = ("name", "starts", "ends", "reference_date", "labour_rule")
_LEVELS = {Level.TOWNSHIP: TOWNSHIP, Level.COUNTY: COUNTY}
_SEASONS = "冬冬春春春夏夏夏秋秋秋冬"


@dataclass(frozen=True, slots=True)
class Made:
    """A station just made: its open store, what it is, the recovery code."""

    store: Store
    station: Station
    code: str

    def sheet(self) -> Document:
        """The recovery sheet to be printed."""
        store = self.store
        return recovery_sheet(self.station, self.code, store.clerk, store.clock.today())

    def sheet_taken(self, pages: int) -> None:
        """The sheet was printed or saved."""
        note_recovery_sheet(self.store, pages)


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file says of itself, and who may open it."""

    file: Path
    station: str
    made: str
    size: str
    clerks: Sequence[str]


def make_station(
    doors: Doors,
    folder: Path,
    level: Level,
    code: str,
    rows: Sequence[DivisionRow] | None,
    clerk: str,
    password: str,
    progress: Progress,
) -> Made:
    """Make the station of the place `code`, with places from `rows` or from inside the program.
    Nothing is left of it when that fails."""
    progress.start("核对区划")
    divisions = None if rows is None else [PlaceRow(r.code, r.name) for r in rows]
    planned = plan(_LEVELS[level], significant(code), divisions)
    progress.start("建立加密的数据文件")
    with beginning(doors.create, folder, clerk, password) as (store, recovery):
        progress.start(f"装入 {len(planned.places):,} 个地方")
        station = found(store, planned)
    remember(folder, Remembered(planned.name, clerk))
    return Made(store, station, recovery)


def practice_station(doors: Doors, progress: Progress, *, county: bool = False) -> Store:
    """The practice township or county, made where there is none yet."""
    folder = practice_folder(county=county)
    if settle(folder):
        return enter(doors, folder, practice.CLERK, lambda r: r.unlock(practice.CLERK,
                     practice.PASSWORD))  # fmt: skip
    if county:
        return begin_county(doors.create, folder, progress=progress)[0]
    return practice.begin(doors.create, folder, progress=progress)[0]


def look_into(file: Path) -> Backup:
    """What is in a backup file. Raises Rejected when it is none."""
    with open_backup(file) as (archive, info):
        ring = Keyring.parse(archive.read(FILE), Path(FILE))
    clerks = [name for name, disabled in ring.clerks() if not disabled]
    return Backup(
        file, info.station or "没有名称的站点", show_time(info.made_at)[:16], size_text(info.size),
        clerks,
    )  # fmt: skip


def restore_station(
    doors: Doors,
    file: Path,
    folder: Path,
    clerk: str,
    key: Callable[[Keyring], bytes],
    new_password: str,
    progress: Progress,
) -> Store:
    """Bring a backup back and open it; what stood in the folder is kept aside."""
    known: list[bytes] = []

    def unlock(ring: Keyring) -> tuple[str, bytes]:
        known.append(key(ring))
        return clerk, known[0]

    restore(file, folder, unlock, progress)
    return enter(doors, folder, clerk, lambda _ring: known[0], new_password)


def round_form(store: Store) -> RecordForm:
    """The few fields of a first survey round with what is usual filled in."""
    today = store.clock.today()
    specs, season = fields_of(Round), _SEASONS[int(today[5:7]) - 1]
    values: dict[str, Any] = {
        **dict.fromkeys(ROUND_FIELDS), "name": f"{today[:4]}年{season}季摸底",
        "starts": today, "reference_date": today, "labour_rule": DEFAULT_LABOUR_RULE,
    }  # fmt: skip
    return RecordForm(
        {key: specs[key] for key in ROUND_FIELDS},
        values,
        lambda: Context(today=today, codes_by="number"),
    )


def begin_round(store: Store, form: RecordForm) -> int:
    """Open the round that the form describes."""
    return new_round(store, {key: form.values.get(key) for key in ROUND_FIELDS})
