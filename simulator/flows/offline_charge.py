"""A charge while the network is away, told afterwards."""

import asyncio
from typing import Annotated, Any

from pydantic import Field

from simulator.flows import transaction
from simulator.flows.flow import ChargeParameters, Flow
from simulator.flows.stage import Stage
from simulator.operations.runner import Failed

# What lets a charge point start for a card that it does not know, in each version.
UNKNOWN_TAGS = {"ocpp1.6": "AllowOfflineTxForUnknownId", "ocpp2.0.1": "AuthCtrlr.OfflineTxForUnknownIdEnabled"}


class OfflineParameters(ChargeParameters):
    """How long it charges alone."""

    charge_s: Annotated[float, Field(ge=0, le=3600, description="Seconds of charging without a network")] = 2


async def _run(stage: Stage, wanted: OfflineParameters) -> dict[str, Any]:
    charge_point = stage.charge_point
    await stage.connected()
    stage.free(wanted.connector)
    with stage.step("disconnect"):
        await charge_point.disconnect()
    try:
        with stage.step("charge"):
            await _charge(stage, wanted)
        waiting = charge_point.unit.lane.unsent
        if waiting < 2:
            raise Failed(f"{waiting} messages wait to be sent, not those of a whole transaction")
    finally:
        with stage.step("connect"):
            await charge_point.connect()
    with stage.step("replay"):
        if not await charge_point.booted(wanted.within_s):
            raise Failed(f"not connected and booted again, within {wanted.within_s:g} s")
        ended = await stage.ended(wanted.connector)
        transaction.answered(stage, "started")
        transaction.answered(stage, "ended")
    return transaction.found_out(ended) | {"messages_replayed": waiting}


async def _charge(stage: Stage, wanted: OfflineParameters) -> None:
    stage.plug(wanted.connector, wanted.need_wh)
    if await stage.tap(wanted.connector, wanted.tag) == "refused":
        await _allowed(stage, wanted)
    if stage.connector(wanted.connector).transaction is None:
        raise Failed("no transaction began without the network")
    await asyncio.sleep(wanted.charge_s)
    stage.charge_point.unplug(wanted.connector)


async def _allowed(stage: Stage, wanted: OfflineParameters) -> None:
    """The charge point does not know the card: a technician lets it start for such for once."""
    key = UNKNOWN_TAGS[stage.charge_point.settings.protocol]
    outcome = stage.charge_point.set_configuration(key, "true")
    if outcome != "Accepted":
        raise Failed(f"the card {wanted.tag} is unknown here, and {key} was {outcome}")
    try:
        await stage.tap(wanted.connector, wanted.tag, "started")
    finally:
        stage.charge_point.set_configuration(key, "false")


FLOW = Flow(
    "offline_charge",
    "Pull the network cable, charge, put it back, and tell all of it in order",
    OfflineParameters,
    _run,
)
