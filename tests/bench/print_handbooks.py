"""Personal handbooks: seconds a booklet, peak memory; shared pages are drawn once.

python -m tests.bench.print_handbooks [BOOKLETS]
"""

from __future__ import annotations

import io
import resource
import sys
import time

from laborclerk.features.handbook.booklets import write_booklets
from laborclerk.features.handbook.content import content
from laborclerk.features.handbook.pages import Owner, Pages, Trip

from ._ratio import within

LIMIT = 0.020  # seconds a booklet


def main(arguments: list[str]) -> int:
    count = int(arguments[0]) if arguments else 10_000
    trip = Trip("350100000000", "福建省福州市", "530627-2026-001", "福州某某船舶重工有限公司")
    pages = Pages(content(), trip, {})
    owners = (
        Owner(f"王建军{n}", "镇雄县乌峰街道油榨街社区1组", f"139{n:08}", "李秀英", f"138{n:08}")
        for n in range(count)
    )
    out = io.BytesIO()
    start = time.perf_counter()
    sides = write_booklets(out, pages, owners)
    took = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = len(out.getvalue()) / 1e6
    print(f"{count} booklets, {sides} sides of A4: {took:.2f} s, {peak:.0f} MB, {size:.1f} MB file")
    return int(not within("a personal handbook", took / count, LIMIT))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
