"""enrol: renewing, ending, changing keys and recovering, as a script does it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pypdfium2
import pytest

from tests.unit.cli.conftest import PLACE, Laborclerk


@pytest.fixture
def county(laborclerk: Laborclerk, tmp_path: Path) -> Laborclerk:
    run = partial(laborclerk, "--json", "--store", tmp_path / "county")
    assert run("init", "--level", "county", "--place", "530627").status == 0
    return run


@pytest.fixture
def town(laborclerk: Laborclerk, tmp_path: Path, county: Laborclerk) -> Laborclerk:
    """An enrolled township."""
    run = partial(laborclerk, "--json", "--store", tmp_path / "town")
    assert run("init", "--level", "township", "--place", PLACE).status == 0
    run("enrol", "request", tmp_path / "a.lcq")
    asked = county("enrol", "approve", tmp_path / "a.lcq", tmp_path / "a.lca").json
    assert asked["kind"] == "new"
    accepted = run("enrol", "accept", tmp_path / "a.lca").json
    assert len(accepted["valid_before"]) == 10
    return run


def test_list_names_every_device_and_its_last_day(county: Laborclerk, town: Laborclerk) -> None:
    (station,) = county("enrol", "list").json["stations"]
    assert set(station) == {
        "name", "station", "device", "place", "serial", "valid_before", "revoked",
    }  # fmt: skip
    assert (station["station"], station["revoked"]) == (PLACE, False)


def test_a_renewal_needs_no_request(county: Laborclerk, town: Laborclerk, tmp_path: Path) -> None:
    (before,) = county("enrol", "list").json["stations"]
    renewed = county("enrol", "renew", before["device"], tmp_path / "b.lca").json
    assert renewed["serial"] > before["serial"]
    assert town("enrol", "accept", tmp_path / "b.lca").status == 0
    assert town("enrol", "accept", tmp_path / "a.lca").codes == ["enrol_older_approval"]
    assert county("enrol", "renew", "没有的", tmp_path / "b.lca").codes == ["unknown_device"]


def test_an_ended_device_is_told_why(county: Laborclerk, town: Laborclerk, tmp_path: Path) -> None:
    done = county("enrol", "revoke", PLACE, "--reason", "电脑丢失").json
    assert [one["station"] for one in done["revoked"]] == [PLACE]
    assert done["edition"] == 1
    assert county("enrol", "list").json["stations"][0]["revoked"]
    town("bundle", "export", tmp_path / "b.lcb")
    refused = county("bundle", "import", tmp_path / "b.lcb")
    assert (refused.status, refused.codes) == (1, ["bundle_revoked"])
    assert "电脑丢失" in refused.json["problems"][0]["message"]
    assert county("enrol", "revoke", PLACE).codes == ["already_revoked"]
    assert town("enrol", "revoke", PLACE).codes == ["only_county"]
    town("enrol", "request", tmp_path / "c.lcq")
    again = county("enrol", "approve", tmp_path / "c.lcq", tmp_path / "c.lca")
    assert (again.status, again.codes) == (0, ["request_revoked"])
    assert town("enrol", "accept", tmp_path / "c.lca").status == 0


def test_keys_are_changed_on_both_sides(
    county: Laborclerk, town: Laborclerk, tmp_path: Path
) -> None:
    digits = town("enrol", "rotate", tmp_path / "r.lcq").json["fingerprint"]
    asked = county("enrol", "approve", tmp_path / "r.lcq", tmp_path / "r.lca").json
    assert (asked["kind"], asked["fingerprint"]) == ("rotation", digits)
    assert town("enrol", "accept", tmp_path / "r.lca").status == 0
    new = county("enrol", "rotate", tmp_path / "k.lcs").json["fingerprint"]
    assert town("enrol", "accept", tmp_path / "k.lcs").json["fingerprint"] == new
    for run in (county, town):
        line = run("enrol", "authority", tmp_path / "signers").json["authority"]
        assert [part.split()[1] for part in line.splitlines()] == [
            'cert-authority,namespaces="laborclerk-bundle"'
        ] * 2
    town("bundle", "export", tmp_path / "b.lcb")
    assert county("bundle", "import", tmp_path / "b.lcb").status == 0


def test_a_county_comes_back_from_its_sheet(
    county: Laborclerk, town: Laborclerk, laborclerk: Laborclerk, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    printed = county("enrol", "sheet", tmp_path / "sheet.pdf").json
    page = pypdfium2.PdfDocument(tmp_path / "sheet.pdf")[0].get_textpage().get_text_bounded()
    assert printed["fingerprint"] in page
    assert printed["pages"] == 1
    code = county_code(tmp_path)
    boxes = "".join(f"{at}{group}" for at, group in enumerate(code.split("-"), 1))
    assert boxes in "".join(page.split())
    assert town("enrol", "sheet", tmp_path / "x.pdf").codes == ["only_county"]
    new = partial(laborclerk, "--json", "--store", tmp_path / "new")
    assert new("init", "--level", "county", "--place", "530627").status == 0
    (tmp_path / "code").write_text(code.lower() + "\n")
    done = new("enrol", "recover", "--code-file", tmp_path / "code").json
    assert done["fingerprint"] == printed["fingerprint"]
    monkeypatch.setenv("LABORCLERK_COUNTY_CODE", code[:-1])
    assert new("enrol", "recover").codes == ["sheet_length"]
    town("enrol", "request", tmp_path / "c.lcq")
    new("enrol", "approve", tmp_path / "c.lcq", tmp_path / "c.lca")
    assert town("enrol", "accept", tmp_path / "c.lca").status == 0
    town("bundle", "export", tmp_path / "b.lcb")
    assert new("bundle", "import", tmp_path / "b.lcb").json["sequence"]


def county_code(folder: Path) -> str:
    """What is printed on the sheet."""
    from laborclerk.app import open_station
    from laborclerk.sync import county_keys
    from tests.unit.cli.conftest import PASSWORD

    store = open_station(folder / "county", "", PASSWORD)
    try:
        return county_keys.county_code(store)
    finally:
        store.close()
