import pytest

from tests.unit.simulator.ocpp201.bench import token

pytestmark = pytest.mark.anyio

LATER = "2099-01-01T00:00:00Z"
INOPERATIVE, OPERATIVE = {"operationalStatus": "Inoperative"}, {"operationalStatus": "Operative"}


async def test_the_station_goes_out_of_service_and_comes_back(two):
    assert await two.status_of("ChangeAvailability", **INOPERATIVE) == "Accepted"
    assert (two.statuses(1), two.statuses(2)) == (["Unavailable"], ["Unavailable"])
    assert await two.tap() == "out_of_order"
    assert await two.status_of("ChangeAvailability", **OPERATIVE) == "Accepted"
    assert (two.statuses(1), two.statuses(2)) == (["Unavailable", "Available"], ["Unavailable", "Available"])


async def test_an_evse_out_of_service_stays_so_when_the_station_comes_back(two):
    await two.ask("ChangeAvailability", evse={"id": 2, "connectorId": 1}, **INOPERATIVE)
    await two.ask("ChangeAvailability", **INOPERATIVE)
    await two.ask("ChangeAvailability", **OPERATIVE)
    assert (two.statuses(1)[-1], two.statuses(2)[-1]) == ("Available", "Unavailable")


async def test_whoever_charges_is_let_finish(two):
    await two.plug()
    await two.tap()
    assert await two.status_of("ChangeAvailability", evse={"id": 1}, **INOPERATIVE) == "Scheduled"
    assert two.power_w() == 11_000
    await two.unplug()
    assert two.statuses(1) == ["Occupied", "Unavailable"]
    assert two.statuses(2) == []


async def test_a_station_with_a_transaction_is_scheduled_and_the_rest_closes_now(two):
    await two.plug()
    await two.tap()
    assert await two.status_of("ChangeAvailability", **INOPERATIVE) == "Scheduled"
    assert (two.statuses(1), two.statuses(2)) == (["Occupied"], ["Unavailable"])
    await two.unplug()
    assert two.statuses(1) == ["Occupied", "Unavailable"]


@pytest.mark.parametrize("evse", [{"id": 3}, {"id": 1, "connectorId": 2}, {"id": -1}])
async def test_the_availability_of_nothing_is_rejected(two, evse):
    assert await two.status_of("ChangeAvailability", evse=evse, **INOPERATIVE) == "Rejected"


async def reserve(bench, reservation_id=1, text="ALICE", **more):
    return await bench.status_of("ReserveNow", id=reservation_id, expiryDateTime=LATER, idToken=token(text), **more)


async def test_a_reservation_keeps_others_out_and_is_used_up_by_its_token(two):
    assert await reserve(two, 7, evseId=1) == "Accepted"
    assert two.statuses(1) == ["Reserved"]
    await two.plug()
    assert await two.tap("BOB") == "reserved_for_another"
    assert await two.tap("ALICE") == "started"
    assert two.events[0]["reservationId"] == 7
    assert two.of("ReservationStatusUpdate") == []
    assert await two.status_of("CancelReservation", reservationId=7) == "Rejected"


async def test_a_group_may_use_its_reservation(bench):
    bench.tokens["SON"] = {"status": "Accepted", "groupIdToken": token("FAMILY", "Central")}
    assert await reserve(bench, evseId=1, groupIdToken=token("FAMILY", "Central")) == "Accepted"
    await bench.plug()
    assert await bench.tap("SON") == "started"


@pytest.mark.parametrize("where", [{}, {"evseId": 1}])
async def test_a_groups_own_token_uses_its_reservation_up(bench, where):
    group = token("app", "Central")
    assert await reserve(bench, 8, groupIdToken=group, **where) == "Accepted"
    await bench.plug()
    started = {"idToken": token("APP", "Central"), "remoteStartId": 1}
    assert await bench.status_of("RequestStartTransaction", evseId=1, **started) == "Accepted"
    assert bench.events[0]["reservationId"] == 8
    assert await bench.status_of("CancelReservation", reservationId=8) == "Rejected"


