"""The exchange screen: a township's or a county's, as the station is."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from laborclerk.ui.screens.exchange.county_view import CountyExchange
from laborclerk.ui.screens.exchange.steps import ExchangeScreen
from laborclerk.ui.screens.exchange.township_view import TownshipExchange
from laborclerk.ui.station import OpenHousehold, Station


def exchange_screen(
    station: Station, open_household: OpenHousehold, parent: QWidget | None = None
) -> ExchangeScreen:
    """The side of the station; `open_household` leads to a form."""
    if station.is_county:
        return CountyExchange(station, parent=parent)
    return TownshipExchange(station, open_household=open_household, parent=parent)
