import pytest
from ocpp.v16 import call  # type: ignore[import-untyped]

from simulator.flows import FLOWS

pytestmark = pytest.mark.anyio


def said(operation, direction="sent"):
    return [one["action"] for one in operation["messages"] if one["direction"] == direction and one["frame"][0] == 2]


@pytest.mark.parametrize("kind", ["reboot", "power_loss"])
async def test_boot_ends_with_every_status_told(play, kind):
    operation = await play.flow("boot", kind=kind)
    assert operation["result"]["answer"]["status"] == "Accepted"
    assert said(operation)[0] == "BootNotification"
    assert operation["result"]["statuses_told"] >= 2


@pytest.mark.parametrize(("flow", "stop_by"), [("start_stop_transaction", "tap"), ("plug_first", "unplug")])
async def test_a_whole_charge_takes_its_messages_in_order(play, flow, stop_by):
    operation = await play.flow(flow, tag="ALICE", meter_values=2, stop_by=stop_by, connector=2)
    assert operation["result"]["reason"] == ("Local" if stop_by == "tap" else "EVDisconnected")
    assert operation["result"]["transaction_id"]
    actions = said(operation)
    if play.speaks_16:
        wanted = ["Authorize", "StartTransaction", "MeterValues", "MeterValues", "StopTransaction"]
        assert [one for one in actions if one in wanted] == wanted
    else:
        kinds = [one["eventType"] for one in play.central.events]
        assert (kinds[0], kinds[-1], kinds.count("Updated") >= 2) == ("Started", "Ended", True)
        assert "Authorize" in actions
    assert "StatusNotification" in actions
    assert [one["status"] for one in operation["steps"]] == ["done"] * 4


async def test_a_refused_card_ends_a_flow_with_what_the_display_says(play):
    operation = await play.flow("start_stop_transaction", status="failed", tag="NOBODY")
    assert operation["error"] == "the card NOBODY was answered refused, not awaiting_plug or started"
    assert operation["steps"][-1] == {"name": "tap", "status": "failed", "error": operation["error"], "result": None}


async def test_a_connector_in_use_is_named(play):
    await play.http.post("/charge-points/CP1/connectors/1/plug", json={})
    operation = await play.flow("power_loss", status="failed", tag="ALICE")
    assert operation["error"] == "connector 1 is not free: Preparing"


async def test_a_charge_without_a_network_is_told_afterwards(play):
    operation = await play.flow("offline_charge", tag="STRANGER", charge_s=0.3)
    assert operation["result"]["messages_replayed"] >= 2
    if play.speaks_16:
        assert play.central.of("StartTransaction")[0].id_tag == "STRANGER"
        assert play.central.of("StopTransaction")
    else:
        assert [one["eventType"] for one in play.central.events][-1] == "Ended"
        assert play.central.events[0]["offline"] is True


async def test_power_lost_in_a_charge_is_told_after_booting(play):
    operation = await play.flow("power_loss", tag="ALICE")
    assert operation["result"]["reason"] == "PowerLoss"
    assert play.told_last() == "PowerLoss"
    assert "BootNotification" in said(operation)


async def test_a_charge_that_the_central_system_starts(play):
    flow = play.begin("remote_started")
    await play.running()
    await play.central.sessions["CP1"]._connection.send('[2,"half a request"]')  # noqa: SLF001 -- past the package
    await play.remote_start()
    operation = await flow
    assert operation["result"]["transaction_id"]
    assert said(operation, "received")[0] in {"RemoteStartTransaction", "RequestStartTransaction"}


async def test_a_reservation_lets_its_holder_charge_and_nobody_else(play):
    play.central.__dict__.get("tags", {})["BOB"] = ("Accepted", None)
    play.central.__dict__.get("tokens", {})["BOB"] = {"status": "Accepted"}
    flow = play.begin("reservation_used", another_tag="BOB")
    await play.running()
    await play.reserve(60)
    operation = await flow
    assert operation["result"]["reservation_id"] == 7


async def test_a_reservation_passes(play):
    flow = play.begin("reservation_expired")
    await play.running()
    await play.reserve(1.2)
    operation = await flow
    assert operation["result"] == {"reservation_id": 7, "status": "Available"}


async def test_what_does_not_come_ends_a_flow_with_what_was_awaited(play):
    operation = await play.flow("reservation_used", status="failed", within_s=0.2)
    assert operation["error"] == "the central system did not reserve connector 1, within 0.2 s"


async def test_a_firmware_update_is_told_state_by_state(play):
    if not play.speaks_16:
        answer = await play.http.post("/charge-points/CP1/flows/firmware_update", json={})
        assert (answer.status_code, answer.json()["detail"]) == (409, "firmware_update is not for ocpp2.0.1")
        return
    pace = await play.http.put("/charge-points/CP1/configuration/SimulatedStepSeconds", json={"value": "0"})
    assert pace.status_code == 200
    unasked = await play.flow("firmware_update", asked_for=False)
    assert unasked["result"]["statuses"] == ["Downloading", "Downloaded", "Installing", "Installed"]
    flow = play.begin("firmware_update", within_s=30)
    await play.running()
    request = call.UpdateFirmware(location="ftp://127.0.0.1/new.bin", retrieve_date="2026-01-01T00:00:00Z")
    await play.central.ask("CP1", request)
    assert (await flow)["result"]["statuses"][-1] == "Installed"


async def test_every_flow_is_listed_with_the_schema_of_its_parameters(play):
    flows = (await play.http.get("/flows")).json()["flows"]
    assert [one["name"] for one in flows] == list(FLOWS)
    assert all(one["words"] and one["parameters"]["type"] == "object" for one in flows)
    assert FLOWS["boot"].parameters.model_validate({}).within_s == 30


async def test_parameters_that_a_flow_does_not_take_are_named(play):
    for name, parameters, status, says in (
        ("nap", {}, 404, "there is no flow nap"),
        ("boot", {"speed": 3}, 422, "parameters.speed"),
        ("boot", {"within_s": -1}, 422, "parameters.within_s"),
        ("start_stop_transaction", {"connector": 9}, 404, "connector 9"),
        ("start_stop_transaction", {"meter_values": "3"}, 422, "parameters.meter_values"),
    ):
        answer = await play.http.post(f"/charge-points/CP1/flows/{name}", json={"parameters": parameters})
        assert (answer.status_code, says in answer.json()["detail"]) == (status, True), answer.text
