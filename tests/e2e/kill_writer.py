"""A clerk's process that is killed by test_kill.py: enters households, or imports sheets, for ever.

It tells on stdout what the program would show as 已存: one line per acknowledgement, written after
the commit. `python -m tests.e2e.kill_writer FOLDER entry|import [SHEET …]`
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from laborclerk.app import open_station
from laborclerk.features.census.household_form import new_form, new_person
from laborclerk.features.census.rounds import need_round
from laborclerk.features.census.service import save_form
from laborclerk.features.registry.places import PlaceTree
from laborclerk.store import drafts
from laborclerk.store.store import Store


def tell(*words: object) -> None:
    """One acknowledgement, out of this process at once."""
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def entry(store: Store) -> None:
    """Household after household of three, a draft before each save."""
    with store.read() as session:
        round_id = need_round(session).id
        group = PlaceTree.load(session).of_level("group")[0]
    for count in itertools.count():
        form = new_form(store, group, round_id)
        form.household["head_name"] = f"户主{count}"
        form.persons += [new_person(form), new_person(form)]
        for person in form.persons:
            person["name"] = f"成员{count}"
        kept = drafts.keep(store, "household", form.household["id"], form.as_draft())
        tell("draft", form.household["id"], kept)
        saved = save_form(store, form, finish=False)
        tell("saved", form.household["id"], saved.act, count)
        drafts.drop(store, "household", form.household["id"])


def imports(store: Store, sheets: list[str]) -> None:
    """The sheets in turn; each import is acknowledged with what it says it did."""
    from laborclerk.features.census.imports import import_census

    with store.read() as session:
        round_id = need_round(session).id
    for sheet in sheets:
        result = import_census(store, Path(sheet), round_id=round_id)
        tell("imported", sheet, result.created)


def main() -> None:
    folder, what, *sheets = sys.argv[1:]
    store = open_station(Path(folder), "", "practice")
    tell("ready")
    if what == "entry":
        entry(store)
    else:
        imports(store, sheets)


if __name__ == "__main__":
    main()
