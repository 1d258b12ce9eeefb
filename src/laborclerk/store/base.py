"""Mapped records whose fields are declared once, through `field()`.

`fields_of(Model)` is what form, sheet, print, search and bundle read.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, Session, mapped_column
from sqlalchemy.orm.util import identity_key

from laborclerk.catalog import fields as f

COLUMN_TYPES: dict[type[f.FieldType], type[sa.types.TypeEngine[Any]]] = {
    f.Text: sa.String,
    f.PersonName: sa.String,
    f.IdNumber: sa.String,
    f.Phone: sa.String,
    f.Number: sa.BigInteger,
    f.Date: sa.String,
    f.Month: sa.String,
    f.YesNo: sa.Boolean,
    f.Code: sa.String,
    f.Codes: sa.String,
    f.PlaceRef: sa.BigInteger,
    f.Division: sa.String,
    f.Reference: sa.BigInteger,
}


class Base(DeclarativeBase):
    """All tables; those that are not `Record` are the store's own bookkeeping or derived."""


def field(
    label: str,
    type_: f.FieldType,
    *,
    required: bool = False,
    pii: bool = False,
    help: str = "",
    index: bool = False,
) -> MappedColumn[Any]:
    """Declare one field of a register: the only place its label, type and help are spelled."""
    column_type: Any = COLUMN_TYPES[type(type_)]()
    declared = {"label": label, "type": type_, "required": required, "pii": pii, "help": help}
    return mapped_column(column_type, nullable=True, index=index, info={"field": declared})


class Record(Base):
    """A journaled row. `deleted` is a state with a reason, never a vanished row.

    `origin_*` is the dot (device, sequence) of the creation; `dots` maps, only for fields changed
    since, the field to the dot of its value (msgpack); `version` counts local saves so that an
    edit can be checked against what was seen. A register that is `county_only` is written by the
    county for all: what a township brings of it is not taken.
    """

    __abstract__ = True
    county_only: ClassVar[bool] = False

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        table: Any = cls.__table__
        table.info["record"] = True  # the guard of the unit of work asks for it

    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    deleted: Mapped[str | None] = field(
        "删除原因", f.Code("delete_reason"), help="撤出登记的原因;空为在册"
    )
    origin_device: Mapped[int] = mapped_column(sa.SmallInteger, default=0)
    origin_seq: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    dots: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


@cache
def fields_of(model: type[Record]) -> dict[str, f.Field]:
    """The declared fields of a register, in order of declaration (`deleted` last)."""
    found: dict[str, f.Field] = {}
    for column in model.__table__.columns:
        declared = column.info.get("field")
        if declared is not None:
            found[column.key] = f.Field(key=column.key, **declared)
    found["deleted"] = found.pop("deleted")
    return found


@cache
def record_types() -> dict[str, type[Record]]:
    """Every register by its record type (its table's name). Ask after all models are imported."""
    return {
        mapper.class_.__tablename__: mapper.class_
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, Record)
    }


def table_of(model: type[Base]) -> sa.Table:
    """The table of a mapped class."""
    table: Any = model.__table__
    assert isinstance(table, sa.Table)
    return table


R = TypeVar("R", bound=Base)


def record_of(session: Session, model: type[R], key: int) -> R | None:
    """What stands under a primary key, as `Session.get`, whose statement is made anew each time:
    that costs more than to run it."""
    if identity_key(model, key) in session.identity_map:
        return session.get(model, key)
    return session.scalars(_by_key(model), {"wanted": key}).first()


@cache
def _by_key(model: type[R]) -> sa.Select[R]:
    (key,) = table_of(model).primary_key
    return sa.select(model).where(key == sa.bindparam("wanted"))


def values_of(record: Record) -> dict[str, f.Value]:
    """The declared fields' values of one record."""
    return {key: getattr(record, key) for key in fields_of(type(record))}
