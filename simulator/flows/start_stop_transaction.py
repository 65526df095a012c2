"""A whole charge, card first: Authorize, StatusNotification, start, meter values, stop."""

import asyncio
from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.flows import transaction
from simulator.flows.flow import ChargeParameters, Flow
from simulator.flows.stage import Stage


class StartStopParameters(ChargeParameters):
    """A charge and its end."""

    meter_values: Annotated[int, Field(ge=0, le=1000, description="How many to send")] = 3
    every_s: Annotated[float, Field(ge=0, le=3600, description="Seconds before each meter value")] = 0
    stop_by: Literal["tap", "unplug"] = Field(
        "tap", description="What ends it: the card, or the cable pulled at the car"
    )


async def _run(stage: Stage, wanted: StartStopParameters) -> dict[str, Any]:
    await stage.connected()
    stage.free(wanted.connector)
    with stage.step("tap"):
        await stage.tap(wanted.connector, wanted.tag, "awaiting_plug", "started")
    with stage.step("plug"):
        stage.plug(wanted.connector, wanted.need_wh)
        await stage.charging(wanted.connector)
    return await charge_and_stop(stage, wanted)


async def charge_and_stop(stage: Stage, wanted: StartStopParameters) -> dict[str, Any]:
    """From a transaction that runs to a free connector."""
    with stage.step("meter values"):
        for _ in range(wanted.meter_values):
            await asyncio.sleep(wanted.every_s)
            await transaction.sample(stage, wanted.connector)
    with stage.step("stop"):
        if wanted.stop_by == "tap":
            await stage.tap(wanted.connector, wanted.tag, "stopped")
            await stage.told()
        stage.charge_point.unplug(wanted.connector)
        ended = await stage.ended(wanted.connector)
        transaction.answered(stage, "started")
        transaction.answered(stage, "updated", wanted.meter_values)
        transaction.answered(stage, "ended")
    return transaction.found_out(ended) | {"meter_values": len(transaction.told(stage, "updated"))}


FLOW = Flow(
    "start_stop_transaction",
    "A card, a plug, a charge with meter values, and its end by the card or by pulling the cable",
    StartStopParameters,
    _run,
)
