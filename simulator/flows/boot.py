"""Boot: the charge point starts anew and is accepted."""

from typing import Any, Literal

from pydantic import Field

from simulator.flows.flow import Flow, Parameters
from simulator.flows.stage import Stage
from simulator.operations.runner import Failed


class BootParameters(Parameters):
    """How it starts anew."""

    kind: Literal["power_loss", "reboot"] = Field("reboot", description="Power is lost, or it restarts in good order")


async def _run(stage: Stage, wanted: BootParameters) -> dict[str, Any]:
    with stage.step("restart"):
        await stage.charge_point.reboot(wanted.kind)
    with stage.step("BootNotification"):
        if not await stage.charge_point.booted(wanted.within_s):
            status = stage.charge_point.speaker.boot_status or "not answered"
            raise Failed(f"BootNotification was {status}, within {wanted.within_s:g} s")
    with stage.step("StatusNotification"):
        statuses = await stage.until(lambda: stage.sent("StatusNotification"), "no status was told")
    (*_, boot) = stage.sent("BootNotification")
    return {"answer": boot.answer, "statuses_told": len(statuses)}


FLOW = Flow("boot", "Start anew, send BootNotification until it is accepted, tell every status", BootParameters, _run)
