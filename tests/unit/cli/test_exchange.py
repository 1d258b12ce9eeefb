"""bundle and conflicts, as a script of a county uses them with a township."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.features.registry.duplicates.decide import merge
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.work.model import WorkSpell
from laborclerk.store.store import Store
from tests.exchanging import GROUPS, opened, stations
from tests.small import PASSWORD, add_household
from tests.unit.cli.conftest import Done, Laborclerk


@dataclass
class Stick:
    """Commands at both stations, and the folder between them."""

    folder: Path
    laborclerk: Laborclerk

    def at(self, station: str, *argv: object) -> Done:
        return self.laborclerk("--json", "--store", self.folder / station, *argv)

    def up(self) -> Done:
        file = self.folder / "up.lcb"
        assert self.at("乌峰", "bundle", "export", file).status == 0
        return self.at("county", "bundle", "import", file)


@pytest.fixture
def stick(tmp_path: Path, laborclerk: Laborclerk, monkeypatch: pytest.MonkeyPatch) -> Stick:
    monkeypatch.setenv("LABORCLERK_PASSWORD", PASSWORD)
    stations(tmp_path)
    store = opened(tmp_path, "乌峰")
    household(store, "周大", "周小芳")
    store.close()
    return Stick(tmp_path, laborclerk)


def household(store: Store, *names: str, number: str = "0187") -> int:
    people = [{"name": n, "relation": "31" if at else "02"} for at, n in enumerate(names)]
    return add_household(store, *people, place=GROUPS["乌峰"][0], number=number)


def returned(stick: Stick) -> Done:
    file = stick.folder / "down.lcb"
    assert stick.at("county", "bundle", "export", file, "--to", "乌峰街道").status == 0
    return stick.at("乌峰", "bundle", "import", file)


def test_a_county_writes_a_file_for_every_township(stick: Stick) -> None:
    stick.up()
    out = stick.folder / "返还"
    done = stick.at("county", "bundle", "export", out).json
    assert sorted(p.name for p in out.iterdir()) == ["返还-乌峰街道.lcb", "返还-泼机镇.lcb"]
    assert {f["to"] for f in done["files"]} == {"乌峰街道", "泼机镇"}
    seen = stick.at("乌峰", "bundle", "inspect", out / "返还-乌峰街道.lcb").json
    assert seen["purpose"] == "return"
    assert stick.at("乌峰", "bundle", "import", out / "返还-乌峰街道.lcb").status == 0
    assert stick.at("泼机", "bundle", "import", out / "返还-乌峰街道.lcb").status == 1


def test_a_township_has_nobody_to_return_to(stick: Stick) -> None:
    done = stick.at("乌峰", "bundle", "export", stick.folder / "x", "--to", "泼机镇")
    assert done.status == 2


def test_a_stick_with_what_is_for_others_is_sorted_out(stick: Stick) -> None:
    """Reports and answers of all lie on one stick: each takes its own and is told of the rest."""
    folder = stick.folder / "stick"
    folder.mkdir()
    for town in ("乌峰", "泼机"):
        assert stick.at(town, "bundle", "export", folder / f"{town}.lcb").status == 0
    assert stick.at("county", "bundle", "export", folder).status == 0
    for station, taken in (
        ("county", ["乌峰.lcb", "泼机.lcb"]), ("泼机", ["返还-泼机镇.lcb"]),
    ):  # fmt: skip
        done = stick.at(station, "bundle", "import", folder)
        assert done.status == 0, done.out
        assert sorted(b["file"] for b in done.json["bundles"]) == taken
        assert len(done.json["passed"]) == 4 - len(taken)
    assert "由乡镇导入" in stick.at("county", "bundle", "import", folder).json["passed"][0]["text"]
    (folder / "照片.lcb").write_bytes(b"\xff\xd8\xff\xe0 a picture")
    done = stick.at("county", "bundle", "import", folder)
    assert (done.status, done.codes[-1]) == (1, "bundle_not_a_bundle")
    assert "扩展名" not in done.out


@pytest.mark.parametrize(("station", "more"), [("乌峰", ()), ("county", ("--to", "乌峰街道"))])
def test_one_file_wants_a_name_not_a_folder(
    stick: Stick, station: str, more: tuple[str, ...]
) -> None:
    done = stick.at(station, "bundle", "export", stick.folder, *more)
    assert (done.status, done.codes) == (1, ["folder_no_name"])


def test_what_a_file_holds_is_told_in_chinese(stick: Stick) -> None:
    file = stick.folder / "up.lcb"
    told = [
        stick.laborclerk("--store", stick.folder / "乌峰", "bundle", *argv, file).out
        for argv in (("export",), ("inspect",))
    ]
    for text in told:
        assert "登记批复" in text
        assert not re.search(r"[a-z_]+\d", text.replace(str(file), ""))


def test_a_household_that_moved_away_is_shown_with_its_whole_place(stick: Stick) -> None:
    """The township it left has no list of its neighbour's villages."""
    with closing(opened(stick.folder, "乌峰")) as store, store.write("test.move") as work:
        home = work.session.scalars(sa.select(Household)).one()
        work.change(home, {"place": 530627102001001})
    shown = stick.laborclerk("--store", stick.folder / "乌峰", "show", "0187").out
    assert shown.count("泼机镇 龙翔社区 1组") == 2


