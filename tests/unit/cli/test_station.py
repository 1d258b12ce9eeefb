"""init, demo, round, coverage, check, backup, restore, log; enrolment and bundles."""

from __future__ import annotations

import csv
from pathlib import Path

import pypdfium2
import pytest

from laborclerk.store.keyring import Keyring
from laborclerk.store.store import KEYS
from tests.unit.cli.conftest import PASSWORD, Done, Laborclerk, windows


@pytest.mark.parametrize(
    ("level", "place", "villages"),
    [("township", "530627001", 6), ("township", "530627001000", 6), ("county", "530627", 262)],
)
def test_a_station_begins_with_the_divisions_inside(
    laborclerk: Laborclerk, tmp_path: Path, level: str, place: str, villages: int
) -> None:
    folder = tmp_path / "s"
    argv = ("--json", "--store", folder, "init", "--level", level, "--place", place)
    body = laborclerk(*argv).json
    assert body["station"] == place.rstrip("0")
    assert len(body["device"]) == 13
    townships = 30 if level == "county" else 0
    assert body["places"] == villages + townships + 1
    assert laborclerk(*argv).codes == ["store_exists"]


@pytest.mark.parametrize(
    ("before", "behind", "name"),
    [((), (), "录入员"), (("--clerk", "张三"), (), "张三"), ((), ("--clerk", "李四"), "李四"),
     (("--clerk", "张三"), ("--clerk", "李四"), "李四")],
)  # fmt: skip
def test_the_first_clerk_may_be_named_before_the_command(
    laborclerk: Laborclerk,
    tmp_path: Path,
    before: tuple[str, ...],
    behind: tuple[str, ...],
    name: str,
) -> None:
    argv = ("init", "--level", "township", "--place", "530627001", *behind)
    assert laborclerk("--store", tmp_path / "s", *before, *argv).status == 0
    assert [one for one, _ in Keyring.load(tmp_path / "s" / KEYS).clerks()] == [name]


