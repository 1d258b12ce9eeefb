"""A station's process that is killed by test_kill_exchange.py: it exchanges for ever.

It tells on stdout what the program would show as done, one line each, written after the fact.
`python -m tests.e2e.exchange_writer FOLDER STATION export|import|return|take|anew [FILE …]`
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import sqlalchemy as sa

from laborclerk.features.registry.model import Household
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.store.incarnation import begin_incarnation
from laborclerk.store.journal import Device
from laborclerk.store.store import Store
from laborclerk.sync.exchange import import_bundle
from laborclerk.sync.export import export_bundle
from laborclerk.sync.returning import export_return
from tests.e2e.kill_writer import tell
from tests.exchanging import TOWNS, opened


def edit(store: Store, count: int) -> None:
    """One change, so that every file says something new."""
    with store.write("test.edit") as work:
        house = work.session.scalars(sa.select(Household).limit(1)).one()
        work.change(house, {"note": f"第{count}次"})


def work(store: Store, what: str, files: list[str]) -> None:
    for count in itertools.count():
        match what:
            case "export":
                edit(store, count)
                tell("exported", export_bundle(store, Path(files[0])).number)
            case "return":
                edit(store, count)
                place = TOWNS["乌峰"][0].code
                done = export_return(store, place, Path(files[0]), PlaceScope(place))
                tell("exported", done.number)
            case "anew":
                edit(store, count)
                with store.local() as session:
                    own = session.get_one(Device, 0)
                    begin_incarnation(session, own.last_seq - 1)
                tell("anew", count)
            case _:
                if count == len(files):
                    return
                import_bundle(store, Path(files[count]), PlaceScope)
                tell("imported", count)


def main() -> None:
    folder, name, what, *files = sys.argv[1:]
    store = opened(Path(folder), name)
    tell("ready")
    work(store, what, files)


if __name__ == "__main__":
    main()
