"""What a hostile but enrolled station may write into the payload of a bundle: each kind takes a
copy of the right items and spoils it. The hashes and counts around it are made right.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from typing import Any

from tests.hostile_world import Way

Items = list[Any]
Spoil = Callable[[random.Random, Items, Way], "tuple[Items, dict[str, Any]] | bytes | None"]

HUGE = [2**63 - 1, 2**63, 2**64 - 1, 2**62, 2**31, 2**53, 10**15]
ODD: list[Any] = [
    None, True, False, -1, 0, 1, *HUGE, 1.5, float("nan"), float("inf"), "", "x", "\0", "a\0b",
    "𠮷" * 300, "x" * 20_000, "%s{}{0}'\";--", "../..", b"", b"\x00\xff", [], {}, [[]], [None],
    {"": None}, {1: 2}, "2026-13-45", "-1", "1e999", "\u202e", " ",
]  # fmt: skip
FIELD_VALUES: list[Any] = [v for v in ODD if v is None or type(v) in (str, int, bool)]


def at(items: Items, *kinds: str) -> list[int]:
    """Where items of these kinds stand; "" is an entry."""
    return [
        n for n, item in enumerate(items[1:], 1)
        if (item[0] if isinstance(item[0], str) else "") in kinds
    ]  # fmt: skip


def entry(rng: random.Random, items: Items, *kinds: int) -> Any:
    """One entry of a kind (any)."""
    found = [items[n] for n in at(items, "") if not kinds or items[n][4] in kinds]
    return rng.choice(found)


def last_of(items: Items) -> int:
    return max(int(items[n][0]) for n in at(items, ""))


def appended(items: Items, record_type: str, record_id: int, kind: int, values: Any) -> Items:
    """One more entry at the end, in an act of its own, of the device that wrote last."""
    seq = last_of(items) + 1
    act = ["a", seq, 1_790_000_000_000, "坏人", "test.bad", None]
    return [*items, act, [seq, seq, record_type, record_id, kind, values]]


def to_last(items: Items) -> dict[str, Any]:
    return {"last": last_of(items)}


# -- the header -----------------------------------------------------------------------------------


def header_anything(rng: random.Random, items: Items, way: Way) -> Any:
    key = rng.choice(list(items[0][1]))
    items[0][1][key] = rng.choice(ODD)
    return items, {}


def header_gone(rng: random.Random, items: Items, way: Way) -> Any:
    return rng.choice(
        [items[1:], [], [items[0]], [items[0], items[0], *items[1:]], [rng.choice(ODD), *items]]
    ), {}


def header_devices(rng: random.Random, items: Items, way: Way) -> Any:
    devices = items[0][1]["devices"]
    n = rng.randrange(len(devices))
    match rng.randrange(8):
        case 0:
            rng.shuffle(devices)
        case 1:
            devices[n] = rng.choice(ODD)
        case 2:
            devices[n][rng.randrange(3)] = rng.choice(ODD)
        case 3:
            devices.append(list(devices[n]))
        case 4:
            del devices[n]
        case 5:
            devices[0], devices[n] = devices[n], devices[0]
        case 6:
            devices += [[5 + i, 1, "鬼"] for i in range(rng.choice([1, 40_000]))]
        case _:
            devices[n][1] = rng.choice([1, 2, 77, 2**62])
    return items, {}


def header_knows(rng: random.Random, items: Items, way: Way) -> Any:
    items[0][1]["knows"] = vector(rng, items)
    return items, {}


def header_lists(rng: random.Random, items: Items, way: Way) -> Any:
    items[0][1][rng.choice(["ack", "back", "revocations", "succession", "new"])] = rng.choice(
        [*ODD, {"x": []}, {d: rng.choice(ODD) for d in ("x", "y")}, b"x" * 100, [[1, 2, 3, 4]]]
    )
    return items, {}


def header_ack(rng: random.Random, items: Items, way: Way) -> Any:
    """Acknowledges more, less, or in another shape."""
    ack = items[0][1].get("ack") or {"x": [[1, 5, []]]}
    for rows in ack.values():
        for row in rows:
            row[rng.randrange(3)] = rng.choice([*ODD, [], ["ab" * 32], 0, 1, row[1] + 3])
    items[0][1]["ack"] = ack
    return items, {}


def vector(rng: random.Random, items: Items) -> Any:
    """Knowledge that claims what was never sent, or of no shape."""
    known = dict(items[0][1]["knows"])
    ref = rng.choice([*known, 0, 1, 99])
    top = rng.choice([0, 1, 5, 1000, *HUGE])
    known[ref] = rng.choice(
        [
            top, [top], [top, [1, 3], [2, 5]], [top, [5, 1]], [top, [0, 2**62]], [top, [1]],
            [top, *([n, n] for n in range(2000))], rng.choice(ODD),
        ]
    )  # fmt: skip
    return rng.choice([known, known, known, rng.choice(ODD), {**known, rng.choice(["a", -1]): 1}])


# -- devices, epochs, acts ------------------------------------------------------------------------


def device_items(rng: random.Random, items: Items, way: Way) -> Any:
    """Sections of another's device, none at all, or of no device."""
    where = at(items, "d")
    match rng.randrange(5):
        case 0:
            items[rng.choice(where)][1] = rng.choice([0, 1, 2, 3, 4, 50, -1])
        case 1:
            items = [i for i in items if i[0] != "d"]
        case 2:
            items.insert(rng.randrange(1, len(items) + 1), ["d", rng.randrange(6)])
        case 3:
            items[rng.choice(where)][1] = rng.choice(ODD)
        case _:
            items.insert(rng.randrange(1, len(items) + 1), ["d", *rng.choices(ODD, k=2)])
    return items, {}


