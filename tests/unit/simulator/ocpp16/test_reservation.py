import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from ocpp.exceptions import NotSupportedError  # type: ignore[import-untyped]
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.unit.settings import Settings

pytestmark = pytest.mark.anyio

CAR = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)


def reservation(reservation_id=7, *, seconds=60, connector_id=1, id_tag="MADE-UP", parent_id_tag="MADE-UP"):
    return call.ReserveNow(
        connector_id=connector_id,
        expiry_date=(datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(),
        id_tag=id_tag,
        reservation_id=reservation_id,
        parent_id_tag=parent_id_tag,
    )


async def reserve(central, **how):
    return (await central.ask("CP1", reservation(**how))).status


async def test_a_card_of_the_group_uses_the_reservation_and_a_stranger_does_not(central, charge_point):
    central.tags = {"CARD": ("Accepted", "MADE-UP"), "STRANGER": ("Accepted", "OTHER"), "LONELY": ("Accepted", None)}
    assert await reserve(central) == "Accepted"
    await central.shown("Available", "Reserved")
    charge_point.plug(1, CAR)
    for tag in ("STRANGER", "LONELY"):
        assert await charge_point.tap(1, tag) == "reserved_for_another"
    assert central.of("StartTransaction") == []
    charge_point.unplug(1)
    await central.shown("Reserved", "Preparing", "Reserved")
    assert await charge_point.tap(1, "CARD") == "awaiting_plug"
    charge_point.plug(1, CAR)
    start = await central.hears("StartTransaction")
    assert (start.id_tag, start.reservation_id) == ("CARD", 7)
    charge_point.unplug(1)
    await central.shown("Charging", "Available")
    assert charge_point.connector(1)["reservation"] is None


async def test_the_reserved_tag_itself_uses_the_reservation(central, charge_point):
    central.tags["MADE-UP"] = ("Accepted", None)
    await reserve(central, parent_id_tag=None)
    charge_point.plug(1, CAR)
    assert await charge_point.tap(1, "MADE-UP") == "started"
    assert (await central.hears("StartTransaction")).reservation_id == 7


async def test_a_reservation_ends_at_its_time(central, charge_point):
    assert await reserve(central, seconds=0.3) == "Accepted"
    await central.shown("Available", "Reserved", "Available")
    assert await charge_point.tap(1, "ALICE") == "awaiting_plug"


async def test_the_same_id_replaces_and_another_one_finds_it_occupied(central, charge_point):
    assert await reserve(central) == "Accepted"
    assert await reserve(central, reservation_id=8) == "Occupied"
    assert await reserve(central, id_tag="ELSE", parent_id_tag=None) == "Accepted"
    assert charge_point.connector(1)["reservation"]["id_tag"] == "ELSE"


async def test_the_same_id_moves_to_another_connector(central):
    async with ChargePoint("CP1", Settings(central=central.address, connectors=2)) as charge_point:
        await charge_point.booted()
        assert [await reserve(central, connector_id=number) for number in (1, 2)] == ["Accepted"] * 2
        assert await charge_point.settled()
        assert [charge_point.connector(number)["status"] for number in (1, 2)] == ["Available", "Reserved"]


async def test_cancelling_frees_the_connector_once(central, charge_point):
    await reserve(central)
    answers = [(await central.ask("CP1", call.CancelReservation(reservation_id=7))).status for _ in range(2)]
    assert answers == ["Accepted", "Rejected"]
    await central.shown("Reserved", "Available")


async def test_a_connector_that_is_no_use_is_not_reserved(central, charge_point):
    assert await reserve(central, connector_id=2) == "Rejected"
    assert await reserve(central, seconds=-5) == "Rejected"
    charge_point.fault(1, "OverVoltage")
    assert await reserve(central) == "Faulted"
    charge_point.fault(1, None)
    charge_point.plug(1, CAR)
    assert await reserve(central) == "Occupied"
    charge_point.unplug(1)
    await central.ask("CP1", call.ChangeAvailability(connector_id=1, type="Inoperative"))
    assert await reserve(central) == "Unavailable"


async def test_a_fault_ends_the_reservation(central, charge_point):
    await reserve(central)
    charge_point.fault(1, "OverVoltage")
    charge_point.fault(1, None)
    await central.shown("Reserved", "Faulted", "Available")


async def test_a_charge_point_without_reservations_says_so(central):
    async with ChargePoint("CP1", Settings(central=central.address, supports_reservation=False)) as charge_point:
        await charge_point.booted()
        for request in (reservation(), call.CancelReservation(reservation_id=7)):
            with pytest.raises(NotSupportedError):
                await central.ask("CP1", request)
        answer = await central.ask("CP1", call.GetConfiguration(key=["SupportedFeatureProfiles"]))
        assert (
            answer.configuration_key[0]["value"]
            == "Core,FirmwareManagement,LocalAuthListManagement,RemoteTrigger,SmartCharging"
        )


async def test_connector_zero_keeps_the_last_free_one_whichever_it_is(central):
    central.tags |= {"BOB": ("Accepted", None), "CARD": ("Accepted", "MADE-UP")}
    async with ChargePoint("CP1", Settings(central=central.address, connectors=2)) as charge_point:
        await charge_point.booted()
        assert await reserve(central, connector_id=0) == "Accepted"
        for number in (1, 2):
            charge_point.plug(number, CAR)
        assert await charge_point.tap(1, "BOB") == "started"
        assert await charge_point.tap(2, "ALICE") == "reserved_for_another"
        assert await reserve(central, reservation_id=8, connector_id=0) == "Occupied"
        assert await charge_point.tap(2, "CARD") == "started"
        assert (await central.hears("StartTransaction", 2)).reservation_id == 7
        assert (await central.ask("CP1", call.CancelReservation(reservation_id=7))).status == "Rejected"


async def test_a_reservation_of_connector_zero_is_cancelled_or_ends_at_its_time(central, charge_point):
    assert await reserve(central, connector_id=0) == "Accepted"
    assert await reserve(central, reservation_id=8) == "Occupied"
    assert (await central.ask("CP1", call.CancelReservation(reservation_id=7))).status == "Accepted"
    assert await reserve(central, connector_id=0, seconds=0.2) == "Accepted"
    await asyncio.sleep(0.3)
    assert (await central.ask("CP1", call.CancelReservation(reservation_id=7))).status == "Rejected"
    assert await reserve(central, reservation_id=8) == "Accepted"
