"""How much memory an exchange takes above the idle program: run in a process of its own.

`python -m tests.e2e.exchange_memory FOLDER STATION open|export|import|take FILE` tells, in KiB,
what stood in memory once the station was open, and the most that ever did.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from laborclerk.features.registry.scope import PlaceScope
from laborclerk.sync.exchange import import_bundle
from laborclerk.sync.export import export_bundle
from tests.e2e.kill_writer import tell
from tests.exchanging import opened


def memory(key: str) -> int:
    """VmRSS or VmHWM of this process in KiB (Linux)."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key + ":"))


def main() -> None:
    folder, name, what, file = sys.argv[1:]
    store = opened(Path(folder), name)
    with store.read() as session:  # what the open window has asked by now
        from laborclerk.features.registry.places import PlaceTree

        PlaceTree.load(session)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    before = memory("VmRSS")
    if what == "export":
        export_bundle(store, Path(file))
    elif what in ("import", "take"):
        import_bundle(store, Path(file), PlaceScope)
    tell("memory", before, memory("VmHWM"))
    store.close()


if __name__ == "__main__":
    main()
