"""The exchange beside its raw floor: a month of a township of 60,000 persons and all of it, out and
in, what it costs in memory and in the store, and as the county grows to 1.8 million.

Ours out is what a clerk calls: read, sign, compress, encrypt, write, read back. Ours in begins with
the file on the stick and ends with the last commit: verified, decrypted, checked, judged, merged,
journaled, indexed, counted, doubles looked for, the original kept. What the floor contains is told
in `_exchange_floor`; the limits hold against the floor that leaves what ours leaves in the store.
Where the packages of `peers.txt` can be installed, the same month goes through them too.

    python -m tests.bench.exchange [PEOPLE] [out|month|full|memory|many|grown|peers …]
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from laborclerk.features.exchange import taking
from laborclerk.features.registry.model import Household, Person
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.engine import connect
from laborclerk.store.store import DATABASE, Store
from laborclerk.sync.export import export_bundle
from tests.bench import _exchange_floor as floor
from tests.bench._exchange_peers import peers
from tests.bench._exchange_stations import MONTHS, Stations, large, month, opened, raw_of, stations
from tests.bench._ratio import ratio, taken

FLAT = 1.5  # the same month in a county thirty times as large
MB_DELTA, MB_FULL = 60, 200
HERE = Path(__file__).parents[2]


class Bench:
    """One run in a folder of its own."""

    def __init__(self, made: Stations, folder: Path) -> None:
        self.made = made
        self.folder = folder
        self.kept: list[bool] = []
        self.found: dict[str, float] = {}  # what the peers are printed beside
        self._copies = 0

    def copy(self, station: Path) -> Path:
        self._copies += 1
        return Path(shutil.copytree(station, self.folder / f"{station.name}-{self._copies}"))

    # -- out -----------------------------------------------------------------------------------

    def out(self) -> None:
        store = opened(self.copy(self.made.township))
        _tell(store)
        raw = connect(store.folder / DATABASE, store.key)
        self._out("month", "a month", raw, floor.delta_to_file, store, 3, 5)
        _unsend(store)
        self._out("full", "all of the township", raw, floor.full_to_file, store, 1.2, 3)
        raw.close()
        store.close()

    def _out(
        self, key: str, what: str, raw: Any, put: Callable[[Any, Path], None], store: Store,
        limit: float, repeat: int,
    ) -> None:  # fmt: skip
        """Turn by turn, so that neither has the quieter time."""
        ours, plain = self.folder / "x.lcb", self.folder / "x.zst"
        times: list[tuple[float, float]] = []
        for _ in range(repeat + 1):
            own = taken(lambda: export_bundle(store, ours))
            times.append((own, taken(lambda: put(raw, plain))))
        one, other = (statistics.median(some) for some in zip(*times[1:], strict=True))
        self.found |= {f"{key} out": one, f"{key} KB": _size(ours) / 1000}
        self.kept.append(ratio(f"{what} to a file", one, other, limit))
        self._size(f"size of {what}", _size(ours), _size(plain), 1.3)

    def _size(self, what: str, ours: float, raw: float, limit: float) -> None:
        kept = ours <= limit * raw
        print(
            f"{what}: {ours / 1e3:,.0f} KB, floor {raw / 1e3:,.0f} KB,"
            f" {ours / raw:.2f} x (limit {limit}){'' if kept else '  OVER'}",
            flush=True,
        )
        self.kept.append(kept)

    # -- in ------------------------------------------------------------------------------------

    def month(self) -> None:
        """The second month, in a program that took the first already: its statements are made."""
        made = self.made
        township = opened(self.copy(made.township))
        with township.local() as session:
            session.execute(sa.text('UPDATE device SET acked = last_seq WHERE "index" = 0'))
        month(township, 2)
        second, plain = self.folder / "second.lcb", self.folder / "second.zst"
        export_bundle(township, second)
        raw = connect(township.folder / DATABASE, township.key)
        floor.delta_to_file(raw, plain)
        raw.close()
        township.close()
        before, after = self.copy(made.county), self.copy(made.county)
        self._import(before, made.month(1))
        self._import(after, made.month(1), second)
        left = self._left(before, after)

        def put(raw: Any, journal: bool) -> None:
            floor.apply_delta(raw, plain, left, journal=journal)

        files = (made.month(1), second)
        self._in("month", "a month's file applied", made.county, files, before, put, 2, 5)

    def full(self) -> None:
        made = self.made
        left = self._left(made.empty, made.county)
        county = raw_of(made.county)
        plain = self.folder / "full.zst"
        floor.full_to_file(county, plain)
        county.close()

        def put(raw: Any, journal: bool) -> None:
            floor.apply_full(raw, plain, left, journal=journal)

        files = (made.full,)
        self._in("full", "all of the township applied", made.empty, files, made.empty, put, 1.3, 3)

    def _in(
        self, key: str, what: str, county: Path, files: Sequence[Path], before: Path,
        put: Callable[[Any, bool], None], limit: float, repeat: int,
    ) -> None:  # fmt: skip
        """Ours takes the last of the `files`; `before` is the county as it is then."""
        times: list[tuple[float, ...]] = []
        for _ in range(repeat + 1):
            copied = [self.copy(at) for at in (county, before, before)]
            own = self._import(copied[0], *files)
            raw = [self._put(at, put, n) for n, at in enumerate(copied[1:])]  # bare, whole
            times.append((own, *raw))
            for at in copied:
                shutil.rmtree(at)
        ours, bare, whole = (statistics.median(some) for some in zip(*times[1:], strict=True))
        self.found[f"{key} in"] = ours
        self.kept.append(ratio(what, ours, whole, limit))
        told = f"{bare * 1000:.1f} ms, {ours / bare:.2f} x"
        print(f"    beside a floor without journal and dots: {told}", flush=True)

    def _put(self, county: Path, put: Callable[[Any, bool], None], journal: int) -> float:
        raw = raw_of(county)
        seconds = taken(lambda: put(raw, bool(journal)))
        raw.close()
        return seconds

    def _import(self, county: Path, *files: Path) -> float:
        """Seconds of the last."""
        store = opened(county)
        seconds = [_apply(store, file) for file in files]
        store.close()
        return seconds[-1]

    def _left(self, before: Path, after: Path) -> floor.Left:
        one, other = raw_of(before), raw_of(after)
        left = floor.left_behind(one, other)
        one.close()
        other.close()
        return left

    # -- memory, store, many -------------------------------------------------------------------

    def memory(self) -> None:
        made = self.made
        full = self.copy(made.township)
        store = opened(full)
        _unsend(store)
        store.close()
        out = self.folder / "memory.lcb"
        for what, limit, *call in (
            ("a month to a file", MB_DELTA, "export", self.copy(made.township), out),
            ("a month's file applied", MB_DELTA, "import", self.copy(made.county), made.month(1)),
            ("all of the township to a file", MB_FULL, "export", full, out),
            ("all of the township applied", MB_FULL, "import", self.copy(made.empty), made.full),
        ):
            self._memory(what, limit, *map(str, call))

    def _memory(self, what: str, limit: float, *call: str) -> None:
        command = [sys.executable, "-m", "tests.bench._exchange_memory", *call]
        done = subprocess.run(command, cwd=HERE, check=True, capture_output=True, text=True)
        kept = float(done.stdout) <= limit
        print(
            f"memory for {what}: {float(done.stdout):.0f} MB above the idle program"
            f" (limit {limit}){'' if kept else '  OVER'}",
            flush=True,
        )
        self.kept.append(kept)

    def many(self) -> None:
        """Thirty months in one go beside the same one by one, and what they leave in the store."""
        made = self.made
        county = self.copy(made.county)
        self._growth(county, "the full first census")
        single = 0.0
        for months in (range(1, 6), range(6, MONTHS + 1)):
            store = opened(county)
            single += sum(_apply(store, made.month(n)) for n in months)
            store.close()
            self._growth(county, f"{months[-1]} months more")
        store = opened(self.copy(made.county))
        files = [made.month(n) for n in range(1, MONTHS + 1)]
        seconds = taken(lambda: taking.import_many(store, files))
        store.close()
        self.kept.append(ratio(f"{MONTHS} files in one go, to each alone", seconds, single, 1))

    def _growth(self, station: Path, after: str) -> None:
        """The store's size beside that of the same without journal, acts, epochs and dots."""
        bare = raw_of(self.copy(station))
        sizes: list[float] = []
        for strip in (False, True):
            if strip:
                for table in floor.JOURNAL:
                    bare.execute(f"DELETE FROM {table}")
                for name in record_types():
                    bare.execute(f"UPDATE {name} SET dots = NULL WHERE dots IS NOT NULL")
            bare.execute("VACUUM")
            pages, size = (int(bare.execute(f"PRAGMA {p}").fetchone()[0]) for p in _SIZE)
            sizes.append(pages * size)
        bare.close()
        self._size(f"the store with journal and dots after {after}", sizes[0], sizes[1], 1.3)

    def grown(self) -> None:
        """The same months in a county of thirty townships."""
        middle: list[float] = []
        for station in (self.made.county, large(self.made)):
            store = opened(self.copy(station))
            months = range(1, 6)
            seconds = [_apply(store, self.made.month(n)) for n in months]
            middle.append(statistics.median(seconds))
            print(f"    {station.name}: {', '.join(f'{s * 1000:.0f}' for s in seconds)} ms")
            store.close()
        self.kept.append(ratio("a month in thirty townships, to one", middle[1], middle[0], FLAT))
        self._memory("a month's file applied in thirty townships", MB_DELTA, "import",
                     str(self.copy(self.made.large)), str(self.made.month(1)))  # fmt: skip


