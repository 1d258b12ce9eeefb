"""The list that is posted in the village (公示名单): what real ones show and no more.

Name, sex, age, where and how long somebody works; the ID number only masked (law.md: 阳泉郊区 2023,
东至 2025; 个人信息保护法 Art 6). Never anybody under 16, never health, hardship or telephone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.catalog.idnumber import mask
from laborclerk.features.census.documents import PrintProblem
from laborclerk.features.census.due import RoundFacts, is_due, is_labour
from laborclerk.features.census.form import age, at_work, away
from laborclerk.features.census.marks import printed
from laborclerk.features.census.model import Round
from laborclerk.features.census.printed import note_printed
from laborclerk.features.census.rounds import RoundProblem, round_facts
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.places import PlaceTree, code_of, level_of, subtree
from laborclerk.kernel.errors import reject
from laborclerk.kernel.progress import SILENT, Progress
from laborclerk.printing.document import (
    Align,
    Band,
    Block,
    Column,
    Document,
    Lead,
    Paragraph,
    Signatures,
    Spacer,
    Table,
    TableRow,
)
from laborclerk.printing.pdf import Out, render_pdf
from laborclerk.store.store import Store


class PublicList(StrEnum):
    """Who is listed: the whole labour force of the place, or those who work away."""

    LABOUR = "labour"
    AWAY = "away"


_TITLES = {
    PublicList.LABOUR: "农村劳动力资源登记公示名单",
    PublicList.AWAY: "外出务工人员登记公示名单",
}
_COLUMNS = (
    Column("序号", 11, Align.CENTER),
    Column("姓名", 29),
    Column("性别", 10, Align.CENTER),
    Column("年龄", 10, Align.CENTER),
    Column("公民身份号码", 39, Align.CENTER, mask=mask),
    Column("务工地点", 45),
    Column("务工时间", 36),
)
_FIELDS = (
    "name", "sex", "birth_date", "id_number", "presence", "presence_since", "in_school",
    "work_ability", "employment_status", "work_scope", "work_place", "work_start", "work_months",
)  # fmt: skip


def print_public_list(
    store: Store,
    round_id: int,
    place: int,
    out: Out,
    *,
    kind: PublicList = PublicList.LABOUR,
    progress: Progress = SILENT,
) -> int:
    """Print the list of a village or township to `out` → pages. Raises Rejected when there is
    nobody to list, EnvironmentFault for what the disk does, Cancelled through `progress`."""
    with store.read() as session:
        record = session.get(Round, round_id)
        if record is None:
            raise reject(RoundProblem.NO_ROUND)
        tree = PlaceTree.load(session)
        listed = _Listed(session, tree, round_facts(record), place, kind, progress)
        if next(listed.people(), None) is None:
            raise reject(PrintProblem.NOBODY_TO_LIST, place=tree.name(place))
        pages = render_pdf(public_list(listed, made_on=store.clock.today()), out)
    note_printed(
        store, out, f"public-list-{kind}", "place", place, pages,
        persons=listed.count, place=code_of(place),
    )  # fmt: skip
    return pages


@dataclass
class _Listed:
    """Whom the list shows, read in the order of groups, households and lines."""

    session: Session
    tree: PlaceTree
    round: RoundFacts
    place: int
    kind: PublicList
    progress: Progress = SILENT
    count: int = 0

    def people(self) -> Iterator[Mapping[str, Any]]:
        low, high = subtree(self.place)
        home, table = Household.__table__.c, Person.__table__.c
        query = (
            sa.select(home.place, home.residence, *(table[key] for key in _FIELDS))
            .join_from(Household.__table__, Person.__table__, table.household == home.id)
            .where(home.place >= low, home.place < high)
            .where(home.deleted.is_(None), table.deleted.is_(None))
            .order_by(home.place, home.number, home.id, table.line, table.id)
            .execution_options(yield_per=1000)
        )
        for row in self.session.execute(query):
            facts: dict[str, Any] = dict(row._mapping)
            if not is_due(facts, facts, self.round) or not is_labour(facts, self.round):
                continue
            if self.kind is PublicList.LABOUR or away(facts):
                yield facts

    def rows(self) -> Iterator[TableRow]:
        """The table's rows, a band above those of each group (village of a township)."""
        self.progress.start("生成公示名单")
        self.count = 0
        for place, people in groupby(self.people(), lambda p: p["place"]):
            listed = list(people)
            top = "village" if level_of(self.place) != "village" else "group"
            yield Band(f"{self.tree.path(place, top)}　{len(listed)} 人")
            for person in listed:
                self.count += 1
                yield self._row(person)
            self.progress.step(self.count)

    def _row(self, person: Mapping[str, Any]) -> TableRow:
        works = at_work(person)
        return (
            self.count,
            person["name"],
            code_list("sex").label(person["sex"] or ""),
            age(person, self.round.reference_date),
            person["id_number"],
            _where(person) if works else "",
            _how_long(person) if works else "",
        )


def _where(person: Mapping[str, Any]) -> str:
    if person["work_place"]:
        return place_in_words(person["work_place"])
    return code_list("work_place_scope").label(person["work_scope"] or "")


def _how_long(person: Mapping[str, Any]) -> str:
    parts = []
    if person["work_start"]:
        year, month = person["work_start"].split("-")
        parts.append(f"{year}年{int(month)}月起")
    if person["work_months"] is not None:
        parts.append(f"本年{person['work_months']}个月")
    return "\uff0c".join(parts)


def public_list(listed: _Listed, *, made_on: str) -> Document:
    """The list as a document, ready to be stamped and posted."""
    tree, place = listed.tree, listed.place

    def blocks() -> Iterator[Block]:
        yield Table(_COLUMNS, listed.rows(), row_height=7.5)
        yield Paragraph(f"以上共 {listed.count} 人。", strong=True)
        yield Spacer(2)
        yield Paragraph(
            "公示时间\uff1a　　　　年　　月　　日至　　　　年　　月　　日。公示期内\uff0c对名单"
            "有异议的\uff0c或发现漏登、错登的\uff0c请向下列电话或公示单位反映。身份号码中间的数字"
            "已隐去。",
            indent=True,
        )
        yield Signatures(["公示单位（盖章）", "联系人", "监督电话"])

    return Document(
        f"{tree.name(place)}{_TITLES[listed.kind]}",
        blocks(),
        subtitle=printed(listed.round.title),
        lead=Lead(
            left=f"公示范围\uff1a{tree.path(place, 'township')}", right=f"制表日期\uff1a{made_on}"
        ),
        note="本名单张贴用；不得另作他用",
    )
