import asyncio

import pytest
from ocpp.v16 import call  # type: ignore[import-untyped]

pytestmark = pytest.mark.anyio

CP = "/charge-points/CP1"
AT = f"{CP}/connectors/1"


@pytest.fixture(autouse=True)
async def charge_point(http):
    assert (await http.put(CP, json={})).status_code == 201


async def post(http, path, body, status=200):
    answer = await http.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()["operation"]


async def test_a_standalone_operation_is_read_back_with_its_two_messages_one_by_one(http):
    sent = await post(http, f"{CP}/operations", {"action": "Heartbeat"})
    assert (sent["kind"], sent["name"], sent["status"], sent["error"]) == ("standalone", "Heartbeat", "done", None)
    assert "currentTime" in sent["result"]
    request, answer = sent["messages"]
    assert request["frame"][:3] == [2, request["unique_id"], "Heartbeat"]
    assert answer["frame"][:2] == [3, request["unique_id"]]
    assert (request["direction"], answer["direction"], answer["action"]) == ("sent", "received", "Heartbeat")
    assert answer["message_id"] == request["message_id"] + 1
    assert answer["latency_ms"] > 0
    again = (await http.get(f"/operations/{sent['operation_id']}")).json()["operation"]
    assert again == sent
    one = await http.get(f"/operations/{sent['operation_id']}/messages/{answer['message_id']}")
    assert one.json()["message"] == answer
    assert (await http.get(f"/operations/{sent['operation_id']}/messages/99999")).status_code == 404
    assert (await http.get("/operations/CP1:99999")).status_code == 404


async def test_a_message_with_a_payload_goes_out_as_it_is_told(central, http):
    await post(http, f"{CP}/operations", {"action": "Authorize", "payload": {"idTag": "ALICE"}})
    assert central.of("Authorize")[0].id_tag == "ALICE"
    wrong = {"action": "Authorize", "payload": {"idTag": "x" * 99}}
    refused = await http.post(f"{CP}/operations", json=wrong)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")
    assert "idTag" in refused.json()["detail"]
    failed = await post(http, f"{CP}/operations", {**wrong, "valid": False})
    assert failed["status"] == "failed"
    assert "the central system answered" in failed["error"]


async def test_what_a_charge_point_does_not_say_is_refused_with_what_it_says(http):
    refused = await http.post(f"{CP}/operations", json={"action": "Reset"})
    assert (refused.status_code, "does not send Reset" in refused.json()["detail"]) == (422, True)
    told = await http.post(f"{CP}/operations", json={"action": "Reset", "valid": False})
    assert told.status_code == 422


async def test_what_a_unit_never_says_by_itself_wants_a_payload(http):
    await http.put("/charge-points/NEW", json={"protocol": "ocpp2.0.1", "connect": False})
    refused = await http.post("/charge-points/NEW/operations", json={"action": "LogStatusNotification"})
    said = "payload: this unit says no LogStatusNotification of its own accord: give a payload"
    assert (refused.status_code, refused.json()["detail"]) == (422, said)


async def test_a_chain_is_done_in_the_given_order_and_stops_at_what_fails(central, http):
    chain = await post(http, f"{CP}/operations/chain", {"operations": [
        {"action": "Heartbeat"}, {"do": "plug"}, {"do": "tap", "tag": "ALICE"}, {"do": "wait", "seconds": 0},
        {"do": "unplug"}, {"action": "Authorize", "payload": {"idTag": "ALICE"}},
    ]})  # fmt: skip
    assert (chain["kind"], chain["status"]) == ("chain", "done")
    assert [one["name"] for one in chain["steps"]] == ["Heartbeat", "plug", "tap", "wait", "unplug", "Authorize"]
    said = [one["action"] for one in chain["messages"] if one["frame"][0] == 2]
    assert said[:3] == ["Heartbeat", "StatusNotification", "Authorize"]
    assert {"StartTransaction", "StopTransaction"} <= set(said)
    assert said[-1] == "Authorize"
    wrong = {"operations": [{"do": "unplug"}, {"action": "Heartbeat"}]}
    failed = await post(http, f"{CP}/operations/chain", wrong)
    assert (failed["status"], len(failed["steps"])) == ("failed", 1)
    assert failed["error"] == "step 1 (unplug): no car is plugged in at connector 1"
    on = await post(http, f"{CP}/operations/chain", {**wrong, "stop_on_failure": False})
    assert [one["status"] for one in on["steps"]] == ["failed", "done"]


async def test_nothing_of_a_chain_is_done_when_a_step_of_it_is_none(central, http):
    body = {"operations": [{"do": "plug"}, {"action": "Heartbeat", "payload": {"a": 1}}]}
    refused = await http.post(f"{CP}/operations/chain", json=body)
    assert (refused.status_code, refused.json()["detail"].startswith("operations.1.payload")) == (422, True)
    assert (await http.get(AT)).json()["connector"]["plugged"] is False
    for step in ({"do": "dance"}, {"flow": "nap"}, {"action": 3}, {"do": "tap"}, {}, 7, {"do": "wait", "seconds": 1e9}):
        refused = await http.post(f"{CP}/operations/chain", json={"operations": [step]})
        assert refused.status_code == 422, step
        assert "operations.0" in refused.json()["detail"]


