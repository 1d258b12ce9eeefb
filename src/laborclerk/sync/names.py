"""What stations and computers are called in every sentence of the exchange: by the name of their
place. A piece of a computer's number stands behind it only where a station has several."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from laborclerk.catalog.divisions import national, pad
from laborclerk.kernel.ids import show_id
from laborclerk.store.base import record_types, table_of
from laborclerk.store.journal import Device
from laborclerk.store.store import setting_in
from laborclerk.sync.ledger import COUNTY_FACTS, STATION_FACTS, Enrolled

OTHER = "其他站点"
_SHORT = 4  # last characters of a device's number
_VILLAGE = 12  # digits
Called = Callable[[str, str], str]
"""What a device (its station's token, its own) is called."""


def by_division(station: str, device: str) -> str:
    """What a device is called where no store can be asked: by the country's divisions."""
    return _computer(_division(station), device)


class Names:
    """The devices a store has heard of: this one, its county, those enrolled or told of."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._plain: dict[str, str] = {}
        self._stations: dict[str, str] = {}
        for number, name in session.execute(sa.select(Device.device, Device.name)):
            if name:
                self._plain[show_id(number)] = name
        for one in session.scalars(sa.select(Enrolled)):
            self._know(one.station, one.device, one.name)
        for key in (COUNTY_FACTS, STATION_FACTS):
            facts: dict[str, Any] = json.loads(setting_in(session, key) or "{}")
            if facts:
                self._know(facts["station"], facts["device"], facts["name"])
        self._several = Counter(self._plain.values())

    def _know(self, station: str, device: str, name: str) -> None:
        self._plain[device] = self._stations[station] = name

    def device(self, station: str, device: str) -> str:
        """A computer by its station's name; two of one station differ. One that was never heard of
        is told from those that were."""
        known = self._plain.get(device)
        if known is None:
            return _computer(self.station(station), device) if station else OTHER
        return _computer(known, device) if self._several[known] > 1 else known

    def station(self, station: str) -> str:
        """A station by its token, or by the code of its place."""
        token = station.rstrip("0")
        return self._stations.get(token) or self.place(station)

    def place(self, code: str) -> str:
        """A place by its code, as this store calls it, else as the country's divisions do."""
        model = record_types().get("place")
        if model is not None and code.isascii() and code.isdigit() and len(code) <= _VILLAGE:
            place = table_of(model)
            query = sa.select(place.c.name).where(place.c.id == int(pad(code)) * 1000)
            found = self._session.scalar(query)
            if found:
                return str(found)
        return _division(code)


def short(device: str) -> str:
    """As much of a computer's number as tells those of one station apart."""
    return device[-_SHORT:]


def _computer(name: str, device: str) -> str:
    return f"{name}(电脑 {short(device)})"


def _division(code: str) -> str:
    if code.isascii() and code.isdigit() and len(code) <= _VILLAGE:
        return national().name(code) or code
    return code
