"""Morango on plain files; run by `_exchange_peers`.

What it sends is put in a gzip file of JSON, as it has no files of its own; what is read goes into
its store at once, without the comparing of counters that its sync sessions do, and there are no
foreign keys and no indexes beyond the ids: all in its favour. Once each, for it takes minutes.

python _peer_morango.py FOLDER — with base.db and after.db in it; prints JSON.
"""

# mypy: disable-error-code="import-not-found"
from __future__ import annotations

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[1])
TABLES = [
    row[0]
    for row in sqlite3.connect(FOLDER / "base.db").execute(
        "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
]
MODELS = """
from django.db import models
from morango.models.core import SyncableModel
class Own(SyncableModel):
    morango_profile = "bench"
    def calculate_source_id(self): return self.id
    def calculate_partition(self): return "all"
    class Meta: abstract = True
"""


def rows_of(name: str, table: str) -> dict[int, tuple[Any, ...]]:
    db = sqlite3.connect(FOLDER / f"{name}.db")
    return {row[0]: row for row in db.execute(f"SELECT * FROM {table}")}


def columns_of(table: str) -> list[tuple[str, str]]:
    db = sqlite3.connect(FOLDER / "base.db")
    return [(row[1], row[2]) for row in db.execute(f"PRAGMA table_info({table})")][1:]


def name_of(table: str) -> str:
    return table.title().replace("_", "")


def begin(side: str) -> None:
    """A Django project with our two tables and a database of its own."""
    package = FOLDER / "benchapp"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").touch()
    text = MODELS
    for table in TABLES:
        text += f'class {name_of(table)}(Own):\n    morango_model_name = "{table}"\n'
        for name, kind in columns_of(table):
            made = {"BIGINT": "BigIntegerField", "BOOLEAN": "BooleanField"}.get(kind, "TextField")
            text += f"    {name} = models.{made}(null=True, blank=True)\n"
    (package / "models.py").write_text(text)
    sys.path.insert(0, str(FOLDER))
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth",
                        "rest_framework", "morango", "benchapp"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3",
                               "NAME": str(FOLDER / f"morango-{side}.db")}},
        SECRET_KEY="bench", USE_TZ=True, DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        MORANGO_TEST_POSTGRESQL=False,
    )  # fmt: skip
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


def new(model: Any, table: str, row: tuple[Any, ...]) -> Any:
    key = f"{row[0]:032x}"
    values = {n: v for (n, _), v in zip(columns_of(table), row[1:], strict=True)}
    return model(id=key, _morango_source_id=key, _morango_partition="all", **values)


def dump(after: int, out: Path) -> float:
    """Serialise what is dirty and write it → seconds."""
    from morango.models.core import RecordMaxCounter, Store
    from morango.sync.controller import MorangoProfileController

    start = time.perf_counter()
    MorangoProfileController("bench").serialize_into_store()
    some = Store.objects.filter(last_saved_counter__gt=after)
    stored = list(some.values())
    counters = list(
        RecordMaxCounter.objects.filter(counter__gt=after).values(
            "instance_id", "counter", "store_model_id"
        )
    )
    with out.open("wb") as file:
        file.write(gzip.compress(json.dumps([stored, counters], default=str).encode()))
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - start


def send() -> dict[str, float]:
    begin("a")
    import benchapp.models as made
    from django.db import transaction
    from morango.models.core import InstanceIDModel

    models = {table: getattr(made, name_of(table)) for table in TABLES}
    for table, model in models.items():
        rows = rows_of("base", table).values()
        model.objects.bulk_create([new(model, table, row) for row in rows], batch_size=500)
    found = {"full out": dump(-1, FOLDER / "full.gz")}
    counter = InstanceIDModel.get_or_create_current_instance()[0].counter
    with transaction.atomic():
        for table, model in models.items():
            base, names = rows_of("base", table), [n for n, _ in columns_of(table)]
            for key, row in rows_of("after", table).items():
                if key not in base:
                    model.objects.bulk_create([new(model, table, row)])
                elif row != base[key]:
                    changed = dict(zip(names, row[1:], strict=True))
                    model.objects.filter(id=f"{key:032x}").update(**changed)
    found["month out"] = dump(counter, FOLDER / "month.gz")
    for what in ("full", "month"):
        found[f"{what} KB"] = (FOLDER / f"{what}.gz").stat().st_size / 1000
    return found


def take(file: Path) -> float:
    """Read what was sent and deserialise it → seconds."""
    from django.db import transaction
    from morango.models.core import RecordMaxCounter, Store
    from morango.sync.controller import MorangoProfileController

    start = time.perf_counter()
    stored, counters = json.loads(gzip.decompress(file.read_bytes()))
    with transaction.atomic():
        for at in range(0, len(stored), 500):
            ids = [row["id"] for row in stored[at : at + 500]]
            Store.objects.filter(id__in=ids).delete()
        Store.objects.bulk_create(
            [Store(**row | {"dirty_bit": True}) for row in stored], batch_size=500
        )
        RecordMaxCounter.objects.bulk_create(
            [RecordMaxCounter(**row) for row in counters], batch_size=500
        )
        MorangoProfileController("bench").deserialize_from_store()
    return time.perf_counter() - start


def receive() -> dict[str, float]:
    begin("b")
    found = {f"{what} in": take(FOLDER / f"{what}.gz") for what in ("full", "month")}
    from benchapp.models import Person

    assert Person.objects.count() == len(rows_of("after", "person"))
    return found


if len(sys.argv) > 2:
    print(json.dumps({"send": send, "receive": receive}[sys.argv[2]]()))
else:
    found: dict[str, float] = {}
    for side in ("send", "receive"):
        command = [sys.executable, __file__, str(FOLDER), side]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        found |= json.loads(done.stdout.splitlines()[-1])
    print(json.dumps({"Morango": found}))
