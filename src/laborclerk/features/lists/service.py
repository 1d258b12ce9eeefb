"""A county's own code lists: out as a sheet, in again, back to the built-in one; put in force when
a station is opened.

Only lists on which no rule of the program stands can be replaced, and no code may go, built-in or
the county's: what is registered with it stays readable. What shall not be chosen any more is marked
as such.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import CodeList, built_in_list, code_list, use_own_lists
from laborclerk.catalog.fields import Code, Codes
from laborclerk.features.lists import sheet
from laborclerk.features.lists.model import OwnList
from laborclerk.kernel.errors import Message, Problem, Severity, reject
from laborclerk.kernel.ids import stable_id
from laborclerk.store.base import fields_of, record_types
from laborclerk.store.store import Store
from laborclerk.sync.ledger import COUNTY, station_level

REPLACEABLE = (
    "household_kind", "hardship", "person_identity", "unemployment_reason", "training_item",
    "post_earmark",
)  # fmt: skip
_RESET = "4"  # of the code list delete_reason


class ListProblem(Message):
    """Replacing a list."""

    LIST_UNKNOWN = "没有可以换的代码表“{name}”。可以换的有:{names}"
    LIST_OF_COUNTY = "代码表由县里定,随返还文件发到乡镇,本站不能改"
    LIST_IN_USE = (
        "已有人登记为“{items}”,换回内置的代码表就看不懂了。请留着县里的表,不用的在“停用”一栏写“是”"
    )
    LIST_TO_COME = "县里换了代码表“{titles}”,下次打开程序时生效"


@dataclass(frozen=True)
class Listed:
    """One list that can be replaced: its `title` is the label of the field it serves; `is_own`
    when the county replaced it."""

    name: str
    title: str
    codes: CodeList
    is_own: bool


def lists(store: Store) -> list[Listed]:
    """All that can be replaced, as they stand."""
    with store.read() as session:
        own = _own(session, store.clock.today())
    return [
        Listed(name, title_of(name), own.get(name) or built_in_list(name), name in own)
        for name in REPLACEABLE
    ]


def title_of(name: str) -> str:
    """What clerks call a list: the label of the first field that takes its codes, by register."""
    return next(
        (
            spec.label
            for _, model in sorted(record_types().items())
            for spec in fields_of(model).values()
            if isinstance(spec.type, Code | Codes) and spec.type.codes == name
        ),
        name,
    )


def named(text: str) -> str:
    """The list a person means by its name or title. Rejected when there is none."""
    for name in REPLACEABLE:
        if text in (name, title_of(name)):
            return name
    names = "、".join(map(title_of, REPLACEABLE))
    raise reject(ListProblem.LIST_UNKNOWN, name=text, names=names)


def export_list(store: Store, name: str, out: Path) -> int:
    """Write a list as a sheet that can be edited and brought in again → its items."""
    with store.read() as session:
        codes = _own(session, "").get(name) or built_in_list(name)
    return sheet.write(codes, title_of(name), out)


def replace_list(store: Store, name: str, path: Path) -> CodeList:
    """Take the sheet as the county's list. In force when a station is opened next. Raises Rejected
    with every wrong row; nothing has changed then."""
    need_county(store)
    with store.write("lists.replace") as work:
        text = sheet.read(path, built_in_list(name), _own(work.session, "").get(name))
        record = work.get(OwnList, stable_id("own_list", name))
        if record is None:
            work.add(OwnList(id=stable_id("own_list", name), name=name, content=text))
        else:
            work.change(record, {"content": text, "deleted": None})
    return sheet.parse(name, text, store.clock.today())


def reset_list(store: Store, name: str) -> bool:
    """Go back to the built-in list → whether there was another. Rejected when somebody is
    registered with a code that only the other has."""
    need_county(store)
    with store.write("lists.reset") as work:
        record = work.get(OwnList, stable_id("own_list", name))
        if record is None or record.deleted is not None:
            return False
        known = {item.code for item in built_in_list(name).items}
        own = _own(work.session, "").get(name)
        items = [i for i in (own.items if own else ()) if i.code not in known]
        used = [i.name for i in items if _is_used(work.session, name, i.code)]
        if used:
            raise reject(ListProblem.LIST_IN_USE, items="”“".join(used))
        work.delete(record, _RESET)
    return True


def _is_used(session: Session, name: str, code: str) -> bool:
    """Whether a record says this code of a list, alone or as one of several."""
    for model in record_types().values():
        for key, spec in fields_of(model).items():
            if isinstance(spec.type, Code | Codes) and spec.type.codes == name:
                said = sa.literal(",") + getattr(model, key) + ","
                if session.scalar(sa.select(model.id).where(said.contains(f",{code},")).limit(1)):
                    return True
    return False


def need_county(store: Store) -> None:
    """Rejected at a township."""
    if station_level(store) != COUNTY:
        raise reject(ListProblem.LIST_OF_COUNTY)


def put_in_force(store: Store) -> None:
    """Let the lists that the store knows stand for the built-in ones, in this whole program."""
    with store.read() as session:
        use_own_lists(_own(session, store.clock.today()))


def to_come(store: Store) -> list[Problem]:
    """What a clerk is told when lists came that are not in force yet."""
    titles = [line.title for line in lists(store) if line.codes.items != code_list(line.name).items]
    if not titles:
        return []
    return [Problem(ListProblem.LIST_TO_COME, {"titles": "”“".join(titles)}, Severity.HINT)]


def _own(session: Session, today: str) -> dict[str, CodeList]:
    query = sa.select(OwnList.name, OwnList.content)
    query = query.where(OwnList.deleted.is_(None), OwnList.name.in_(REPLACEABLE))
    found: dict[str, CodeList] = {}
    for name, text in session.execute(query):
        if name and text:
            with suppress(ValueError):  # a newer program's: the built-in one holds until the update
                found[name] = sheet.parse(name, text, today)
    return found
