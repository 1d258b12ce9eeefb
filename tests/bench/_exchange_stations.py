"""Stations for the benchmark of the exchange, built once and kept in a temporary folder.

A township of practice data enrolled with its county; what a month brings, thirty times, each as a
bundle of its own (the county's acknowledgement is put in by hand, else each would hold all before);
and a county of thirty townships: the one above and twenty-nine copies of it, put in raw with their
journal, with numbers, names and telephones of their own.

`LABORCLERK_BENCH_STORE` names the folder to keep them in (some 4 GB), else a temporary one.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from laborclerk.app import create_station, maintainers
from laborclerk.catalog.fields import PlaceRef, Reference
from laborclerk.features.practice import service as practice
from laborclerk.features.registry.find import words
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceRow
from laborclerk.features.registry.search import TABLE, tokens
from laborclerk.features.registry.station import found, plan
from laborclerk.kernel.ids import new_id
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.engine import connect
from laborclerk.store.journal import Changes
from laborclerk.store.store import DATABASE, Store, by_password, open_store
from laborclerk.sync.approvals import accept, approve, request
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import COUNTY
from tests.bench._kept import kept
from tests.bench._ratio import taken

TOWNSHIPS = 30
MONTHS = 30
CLERK, PASSWORD = "bench", "benchmark"
_RECORDS_OF_AN_ACT = 3
_NOBODYS = ("round", "frame_edition")  # records that no township owns: not copied
_SHIFT, _PLACE_SHIFT = 2**45, 10**6  # between one township's ids and places and the next one's


@dataclass(frozen=True)
class Stations:
    """Folders of closed stores and files: the `township` with everything sent but for the first
    month's work, the county before it knew anything (`empty`) and with the township (`county`)."""

    base: Path
    people: int

    @property
    def township(self) -> Path:
        return self.base / "township"

    @property
    def empty(self) -> Path:
        return self.base / "empty"

    @property
    def county(self) -> Path:
        return self.base / "county"

    @property
    def large(self) -> Path:
        """The county of thirty townships."""
        return self.base / "large"

    @property
    def full(self) -> Path:
        """All that the township had before the first month."""
        return self.base / "full.lcb"

    def month(self, number: int) -> Path:
        return self.base / f"month-{number:02d}.lcb"


def opened(folder: Path) -> Store:
    """An open store that does not ask whether it was copied: here they are, on purpose."""
    township = folder.name.startswith("township")
    who = (practice.CLERK, practice.PASSWORD) if township else (CLERK, PASSWORD)
    return open_store(folder, by_password(*who), maintainers())


def raw_of(folder: Path) -> Any:
    """A raw connection to a closed store."""
    store = opened(folder)
    key = store.key
    store.close()
    return connect(folder / DATABASE, key)


def stations(people: int) -> Stations:
    """All but the large county; made when they are not there yet."""
    made = Stations(kept(f"exchange-{people}"), people)
    _once(made.base, lambda: _build(made), "stations")
    return made


def large(made: Stations) -> Path:
    """The county of thirty townships; made when it is not there yet (some minutes)."""
    _once(made.large, lambda: _grow(made), "county of thirty townships")
    return made.large


def _once(folder: Path, build: Callable[[], None], what: str) -> None:
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        seconds = taken(build)
        print(f"{what} built in {seconds:.0f} s", flush=True)
        (folder / "ready").touch()


# -- a township and its county -------------------------------------------------------------------


def _build(made: Stations) -> None:
    from laborclerk.features.exchange.taking import import_bundle

    make = partial(create_station, scrypt_n=2**10)
    made.base.mkdir(parents=True)
    county, _ = make(made.empty, CLERK, PASSWORD)
    code = practice.TOWNSHIP[:6]
    found(county, plan(COUNTY, code, [PlaceRow(f"{code}000000", "县")]))
    township, _ = practice.begin(make, made.township, people=made.people)
    ask, answer = made.base / "x.lcq", made.base / "x.lca"
    request(township, ask)
    approve(county, ask, answer)
    accept(township, answer)
    export_bundle(township, made.full)
    _acknowledge(township)
    county.close()
    shutil.copytree(made.empty, made.county)
    county = opened(made.county)
    held = import_bundle(county, made.full).held
    county.close()
    assert not held, held
    _months(made, township)