async def test_what_the_central_system_asks_is_an_operation_and_can_be_answered_otherwise(central, http):
    assert (await central.ask("CP1", call.ClearCache())).status == "Accepted"
    (asked,) = (await http.get("/operations?charge_point_id=CP1&kind=answer")).json()["operations"]
    assert (asked["name"], asked["status"], asked["message_count"]) == ("ClearCache", "done", 2)
    rule = {"mode": "payload", "payload": {"status": "Rejected"}, "times": 1}
    answer = await http.put(f"{CP}/answers/ClearCache", json=rule)
    assert answer.json()["answer"]["mode"] == "payload"
    assert (await central.ask("CP1", call.ClearCache())).status == "Rejected"
    assert (await central.ask("CP1", call.ClearCache())).status == "Accepted"
    assert (await http.get(f"{CP}/answers/ClearCache")).json() == {"answer": None}
    await http.put(f"{CP}/answers/ClearCache", json={"mode": "error", "error_code": "GenericError"})
    with pytest.raises(Exception, match="set by a person"):
        await central.ask("CP1", call.ClearCache())
    assert (await http.get(f"{CP}/answers")).json()["answers"]["ClearCache"]["error_code"] == "GenericError"
    assert (await http.delete(f"{CP}/answers/ClearCache")).status_code == 204
    assert (await central.ask("CP1", call.ClearCache())).status == "Accepted"
    assert (await http.put(f"{CP}/answers/Nap", json={})).status_code == 404
    assert (await http.put(f"{CP}/answers/ClearCache", json={"mode": "loud"})).status_code == 422


async def test_what_people_do_is_an_operation_with_what_follows_from_it(http):
    await http.post(f"{AT}/plug", json={})
    tapped = (await http.post(f"{AT}/tap", json={"tag": "ALICE"})).json()
    operation = (await http.get(f"/operations/{tapped['operation_id']}")).json()["operation"]
    assert (operation["kind"], operation["name"]) == ("service", "tap")
    said = [one["action"] for one in operation["messages"] if one["direction"] == "sent"]
    assert {"Authorize", "StartTransaction"} <= set(said)
    stopped = (await http.post(f"{AT}/press", json={})).json()
    assert stopped["outcome"] == "stopped"
    assert (await http.post(f"{AT}/press")).status_code == 409


async def test_a_running_operation_is_202_can_be_looked_at_and_ended(http):
    path = f"{CP}/flows/remote_started?wait=0"
    running = await http.post(path, json={"parameters": {"within_s": 60}})
    assert running.status_code == 202
    operation_id = running.json()["operation"]["operation_id"]
    busy = await http.post(f"{CP}/operations/chain", json={"operations": [{"action": "Heartbeat"}]})
    assert (busy.status_code, operation_id in busy.json()["detail"]) == (409, True)
    assert (await http.get("/operations?status=running")).json()["operations"][0]["operation_id"] == operation_id
    ended = (await http.delete(f"/operations/{operation_id}")).json()["operation"]
    assert (ended["status"], ended["error"]) == ("failed", "cancelled")
    assert (await http.get("/operations?status=running")).json()["operations"] == []


async def test_operations_are_listed_page_by_page(http):
    await http.put("/charge-points/CP0", json={"connect": False})
    for _ in range(3):
        await post(http, f"{CP}/operations", {"action": "Heartbeat"})
    seen, token = [], None
    while True:
        more = f"&page_token={token}" if token else ""
        page = (await http.get(f"/operations?page_size=2{more}")).json()
        seen += [one["operation_id"] for one in page["operations"]]
        token = page["next_page_token"]
        if token is None:
            break
    assert seen == ["CP0:1", "CP1:4", "CP1:3", "CP1:2", "CP1:1"]
    assert (await http.get("/operations?page_token=x")).status_code == 422
    assert (await http.get("/operations?charge_point_id=NONE")).status_code == 404


async def test_messages_are_filtered_and_kept_as_files(http):
    everything = (await http.get(f"{CP}/messages")).json()["messages"]
    assert [one["message_id"] for one in everything] == list(range(1, len(everything) + 1))
    boots = (await http.get(f"{CP}/messages?action=BootNotification&direction=received")).json()["messages"]
    assert [one["frame"][2]["status"] for one in boots] == ["Accepted"]
    later = (await http.get(f"{CP}/messages?after=1&limit=1")).json()["messages"]
    assert [one["message_id"] for one in later] == [2]
    table = await http.get(f"{CP}/messages?format=csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert "CP1.csv" in table.headers["content-disposition"]
    assert table.text.splitlines()[0] == "message_id,at,direction,action,unique_id,latency_ms,operation_id,frame"
    assert len(table.text.splitlines()) == len(everything) + 1
    lines = (await http.get(f"{CP}/messages?format=jsonl")).text.splitlines()
    assert len(lines) == len(everything)
    assert (await http.get(f"{CP}/messages?format=xml")).status_code == 422


async def test_messages_are_streamed_as_they_come_and_from_where_a_reader_was(http):
    async def events(headers, count):
        found = []
        async with http.stream("GET", f"{CP}/messages/stream", headers=headers) as stream:
            assert stream.headers["content-type"].startswith("text/event-stream")
            async for line in stream.aiter_lines():
                if line.startswith("id: "):
                    found.append(int(line[4:]))
                    if len(found) == count:
                        return found
                elif line.startswith("retry") and not headers:
                    asyncio.get_running_loop().create_task(http.post(f"{CP}/operations", json={"action": "Heartbeat"}))
        return found

    newest = (await http.get(f"{CP}/messages?limit=1")).json()["messages"][0]["message_id"]
    async with asyncio.timeout(10):
        assert await events({}, 2) == [newest + 1, newest + 2]
        assert await events({"Last-Event-ID": str(newest)}, 2) == [newest + 1, newest + 2]