def test_a_station_begins_with_a_divisions_file(laborclerk: Laborclerk, tmp_path: Path) -> None:
    rows = [("530627999000", "新设镇"), ("530627999001", "新村村委会"), ("530628001001", "别处")]
    with (tmp_path / "places.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([("区划代码", "名称"), *rows])
    argv = ("--json", "--store", tmp_path / "s", "init", "--level", "township")
    files = ("--place", "530627999", "--places", tmp_path / "places.csv")
    body = laborclerk(*argv, *files).json
    assert (body["name"], body["places"]) == ("新设镇", 2)


@pytest.mark.parametrize(
    ("argv", "code"),
    [
        (["--level", "township", "--place", "530627"], "station_code"),
        (["--level", "county", "--place", "530627001"], "station_code"),
        (["--level", "township", "--place", "乌峰街道"], "station_code"),
        (["--level", "township", "--place", "530627999"], "station_unknown"),
    ],
)
def test_a_wrong_place_makes_no_station(
    laborclerk: Laborclerk, tmp_path: Path, argv: list[str], code: str
) -> None:
    done = laborclerk("--json", "--store", tmp_path / "s", "init", *argv)
    assert (done.status, done.codes) == (1, [code])
    assert not (tmp_path / "s").exists()


def test_a_short_password_makes_no_station(
    laborclerk: Laborclerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABORCLERK_PASSWORD", "short")
    argv = ("--store", tmp_path / "s", "init", "--level", "township", "--place", "530627001")
    assert laborclerk("--json", *argv).codes == ["password_too_short"]
    monkeypatch.setenv("LABORCLERK_PASSWORD", PASSWORD)
    assert laborclerk("--json", *argv).status == 0


def test_the_recovery_sheet_is_printed_where_asked(laborclerk: Laborclerk, tmp_path: Path) -> None:
    argv = ("init", "--level", "township", "--place", "530627001", "--recovery-sheet")
    done = laborclerk("--json", "--store", tmp_path / "s", *argv, tmp_path / "r.pdf")
    assert done.json["recovery_sheet"] == str(tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
    failed = laborclerk("--json", "--store", tmp_path / "t", *argv, tmp_path / "none" / "r.pdf")
    assert failed.status == 1
    assert len(failed.json["recovery_code"]) == 35  # the station stands: its code is not lost


def test_the_same_seed_makes_the_same_township(
    practice: Laborclerk, laborclerk: Laborclerk, tmp_path: Path
) -> None:
    argv = ("--json", "--store", tmp_path / "again", "demo", "--people", 300, "--seed", 1)
    made = laborclerk(*argv, "--no-window").json
    assert set(made) == {"ok", "problems", "station", "households", "persons", "password"}
    assert made["persons"] == 300
    asked = ("find", "王", "--limit", 1000)
    again = laborclerk("--json", "--store", tmp_path / "again", *asked)
    assert again.json["people"] == practice(*asked).json["people"]


def test_demo_opens_the_practice_township_that_is_there(
    laborclerk: Laborclerk, practice_folder: Path
) -> None:
    done = laborclerk("--json", "--store", practice_folder, "demo")
    assert done.json["persons"] > 0
    assert windows == [(practice_folder, "lianxi2026")]
    other = laborclerk("--json", "--store", practice_folder, "demo", "--seed", 2, "--no-window")
    assert other.codes == ["practice_exists"]


def test_demo_makes_a_practice_county_beside_the_township(
    laborclerk: Laborclerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    argv = ("--json", "demo", "--county", "--people", 500, "--no-window")
    made = laborclerk(*argv).json
    assert made["persons"] >= 500
    assert made["station"] == str(tmp_path / "data" / "practice-county")
    there = ("--json", "--store", made["station"])
    assert laborclerk(*argv).json == made
    assert laborclerk(*there, "demo", "--no-window").json == made
    monkeypatch.setenv("LABORCLERK_PASSWORD", made["password"])
    rows = laborclerk(*there, "coverage").json["rows"]
    assert [r["level"] for r in rows].count("township") == 5


def test_demo_never_touches_a_real_station(station: Laborclerk) -> None:
    assert station("demo", "--no-window").codes == ["store_exists"]


def test_rounds_open_one_after_another(station: Laborclerk) -> None:
    assert station("round", "new", "又一轮").codes == ["round_open"]
    closed = station("round", "close", "--on", "2026-11-30").json
    assert closed["closed"] == "2026-11-30"
    assert station("round", "close").codes == ["no_round"]
    made = station("round", "new", "又一轮", "--from", "2026-12-01", "--rule", "16-up").json
    assert made["round"]["reference_date"] == "2026-12-01"
    assert [r["name"] for r in station("round", "list").json["rounds"]] == [
        "又一轮", "2026年秋季摸底",
    ]  # fmt: skip
    assert station("round", "close", "没有这一轮").codes == ["record_unknown"]


def test_a_round_with_a_wrong_date_is_refused(station: Laborclerk) -> None:
    station("round", "close")
    done = station("round", "new", "又一轮", "--from", "十二月")
    assert done.status == 1
    assert done.json["problems"][0]["where"] == {"field": "starts"}


def test_coverage_lists_every_place_and_its_rows_add_up(practice: Laborclerk) -> None:
    rows = practice("coverage").json["rows"]
    assert rows[0]["level"] == "township"
    villages = [r for r in rows if r["level"] == "village"]
    assert len(villages) == 6
    assert any(v["households"]["frame"] == 0 for v in villages)
    for part in ("households", "persons"):
        for key, total in rows[0][part].items():
            assert total == sum(v[part][key] for v in villages), (part, key)
    one = practice("coverage", "--place", villages[0]["name"]).json["rows"]
    assert one[0] == villages[0]
    assert [r["level"] for r in one[1:]] == ["group"] * (len(one) - 1)


def test_coverage_after_the_round_is_that_of_the_round_closed_last(
    station: Laborclerk, laborclerk: Laborclerk
) -> None:
    open_ = station("coverage").json
    assert open_["closed"] is None
    station("round", "close")
    closed = station("coverage").json
    assert (closed["rows"], closed["round"]) == (open_["rows"], open_["round"])
    assert closed["closed"] in laborclerk("coverage").out


def test_check_finds_nothing_wrong_and_then_what_was_broken(
    practice: Laborclerk, tmp_path: Path
) -> None:
    assert practice("check").json["findings"] == []
    from laborclerk import app

    store = app.open_station(tmp_path / "practice", "", "lianxi2026")
    with store.local() as session:
        session.connection().exec_driver_sql(
            "UPDATE person SET household = 1 WHERE id = (SELECT min(id) FROM person)"
        )
    store.close()
    done = practice("check")
    assert (done.status, done.codes) == (1, ["store_inconsistent"])
    assert "“户”指向不存在的记录" in [f["what"] for f in done.json["findings"]]


def test_backup_and_restore_bring_everything_back(practice: Laborclerk, tmp_path: Path) -> None:
    people = practice("find", "王", "--limit", 1000).json["people"]
    made = practice("backup", tmp_path / "a.lcbak").json
    practice("set", people[0]["id"], "name=改了名")
    done = practice("restore", tmp_path / "a.lcbak").json
    assert done["sequence"] == made["sequence"]
    assert done["kept_aside"]
    assert practice("find", "王", "--limit", 1000).json["people"] == people
    assert practice("check").json["findings"] == []


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["restore", "none.lcbak"], 3, "cannot_read"),
        (["restore", "{here}/conftest"], 1, "not_a_backup"),
        (["backup", "{here}/none/a.lcbak"], 3, "cannot_read"),
        (["backup", "{here}/practice/register.db"], 1, "backup_in_store"),
    ],
)
def test_a_backup_that_cannot_be_says_why(
    practice: Laborclerk, tmp_path: Path, argv: list[str], status: int, code: str
) -> None:
    (tmp_path / "conftest").write_text("no backup")
    done = practice(*(a.format(here=tmp_path) for a in argv))
    assert (done.status, done.codes) == (status, [code])


# -- township and county -------------------------------------------------------------------------


@pytest.fixture
def county(laborclerk: Laborclerk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Laborclerk:
    """Runs commands on a county station beside the practice township."""
    folder = tmp_path / "county"

    def call(*argv: object) -> Done:
        monkeypatch.setenv("LABORCLERK_PASSWORD", PASSWORD)
        done = laborclerk("--json", "--store", folder, *argv)
        monkeypatch.setenv("LABORCLERK_PASSWORD", "lianxi2026")
        return done

    call("init", "--level", "county", "--place", "530627")
    return call


def test_a_township_reports_to_its_county(
    practice: Laborclerk, county: Laborclerk, tmp_path: Path
) -> None:
    request, approval, bundle = (tmp_path / n for n in ("a.lcq", "a.lca", "a.lcb"))
    assert practice("bundle", "export", bundle).codes == ["not_enrolled_yet"]
    asked = practice("enrol", "request", request).json["fingerprint"]
    wrong = county("enrol", "approve", request, approval, "--fingerprint", "1234")
    assert wrong.codes == ["fingerprint_differs"]
    right = county("enrol", "approve", request, approval, "--fingerprint", asked)
    assert right.json["fingerprint"] == asked
    assert practice("enrol", "accept", approval).json["name"] == "镇雄县"
    exported = practice("bundle", "export", bundle).json
    assert exported["number"] == 1
    assert county("bundle", "inspect", bundle).json["sequence"] == exported["sequence"]
    done = county("bundle", "import", tmp_path)  # the folder
    assert done.status == 0, done.out
    assert done.json["records"] > 500
    again = county("bundle", "import", bundle)
    assert (again.status, again.json["records"]) == (0, 0)
    total = practice("find", "王").json["total"]
    assert county("find", "王").json["total"] == total
    assert county("check").json["findings"] == []


def test_a_damaged_bundle_is_refused_and_nothing_changes(
    practice: Laborclerk, county: Laborclerk, tmp_path: Path
) -> None:
    request, approval, bundle = (tmp_path / n for n in ("a.lcq", "a.lca", "a.lcb"))
    practice("enrol", "request", request)
    county("enrol", "approve", request, approval)
    practice("enrol", "accept", approval)
    practice("bundle", "export", bundle)
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    done = county("bundle", "import", bundle)
    assert done.status == 1
    assert county("find", "王").json["total"] == 0


def test_the_authority_line_is_for_ssh_keygen(county: Laborclerk, tmp_path: Path) -> None:
    done = county("enrol", "authority", tmp_path / "signers")
    assert done.json["authority"].startswith("* cert-authority")
    assert (tmp_path / "signers").read_text().count("\n") == 1


def test_a_village_is_signed_off_when_its_gaps_are_explained(practice: Laborclerk) -> None:
    rows = practice("coverage").json["rows"]
    villages = [r for r in rows if r["level"] == "village"]
    signed = next(v for v in villages if v["signed"])
    assert practice("signoff", signed["code"]).codes == ["sign_stands"]
    assert practice("signoff", signed["code"], "--withdraw").json["signed"] is False
    assert practice("signoff", signed["code"], "--withdraw").codes == ["sign_gone"]
    refused = practice("signoff", signed["code"], "--signer", "李某")
    assert refused.status == 1
    again = practice("signoff", signed["code"], "--signer", "李某", "--reason", "已核实")
    assert again.json["row"]["sign_off"]["signer"] == "李某"
    assert practice("signoff", signed["code"], "--date", "十二月").status == 1
    open_ = next(v for v in villages if v["households"]["unvisited"])
    assert "sign_unvisited" in practice("signoff", open_["code"], "--reason", "x").codes


def test_the_list_behind_a_number_has_as_many_lines(practice: Laborclerk) -> None:
    whole = practice("coverage").json["rows"][0]
    for kind, number in (
        ("missing", whole["gaps"]["households"]), ("group", whole["gaps"]["groups"]),
        ("registered", whole["persons"]["due"]), ("item", whole["items_missing"]),
    ):  # fmt: skip
        found = practice("coverage", "--list", kind).json
        assert found["amount"] == number > 0
        assert len(found["lines"]) == found["total"]
    first = practice("coverage", "--list", "unvisited", "--limit", 1).json
    assert len(first["lines"]) == 1 < first["total"]
    line = first["lines"][0]
    assert practice("show", line["household"]).json["record"]["number"] == line["number"]


def test_what_changed_after_signing_is_listed_by_household(
    practice: Laborclerk, tmp_path: Path
) -> None:
    rows = practice("coverage").json["rows"]
    signed = next(v for v in rows if v["level"] == "village" and v["signed"])
    assert signed["sign_off"]["changed"]
    place = ("--place", signed["code"])
    before = practice("coverage", "--list", "changed", *place).json["lines"]
    [house] = {line["household"] for line in practice("coverage", "--list", "done", *place).json[
        "lines"][:1]}  # fmt: skip
    assert practice("set", house, "address=河边9号").status == 0
    found = practice("coverage", "--list", "changed", *place).json["lines"]
    [text] = [line["text"] for line in found if line["household"] == house]
    assert "住址" in text
    assert {line["household"] for line in found} == {line["household"] for line in before} | {house}
    printed = practice("print", "gaps", signed["code"], tmp_path / "a.pdf", "--list", "changed")
    assert printed.json["pages"] == 1


@pytest.mark.parametrize(
    "argv",
    [
        ["coverage"],
        ["coverage", "油榨街社区"],
        ["gaps", "--list", "unvisited"],
        ["summary"],
        ["collection", "--month", "2026-10"],
        ["public-list", "530627001001"],
        ["enrolment-sheet"],
        ["census-form", "--blank", "--copies", "2"],
        ["census-form", "530627001001001"],
        ["certificate", "530627001001"],
    ],
)
def test_every_kind_prints_its_pages(practice: Laborclerk, tmp_path: Path, argv: list[str]) -> None:
    done = practice("print", *argv, tmp_path / "out.pdf")
    assert done.status == 0, done.out
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as pdf:
        assert done.json["pages"] == len(pdf) > 0


@pytest.mark.parametrize(
    ("argv", "status", "code"),
    [
        (["nonsense"], 2, "usage"),
        (["gaps", "--list", "nonsense"], 1, "kind_unknown"),
        (["collection", "--month", "十月"], 1, None),
        (["certificate", "530627001203"], 1, "not_signed"),
        (["certificate"], 1, "not_signed"),
        (["census-form", "没有这一户"], 1, "record_unknown"),
        (["coverage", "没有这里"], 1, "no_such_place"),
    ],
)
def test_what_cannot_be_printed_says_why(
    practice: Laborclerk, tmp_path: Path, argv: list[str], status: int, code: str | None
) -> None:
    done = practice("print", *argv, tmp_path / "out.pdf")
    assert done.status == status
    assert code is None or done.codes == [code]
    assert not (tmp_path / "out.pdf").exists()


def test_the_form_of_one_person_is_her_households(practice: Laborclerk, tmp_path: Path) -> None:
    person = practice("find", "王", "--limit", 1).json["people"][0]
    done = practice("print", "census-form", person["id"], tmp_path / "out.pdf")
    assert 0 < done.json["pages"] <= 4
