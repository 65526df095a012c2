"""What a person does at a charge point: plug in, pull the plug, tap a card; and what breaks."""

import dataclasses
from typing import Literal

from simulator.chargepoint import energy, transactions
from simulator.chargepoint.authorization import Verdict, authorize
from simulator.chargepoint.car import Car
from simulator.chargepoint.state import ConnectorState, Transaction, same_tag
from simulator.chargepoint.unit import Unit

ERROR_CODES = frozenset({
    "ConnectorLockFailure", "EVCommunicationError", "GroundFailure", "HighTemperature", "InternalError",
    "LocalListConflict", "NoError", "OtherError", "OverCurrentFailure", "OverVoltage", "PowerMeterFailure",
    "PowerSwitchFailure", "ReaderFailure", "ResetFailure", "UnderVoltage", "WeakSignal",
})  # fmt: skip

# What the display says after a card was tapped.
TapOutcome = Literal[
    "started",
    "awaiting_plug",
    "cancelled",
    "stopped",
    "refused",
    "reserved_for_another",
    "out_of_order",
    "busy",
]


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
    pending = connector.pending
    if pending is not None and _usable(unit, connector):
        transactions.begin(unit, number, pending.id_tag, pending.parent_id_tag)


def unplug(unit: Unit, number: int) -> None:
    """The cable is pulled on the car's side, which ends a transaction. Raises :class:`NotPossible`."""
    connector = unit.connector(number)
    if connector.car is None:
        raise NotPossible(f"no car is plugged in at connector {number}")
    energy.advance(unit, number)
    connector.car = None
    connector.finishing = False
    transactions.end(unit, number, "EVDisconnected")
    unit.commit()


def fault(unit: Unit, number: int, error_code: str) -> None:
    """The connector breaks (an OCPP error code) or is mended (NoError). A running transaction pauses; a
    reservation ends, as the specification wants.
    """
    connector = unit.connector(number)
    energy.advance(unit, number)
    connector.error_code = error_code
    if error_code != "NoError":
        connector.reservation = None
        connector.pending = None
    unit.commit()


async def tap(unit: Unit, number: int, id_tag: str) -> TapOutcome:
    """A card is held to the reader of a connector."""
    connector = unit.connector(number)
    if connector.transaction is not None:
        return await _tap_while_charging(unit, number, connector.transaction, id_tag)
    if not _usable(unit, connector):
        return "out_of_order"
    if connector.pending is not None and same_tag(connector.pending.id_tag, id_tag):
        connector.pending = None
        unit.commit()
        return "cancelled"
    verdict = await _ask(unit, connector, id_tag)
    if not verdict.accepted:
        return "refused"
    # The world went on while the central system was asked.
    connector = unit.connector(number)
    if connector.transaction is not None:
        return "busy"
    if not _usable(unit, connector):
        return "out_of_order"
    reservation = connector.reservation
    if reservation is not None and not reservation.matches(id_tag, verdict.parent_id_tag):
        return "reserved_for_another"
    began = transactions.begin_or_await_plug(unit, number, id_tag, verdict.parent_id_tag)
    return "started" if began else "awaiting_plug"


async def _tap_while_charging(unit: Unit, number: int, transaction: Transaction, id_tag: str) -> TapOutcome:
    """The starter's card stops at once, another of the same group after asking (OCPP 1.6, 3.8)."""
    if not same_tag(transaction.id_tag, id_tag):
        connector = unit.connector(number)
        verdict = await _ask(unit, connector, id_tag)
        if not (verdict.accepted and same_tag(verdict.parent_id_tag, transaction.parent_id_tag)):
            return "refused"
        if connector.transaction is not transaction:
            return "busy"
    transactions.end(unit, number, "Local", id_tag)
    return "stopped"


async def _ask(unit: Unit, connector: ConnectorState, id_tag: str) -> Verdict:
    verdict = await authorize(unit, id_tag)
    connector.last_authorize_status = verdict.status
    unit.commit()
    return verdict


def _usable(unit: Unit, connector: ConnectorState) -> bool:
    return connector.error_code == "NoError" and unit.state.operative and connector.operative
