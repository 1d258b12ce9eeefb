"""Keys between a county and its townships: renewed, changed, ended, recovered; nothing is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from laborclerk.app import create_station
from laborclerk.features.registry.key_sheet import print_county_key_sheet
from laborclerk.features.registry.scope import PlaceScope
from laborclerk.features.registry.station import found, plan
from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import EnvironmentFault, Message, Rejected
from laborclerk.store.journal import Act, Device
from laborclerk.store.journal_check import check_journal
from laborclerk.store.store import Store
from laborclerk.sync import container, county_keys, inbox, trust
from laborclerk.sync.approvals import (
    accept,
    approve,
    enrolled,
    is_revoked,
    read_request,
    recipients,
    renew,
    request,
    revoke,
    rotate,
)
from laborclerk.sync.certificates import issue_certificate
from laborclerk.sync.container import write_bundle
from laborclerk.sync.enrolment import Kind
from laborclerk.sync.exchange import Imported, inspect
from laborclerk.sync.export import export_bundle
from laborclerk.sync.keys import StationKeys, fingerprint
from laborclerk.sync.ledger import (
    COUNTY,
    TOWNSHIP,
    Issued,
    key_ring,
    keys_of,
    set_station,
    station_of,
)
from laborclerk.sync.manifest import Manifest, Purpose, Recipient
from laborclerk.sync.messages import Enrolment, Exchange
from laborclerk.sync.overview import log
from laborclerk.sync.returning import export_return
from laborclerk.sync.revocation import RevocationList
from laborclerk.sync.sheet_code import read_sheet_code, sheet_code
from laborclerk.sync.succession import make_statement, pack
from tests.exchanging import COUNTY_ROW, GROUPS, TOWNS, enrol, opened, stations, take
from tests.postgres import BOTH, copy_station
from tests.small import CLERK, PASSWORD, add_household

pytestmark = BOTH

DAY = 86_400
WUFENG = GROUPS["乌峰"][0]


@dataclass
class Places:
    """A county, a township, and a folder that is the stick; `later` opens them on another day."""

    folder: Path
    county: Store
    town: Store
    reopen: Callable[[str, Clock | None], Store]

    def later(self, days: float) -> None:
        clock = Clock(wall=lambda: time.time() + days * DAY)
        self.county.close()
        self.town.close()
        self.county, self.town = self.reopen("county", clock), self.reopen("乌峰", clock)

    def file(self, name: str) -> Path:
        return self.folder / name

    def work(self, name: str = "周大") -> None:
        add_household(self.town, {"name": name, "relation": "02"}, place=WUFENG)

    def bundle(self, name: str = "b.lcb") -> Path:
        export_bundle(self.town, self.file(name))
        return self.file(name)

    def send(self) -> Imported:
        return take(self.county, self.bundle())


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    stations(tmp_path)
    with ExitStack() as open_:

        def reopen(name: str, clock: Clock | None = None) -> Store:
            store = opened(tmp_path, name, clock)
            open_.callback(store.close)
            return store

        yield Places(tmp_path, reopen("county"), reopen("乌峰"), reopen)


def refused(act: Callable[..., object], *args: Any) -> Message:
    with pytest.raises(Rejected) as caught:
        act(*args)
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    return problem.message


def acts(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(sa.select(Act.use_case).order_by(Act.act)))


def copied(store: Store, folder: Path) -> None:
    """A second copy of the laptop, as a thief has it."""
    store.engine.dispose()
    copy_station(store.folder, folder)


# -- renewal ---------------------------------------------------------------------------------------


def test_township_is_told_thirty_days_before_its_certificate_ends(places: Places) -> None:
    for days, message in ((690, None), (705, Enrolment.CERTIFICATE_ENDS),
                          (735, Enrolment.CERTIFICATE_ENDED)):  # fmt: skip
        places.later(days)
        notice = trust.certificate_notice(places.town)
        assert (notice.message if notice else None) is message
        assert trust.certificate_notice(places.county) is None


@pytest.mark.parametrize("asks", [True, False], ids=["on request", "by the county alone"])
def test_expired_certificate_holds_a_bundle_and_a_new_one_frees_it(
    places: Places, asks: bool
) -> None:
    places.work()
    path = places.bundle()
    places.later(800)
    before = sorted(p.name for p in places.folder.iterdir())
    assert refused(take, places.county, path) is Exchange.CERTIFICATE_EXPIRED
    assert sorted(p.name for p in places.folder.iterdir()) == before
    if asks:
        request(places.town, places.file("a.lcq"))
        assert read_request(places.county, places.file("a.lcq")).kind is Kind.RENEWAL
        approve(places.county, places.file("a.lcq"), places.file("a.lca"))
    else:
        renew(places.county, "乌峰街道", places.file("a.lca"))
    assert take(places.county, path).records  # the old file, signed with the old certificate
    accept(places.town, places.file("a.lca"))
    assert trust.certificate_notice(places.town) is None
    places.work("周二")
    assert places.send().records


def test_a_file_refused_for_a_while_stands_in_the_log_with_its_reason(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    def logged(store: Store) -> list[tuple[str, int, int]]:
        return [(one.refused, one.number, one.records) for one in log(store) if not one.outgoing]

    places.work()
    path, back, ours = places.bundle(), places.file("r.lcb"), container.READER_VERSION
    places.later(800)
    for _ in range(2):  # tried again it is the same file
        assert refused(take, places.county, path) is Exchange.CERTIFICATE_EXPIRED
        assert logged(places.county) == [("expired", 1, 0)]
        assert list(inbox.path_of(places.county, "x").parent.glob("*")) == []  # nothing is kept
    renew(places.county, "乌峰街道", places.file("a.lca"))
    monkeypatch.setattr(container, "READER_VERSION", 0)
    assert refused(take, places.county, path) is Exchange.BUNDLE_NEEDS_NEWER
    assert logged(places.county) == [("newer", 1, 0)]
    monkeypatch.setattr(container, "READER_VERSION", ours)
    records = take(places.county, path).records
    assert logged(places.county) == [("", 1, records)]
    accept(places.town, places.file("a.lca"))
    place = station_of(places.town).place
    export_return(places.county, place, back, PlaceScope(place))
    monkeypatch.setattr(container, "READER_VERSION", 0)
    assert refused(take, places.town, back) is Exchange.BUNDLE_NEEDS_NEWER
    assert logged(places.town) == [("newer", 1, 0)]
    monkeypatch.setattr(container, "READER_VERSION", ours)
    take(places.town, back)
    assert [reason for reason, *_ in logged(places.town)] == [""]


def test_renewal_has_a_higher_serial_and_an_older_approval_never_comes_back(
    places: Places,
) -> None:
    first = enrolled(places.county)[0].serial
    renew(places.county, enrolled(places.county)[0].device, places.file("old.lca"))
    renew(places.county, enrolled(places.county)[0].device, places.file("new.lca"))
    serials = [one.serial for one in enrolled(places.county)]
    assert serials[0] > first
    assert len(set(serials)) == len(serials)
    accept(places.town, places.file("new.lca"))
    accept(places.town, places.file("new.lca"))
    assert refused(accept, places.town, places.file("old.lca")) is Exchange.ENROL_OLDER_APPROVAL
    assert "enrol.renew" in acts(places.county)
    assert "enrol.accept" in acts(places.town)


def test_certificate_that_reached_no_file_was_never_given(places: Places) -> None:
    before = enrolled(places.county)[0].serial
    with pytest.raises(EnvironmentFault):
        renew(places.county, "乌峰街道", places.file("pulled out") / "a.lca")
    assert enrolled(places.county)[0].serial == before


def test_who_is_not_enrolled_is_not_renewed(places: Places) -> None:
    args = places.county, "大湾镇", places.file("a.lca")
    assert refused(renew, *args) is Enrolment.UNKNOWN_DEVICE
    assert refused(renew, places.town, "乌峰街道", places.file("a.lca")) is Enrolment.ONLY_COUNTY


# -- revocation ------------------------------------------------------------------------------------


def test_what_the_county_applied_still_counts_and_nothing_after_it(places: Places) -> None:
    places.work()
    first = places.bundle("1.lcb")
    take(places.county, first)
    places.work("周二")
    second = places.bundle("2.lcb")
    (ended,) = revoke(places.county, "乌峰街道", "电脑丢失")
    assert ended.name == "乌峰街道"
    with pytest.raises(Rejected) as caught:
        take(places.county, second)
    (problem,) = caught.value.problems
    assert problem.message is Exchange.BUNDLE_REVOKED
    assert "电脑丢失" in problem.text
    assert not take(places.county, first).records  # known, and said so
    assert "enrol.revoke" in acts(places.county)
    with places.county.read() as session:
        assert not check_journal(session)


def test_other_work_up_to_the_same_number_is_another_branch(places: Places) -> None:
    copied(places.town, places.file("thief"))
    places.town = places.reopen("乌峰", None)
    places.work()
    places.send()
    revoke(places.county, "乌峰街道", "电脑丢失")
    places.town = places.reopen("thief", None)
    places.work("冒名")
    path = places.bundle("thief.lcb")
    assert refused(take, places.county, path) is Exchange.BUNDLE_REVOKED_BRANCH


def test_bundles_without_changes_that_end_where_it_counts_are_no_branch(places: Places) -> None:
    places.work()
    for name in ("1.lcb", "2.lcb"):
        take(places.county, places.bundle(name))
    revoke(places.county, "乌峰街道", "电脑丢失")
    for name in ("1.lcb", "2.lcb"):
        assert not take(places.county, places.file(name)).records


def test_only_the_device_that_is_named_is_ended(places: Places) -> None:
    device = station_of(places.town).device
    assert [one.device for one in revoke(places.county, device, "停用")] == [device]
    assert refused(revoke, places.county, device, "停用") is Enrolment.ALREADY_REVOKED
    assert refused(revoke, places.county, "没有的", "停用") is Enrolment.UNKNOWN_DEVICE
    assert refused(revoke, places.county, "泼机镇", "  ") is Enrolment.REASON_MISSING
    assert refused(revoke, places.town, "泼机镇", "停用") is Enrolment.ONLY_COUNTY
    poji = places.reopen("泼机", None)
    add_household(poji, {"name": "李大", "relation": "02"}, place=GROUPS["泼机"][0])
    export_bundle(poji, places.file("poji.lcb"))
    assert take(places.county, places.file("poji.lcb")).records


def test_revoked_device_may_be_enrolled_anew_after_a_phone_call(places: Places) -> None:
    places.work()
    places.send()
    revoke(places.county, "530627001", "电脑丢失")
    args = places.county, "530627001", places.file("a.lca")
    assert refused(renew, *args) is Enrolment.REVOKED_NEEDS_REQUEST
    request(places.town, places.file("a.lcq"))
    asked = read_request(places.county, places.file("a.lcq"))
    assert asked.kind is Kind.NEW
    assert [n.message for n in asked.notices] == [Enrolment.REQUEST_REVOKED]
    assert "电脑丢失" in asked.notices[0].text
    enrol(places.county, places.town, places.folder)
    places.work("周二")
    assert places.send().records
    assert trust.revocations_of(places.town) == trust.revocations_of(places.county)


def test_list_travels_and_its_number_never_goes_back(places: Places) -> None:
    revoke(places.county, "泼机镇", "停用")
    first = trust.revocations_file(places.county)
    revoke(places.county, "乌峰街道", "电脑丢失")
    assert trust.take_revocations(places.town, trust.revocations_file(places.county)).number == 2
    assert refused(trust.take_revocations, places.town, first) is Exchange.ENROL_OLDER_REVOCATIONS
    forged = RevocationList(9).to_bytes(StationKeys.generate())
    assert refused(trust.take_revocations, places.town, forged) is Exchange.ENROL_SIGNATURE_WRONG
    assert [r.reason for r in trust.revocations_of(places.town).revoked] == ["停用", "电脑丢失"]


@pytest.mark.parametrize("since", [0, 1, 3], ids=["nothing since", "one since", "more since"])
def test_restored_county_gets_its_list_back_and_drops_none_of_its_own(
    places: Places, since: int
) -> None:
    """A backup from before a device was ended: the next request brings the list that was lost."""
    copied(places.county, places.file("backup"))
    places.county = places.reopen("county", None)
    revoke(places.county, "泼机镇", "电脑丢失")
    trust.take_revocations(places.town, trust.revocations_file(places.county))
    restored = places.reopen("backup", None)
    for number in range(since):
        one = make_town(places, restored, f"{number}号机")
        revoke(restored, one, "停用")
    request(places.town, places.file("a.lcq"))
    approve(restored, places.file("a.lcq"), places.file("a.lca"))
    accept(places.town, places.file("a.lca"))
    reasons = [r.reason for r in trust.revocations_of(restored).revoked]
    assert sorted(reasons) == sorted(["停用"] * since + ["电脑丢失"])
    assert trust.revocations_of(places.town) == trust.revocations_of(restored)


def make_town(places: Places, county: Store, name: str) -> str:
    """Another laptop of 乌峰, enrolled with the county → its device."""
    store, _ = create_station(places.file(name), CLERK, PASSWORD, scrypt_n=2)
    set_station(store, TOWNSHIP, TOWNS["乌峰"][0].code, name)
    enrol(county, store, places.folder)
    device = station_of(store).device
    store.close()
    return device


# -- a device's new keys ---------------------------------------------------------------------------


def test_new_keys_of_a_device_need_no_phone_call_and_lose_nothing_on_its_way(
    places: Places,
) -> None:
    places.work()
    on_its_way = places.bundle("old.lcb")
    old = keys_of(places.town)
    digits = rotate(places.town, places.file("r.lcq"))
    assert rotate(places.town, places.file("r.lcq")) == digits  # asked twice, the same keys
    asked = read_request(places.county, places.file("r.lcq"))
    assert asked.kind is Kind.ROTATION
    assert asked.request.fingerprint == digits
    assert keys_of(places.town).public == old.public  # until the county has approved
    approve(places.county, places.file("r.lcq"), places.file("r.lca"))
    places.work("周二")
    still_old = places.bundle("between.lcb")
    accept(places.town, places.file("r.lca"))
    assert fingerprint(keys_of(places.town).public) == digits
    assert [k.public for k in key_ring(places.town).former] == [old.public]
    for path in (on_its_way, still_old):
        assert take(places.county, path).records
    places.work("周三")
    assert places.send().records
    (one,) = [e for e in enrolled(places.county) if e.name == "乌峰街道"]
    assert one.age == keys_of(places.town).public.age


def test_old_keys_count_no_further_once_the_new_ones_were_used(places: Places) -> None:
    """Somebody has a copy of the laptop: he has the old keys and a certificate that still holds."""
    copied(places.town, places.file("thief"))
    places.town = places.reopen("乌峰", None)
    places.work()
    on_its_way = places.bundle("old.lcb")
    rotate(places.town, places.file("r.lcq"))
    approve(places.county, places.file("r.lcq"), places.file("r.lca"))
    accept(places.town, places.file("r.lca"))
    assert places.send().records
    assert not take(places.county, on_its_way).records  # all of it is here; refused it is not
    places.town = places.reopen("thief", None)
    for name in ("甲", "乙", "丙", "丁"):
        places.work(name)
    assert refused(take, places.county, places.bundle("thief.lcb")) is Exchange.BUNDLE_REVOKED
    assert not [e for e in enrolled(places.county) if is_revoked(
        trust.revocations_of(places.county), e)]  # fmt: skip
    assert len(recipients(places.county)) == 2
    revoke(places.county, "泼机镇", "停用")
    assert [r.station for r in recipients(places.county)] == ["530627001"]
    assert recipients(places.county, "530627101") == []


def test_new_keys_that_the_old_ones_do_not_vouch_for_are_a_new_device(places: Places) -> None:
    """A thief has the certificate, which is public, but not the keys."""
    rotate(places.town, places.file("r.lcq"))
    mine = key_ring(places.town).next
    assert mine
    data = trust_request(places.town, mine, StationKeys.generate())
    places.file("forged.lcq").write_bytes(data)
    assert refused(read_request, places.county, places.file("forged.lcq")) is (
        Exchange.ENROL_SIGNATURE_WRONG
    )
    places.file("forged.lcq").write_bytes(trust_request(places.town, mine, None))
    assert read_request(places.county, places.file("forged.lcq")).kind is Kind.NEW


def trust_request(store: Store, keys: StationKeys, vouching: StationKeys | None) -> bytes:
    from laborclerk.sync.approvals import _request

    return _request(store, keys, vouching)


def test_revoked_device_cannot_change_its_keys_unasked(places: Places) -> None:
    revoke(places.county, "乌峰街道", "电脑丢失")
    rotate(places.town, places.file("r.lcq"))
    assert read_request(places.county, places.file("r.lcq")).kind is Kind.NEW


# -- the county's new keys -------------------------------------------------------------------------


@pytest.mark.parametrize("by_file", [True, False], ids=["by the notice", "by the next approval"])
def test_township_follows_the_county_to_its_new_keys(places: Places, by_file: bool) -> None:
    places.work()
    on_its_way = places.bundle("old.lcb")
    old = keys_of(places.county).public
    for _ in range(2):  # the township missed one
        new = county_keys.rotate_county(places.county)
    assert new.public != old
    assert take(places.county, on_its_way).records  # to the old keys, and of an old certificate
    places.file("k.lcs").write_bytes(trust.succession_file(places.county))
    if by_file:
        assert accept(places.town, places.file("k.lcs")).public == new.public
        assert accept(places.town, places.file("k.lcs")).public == new.public
        assert "enrol.succession" in acts(places.town)
    else:
        renew(places.county, "乌峰街道", places.file("a.lca"))
        assert accept(places.town, places.file("a.lca")).public == new.public
    places.work("周二")
    assert places.send().records
    assert old.signing in trust.authorities(places.town)
    revoke(places.county, "泼机镇", "停用")
    trust.take_revocations(places.town, trust.revocations_file(places.county))


def test_return_bundle_brings_the_countys_new_keys_and_its_list(places: Places) -> None:
    places.work()
    places.send()
    for _ in range(2):
        new = county_keys.rotate_county(places.county)
    revoke(places.county, "泼机镇", "停用")
    export_return(places.county, station_of(places.town).place, places.file("r.lcb"),
                  PlaceScope(station_of(places.town).place))  # fmt: skip
    assert inspect(places.town, places.file("r.lcb")).holds == ()
    before = trust.county_of(places.town)
    assert before
    assert before.public != new.public  # to inspect changes nothing
    take(places.town, places.file("r.lcb"))
    after = trust.county_of(places.town)
    assert after
    assert after.public == new.public
    assert [r.reason for r in trust.revocations_of(places.town).revoked] == ["停用"]
    places.work("周二")
    assert places.send().records


def test_return_bundle_of_a_forger_brings_no_keys(places: Places) -> None:
    """It names the county's true statements, and is signed by nobody they lead to."""
    county_keys.rotate_county(places.county)
    forger = StationKeys.generate()
    county = station_of(places.county)
    line = issue_certificate(
        forger.signing, forger.public.signing, station=county.station, device=county.device,
        place=county.place, serial=1, valid_from=places.county.clock.today(), valid_days=9,
    )  # fmt: skip
    told = json.loads(trust.succession_file(places.county))["statements"]
    mine = make_statement(forger, forger.public, "2026-01-01")
    for statements in (told, [mine], [*told, mine], ["x"], "x"):
        manifest = Manifest(
            station=county.station, device=county.device, certificate=line, number=1, first=1,
            last=1, written_at="2026-11-20T09:00:00+08:00", purpose=Purpose.RETURN,
            recipients=(Recipient("t", "t", keys_of(places.town).public.age),),
            unknown={"succession": statements},
        )  # fmt: skip
        write_bundle(places.file("r.lcb"), manifest, [[1]], forger)
        assert refused(inspect, places.town, places.file("r.lcb")) is (
            Exchange.CERTIFICATE_OTHER_COUNTY
        )


