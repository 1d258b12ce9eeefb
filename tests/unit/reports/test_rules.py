"""The figures of the sources: those that hold hold, those that do not are shown with what they
make and how far off they are."""

from __future__ import annotations

import pytest

from laborclerk.features.reports.rules import check_told, mean, months_ago, percent, rate, shown
from laborclerk.kernel.errors import Rejected

# relation as told, what its left side makes, source
HOLD = [
    ("8955+0+249+636=9840", "9,840", "B8 channels"),
    ("680+2298+6862=9,840", "9,840", "B8 time"),
    ("2420+2058+5337+5+20=9840", "9,840", "B8 places"),
    ("1553+5894+2393=9840", "9,840", "B8 schooling"),
    ("1056+7963+821=9840", "9,840", "B8 ages"),
    ("5000万/(55*12)=75758", "75,758", "000-07"),
    ("1500万*5=7500万", "75,000,000", "001-20"),
    ("155亿/55万=28182", "28,182", "003-03"),
    ("78.35亿/56.82万=13789", "13,789", "003-03"),
    ("27+53+32+4=116", "116", "003-10"),
    ("883+3412+1920+385=6600", "6,600", "003-10"),
    ("1568/8470=18.5%", "18.5%", "004-03"),
    ("89/1568=5.7%", "5.7%", "004-03"),
    ("12000/3600=3.3", "3.3", "004-14"),
    ("101+209=310", "310", "004-17"),
    ("95+82=177", "177", "004-17"),
    ("500+4000+2000+5000+1000=12500", "12,500", "002-17"),
]
FAIL = [
    ("9840+15632=25148", "25,472", "324", "B8 employed"),
    ("11768+7265=15632", "19,033", "3,401", "B8 local"),
    ("3.18亿/8.16万=3916", "3,897", "19", "002-01"),
    ("5850+4750=11200", "10,600", "600", "002-10"),
    ("257万/2100=1628", "1,224", "404", "002-12"),
    ("500+4000+2000+5000+1000=21000", "12,500", "8,500", "002-17"),
]


@pytest.mark.parametrize(("text", "made", "source"), HOLD)
def test_figures_of_the_sources_that_hold_hold(text: str, made: str, source: str) -> None:
    found = check_told(text)
    assert (found.holds, shown(found.made, found.step)) == (True, made), source
    assert found.difference == 0


@pytest.mark.parametrize(("text", "made", "gap", "source"), FAIL)
def test_figures_that_do_not_hold_are_shown_as_they_are(
    text: str, made: str, gap: str, source: str
) -> None:
    found = check_told(text)
    assert not found.holds, source
    assert f"算得{made}，" in found.said
    assert gap in found.said
    assert text in found.said


@pytest.mark.parametrize("text", ["", "1+1", "1+=2", "1/0=1", "a=1", "(1+2=3", "1+2=3=3", "3=1+2"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Rejected):
        check_told(text)


def test_full_width_signs_are_read() -> None:
    assert check_told("（8955＋0＋249＋636）＝9840").holds


def test_shares_means_and_months() -> None:
    assert [percent(rate(*pair)) for pair in ((81, 100), (1, 3), (0, 0))] == ["81.0%", "33.3%", ""]
    assert (mean(100, 3), mean(5, 2), mean(0, 0)) == (33, 3, None)
    assert (months_ago("2026-11-20", 3), months_ago("2026-02-20", 3)) == (
        "2026-08-20", "2025-11-20",
    )  # fmt: skip