def epoch_items(rng: random.Random, items: Items, way: Way) -> Any:
    """Epochs out of order, of the past, of the far future, of claims never true."""
    where = at(items, "e") or [2]
    seq = rng.choice([0, 1, 2, last_of(items), last_of(items) + 1, *HUGE])
    new = ["e", seq, vector(rng, items)]
    match rng.randrange(5):
        case 0:
            items.insert(rng.choice(where), new)
        case 1:
            items.insert(rng.randrange(1, len(items) + 1), new)
        case 2:
            items[rng.choice(where)] = new
        case 3:
            items[rng.choice(where)][1] = rng.choice(ODD)
        case _:
            some = [["e", n, dict(items[0][1]["knows"])] for n in range(30, 0, -1)]
            items[2:2] = some
    return items, {}


def act_items(rng: random.Random, items: Items, way: Way) -> Any:
    """Acts repeated, missing, of another number, dated beyond all calendars."""
    where = rng.choice(at(items, "a"))
    act = items[where]
    match rng.randrange(6):
        case 0:
            act[rng.randrange(1, 6)] = rng.choice(ODD)
        case 1:
            items.insert(rng.randrange(1, len(items) + 1), [*act])
        case 2:
            del items[where]
        case 3:
            act[2] = rng.choice([0, 2**63 - 1, 253402300800000, 10**17])
        case 4:
            items.insert(where, ["a", 1, act[2], "别人", "x", None])
            for item in items[where + 2 :]:
                if not isinstance(item[0], str):
                    item[1] = 1
        case _:
            act[1] = last_of(items) + 5
            for item in items[where + 1 :]:
                if item[0] == "a":
                    break
                if not isinstance(item[0], str):
                    item[1] = act[1]
    return items, {}


def order(rng: random.Random, items: Items, way: Way) -> Any:
    """Items in another order, some twice, some gone."""
    a, b = rng.randrange(1, len(items)), rng.randrange(1, len(items))
    match rng.randrange(5):
        case 0:
            items[a], items[b] = items[b], items[a]
        case 1:
            items.insert(a, copy.deepcopy(items[b]))
        case 2:
            del items[a]
        case 3:
            items = [items[0], *items[1:], *copy.deepcopy(items[1:])]
        case _:
            rest = items[1:]
            rng.shuffle(rest)
            items = [items[0], *rest]
    return items, {}


