"""Two officers at one county, two windows on one laptop: what one does between the other's look and
the other's writing still counts."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from laborclerk.features.exchange import taking
from laborclerk.kernel.errors import Common, EnvironmentFault, Message, Problem, Rejected
from laborclerk.store.store import Store
from laborclerk.sync import county_keys, export, trust
from laborclerk.sync.approvals import (
    accept,
    approve,
    enrolled,
    read_request,
    renew,
    request,
    revoke,
    rotate,
)
from laborclerk.sync.export import export_bundle
from laborclerk.sync.ledger import Station, key_ring, station_of
from laborclerk.sync.messages import Enrolment, Exchange
from laborclerk.sync.revocation import RevocationList
from tests.exchanging import GROUPS, opened, stations
from tests.meanwhile import before_it_writes
from tests.postgres import BOTH, copy_station
from tests.small import add_household

pytestmark = BOTH


class Places:
    """A county in two windows, a township in two windows."""

    def __init__(self, folder: Path) -> None:
        self.folder = stations(folder)
        self.county, self.officer = opened(folder, "county"), opened(folder, "county")
        self.town, self.clerk = opened(folder, "乌峰"), opened(folder, "乌峰")

    def file(self, name: str) -> Path:
        return self.folder / name

    def bundle(self, name: str = "b.lcb") -> Path:
        add_household(self.town, {"name": "周大", "relation": "02"}, place=GROUPS["乌峰"][0])
        export_bundle(self.town, self.file(name))
        return self.file(name)

    def close(self) -> None:
        for store in (self.county, self.officer, self.town, self.clerk):
            store.close()


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    made = Places(tmp_path)
    yield made
    made.close()


def reasons(store: Store) -> list[str]:
    return sorted(r.reason for r in trust.revocations_of(store).revoked)


def refused(caught: pytest.ExceptionInfo[Rejected]) -> Message:
    (problem,) = caught.value.problems
    assert "{" not in problem.text
    return problem.message


# -- the list of who was ended ---------------------------------------------------------------------


def test_two_who_are_ended_at_once_are_both_ended(places: Places) -> None:
    p = places
    with before_it_writes(p.county, lambda: revoke(p.officer, "泼机镇", "甲")):
        revoke(p.county, "乌峰街道", "乙")
    assert reasons(p.county) == ["乙", "甲"]
    assert trust.revocations_of(p.county).number == 2


def test_one_who_is_ended_by_two_at_once_is_ended_once(places: Places) -> None:
    p = places
    with (
        pytest.raises(Rejected) as caught,
        before_it_writes(p.county, lambda: revoke(p.officer, "乌峰街道", "甲")),
    ):
        revoke(p.county, "乌峰街道", "乙")
    assert refused(caught) is Enrolment.ALREADY_REVOKED
    assert reasons(p.county) == ["甲"]


def test_a_list_that_is_taken_does_not_replace_a_later_one(places: Places) -> None:
    p = places
    revoke(p.county, "泼机镇", "甲")
    first = trust.revocations_file(p.county)
    revoke(p.county, "乌峰街道", "乙")
    second = trust.revocations_file(p.county)
    with (
        pytest.raises(Rejected) as caught,
        before_it_writes(p.town, lambda: trust.take_revocations(p.clerk, second)),
    ):
        trust.take_revocations(p.town, first)
    assert refused(caught) is Exchange.ENROL_OLDER_REVOCATIONS
    assert reasons(p.town) == ["乙", "甲"]


def test_an_approval_with_an_older_list_does_not_replace_a_later_one(places: Places) -> None:
    p = places
    renew(p.county, "乌峰街道", p.file("a.lca"))
    revoke(p.county, "泼机镇", "甲")
    later = trust.revocations_file(p.county)
    with (
        pytest.raises(Rejected) as caught,
        before_it_writes(p.town, lambda: trust.take_revocations(p.clerk, later)),
    ):
        accept(p.town, p.file("a.lca"))
    assert refused(caught) is Exchange.ENROL_OLDER_REVOCATIONS
    assert reasons(p.town) == ["甲"]


def test_a_list_taken_back_from_a_township_keeps_who_was_ended_meanwhile(places: Places) -> None:
    """The county was put back to before somebody was ended; a township's request tells of it."""
    p = places
    revoke(p.county, "泼机镇", "甲")
    trust.take_revocations(p.town, trust.revocations_file(p.county))
    empty = RevocationList().to_bytes(key_ring(p.county).present).decode()
    p.county.set_setting(trust.REVOCATIONS, empty)
    request(p.town, p.file("a.lcq"))
    with before_it_writes(p.county, lambda: revoke(p.officer, "泼机镇", "乙")):
        approve(p.county, p.file("a.lcq"), p.file("a.lca"))
    assert reasons(p.county) == ["乙", "甲"]


