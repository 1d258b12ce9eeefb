"""How much memory one export or import takes above the idle program, in a process of its own.

    python -m tests.bench._exchange_memory export|import STATION FILE

Prints MB: the highest resident size since the station was open, less what it was then.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from laborclerk.features.exchange import taking
from laborclerk.sync.export import export_bundle, unsent
from tests.bench._exchange_stations import opened


def _kilobytes(what: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(what)).split()[1])


def main(way: str, station: Path, file: Path) -> None:
    store = opened(station)
    unsent(store)
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # the peak is told from here on
    idle = _kilobytes("VmRSS:")
    if way == "export":
        export_bundle(store, file)
    else:
        taking.import_bundle(store, file)
    peak = _kilobytes("VmHWM:")
    store.close()
    print((peak - idle) / 1024)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
