"""campaign: seasonal work far away, its plan and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from laborclerk.cli.answer import Answer, table
from laborclerk.cli.call import Call
from laborclerk.cli.command import Family, pass_call
from laborclerk.cli.given import PAIRS, read_fields, read_pairs
from laborclerk.cli.records import Shower, record_json
from laborclerk.features.dispatch.campaigns import CampaignLine, campaign_list, save_campaign
from laborclerk.features.dispatch.model import Campaign
from laborclerk.features.registry.lookup import LookupProblem
from laborclerk.kernel.errors import reject
from laborclerk.kernel.ids import show_id


@click.group("campaign", cls=Family)
def campaign_group() -> None:
    """季节性输出:摘棉、捡菜、枸杞采收的计划和结果。"""


@campaign_group.command("new", short_help="新建")
@PAIRS
@pass_call
def new_campaign(call: Call, pairs: Sequence[str]) -> Answer:
    """新建一次季节行动,如 name=2026年赴疆摘棉 kind=摘棉 destination=新疆 starts=2026-09-01。"""
    with call.store() as store:
        [made] = save_campaign(store, read_fields(Campaign, read_pairs(pairs))).ids
        with store.read() as session:
            body = record_json(session.get_one(Campaign, made), Shower(session))
    said = f"已新建:{body['name']},准备截止 {body['prepare_by']}"
    return Answer({"campaign": body}, [said])


@campaign_group.command("set", short_help="改几项、填结果")
@click.argument("name", metavar="名称")
@PAIRS
@pass_call
def set_campaign(call: Call, name: str, pairs: Sequence[str]) -> Answer:
    """改几项,或填结果:told_people、told_income(万元)、told_mean(元)。"""
    with call.store() as store:
        with store.read() as session:
            found = [c for c in campaign_list(session, "") if name in (c.name, show_id(c.id))]
        if len(found) != 1:
            raise reject(LookupProblem.RECORD_UNKNOWN, what=name)
        save_campaign(store, read_fields(Campaign, read_pairs(pairs)), found[0].id)
        with store.read() as session:
            line = next(
                c for c in campaign_list(session, store.clock.today()) if c.id == found[0].id
            )
    return Answer({"campaign": _campaign(line)}, [f"已改:{line.name}"], line.problems)


@campaign_group.command("list", short_help="列出计划和结果")
@pass_call
def list_campaigns(call: Call) -> Answer:
    """列出各次行动:计划、名册人数、到岗、按总收入算的人均;对不上的会提醒。"""
    with call.store() as store, store.read() as session:
        found = campaign_list(session, store.clock.today())
    heads = ("名称", "工种", "去哪里", "开始", "准备截止", "计划", "名册", "到岗", "人均(元)")
    rows = [
        (c.name, c.kind, c.destination, c.starts, c.prepare_by, c.plan, c.people, c.arrived, c.mean)
        for c in found
    ]
    problems = [p for c in found for p in c.problems]
    said = [table(heads, rows, right=(5, 6, 7, 8)) if rows else "还没有季节行动"]
    return Answer({"campaigns": [_campaign(c) for c in found]}, said, problems)


def _campaign(line: CampaignLine) -> dict[str, Any]:
    body = asdict(line)
    del body["problems"]
    return {**body, "id": show_id(line.id)}


COMMANDS = (campaign_group,)
