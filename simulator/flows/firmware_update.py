"""A firmware update, from the request to the new firmware."""

import asyncio
from typing import Annotated, Any

from pydantic import Field

from simulator.flows.flow import Flow, Parameters
from simulator.flows.stage import Stage
from simulator.operations.runner import Failed

REQUESTS = ("UpdateFirmware", "SignedUpdateFirmware")
NOTIFICATIONS = ("FirmwareStatusNotification", "SignedFirmwareStatusNotification")
LAST = "Installed"
FAILURES = (
    "DownloadFailed",
    "InstallationFailed",
    "InvalidSignature",
    "InstallVerificationFailed",
    "InvalidCertificate",
)
WALK = ("Downloading", "Downloaded", "Installing", "Installed")


class FirmwareParameters(Parameters):
    """Who begins."""

    asked_for: bool = Field(
        True, description="Wait until the central system asks for the update; false: tell one that nobody asked for"
    )
    every_s: Annotated[float, Field(ge=0, le=3600, description="Seconds before each status that nobody asked for")] = 0


async def _run(stage: Stage, wanted: FirmwareParameters) -> dict[str, Any]:
    await stage.connected()
    if wanted.asked_for:
        with stage.step("the central system asks"):
            await stage.until(lambda: stage.received(*REQUESTS), "the central system asked for no update")
        with stage.step("update"):
            await stage.until(lambda: _told(stage, LAST, *FAILURES), "the update did not end")
    else:
        await _walk(stage, wanted)
    statuses = _statuses(stage)
    if statuses[-1] != LAST:
        raise Failed(f"the update ended with {statuses[-1]}")
    return {"statuses": statuses}


async def _walk(stage: Stage, wanted: FirmwareParameters) -> None:
    for status in WALK:
        with stage.step(status):
            await asyncio.sleep(wanted.every_s)
            await stage.charge_point.send("FirmwareStatusNotification", {"status": status})


def _statuses(stage: Stage) -> list[str]:
    told = [one for action in NOTIFICATIONS for one in stage.sent(action) if one.answer is not None]
    return [str(one.payload["status"]) for one in told]


def _told(stage: Stage, *statuses: str) -> bool:
    return any(status in statuses for status in _statuses(stage))


FLOW = Flow(
    "firmware_update",
    "Wait for UpdateFirmware, download, install, tell each state; or tell it unasked",
    FirmwareParameters,
    _run,
    # The simulated units of OCPP 2.0.1 have no block L.
    ("ocpp1.6",),
)
