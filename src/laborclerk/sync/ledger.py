"""What a station remembers of the exchange: its keys, whom it enrolled, what came and went.

The tables and settings lie in the encrypted store; nothing here travels.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from laborclerk.kernel.errors import Message, reject
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import Base
from laborclerk.store.journal import Device
from laborclerk.store.journal import HeldEntry as HeldEntry
from laborclerk.store.store import Store
from laborclerk.sync.keys import KeyRing, StationKeys

COUNTY, TOWNSHIP = "county", "township"
STATION_FACTS, COUNTY_FACTS = "sync.station", "sync.county"  # what this one is, whose it is
_KEYS = "sync.keys"


class Ledger(Message):
    """What the exchange says when the files themselves are right."""

    NOT_A_STATION = "本站还没有建好。请先建站(laborclerk init)"
    NOT_ENROLLED = "“{who}”还没有在本县登记。请对方交来登记申请,核对指纹后批复"
    NOT_ENROLLED_YET = "本站还没有在县里登记。请先生成登记申请交给县里,再导入县里的批复"
    BUNDLE_KNOWN = "这是已导入过的第{number}号文件({at}导入),没有重复导入"
    NOTHING_NEW = "“{name}”的这份文件里没有新的变更,没有改动任何数据"
    BUNDLE_GAP = (
        "“{name}”的第{number}号文件从第{first}号变更开始,本站只收到第{have}号,中间的还没有来。"
        "文件已留存待补,收到中间的文件后自动接上;确实不会再来的,由县站放行"
    )
    RETURN_GAP = (
        "县里的第{number}号返还文件从第{first}号变更开始,本站只收到第{have}号,没有导入。"
        "请先导入之前的返还文件,或请县里重新导出"
    )
    RETURN_BEFORE_ANEW = (
        "这台电脑的数据恢复过旧备份(或一份数据在两台电脑上用过),这份返还文件写出时县里还不知道,"
        "没有导入,数据不会丢。请先上报一次,再导入县里新写出的返还文件"
    )
    BUNDLE_CLAIMS = "文件自称已收到本站第{number}号变更,本站从未写过。没有导入,请联系技术支持"
    BUNDLE_WRONG_WAY = (
        "“{file}”的方向不对:乡镇的上报文件由县站导入,县里的返还文件由乡镇导入。请换一个文件"
    )
    BUNDLE_OWN_FORMER_KEY = (
        "“{file}”是本站自己以前写的返还文件,但用的是换密钥以前的密钥:那把密钥若落到别人手里,"
        "就可能不是本站写的。文件已留存待补;请打电话向交回它的乡镇核对,属实再放行"
    )
    NO_SUCH_BUNDLE = "没有编号为“{digest}”的待补文件。编号见“交换”里的清单"
    NOBODY_THERE = "{place} 还没有已登记的站点,没有可返还的。请先批复它的登记申请"
    CONFLICTS_BEGAN = "{count}处两边各改各的,两边的内容都已留下,请在“冲突”里核定"
    STATE_DIFFERS = (
        "导入后有村的内容与县里不一致:{villages}。两边的数据都在,没有丢失;"
        "请把这份返还文件和日志交技术支持查明"
    )
    BEGAN_ANEW = (
        "县里有本机写过而这里没有的变更:这台电脑的数据恢复过旧备份,或一份数据在两台电脑上用过。"
        "已自动接上,两边的内容都不会丢"
    )
    STILL_WAITS = "之前留存待补的文件还没有接上,仍在待补清单里。请把刚才的文件再导入一次,接着做完"
    BUNDLE_GAP_INSIDE = "文件里缺第{missing}号变更,没有导入。请对方重新导出"
    BUNDLE_FORK = (
        "“{name}”从第{number}号变更起与已收到的不是同一份:那台电脑恢复过旧备份,或一份数据在两台电脑上"
        "用过。没有导入,本站已有的不受影响。请给它写出返还文件:它导入后自动接上,再上报一次就全了"
    )
    BUNDLE_MALFORMED = "文件里第{number}号变更写法不对,没有导入。请对方升级程序后重新导出"
    HELD_OUT_OF_SCOPE = "{count}条变更不属于该站点的辖区,已原样留存待核。请联系该站点"
    HELD_NEWER = "{count}条变更来自更新的版本,已原样留存。请升级程序,升级后自动接上"
    HELD_MISSING = "{count}条变更尚缺前项,已原样留存,前项到后自动接上"


class Enrolled(Base):
    """A device the county approved, and how far its chain of bundles was applied."""

    __tablename__ = "enrolled"
    device: Mapped[str] = mapped_column(sa.String, primary_key=True)
    station: Mapped[str] = mapped_column(sa.String)
    place: Mapped[str] = mapped_column(sa.String)
    name: Mapped[str] = mapped_column(sa.String)
    signing: Mapped[str] = mapped_column(sa.String)
    age: Mapped[str] = mapped_column(sa.String)
    serial: Mapped[int] = mapped_column(sa.BigInteger)
    approved_at: Mapped[int] = mapped_column(sa.BigInteger)
    valid_before: Mapped[str] = mapped_column(sa.String)  # first day the certificate ends
    index: Mapped[int | None] = mapped_column(sa.SmallInteger)
    last_number: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    last_digest: Mapped[str | None] = mapped_column(sa.String)


class Issued(Base):
    """Every certificate this county gave, so that one made with a stolen former key is told."""

    __tablename__ = "issued"
    serial: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    device: Mapped[str] = mapped_column(sa.String)
    signing: Mapped[str] = mapped_column(sa.String)
    valid_before: Mapped[str] = mapped_column(sa.String)
    at: Mapped[int] = mapped_column(sa.BigInteger)


class BundleLog(Base):
    """Every bundle that went out, came in or waits, with its numbers; `device` is the writer's, of
    a return bundle that went out the place it is for."""

    __tablename__ = "bundle_log"
    digest: Mapped[str] = mapped_column(sa.String, primary_key=True)
    direction: Mapped[str] = mapped_column(sa.String)  # out, in, waiting; inbox.REFUSED
    device: Mapped[str] = mapped_column(sa.String)
    incarnation: Mapped[int] = mapped_column(sa.BigInteger, default=1)
    number: Mapped[int] = mapped_column(sa.BigInteger)
    first: Mapped[int] = mapped_column(sa.BigInteger)
    last: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[int] = mapped_column(sa.BigInteger)
    records: Mapped[int] = mapped_column(sa.BigInteger)
    held: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    file: Mapped[str] = mapped_column(sa.String)


def log_time(session: Session, now: int) -> int:
    """When a bundle is noted (ms; `now` says the clock): after all that were noted before, though
    the clock was ahead then, or that of another computer is: what came since an answer is told by
    it."""
    latest = session.scalar(sa.select(sa.func.max(BundleLog.at)))
    return max(now, (latest or 0) + 1)


class WaitingBundle(Base):
    """The whole file of a bundle that waits, encrypted as it came: `digest` is its log's."""

    __tablename__ = "waiting_bundle"
    digest: Mapped[str] = mapped_column(sa.String, primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class Handover(Base):
    """A record whose whole history goes with the next return bundle: an entry on it came from
    another place, or later than what followed it. `seq` is this device's at that time; 0 while
    that is only so of what will come of it."""

    __tablename__ = "handover"
    record_type: Mapped[str] = mapped_column(sa.String, primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger)


@dataclass(frozen=True, slots=True)
class Station:
    """Who this station is: `place` its 12-digit code, `station` and `device` the tokens that
    certificates name."""

    level: str
    place: str
    name: str
    station: str
    device: str


def set_station(store: Store, level: str, place: str, name: str) -> None:
    """Say once, when the station is made, what it is; its keys are made with it."""
    with store.read() as session:
        device = session.scalar(sa.select(Device.device).where(Device.index == 0)) or 0
    facts = {
        "level": level, "place": place, "name": name,
        "station": place.rstrip("0") or "0", "device": show_id(device),
    }  # fmt: skip
    store.set_setting(STATION_FACTS, json.dumps(facts, ensure_ascii=False))
    keep_keys(store, KeyRing(StationKeys.generate()))


def station_level(store: Store) -> str:
    """COUNTY or TOWNSHIP; "" of a store that was never made a station."""
    text = store.setting(STATION_FACTS)
    return str(json.loads(text)["level"]) if text else ""


def station_of(store: Store) -> Station:
    """This station; Rejected when it was never made one."""
    text = store.setting(STATION_FACTS)
    if not text:
        raise reject(Ledger.NOT_A_STATION)
    facts: dict[str, Any] = json.loads(text)
    return Station(**facts)


def key_ring(store: Store) -> KeyRing:
    """All private keys of this station: those in use, the next, and former ones. The only place
    where they are read."""
    return KeyRing.from_bytes(bytes.fromhex(store.secret(_KEYS)))


def keep_keys(store: Store, ring: KeyRing, session: Session | None = None) -> None:
    """Keep the private keys: the only place where they are written. With `session` under the lock
    of that transaction, and in it where the store holds them itself."""
    store.set_secret(_KEYS, ring.to_bytes().hex(), session)


def keys_of(store: Store) -> StationKeys:
    """The private keys this station signs with and is written to."""
    return key_ring(store).present
