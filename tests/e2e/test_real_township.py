"""A real township's whole round by the command line: station, frame, an ugly sheet of thousands of
households, rejects corrected, coverage, papers, backup, bundle, county."""

from __future__ import annotations

import io
import json
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from laborclerk.app import create_station, open_window, open_with
from laborclerk.catalog.idnumber import check_digit
from laborclerk.cli.call import Wiring
from laborclerk.cli.main import run
from tests.e2e.ugly_sheets import TOWNSHIP, homes_by_village, township, write_census, write_frame

PASSWORD = "poji2026"


class Desk:
    """A station's command line."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        monkeypatch.setenv("LABORCLERK_PASSWORD", PASSWORD)

    def __call__(self, *args: object, status: int = 0) -> dict[str, Any]:
        out, err = io.StringIO(), io.StringIO()
        command = ["--store", str(self.folder), "--json", *map(str, args)]
        wiring = Wiring(create_station, open_with, open_window)
        with redirect_stdout(out), redirect_stderr(err):
            code = run(command, wiring)
        assert code == status, (command, code, out.getvalue()[:3000], err.getvalue()[-2000:])
        answer: dict[str, Any] = json.loads(out.getvalue())
        return answer


@pytest.fixture
def desks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Desk, Desk]:
    """A township station and its county."""
    return Desk(tmp_path / "township", monkeypatch), Desk(tmp_path / "county", monkeypatch)


def test_a_township_enters_covers_prints_and_hands_its_census_to_the_county(
    desks: tuple[Desk, Desk], tmp_path: Path
) -> None:
    office, county = desks
    dealt = homes_by_village(township(12_000))
    frame, sheet = tmp_path / "底册.csv", tmp_path / "摸底.xlsx"
    write_frame(frame, dealt)
    truth = write_census(sheet, dealt)
    assert len(truth.villages) == 15
    assert len(truth.households) >= 3000

    office("init", "--level", "township", "--place", TOWNSHIP, "--clerk", "周某某")
    office("round", "new", "2026年秋季摸底", "--from", "2026-10-01")

    # the frame first: everybody is to be visited, nobody was
    framed = office("import", "frame", frame)
    assert framed["created"] == len(truth.households)
    whole = office("coverage")["rows"][0]
    assert whole["households"]["frame"] == len(truth.households)
    assert whole["households"]["visited"] == 0

    # a dry run writes nothing
    before = office("coverage")
    dry = office("import", "census", sheet, "--dry-run", status=1)
    assert office("coverage") == before

    # the sheet: wrong numbers come back, everybody else is in
    rejects = tmp_path / "退回.xlsx"
    came = office("import", "census", sheet, "--rejects", rejects, status=1)
    assert {k: came[k] for k in ("read", "refused")} == {k: dry[k] for k in ("read", "refused")}
    assert came["read"] == truth.persons
    assert came["refused"] >= truth.wrong_rows > 0
    assert came["created"] >= truth.persons - came["refused"]

    # the same sheet again changes nothing
    again = office("import", "census", sheet, status=1)
    assert again["created"] == again["updated"] == 0

    # corrected, the rejects go in
    book = load_workbook(rejects)
    page = book.active
    assert page is not None
    mended = 0
    for row in page.iter_rows():
        for cell in row:
            text = str(cell.value or "")
            if len(text) == 18 and text[:17].isdigit() and text[17] != check_digit(text[:17]):
                cell.value = text[:17] + check_digit(text[:17])
                mended += 1
    assert mended == truth.wrong_rows
    book.save(rejects)
    office("import", "census", rejects, status=0 if came["refused"] == mended else 1)

    # the numbers reconcile at every level
    rows = office("coverage")["rows"]
    for level, below in (("township", "village"), ("village", "group")):
        for parent in (r for r in rows if r["level"] == level):
            inside = [r for r in rows if r["level"] == below and _within(r, parent)]
            for key in ("frame", "done", "visited", "missing"):
                total = sum(r["households"][key] for r in inside)
                assert parent["households"][key] == total, (parent["name"], key)
    villages = Counter(village for village, _ in truth.households)
    found = {r["name"]: r["households"]["frame"] for r in rows if r["level"] == "village"}
    assert found == dict(villages)
    assert office("check")["findings"] == []

    # papers
    village = next(r["code"] for r in rows if r["level"] == "village")
    for kind, more in (
        ("census-form", [village]), ("census-form", ["--blank"]), ("coverage", []),
        ("gaps", [village]), ("summary", []), ("public-list", [village]),
    ):  # fmt: skip
        paper = tmp_path / f"{kind}{len(more)}.pdf"
        assert office("print", kind, *more, paper)["pages"] >= 1
        assert paper.read_bytes().startswith(b"%PDF")

    # a backup that comes back elsewhere with the same numbers
    office("backup", tmp_path / "备份.lcback")
    copy = Desk(tmp_path / "copy", pytest.MonkeyPatch())
    copy("restore", tmp_path / "备份.lcback")
    assert copy("coverage")["rows"] == rows

    # to the county
    county("init", "--level", "county", "--place", "530627", "--clerk", "赵某某")
    asked = office("enrol", "request", tmp_path / "申请.lcq")
    approved = county("enrol", "approve", tmp_path / "申请.lcq", tmp_path / "批复.lca")
    assert asked["fingerprint"] == approved["fingerprint"]
    office("enrol", "accept", tmp_path / "批复.lca")
    bundle = tmp_path / "上报.lcb"
    sent = office("bundle", "export", bundle)
    assert sent["records"] > truth.persons
    merged = county("bundle", "import", bundle)
    assert merged["held"] in (0, {}, [])
    mirror = {r["code"]: r["households"] for r in county("coverage", "--place", TOWNSHIP)["rows"]}
    assert mirror == {r["code"]: r["households"] for r in rows}
    assert county("bundle", "import", bundle)["records"] == 0
    assert county("check")["findings"] == []

    # damaged on the stick: refused, nothing changes
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bad = tmp_path / "坏.lcb"
    bad.write_bytes(data)
    county("bundle", "import", bad, status=1)


def _within(row: dict[str, Any], parent: dict[str, Any]) -> bool:
    digits = {"township": 9, "village": 12}[parent["level"]]
    return bool(row["code"][:digits] == parent["code"][:digits])
