"""What a person does at a charge point with hands: plug in, pull the plug; and what breaks."""

import dataclasses

from simulator.cars import Car
from simulator.unit import energy
from simulator.unit.unit import Unit

ERROR_CODES = frozenset({
    "ConnectorLockFailure", "EVCommunicationError", "GroundFailure", "HighTemperature", "InternalError",
    "LocalListConflict", "NoError", "OtherError", "OverCurrentFailure", "OverVoltage", "PowerMeterFailure",
    "PowerSwitchFailure", "ReaderFailure", "ResetFailure", "UnderVoltage", "WeakSignal",
})  # fmt: skip


class NotPossible(Exception):
    """Nobody could do that here now; the text says why."""


def plug(unit: Unit, number: int, car: Car) -> None:
    """A car is plugged in; a start that awaited the plug begins. Raises :class:`NotPossible`."""
    connector = unit.connector(number)
    if connector.car is not None:
        raise NotPossible(f"a car is plugged in at connector {number} already")
    energy.advance(unit, number)
    connector.car = dataclasses.replace(car)
    unit.commit()
    unit.speaker.plugged(number)
    unit.commit()


def unplug(unit: Unit, number: int) -> None:
    """The cable is pulled on the car's side. Raises :class:`NotPossible`."""
    connector = unit.connector(number)
    if connector.car is None:
        raise NotPossible(f"no car is plugged in at connector {number}")
    energy.advance(unit, number)
    connector.car = None
    connector.finishing = False
    unit.speaker.unplugged(number)
    unit.commit()


def fault(unit: Unit, number: int, error_code: str) -> None:
    """The connector breaks (an OCPP error code) or is mended (NoError). A running transaction pauses; a
    reservation ends, as the specification wants.
    """
    connector = unit.connector(number)
    energy.advance(unit, number)
    connector.error_code = error_code
    unit.speaker.faulted(number)
    if error_code != "NoError":
        connector.reservation = None
        connector.pending = None
    unit.commit()
