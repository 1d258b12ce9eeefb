"""The table of header words: each names one field of a kind of sheet."""

from __future__ import annotations

import pytest

from laborclerk.features.census.columns import SheetField, census_fields, frame_fields
from laborclerk.features.demand.sheet import demand_fields
from laborclerk.features.seeking.columns import seeking_fields
from laborclerk.features.work.columns import ledger_fields
from laborclerk.sheets.headings import heading
from laborclerk.sheets.mapping import Words, _synonyms

SHEETS = {
    "census": census_fields(), "frame": frame_fields(), "ledger": ledger_fields(),
    "demand": demand_fields(), "seeking": seeking_fields(),
}  # fmt: skip


def test_every_field_with_synonyms_is_one_of_a_sheet() -> None:
    known = {f.key for fields in SHEETS.values() for f in fields}
    assert set(_synonyms()) <= known


@pytest.mark.parametrize("fields", SHEETS.values(), ids=SHEETS)
def test_no_word_names_two_fields(fields: tuple[SheetField, ...]) -> None:
    words = Words(f.field for f in fields)
    for spec in fields:
        for word in _synonyms().get(spec.key, ()):
            hit = words.exact(heading(word))
            assert hit is not None
            assert hit[0] == spec.key, word