def history_item(rng: random.Random, items: Items, way: Way) -> Any:
    """What follows is said to be the history of what moved: from the middle, or all of it."""
    items.insert(rng.randrange(1, len(items) + 1), ["x"])
    return items, {}


def odd_item(rng: random.Random, items: Items, way: Way) -> Any:
    odd = rng.choice([*ODD, ["z", 1], ["x", 1], [[]], [None] * 6, [{}], ["h", items[0][1]]])
    items.insert(rng.randrange(1, len(items) + 1), odd)
    return items, {}


def odd_anywhere(rng: random.Random, items: Items, way: Way) -> Any:
    """Any value anywhere in the tree replaced."""
    return _odd_in(rng, items)


def odd_block(rng: random.Random, items: Items, way: Way) -> Any:
    """The same in what really travels: columns, shapes, differences."""
    return _odd_in(rng, copy.deepcopy(way.sent))


def _odd_in(rng: random.Random, items: Items) -> Any:
    node: Any = items
    while True:
        keys: list[Any] = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return None
        key = rng.choice(keys)
        if isinstance(node[key], (list, dict)) and node[key] and rng.random() < 0.8:
            node = node[key]
            continue
        node[key] = rng.choice(ODD)
        return items, {}


def deep(rng: random.Random, items: Items, way: Way) -> Any:
    import msgpack

    depth = rng.choice([50, 400, 1500, 100_000])
    nested = b"\x91" * depth + b"\x01"
    plain = b"".join(map(msgpack.packb, way.sent))
    parts = [nested, plain] if rng.random() < 0.3 else [plain, nested]
    return b"".join(parts), len(way.sent) + 1


# -- entries --------------------------------------------------------------------------------------


def entry_shape(rng: random.Random, items: Items, way: Way) -> Any:
    one = entry(rng, items)
    match rng.randrange(3):
        case 0:
            one[rng.randrange(6)] = rng.choice(ODD)
        case 1:
            del one[rng.randrange(6)]
        case _:
            one.append(rng.choice(ODD))
    return items, {}


def entry_sequence(rng: random.Random, items: Items, way: Way) -> Any:
    """Repeated, skipped, going back, enormous."""
    one = entry(rng, items)
    one[0] = rng.choice([0, 1, one[0] - 1, one[0] + 1, one[0] + 1000, *HUGE[:4]])
    return items, rng.choice([{}, {"last": max(way.manifest.last, min(one[0], 2**52))}])


def entry_kind(rng: random.Random, items: Items, way: Way) -> Any:
    one = entry(rng, items)
    one[4] = rng.choice([0, 1, 2, 3, 4, 5, 6, 7, 8, 255, 2**40])
    return items, {}


def entry_values(rng: random.Random, items: Items, way: Way) -> Any:
    one = entry(rng, items, 2, 3, 6, 1)
    key = rng.choice([*one[5], "name", "place", "household", "deleted", "note"])
    one[5][key] = rng.choice(
        [*ODD, [None, rng.choice(ODD)], [rng.choice(ODD), None], [1, 2, rng.choice(ODD)],
         [None, "a", ["b", rng.choice(ODD)]]]
    )  # fmt: skip
    return items, {}


def all_types() -> dict[str, list[str]]:
    from laborclerk.store.base import fields_of, record_types

    return {name: list(fields_of(model)) for name, model in record_types().items()}


def some_ids(rng: random.Random, items: Items) -> int:
    ids = [items[n][3] for n in at(items, "")]
    return int(rng.choice([*ids, *ids, 0, 1, 2**62, 2**63 - 1, FOREIGN.get("person", 7)]))


FOREIGN: dict[str, int] = {}  # a record of another township, by type; the test fills it in


