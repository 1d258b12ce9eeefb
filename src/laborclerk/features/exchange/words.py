"""Who wrote an entry, when and on what ground, and what records and values are called: in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog import values
from laborclerk.catalog.codes import code_list
from laborclerk.catalog.fields import Field, Number, PlaceRef, Reference, Value
from laborclerk.features.census.model import CensusForm, Visit
from laborclerk.features.registry.acts import act_word
from laborclerk.features.registry.model import Household, Person
from laborclerk.features.registry.place_values import RegisterPlaces
from laborclerk.features.registry.places import PlaceTree
from laborclerk.features.registry.scope import locate
from laborclerk.kernel.clock import show_time
from laborclerk.kernel.ids import read_id, show_id
from laborclerk.store.base import Record, fields_of, record_types
from laborclerk.store.journal import Act, Device, Entry, Kind, unpack_changes
from laborclerk.store.store import Store
from laborclerk.store.versions import Dot
from laborclerk.sync.ledger import COUNTY, station_of
from laborclerk.sync.names import OTHER, Names
from laborclerk.sync.trust import county_of

DELETED = "deleted"
KEPT, GONE = "保留", "删除"
_AHEAD = "时间不对:那台电脑的日期曾经超前,或本机的日期慢了"
_PART = 5000  # numbers in one statement
_ACT = 300  # entries of an act looked at for its ground


@dataclass(frozen=True, slots=True)
class Source:
    """Who said something: the device's index and name, whether it is the county's, the clerk, the
    time (ms; None when the entry did not come here), the use case and the evidence in words;
    `ahead`: the time lies in the future and says nothing."""

    device: int
    station: str
    county: bool
    clerk: str = ""
    at: int | None = None
    why: str = ""
    note: str = ""
    ahead: bool = False

    @property
    def when(self) -> str:
        """The time in words; '' when it is not known."""
        if not self.at:
            return ""
        return show_time(self.at) + (f"({_AHEAD})" if self.ahead else "")


@dataclass(frozen=True, slots=True)
class Named:
    """A record as a person knows it; `household` is the one whose form shows it, if any, and `gone`
    whether that one is deleted, so that no form opens."""

    name: str
    where: str
    household: int | None
    id_number: str = ""
    gone: bool = False


class Stations:
    """The devices by index: what they are called, and which are the county's."""

    def __init__(self, store: Store, session: Session) -> None:
        me, names = station_of(store), Names(session)
        self.clock = store.clock
        rows = session.execute(
            sa.select(Device.index, Device.device, Device.own).order_by(Device.index)
        ).all()
        county = county_of(store)
        known = {me.device} if me.level == COUNTY else {county.device} if county else set()
        self.county = {index for index, device, _ in rows if show_id(device) in known}
        devices = {index: device for index, device, _ in rows}
        count = Counter(devices.values())
        former: dict[int, list[int]] = defaultdict(list)
        for index, device, own in rows:
            # this device's own former selves have the higher numbers, of others the latest has
            former[device].insert(0, index) if own else former[device].append(index)
        self._names: dict[int, str] = {}
        for index, device in devices.items():
            name = names.device("", show_id(device))
            if count[device] > 1:
                order = former[device].index(index) + 1
                name += "(恢复备份前)" if order == 1 else f"(第{order - 1}次恢复备份后)"
            self._names[index] = name

    def name(self, index: int) -> str:
        """A device's name; two laptops of one station, and two lives of one laptop, differ."""
        return self._names.get(index, OTHER)


class Sources:
    """Finds who wrote entries, many at once."""

    def __init__(self, session: Session, stations: Stations) -> None:
        self._session = session
        self._stations = stations
        self._known: dict[Dot, Any] = {}
        self._grounds: dict[tuple[int, int], str] = {}

    def read(self, dots: Iterable[Dot]) -> None:
        """Read these entries ahead."""
        wanted: dict[int, list[int]] = defaultdict(list)
        for device, seq in set(dots):
            if (device, seq) not in self._known:
                wanted[device].append(seq)
        query = sa.select(
            Entry.seq, Entry.record_type, Entry.changes, Entry.kind, Act.act, Act.at, Act.clerk,
            Act.use_case,
        ).join(Act, (Act.device == Entry.device) & (Act.act == Entry.act))  # fmt: skip
        for device, seqs in wanted.items():
            for at in range(0, len(seqs), _PART):
                part = seqs[at : at + _PART]
                rows = query.where(Entry.device == device, Entry.seq.in_(part))
                self._known |= {(device, row.seq): row for row in self._session.execute(rows)}

    def of(self, dots: Collection[Dot]) -> tuple[Source, ...]:
        """Who wrote them, latest first."""
        self.read(dots)
        ordered = sorted(dots, key=lambda dot: (self._at(dot), dot), reverse=True)
        return tuple(self._source(dot) for dot in ordered)

    def _at(self, dot: Dot) -> int:
        row = self._known.get(dot)
        return int(row.at) if row is not None else 0

    def _source(self, dot: Dot) -> Source:
        device, row = dot[0], self._known.get(dot)
        name, county = self._stations.name(device), device in self._stations.county
        if row is None:
            return Source(device, name, county)
        note = self._ground(device, row.act)
        ahead = self._stations.clock.is_ahead(int(row.at))
        return Source(device, name, county, row.clerk, row.at, act_word(row.use_case), note, ahead)

    def changed(self, dot: Dot) -> list[str]:
        """The labels of the fields an entry changed."""
        self.read([dot])
        row = self._known.get(dot)
        model = record_types().get(row.record_type) if row is not None else None
        if row is None or model is None or row.kind == Kind.CREATE:
            return []
        known = fields_of(model)
        return [known[key].label for key in unpack_changes(row.changes) if key in known]

    def _ground(self, device: int, act: int) -> str:
        """What an act rests on: a note of its clerk's, the visit or the form it was kept with."""
        if (device, act) not in self._grounds:
            query = sa.select(
                Entry.record_type, Entry.record_id, Entry.kind, Entry.changes
            ).where(
                Entry.device == device, Entry.seq >= act, Entry.seq < act + _ACT, Entry.act == act
            )  # fmt: skip
            told = ""
            for row in self._session.execute(query):
                changes = unpack_changes(row.changes) if row.kind == Kind.NOTE else {}
                said = changes.get("reason") or changes.get("file")
                if said and said[1]:
                    told = str(said[1])
                    break
                if row.record_type in ("visit", "census_form") and row.kind != Kind.NOTE:
                    told = _kept_with(self._session, row.record_type, row.record_id) or told
            self._grounds[device, act] = told
        return self._grounds[device, act]