def _months(made: Stations, township: Store) -> None:
    """Every month's bundle; the township is left as it is after the first."""
    month(township, 1)
    township.close()
    later = made.base / "township-later"
    shutil.copytree(made.township, later)
    township = opened(later)
    for number in range(1, MONTHS + 1):
        if number > 1:
            month(township, number)
        export_bundle(township, made.month(number))
        _acknowledge(township)
    township.close()
    shutil.rmtree(later)


def _acknowledge(township: Store) -> None:
    """What the county's return bundle would tell."""
    with township.local() as session:
        session.execute(sa.text('UPDATE device SET acked = last_seq WHERE "index" = 0'))


def month(store: Store, number: int) -> None:
    """A month's work: of 60,000 persons 5,000 are changed in one to three fields, household by
    household, 500 are new and 50 gone, in acts of three records."""
    chance = Random(number)
    with store.read() as session:
        rows = session.execute(
            sa.select(Person.id, Person.household, Person.phone, Person.monthly_income,
                      Person.work_months, Person.employer, Person.note)
            .where(Person.deleted.is_(None), Person.household.is_not(None))
            .order_by(Person.household, Person.line)
        ).mappings().all()  # fmt: skip
        alive = set(session.scalars(sa.select(Household.id).where(Household.deleted.is_(None))))
    homes: dict[int, list[Any]] = {}
    for row in rows:
        if row["household"] in alive:
            homes.setdefault(row["household"], []).append(row)
    visited = list(homes)
    chance.shuffle(visited)
    people = [row for home in visited for row in homes[home]]
    many, gone = len(rows) // 12, max(len(rows) // 1200, 1)
    changes = {row["id"]: _changed(chance, row) for row in people[:many]}
    born = [_born(chance, home) for home in visited[: len(rows) // 120]]
    left: dict[int, Changes] = {
        row["id"]: {"deleted": (None, "4")} for row in people[many : many + gone]
    }
    with store.write("census.save") as work:
        act = work.act
        work.change_many(Person, changes)
        work.create_many(Person, born)
        work.change_many(Person, left)
    _separate(store, act)


def _changed(chance: Random, row: Any) -> Changes:
    new = {
        "phone": f"154{chance.randrange(10**8):08d}",
        "monthly_income": chance.randrange(20, 90) * 100 + 1,
        "work_months": (row["work_months"] or 0) % 12 + 1,
        "employer": f"某某{chance.randrange(300)}电子有限公司",
        "note": f"{chance.randrange(1, 29)}日电话核实",
    }
    keys = chance.sample(["monthly_income", "work_months", "employer", "note", "phone"],
                         chance.choice((1, 2, 2, 3)))  # fmt: skip
    return {key: (row[key], new[key]) for key in keys if row[key] != new[key]}


def _born(chance: Random, home: int) -> dict[str, Any]:
    born = f"2026-{chance.randrange(1, 11):02d}-{chance.randrange(1, 29):02d}"
    given = "".join(chance.choices("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英", k=2))
    return {
        "household": home, "line": 9, "relation": "20",
        "name": chance.choice("李王张刘陈杨") + given,
        "id_type": "01", "sex": chance.choice("12"), "birth_date": born, "ethnicity": "01",
        "id_number": f"530627{born.replace('-', '')}{chance.randrange(996, 1000)}"
        + str(chance.randrange(10)),
        "presence": "1", "health": "10", "work_ability": "5", "in_school": "01",
    }  # fmt: skip


def _separate(store: Store, act: int) -> None:
    """One long act as those of the households that were visited."""
    n = _RECORDS_OF_AN_ACT
    with store.local() as session:
        given = {"act": act, "n": n}
        session.execute(
            sa.text(
                "UPDATE journal SET act = :act + (seq - :act) / :n * :n"
                " WHERE device = 0 AND act = :act"
            ),
            given,
        )
        session.execute(
            sa.text(
                "INSERT INTO act SELECT DISTINCT 0, j.act, a.at + j.act - a.act, a.clerk,"
                " a.use_case, NULL, a.written + (j.act - a.act) / :n"
                " FROM journal j, act a WHERE a.device = 0 AND a.act = :act"
                " AND j.device = 0 AND j.act > :act"
            ),
            given,
        )
        session.execute(
            sa.text('UPDATE device SET acts = (SELECT max(written) FROM act) WHERE "index" = 0')
        )


# -- a county of thirty townships ----------------------------------------------------------------


def _grow(made: Stations) -> None:
    shutil.copytree(made.county, made.large)
    raw = raw_of(made.large)
    raw.execute("PRAGMA foreign_keys = OFF")
    kinds = {name: m for name, m in record_types().items() if name not in _NOBODYS}
    copied = [*kinds, "journal", "household_state"]
    marks = ",".join("?" * len(copied))
    indexes = raw.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        f" AND tbl_name IN ({marks})",
        copied,
    ).fetchall()
    raw.execute("BEGIN IMMEDIATE")
    for name, _ in indexes:
        raw.execute(f"DROP INDEX {name}")
    own = raw.execute('SELECT "index", last_seq FROM device WHERE "index" > 0').fetchone()
    for copy in range(1, TOWNSHIPS):
        _copy(raw, kinds, own, copy)
    _index_copies(raw, own[0])
    for _, sql in indexes:
        raw.execute(sql)
    raw.execute("COMMIT")
    raw.execute("ANALYZE")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()


def _copy(raw: Any, kinds: dict[str, Any], own: tuple[int, int], copy: int) -> None:
    """The township's rows, journal and derived rows again, as another device's."""
    source, last = own
    device, shift, places = source + copy, copy * _SHIFT, copy * _PLACE_SHIFT
    raw.execute(
        'INSERT INTO device ("index", device, incarnation, name, last_seq, acked, acts, own,'
        " partial) VALUES (?, ?, 1, ?, ?, 0, 0, 0, 0)",
        (device, new_id(), f"第{copy + 1}镇", last),
    )
    for name, model in kinds.items():
        changed = {"id": f"+{places if name == 'place' else shift}"}
        for key, spec in fields_of(model).items():
            if isinstance(spec.type, PlaceRef):
                changed[key] = f"+{places}"
            elif isinstance(spec.type, Reference) and spec.type.record_type not in _NOBODYS:
                changed[key] = f"+{shift}"
        _insert(raw, name, changed | {"origin_device": f"*0+{device}"},
                f"origin_device = {source}" + _TOWNSHIP.get(name, ""))  # fmt: skip
    raw.execute(
        "INSERT INTO journal SELECT ?, seq, act, record_type,"
        " record_id + CASE record_type WHEN 'place' THEN ? ELSE ? END, kind, changes"
        " FROM journal WHERE device = ? AND record_type NOT IN ('round', 'frame_edition')",
        (device, places, shift, source),
    )
    raw.execute(
        "INSERT INTO act SELECT ?, act, at, clerk, use_case, undoes, written FROM act"
        " WHERE device = ?",
        (device, source),
    )
    here = {"household": f"+{shift}", "place": f"+{places}"}
    _insert(raw, "household_state", here, _FIRST)
    _insert(raw, "group_count", {"place": f"+{places}"}, _FIRST)


_TOWNSHIP = {"place": f" AND id % {10**9} >= {_PLACE_SHIFT}"}
_FIRST = f"place / {_PLACE_SHIFT} = {int(practice.TOWNSHIP) * 1000 // _PLACE_SHIFT}"


def _insert(raw: Any, table: str, changed: dict[str, str], where: str) -> None:
    columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
    names = ", ".join(f'"{c}"' for c in columns)
    values = ", ".join(f'"{c}"{changed.get(c, "")}' for c in columns)
    raw.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {where}")


def _index_copies(raw: Any, source: int) -> None:
    """Everybody in the copies gets a name, number and telephone of his own, and is indexed."""
    raw.execute(
        "UPDATE person SET id_number = CASE WHEN id_number IS NULL THEN NULL ELSE"
        " '53' || printf('%04d', abs(random()) % 10000) || substr(id_number, 7) END,"
        " name = substr(name, 1, 1) || char(19968 + abs(random()) % 3000)"
        " || char(19968 + abs(random()) % 3000),"
        " phone = CASE WHEN phone IS NULL THEN NULL ELSE"
        " '154' || printf('%08d', abs(random()) % 100000000) END,"
        " disability_number = NULL WHERE origin_device > ?",
        (source,),
    )
    rows = raw.execute(
        "SELECT id, name, id_number, phone FROM person"
        " WHERE origin_device > ? AND deleted IS NULL ORDER BY id",
        (source,),
    )
    while some := rows.fetchmany(20_000):
        raw.executemany(
            f"INSERT INTO {TABLE}(rowid, t) VALUES (?, ?)",
            [(i, tokens(words(name, number, phone))) for i, name, number, phone in some],
        )