def field_out_of_type(rng: random.Random, items: Items, way: Way) -> Any:
    """A good entry on an own or a new record, a field of which holds what it cannot."""
    types = all_types()
    record_type = rng.choice(list(types))
    mine = [items[n] for n in at(items, "") if items[n][2] == record_type]
    record_id = rng.choice(mine)[3] if mine else rng.choice([2**61 + rng.randrange(9), 5])
    keys = rng.sample(types[record_type], min(len(types[record_type]), rng.choice([1, 3, 50])))
    values = {key: rng.choice(FIELD_VALUES) for key in keys}
    if rng.random() < 0.5 and mine:
        kind, said = 2, {k: [None, v] for k, v in values.items()}
    else:
        base = {"household": HOME.get("household"), "place": HOME.get("place")}
        kind, said = 1, {k: v for k, v in base.items() if k in types[record_type]} | values
        record_id = 2**61 + rng.randrange(10**6)
    items = appended(items, record_type, record_id, kind, said)
    return items, to_last(items)


HOME: dict[str, int] = {}  # an own household and group


def unknown_words(rng: random.Random, items: Items, way: Way) -> Any:
    """Registers, fields and kinds of a newer program, or of none."""
    match rng.randrange(4):
        case 0:
            name = rng.choice(["pension", "journal", "setting", "sqlite_master", "", "person;--"])
            items = appended(items, name, some_ids(rng, items), rng.choice([1, 2]), {"a": 1})
            if items[-1][4] == 2:
                items[-1][5] = {"a": [1, 2]}
        case 1:
            one = entry(rng, items, 1)
            one[5]["new_field"] = rng.choice(FIELD_VALUES)
        case 2:
            one = entry(rng, items, 2, 6, 3)
            one[5][rng.choice(["new", "id", "dots", "version", "origin_device"])] = [None, 1]
        case _:
            items = appended(items, "person", HOME["person"], 2, {"id": [1, 2]})
    return items, to_last(items)


def foreign_records(rng: random.Random, items: Items, way: Way) -> Any:
    """Changes, deletions and creations of what is another township's or the county's."""
    kind = rng.choice([1, 2, 3, 4, 6, 7])
    record_type = rng.choice(list(FOREIGN))
    keys = all_types()[record_type]
    value = rng.choice(["坏", "3", 1, None, True, HOME["place"], HOME["household"]])
    key = rng.choice([*keys, "name", "note", "deleted"])
    said: Any = {key: value if kind == 1 else [None, value]}
    if kind == 1 and rng.random() < 0.5:
        for more, inside in (("place", HOME["place"]), ("household", HOME["household"])):
            if more in keys:
                said[more] = inside
    items = appended(items, record_type, FOREIGN[record_type], kind, said)
    if rng.random() < 0.5:  # and claims to have known all
        items.insert(-2, ["e", last_of(items), dict(items[0][1]["knows"])])
    return items, to_last(items)


def moved_out(rng: random.Random, items: Items, way: Way) -> Any:
    """An own record is sent to another's place or household, or a foreign one is fetched."""
    match rng.randrange(4):
        case 0:
            said = {"place": [HOME["place"], FOREIGN["place"]]}
            items = appended(items, "household", HOME["household"], 2, said)
        case 1:
            said = {"household": [HOME["household"], FOREIGN["household"]]}
            items = appended(items, "person", HOME["person"], 2, said)
        case 2:
            said = {"place": [FOREIGN["place"], HOME["place"]]}
            items = appended(items, "household", FOREIGN["household"], 2, said)
        case _:
            to = rng.choice([None, HOME["household"], 5])
            fetched = {"household": [FOREIGN["household"], to]}
            items = appended(items, "person", FOREIGN["person"], 2, fetched)
    return items, to_last(items)


def created_twice(rng: random.Random, items: Items, way: Way) -> Any:
    one = copy.deepcopy(entry(rng, items, 1))
    if rng.random() < 0.5 and one[5]:
        one[5][rng.choice(list(one[5]))] = rng.choice(FIELD_VALUES)
    seq = last_of(items) + 1
    act = ["a", seq, 1_790_000_000_000, "坏人", "test.bad", None]
    items += [act, [seq, seq, *one[2:]]]
    return items, to_last(items)


