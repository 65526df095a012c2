"""A reservation of the central system that nobody uses."""

from typing import Any

from simulator.flows.flow import Flow
from simulator.flows.reservation_used import ReservationParameters, reserved
from simulator.flows.stage import Stage
from simulator.operations.runner import Failed

# Beyond its own time, for the clock that notices.
GRACE_S = 5.0


async def _run(stage: Stage, wanted: ReservationParameters) -> dict[str, Any]:
    await stage.connected()
    number = wanted.connector
    with stage.step("the central system reserves"):
        reservation = await reserved(stage, number)
    with stage.step("it expires"):
        left_s = (reservation.expires_at - stage.charge_point.unit.now()).total_seconds()
        if left_s > wanted.within_s:
            raise Failed(f"the reservation is for another {left_s:.0f} s, longer than {wanted.within_s:g} s")
        await stage.until(
            lambda: stage.connector(number).reservation is None,
            "the reservation did not expire",
            max(left_s, 0) + GRACE_S,
        )
    with stage.step("the connector is free"):
        await stage.told()
        stage.free(number)
    return {"reservation_id": reservation.reservation_id, "status": stage.charge_point.unit.status(number)}


FLOW = Flow(
    "reservation_expired",
    "Wait for a reservation, let its time pass, be free again",
    ReservationParameters,
    _run,
)
