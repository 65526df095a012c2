"""A whole charge, plug first: the connector is occupied before anybody is known."""

from typing import Any

from simulator.flows.flow import Flow
from simulator.flows.stage import Stage
from simulator.flows.start_stop_transaction import StartStopParameters, charge_and_stop


async def _run(stage: Stage, wanted: StartStopParameters) -> dict[str, Any]:
    await stage.connected()
    stage.free(wanted.connector)
    with stage.step("plug"):
        stage.plug(wanted.connector, wanted.need_wh)
        await stage.until(lambda: stage.sent("StatusNotification"), "the occupied connector was not told")
        await stage.told()
    with stage.step("tap"):
        await stage.tap(wanted.connector, wanted.tag, "started")
        await stage.charging(wanted.connector)
    return await charge_and_stop(stage, wanted)


FLOW = Flow("plug_first", "A plug, then a card, a charge with meter values, and its end", StartStopParameters, _run)