def test_keys_that_change_while_somebody_is_ended_sign_the_whole_list(places: Places) -> None:
    p = places
    with before_it_writes(p.county, lambda: county_keys.rotate_county(p.officer)):
        revoke(p.county, "泼机镇", "甲")
    p.file("k.lcs").write_bytes(trust.succession_file(p.county))
    accept(p.town, p.file("k.lcs"))
    trust.take_revocations(p.town, trust.revocations_file(p.county))
    assert reasons(p.town) == ["甲"]


@pytest.mark.parametrize("nth", [1, 2])
def test_who_is_ended_while_the_countys_keys_change_stays_ended(places: Places, nth: int) -> None:
    p = places
    with before_it_writes(p.county, lambda: revoke(p.officer, "泼机镇", "甲"), nth):
        county_keys.rotate_county(p.county)
    p.file("k.lcs").write_bytes(trust.succession_file(p.county))
    accept(p.town, p.file("k.lcs"))
    trust.take_revocations(p.town, trust.revocations_file(p.county))
    assert reasons(p.county) == reasons(p.town) == ["甲"]


@pytest.mark.parametrize("nth", [1, 2])
def test_keys_that_two_change_at_once_are_followed_by_the_townships(
    places: Places, nth: int
) -> None:
    p = places
    told = []
    with before_it_writes(p.county, lambda: told.append(county_keys.rotate_county(p.officer)), nth):
        told.append(county_keys.rotate_county(p.county))
    ring = key_ring(p.county)
    kept = [keys.public for keys in ring.all()]
    assert [county.public in kept for county in told] == [True, True]
    p.file("k.lcs").write_bytes(trust.succession_file(p.county))
    assert accept(p.town, p.file("k.lcs")).public == ring.present.public
    assert len(trust.succession_of(p.county)) == len(ring.former)


def test_who_is_ended_while_the_county_goes_on_by_its_sheet_stays_ended(tmp_path: Path) -> None:
    """A county put back to before its keys changed; a township told it of the later ones."""
    stations(tmp_path)
    copy_station(tmp_path / "county", tmp_path / "backup")
    county, town = opened(tmp_path, "county"), opened(tmp_path, "乌峰")
    county_keys.rotate_county(county)
    sheet = county_keys.county_code(county)
    (tmp_path / "k.lcs").write_bytes(trust.succession_file(county))
    accept(town, tmp_path / "k.lcs")
    county.close()
    county, officer = opened(tmp_path, "backup"), opened(tmp_path, "backup")
    request(town, tmp_path / "a.lcq")
    with pytest.raises(Rejected):
        read_request(county, tmp_path / "a.lcq")
    with before_it_writes(county, lambda: revoke(officer, "泼机镇", "甲")):
        county_keys.recover_county(county, sheet)
    assert reasons(county) == ["甲"]
    trust.take_revocations(town, trust.revocations_file(county))
    assert reasons(town) == ["甲"]
    for store in (county, officer, town):
        store.close()


# -- certificates ----------------------------------------------------------------------------------


def test_a_device_ended_meanwhile_gets_no_new_certificate_unasked(places: Places) -> None:
    p = places
    with (
        pytest.raises(Rejected) as caught,
        before_it_writes(p.county, lambda: revoke(p.officer, "乌峰街道", "甲")),
    ):
        renew(p.county, "乌峰街道", p.file("new.lca"))
    assert refused(caught) is Enrolment.REVOKED_NEEDS_REQUEST
    assert not p.file("new.lca").exists()


