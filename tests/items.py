"""A bundle's stream entry by entry, as tests like to read, write and spoil it.

Instead of blocks there stand `["a", act, at, clerk, use case, undoes]` and then its entries
`[sequence, act, record type, record id, kind, values]`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from laborclerk.sync.blocks import read


def plain(items: Iterable[Any]) -> list[Any]:
    """Blocks taken apart."""
    found: list[Any] = []
    told = 0
    for item in items:
        if item[0] != "b":
            found.append(item)
            continue
        block = read(item)
        acts = {act[0]: act for act in block.acts}
        for entry in block.entries:
            if entry.act != told:
                told = entry.act
                found.append(["a", *acts[told]])
            said = {key: value for key, value in entry.said.items() if value is not None}
            found.append([*entry[:5], said])
    return found


def wire(items: Iterable[Any]) -> list[Any]:
    """Each entry as a block of its own, however odd it is; what is none goes as it stands."""
    found: list[Any] = []
    act: list[Any] = []
    for item in items:
        if not isinstance(item, list) or len(item) != 6:
            found.append(item)
        elif item[0] == "a":
            act = item[1:]
        else:
            seq, _, record_type, record_id, kind, values = item
            keys, columns = values, values
            if isinstance(values, dict):
                keys, columns = list(values), [[value] for value in values.values()]
            number, *facts = ([one] for one in act) if act else ([] for _ in range(5))
            acts = [number, [1] if act else [], *facts]
            shape = [record_type, kind, keys]
            found.append(["b", acts, [seq], [record_id], [shape], [0], [columns]])
    return found