def test_township_that_has_not_heard_of_new_keys_still_reports(places: Places) -> None:
    county_keys.rotate_county(places.county)
    places.work()
    assert places.send().records


def test_nobody_else_can_name_new_keys(places: Places) -> None:
    thief = StationKeys.generate()
    place = places.file("k.lcs")
    place.write_bytes(pack([make_statement(thief, thief.public, "2026-01-01")]))
    assert refused(accept, places.town, place) is Enrolment.SUCCESSION_FOREIGN
    right = make_statement(keys_of(places.county), thief.public, "2026-01-01")
    place.write_bytes(pack([right.replace("2026-01-01", "2026-01-02")]))
    assert refused(accept, places.town, place) is Enrolment.SUCCESSION_FOREIGN
    place.write_bytes(b"{}")
    assert refused(accept, places.town, place) is Exchange.ENROL_UNREADABLE


def test_change_of_the_countys_keys_cut_short_is_ended_at_the_next_try(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes after the keys are kept and before the statement is."""
    first = keys_of(places.county).public

    def power_goes(*_: object) -> str:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(county_keys, "make_statement", power_goes)
        with pytest.raises(SystemExit):
            county_keys.rotate_county(places.county)
    second = keys_of(places.county).public
    assert second != first
    assert county_keys.rotate_county(places.county).public == second
    places.file("k.lcs").write_bytes(trust.succession_file(places.county))
    assert accept(places.town, places.file("k.lcs")).public == second


# -- recovery from paper ---------------------------------------------------------------------------


def new_county(folder: Path) -> Store:
    store, _ = create_station(folder, CLERK, PASSWORD, scrypt_n=2)
    rows = [COUNTY_ROW, *(row for town in TOWNS.values() for row in town)]
    found(store, plan(COUNTY, "530627", rows))
    return store


def test_new_machine_becomes_the_county_by_the_sheet_and_the_data_come_back(
    places: Places,
) -> None:
    places.work()
    places.send()
    with places.town.local() as session:
        session.get_one(Device, 0).acked = 2  # the lost county had said so
    revoke(places.county, "泼机镇", "停用")
    trust.take_revocations(places.town, trust.revocations_file(places.county))
    code = county_keys.county_code(places.county)
    new = new_county(places.file("new"))
    recovered = county_keys.recover_county(new, code.lower().replace("-", " "))
    assert recovered.public == keys_of(places.county).public
    assert recovered.device != station_of(places.county).device
    # its devices are unknown to it: nothing is believed before the officer has approved
    path = places.bundle("early.lcb")
    assert refused(take, new, path) is Exchange.BUNDLE_NOT_ISSUED
    places.work("周二")
    request(places.town, places.file("a.lcq"))
    assert read_request(new, places.file("a.lcq")).kind is Kind.NEW
    approve(new, places.file("a.lcq"), places.file("a.lca"))
    assert accept(places.town, places.file("a.lca")).device == recovered.device
    done = take(new, places.bundle("all.lcb"))
    assert done.records
    assert not done.held
    # what the lost county had revoked is known again, from the township that had the list
    assert [r.reason for r in trust.revocations_of(new).revoked] == ["停用"]
    with new.read() as session:
        given = session.scalars(sa.select(Issued.serial)).all()
        assert min(given) > 1_000_000
    assert "enrol.recover" in acts(new)
    new.close()


def test_sheet_is_only_taken_by_a_new_county(places: Places) -> None:
    code = sheet_code(StationKeys.generate())
    recover = county_keys.recover_county
    assert refused(recover, places.county, code) is Enrolment.COUNTY_AT_WORK
    assert refused(recover, places.town, code) is Enrolment.ONLY_COUNTY
    own = county_keys.county_code(places.county)
    assert recover(places.county, own).public == keys_of(places.county).public


def test_sheet_older_than_the_last_change_of_keys_is_told(places: Places) -> None:
    old = county_keys.county_code(places.county)
    county_keys.rotate_county(places.county)
    places.file("k.lcs").write_bytes(trust.succession_file(places.county))
    accept(places.town, places.file("k.lcs"))
    new = new_county(places.file("new"))
    county_keys.recover_county(new, old)
    request(places.town, places.file("a.lcq"))
    assert refused(read_request, new, places.file("a.lcq")) is Enrolment.REQUEST_NEWER_KEY
    new.close()


def test_county_restored_to_before_its_change_of_keys_goes_on_by_the_later_sheet(
    places: Places,
) -> None:
    copied(places.county, places.file("backup"))
    places.county = places.reopen("county", None)
    county_keys.rotate_county(places.county)
    sheet = county_keys.county_code(places.county)
    places.file("k.lcs").write_bytes(trust.succession_file(places.county))
    accept(places.town, places.file("k.lcs"))
    restored = places.reopen("backup", None)
    assert refused(county_keys.recover_county, restored, sheet) is Enrolment.COUNTY_AT_WORK
    assert not county_keys.may_recover(restored)
    request(places.town, places.file("a.lcq"))
    assert refused(read_request, restored, places.file("a.lcq")) is Enrolment.REQUEST_NEWER_KEY
    assert county_keys.may_recover(restored)
    county_keys.recover_county(restored, sheet)
    assert keys_of(restored).public == keys_of(places.county).public
    assert read_request(restored, places.file("a.lcq")).kind is Kind.RENEWAL
    approve(restored, places.file("a.lcq"), places.file("a.lca"))
    accept(places.town, places.file("a.lca"))
    places.county = restored
    places.work()
    assert places.send().records
    later = county_keys.rotate_county(restored)
    places.file("k.lcs").write_bytes(trust.succession_file(restored))
    assert accept(places.town, places.file("k.lcs")).public == later.public


def test_sheet_is_printed_once_for_each_change_of_keys(places: Places) -> None:
    assert not county_keys.sheet_is_printed(places.county)
    assert print_county_key_sheet(places.county, places.file("sheet.pdf")) == 1
    assert county_keys.sheet_is_printed(places.county)
    assert "print.county-key-sheet" in acts(places.county)
    county_keys.rotate_county(places.county)
    assert not county_keys.sheet_is_printed(places.county)
    assert refused(print_county_key_sheet, places.town, places.file("x.pdf")) is (
        Enrolment.ONLY_COUNTY
    )


@pytest.mark.parametrize("at", range(30))
def test_every_slip_in_the_sheets_code_is_told(at: int) -> None:
    keys = StationKeys.generate()
    code = sheet_code(keys).replace("-", "")
    assert read_sheet_code(code).public == keys.public
    other = "8" if code[at] != "8" else "B"
    wrong = code[:at] + other + code[at + 1 :]
    assert refused(read_sheet_code, wrong) is Enrolment.SHEET_WRONG
    assert refused(read_sheet_code, code[:at]) is Enrolment.SHEET_LENGTH


def test_county_signs_for_itself_with_a_certificate_that_is_made_when_needed(
    places: Places,
) -> None:
    line = trust.certificate_of(places.county)
    assert trust.certificate_of(places.county) == line
    county_keys.rotate_county(places.county)
    assert trust.certificate_of(places.county) != line
    places.later(720)
    renewed = trust.certificate_of(places.county)
    assert trust.certificate_of(places.county) == renewed != line


def test_station_made_by_hand_has_keys_at_once(tmp_path: Path) -> None:
    store, _ = create_station(tmp_path / "s", CLERK, PASSWORD, scrypt_n=2)
    set_station(store, COUNTY, "530627000000", "镇雄县人社局")
    assert key_ring(store).former == ()
    store.close()
