"""What a transaction is told by, in either version of OCPP."""

from typing import Any, Literal

from simulator.flows.stage import Stage
from simulator.operations.operation import Exchange
from simulator.operations.runner import Failed
from simulator.unit.state import EndedTransaction

Part = Literal["started", "updated", "ended"]

ACTIONS = {"started": "StartTransaction", "updated": "MeterValues", "ended": "StopTransaction"}
EVENT_TYPES = {"started": "Started", "updated": "Updated", "ended": "Ended"}


def told(stage: Stage, part: Part) -> list[Exchange]:
    """The messages of this part of transactions that the flow brought about."""
    if stage.speaks_16:
        return stage.sent(ACTIONS[part])
    return [one for one in stage.sent("TransactionEvent") if one.payload.get("eventType") == EVENT_TYPES[part]]


def answered(stage: Stage, part: Part, at_least: int = 1) -> list[Exchange]:
    """As :func:`told`, without those that were answered by an error or not at all; these are sent again, and what is
    answered is not. Raises ``Failed`` for fewer.
    """
    found = [one for one in told(stage, part) if one.answer is not None]
    if len(found) < at_least:
        said = f"{len(found)} messages that a transaction {part} were answered"
        raise Failed(f"{said}, not {at_least}")
    return found


async def sample(stage: Stage, number: int) -> None:
    """One meter value of a running transaction, told now."""
    if stage.speaks_16:
        await stage.charge_point.send("MeterValues", None)
        return
    before = len(told(stage, "updated"))
    await stage.charge_point.send("TransactionEvent", None)
    await stage.until(
        lambda: len(told(stage, "updated")) > before or stage.connector(number).transaction is None,
        "no meter value was told",
    )


def found_out(ended: EndedTransaction) -> dict[str, Any]:
    """A transaction in a flow's result."""
    return {
        "transaction_id": ended.transaction_id,
        "energy_wh": ended.meter_stop_wh - ended.meter_start_wh,
        "reason": ended.reason,
    }
