from datetime import UTC, datetime, timedelta

import pytest
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.cars import Car
from simulator.charge_point import ChargePoint
from simulator.unit.settings import Settings

pytestmark = pytest.mark.anyio

CAR = Car(battery_wh=50_000, need_wh=20_000, max_power_w=11_000)


def profile(number=1, *, purpose="TxDefaultProfile", level=0, unit="A", periods=((0, 10.0),), kind="Relative", **more):
    schedule = {
        "charging_rate_unit": unit,
        "charging_schedule_period": [
            {"start_period": start, "limit": limit} | ({"number_phases": phases[0]} if phases else {})
            for start, limit, *phases in periods
        ],
    }
    for name in ("start_schedule", "duration", "min_charging_rate"):
        if name in more:
            schedule[name] = more.pop(name)
    return {
        "charging_profile_id": number,
        "stack_level": level,
        "charging_profile_purpose": purpose,
        "charging_profile_kind": kind,
        "charging_schedule": schedule,
        **more,
    }


async def install(central, connector_id=1, **how):
    request = call.SetChargingProfile(connector_id=connector_id, cs_charging_profiles=profile(**how))
    return (await central.ask("CP1", request)).status


async def clear(central, **how):
    return (await central.ask("CP1", call.ClearChargingProfile(**how))).status


async def composite(central, connector_id=1, duration=100, unit="A"):
    request = call.GetCompositeSchedule(connector_id=connector_id, duration=duration, charging_rate_unit=unit)
    answer = await central.ask("CP1", request)
    return answer.status, [
        (one["start_period"], float(one["limit"]))
        for one in (answer.charging_schedule or {}).get("charging_schedule_period", [])
    ]


@pytest.fixture
async def charging(central, charge_point):
    charge_point.plug(1, CAR)
    await charge_point.tap(1, "ALICE")
    await charge_point.settled()
    return charge_point


async def test_the_car_obeys_at_once_and_draws_freely_again_when_it_is_cleared(central, charging):
    assert charging.connector(1)["power_w"] == 11_000
    assert await install(central, periods=[(0, 10.0)]) == "Accepted"
    assert charging.connector(1)["power_w"] == 6_900
    assert await install(central, unit="W", periods=[(0, 4500.0)]) == "Accepted"
    assert charging.connector(1)["power_w"] == 4_500
    assert await install(central, periods=[(0, 16.0, 1)]) == "Accepted"
    assert (charging.connector(1)["power_w"], charging.connector(1)["car"]["current_a"]) == (3_666, [15.939])
    assert await clear(central, id=1) == "Accepted"
    assert charging.connector(1)["power_w"] == 11_000


async def test_too_little_suspends_the_charge_until_it_is_more(central, charging):
    assert await install(central, periods=[(0, 0.0), (1, 8.0)]) == "Accepted"
    await central.shown("SuspendedEVSE", "Charging")
    assert charging.connector(1)["power_w"] == 5_520


async def test_profiles_are_stacked_by_level_and_purpose(central, charging):
    await install(central, 0, number=1, level=0, periods=[(0, 15.0)])
    assert charging.connector(1)["power_w"] == 10_350
    await install(central, 0, number=2, level=1, periods=[(0, 14.0)])
    assert charging.connector(1)["power_w"] == 9_660
    await install(central, number=3, level=1, periods=[(0, 13.0)])
    assert charging.connector(1)["power_w"] == 8_970
    await install(central, number=4, purpose="TxProfile", transaction_id=100, periods=[(0, 15.5)])
    assert charging.connector(1)["power_w"] == 10_695
    await install(central, 0, number=5, purpose="ChargePointMaxProfile", kind="Absolute", periods=[(0, 9.0)])
    assert charging.connector(1)["power_w"] == 6_210
    assert await composite(central) == ("Accepted", [(0, 9.0)])


async def test_the_charge_points_own_limit_is_shared_by_those_that_charge(central):
    central.tags["BOB"] = ("Accepted", None)
    async with ChargePoint("CP1", Settings(central=central.address, connectors=2)) as charge_point:
        await charge_point.booted()
        await install(central, 0, purpose="ChargePointMaxProfile", kind="Absolute", unit="W", periods=[(0, 12_000.0)])
        for number, tag in ((1, "ALICE"), (2, "BOB")):
            charge_point.plug(number, CAR)
            await charge_point.tap(number, tag)
        await charge_point.settled()
        assert [charge_point.connector(number)["power_w"] for number in (1, 2)] == [6_000, 6_000]
        charge_point.unplug(2)
        assert charge_point.connector(1)["power_w"] == 11_000
        assert await composite(central, 0, unit="W") == ("Accepted", [(0, 12_000.0)])