def test_a_device_ended_meanwhile_is_not_approved_without_a_call(places: Places) -> None:
    p = places
    request(p.town, p.file("a.lcq"))
    before = [one.serial for one in enrolled(p.county)]
    with (
        pytest.raises(Rejected) as caught,
        before_it_writes(p.county, lambda: revoke(p.officer, "乌峰街道", "甲")),
    ):
        approve(p.county, p.file("a.lcq"), p.file("a.lca"))
    assert refused(caught) is Enrolment.REVOKED_NEEDS_REQUEST
    assert [one.serial for one in enrolled(p.county)] == before
    approve(p.county, p.file("a.lcq"), p.file("a.lca"))  # now a call was made


def test_new_keys_asked_for_in_two_windows_are_the_same_ones(places: Places) -> None:
    p = places
    told: list[str] = []
    with before_it_writes(p.town, lambda: told.append(rotate(p.clerk, p.file("a.lcq")))):
        told.append(rotate(p.town, p.file("b.lcq")))
    assert told[0] == told[1]
    approve(p.county, p.file("a.lcq"), p.file("a.lca"))
    accept(p.town, p.file("a.lca"))


class Fails:
    """A commit that fails: the disk is full, the server gone. `seen` are the files there were."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.folder, self.seen = folder, list[str]()
        self.maintainers = (*store._maintainers, self)

    def __call__(self, *_: object) -> None:
        self.seen = self.files()
        raise EnvironmentFault(Problem(Common.DISK_FULL, {"file": "x"}))

    def files(self) -> list[str]:
        return [path.name for path in self.folder.iterdir()]


def test_no_certificate_leaves_that_the_county_may_not_know(
    places: Places, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power goes, or the commit fails: what was written by then is no approval."""
    p = places
    before = [one.serial for one in enrolled(p.county)]
    fails = Fails(p.county, stick)
    with monkeypatch.context() as patch:
        patch.setattr(p.county, "_maintainers", fails.maintainers)
        with pytest.raises(EnvironmentFault):
            renew(p.county, "乌峰街道", stick / "a.lca")
    assert len(fails.seen) == 1, "all of it can be written, and reads back"
    assert "a.lca" not in fails.seen
    assert fails.files() == []
    assert [one.serial for one in enrolled(p.county)] == before
    renew(p.county, "乌峰街道", stick / "a.lca")
    accept(p.town, stick / "a.lca")


def test_an_approval_that_gets_no_name_is_asked_for_again(
    places: Places, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stick is pulled just after the county noted what it gave."""
    p = places
    right = Path.replace

    def pulled(path: Path, to: Path) -> Path:
        if path.parent == stick:
            raise OSError(errno.EIO, "pulled")
        return right(path, to)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", pulled)
        with pytest.raises(EnvironmentFault):
            renew(p.county, "乌峰街道", stick / "a.lca")
    assert list(stick.iterdir()) == []
    renew(p.county, "乌峰街道", stick / "a.lca")
    accept(p.town, stick / "a.lca")
    taking.import_bundle(p.county, p.bundle())


# -- bundles ---------------------------------------------------------------------------------------


def test_a_device_ended_while_its_bundle_is_read_counts_no_further(places: Places) -> None:
    p = places
    path = p.bundle()
    with (
        pytest.raises(Rejected) as caught,
        before_it_writes(p.county, lambda: revoke(p.officer, "乌峰街道", "电脑丢失")),
    ):
        taking.import_bundle(p.county, path)
    assert refused(caught) is Exchange.BUNDLE_REVOKED
    assert not list((p.county.folder / "bundles").glob("*"))


@pytest.mark.parametrize("first", [True, False], ids=["its first", "a later one"])
def test_an_answer_written_while_the_countys_keys_change_can_be_opened(
    places: Places, first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    p = places
    if not first:
        trust.certificate_of(p.county)
    right, times = station_of, count()

    def station(store: Store) -> Station:  # the certificate was read, the keys were not
        if next(times) == 0:
            county_keys.rotate_county(p.officer)
        return right(store)

    monkeypatch.setattr(export, "station_of", station)
    taking.export_return(p.county, station_of(p.town).place, p.file("r.lcb"))
    taking.import_bundle(p.town, p.file("r.lcb"))
    taking.export_return(p.county, station_of(p.town).place, p.file("r2.lcb"))
    taking.import_bundle(p.town, p.file("r2.lcb"))
