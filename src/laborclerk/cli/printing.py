"""print: every paper by its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from laborclerk.catalog import fields as f
from laborclerk.catalog import values
from laborclerk.cli.answer import Answer
from laborclerk.cli.call import Call
from laborclerk.cli.command import Kinds, Thin, pass_call
from laborclerk.cli.messages import Command
from laborclerk.features.census.documents import print_census_forms
from laborclerk.features.census.public_list import PublicList, print_public_list
from laborclerk.features.census.rounds import round_to_read
from laborclerk.features.coverage import prints
from laborclerk.features.coverage.gaps import GapKind
from laborclerk.features.demand.lookup import one_post
from laborclerk.features.dispatch.batches import BatchProblem, one_batch
from laborclerk.features.dispatch.prints import print_roster
from laborclerk.features.dispatch.rosters import RosterKind, roster_of
from laborclerk.features.handbook.service import HandbookProblem, print_guide, print_handbooks
from laborclerk.features.matching import prints as matching
from laborclerk.features.registry.lookup import one_record
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.papers import print_enrolment_sheet
from laborclerk.features.registry.places import PlaceTree
from laborclerk.features.reports.kinds import ReportKind
from laborclerk.features.reports.prints import print_report
from laborclerk.features.seeking import prints as seeking
from laborclerk.features.seeking.listing import SeekKind
from laborclerk.features.seeking.service import seekings_of
from laborclerk.features.work import prints as work
from laborclerk.features.work.list_kinds import ListKind
from laborclerk.kernel.errors import Problem, Rejected, reject
from laborclerk.kernel.progress import Progress
from laborclerk.printing.document import Page
from laborclerk.store.store import Store

Listed = TypeVar("Listed", GapKind, PublicList, RosterKind, ListKind, SeekKind, ReportKind)


@dataclass(frozen=True)
class Wanted:
    """What is to be printed: places or records by name, and the options of some kinds."""

    what: Sequence[str]
    out: Path
    blank: bool
    copies: int
    first_number: str
    which: str
    month: str
    personal: bool = False
    single: bool = False
    destination: str = ""
    turned: bool = False


@dataclass(frozen=True)
class Job:
    """A print on its way."""

    store: Store
    wanted: Wanted
    progress: Progress
    told: list[Problem] = field(default_factory=list)  # what to know of what was printed

    def round(self) -> int:
        """The open round, else the one closed last."""
        with self.store.read() as session:
            return round_to_read(session).id

    def place(self) -> int:
        """The one place named, or the station's own."""
        with self.store.read() as session:
            tree = PlaceTree.load(session)
            return tree.one(self.wanted.what[0]) if self.wanted.what else tree.root()


def _census_form(job: Job) -> int:
    wanted = job.wanted
    with job.store.read() as session:
        place, households = _named(session, wanted.what)
    return print_census_forms(
        job.store, job.round(), wanted.out, place=place, households=households,
        blank=wanted.blank, copies=wanted.copies, first_number=wanted.first_number,
        progress=job.progress,
    )  # fmt: skip


def _named(session: Session, what: Sequence[str]) -> tuple[int | None, list[int]]:
    """One place, or the households of the records named."""
    tree = PlaceTree.load(session)
    if len(what) == 1 and tree.resolve(what[0]):
        return tree.one(what[0]), []
    households: list[int] = []
    for text in what:
        record = one_record(session, text)
        if isinstance(record, Household):
            households.append(record.id)
        elif isinstance(record, Person) and record.household:
            households.append(record.household)
        else:
            raise reject(Command.NOT_TO_PRINT, what=text)
    return None, households


def _gaps(job: Job) -> int:
    kind = _which(GapKind, job.wanted.which or GapKind.MISSING)
    return prints.print_gaps(
        job.store, job.round(), job.place(), kind, job.wanted.out, job.progress
    )


def _public_list(job: Job) -> int:
    kind = _which(PublicList, job.wanted.which or PublicList.LABOUR)
    return print_public_list(
        job.store, job.round(), job.place(), job.wanted.out, kind=kind, progress=job.progress
    )


def _batch(job: Job) -> int | None:
    if not job.wanted.what:
        return None
    with job.store.read() as session:
        return one_batch(session, job.wanted.what[0]).id


