"""The papers that can be printed: what each holds, what may be chosen for it, who makes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from laborclerk.features.census.documents import print_census_forms
from laborclerk.features.census.public_list import PublicList, print_public_list
from laborclerk.features.coverage import prints
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.dispatch.prints import print_roster
from laborclerk.features.dispatch.rosters import ROSTERS, RosterKind
from laborclerk.features.handbook.service import print_guide, print_handbooks
from laborclerk.features.matching.prints import print_demand
from laborclerk.features.registry.papers import print_enrolment_sheet
from laborclerk.features.reports.kinds import REPORTS, ReportKind
from laborclerk.features.reports.prints import print_report
from laborclerk.features.seeking import prints as seeking
from laborclerk.features.seeking.listing import KINDS as SEEKERS
from laborclerk.features.seeking.listing import SeekKind
from laborclerk.features.work import prints as work
from laborclerk.features.work.list_kinds import LISTS, ListKind
from laborclerk.kernel.progress import Progress
from laborclerk.store.store import Store

TOWN = ("county", "township", "village", "group")
PLACE, COPIES, NUMBER, MONTH, LIST = "place", "copies", "first_number", "month", "list"
BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the clerk chose for a paper. `list` is one of the paper's `lists`."""

    round: int
    place: int
    copies: int = 1
    first_number: str = ""
    month: str = ""
    list: str = ""
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: `code` names it in the journal, `about` says what is on it, `asks` what may be
    chosen, `levels` for which places it is made."""

    code: str
    title: str
    about: str
    make: Callable[[Store, Choice, BinaryIO, Progress], int]
    asks: tuple[str, ...] = (PLACE,)
    levels: tuple[str, ...] = TOWN
    lists: tuple[tuple[str, str], ...] = ()


def _filled(store: Store, c: Choice, out: BinaryIO, progress: Progress) -> int:
    return print_census_forms(store, c.round, out, place=c.place, progress=progress)


def _blank(store: Store, c: Choice, out: BinaryIO, progress: Progress) -> int:
    return print_census_forms(
        store, c.round, out, place=c.place, blank=True, copies=c.copies,
        first_number=c.first_number, continuation=c.list == "continuation", progress=progress,
    )  # fmt: skip


_GAPS = dict.fromkeys(
    (GapKind.MISSING, GapKind.UNVISITED, GapKind.REVISIT, GapKind.UNFINISHED, GapKind.EXPLAINED,
     GapKind.PERSON, GapKind.ITEM, GapKind.DUE, *GapKind)
)  # fmt: skip


def _roster(store: Store, c: Choice, out: BinaryIO, progress: Progress) -> int:
    return print_roster(store, c.batch, RosterKind(c.list), out, progress=progress)


def _handbook(store: Store, c: Choice, out: BinaryIO, progress: Progress) -> int:
    whose, _, size = c.list.partition("-")
    return print_handbooks(
        store, out, batch=c.batch or None, personal=whose == "own" and bool(c.batch),
        folded=size != "a5", progress=progress,
    ).pages  # fmt: skip


def _seeking_form(store: Store, c: Choice, out: BinaryIO, progress: Progress) -> int:
    if c.list != "open":
        return seeking.print_blank(store, c.place, out, copies=c.copies, progress=progress)
    return seeking.print_forms(store, out, place=c.place, progress=progress)


PAPERS: tuple[Paper, ...] = (
    Paper(
        "census-form", "调查表(已填)",
        "每户一张,登记里有的都印上,入户时核对补填。A4横,双面,短边翻页", _filled,
    ),
    Paper(
        "census-blank", "调查表(空白)",
        "与屏幕同序同码,村和{word}印好,编号连着印。七人一张,多的用续表。A4横,双面,短边翻页", _blank,
        (PLACE, COPIES, NUMBER, LIST), lists=(("", "首页"), ("continuation", "续表")),
    ),
    Paper(
        "coverage", "六级核对表", "从乡到村、{word}、户、人、项,六级逐级对数",
        lambda s, c, out, p: prints.print_coverage(s, c.round, c.place, out, p),
    ),
    Paper(
        "gaps", "名单", "漏的户、待复访、缺项……带着名单下村",
        lambda s, c, out, p: prints.print_gaps(s, c.round, c.place, GapKind(c.list), out, p),
        (PLACE, LIST), lists=tuple((kind.value, kind.label) for kind in _GAPS),
    ),
    Paper(
        "certificate", "村签认书", "签认过的村:各{word}的数、还开着的缺口和原因、签章处",
        lambda s, c, out, p: prints.print_certificate(s, c.round, c.place, out, p),
        levels=("village",),
    ),
    Paper(
        "summary", "劳动力资源汇总表", "按村(县站按乡镇)汇总,附平衡关系核对",
        lambda s, c, out, p: prints.print_summary(s, c.round, c.place, out, progress=p),
        levels=("county", "township", "village"),
    ),
    Paper(
        "public-list", "公示名单", "张贴用:身份号码已隐去中间,不印健康、困难、电话和未满16岁的人",
        lambda s, c, out, p: print_public_list(
            s, c.round, c.place, out, kind=PublicList(c.list), progress=p
        ),
        (PLACE, LIST), ("township", "village", "group"),
        (("labour", "全部劳动力"), ("away", "外出务工的")),
    ),
    Paper(
        "collection", "{word}长采集名单", "一个月里谁报了、谁没报,留签字处",
        lambda s, c, out, p: prints.print_collection(s, c.round, c.month, c.place, out, p),
        (PLACE, MONTH),
    ),
    Paper(
        "work-ledger", "劳务输出台账", "今天谁在哪里做工:单位、工种、收入、渠道,按{word}排",
        lambda s, c, out, p: work.print_ledger(s, c.place, out, progress=p),
    ),
    Paper(
        "work-list", "务工名单", "想去没去的、已外出的、18–30岁的、零就业家庭……今天的",
        lambda s, c, out, p: work.print_list(
            s, ListKind(c.list), c.place, out, progress=p
        ),
        (PLACE, LIST), lists=tuple((kind.value, named.title) for kind, named in LISTS.items()),
    ),
    Paper(
        "seeking-list", "求职名单", "有效的、快到期的、已过期的、已就业的求职登记,今天的",
        lambda s, c, out, p: seeking.print_list(
            s, SeekKind(c.list), c.place, out, progress=p
        ),
        (PLACE, LIST), lists=tuple((kind.value, named.title) for kind, named in SEEKERS.items()),
    ),
    Paper(
        "seeking-form", "求职登记表", "空白表;或有效的每人一张,印好登记的内容。A4",
        _seeking_form, (PLACE, COPIES, LIST),
        lists=(("blank", "空白表"), ("open", "有效的每人一张")),
    ),
    Paper(
        "work-mismatches", "卡表册人核对单", "卡、表、台账、本人对不上的,逐人列出,留核实栏",
        lambda s, c, out, p: work.print_mismatches(s, c.place, out, progress=p),
    ),
    Paper(
        "work-updates", "务工台账月报", "一个月里谁报了、谁没报,上报数与台账对照",
        lambda s, c, out, p: work.print_updates(s, c.month, c.place, out, p),
        (PLACE, MONTH),
    ),
    Paper(
        "report", "报表", "去向、行业、渠道、收入、组织化程度、稳定就业家庭……今天的数和图",
        lambda s, c, out, p: print_report(s, ReportKind(c.list), c.place, out, progress=p),
        (PLACE, LIST), lists=tuple((kind.value, named.title) for kind, named in REPORTS.items()),
    ),
    Paper(
        "roster", "派遣名册", "五种名册:给谁用只印谁要的。打印、存盘即定稿,再改另编一版",
        _roster, (BATCH, LIST), lists=tuple((str(r.kind), r.title) for r in ROSTERS),
    ),
    Paper(
        "handbook", "务工手册", "A5小册子,A4双面印、短边翻页,对折装订。没核对过的条文带“※”",
        _handbook, (BATCH, LIST),
        lists=(("own", "每人一册,印好姓名"), ("one", "一册,姓名自己填"),
               ("own-a5", "每人一册,A5单页"), ("one-a5", "一册,A5单页")),
    ),
    Paper(
        "demand", "用工需求台账", "今天在招的岗位:单位、人数、工资、食宿、到岗,问过几人、愿意几人",
        lambda s, c, out, p: print_demand(s, out, p), (),
    ),
    Paper(
        "guide", "劳务工作指南", "给乡镇村组干部和带队人:六步怎样走、怎样看单位。A5小册子",
        lambda s, c, out, p: print_guide(s, out, folded=not c.list, progress=p).pages,
        (LIST,), lists=(("", "A4双面印、短边翻页,对折"), ("a5", "A5单页")),
    ),
    Paper(
        "enrolment-sheet", "电脑登记核对单", "打电话核对本机指纹时用",
        lambda s, c, out, p: print_enrolment_sheet(s, out), (),
    ),
)  # fmt: skip


def paper_of(code: str) -> Paper:
    """The paper with this code."""
    return next(paper for paper in PAPERS if paper.code == code)
