"""Which driver is which: a name of the units file → the module whose ``make(entry)`` makes it. A new kind adds a line.

Modules are imported when an entry names them: their clients are not for everybody.
"""

import importlib
from collections.abc import Callable

from ocpp_bridge.units.driver import BadEntry, Driver, Entry

KINDS = {
    "openevse-rapi": "ocpp_bridge.units.openevse.rapi_driver",
    "openevse-wifi": "ocpp_bridge.units.openevse.wifi_driver",
    "openevse-mqtt": "ocpp_bridge.units.openevse.mqtt_driver",
}
"""Of ``[[unit]]``: one charger, with an ``id`` of its own."""
ACCOUNTS = {
    "chargeamps": "ocpp_bridge.units.chargeamps.driver",
    "meter": "ocpp_bridge.units.meter.driver",
}
"""Of ``[[account]]``: one that knows several charge points, such as a vendor's cloud."""


def make(entry: Entry) -> Driver:
    """The driver of an entry. Raises :class:`BadEntry`."""
    module = {**KINDS, **ACCOUNTS}.get(entry.driver)
    if module is None:
        raise BadEntry(f"no driver is called {entry.driver!r}; there are {', '.join(sorted({**KINDS, **ACCOUNTS}))}")
    maker: Callable[[Entry], Driver] = importlib.import_module(module).make
    return maker(entry)
