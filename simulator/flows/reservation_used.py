"""A reservation of the central system that its holder uses."""

from typing import Any

from pydantic import Field

from simulator.flows import transaction
from simulator.flows.flow import Connector, Flow, NeedWh, Parameters, Tag
from simulator.flows.stage import Stage
from simulator.operations.runner import Failed
from simulator.unit.state import Reservation


class ReservationParameters(Parameters):
    """Of a reservation that the central system makes."""

    connector: Connector = 1


class UsedParameters(ReservationParameters):
    """Who tries to use it."""

    tag: Tag | None = Field(None, description="The holder's card; null: the one that the reservation names")
    another_tag: Tag | None = Field(
        None, description="Somebody else's card, which must not start anything; null: nobody tries"
    )
    need_wh: NeedWh = 20_000


async def reserved(stage: Stage, number: int) -> Reservation:
    """Returns when the central system has reserved the connector; it may have done so before."""
    return await stage.until(
        lambda: stage.connector(number).reservation, f"the central system did not reserve connector {number}"
    )


async def _run(stage: Stage, wanted: UsedParameters) -> dict[str, Any]:
    await stage.connected()
    with stage.step("the central system reserves"):
        reservation = await reserved(stage, wanted.connector)
    if wanted.another_tag is not None:
        with stage.step("another card"):
            await stage.tap(wanted.connector, wanted.another_tag, "reserved_for_another", "refused")
    with stage.step("the holder's card"):
        tag = wanted.tag or reservation.id_tag
        await stage.tap(wanted.connector, tag, "awaiting_plug", "started")
        if stage.connector(wanted.connector).car is None:
            stage.plug(wanted.connector, wanted.need_wh)
        await stage.charging(wanted.connector)
        messages = transaction.told(stage, "started") + transaction.told(stage, "updated")
        if all(one.payload.get("reservationId") != reservation.reservation_id for one in messages):
            raise Failed(f"no message of the transaction names reservation {reservation.reservation_id}")
        if stage.connector(wanted.connector).reservation is not None:
            raise Failed("the reservation is still there")
    with stage.step("end"):
        stage.charge_point.unplug(wanted.connector)
        ended = await stage.ended(wanted.connector)
        transaction.answered(stage, "ended")
    return transaction.found_out(ended) | {"reservation_id": reservation.reservation_id}


FLOW = Flow(
    "reservation_used",
    "Wait for a reservation, have another card refused, charge as its holder",
    UsedParameters,
    _run,
)
