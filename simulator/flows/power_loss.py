"""Power is lost in the middle of a charge."""

from typing import Any

from simulator.flows import transaction
from simulator.flows.flow import ChargeParameters, Flow
from simulator.flows.stage import Stage
from simulator.operations.runner import Failed


async def _run(stage: Stage, wanted: ChargeParameters) -> dict[str, Any]:
    charge_point = stage.charge_point
    await stage.connected()
    stage.free(wanted.connector)
    with stage.step("charge"):
        stage.plug(wanted.connector, wanted.need_wh)
        await stage.tap(wanted.connector, wanted.tag, "started")
        await stage.charging(wanted.connector)
    with stage.step("power is lost"):
        await charge_point.reboot("power_loss")
    with stage.step("boot"):
        if not await charge_point.booted(wanted.within_s):
            raise Failed(f"not connected and booted again, within {wanted.within_s:g} s")
    with stage.step("the end is told"):
        ended = await stage.ended(wanted.connector)
        transaction.answered(stage, "ended")
        if ended.reason != "PowerLoss":
            raise Failed(f"the transaction ended with {ended.reason}, not PowerLoss")
    charge_point.unplug(wanted.connector)
    await stage.told()
    return transaction.found_out(ended)


FLOW = Flow("power_loss", "Lose power while a car charges; boot and tell the end of the charge", ChargeParameters, _run)
