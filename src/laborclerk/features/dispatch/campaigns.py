"""Seasonal campaigns (摘棉, 捡菜, 枸杞): planned, carried out by batches, compared with what
came of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.codes import code_list
from laborclerk.catalog.divisions import place_in_words
from laborclerk.catalog.fields import Value
from laborclerk.features.dispatch import rules
from laborclerk.features.dispatch.batches import BatchLine, batch_list
from laborclerk.features.dispatch.model import Batch, Campaign
from laborclerk.features.dispatch.service import Done, missing
from laborclerk.kernel.errors import Problem, Rejected, Severity
from laborclerk.store.base import fields_of
from laborclerk.store.disputes import to_write
from laborclerk.store.store import Store


def save_campaign(
    store: Store,
    values: Mapping[str, Value],
    campaign: int | None = None,
    seen: Mapping[str, Value] | None = None,
) -> Done:
    """Make or change a seasonal campaign; without a prepare-by date it is counted back from the
    start by the days of the kind of work. `seen` as for a batch (`service.save_batch`)."""
    with store.write("dispatch.campaign") as work:
        record = work.get(Campaign, campaign) if campaign is not None else None
        now = {k: getattr(record, k) for k in fields_of(Campaign)} if record is not None else {}
        filled = dict(values)
        both = {**now, **filled}
        if problems := missing(Campaign, both):
            raise Rejected(problems)
        if not both.get("prepare_by"):
            item = code_list("campaign_kind").item(str(both["kind"]))
            days = int(item.extra.get("prepare") or 30) if item else 30
            filled["prepare_by"] = rules.prepare_by(str(both["starts"]), days)
        if record is None:
            record = work.add(Campaign(**filled))
        else:
            work.change(record, to_write(work.session, record, filled, seen))
    return Done(work.outcome.act, [record.id], touched=work.outcome.touched)


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign with what the rosters count: people on them, arrived, still away."""

    id: int
    name: str
    kind: str
    destination: str
    starts: str
    prepare_by: str
    plan: int | None
    people: int
    arrived: int
    mean: int | None  # yuan a head by the told total
    problems: tuple[Problem, ...]


def campaign_list(session: Session, today: str) -> list[CampaignLine]:
    """All campaigns, the latest first, each with its result and what does not add up."""
    by_batch = {line.id: line for line in batch_list(session, limit=100_000)}
    of: dict[int, list[BatchLine]] = defaultdict(list)
    for number, campaign in session.execute(sa.select(Batch.id, Batch.campaign)):
        if campaign is not None and number in by_batch:
            of[campaign].append(by_batch[number])
    kinds = code_list("campaign_kind")
    found: list[CampaignLine] = []
    query = sa.select(Campaign).where(Campaign.deleted.is_(None))
    for c in session.scalars(query.order_by(Campaign.starts.desc(), Campaign.id)):
        arrived = sum(line.arrived for line in of[c.id])
        problems = list(
            rules.check_figures(c.told_people, c.told_income, c.told_mean, arrived or None)
        )
        unprepared = c.prepare_by and not c.agreement and c.prepare_by < today <= (c.starts or "")
        if unprepared:
            params = {"day": c.prepare_by, "name": c.name}
            late = rules.DispatchCheck.PREPARE_LATE
            problems.insert(0, Problem(late, params, Severity.WARN).at(field="agreement"))
        found.append(
            CampaignLine(
                c.id, c.name or "", kinds.label(c.kind) if c.kind else "",
                place_in_words(c.destination), c.starts or "", c.prepare_by or "", c.plan_people,
                sum(line.people for line in of[c.id]), arrived,
                rules.mean_income(c.told_income, c.told_people), tuple(problems),
            )
        )  # fmt: skip
    return found
