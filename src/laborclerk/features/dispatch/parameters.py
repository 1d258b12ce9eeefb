"""The dated parameters of dispatch, read from resources/dispatch/parameters.toml."""

from __future__ import annotations

import tomllib
from functools import cache

from laborclerk.features.dispatch.rules import LeaderRule
from laborclerk.kernel.resources import resource


@cache
def leader_rules() -> tuple[LeaderRule, ...]:
    """When the people of a township need a leader, by the day from which it holds."""
    found = tomllib.loads(resource("dispatch", "parameters.toml").read_text("utf-8"))
    return tuple(
        LeaderRule(str(e["valid_from"]), int(e["more_than"]), str(e["text"]), str(e["source"]))
        for e in found["leader"]
    )
