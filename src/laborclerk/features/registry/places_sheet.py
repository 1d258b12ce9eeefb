"""The sheet of places: an export that imports again, and an empty one to fill in."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from laborclerk.features.registry.model import Place
from laborclerk.features.registry.places import PlaceTree, code_of, group_of, subtree
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.sheets.writer import OutColumn, write_sheet
from laborclerk.store.store import Store

CODE, NAME, LEVEL = "区划代码", "名称", "级别"
DATES = (("valid_from", "启用日期"), ("valid_to", "停用日期"))
LEADER = (("leader", "负责人"), ("leader_phone", "负责人电话"))


def export_places(
    store: Store, path: Path, place: int | None = None, *, progress: Progress = SILENT
) -> int:
    """Write the places of the station, or of one place, as a sheet → rows; the journal notes it.
    No personal data but the names and telephones of group leaders. Raises EnvironmentFault."""
    keys = [key for key, _ in (*DATES, *LEADER)]
    with store.read() as session:
        tree = PlaceTree.load(session)
        low, high = subtree(place if place is not None else tree.root())
        table = Place.__table__.c
        query = (
            sa.select(table.id, table.name, table.level, *(table[k] for k in keys))
            .where(table.id >= low, table.id < high, table.deleted.is_(None))
            .order_by(table.id)
        )
        rows = [
            [_shown_code(r.id), r.name, _LEVELS.get(r.level, ""), *r[3:]]
            for r in session.execute(query)
        ]
    written = write_sheet(path, "区划", _columns(), rows, progress=progress)
    with store.write("places.export") as work:
        work.note("station", 0, file=path.name, rows=written, encrypted=False)
    return written


def template_places(path: Path) -> dict[str, str]:
    """Write an empty sheet of divisions → {column header: field key}."""
    write_sheet(path, "区划", _columns(), (), guide=True)
    return _HEADERS


_LEVELS = {
    "province": "省", "city": "市", "county": "县", "township": "乡镇", "village": "村",
    "group": "组",
}  # fmt: skip
_HEADERS = {
    CODE: "code", NAME: "name", LEVEL: "level",
    **{label: key for key, label in (*DATES, *LEADER)},
}  # fmt: skip


def _columns() -> list[OutColumn]:
    helps = {CODE: "12位统计用区划代码;组为15位", NAME: "全称,如 上街村民委员会"}
    return [
        OutColumn(label, 18, required=label in (CODE, NAME), help=helps.get(label, ""))
        for label in _HEADERS
    ]


def _shown_code(place: int) -> str:
    return f"{place:015d}" if group_of(place) else code_of(place)
