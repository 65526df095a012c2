import itertools

import pytest

from simulator.ocpp201 import limits
from tests.unit.simulator.ocpp201.bench import token
from tests.unit.simulator.ocpp201.profiles import profile, tx_profile

pytestmark = pytest.mark.anyio

PHASE_W = 230 * 3


async def put(bench, evse_id, given):
    return await bench.status_of("SetChargingProfile", evseId=evse_id, chargingProfile=given)


async def test_the_car_obeys_the_profile_of_its_transaction(bench):
    await bench.plug()
    await bench.tap()
    assert await put(bench, 1, tx_profile(10, transactionId=bench.transaction_id)) == "Accepted"
    assert bench.power_w() == 10 * PHASE_W
    assert await put(bench, 1, tx_profile(0, transactionId=bench.transaction_id)) == "Accepted"
    assert bench.power_w() == 0
    assert bench.events[-1]["transactionInfo"]["chargingState"] == "SuspendedEVSE"
    assert await bench.status_of("ClearChargingProfile", chargingProfileId=1) == "Accepted"
    assert bench.power_w() == 11_000
    assert bench.events[-1]["transactionInfo"]["chargingState"] == "Charging"


async def test_stacked_profiles_give_the_least_of_all_purposes(two):
    await two.plug()
    await two.tap()
    assert await put(two, 0, profile(14, "ChargingStationMaxProfile")) == "Accepted"
    assert await put(two, 0, profile(12, "TxDefaultProfile", id=2)) == "Accepted"
    assert two.power_w() == 12 * PHASE_W
    assert await put(two, 0, profile(8, "TxDefaultProfile", id=3, stackLevel=1)) == "Accepted"
    assert two.power_w() == 8 * PHASE_W
    assert await put(two, 1, tx_profile(13, id=4, transactionId=two.transaction_id)) == "Accepted"
    assert two.power_w() == 13 * PHASE_W
    promised = await two.ask("GetCompositeSchedule", evseId=2, duration=60, chargingRateUnit="A")
    assert promised["schedule"]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 7.0}]
    await two.plug(2)
    await two.tap("BOB", 2)
    # The station's 14 A are now divided among two, as they would have been promised before.
    assert (two.power_w(1), two.power_w(2)) == (7 * PHASE_W, 7 * PHASE_W)


async def test_less_than_six_ampere_is_no_leave_to_charge(bench):
    await put(bench, 0, profile(5, "ChargingStationMaxProfile"))
    await bench.plug()
    await bench.tap()
    assert bench.power_w() == 0
    assert bench.events[-1]["transactionInfo"]["chargingState"] == "SuspendedEVSE"


@pytest.mark.parametrize(
    ("evse_id", "given", "reason"),
    [
        (5, profile(6, "TxDefaultProfile"), "UnknownEvse"),
        (-1, profile(6, "TxDefaultProfile"), "UnknownEvse"),
        (1, profile(6, "ChargingStationMaxProfile"), "InvalidProfile"),
        (0, profile(6, "ChargingStationExternalConstraints"), "InvalidProfile"),
        (0, tx_profile(6, transactionId="x"), "TxNotFound"),
        (1, tx_profile(6, transactionId="x"), "TxNotFound"),
        (0, profile(6, "TxDefaultProfile", stackLevel=10), "InvalidStackLevel"),
        (0, profile(6, "TxDefaultProfile", stackLevel=-1), "InvalidStackLevel"),
        (0, profile(6, "TxDefaultProfile", chargingProfileKind="Absolute"), "InvalidSchedule"),
        (0, profile(6, "ChargingStationMaxProfile", chargingProfileKind="Recurring"), "InvalidProfile"),
        (0, profile(-1, "TxDefaultProfile"), "InvalidSchedule"),
        (
            0,
            profile(6, "TxDefaultProfile", validFrom="2026-02-01T00:00:00Z", validTo="2026-01-01T00:00:00Z"),
            "InvalidProfile",
        ),
    ],
)
async def test_a_profile_that_makes_no_sense_is_rejected(bench, evse_id, given, reason):
    answer = await bench.ask("SetChargingProfile", evseId=evse_id, chargingProfile=given)
    assert answer == {"status": "Rejected", "statusInfo": {"reasonCode": reason}}
    assert bench.speaker.state.profiles == []


