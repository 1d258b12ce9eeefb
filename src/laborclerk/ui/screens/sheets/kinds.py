"""The kinds of sheets that come in and go out, with the services behind each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from laborclerk.features.census.columns import SheetField, census_fields, frame_fields
from laborclerk.features.census.exports import (
    ExportResult,
    export_census,
    export_frame,
    template_census,
    template_frame,
)
from laborclerk.features.census.frame_import import KIND as FRAME
from laborclerk.features.census.frame_import import frame_words, import_frame
from laborclerk.features.census.imports import KIND as CENSUS
from laborclerk.features.census.imports import census_words, import_census
from laborclerk.features.demand.sheet import KIND as DEMAND
from laborclerk.features.demand.sheet import (
    demand_fields,
    demand_words,
    export_demand,
    import_demand,
    template_demand,
)
from laborclerk.features.seeking.columns import seeking_fields, seeking_words
from laborclerk.features.seeking.sheet import KIND as SEEKING
from laborclerk.features.seeking.sheet import export_seeking, import_seeking, template_seeking
from laborclerk.features.work.columns import ledger_fields, ledger_words
from laborclerk.features.work.exports import export_ledger, template_ledger
from laborclerk.features.work.imports import KIND as WORK
from laborclerk.features.work.imports import import_ledger
from laborclerk.sheets.mapping import Words
from laborclerk.store.store import Store


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sheet: what a clerk calls it, the fields a column may hold."""

    key: str
    title: str
    about: str
    file: str  # the stem of files it makes
    fields: Callable[[], Sequence[SheetField]]
    words: Callable[[], Words]
    imports: Callable[..., object]
    exports: Callable[..., ExportResult]
    template: Callable[[Path], object]


def _import_demand(store: Store, path: Path, **given: Any) -> object:
    """A demand sheet is about no place of the register."""
    for key in ("under", "resolve", "letter"):
        given.pop(key, None)
    return import_demand(store, path, **given)


def _export_demand(store: Store, path: Path, _place: int | None, **given: Any) -> ExportResult:
    return export_demand(store, path, **given)


KINDS: tuple[Kind, ...] = (
    Kind(
        CENSUS, "人员(调查表)", "一人一行,任何表头都可以;已登记的只改不同的项", "人员",
        census_fields, census_words, import_census, export_census, template_census,
    ),
    Kind(
        FRAME, "户籍底册", "一户一行或一人一行;与上一版对照,不覆盖已录的", "户籍底册",
        frame_fields, frame_words, import_frame, export_frame, template_frame,
    ),
    Kind(
        WORK, "劳务输出台账", "一人一段务工;人要先登记过。月收入、年收入(万元)分得清,拿不准的退回",
        "务工台账", ledger_fields, ledger_words, import_ledger, export_ledger, template_ledger,
    ),
    Kind(
        SEEKING, "求职登记", "一人一次登记;人要先登记过。工种可写人们的叫法,认不出的记为具体岗位",
        "求职登记", seeking_fields, seeking_words, import_seeking, export_seeking,
        template_seeking,
    ),
    Kind(
        DEMAND, "用工需求表", "一个岗位一行,单位自己的表也认;违法的条件会提醒,工资写5000-8000也行",
        "用工需求", demand_fields, demand_words, _import_demand, _export_demand, template_demand,
    ),
)  # fmt: skip


def kind_of(key: str) -> Kind:
    """The kind with this key."""
    return next(kind for kind in KINDS if kind.key == key)