async def test_a_reservation_ends_by_time_and_says_so(bench):
    await reserve(bench, 4, evseId=1)
    await bench.later(80 * 365 * 86_400)
    await bench.quiet()
    assert bench.of("ReservationStatusUpdate") == [{"reservationId": 4, "reservationUpdateStatus": "Expired"}]
    assert bench.statuses() == ["Reserved", "Available"]


async def test_a_reservation_ends_when_its_evse_breaks_or_closes(two):
    await reserve(two, 1, evseId=1)
    await reserve(two, 2, evseId=2)
    two.charge_point.fault(1, "GroundFailure")
    await two.ask("ChangeAvailability", evse={"id": 2}, **INOPERATIVE)
    assert two.of("ReservationStatusUpdate") == [
        {"reservationId": 1, "reservationUpdateStatus": "Removed"},
        {"reservationId": 2, "reservationUpdateStatus": "Removed"},
    ]


async def test_a_cancelled_reservation_frees_the_evse(bench):
    await reserve(bench, 3, evseId=1)
    assert await bench.status_of("CancelReservation", reservationId=9) == "Rejected"
    assert await bench.status_of("CancelReservation", reservationId=3) == "Accepted"
    assert bench.statuses() == ["Reserved", "Available"]


async def test_the_same_id_replaces_a_reservation(two):
    await reserve(two, 1, evseId=1)
    assert await reserve(two, 2, "BOB", evseId=1) == "Occupied"
    assert await reserve(two, 1, "BOB", evseId=1) == "Accepted"
    assert await reserve(two, 1, "BOB", evseId=2) == "Accepted"
    assert (two.statuses(1)[-1], two.statuses(2)[-1]) == ("Available", "Reserved")


async def test_any_evse_can_be_reserved_until_all_are(two):
    assert await reserve(two, 1) == "Accepted"
    assert two.statuses(1) + two.statuses(2) == []
    assert await reserve(two, 2, "BOB") == "Accepted"
    assert (two.statuses(1), two.statuses(2)) == (["Reserved"], ["Reserved"])
    assert await reserve(two, 3, "CAROL") == "Occupied"
    await two.plug()
    assert await two.tap("ALICE") == "started"
    assert two.events[0]["reservationId"] == 1
    await two.plug(2)
    assert await two.tap("BOB", 2) == "started"
    assert two.speaker.state.open_reservations == []


async def test_a_stranger_finds_the_last_free_evse_kept_for_an_open_reservation(two):
    await two.plug(2)
    await two.tap("BOB", 2)
    assert await reserve(two) == "Accepted"
    assert two.statuses(1) == ["Reserved"]
    two.tokens["EVE"] = {"status": "Accepted"}
    assert await two.tap("EVE") == "reserved_for_another"
    assert await two.tap("ALICE") == "awaiting_plug"


async def test_an_open_reservation_ends_by_time(two):
    await reserve(two, 5)
    await two.later(80 * 365 * 86_400)
    assert two.of("ReservationStatusUpdate") == [{"reservationId": 5, "reservationUpdateStatus": "Expired"}]


@pytest.mark.parametrize(
    ("why", "expected"),
    [
        ("past", "Rejected"),
        ("unknown", "Rejected"),
        ("type", "Rejected"),
        ("off", "Rejected"),
        ("plugged", "Occupied"),
        ("faulted", "Faulted"),
        ("closed", "Unavailable"),
    ],
)
@pytest.mark.parametrize("any_evse", [False, True])
async def test_what_cannot_be_reserved_says_why(bench, why, expected, any_evse):
    request = {"id": 1, "expiryDateTime": LATER, "idToken": token()} | ({} if any_evse else {"evseId": 1})
    match why:
        case "past":
            request["expiryDateTime"] = "2020-01-01T00:00:00Z"
        case "unknown":
            request["evseId"] = 7
        case "type":
            request["connectorType"] = "cCCS2"
        case "off":
            await bench.set("ReservationCtrlr.Enabled", "false")
        case "plugged":
            await bench.plug()
        case "faulted":
            bench.charge_point.fault(1, "GroundFailure")
        case "closed":
            await bench.ask("ChangeAvailability", **INOPERATIVE)
    assert await bench.status_of("ReserveNow", **request) == expected
    assert bench.speaker.state.open_reservations == []