def decisions(rng: random.Random, items: Items, way: Way) -> Any:
    """Conflicts decided and opened again, true and made up."""
    stood = [rng.choice(FIELD_VALUES) for _ in range(rng.choice([0, 1, 3, 30]))]
    pair = ["甲", rng.choice(["乙", None, 7]), stood]
    items = appended(
        items, "person", rng.choice([HOME["person"], FOREIGN["person"]]), rng.choice([6, 7, 2]),
        {rng.choice(["phone", "name", "deleted"]): pair[: rng.choice([2, 3])]},
    )  # fmt: skip
    return items, to_last(items)


def places(rng: random.Random, items: Items, way: Way) -> Any:
    """Places of odd numbers and levels, own and others'."""
    own = HOME["place"]
    place = rng.choice(
        [own, own + 500, own // 1000 * 1000, own // 10**6 * 10**6, own // 10**6 * 10**6 + 999_999,
         FOREIGN["place"], 0, 1, 10**14, 2**62]
    )  # fmt: skip
    values: dict[str, Any] = {
        "name": rng.choice(["坏", None, "x" * 5000]),
        "level": rng.choice(["group", "x", "", None]),
    }
    if rng.random() < 0.5:
        items = appended(items, "place", place, 1, values)
    else:
        values |= rng.choice([{}, {"deleted": "3"}, {"successor": rng.choice([own, place, 3])}])
        items = appended(items, "place", place, 2, {k: [None, v] for k, v in values.items()})
    return items, to_last(items)


def manifest_numbers(rng: random.Random, items: Items, way: Way) -> Any:
    """Numbers of the manifest that do not fit the payload."""
    m = way.manifest
    key = rng.choice(["first", "last", "number", "incarnation", "previous", "counts", "both"])
    value: Any = rng.choice([1, 2, m.last - 1, m.last + 1, 1000, 2**31, 2**53 - 1])
    match key:
        case "last":
            change = {"last": max(value, m.first - 1)}
        case "first":
            change = {"first": value, "last": max(m.last, value)}
        case "both":
            change = {"first": 1, "last": 0}
        case "previous":
            change = {"previous": rng.choice([None, rng.randbytes(32).hex()])}
        case "counts":
            change = {"counts": {"person": value}}
        case _:
            change = {key: value}
    return items, change


def other_items(rng: random.Random, items: Items, way: Way) -> Any:
    """What the right writer might have written: one more change, a note, a household of its own."""
    seq = last_of(items) + 1
    match rng.randrange(4):
        case 0:
            items = appended(items, "person", HOME["person"], 2, {"note": [None, "好"]})
        case 1:
            items = appended(items, "bundle", 0, 5, {"x": [None, 1]})
        case 2:
            house = {"place": HOME["place"], "number": f"{seq:06d}", "head_name": "新户"}
            items = appended(items, "household", 2**61 + seq, 1, house)
        case _:
            return items, {"number": way.manifest.number + 1}
    return items, to_last(items)


KINDS: list[Spoil] = [
    header_anything, header_gone, header_devices, header_knows, header_lists, header_ack,
    device_items, epoch_items, act_items, order, history_item, odd_item, odd_anywhere, odd_block,
    deep,
    entry_shape, entry_sequence, entry_kind, entry_values, field_out_of_type, unknown_words,
    foreign_records, moved_out, created_twice, decisions, places, manifest_numbers, other_items,
]  # fmt: skip


def spoil(rng: random.Random, kind: Spoil, way: Way) -> bytes | None:
    """A bundle of this kind; None when it does not fit."""
    found: Any = kind(rng, copy.deepcopy(way.items), way)
    if found is None:
        return None
    content, more = found
    if isinstance(content, bytes):
        return way.signed_plain(content, more)
    return way.signed(content, **more)