def dispute(stick: Stick, *names: str) -> None:
    for station, income in (("乌峰", "5200"), ("county", "4800")):
        for name in names:
            done = stick.at(station, "set", name, f"monthly_income={income}")
            assert done.status == 0, done.out


def listed(stick: Stick, station: str = "county", *argv: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stick.at(station, "conflicts", "list", *argv).json["conflicts"]
    return found


def test_conflicts_are_listed_resolved_and_sent_back(stick: Stick) -> None:
    stick.up()
    returned(stick)
    dispute(stick, "周小芳")
    done = stick.up()
    assert done.json["conflicts"] == 1
    assert "conflicts_began" in done.codes
    (line,) = listed(stick)
    assert line["field"] == "monthly_income"
    assert line["record"]["name"] == "周小芳"
    told = {v["station"]: (v["value"], v["clerk"]) for v in line["values"]}
    assert told == {"乌峰街道": (5200, "张录入"), "镇雄县人社局": (4800, "张录入")}
    assert line["kept"] == 1
    assert listed(stick, "county", "--place", "泼机镇") == []
    keep = next(n for n, v in enumerate(line["values"], 1) if v["value"] == 5200)
    assert stick.at("county", "conflicts", "resolve", line["id"], "--keep", keep).status == 0
    assert listed(stick) == []
    assert returned(stick).status == 0
    assert stick.at("乌峰", "show", "周小芳").json["record"]["monthly_income"] == 5200
    again = stick.at("county", "conflicts", "resolve", line["id"], "--keep", keep)
    assert (again.status, again.codes) == (1, ["conflict_unknown"])


def test_another_value_all_alike_and_undo(stick: Stick) -> None:
    stick.up()
    returned(stick)
    dispute(stick, "周大", "周小芳")
    stick.up()
    first, second = listed(stick)
    other = stick.at("county", "conflicts", "resolve", first["id"], "--value", "5000")
    assert other.json["left"] == 1
    assert stick.at("county", "undo").status == 0
    keep = next(n for n, v in enumerate(second["values"], 1) if v["value"] == 4800)
    done = stick.at("county", "conflicts", "resolve", second["id"], "--keep", keep, "--alike").json
    assert len(done["resolved"]) == 2
    assert done["left"] == 0
    assert stick.at("county", "undo").status == 0
    assert len(listed(stick)) == 2


def test_a_decision_can_say_what_it_was_made_on(stick: Stick) -> None:
    stick.up()
    returned(stick)
    dispute(stick, "周小芳")
    stick.up()
    (line,) = listed(stick)
    seen = [option for v in line["values"] for option in ("--seen", v["text"])]
    assert stick.at("乌峰", "set", "周小芳", "monthly_income=5600").status == 0
    stick.up()
    for more in ((), ("--alike",)):
        decided = ("conflicts", "resolve", line["id"], "--keep", "1", *seen, *more)
        done = stick.at("county", *decided)
        assert (done.status, done.codes) == (1, ["conflict_changed"])
    (now,) = listed(stick)
    seen = [option for v in now["values"] for option in ("--seen", v["text"])]
    assert stick.at("county", "conflicts", "resolve", line["id"], "--keep", "1", *seen).status == 0
    assert listed(stick) == []


@pytest.mark.parametrize("argv", [(), ("--keep", "1", "--value", "2"), ("--value", "1", "--alike")])
def test_one_way_to_decide_must_be_named(stick: Stick, argv: tuple[str, ...]) -> None:
    assert stick.at("county", "conflicts", "resolve", "X", *argv).status == 2


def test_a_bundle_after_a_gap_waits_and_is_released(stick: Stick) -> None:
    stick.up()
    returned(stick)
    stick.at("乌峰", "set", "周小芳", "monthly_income=5200")
    lost = stick.folder / "lost.lcb"
    stick.at("乌峰", "bundle", "export", lost)
    _pretend_acknowledged(stick)
    stick.at("乌峰", "set", "周大", "monthly_income=4100")
    done = stick.up()
    assert (done.status, done.json["records"], done.codes) == (1, 0, ["bundle_gap"])
    (waits,) = stick.at("county", "bundle", "release").json["waiting"]
    assert waits["station"] == "乌峰街道"
    released = stick.at("county", "bundle", "release", waits["id"][:12])
    assert released.json["records"] == 1
    assert stick.at("county", "bundle", "release").json["waiting"] == []
    assert stick.at("county", "check").json["findings"] == []  # what never came was said to
    late = stick.at("county", "bundle", "import", lost)
    assert late.json["records"] == 1


def _pretend_acknowledged(stick: Stick) -> None:
    import sqlalchemy as sa

    from laborclerk.store.journal import Device

    store = opened(stick.folder, "乌峰")
    with store.local() as session:
        own = session.get_one(Device, 0)
        session.execute(sa.update(Device).where(Device.index == 0).values(acked=own.last_seq))
    store.close()


def test_many_files_are_told_one_by_one(stick: Stick) -> None:
    inbox = stick.folder / "inbox"
    inbox.mkdir()
    stick.at("乌峰", "bundle", "export", inbox / "1.lcb")
    stick.at("泼机", "bundle", "export", inbox / "2.lcb")
    shutil.copy(inbox / "1.lcb", inbox / "copy.lcb")
    (inbox / "bad.lcb").write_bytes(b"x")
    done = stick.at("county", "bundle", "import", inbox)
    assert done.status == 1
    told = {b["file"]: b["ok"] for b in done.json["bundles"]}
    assert told == {"1.lcb": True, "2.lcb": True, "copy.lcb": True, "bad.lcb": False}
    assert done.json["duplicates"] == 0
    plain = stick.laborclerk("--store", stick.folder / "county", "bundle", "import", inbox)
    assert "bad.lcb:没有导入" in plain.out


def test_likely_duplicates_of_an_import_are_counted(stick: Stick) -> None:
    for name, group in (("乌峰", "乌峰"), ("泼机", "泼机")):
        store = opened(stick.folder, name)
        add_household(
            store, {"name": "李重复", "relation": "02", "id_number": "53062719900101999X"},
            place=GROUPS[group][1], number="0555",
        )  # fmt: skip
        store.close()
    stick.up()
    file = stick.folder / "p.lcb"
    stick.at("泼机", "bundle", "export", file)
    assert stick.at("county", "bundle", "import", file).json["duplicates"] == 1


def test_what_merging_broke_is_listed(stick: Stick) -> None:
    stick.up()
    returned(stick)
    stick.at("乌峰", "set", "周小芳", "phone=13800000000")
    stick.at("county", "set", "周小芳", "monthly_income=4800")
    assert stick.up().json["findings"] == 1
    (found,) = stick.at("county", "conflicts", "list", "--findings").json["findings"]
    assert found["record"]["name"] == "周小芳"
    assert not found["broken"]


def test_a_job_of_who_was_merged_away_is_put_right(stick: Stick) -> None:
    with closing(opened(stick.folder, "乌峰")) as store, store.write("test.add") as work:
        fang = work.session.scalars(sa.select(Person).where(Person.name == "周小芳")).one()
        kept = fang.id
        twin = int(work.add(Person(household=fang.household, name="周小芳", line=9)).id)
    stick.up()
    returned(stick)
    with closing(opened(stick.folder, "乌峰")) as store, store.write("work.spell") as work:
        work.add(WorkSpell(person=twin, start="2026-09-01"))
    with closing(opened(stick.folder, "county")) as store:
        merge(store, kept, twin)
    stick.up()
    (found,) = stick.at("county", "conflicts", "list", "--findings").json["findings"]
    assert (found["broken"], found["way_out"]) == (True, "归到保留的那条登记")
    assert stick.at("county", "conflicts", "mend", found["id"]).status == 0
    assert stick.at("county", "conflicts", "list", "--findings").json["findings"] == []
    again = stick.at("county", "conflicts", "mend", found["id"])
    assert (again.status, again.codes) == (1, ["not_astray"])


def test_history_shows_both_sides_and_the_decision(stick: Stick) -> None:
    stick.up()
    returned(stick)
    dispute(stick, "周小芳")
    stick.up()
    (line,) = listed(stick)
    stick.at("county", "conflicts", "resolve", line["id"], "--keep", "1", "--reason", "企业工资表")
    returned(stick)
    for station in ("county", "乌峰"):
        entries = stick.at(station, "history", "周小芳").json["entries"]
        told = [(e["station"], e["kind"]) for e in entries]
        assert ("乌峰街道", "change") in told
        assert ("镇雄县人社局", "change") in told
        decided = next(e for e in entries if e["kind"] == "resolve")
        assert set(decided["stood"]["monthly_income"]) == {5200, 4800}
    plain = stick.laborclerk("--store", stick.folder / "county", "history", "周小芳")
    assert "核定(核定冲突)" in plain.out
    assert "4800元、5200元" in plain.out.replace(",", "")
    assert "企业工资表" in plain.out
    stick.at("county", "undo")
    assert stick.at("county", "history", "周小芳").json["entries"][-1]["kind"] == "reopen"
