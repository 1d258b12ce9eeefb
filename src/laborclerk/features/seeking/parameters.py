"""The dated parameters of the registration, read from resources/seeking/parameters.toml."""

from __future__ import annotations

import tomllib
from functools import cache

from laborclerk.features.seeking.rules import Validity
from laborclerk.kernel.resources import resource


@cache
def validities() -> tuple[Validity, ...]:
    """For how long a registration holds, by the day from which that is so."""
    found = tomllib.loads(resource("seeking", "parameters.toml").read_text("utf-8"))
    return tuple(
        Validity(str(e["valid_from"]), int(e["months"]), int(e["warn_days"]), str(e["source"]))
        for e in found["validity"]
    )
