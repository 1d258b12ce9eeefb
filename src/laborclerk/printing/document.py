"""What is printed, said without saying how: a document of blocks.

Features build these; `printing` draws them as PDF, and the same document can become a sheet.
All lengths are millimetres. Nothing here knows reportlab, so a feature's document can be tested
by comparing plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .charts import Chart
from .style import Align as Align


class Page(Enum):
    """Paper: (width, height, side margin) in mm."""

    A4 = (210.0, 297.0, 15.0)
    A4_LANDSCAPE = (297.0, 210.0, 12.0)
    A5 = (148.0, 210.0, 12.0)


Value: TypeAlias = str | int | None
"""What a cell holds: text as the clerk reads it, a whole number, or nothing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that differs from its column: spans, is shaded, stands elsewhere."""

    value: Value = None
    span: int = 1  # columns covered, to the right
    align: Align | None = None  # None: as the column
    strong: bool = False
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row that differs from plain data: drawn bold on a shade (`strong`); a subtotal (`closes`)
    stays on the page of the row before it."""

    cells: Sequence[Value | Cell]
    strong: bool = False
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A line across the whole table that names the rows below it; never last on a page."""

    text: str


TableRow: TypeAlias = Row | Band | Sequence[Value | Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is a share: widths are scaled together to fill the page's width, so
    millimetres of a full line are a good unit. Neighbours with the same `group` stand under one
    common head. `code` is the column number statistical forms print below the head (甲, 1, 2).
    `mask` is put over every value wherever the table goes (ID numbers posted in public)."""

    label: str
    width: float
    align: Align = Align.LEFT
    group: str = ""
    code: str = ""
    mask: Callable[[str], str] | None = None

    def show(self, value: Value) -> str:
        """The text of `value` in this column, masked if the column is."""
        text = "" if value is None else str(value)
        return self.mask(text) if self.mask and text else text


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on every page. No row is ever split; `totals` stand
    below the last row and never alone on a page. `rows` is read once, row by row, so a generator
    over 50,000 persons is fine. `row_height` is the least height of a row, in mm."""

    columns: Sequence[Column]
    rows: Iterable[TableRow]
    totals: Sequence[Row | Sequence[Value | Cell]] = ()
    row_height: float = 6.5
    empty: str = "（无）"  # printed when there is no row


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside the document; never last on a page. Level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text. `indent` sets the first line in by two characters."""

    text: str
    align: Align = Align.LEFT
    strong: bool = False
    small: bool = False
    indent: bool = False


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Labels and values, `columns` pairs a line, in thin boxes."""

    items: Sequence[tuple[str, Value]]
    columns: int = 2
    label_width: float = 24.0


@dataclass(frozen=True, slots=True)
class Box:
    """One box of a form, placed in mm from the grid's top left corner.

    `label` is what the form prints, `value` what a person writes or the register fills in,
    `hint` the codes to choose from, small; it breaks at spaces only. A box with only a label is
    a head: centred, shaded if `shaded`. With label and value the label stands small at the top
    left, or with `label_width` in its own part on the left, and only that part is shaded. A box
    with only a hint holds a list of codes, names in 【】 bold. `comb` marks that many character
    cells while there is no value, for numbers written by hand. `size` sets the text in points, 0
    as usual: larger for what is read out or copied, smaller for long lists. `frame=False` draws
    no rule around it, `outline` a strong one.
    """

    x: float
    y: float
    width: float
    height: float
    label: str = ""
    value: Value = None
    hint: str = ""
    align: Align = Align.CENTER
    label_width: float = 0.0
    comb: int = 0
    entry: bool = False  # to be written in, also while `value` is empty
    strong: bool = False
    shaded: bool = False
    frame: bool = True
    outline: bool = False
    size: float = 0.0


@dataclass(frozen=True, slots=True)
class FormGrid:
    """Boxes at fixed places, for paper forms; as wide as the text area, `height` mm high, never
    split. Use `width` to declare the width the boxes were laid out for: it is scaled to fit, and so
    is `height` when the page has less."""

    boxes: Sequence[Box]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as wide as the text area and `height` mm high, never split."""

    chart: Chart
    height: float


@dataclass(frozen=True, slots=True)
class Signatures:
    """Places to sign, side by side on one line; `labels` such as 填表人, 审核人, 负责人(签章).
    Values already known stand on the line."""

    labels: Sequence[str | tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Spacer:
    """Empty space of `height` mm; nothing at the top of a page."""

    height: float = 4.0


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Go on with a new page. `head` prints the full head (title, form number …) again, for a
    batch of forms; `title` then replaces the document's title."""

    head: bool = False
    title: str = ""


Block: TypeAlias = (
    Heading | Paragraph | KeyValues | Table | FormGrid | Picture | Signatures | Spacer | PageBreak
)


@dataclass(frozen=True, slots=True)
class Lead:
    """The line between title and body: unit or place on the left, time in the middle, measure on
    the right (综合机关 … 2026年 … 单位:人)."""

    left: str = ""
    center: str = ""
    right: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """Something to print.

    `form_number` 表号, `maker` 制定机关, `approval` 批准文号 and `valid_until` 有效期至 stand at
    the top right as the statistics law asks of a survey form; each is left out when empty.
    `confidentiality` stands at the head of every page. `made` (who and when)
    and `note` stand in the foot, the page's number between them unless `numbered` is False (a batch
    of forms, of which each page goes to another house). `code` is drawn as a QR code at the top
    right, for a machine that is to know the paper. `zoom` draws everything larger, for paper that
    is read on a wall. `blocks` is read once, so it may be a generator.
    """

    title: str
    blocks: Iterable[Block]
    page: Page = Page.A4
    subtitle: str = ""
    form_number: str = ""
    maker: str = ""
    approval: str = ""
    valid_until: str = ""
    confidentiality: str = ""
    lead: Lead | None = None
    made: str = ""
    note: str = ""
    numbered: bool = True
    code: str = ""
    zoom: float = 1.0
