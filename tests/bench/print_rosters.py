"""A batch of 50,000 from the store to paper against bare canvas drawing of the same text.

    python -m tests.bench.print_rosters [PEOPLE]

Reading the register and telling the edition are part of our side. Each side runs in its own
process, so that the peak memory is its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from ._ratio import ratio

PEOPLE = 50_000
LIMIT, MEMORY = 1.3, 250  # times the floor; MB
KIND = "employer"


def made(folder: Path, people: int) -> None:
    """A county with a batch of so many people."""
    from laborclerk.features.dispatch.model import BatchMember
    from laborclerk.features.dispatch.service import member_id, save_batch
    from laborclerk.features.registry.model import Household, Person
    from laborclerk.features.registry.places import place_id
    from tests import dispatching as d

    store = d.county(folder)
    [batch] = save_batch(store, d.BATCH).ids
    villages = list(d.VILLAGES)
    homes, persons, lines = [], [], []
    for n in range(people):
        number = f"530627{1965 + n % 40}{n % 12 + 1:02}{n % 28 + 1:02}{996 + n % 4}{n % 10}"
        name = d._SURNAMES[n % 20] + d._GIVEN[n // 7 % 40] + d._GIVEN[n // 3 % 40]
        place = place_id(villages[n * 3 // people], 1)
        homes.append({"id": 10**6 + n, "place": place, "number": f"{n:06d}", "head_name": name})
        persons.append(
            {"id": 10**9 + n, "household": 10**6 + n, "line": 1, "name": name, "sex": "12"[n % 2],
             "birth_date": f"{1965 + n % 40}-{n % 12 + 1:02}-{n % 28 + 1:02}",
             "id_number": number, "phone": f"138{n:08}"}
        )  # fmt: skip
        lines.append(
            {"id": member_id(batch, 10**9 + n), "batch": batch, "person": 10**9 + n,
             "status": "1", "wage": 6500, "contract": "1", "injury_insurance": "1"}
        )  # fmt: skip
    with store.write("test.many") as work:
        work.create_many(Household, homes)
        work.create_many(Person, persons)
        work.create_many(BatchMember, lines)
    store.set_setting("bench.batch", str(batch))
    store.close()


def ours(folder: Path, out: Path) -> float:
    from laborclerk.app import open_station
    from laborclerk.features.dispatch.prints import print_roster
    from laborclerk.features.dispatch.rosters import RosterKind
    from tests import dispatching as d

    store = open_station(folder, d.CLERK, d.PASSWORD)
    with out.open("wb") as stream:
        start = time.perf_counter()
        print_roster(store, int(store.setting("bench.batch")), RosterKind(KIND), stream)
        return time.perf_counter() - start


def bare(folder: Path, out: Path) -> float:
    """The floor: the same strings with `Canvas.drawString`, one font, no rules, no measuring."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    from laborclerk.app import open_station
    from laborclerk.features.dispatch.model import Batch
    from laborclerk.features.dispatch.rosters import View, cells, roster_lines, roster_of
    from laborclerk.features.registry.places import PlaceTree
    from laborclerk.kernel.resources import resource as file
    from tests import dispatching as d

    store = open_station(folder, d.CLERK, d.PASSWORD)
    roster = roster_of(KIND)
    with store.read() as session:
        batch = session.get_one(Batch, int(store.setting("bench.batch")))
        view = View(PlaceTree.load(session), batch)
        rows = [
            ["" if v is None else str(v) for v in cells(roster, line, view)]
            for line in roster_lines(session, roster, batch)
        ]
    pdfmetrics.registerFont(TTFont("sc", str(file("fonts", "NotoSansSC-Regular.ttf"))))
    start = time.perf_counter()
    canvas = Canvas(str(out), pagesize=landscape(A4), pageCompression=1)
    at = [40 + 65 * i for i in range(len(roster.parts))]
    for n, row in enumerate(rows):
        if n % 25 == 0:
            if n:
                canvas.showPage()
            canvas.setFont("sc", 9)
        y = 540 - n % 25 * 20
        for x, value in zip(at, row, strict=True):
            canvas.drawString(x, y, value)
    canvas.save()
    return time.perf_counter() - start


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--side"]:
        _, side, folder, out = arguments
        if side == "made":  # apart as well: a child's peak begins with its parent's
            made(Path(folder), int(out))
            return 0
        took = {"ours": ours, "bare": bare}[side](Path(folder), Path(out))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{took:.2f} {peak:.0f}")
        return 0
    people = int(arguments[0]) if arguments else PEOPLE
    with TemporaryDirectory() as base:
        command = [sys.executable, "-m", "tests.bench.print_rosters", "--side"]
        station = str(Path(base) / "station")
        subprocess.run([*command, "made", station, str(people)], check=True)
        results = {}
        for side in ("bare", "ours"):
            pdf = str(Path(base) / f"{side}.pdf")
            done = subprocess.run(
                [*command, side, station, pdf], check=True, capture_output=True, text=True
            )
            results[side] = [float(part) for part in done.stdout.split()]
            print(f"{side}: {results[side][0]:.2f} s, {results[side][1]:.0f} MB peak")
    kept = ratio(f"roster of {people} lines", results["ours"][0], results["bare"][0], LIMIT)
    small = results["ours"][1] <= MEMORY
    print(f"peak memory {results['ours'][1]:.0f} MB (limit {MEMORY} MB){'' if small else '  OVER'}")
    return int(not (kept and small))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
