"""The log and bug reports hold codes, counts and ids, and nothing that names anybody."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laborclerk.kernel import log
from laborclerk.kernel.ids import show_id


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    log.open_log(tmp_path)
    yield tmp_path
    log.close_log()


def last_line(folder: Path) -> str:
    return log.collect(folder).splitlines()[-1].split(" ", 2)[2]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (12, "12"),
        (True, "true"),
        (None, "none"),
        (1.5, "1.5"),
        ("census.import", "census.import"),
        ("wrong_password", "wrong_password"),
        ("周某某", "?"),
        ("13800000000", "?"),
        ("530627199001019967", "?"),
        (13800000000, "?"),
        (530627199001019967, "?"),
        ("zhang san", "?"),
        (Path("/home/zhang"), "?"),
        (["a"], "?"),
    ],
)
def test_only_codes_and_counts_pass(folder: Path, value: object, written: str) -> None:
    log.event("test.case", value=value)
    assert last_line(folder) == f"test.case value={written}"


def test_a_record_is_named_by_its_id(folder: Path) -> None:
    log.event("test.case", record=2**52)
    assert last_line(folder) == f"test.case record={show_id(2**52)}"


@given(st.text(min_size=1))
def test_no_text_beyond_ascii_ever_passes(text: str) -> None:
    assert log._safe(text).isascii()


def test_the_log_goes_round(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "_SIZE", 2000)
    log.open_log(folder)
    for number in range(500):
        log.event("test.turn", number=number)
    files = list(folder.glob(f"{log.NAME}*"))
    assert 1 < len(files) <= log._KEEP + 1
    told = log.collect(folder)
    assert "number=499" in told
    assert told.index("number=498") < told.index("number=499")


def test_a_bug_report_has_lines_of_code_and_no_values() -> None:
    def fails(name: str) -> None:
        raise ValueError(f"unknown {name}")

    try:
        try:
            fails("周某某")
        except ValueError as error:
            raise RuntimeError("530627199001019967") from error
    except RuntimeError as error:
        report = log.bug_report(error)
    assert "builtins.RuntimeError" in report
    assert "builtins.ValueError" in report
    assert "kernel/test_log.py" in report
    assert "周某某" not in report.replace('fails("周某某")', "")
    assert "530627199001019967" not in report.replace('"530627199001019967"', "")


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log.open_log(tmp_path / "file" / "log")
    log.event("test.case")
    assert log.save_bug_report(ValueError(), tmp_path / "file" / "log") is None
