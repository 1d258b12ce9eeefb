"""What came back to a township: what the county changed, and what it did not accept."""

from __future__ import annotations

from collections.abc import Sequence

from laborclerk.features.exchange.returned import Came
from laborclerk.kernel.clock import show_time
from laborclerk.ui.kit.table import Cell, Column, Row
from laborclerk.ui.screens.exchange.lists_part import ListPage, Tab
from laborclerk.ui.screens.exchange.reading import Facts
from laborclerk.ui.station import OpenHousehold

CAME, BACK = "县里改的", "没有接受"


def returned_tabs(open_household: OpenHousehold) -> tuple[Tab, ...]:
    """The tabs of a township; `open_household` leads to a form."""
    return (
        Tab(CAME, lambda: CamePage(open_household), lambda facts: facts.returned.total),
        Tab(BACK, lambda: BackPage(open_household), lambda facts: len(facts.returned.back)),
    )


class _Returned(ListPage):
    """A list of records; a line leads to the form of its household."""

    def __init__(self, columns: Sequence[Column], empty: str, open_: OpenHousehold) -> None:
        super().__init__(columns, empty)
        self._open = open_
        self._homes: dict[int, tuple[int, int | None]] = {}
        self.table.opened.connect(self._opened)

    def fill(self, rows: list[Row], homes: list[tuple[int | None, str, int]]) -> None:
        """Rows, and of each its household, the type and the id of its record."""
        self._homes = {
            at: (household, record if record_type == "person" else None)
            for at, (household, record_type, record) in enumerate(homes)
            if household is not None
        }
        self.table.fill(rows, list(range(len(rows))))

    def _opened(self, at: int) -> None:
        if at in self._homes:
            self._open(*self._homes[at], ())


class CamePage(_Returned):
    """What the county changed."""

    def __init__(self, open_household: OpenHousehold) -> None:
        super().__init__(
            (Column("姓名", 136), Column("改了什么"), Column("谁", 152), Column("为什么", 88)),
            "导入县里的返还文件后,县里改过的列在这里", open_household,
        )  # fmt: skip

    def show_facts(self, facts: Facts) -> None:
        rows: list[Row] = []
        for one in facts.returned.came:
            text = _said(one)
            who = f"{one.station} {one.clerk}"
            rows.append(
                (Cell(one.named.name, tip=one.named.where), Cell(text, tip=text),
                 Cell(who, tip=f"{who} {show_time(one.at)}"), one.why)
            )  # fmt: skip
        came = facts.returned.came
        self.fill(rows, [(one.named.household, one.record_type, one.record_id) for one in came])


def _said(one: Came) -> str:
    """What was done, and the first of what it changed."""
    gone = [b for label, _, b in one.changed if not label]
    head = gone[0] if gone and one.what == "删除" else one.what
    changed = "、".join(
        f"{label} {a}→{b}" if a != b else f"{label} {b}" for label, a, b in one.changed[:3] if label
    )
    return f"{head}:{changed}" if changed else head


class BackPage(_Returned):
    """What the county did not accept."""

    def __init__(self, open_household: OpenHousehold) -> None:
        super().__init__(
            (Column("姓名", 136), Column("变更"), Column("为什么没有接受", 136)),
            "县里都接受了", open_household,
        )  # fmt: skip

    def show_facts(self, facts: Facts) -> None:
        back = facts.returned.back
        rows: list[Row] = [
            (Cell(held.named.name, tip=held.named.where), Cell(held.what, tip=held.what),
             Cell(held.reason, "warned"))
            for held in back
        ]  # fmt: skip
        self.fill(rows, [(held.named.household, held.record_type, held.record_id) for held in back])
