"""A county's process that imports files, or writes return bundles, beside others on one store.

`python -m tests.e2e.exchange_racer FOLDER STATION import|return FILE…`: says `ready`, begins with
the first line it is told, and tells what each file gave.
"""

from __future__ import annotations

import sys
from pathlib import Path

from laborclerk.features.registry.scope import PlaceScope
from laborclerk.sync.exchange import import_bundle
from laborclerk.sync.returning import export_return
from tests.e2e.kill_writer import tell
from tests.exchanging import TOWNS, opened


def main() -> None:
    folder, name, what, *files = sys.argv[1:]
    store = opened(Path(folder), name)
    tell("ready")
    sys.stdin.readline()
    for file in files:
        if what == "import":
            tell("imported", import_bundle(store, Path(file), PlaceScope).records)
        else:
            place = TOWNS["乌峰"][0].code
            tell("exported", export_return(store, place, Path(file), PlaceScope(place)).number)
    store.close()


if __name__ == "__main__":
    main()