def _roster(job: Job) -> int:
    kind = _which(RosterKind, job.wanted.which or RosterKind.LEADER)
    batch = _batch(job)
    if batch is None:
        raise reject(BatchProblem.BATCH_UNKNOWN, what="")
    page = None
    if job.wanted.turned:
        portrait = roster_of(kind).page is Page.A4
        page = Page.A4_LANDSCAPE if portrait else Page.A4
    return print_roster(
        job.store, batch, kind, job.wanted.out, page=page, progress=job.progress
    )  # fmt: skip


def _handbook(job: Job) -> int:
    wanted = job.wanted
    code = str(values.read(f.Division(), wanted.destination).value or "")
    if wanted.destination and not code:
        raise reject(HandbookProblem.HANDBOOK_PLACE, text=wanted.destination)
    done = print_handbooks(
        job.store, wanted.out, batch=_batch(job), destination=code, personal=wanted.personal,
        folded=not wanted.single, progress=job.progress,
    )  # fmt: skip
    job.told.extend(done.problems)
    return done.pages


def _work_list(job: Job) -> int:
    kind = _which(ListKind, job.wanted.which or ListKind.WILLING)
    return work.print_list(job.store, kind, job.place(), job.wanted.out, progress=job.progress)


def _seeking_list(job: Job) -> int:
    kind = _which(SeekKind, job.wanted.which or SeekKind.OPEN)
    return seeking.print_list(job.store, kind, job.place(), job.wanted.out, progress=job.progress)


def _seeking_form(job: Job) -> int:
    wanted, store, day = job.wanted, job.store, job.store.clock.today()
    if wanted.blank:
        return seeking.print_blank(
            store, job.place(), wanted.out, copies=wanted.copies, progress=job.progress
        )
    with store.read() as session:
        tree, people = PlaceTree.load(session), list[int]()
        place = tree.one(wanted.what[0]) if wanted.what and tree.resolve(wanted.what[0]) else None
        for text in wanted.what if place is None else ():
            record = one_record(session, text)
            if not isinstance(record, Person):
                raise reject(Command.NOT_TO_PRINT, what=text)
            people += [r.record.id for r in seekings_of(session, record.id, day)[:1]]
        if wanted.what and place is None and not people:
            raise reject(seeking.SeekingPrint.NO_SEEKERS)
    return seeking.print_forms(
        store, wanted.out, seekings=people, place=place, progress=job.progress
    )


def _report(job: Job) -> int:
    kind = _which(ReportKind, job.wanted.which or ReportKind.PLACE)
    return print_report(job.store, kind, job.place(), job.wanted.out, progress=job.progress)


def _which(kinds: type[Listed], text: str) -> Listed:
    try:
        return kinds(text)
    except ValueError:
        known = "、".join(kinds)
        raise reject(Command.KIND_UNKNOWN, kind=text, kinds=known) from None


def _post(job: Job) -> int:
    with job.store.read() as session:
        what = job.wanted.what[0] if job.wanted.what else ""
        return one_post(session, what, job.store.clock.today()).id


def _post_notice(job: Job) -> int:
    return matching.print_notice(job.store, _post(job), job.wanted.out, job.progress)


def _call_list(job: Job) -> int:
    with job.store.read() as session:
        place = PlaceTree.load(session).one(job.wanted.what[1]) if job.wanted.what[1:] else None
    return matching.print_call_list(
        job.store, _post(job), job.wanted.out, place=place, progress=job.progress
    )


