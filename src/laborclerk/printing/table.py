"""Draws a table row by row: head repeated on every page, no row split, totals never alone.

A roster of 50,000 persons goes through here, so rows are measured once, drawn at once and
forgotten; vertical rules are drawn once a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from . import fonts, style
from .document import Align, Band, Cell, Row, Table, TableRow
from .frame import Frame
from .pen import Pen
from .style import MM
from .wrap import balance, fit


@dataclass(slots=True)
class _Piece:
    """A cell ready to draw: its box's left and width, lines, size, look."""

    x: float
    width: float
    lines: Sequence[str]
    size: float
    align: Align
    strong: bool
    shaded: bool


@dataclass(slots=True)
class _Line:
    """A row ready to draw. `edges` are the x of its vertical rules, None for the column edges."""

    height: float
    pieces: list[_Piece]
    edges: list[float] | None = None
    band: bool = False
    closes: bool = False


class TableDrawer:
    """Draws one table in the frame's area."""

    def __init__(self, table: Table, frame: Frame, pen: Pen) -> None:
        self._table, self._frame, self._pen = table, frame, pen
        self._columns = list(table.columns)
        self._left, self._right = frame.area.left, frame.area.right
        unit = frame.area.width / sum(c.width for c in self._columns)
        self._edges = [self._left]
        for column in self._columns:
            self._edges.append(self._edges[-1] + column.width * unit)
        self._least = table.row_height * MM
        self._head = self._measure_head()
        page = frame.area.bottom - frame.top - self._head[0] - self._least  # totals' share
        self._limit = page - 2 * style.PAD_Y  # height of text in a row: rows never split
        self._top = 0.0  # of the table's part on this page
        self._run: float | None = None  # where the vertical rules now open began
        self._body_top = 0.0  # below the head on this page

    def draw(self, row_done: Callable[[], None]) -> None:
        """Draw everything; `row_done` is called after each row."""
        totals = [self._measure(row, strong=True) for row in self._table.totals]
        tail = sum(line.height for line in totals)
        rows = iter(self._table.rows)
        current = next(rows, None)
        if current is None:
            empty = Cell(self._table.empty, span=len(self._columns), align=Align.CENTER)
            current = (empty,)
        line: _Line | None = self._measure(current)
        self._frame.need(self._head[0] + (line.height if line else 0) + self._least)
        self._open()
        while line is not None:
            following = next(rows, None)
            after = None if following is None else self._measure(following)
            need = line.height
            if after is None:
                need += tail
            elif line.band:  # and there may be one row only, which its subtotal closes
                need += after.height + self._least
            elif after.closes:
                need += after.height
            if need > self._frame.room + 0.01 and self._frame.y > self._body_top:
                self._close()
                self._frame.turn()
                self._open()
            self._draw_line(line)
            row_done()
            line = after
        for total in totals:
            self._draw_line(total)
        self._close()

    # -- measuring

    def _measure(self, row: TableRow, *, strong: bool = False) -> _Line:
        if isinstance(row, Band):
            return self._measure_band(row)
        edges: list[float] | None = None
        if isinstance(row, Row):
            cells, strong = row.cells, strong or row.strong
        else:
            cells = row
        pieces: list[_Piece] = []
        tallest = 1.0
        at = 0
        for value in cells:
            column = self._columns[at]
            align, cell_strong, shaded, span = column.align, strong, False, 1
            if isinstance(value, Cell):
                align = value.align or align
                cell_strong = strong or value.strong
                shaded, span = value.shaded, value.span
                value = value.value
                if span > 1 and edges is None:
                    edges = self._edges[: at + 1]
            x = self._edges[at]
            width = self._edges[at + span] - x
            at += span
            if edges is not None:
                edges.append(x + width)
            if value is None or value == "":
                if shaded:
                    pieces.append(_Piece(x, width, (), 0, align, False, True))
                continue
            lines, size = fit(
                column.show(value),
                width - 2 * style.PAD_X,
                style.CELL,
                style.CELL * style.FLOOR,
                fonts.BOLD if cell_strong else fonts.REGULAR,
            )
            if len(lines) * size * style.LEADING > self._limit:
                lines = lines[: max(1, int(self._limit / size / style.LEADING))]
                lines[-1] = lines[-1][:-1] + "…"
            tallest = max(tallest, len(lines) * size)
            pieces.append(_Piece(x, width, lines, size, align, cell_strong, shaded))
        height = max(self._least, tallest * style.LEADING + 2 * style.PAD_Y)
        if strong:
            whole = _Piece(self._left, self._right - self._left, (), 0, Align.LEFT, False, True)
            pieces.insert(0, whole)
        return _Line(height, pieces, edges, closes=isinstance(row, Row) and row.closes)

    def _measure_band(self, band: Band) -> _Line:
        width = self._right - self._left
        lines, size = fit(
            band.text, width - 2 * style.PAD_X, style.CELL, style.CELL * style.FLOOR, fonts.BOLD
        )
        height = max(self._least, len(lines) * size * style.LEADING + 2 * style.PAD_Y)
        piece = _Piece(self._left, width, lines, size, Align.LEFT, True, True)
        return _Line(height, [piece], [self._left, self._right], band=True)

    def _measure_head(self) -> tuple[float, list[tuple[float, float, _Piece]]]:
        """Height of the head, and its cells as (top, height, piece) from the head's top."""
        grouped = any(c.group for c in self._columns)
        coded = any(c.code for c in self._columns)
        labels = [self._head_piece(i, i + 1, c.label) for i, c in enumerate(self._columns)]
        need = {True: self._least, False: self._least}
        for column, piece in zip(self._columns, labels, strict=True):
            height = len(piece.lines) * piece.size * style.LEADING + 2 * style.PAD_Y
            need[bool(column.group)] = max(need[bool(column.group)], height)
        group_height = 0.0
        groups: list[tuple[int, _Piece]] = []
        if grouped:
            columns = self._columns
            for name, members in groupby(range(len(columns)), lambda i: columns[i].group):
                at = list(members)
                if name:
                    piece = self._head_piece(at[0], at[-1] + 1, name)
                    groups.append((at[0], piece))
                    group_height = max(
                        group_height,
                        self._least * 0.9,
                        len(piece.lines) * piece.size * style.LEADING + 2 * style.PAD_Y,
                    )
        height = max(need[False], group_height + need[True]) if grouped else need[False]
        cells: list[tuple[float, float, _Piece]] = []
        for column, piece in zip(self._columns, labels, strict=True):
            top = group_height if column.group else 0.0
            cells.append((top, height - top, piece))
        cells += [(0.0, group_height, piece) for _, piece in groups]
        if coded:
            code_height = style.SMALL * style.LEADING + 1.5
            for index, column in enumerate(self._columns):
                piece = self._head_piece(index, index + 1, column.code, style.SMALL, strong=False)
                cells.append((height, code_height, piece))
            height += code_height
        return height, cells

    def _head_piece(
        self, first: int, end: int, text: str, size: float = style.CELL, strong: bool = True
    ) -> _Piece:
        x, width = self._edges[first], self._edges[end] - self._edges[first]
        room, widths = width - style.PAD_X, fonts.BOLD if strong else fonts.REGULAR
        if 2.2 * size > room:  # a narrow column: rather smaller than one character a line
            lines, size = fit(text, room, size, size * style.FLOOR, widths)
        else:
            lines = balance(text, room / size, widths)
        return _Piece(x, width, lines, size, Align.CENTER, strong, True)

    # -- drawing

    def _open(self) -> None:
        """Start the table's part on this page with its head."""
        pen, y = self._pen, self._frame.y
        height, cells = self._head
        self._top = y
        pen.shade(self._left, y, self._right - self._left, height, style.SHADE)
        for top, cell_height, piece in cells:
            pen.frame(piece.x, y + top, piece.width, cell_height, style.RULE)
            pen.lines(
                (piece.x, y + top, piece.width, cell_height),
                piece.lines,
                piece.size,
                align=Align.CENTER,
                strong=piece.strong,
            )
        self._frame.y = self._body_top = y + height
        self._run = None

    def _draw_line(self, line: _Line) -> None:
        pen, y, height = self._pen, self._frame.y, line.height
        for piece in line.pieces:
            if piece.shaded:
                grey = style.BAND if line.band else style.SHADE
                pen.shade(piece.x, y, piece.width, height, grey)
            if piece.lines:
                box = (piece.x + style.PAD_X, y, piece.width - 2 * style.PAD_X, height)
                pen.lines(box, piece.lines, piece.size, align=piece.align, strong=piece.strong)
        if line.edges is None:
            if self._run is None:
                self._run = y
        else:
            self._close_run(y)
            for x in line.edges:
                pen.line(x, y, x, y + height, style.RULE)
        self._frame.y = y + height
        pen.line(self._left, y + height, self._right, y + height, style.RULE)

    def _close_run(self, y: float) -> None:
        """Draw the vertical rules of the plain rows above `y`."""
        if self._run is not None:
            for x in self._edges:
                self._pen.line(x, self._run, x, y, style.RULE)
        self._run = None

    def _close(self) -> None:
        """End the table's part on this page with its outer rule."""
        y = self._frame.y
        self._close_run(y)
        self._pen.frame(self._left, self._top, self._right - self._left, y - self._top, style.FRAME)
