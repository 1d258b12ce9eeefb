"""The census forms that leave the house on paper: blank, for one household, or for a whole village.

A batch is one PDF, read from the store household by household in the order of groups and numbers,
so that a township prints without holding its people in memory. What was printed is noted in the
journal with counts only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.divisions import national
from laborclerk.features.census import paper
from laborclerk.features.census.due import RoundFacts, household_due, is_due, is_labour
from laborclerk.features.census.form import Facts, away, gone
from laborclerk.features.census.household_form import HouseholdForm
from laborclerk.features.census.marks import printed
from laborclerk.features.census.model import CensusForm, Round, Visit
from laborclerk.features.census.notices import TO_CONFIRM, Notice, notice_of
from laborclerk.features.census.paper import Paper
from laborclerk.features.census.printed import made_by, note_printed
from laborclerk.features.census.rounds import RoundProblem, round_facts
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import (
    PlaceTree,
    code_of,
    group_of,
    level_of,
    parent_of,
    subtree,
)
from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import Block, Document, Page
from laborclerk.printing.pdf import Out, render_pdf
from laborclerk.store.base import Record, fields_of
from laborclerk.store.store import Store

_CHUNK = 200  # households read at once
_LINE = "＿" * 10  # to be written on by hand


class PrintProblem(Message):
    """Why nothing was printed."""

    NOTHING_TO_PRINT = "“{place}”还没有户可印。请先导入户籍底册,或改印空白表"
    NOBODY_TO_LIST = "“{place}”还没有可公示的人员。请先登记,或另选地方"


def print_census_forms(
    store: Store,
    round_id: int,
    out: Out,
    *,
    place: int | None = None,
    households: Sequence[int] = (),
    blank: bool = False,
    copies: int = 1,
    first_number: str = "",
    continuation: bool = False,
    progress: Progress = SILENT,
) -> int:
    """Print the round's forms to `out` → pages; print them on both sides, turned on the short edge.

    Prefilled with what the register knows: of `households` in the order given, or of every
    household due under `place` by group and number. `blank`: `copies` empty forms, the names of
    `place` filled in, numbered on from `first_number` (`A0001`), or `continuation` sheets for
    members beyond the seventh. Raises Rejected when there is no such round or nothing to print,
    EnvironmentFault for what the disk does, and Cancelled through `progress`.
    """
    with store.read() as session:
        record = _round(session, round_id)
        tree = PlaceTree.load(session)
        made = made_by(store)
        counted = _Counted(progress)
        if blank:
            names = place_names(tree, place) if place is not None else {}
            papers: Iterator[Paper] = (
                Paper(names, paper_number=_number(first_number, i), word=tree.word)
                for i in range(copies)
            )
            counted.start(copies)
            made = ""
        else:
            ids = list(households) or _due_households(session, place if place else tree.root())
            if not ids:
                raise reject(PrintProblem.NOTHING_TO_PRINT, place=tree.name(place or tree.root()))
            papers = _papers(session, tree, round_facts(record), ids)
            counted.start(len(ids))
        document = census_document(
            record, notice_of(store, record.basis), counted.through(papers), made=made,
            continuation=continuation,
        )  # fmt: skip
        pages = render_pdf(document, out)
    note_printed(
        store, out, "census-form", "round", round_id, pages,
        households=0 if blank else counted.forms, persons=counted.persons,
        blank_forms=copies if blank else 0, place=None if place is None else code_of(place),
    )  # fmt: skip
    return pages


def form_document(store: Store, form: HouseholdForm) -> Document:
    """The form as it stands on the screen, saved or not: for preview and Ctrl+P."""
    with store.read() as session:
        record = _round(session, int(form.form["round"]))
        tree = PlaceTree.load(session)
    living = [p for p in form.persons if not p.get("deleted")]
    sheet = _paper(tree, round_facts(record), form.household, living, form.form, form.visits)
    made = made_by(store)
    return census_document(record, notice_of(store, record.basis), [sheet], made=made)


def census_document(
    record: Round,
    notice: Notice,
    papers: Iterable[Paper],
    *,
    made: str = "",
    continuation: bool = False,
) -> Document:
    """The forms of `papers` as one document. Of 表号, 制定机关, 批准文号 and 有效期至 what the
    round leaves empty is a line to write on: without them a household may refuse (统计法)."""

    def blocks() -> Iterator[Block]:
        for index, one in enumerate(papers):
            yield from paper.pages(one, notice.text, first=index == 0, continuation=continuation)

    return Document(
        paper.TITLE + (paper.CONTINUED if continuation else ""),
        blocks(),
        page=Page.A4_LANDSCAPE,
        subtitle=printed(round_facts(record).title),
        form_number=record.form_number or _LINE,
        maker=record.maker or _LINE,
        approval=record.approval_number or _LINE,
        valid_until=_day(record.valid_until) or _LINE,
        confidentiality=notice.sentence,
        made=made,
        note="" if notice.confirmed else TO_CONFIRM,
        numbered=False,
    )


def place_names(tree: PlaceTree, place: int) -> dict[str, str]:
    """The names a place stands under, by level from the county down."""
    names: dict[str, str] = {}
    at = place
    while level_of(at) not in ("city", "province"):
        known = tree.name(at) if at in tree else national().name(code_of(at))
        names[level_of(at)] = known or tree.name(at)
        at = parent_of(at)
    return names


# -- reading -----------------------------------------------------------------------------------


class _Counted:
    """Counts the forms that go by, for the journal and the progress bar."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.forms = self.persons = 0

    def start(self, total: int) -> None:
        self._progress.start("打印调查表", total)

    def through(self, papers: Iterable[Paper]) -> Iterator[Paper]:
        for one in papers:
            yield one
            self.forms += 1
            self.persons += len(one.persons)
            self._progress.step(self.forms)


