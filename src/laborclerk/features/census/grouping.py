"""Which rows of a sheet are one household: by household number, by the head's name, or by the
rows of heads, whichever the sheet has."""

from __future__ import annotations

from dataclasses import dataclass, field

from laborclerk.features.census.columns import PERSON
from laborclerk.features.census.sheet_rows import SheetRows
from laborclerk.features.registry.places import ancestor
from laborclerk.kernel.errors import Message, Problem, Severity

HEAD = "02"


class GroupingProblem(Message):
    """How the rows of a sheet were put together."""

    ROWS_ALONE = (
        "表里没有户编号、户主姓名、与户主关系,看不出谁与谁同户:册上没有的人各立一户。"
        "请随后并户,或补上其中一列再导入"
    )
    ROWS_NO_NUMBER = "表里没有户编号:按{by}分户,新的户由程序编号"


@dataclass
class RowGroup:
    """The rows (indexes) of one household. `whole`: its rows cannot be told apart from another
    household's without each other, so they are refused together."""

    rows: list[int]
    number: str | None = None
    head_name: str | None = None
    whole: bool = False
    village: int | None = None
    place: int | None = None
    head_row: int | None = None
    members: list[int] = field(default_factory=list)


def group_rows(rows: SheetRows, *, one_each: bool = False) -> tuple[list[RowGroup], list[Problem]]:
    """The households of the sheet in order, and what should be known about how they were told.
    `one_each`: every row is a household of its own."""
    numbers = rows.values.get("number")
    heads = rows.values.get("head_name")
    relations = rows.values.get("relation")
    head_ids = rows.values.get("head_id_number")
    problems: list[Problem] = []
    if numbers is None:
        if heads is None and relations is None:
            problems.append(Problem(GroupingProblem.ROWS_ALONE, {}, Severity.WARN))
        else:
            by = "户主姓名" if heads is not None else "户主所在的行"
            problems.append(Problem(GroupingProblem.ROWS_NO_NUMBER, {"by": by}, Severity.HINT))
    groups: list[RowGroup] = []
    by_number: dict[tuple[int | None, str], RowGroup] = {}
    current: RowGroup | None = None
    current_head: tuple[object, object] = (None, None)
    for i in range(len(rows)):
        if i in rows.idle:
            continue
        place = rows.places[i]
        here = place if isinstance(place, int) else None
        village = ancestor(here, "village") if here is not None else None
        number = numbers[i] if numbers is not None else None
        is_head = relations is not None and relations[i] == HEAD
        head = (heads[i] if heads is not None else None, head_ids[i] if head_ids else None)
        group: RowGroup | None
        if isinstance(number, str):
            group = by_number.get((village, number))
            if group is None:
                group = by_number[village, number] = RowGroup([], number, village=village)
                groups.append(group)
        else:
            group = current
            if (
                group is None
                or one_each
                or group.village != village
                or (is_head and group.head_row is not None)
                or _other_head(head, current_head)
                or (is_head and heads is None)
                or (heads is None and relations is None)
                or (numbers is not None and is_head)
            ):
                whole = heads is None and relations is not None
                group = RowGroup([], None, whole=whole, village=village)
                groups.append(group)
        if group is not current or head[0] is not None:
            current_head = head
        current = group
        group.rows.append(i)
        if group.place is None:
            group.place = here
        if is_head and group.head_row is None:
            group.head_row = i
        if group.head_name is None and isinstance(head[0], str):
            group.head_name = head[0]
    names = rows.values.get("name")
    for group in groups:
        group.members = [
            i for i in group.rows
            if (names is not None and names[i] is not None) or rows.ids[i] is not None
            or any(rows.fields[key].record == PERSON for key in rows.wrong.get(i, ()))
        ]  # fmt: skip
        if group.head_name is None and group.head_row is not None and names is not None:
            name = names[group.head_row]
            group.head_name = name if isinstance(name, str) else None
    return groups, problems


def _other_head(head: tuple[object, object], before: tuple[object, object]) -> bool:
    """Whether the head named in a row is another one than in the row above."""
    if head[0] is None or before[0] is None:
        return False
    return head[0] != before[0] or (
        head[1] is not None and before[1] is not None and head[1] != before[1]
    )
