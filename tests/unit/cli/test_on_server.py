"""A county station on a PostgreSQL server, by the commands its IT person types."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from laborclerk.store.folders import server_folder
from tests import postgres
from tests.unit.cli.conftest import Laborclerk, windows


@pytest.fixture
def database() -> str:
    try:
        return postgres.new_database()
    except postgres.NoServer as error:
        pytest.skip(str(error))


@pytest.fixture
def county(laborclerk: Laborclerk, database: str) -> str:
    made = laborclerk("--json", "--store", database, *COUNTY)
    assert made.status == 0, made.err
    return database


COUNTY = ("init", "--level", "county", "--place", "530627", "--clerk", "王县站")


def test_init_says_where_the_keys_are(laborclerk: Laborclerk, database: str) -> None:
    made = laborclerk("--store", database, *COUNTY)
    assert made.status == 0
    folder = server_folder(database)
    assert str(folder) in made.out
    assert "复制到每台" in made.out
    assert sorted(p.name for p in folder.iterdir()) == ["keys.json", "secrets.bin", "server.json"]


def test_commands_work_by_address_and_by_the_folder_of_keys(
    laborclerk: Laborclerk, county: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert laborclerk("--store", county, "round", "new", "甲轮", "--from", "2026-10-01").status == 0
    for store in (county, str(server_folder(county))):
        assert laborclerk("--json", "--store", store, "coverage").json["rows"]
        assert laborclerk("--json", "--store", store, "check").json["findings"] == []
    monkeypatch.setenv("LABORCLERK_STORE", county)
    assert laborclerk("--json", "find", "王").json["total"] == 0
    assert laborclerk("clerk", "list").status == 0


def test_a_second_station_never_goes_into_the_same_database(
    laborclerk: Laborclerk, county: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert laborclerk("--json", "--store", county, *COUNTY).codes == ["store_exists"]
    monkeypatch.setenv("LABORCLERK_KEYS", str(tmp_path / "other"))
    assert laborclerk("--json", "--store", county, *COUNTY).codes == ["server_store_exists"]
    assert not server_folder(county).exists()
    assert laborclerk("--json", "--store", county, "check").codes == ["no_server_keys"]


def test_backup_and_restore_say_who_does_it(
    laborclerk: Laborclerk, county: str, tmp_path: Path
) -> None:
    out = tmp_path / "x.lcbak"
    assert laborclerk("--json", "--store", county, "backup", out).codes == ["server_backup"]
    for store in (county, server_folder(county)):
        done = laborclerk("--json", "--store", store, "restore", out)
        assert done.codes == ["server_restore"]
    assert not out.exists()


def test_the_window_opens_the_folder_of_keys(laborclerk: Laborclerk, county: str) -> None:
    assert laborclerk("--store", county).status == 0
    assert windows == [(server_folder(county), None)]


def test_the_window_makes_no_station_on_a_server(laborclerk: Laborclerk, database: str) -> None:
    done = laborclerk("--json", "--store", database)
    assert (done.status, done.codes, windows) == (1, ["no_server_keys"], [])


def test_a_practice_township_can_be_there(laborclerk: Laborclerk, database: str) -> None:
    for _ in range(2):  # made, then found
        done = laborclerk(
            "--json", "--store", database, "demo", "--no-window", "--people", "100", "--seed", "1"
        )
        assert done.status == 0, done.err
        assert done.json["persons"] > 50


AWAY = {
    "server_away": "postgresql://nobody@127.0.0.1:9/register",
    "server_url": "postgresql://host",
}


@pytest.mark.parametrize("code", AWAY)
def test_a_server_that_cannot_be_reached_is_said(laborclerk: Laborclerk, code: str) -> None:
    done = laborclerk("--json", "--store", AWAY[code], *COUNTY)
    assert done.codes == [code]
    assert not server_folder(AWAY[code]).exists()


def test_a_database_that_is_not_there_is_said(laborclerk: Laborclerk, database: str) -> None:
    other = sa.make_url(database).set(database="nowhere").render_as_string(hide_password=False)
    done = laborclerk("--json", "--store", other, *COUNTY)
    assert (done.status, done.codes) == (3, ["server_no_database"])