def _round(session: Session, round_id: int) -> Round:
    found = session.get(Round, round_id)
    if found is None:
        raise reject(RoundProblem.NO_ROUND)
    return found


def _due_households(session: Session, place: int) -> list[int]:
    low, high = subtree(place)
    table = Household.__table__.c
    rows = session.execute(
        sa.select(table.id, table.residence)
        .where(table.place >= low, table.place < high, table.deleted.is_(None))
        .order_by(table.place, sa.func.coalesce(table.number, ""), table.id)
    )
    return [r.id for r in rows if household_due(r.residence, None)]


def _papers(
    session: Session, tree: PlaceTree, round_: RoundFacts, ids: Sequence[int]
) -> Iterator[Paper]:
    """The forms of the households, read a few hundred at a time."""
    for at in range(0, len(ids), _CHUNK):
        part = ids[at : at + _CHUNK]
        home = {r["id"]: r for r in _rows(session, Household, "id", part)}
        people = _by_household(_rows(session, Person, "household", part, "line"))
        forms = _by_household(_rows(session, CensusForm, "household", part, round_id=round_.id))
        visits = _rows(session, Visit, "household", part, "date", round_id=round_.id)
        seen = _by_household(reversed(visits))
        for key in part:
            if key in home:
                form = forms.get(key, [{}])[0]
                yield _paper(tree, round_, home[key], people.get(key, []), form, seen.get(key, []))


def _rows(
    session: Session,
    model: type[Record],
    by: str,
    ids: Sequence[int],
    order: str = "id",
    round_id: int | None = None,
) -> list[Mapping[str, Any]]:
    table: Any = model.__table__.c
    columns = [table.id, *(table[key] for key in fields_of(model))]
    query = sa.select(*columns).where(table[by].in_(ids), table.deleted.is_(None))
    if round_id is not None:
        query = query.where(table.round == round_id)
    rows = session.execute(query.order_by(table[order], table.id))
    return [dict(row._mapping) for row in rows]


def _by_household(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["household"], []).append(row)
    return found


def _paper(
    tree: PlaceTree,
    round_: RoundFacts,
    household: Facts,
    persons: Sequence[Facts],
    form: Facts,
    visits: Sequence[Facts],
) -> Paper:
    place = household.get("place")
    there = isinstance(place, int)
    due = [p for p in persons if is_due(p, household, round_)]
    counts = (
        sum(not gone(p) for p in persons),
        sum(is_labour(p, round_) for p in due),
        sum(away(p) for p in due),
    )
    number = str(form.get("paper_number") or "")
    if not number and isinstance(place, int) and household.get("number"):
        number = f"{code_of(place)[9:]}-{group_of(place):02d}-{household['number']}"
    return Paper(
        place_names(tree, int(place or 0)) if there else {},
        household,
        persons,
        form,
        visits,
        counts if persons else (),
        number,
        round_.reference_date,
        tree.word,
    )


def _number(first: str, index: int) -> str:
    """The number `index` after `first`; A0001 → A0002. Digits are added where there are none."""
    if not first:
        return ""
    match = re.fullmatch(r"(.*?)(\d*)", first, re.DOTALL)
    assert match is not None
    stem, digits = match[1], match[2] or "001"
    return f"{stem}{int(digits) + index:0{len(digits)}d}"


def _day(iso: str | None) -> str:
    """2027-12-31 → 2027年12月31日."""
    if not iso:
        return ""
    year, month, day = iso.split("-")
    return f"{year}年{int(month)}月{int(day)}日"