@pytest.mark.parametrize(
    ("periods", "reason"),
    [
        ([(10, 6)], "InvalidSchedule"),
        ([(0, 6), (20, 7), (10, 8)], "InvalidSchedule"),
        ([(0, 6), (0, 7)], "InvalidSchedule"),
        ([(n, 6) for n in range(25)], "TooManyPeriods"),
    ],
)
async def test_a_schedule_out_of_order_or_too_long_is_rejected(bench, periods, reason):
    given = profile(6, "TxDefaultProfile")
    given["chargingSchedule"][0]["chargingSchedulePeriod"] = [{"startPeriod": s, "limit": a} for s, a in periods]
    answer = await bench.ask("SetChargingProfile", evseId=0, chargingProfile=given)
    assert answer["statusInfo"]["reasonCode"] == reason


async def test_a_profile_of_another_transaction_is_rejected(bench):
    await bench.plug()
    await bench.tap()
    given = tx_profile(6, transactionId="another")
    answer = await bench.ask("SetChargingProfile", evseId=1, chargingProfile=given)
    assert answer["statusInfo"]["reasonCode"] == "InvalidTransactionId"


async def test_the_profile_of_a_remote_start_is_one_of_its_transaction(bench):
    await bench.plug()
    await bench.ask(
        "RequestStartTransaction", idToken=token("APP"), remoteStartId=1, evseId=1, chargingProfile=tx_profile(10)
    )
    given = tx_profile(8, id=2, transactionId=bench.transaction_id)
    assert await put(bench, 1, given) == "Rejected"
    assert await put(bench, 1, given | {"stackLevel": 1}) == "Accepted"
    assert bench.power_w() == 8 * PHASE_W


async def test_two_profiles_of_one_level_do_not_stand_beside_each_other_unless_at_other_times(two):
    assert await put(two, 0, profile(6, "TxDefaultProfile", validTo="2027-01-01T00:00:00Z")) == "Accepted"
    assert await put(two, 0, profile(7, "TxDefaultProfile", id=2)) == "Rejected"
    assert await put(two, 1, profile(7, "TxDefaultProfile", id=2)) == "Rejected"
    later = profile(7, "TxDefaultProfile", id=2, validFrom="2027-01-01T00:00:00Z")
    assert await put(two, 0, later) == "Accepted"
    assert await put(two, 0, profile(8, "TxDefaultProfile", id=1, validTo="2027-01-01T00:00:00Z")) == "Accepted"
    assert len(two.speaker.state.profiles) == 2


async def test_no_more_profiles_are_taken_than_there_is_room_for(bench):
    days = [(f"2030-01-{day:02}T{hour:02}:00:00Z") for day in range(1, 3) for hour in range(24)]
    days += ["2030-01-03T00:00:00Z", "2030-01-03T01:00:00Z", "2030-01-03T02:00:00Z", "2030-01-03T03:00:00Z"]
    spans = list(itertools.pairwise(days))
    words = [
        await put(bench, 0, profile(6, "TxDefaultProfile", id=n, validFrom=begin, validTo=end))
        for n, (begin, end) in enumerate(spans)
    ]
    assert words == ["Accepted"] * 50 + ["Rejected"]


async def test_profiles_are_reported_by_place_and_counted(two):
    await put(two, 0, profile(14, "ChargingStationMaxProfile"))
    await put(two, 2, profile(10, "TxDefaultProfile", id=2, stackLevel=3))
    ask = two.status_of
    assert await ask("GetChargingProfiles", requestId=9, chargingProfile={}) == "Accepted"
    first, second = two.of("ReportChargingProfiles")
    assert (first["evseId"], first["tbc"], second["evseId"], second["tbc"]) == (0, True, 2, False)
    assert second["chargingProfile"] == [profile(10, "TxDefaultProfile", id=2, stackLevel=3)]
    for wanted, places in (
        ({"chargingProfilePurpose": "TxDefaultProfile"}, [2]),
        ({"stackLevel": 0}, [0]),
        ({"chargingProfileId": [1, 2]}, [0, 2]),
        ({"chargingLimitSource": ["CSO"]}, [0, 2]),
    ):
        two.heard.clear()
        assert await ask("GetChargingProfiles", requestId=1, chargingProfile=wanted) == "Accepted"
        assert [one["evseId"] for one in two.of("ReportChargingProfiles")] == places
    assert await ask("GetChargingProfiles", requestId=1, chargingProfile={"stackLevel": 7}) == "NoProfiles"
    assert await ask("GetChargingProfiles", requestId=1, evseId=1, chargingProfile={}) == "NoProfiles"