KINDS: dict[str, tuple[str, Callable[[Job], int]]] = {
    "census-form": ("调查表:一村、几户,或 --blank 空白表", _census_form),
    "coverage": (
        "六级核对表",
        lambda j: prints.print_coverage(j.store, j.round(), j.place(), j.wanted.out, j.progress),
    ),
    "certificate": (
        "村(社区)签认书",
        lambda j: prints.print_certificate(j.store, j.round(), j.place(), j.wanted.out, j.progress),
    ),
    "gaps": ("名单:--list 种类,默认漏户", _gaps),
    "summary": (
        "劳动力资源汇总表",
        lambda j: prints.print_summary(
            j.store, j.round(), j.place(), j.wanted.out, progress=j.progress
        ),
    ),
    "collection": (
        "组长信息采集名单:--month 月份",
        lambda j: prints.print_collection(
            j.store, j.round(), j.wanted.month or j.store.clock.today()[:7], j.place(),
            j.wanted.out, j.progress,
        ),
    ),
    "public-list": ("公示名单(号码已遮盖):--list labour 或 away", _public_list),
    "roster": ("批次名册:写批次编号,--list 哪一种,默认带队人用", _roster),
    "handbook": ("务工手册:写批次编号,或 --destination 地方", _handbook),
    "work-ledger": (
        "劳务输出台账",
        lambda j: work.print_ledger(j.store, j.place(), j.wanted.out, progress=j.progress),
    ),
    "work-list": ("务工名单:--list 种类,如 willing、away、young", _work_list),
    "seeking-list": ("求职名单:--list 种类,如 open、expired、placed", _seeking_list),
    "seeking-form": ("求职登记表:写人,或一个地方有效的每人一张,或 --blank", _seeking_form),
    "work-mismatches": (
        "卡、表、册、人核对单",
        lambda j: work.print_mismatches(j.store, j.place(), j.wanted.out, progress=j.progress),
    ),
    "work-updates": (
        "务工台账更新情况:--month 月份",
        lambda j: work.print_updates(
            j.store, j.wanted.month or j.store.clock.today()[:7], j.place(), j.wanted.out,
            j.progress,
        ),
    ),
    "demand": (
        "用工需求台账", lambda j: matching.print_demand(j.store, j.wanted.out, j.progress)
    ),
    "post-notice": ("招工简章:写一个岗位", _post_notice),
    "call-list": ("岗位询问名单:写一个岗位,可再写一个地方", _call_list),
    "guide": (
        "劳务工作指南:给干部和带队人",
        lambda j: print_guide(
            j.store, j.wanted.out, folded=not j.wanted.single, progress=j.progress
        ).pages,
    ),
    "report": ("报表:--list 种类,如 place、industry、income", _report),
    "enrolment-sheet": (
        "本机指纹核对单", lambda j: print_enrolment_sheet(j.store, j.wanted.out)
    ),
}  # fmt: skip


_NAMED = {kind: text for kind, (text, _) in KINDS.items()}


@click.command("print", cls=Thin)
@click.argument("kind", metavar="种类", type=Kinds(_NAMED))
@click.argument("what", metavar="[地方|户…]", nargs=-1)
@click.argument("out", metavar="文件.pdf", type=click.Path(path_type=Path))
@click.option("--blank", is_flag=True, help="空白表")
@click.option("--copies", type=click.IntRange(1, 10_000), default=1, metavar="N", help="几份空白表")
@click.option("--first-number", default="", metavar="编号", help="空白表的起始编号,如 A0001")
@click.option("--list", "which", default="", metavar="名单", help="名单的哪一种")
@click.option("--month", default="", metavar="月份", help="采集名单的月份,如 2026-11")
@click.option("--personal", is_flag=True, help="handbook:批次里每人一册,印好姓名")
@click.option("--single", is_flag=True, help="handbook:A5单页,不拼成对折的A4")
@click.option("--destination", default="", metavar="地方", help="handbook:按哪个目的地编")
@click.option("--turned", is_flag=True, help="roster:换成另一个方向的A4")
@pass_call
def print_command(
    call: Call,
    kind: str,
    what: Sequence[str],
    out: Path,
    blank: bool,
    copies: int,
    first_number: str,
    which: str,
    month: str,
    personal: bool,
    single: bool,
    destination: str,
    turned: bool,
) -> Answer:
    """把一种表印成PDF;不写地方则为全站。"""
    wanted = Wanted(
        what, out, blank, copies, first_number, which, _month(month), personal, single,
        destination, turned,
    )  # fmt: skip
    with call.store() as store:
        job = Job(store, wanted, call.progress)
        pages = KINDS[kind][1](job)
    said = [f"已印成PDF:{out},{pages}页"]
    return Answer({"pages": pages, "file": str(out)}, said, job.told)


def _month(text: str) -> str:
    reading = values.read(f.Month(), text)
    if reading.problems:
        raise Rejected(reading.problems)
    return str(reading.value or "")


COMMANDS = (print_command,)
