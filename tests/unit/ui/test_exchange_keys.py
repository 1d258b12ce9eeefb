"""Certificates and keys on the exchange screen: what is said, what is done, in which words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from laborclerk.kernel.clock import Clock
from laborclerk.store.store import Store
from laborclerk.sync import county_keys, trust
from laborclerk.sync.approvals import enrolled
from laborclerk.sync.enrolment import Kind
from laborclerk.sync.keys import StationKeys
from laborclerk.sync.sheet_code import sheet_code
from laborclerk.ui.screens.exchange.presenter import ExchangePresenter
from tests.unit.ui.stations import Screen, county, opened


@pytest.fixture
def here(ours: Store) -> ExchangePresenter:
    made = ExchangePresenter(opened(ours), Screen(), list)
    made.load()
    return made


@pytest.fixture
def there(here: ExchangePresenter, theirs: Store, stick: Path) -> ExchangePresenter:
    """The county's screen, after the township was enrolled."""
    made = ExchangePresenter(opened(theirs), Screen(), list)
    made.load()
    here.write_request(stick)
    made.read_request(next(stick.glob("*.lcq")))
    made.approve(stick / "a.lca")
    here.accept(stick / "a.lca")
    return made


def later(presenter: ExchangePresenter, days: int) -> None:
    presenter.station.store.clock = Clock(wall=lambda: time.time() + days * 86_400)
    presenter.load()


def said(presenter: ExchangePresenter) -> str:
    assert presenter.work.ended
    return presenter.work.ended.text


@pytest.mark.parametrize(
    ("days", "state", "token", "notice"),
    [(0, "到期", "muted", ""), (710, "到期", "warned", "到期"), (740, "已过期", "wrong", "到期")],
)
def test_end_of_a_certificate_is_seen_on_both_screens(
    here: ExchangePresenter, there: ExchangePresenter, days: int, state: str, token: str,
    notice: str,
) -> None:  # fmt: skip
    for presenter in (here, there):
        later(presenter, days)
    assert here.facts
    assert there.facts
    (certificate,) = there.facts.keys.certificates.values()
    assert state in certificate.state
    assert certificate.token == token
    assert notice in here.facts.keys.notice
    assert bool(here.facts.keys.notice) == bool(notice)


def test_renewal_is_for_the_township_to_import(
    here: ExchangePresenter, there: ExchangePresenter, theirs: Store, stick: Path
) -> None:
    (one,) = enrolled(theirs)
    there.keys.renew(one.device, one.name, stick / "换发.lca")
    assert "请交给对方导入" in said(there)
    here.accept(stick / "换发.lca")
    assert here.work.ended
    assert here.work.ended.whole


def test_ended_device_is_shown_with_its_reason(there: ExchangePresenter, theirs: Store) -> None:
    (one,) = enrolled(theirs)
    there.keys.revoke(one.device, one.name, "电脑丢失")
    assert "已注销" in said(there)
    assert there.facts
    (certificate,) = there.facts.keys.certificates.values()
    assert (certificate.state, certificate.token) == ("已注销", "wrong")
    assert "电脑丢失" in certificate.revoked
    there.keys.revoke(one.device, one.name, "电脑丢失")
    assert there.work.ended
    assert not there.work.ended.whole


def test_new_keys_of_a_township_are_asked_for_and_waited_for(
    here: ExchangePresenter, there: ExchangePresenter, stick: Path
) -> None:
    here.keys.rotate(stick, "乌峰街道")
    assert here.facts
    assert "等县里批复" in here.facts.keys.notice
    there.read_request(next(stick.glob("换密钥申请*.lcq")))
    assert there.request
    assert there.request[1].kind is Kind.ROTATION
    there.approve(stick / "b.lca")
    here.accept(stick / "b.lca")
    assert not here.facts.keys.notice


def test_new_keys_of_the_county_want_a_new_sheet(
    here: ExchangePresenter, there: ExchangePresenter, theirs: Store, stick: Path
) -> None:
    assert there.facts
    assert "还没有打印" in there.facts.keys.notice
    there.keys.sheet_taken()
    assert not there.facts.keys.notice
    assert there.keys.sheet().title == "县站密钥恢复单"
    there.keys.rotate_county(stick, "镇雄县")
    assert "还没有打印" in there.facts.keys.notice
    here.accept(next(stick.glob("*.lcs")))
    assert here.facts
    assert here.facts.county
    assert here.facts.county.public == trust.this_county(theirs).public


def test_county_is_recovered_from_its_sheet_on_a_new_machine_only(
    there: ExchangePresenter, tmp_path: Path
) -> None:
    code = county_keys.county_code(there.station.store)
    new = county(tmp_path / "new")
    presenter = ExchangePresenter(opened(new), Screen(), list)
    presenter.load()
    presenter.keys.recover(code)
    assert "本机已是原来的县站" in said(presenter)
    assert there.facts
    assert presenter.facts
    assert presenter.facts.fingerprint == there.facts.fingerprint
    there.keys.recover(sheet_code(StationKeys.generate()))
    assert "不能再换成恢复单上的密钥" in said(there)
    new.close()
