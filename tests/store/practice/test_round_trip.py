"""The practice township, with all that is planted in it, exported and imported again."""

from __future__ import annotations

from pathlib import Path

from laborclerk.app import create_station
from laborclerk.features.census.exports import export_census
from laborclerk.features.census.imports import import_census
from laborclerk.features.practice import service as practice


def test_the_exported_register_imports_as_unchanged(tmp_path: Path) -> None:
    store, _ = create_station(tmp_path / "station", "练习员", "lianxi2026", scrypt_n=2**10)
    made = practice.fill(store, people=900, seed=4)
    sheet = tmp_path / "全部.xlsx"
    export_census(store, sheet, round_id=made.round)
    result = import_census(store, sheet, round_id=made.round)
    assert (result.created, result.updated, result.refused) == (0, 0, 0)
    assert result.unchanged == result.read > 900
    assert result.act == 0
    store.close()