def _kept_with(session: Session, record_type: str, record_id: int) -> str:
    if record_type == "visit":
        visit = session.get(Visit, record_id)
        if visit is None:
            return ""
        result = code_list("visit_result").label(visit.result) if visit.result else "访问"
        return " ".join(part for part in (_day(visit.date), result) if part)
    form = session.get(CensusForm, record_id)
    if form is None or not form.survey_date:
        return ""
    who = f",申报人{form.informant}" if form.informant else ""
    return f"{_day(form.survey_date)}调查{who}"


def _day(text: str | None) -> str:
    return f"{int(text[5:7])}月{int(text[8:10])}日" if text and len(text) == 10 else ""


class Words:
    """Names of records and values of fields, as a clerk reads them."""

    def __init__(self, session: Session, tree: PlaceTree | None = None) -> None:
        self._session = session
        self.tree = tree or PlaceTree.load(session)
        self._context = values.Context(places=RegisterPlaces(self.tree))
        self._named: dict[tuple[str, int], Named] = {}

    def value(self, spec: Field, value: Value) -> str:
        """As a person reads it; '(空)' for nothing, 保留/删除 for the mark of deletion."""
        if spec.key == DELETED:
            if value is None:
                return KEPT
            reason = values.show(spec.type, value, self._context)
            return f"{GONE}({reason})" if reason else GONE
        if value in (None, ""):
            return "(空)"
        if isinstance(spec.type, PlaceRef):
            return self._place(int(str(value)))
        if isinstance(spec.type, Reference):
            return self.named(spec.type.record_type, int(str(value))).name
        unit = spec.type.unit if isinstance(spec.type, Number) else ""
        return values.show(spec.type, value, self._context) + unit

    def _place(self, place: int) -> str:
        """Its names from the village down, with the township's where there are several."""
        several = len(self.tree.of_level("township")) > 1
        return self.tree.path(place, "township" if several else "village")

    def lies(self, place: int) -> str:
        """Its names from the township down."""
        return self.tree.path(place, "township")

    def named(self, record_type: str, record_id: int) -> Named:
        """A record's name, where it lies, the household whose form shows it."""
        key = record_type, record_id
        if key not in self._named:
            model = record_types().get(record_type)
            record = self._session.get(model, record_id) if model is not None else None
            self._named[key] = self._name(record) if record else Named(show_id(record_id), "", None)
        return self._named[key]

    def _name(self, record: Record) -> Named:
        if isinstance(record, Household):
            where = self.lies(record.place) if record.place else ""
            return Named(f"户{record.number or ''} {record.head_name or ''}".strip(), where,
                         record.id, gone=record.deleted is not None)  # fmt: skip
        if isinstance(record, Person):
            home = self._home(record.household)
            where = f"{home.where} {home.name.split(' ')[0]}" if home else ""
            return Named(record.name or "(无名)", where.strip(), record.household,
                         record.id_number or "", home.gone if home else False)  # fmt: skip
        spec = fields_of(type(record)).get("person")
        if spec is not None and isinstance(spec.type, Reference):  # what is about one person
            return self.named("person", getattr(record, "person", None) or 0)
        owner = getattr(record, "household", None)
        home = self._home(owner)
        if home is not None:
            return Named(home.name, home.where, owner, gone=home.gone)
        own = str(getattr(record, "name", None) or "")
        places = locate(self._session, record.__tablename__, [record.id]).get(record.id, set())
        where = self.lies(min(places)) if places else ""
        return Named(own or where or show_id(record.id), where if own else "", None)

    def _home(self, household: int | None) -> Named | None:
        return self.named("household", household) if household is not None else None


def index_of(session: Session, device: str, incarnation: int) -> int | None:
    """The index of a device named by its token and incarnation."""
    number = read_id(device)
    query = sa.select(Device.index).where(
        Device.device == number, Device.incarnation == incarnation
    )
    return session.scalar(query)
