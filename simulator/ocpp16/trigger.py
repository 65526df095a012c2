"""TriggerMessage and ExtendedTriggerMessage (OCPP 1.6, 5.17; whitepaper, 5.8)."""

import logging
from collections.abc import Callable
from typing import Any

from simulator.link.errors import Answer, CallFailed, NotConnected
from simulator.ocpp16 import meter_values, security, statuses, transactions, walks
from simulator.ocpp16.payload import status
from simulator.ocpp16.periodic import heartbeat
from simulator.ocpp16.point import Point
from simulator.ocpp16.state import WalkKind

WALKS: dict[str, WalkKind] = {
    "FirmwareStatusNotification": "firmware",
    "DiagnosticsStatusNotification": "diagnostics",
    "LogStatusNotification": "log",
}

log = logging.getLogger(__name__)


def trigger_message(point: Point, payload: dict[str, Any]) -> Answer:
    """Accepted, Rejected (no such connector) or NotImplemented."""
    return _trigger(point, payload, WALKS)


def extended_trigger_message(point: Point, payload: dict[str, Any]) -> Answer:
    """As TriggerMessage, for what the whitepaper adds."""
    return _trigger(point, payload, WALKS | {"FirmwareStatusNotification": "signed_firmware"})


def _trigger(point: Point, payload: dict[str, Any], kinds: dict[str, WalkKind]) -> Answer:
    numbers = [number for number, _ in point.unit.connectors()]
    told = [0, *numbers]
    if "connectorId" in payload:
        if payload["connectorId"] not in told:
            return status("Rejected")
        told = numbers = [payload["connectorId"]]
    wanted = payload["requestedMessage"]
    if wanted in kinds:
        kind = kinds[wanted]
        return _accepted(lambda: _say(point, [(walks.ACTIONS[kind], walks.state_now(point, kind))]))
    match wanted:
        case "BootNotification":
            return _accepted(point.unit.speaker.boot_again)
        case "Heartbeat":
            return _accepted(lambda: point.unit.start(heartbeat(point)))
        case "StatusNotification":
            return _accepted(
                lambda: _say(point, [("StatusNotification", statuses.request(point, number)) for number in told])
            )
        case "MeterValues":
            return _accepted(lambda: _meter_values(point, numbers))
        case "SignChargePointCertificate":
            return _accepted(lambda: point.unit.start(security.sign(point)))
    return status("NotImplemented")


def _accepted(afterwards: Callable[[], object]) -> Answer:
    return {"status": "Accepted"}, afterwards


def _meter_values(point: Point, numbers: list[int]) -> None:
    idle = [number for number in numbers if number != 0 and transactions.sample(point, number, "Trigger") is None]
    read = [meter_values.request(point, number, "Trigger") for number in idle]
    _say(point, [("MeterValues", payload) for payload in read if payload is not None])


def _say(point: Point, messages: list[tuple[str, dict[str, Any]]]) -> None:
    """One after the other, also while the boot is Pending (OCPP 1.6, 4.2.1). Nothing of it is tried again."""

    async def flow() -> None:
        try:
            for action, payload in messages:
                await point.unit.call(action, payload)
        except (CallFailed, NotConnected) as error:
            log.info("%s: what was triggered was not taken: %s", point.unit.id, error)

    point.unit.start(flow())
