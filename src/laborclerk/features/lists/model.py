"""A list of codes that a county replaced (law.md: the kinds of households change by policy, so
their list must be replaceable without a new release). A record like any other: the return bundle
brings it to the townships, the journal tells who changed what.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy.orm import Mapped

from laborclerk.catalog.fields import Text
from laborclerk.store.base import Record, field


class OwnList(Record):
    """One replaced list, whole. Its id follows from its name."""

    __tablename__ = "own_list"
    county_only: ClassVar[bool] = True

    name: Mapped[str | None] = field("代码表", Text(40), required=True, help="哪一张代码表")
    content: Mapped[str | None] = field(
        "代码表内容", Text(20_000, lines=3), required=True, help="每行一项,由程序读写"
    )