async def test_profiles_are_cleared_by_what_they_are(two):
    await put(two, 0, profile(14, "ChargingStationMaxProfile"))
    await put(two, 1, profile(10, "TxDefaultProfile", id=2))
    await put(two, 2, profile(10, "TxDefaultProfile", id=3))
    clear = two.status_of
    assert await clear("ClearChargingProfile", chargingProfileId=99) == "Unknown"
    assert await clear("ClearChargingProfile", chargingProfileCriteria={"evseId": 1, "stackLevel": 1}) == "Unknown"
    assert await clear("ClearChargingProfile", chargingProfileCriteria={"evseId": 1}) == "Accepted"
    assert [one.profile.profile_id for one in two.speaker.state.profiles] == [1, 3]
    assert await clear("ClearChargingProfile") == "Accepted"
    assert two.speaker.state.profiles == []


async def test_the_composite_schedule_shows_what_will_hold(bench):
    given = profile(10, "TxDefaultProfile")
    given["chargingSchedule"][0] |= {
        "duration": 3600,
        "chargingSchedulePeriod": [
            {"startPeriod": 0, "limit": 10},
            {"startPeriod": 600, "limit": 6, "numberPhases": 1},
        ],
    }
    await put(bench, 1, given)
    answer = await bench.ask("GetCompositeSchedule", evseId=1, duration=7200, chargingRateUnit="A")
    assert answer["schedule"]["chargingSchedulePeriod"] == [
        {"startPeriod": 0, "limit": 10.0},
        {"startPeriod": 600, "limit": 6.0, "numberPhases": 1},
        {"startPeriod": 3600, "limit": 15.9},
    ]
    watts = await bench.ask("GetCompositeSchedule", evseId=1, duration=600, chargingRateUnit="W")
    assert watts["schedule"]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 6900.0}]
    whole = await bench.ask("GetCompositeSchedule", evseId=0, duration=60, chargingRateUnit="W")
    assert whole["schedule"]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 11000.0}]
    assert await bench.status_of("GetCompositeSchedule", evseId=9, duration=60) == "Rejected"
    assert await bench.status_of("GetCompositeSchedule", evseId=0, duration=0) == "Rejected"


async def test_smart_charging_that_is_switched_off_is_not_supported_and_limits_nothing(bench):
    await put(bench, 0, profile(8, "ChargingStationMaxProfile"))
    await bench.set("SmartChargingCtrlr.Enabled", "false")
    wanted = {"evseId": 0, "chargingProfile": profile(6, "TxDefaultProfile")}
    assert bench.refusal("SetChargingProfile", wanted) == "NotSupported"
    await bench.plug()
    await bench.tap()
    assert bench.power_w() == 11_000


async def test_a_limit_changes_when_its_period_begins(bench):
    given = profile(16, "TxDefaultProfile")
    given["chargingSchedule"][0]["chargingSchedulePeriod"].append({"startPeriod": 600, "limit": 0})
    await put(bench, 0, given)
    await bench.plug()
    await bench.tap()
    assert bench.power_w() == 11_000
    assert 599 < min(limits.due_s(bench.speaker._station)) <= 600  # noqa: SLF001
    await bench.later(601)
    assert bench.power_w() == 0
    assert bench.told()[-1] == ("Updated", "ChargingStateChanged")


async def test_a_token_of_a_limited_station_is_still_authorized(bench):
    await put(bench, 0, profile(0, "ChargingStationMaxProfile"))
    await bench.plug()
    assert await bench.tap() == "started"
    assert bench.events[0]["idToken"] == token()
