"""A charge that the central system starts."""

from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.flows import transaction
from simulator.flows.flow import Connector, Flow, NeedWh, Parameters
from simulator.flows.stage import Stage

STARTS = ("RemoteStartTransaction", "RequestStartTransaction")
STOPS = ("RemoteStopTransaction", "RequestStopTransaction")


class RemoteParameters(Parameters):
    """Who waits for what."""

    connector: Connector = 1
    need_wh: NeedWh = 20_000
    plugged_first: bool = Field(True, description="Whether the car is plugged in before the central system asks")
    meter_values: Annotated[int, Field(ge=0, le=1000, description="How many to send")] = 1
    stop_by: Literal["unplug", "remote"] = Field(
        "unplug", description="The cable is pulled, or the central system stops it"
    )


async def _run(stage: Stage, wanted: RemoteParameters) -> dict[str, Any]:
    await stage.connected()
    stage.free(wanted.connector)
    if wanted.plugged_first:
        with stage.step("plug"):
            stage.plug(wanted.connector, wanted.need_wh)
    with stage.step("the central system starts"):
        await stage.until(lambda: stage.received(*STARTS), "the central system asked for no start")
        if not wanted.plugged_first:
            stage.plug(wanted.connector, wanted.need_wh)
        await stage.charging(wanted.connector)
    with stage.step("meter values"):
        for _ in range(wanted.meter_values):
            await transaction.sample(stage, wanted.connector)
    if wanted.stop_by == "remote":
        with stage.step("the central system stops"):
            await stage.until(lambda: stage.received(*STOPS), "the central system asked for no stop")
            await stage.ended(wanted.connector)
    with stage.step("unplug"):
        stage.charge_point.unplug(wanted.connector)
        ended = await stage.ended(wanted.connector)
        transaction.answered(stage, "ended")
    return transaction.found_out(ended)


FLOW = Flow(
    "remote_started", "Wait until the central system starts a charge, charge, and end it", RemoteParameters, _run
)
