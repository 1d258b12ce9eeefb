"""A day at a station, run by test_no_plain_text.py in a process of its own that is cut off at its
end, so that the write-ahead log and everything else stays as a crash leaves it.

`python -m tests.store.plain_session FOLDER GIVEN`: HOME and TMPDIR lie in FOLDER, the sheet to
import and what a clerk typed in GIVEN.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from laborclerk import app
from laborclerk.cli.call import Wiring
from laborclerk.cli.main import run
from laborclerk.features.census.household_form import new_form, open_form
from laborclerk.features.census.rounds import need_round
from laborclerk.features.census.service import record_visit, save_form
from laborclerk.features.registry.find import find
from laborclerk.features.registry.places import add_group
from laborclerk.kernel import log
from laborclerk.store import autobackup, drafts
from laborclerk.store.folders import log_folder
from laborclerk.store.store import Store

VILLAGE = 530627001001000


def quick(folder: Path, clerk: str, password: str, *, server: str = "") -> tuple[Store, str]:
    return app.create_station(folder, clerk, password, scrypt_n=2, server=server)


def command(*argv: object) -> None:
    """A command line of the clerk; its own output goes nowhere."""
    status = run([str(a) for a in argv], Wiring(quick, app.open_with, lambda *_: 0))
    assert status in (0, 1), argv


def main() -> None:
    folder, given = map(Path, sys.argv[1:])
    secrets: dict[str, Any] = json.loads((given / "secrets.json").read_text("utf-8"))
    os.environ["LABORCLERK_PASSWORD"] = secrets["password"]
    at, county, sticks = folder / "station", folder / "county", folder / "stick"
    sticks.mkdir()
    command("--store", at, "init", "--level", "township", "--place", "530627001", "--clerk", "王某")
    command("--store", county, "init", "--level", "county", "--place", "530627", "--clerk", "李某")
    command("--store", at, "round", "new", "2026年秋季摸底", "--from", "2026-10-01")

    # at the window: typed, kept, saved, found, undone; a sheet of one's own comes in
    store = app.open_station(at, "王某", secrets["password"])
    group = add_group(store, VILLAGE, "1组")
    with store.read() as session:
        round_id = need_round(session).id
    form = new_form(store, group, round_id)
    form.household |= {"head_name": secrets["name"], "note": secrets["note"]}
    form.persons[0] |= {
        "name": secrets["name"], "id_type": "1", "id_number": secrets["id_number"],
        "phone": secrets["phone"],
    }  # fmt: skip
    drafts.keep(store, "census", form.household["id"], form.as_draft())
    save_form(store, form, finish=False)
    household = form.household["id"]
    later = open_form(store, household, round_id)
    later.persons[0]["note"] = secrets["note"]
    save_form(store, later, finish=False)
    record_visit(store, household, round_id, {"result": "1", "note": secrets["note"]})
    later.persons[0]["name"] = secrets["drafted"]
    drafts.keep(store, "census", household, later.as_draft())
    with store.read() as session:
        assert find(session, secrets["name"]).total == 1
        session.connection().exec_driver_sql(  # a sort that does not fit into memory's pages
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 60000)"
            " SELECT p.name || n.i AS x, p.note FROM person p, n ORDER BY x DESC LIMIT 1"
        ).all()
    store.close()

    station = ("--store", at)
    for _ in range(2):
        command(*station, "import", "census", given / "sheet.csv", "--sheet-password-file",
                given / "sheet", "--rejects", sticks / "rejects.xlsx")  # fmt: skip
    command(*station, "set", secrets["id_number"], f"phone={secrets['phone']}")
    command(*station, "find", secrets["name"])
    command(*station, "undo")
    command(*station, "redo")
    command(*station, "history", secrets["id_number"])
    command(*station, "check")
    command(*station, "export", "census", sticks / "all.xlsx", "--sheet-password-file",
            given / "sheet")  # fmt: skip

    # sent, merged, backed up, restored
    command(*station, "enrol", "request", sticks / "a.lcq")
    command("--store", county, "enrol", "approve", sticks / "a.lcq", sticks / "a.lca")
    command(*station, "enrol", "accept", sticks / "a.lca")
    command(*station, "bundle", "export", sticks / "a.lcb")
    command("--store", county, "bundle", "import", sticks / "a.lcb")
    command(*station, "backup", sticks / "a.lcbak")
    command("--store", folder / "restored", "restore", sticks / "a.lcbak")
    os.environ["LABORCLERK_NEW_PASSWORD"] = secrets["new_password"]
    command(*station, "clerk", "add", "孙某")

    # a bug while she types
    store = app.open_station(at, "王某", secrets["password"])
    autobackup.automatic(store)
    try:
        with store.write("test") as work:
            work.change(work.session.get_one(type(record_of(store)), 5), {"name": secrets["name"]})
    except Exception as error:
        error.add_note(secrets["name"])
        log.save_bug_report(error, log_folder())
    log.event("refused", name=secrets["name"], number=secrets["id_number"], phone=secrets["phone"])
    command(*station, "log", sticks / "log.txt")
    with store.write("test") as work:
        work.change(record_of(store), {"note": secrets["note"]})
    os._exit(0)  # the machine is switched off


def record_of(store: Store) -> Any:
    from laborclerk.features.registry.model import Household

    with store.read() as session:
        return session.query(Household).first()


if __name__ == "__main__":
    main()
