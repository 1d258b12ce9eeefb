"""A seasonal campaign: planned backwards from the day it starts."""

from __future__ import annotations

from contextlib import closing

from laborclerk.features.dispatch.campaigns import save_campaign
from laborclerk.features.dispatch.model import Campaign
from tests import dispatching as d


def test_a_campaign_counts_its_prepare_by_day(tmp_path):
    values = {"name": "2026年赴疆摘棉", "kind": "1", "destination": "650000000000",
              "starts": "2026-09-01"}  # fmt: skip
    with closing(d.county(tmp_path / "station")) as store:
        [made] = save_campaign(store, values).ids
        with store.read() as session:
            assert session.get_one(Campaign, made).prepare_by == "2026-08-02"