async def test_a_transactions_profile_ends_with_it(central, charging):
    await install(central, purpose="TxProfile", periods=[(0, 10.0)])
    assert charging.connector(1)["power_w"] == 6_900
    charging.unplug(1)
    charging.plug(1, CAR)
    await charging.tap(1, "ALICE")
    assert charging.connector(1)["power_w"] == 11_000
    assert await clear(central) == "Unknown"


async def test_a_remote_start_brings_its_profile(central, charge_point):
    request = call.RemoteStartTransaction(
        id_tag="ALICE", connector_id=1, charging_profile=profile(purpose="TxProfile", periods=[(0, 8.0)])
    )
    assert (await central.ask("CP1", request)).status == "Accepted"
    charge_point.plug(1, CAR)
    await central.shown("Charging")
    assert charge_point.connector(1)["power_w"] == 5_520
    request = call.RemoteStartTransaction(id_tag="ALICE", charging_profile=profile(purpose="TxDefaultProfile"))
    assert (await central.ask("CP1", request)).status == "Rejected"


async def test_the_composite_schedule_is_what_will_be_given(central, charge_point):
    start = datetime.now(UTC).replace(microsecond=0)
    await install(central, number=1, level=0, periods=[(0, 16.0), (40, 12.5), (60, 8.1)])
    await install(
        central, 0, number=2, purpose="ChargePointMaxProfile", kind="Absolute", unit="W", periods=[(0, 6_900.0)],
        duration=20, start_schedule=(start + timedelta(seconds=10)).isoformat(),
    )  # fmt: skip
    status, periods = await composite(central)
    assert status == "Accepted"
    assert [limit for _, limit in periods] == [15.9, 10.0, 15.9, 12.5, 8.1]
    assert [at for at, _ in periods][3:] == [40, 60]
    assert periods[1][0] in {8, 9, 10}
    assert (await composite(central, duration=30, unit="W"))[1][0] == (0, 11_000.0)
    assert await composite(central, 7) == ("Rejected", [])


async def test_recurring_and_limited_profiles_count_in_their_time_only(central, charge_point):
    now = datetime.now(UTC).replace(microsecond=0)
    daily = {"kind": "Recurring", "recurrency_kind": "Daily", "start_schedule": (now - timedelta(days=3)).isoformat()}
    await install(central, number=1, level=1, periods=[(0, 10.0), (50, 12.0)], duration=80, **daily)
    await install(central, number=2, periods=[(0, 14.0)], valid_from=(now + timedelta(hours=1)).isoformat())
    _, periods = await composite(central)
    assert [limit for _, limit in periods] == [10.0, 12.0, 15.9]
    assert [at for at, _ in periods][1:] in [[50, 80], [49, 79], [48, 78]]


@pytest.mark.parametrize(
    ("connector_id", "how"),
    [
        (7, {}),
        (1, {"purpose": "ChargePointMaxProfile", "kind": "Absolute"}),
        (0, {"purpose": "TxProfile"}),
        (1, {"purpose": "TxProfile"}),
        (1, {"level": 10}),
        (1, {"periods": [(5, 10.0)]}),
        (1, {"periods": [(0, 10.0), (0, 12.0)]}),
        (1, {"periods": [(at, 10.0) for at in range(49)]}),
        (1, {"periods": []}),
        (1, {"periods": [(0, -1.0)]}),
        (1, {"periods": [(0, 10.0, 4)]}),
        (1, {"kind": "Recurring"}),
        (1, {"valid_from": "2030-01-02T00:00:00Z", "valid_to": "2030-01-01T00:00:00Z"}),
        (1, {"duration": 0}),
    ],
)
async def test_a_profile_that_cannot_be_followed_is_rejected(central, charge_point, connector_id, how):
    assert await install(central, connector_id, **how) == "Rejected"
    assert await clear(central) == "Unknown"


async def test_profiles_are_cleared_by_each_criterion_and_never_more(central, charge_point):
    await install(central, number=1, level=1)
    await install(central, number=2, level=2)
    await install(central, 0, number=3, level=1)
    await install(central, 0, number=4, level=1, purpose="ChargePointMaxProfile", kind="Absolute")
    assert await clear(central, id=9) == "Unknown"
    assert await clear(central, connector_id=1, stack_level=1) == "Accepted"
    assert await clear(central, connector_id=1, stack_level=1) == "Unknown"
    assert await clear(central, charging_profile_purpose="TxDefaultProfile") == "Accepted"
    assert await clear(central, id=2) == "Unknown"
    assert await clear(central) == "Accepted"
    assert await clear(central) == "Unknown"


async def test_there_is_room_for_so_many_profiles_and_a_known_one_is_replaced(central, charge_point):
    for number in range(20):
        assert await install(central, number % 2, number=number, level=number // 2) == "Accepted"
    assert (
        await install(central, number=99, purpose="ChargePointMaxProfile", connector_id=0, kind="Absolute")
        == "Rejected"
    )
    assert await install(central, 1, number=99, level=9) == "Accepted"
