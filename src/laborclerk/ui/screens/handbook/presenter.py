"""Handbooks and campaigns without a window: the issue log, the lines to check, plan and result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.catalog.values import Context
from laborclerk.features.dispatch.batches import BatchLine, batch_list
from laborclerk.features.dispatch.campaigns import CampaignLine, campaign_list, save_campaign
from laborclerk.features.dispatch.model import Campaign
from laborclerk.features.handbook import service
from laborclerk.features.handbook.content import warnings
from laborclerk.features.handbook.model import HandbookIssue
from laborclerk.features.registry.model import Person
from laborclerk.kernel.errors import Problem, Rejected
from laborclerk.kernel.progress import Progress
from laborclerk.store.base import Record, values_of
from laborclerk.store.work import Touched as Kept
from laborclerk.ui.asked import Asked, form_of
from laborclerk.ui.entry import Choice
from laborclerk.ui.jobs import Touched, Way, touches
from laborclerk.ui.longwork import Ended, told
from laborclerk.ui.picking import Pickable
from laborclerk.ui.station import Station

ISSUES, CHECKS, CAMPAIGNS = "issues", "checks", "campaigns"
TABS = {ISSUES: "发放", CHECKS: "核对", CAMPAIGNS: "季节行动"}
CONCERNS = ("handbook_issue", "handbook_check", "campaign", "batch", "batch_member")
ISSUE_FIELDS = ("kind", "copies", "date", "receiver", "giver", "note")
CAMPAIGN_FIELDS = (
    "name", "kind", "destination", "starts", "ends", "prepare_by", "agreement", "plan_people",
    "plan_income", "told_people", "told_income", "told_mean", "top_income", "note",
)  # fmt: skip


class View(Protocol):
    """What the presenter says to the screen."""

    def changed(self) -> None:
        """Show everything anew."""


@dataclass(frozen=True, slots=True)
class IssueLine:
    """Handbooks given out, as the list shows them."""

    id: int
    date: str
    kind: str
    copies: int
    to: str
    destination: str
    edition: str
    giver: str


@dataclass(frozen=True)
class Found:
    """What is on the screen."""

    issues: Sequence[IssueLine] = ()
    copies: int = 0
    lines: Sequence[service.Line] = ()
    campaigns: Sequence[CampaignLine] = ()
    batches: Sequence[BatchLine] = ()
    warnings: Sequence[Problem] = ()
    edition: str = ""
    fields: dict[int, dict[str, Any]] = field(default_factory=dict)  # of the campaigns


class HandbookPresenter:
    """State and actions of the screen."""

    def __init__(self, station: Station, view: View) -> None:
        self.station, self.view = station, view
        self.tab = ISSUES
        self.found = Found()
        self.asked: Asked[Kept] | None = None
        self.go_to: str | None = None
        self.ended: Ended | None = None
        self._loaded = False
        station.runner.on_change(self._touched)

    @property
    def today(self) -> str:
        return self.station.store.clock.today()

    # -- looking -------------------------------------------------------------------------------

    def load(self) -> None:
        """Read everything anew."""
        self._loaded = True
        store, today, tree = self.station.store, self.today, self.station.tree

        def work(_progress: Progress) -> Found:
            lines, words = service.lines(store), service.own_content(store)
            kinds = code_list("handbook_kind")
            with store.read() as session:
                issues = []
                for record in service.issues(session):
                    person = session.get(Person, record.person) if record.person else None
                    to = [
                        (person.name or "") if person else "",
                        tree.path(record.place, "township") if record.place else "",
                        record.receiver or "",
                    ]
                    issues.append(
                        IssueLine(
                            record.id, record.date or "", kinds.label(record.kind or ""),
                            record.copies or 0, " ".join(part for part in to if part),
                            place_in_words(record.destination), record.edition or "",
                            record.giver or "",
                        )
                    )  # fmt: skip
                campaigns = campaign_list(session, today)
                fields = {c.id: values_of(session.get_one(Campaign, c.id)) for c in campaigns}
                known = service.known_checks(session)
                return Found(
                    issues, service.issued_copies(session), lines, campaigns,
                    batch_list(session), warnings(words, known, today),
                    service.edition_of(words), fields,
                )  # fmt: skip

        def done(found: Found) -> None:
            self.found = found
            self.view.changed()

        self.station.runner.run(work, done, way=Way.LOOK, key="handbook")

    def _touched(self, touched: Touched) -> None:
        if self._loaded and touches(touched, *CONCERNS):
            self.load()

    def show(self, tab: str) -> None:
        """One of TABS."""
        if tab != self.tab:
            self.tab, self.asked, self.ended = tab, None, None
            self.view.changed()

    def summary(self) -> str:
        """The tab in one line."""
        f = self.found
        if self.tab == ISSUES:
            return f"累计发放 {f.copies:,} 册 · 现行 {f.edition}"
        if self.tab == CHECKS:
            left = sum(not line.checked for line in f.lines)
            return f"{len(f.lines)} 条要核对,还有 {left} 条没有核对" if f.lines else ""
        return f"{len(f.campaigns)} 次"

    def told(self) -> list[Problem]:
        """What to know on this tab."""
        if self.tab == CAMPAIGNS:
            return [p for c in self.found.campaigns for p in c.problems]
        return list(self.found.warnings)

    def batches(self) -> Pickable:
        """The batches to give handbooks to."""
        return Pickable(
            Choice(b.id, "", f"{b.number} {b.name}", b.number) for b in self.found.batches
        )

    # -- acting --------------------------------------------------------------------------------

    def begin(self) -> None:
        """Something new on this tab: handbooks given out, a campaign."""
        store = self.station.store
        if self.tab == ISSUES:
            place = self.station.place
            self._ask(
                "登记发放", HandbookIssue, ISSUE_FIELDS,
                {"kind": service.HANDBOOK, "copies": 1, "date": self.today, "giver": store.clerk},
                "copies",
                lambda v, _: service.issue(store, {**v, "place": place}).touched, "已登记发放",
            )  # fmt: skip
        elif self.tab == CAMPAIGNS:
            self._ask(
                "新建季节行动(准备截止不填,按开始日期倒推)", Campaign, CAMPAIGN_FIELDS, {}, "name",
                lambda v, _: save_campaign(store, v).touched, "已新建",
            )  # fmt: skip

    def edit(self, campaign: int | None) -> None:
        """Plan or result of a campaign."""
        store = self.station.store
        values = self.found.fields.get(campaign or 0)
        if self.tab == CAMPAIGNS and values is not None:
            self._ask(
                f"改 · {values.get('name')}", Campaign, CAMPAIGN_FIELDS,
                {k: values.get(k) for k in CAMPAIGN_FIELDS}, "told_people",
                lambda v, seen: save_campaign(store, v, campaign, seen).touched, "已改",
            )  # fmt: skip

    def give_batch(self, batch: int) -> None:
        """One handbook for each of a batch who has none yet."""
        store = self.station.store

        def work(_progress: Progress) -> service.Kept:
            return service.issue_to_batch(store, batch)

        def done(kept: service.Kept) -> None:
            self.ended = Ended(f"已登记 {len(kept.ids)} 册" if kept.ids else "这一批的人都发过了")
            self.station.runner.changed(kept.touched)
            self.view.changed()

        self.station.runner.run(work, done, self._failed)

    def confirm(self, keys: Sequence[str]) -> None:
        """These lines were compared with their source today."""
        store = self.station.store
        if self.tab != CHECKS or not keys:
            return

        def done(kept: service.Kept) -> None:
            self.ended = Ended(f"已记下核对 {len(kept.ids)} 条,核对人 {store.clerk}")
            self.station.runner.changed(kept.touched)
            self.view.changed()

        self.station.runner.run(lambda _p: service.confirm(store, keys), done, self._failed)

    def _ask(
        self, title: str, model: type[Record], keys: Sequence[str], values: dict[str, Any],
        first: str, keep: Callable[[dict[str, Any], dict[str, Any]], Kept], word: str,
    ) -> None:  # fmt: skip
        form = form_of(model, keys, values, lambda: Context(today=self.today, codes_by="number"))
        self.asked, self.ended = Asked(title, form, first, keep, word), None
        self.view.changed()

    def keep(self) -> None:
        """Keep what is asked; what stops it is marked in the form."""
        asked = self.asked
        if asked is None:
            return
        self.go_to = asked.form.stop()
        if self.go_to is not None:
            self.ended = Ended("还有项目没有填好,见标红处", whole=False)
            self.view.changed()
            return
        act = asked.entered()

        def done(touched: Kept) -> None:
            self.asked, self.ended = None, Ended(asked.word)
            self.station.runner.changed(touched)
            self.view.changed()

        self.station.runner.run(lambda _p: act(), done, self._failed)

    def drop(self) -> None:
        """Keep nothing of it."""
        self.asked = None
        self.view.changed()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Rejected) and self.asked is not None:
            self.go_to = self.asked.form.refuse(error.problems)
        self.ended = told(error)
        self.view.changed()
        if self.ended is None:
            self.station.runner.fail(error)
