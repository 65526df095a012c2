import asyncio

import pytest

from simulator import visit
from simulator.control.gates import Gates
from simulator.memory.sqlite import SqliteMemory
from simulator.serverless import Serverless
from tests.unit.simulator.serving import served

pytestmark = pytest.mark.anyio

CP = "/charge-points/CP1"
AT = f"{CP}/connectors/1"


@pytest.fixture
def memory():
    memory = SqliteMemory()
    yield memory
    memory.close()


@pytest.fixture
async def http(central, memory):
    async with served(Gates(Serverless(memory, central.address))) as client:
        yield client


async def test_each_call_connects_does_its_work_and_hangs_up(central, http):
    made = await http.put(CP, json={})
    assert (made.status_code, made.json()["answered"]) == (201, True)
    assert central.of("BootNotification")
    plugged = (await http.post(f"{AT}/plug", json={})).json()
    assert (plugged["answered"], plugged["connector"]["status"]) == (True, "Preparing")
    tapped = (await http.post(f"{AT}/tap", json={"tag": "ALICE"})).json()
    assert tapped["outcome"] == "started"
    looked = (await http.get(CP)).json()["charge_point"]
    assert looked["connectors"][0]["transaction_id"] == tapped["connector"]["transaction_id"]
    assert looked["connection"]["state"] == "connecting"
    operation = (await http.get(f"/operations/{tapped['operation_id']}")).json()["operation"]
    assert "StartTransaction" in [one["action"] for one in operation["messages"]]
    flow = await http.post(f"{CP}/operations", json={"action": "StopTransaction"})
    assert flow.json()["operation"]["status"] == "done"
    assert len(central.of("StopTransaction")) == 1
    assert len(central.of("BootNotification")) == 1, "it only lost its connection"
    assert len(central.authorizations) == 4
    assert (await http.get("/charge-points")).json()["charge_points"][0]["id"] == "CP1"
    assert (await http.get("/operations")).json()["operations"][0]["name"] == "StopTransaction"
    assert (await http.delete(CP)).status_code == 204
    assert (await http.get(CP)).status_code == 404


async def test_message_ids_go_on_over_calls(http):
    await http.put(CP, json={})
    first = (await http.post(f"{CP}/operations", json={"action": "Heartbeat"})).json()["operation"]
    second = (await http.post(f"{CP}/operations", json={"action": "Heartbeat"})).json()["operation"]
    assert second["messages"][0]["message_id"] > first["messages"][-1]["message_id"]
    assert second["operation_id"] != first["operation_id"]


async def test_calls_at_one_charge_point_take_turns_and_lose_nothing(central, memory, http):
    await http.put(CP, json={"connectors": 4})
    async with served(Gates(Serverless(memory, central.address))) as other:
        plugs = [
            client.post(f"{CP}/connectors/{number}/plug", json={})
            for number, client in enumerate([http, other, http, other], 1)
        ]
        assert [one.status_code for one in await asyncio.gather(*plugs)] == [200] * 4
    found = (await http.get(CP)).json()["charge_point"]
    assert [one["plugged"] for one in found["connectors"]] == [True] * 4


async def test_who_never_gets_a_turn_is_told_so(memory, http, monkeypatch):
    monkeypatch.setattr(visit, "TURN_S", 0.1)
    await http.put(CP, json={})
    assert memory.lease("CP1", "somebody else", 60)
    answer = await http.post(f"{AT}/plug", json={})
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert (await http.get(CP)).status_code == 200
    memory.give_back("CP1", "somebody else")
    assert (await http.post(f"{AT}/plug", json={})).status_code == 200


async def test_an_absent_central_system_is_named_and_what_was_done_is_told_later(central, http):
    await http.put(CP, json={})
    await http.post(f"{AT}/plug", json={})
    await http.post(f"{AT}/tap", json={"tag": "ALICE"})
    await central.close()
    pulled = (await http.post(f"{AT}/unplug")).json()
    assert (pulled["answered"], pulled["connector"]["plugged"]) == (False, False)
    assert (await http.get(CP)).json()["charge_point"]["unsent"] == 1
    await central.open()
    await http.post(f"{CP}/operations", json={"action": "Heartbeat"})
    assert (await http.get(CP)).json()["charge_point"]["unsent"] == 0
    assert len(central.of("StopTransaction")) == 1


async def test_energy_flows_between_calls(http, monkeypatch):
    await http.put(CP, json={"meter_interval_s": 0})
    await http.put("/settings", json={"meter_speed": 1000.0})
    await http.post(f"{AT}/plug", json={"car": {"need_wh": 20_000}})
    await http.post(f"{AT}/tap", json={"tag": "ALICE"})
    await asyncio.sleep(0.2)
    stopped = (await http.post(f"{AT}/unplug")).json()["connector"]["last_transaction"]
    assert stopped["meter_stop_wh"] - stopped["meter_start_wh"] > 500


async def test_what_needs_a_simulator_that_stays_is_refused(http):
    await http.put(CP, json={})
    for method, path, body in (
        ("POST", "/charge-points", {"prefix": "A", "count": 2}), ("DELETE", "/charge-points?prefix=A", None),
        ("POST", "/fleet/connect", {}), ("POST", "/fleet/reboot", {}), ("GET", f"{CP}/messages/stream", None),
        ("POST", "/days", {}),
        ("PUT", f"{CP}/chaos", {"drop": 1.0}),
    ):  # fmt: skip
        answer = await http.request(method, path, **({} if body is None else {"json": body}))
        assert (answer.status_code, "needs a simulator that stays" in answer.json()["detail"]) == (409, True), path
    flow = await http.post(f"{CP}/flows/remote_started?wait=0.2", json={})
    operation = flow.json()["operation"]
    assert (flow.status_code, operation["status"]) == (200, "failed")
    assert operation["error"] == "not over within 0.2 s, and nothing goes on after a call of a function"
    assert (await http.get(f"/operations/{operation['operation_id']}")).json()["operation"] == operation
