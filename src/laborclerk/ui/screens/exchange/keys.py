"""Who is believed, on the exchange screen: certificates that end, devices that are ended, keys that
are changed, the county's sheet of paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from laborclerk.features.registry.key_sheet import sheet_of
from laborclerk.kernel.progress import Progress
from laborclerk.printing.document import Document
from laborclerk.store.store import Store
from laborclerk.sync import approvals, atomic, county_keys, trust
from laborclerk.sync.enrolment import APPROVAL_SUFFIX, REQUEST_SUFFIX
from laborclerk.sync.ledger import COUNTY, station_of
from laborclerk.sync.succession import SUCCESSION_SUFFIX
from laborclerk.ui.longwork import Ended, LongWork

_NO_SHEET = "县站密钥恢复单还没有打印:电脑坏了、备份也没有了,只有它能重建县站。请按“县站密钥…”打印"
_ROTATING = "已申请换密钥,等县里批复;批复导入以前照常用原来的密钥"


@dataclass(frozen=True, slots=True)
class Certificate:
    """A device's certificate at the county: the first day it no longer holds, the days left, why
    it was ended ('' while it holds)."""

    ends: str
    left: int
    revoked: str = ""

    @property
    def state(self) -> str:
        """In two words or a day."""
        if self.revoked:
            return "已注销"
        return f"{self.ends} 到期" if self.left > 0 else "已过期"

    @property
    def token(self) -> str:
        """How it is coloured."""
        if self.revoked or self.left <= 0:
            return "wrong"
        return "warned" if self.left <= trust.WARN_DAYS else "muted"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """How keys stand: what must be said above everything, a township's last day, whether its new
    keys wait; at a county the certificates by device, whether its sheet was printed and can be used
    here."""

    notice: str = ""
    ends: str = ""
    rotating: bool = False
    sheet_printed: bool = True
    recoverable: bool = False
    certificates: Mapping[str, Certificate] = field(default_factory=dict)


def read_key_facts(store: Store) -> KeyFacts:
    """Read them (in the worker)."""
    if station_of(store).level != COUNTY:
        found = trust.standing(store)
        if found is None:
            return KeyFacts()
        notice = found.notice.text if found.notice else _ROTATING if found.rotating else ""
        return KeyFacts(notice, found.ends, found.rotating)
    listed, today = trust.revocations_of(store), date.fromisoformat(store.clock.today())
    certificates = {}
    for one in approvals.enrolled(store):
        met = [r for r in listed.revoked if r.meets(one.station, one.device, one.serial)]
        left = (date.fromisoformat(one.valid_before) - today).days
        reason = f"{met[-1].on} {met[-1].reason}" if met else ""
        certificates[one.device] = Certificate(one.valid_before, left, reason)
    printed = county_keys.sheet_is_printed(store)
    notice = "" if printed or not certificates else _NO_SHEET
    recoverable = county_keys.may_recover(store)
    return KeyFacts(
        notice, sheet_printed=printed, recoverable=recoverable, certificates=certificates
    )


class Keys:
    """The acts; each ends with a sentence in the screen's `work`, then `reload`s."""

    def __init__(self, store: Store, work: LongWork, reload: Callable[[], None]) -> None:
        self._store, self._work, self._reload = store, work, reload

    def rotate(self, folder: Path, name: str) -> None:
        """A township: ask for new keys."""
        store, out = self._store, folder / f"换密钥申请-{name}{REQUEST_SUFFIX}"
        said = f"换密钥的申请已写到 {self._work.place(out)}。送到县站批复,拿回批复导入以后启用"
        self._run("写申请", lambda _p: approvals.rotate(store, out), said)

    def renew(self, device: str, name: str, out: Path) -> None:
        """A county: a new certificate without being asked."""
        store = self._store
        said = f"已给“{name}”换发证书,在 {self._work.place(out)}。请交给对方导入"
        self._run("换发证书", lambda _p: approvals.renew(store, device, out), said)

    def revoke(self, who: str, name: str, reason: str) -> None:
        """A county: end a device, or a station with all of its devices."""
        store = self._store
        said = f"“{name}”已注销:已导入的仍然算数,以后的不再接收。名单随批复和回执交给各站"
        self._run("注销", lambda _p: approvals.revoke(store, who, reason), said)

    def rotate_county(self, folder: Path, name: str) -> None:
        """A county: new keys for itself."""
        store, out = self._store, folder / f"县站换密钥通知-{name}{SUCCESSION_SUFFIX}"

        def work(_progress: Progress) -> None:
            county_keys.rotate_county(store)
            atomic.write_whole(out, [trust.succession_file(store)], lambda _: None, 2**20)

        said = (
            f"县站密钥已换,通知在 {self._work.place(out)},请交各乡镇导入(以后的批复里也带着)。"
            "旧的密钥恢复单作废,请马上打印新的"
        )
        self._run("换县站密钥", work, said)

    def recover(self, code: str) -> None:
        """A new county station: become the county of the sheet."""
        store = self._store
        said = "本机已是原来的县站。请各乡镇交来登记申请,批准后他们的下一份上报文件带全部数据"
        self._run("恢复县站", lambda _p: county_keys.recover_county(store, code), said)

    def sheet(self) -> Document:
        """The county's sheet, to be previewed (in the worker)."""
        return sheet_of(self._store)

    def sheet_taken(self) -> None:
        """It was printed or saved."""
        store = self._store

        def done(_: None) -> None:
            self._work.say(Ended("密钥恢复单已打印。请当场核对、封好、锁进保险柜"))
            self._reload()

        # noted also while a long import has the screen's one line
        self._work.runner.run(lambda _p: county_keys.note_printed(store), done)

    def _run(self, label: str, work: Callable[[Progress], object], said: str) -> None:
        def done(_result: object) -> Ended:
            self._reload()
            return Ended(said)

        self._work.run(label, work, done)


def approval_name(name: str) -> str:
    """The name of a renewal's file."""
    return f"换发-{name}{APPROVAL_SUFFIX}"