_SIZE = ("page_count", "page_size")


def _apply(store: Store, file: Path) -> float:
    """Take a file in → seconds."""
    start = time.perf_counter()
    done = taking.import_bundle(store, file)
    seconds = time.perf_counter() - start
    assert done.records, done
    assert not done.held, done
    return seconds


def _unsend(store: Store) -> None:
    """As if the county had acknowledged nothing."""
    with store.local() as session:
        session.execute(sa.text('UPDATE device SET acked = 0 WHERE "index" = 0'))


def _size(file: Path) -> int:
    return file.stat().st_size


def _tell(store: Store) -> None:
    keys = list(fields_of(Person))
    with store.read() as session:
        homes = session.scalar(sa.select(sa.func.count()).select_from(Household))
        filled = sum((sa.func.count(Person.__table__.c[k]) for k in keys), sa.literal(0))
        persons, values = session.execute(sa.select(sa.func.count(), filled)).one()
    print(f"township: {homes:,} households, {persons:,} persons with {values / persons:.1f}"
          f" fields of {len(keys)} filled", flush=True)  # fmt: skip


PARTS = (Bench.out, Bench.month, Bench.full, Bench.memory, Bench.many, Bench.grown)


def main(arguments: list[str]) -> int:
    numbers = [int(a) for a in arguments if a.isdigit()]
    names = [a for a in arguments if not a.isdigit()]
    made = stations(numbers[0] if numbers else 60_000)
    kept: list[bool] = []
    found: dict[str, float] = {}
    for part in PARTS:
        if not names or part.__name__ in names:
            with tempfile.TemporaryDirectory(prefix="bench-exchange-") as folder:
                bench = Bench(made, Path(folder))
                part(bench)
                kept += bench.kept
                found |= bench.found
    if not names or "peers" in names:
        peers(made, found)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
