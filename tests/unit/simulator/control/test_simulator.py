import json
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.anyio

ODD = "a/b?c#d e%ü&=+;:'\"<>|\\^`{}[]~!$()*,@😀"


async def test_an_id_may_hold_every_printable_character(central, http):
    at = f"/charge-points/{quote(ODD, safe='')}"
    made = await http.put(at, json={})
    assert (made.status_code, made.json()["charge_point"]["id"], made.json()["answered"]) == (201, ODD, True)
    assert (await http.post(f"{at}/connectors/1/plug", json={})).json()["connector"]["plugged"] is True
    operation = (await http.post(f"{at}/operations", json={"action": "Heartbeat"})).json()["operation"]
    assert operation["operation_id"] == f"{ODD}:3"
    found = await http.get(f"/operations/{quote(operation['operation_id'], safe='')}")
    assert found.json()["operation"] == operation
    assert (await http.delete(at)).status_code == 204
    assert (await http.get("/charge-points")).json()["charge_points"] == []


NO_JSON_OR_NO_BODY = [
    ("/charge-points/CP1/operations", '{"action":"Authorize","payload":{"idTag":"\\ud800"}}', 400),
    ("/charge-points/CP1/operations", '{"action":"Authorize","payload":{"\\ud800":1}}', 400),
    ("/charge-points/CP1/operations", '{"action":"X","valid":false,"payload":{"a":"\\ud800"}}', 400),
    ("/charge-points/CP1/operations", '{"\\ud800":1,"action":"Heartbeat"}', 400),
    ("/charge-points/CP1/operations", '{"action":"\\ud800"}', 400),
    (
        "/charge-points/CP1/operations",
        '{"action":"X","valid":false,"payload":' + '{"a":' * 5000 + "1" + "}" * 5001,
        400,
    ),
    ("/charge-points/CP1/operations/chain", '{"operations":[{"flow":"\\ud800"}]}', 400),
    ("/charge-points/CP1/flows/boot", '{"parameters":{"\\ud800":1}}', 400),
    ("/charge-points/CP1/connectors/1/tap", '{"tag":"\\ud800"}', 400),
    ("/charge-points/CP1/connectors/1/fault", '{"error_code":"\\ud800"}', 400),
    ("/charge-points/CP1/connectors/1/plug", '{"car":{"obeys_within_s":NaN}}', 400),
    ("/charge-points/CP1/connectors/1/plug", '{"car":{"battery_wh":1e400}}', 400),
    ("/days", '{"tags":["\\ud800"]}', 400),
    ("/charge-points", '{"prefix":"\\ud800","count":1}', 400),
    ("/charge-points", "null", 422),
]


async def test_text_and_numbers_that_are_none_are_refused(http):
    await http.put("/charge-points/CP1", json={})
    for path, body, status in NO_JSON_OR_NO_BODY:
        answer = await http.post(path, content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), body
    assert (await http.get("/charge-points/CP1")).json()["charge_point"]["connection"]["state"] == "connected"


async def test_many_are_made_listed_summed_up_parted_and_removed_at_once(central, http):
    body = {"prefix": "LOAD-", "count": 12, "template": {"heartbeat_s": 30}}
    made = (await http.post("/charge-points?wait=20", json=body)).json()
    assert (made["charge_points"], made["booted"]) == (12, 12)
    await http.put("/charge-points/OTHER", json={})
    first = (await http.get("/charge-points?prefix=LOAD-&page_size=10")).json()
    ids = [one["id"] for one in first["charge_points"]]
    rest = (await http.get(f"/charge-points?prefix=LOAD-&page_size=10&page_token={first['next_page_token']}")).json()
    assert [*ids, *(one["id"] for one in rest["charge_points"])] == [f"LOAD-{n:04}" for n in range(1, 13)]
    assert rest["next_page_token"] is None
    summary = (await http.get("/summary?prefix=LOAD-")).json()
    assert (summary["charge_points"], summary["connected"], summary["booted"], summary["charging"]) == (12, 12, 12, 0)
    boots = summary["latency_ms"]["BootNotification"]
    assert boots["count"] == 12
    assert 0 < boots["p50"] <= boots["p95"] <= boots["p99"] <= boots["max"]
    again = await http.post("/charge-points", json={**body, "count": 1})
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert (await http.post("/fleet/disconnect", json={"prefix": "LOAD-"})).json()["charge_points"] == 12
    assert (await http.get("/summary")).json()["connected"] == 1
    assert (await http.delete("/summary")).status_code == 204
    back = (await http.post("/fleet/connect?wait=20", json={"prefix": "LOAD-"})).json()
    assert (back["charge_points"], back["booted"]) == (12, 12)
    assert (await http.get("/summary")).json()["latency_ms"]["StatusNotification"]["count"] == 24
    log = (await http.get("/charge-points/LOAD-0001/messages")).json()["messages"]
    assert {one["operation_id"] for one in log} == {made["operation_id"], back["operation_id"]}
    assert (await http.get("/operations?charge_point_id=LOAD-0001")).json()["operations"] == []
    assert (await http.delete("/charge-points")).status_code == 422
    assert (await http.delete("/charge-points?prefix=LOAD-")).json()["charge_points"] == 12
    assert [one["id"] for one in (await http.get("/charge-points")).json()["charge_points"]] == ["OTHER"]
    assert len(central.of("BootNotification")) == 13


async def test_many_lose_their_power_and_boot_when_it_comes_back(http, central):
    await http.post("/charge-points?wait=20", json={"prefix": "P-", "count": 3})
    back = (await http.post("/fleet/reboot?wait=20", json={"prefix": "P-"})).json()
    assert (back["charge_points"], back["booted"]) == (3, 3)
    assert len(central.of("BootNotification")) == 6
    await http.post("/fleet/disconnect", json={"prefix": "P-"})
    away = (await http.post("/fleet/reboot?wait=0", json={"prefix": "P-", "kind": "reboot"})).json()
    assert (away["charge_points"], away["booted"]) == (3, 0)
    assert (await http.post("/fleet/connect?wait=20", json={"prefix": "P-"})).json()["booted"] == 3
    assert len(central.of("BootNotification")) == 9
    assert (await http.post("/fleet/reboot", json={"kind": "never"})).status_code == 422


async def test_many_that_cannot_be_are_refused_whole(http):
    for body in (
        {"prefix": "A"}, {"prefix": "A", "count": 0}, {"prefix": "A", "count": 5001}, {"prefix": "", "count": 1},
        {"prefix": "a\n", "count": 1}, {"prefix": "A", "count": 1, "template": {"connectors": 0}},
    ):  # fmt: skip
        assert (await http.post("/charge-points", json=body)).status_code == 422, body
    assert (await http.get("/charge-points")).json()["charge_points"] == []


async def test_a_patch_changes_only_what_it_says_and_secrets_are_never_told(http, fleet):
    key = "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----"
    body = {"password": "s3cret", "model": "One", "serial": "S-1", "connect": False, "tls": {"key": key}}
    await http.put("/charge-points/CP1", json=body)
    changed = (await http.patch("/charge-points/CP1", json={"vendor": "Other"})).json()["charge_point"]
    assert (changed["vendor"], changed["model"], changed["serial"]) == ("Other", "One", "S-1")
    assert changed["connection"]["state"] == "disconnected"
    whole = (await http.put("/charge-points/CP1", json={"connect": False})).json()["charge_point"]
    assert (whole["vendor"], whole["model"]) == ("Kilowait", "Simulator")
    settings = fleet.get("CP1").settings
    assert (settings.password, settings.key) == ("s3cret", key)
    assert "secret" not in json.dumps(whole) + json.dumps((await http.get("/charge-points")).json())
    await http.patch("/charge-points/CP1", json={"password": None, "tls": None})
    settings = fleet.get("CP1").settings
    assert (settings.password, settings.key) == (None, None)
    assert (await http.patch("/charge-points/CP1", json={"protocol": "ocpp2.0.1"})).status_code == 409
    assert (await http.patch("/charge-points/NONE", json={})).status_code == 404
    assert (await http.patch("/charge-points/CP1", json={"tls": {"ca": "no PEM"}})).status_code == 422


async def test_settings_of_the_simulator_are_kept_and_move_who_follows_them(central, http, fleet):
    await http.put("/charge-points/FOLLOWS", json={})
    await http.put("/charge-points/STAYS", json={"central": central.address})
    told = {"central": "ws://127.0.0.1:1/elsewhere", "messages_kept": 10, "meter_speed": 60.0}
    assert (await http.put("/settings", json=told)).json()["settings"].items() >= told.items()
    assert (await http.get("/settings")).json()["settings"]["operations_kept"] == 100
    follows = (await http.get("/charge-points/FOLLOWS")).json()["charge_point"]
    assert (follows["central"], follows["connection"]["state"]) == (told["central"], "connecting")
    stays = (await http.get("/charge-points/STAYS")).json()["charge_point"]
    assert (stays["central"], stays["connection"]["state"]) == (central.address, "connected")
    assert fleet.get("STAYS").unit.meter_speed == 60
    for wrong in ({"central": "http://x"}, {"messages_kept": 1}, {"meter_speed": 0}, {"colour": 1}):
        assert (await http.put("/settings", json=wrong)).status_code == 422


async def test_configuration_is_read_and_set_as_a_technician_does(http):
    await http.put("/charge-points/CP1", json={"connect": False})
    at = "/charge-points/CP1/configuration"
    keys = {one["key"]: one for one in (await http.get(at)).json()["configuration"]}
    assert keys["HeartbeatInterval"]["readonly"] is False
    answer = (await http.put(f"{at}/HeartbeatInterval", json={"value": "17"})).json()
    assert (answer["status"], answer["configuration"]["value"]) == ("Accepted", "17")
    assert (await http.get(f"{at}/HeartbeatInterval")).json()["configuration"]["value"] == "17"
    assert (await http.put(f"{at}/HeartbeatInterval", json={"value": "soon"})).json()["code"] == "rejected"
    assert (await http.put(f"{at}/HeartbeatInterval", json={"value": 17})).status_code == 422
    assert (await http.put(f"{at}/Nothing", json={"value": "1"})).status_code == 404
    assert (await http.get(f"{at}/Nothing")).status_code == 404


@pytest.mark.parametrize("protocol", ["ocpp1.6", "ocpp2.0.1"])
async def test_the_official_schemas_are_served_for_every_action(http, fleet, protocol):
    actions = (await http.get(f"/schemas/{protocol}")).json()["actions"]
    await http.put("/charge-points/CP1", json={"protocol": protocol, "connect": False})
    charge_point = fleet.get("CP1")
    assert charge_point.actions() <= set(actions["charge_point"])
    assert charge_point.answers() <= set(actions["central_system"])
    schema = (await http.get(f"/schemas/{protocol}/StatusNotification")).json()
    assert schema["type"] == "object"
    answer = (await http.get(f"/schemas/{protocol}/Heartbeat?answer=true")).json()
    assert "currentTime" in answer["properties"]
    assert (await http.get(f"/schemas/{protocol}/Nap")).status_code == 404
    assert (await http.get("/schemas/ocpp3")).status_code == 404


async def test_a_disturbed_line_is_set_looked_at_and_mended(http, fleet):
    await http.put("/charge-points/CP1", json={})
    at = "/charge-points/CP1/chaos"
    assert (await http.get(at)).json() == {"chaos": None}
    chaos = (await http.put(at, json={"seed": 3, "duplicate": 1.0})).json()["chaos"]
    assert (chaos["chaos"]["seed"], chaos["counts"]) == (3, {})
    await http.post("/charge-points/CP1/operations", json={"action": "Heartbeat"})
    assert (await http.get(at)).json()["chaos"]["counts"]["duplicate"] >= 1
    faults = (await http.get("/charge-points/CP1/messages?action=chaos")).json()["messages"]
    assert faults[0]["frame"]["fault"] == "duplicate"
    sent = (await http.get("/summary")).json()["messages_sent"]
    log = (await http.get("/charge-points/CP1/messages")).json()["messages"]
    assert sent == sum(one["direction"] == "sent" and one["action"] != "chaos" for one in log)
    assert (await http.delete(at)).status_code == 204
    assert (await http.get(at)).json() == {"chaos": None}
    assert (await http.put("/chaos?prefix=C", json={"drop": 0.5})).json()["charge_points"] == 1
    assert (await http.delete("/chaos")).json()["charge_points"] == 1
    wrongs: list[object] = [{"drop": 2}, {"drop": "often"}, {"rain": 1}, []]
    for wrong in wrongs:
        assert (await http.put(at, json=wrong)).status_code == 422


async def test_a_day_is_played_looked_at_and_stopped(http):
    await http.put("/charge-points/CP1", json={"connectors": 2})
    body = {"prefix": "CP", "seed": 1, "drivers": 2, "speed": 1000.0, "tags": ["ALICE"]}
    begun = await http.post("/days", json=body)
    day = begun.json()["day"]
    assert (begun.status_code, day["status"], len(day["drivers"])) == (201, "playing", 2)
    assert (await http.get(f"/days/{day['day_id']}")).json()["day"]["seed"] == 1
    assert [one["day_id"] for one in (await http.get("/days")).json()["days"]] == [day["day_id"]]
    assert (await http.delete(f"/days/{day['day_id']}")).status_code == 204
    assert (await http.get(f"/days/{day['day_id']}")).json()["day"]["status"] in {"stopped", "over"}
    assert (await http.get("/days/99")).status_code == 404
    assert (await http.delete("/days/99")).status_code == 404
    for wrong in ({"drivers": 0}, {"prefix": 3}, {"weather": "sun"}, {"speed": "fast"}):
        assert (await http.post("/days", json=wrong)).status_code == 422


CALLERS: list[tuple[dict[str, str], int, str | None]] = [
    ({"Host": "localhost:9100"}, 200, None),
    ({"Host": "sim.localhost"}, 200, None),
    ({"Host": "[::1]:9100"}, 200, None),
    ({"Host": "10.0.0.7"}, 200, None),
    ({"Host": "localhost:9100", "Origin": "http://localhost:9100"}, 200, None),
    ({"Host": "rebound.example"}, 403, "foreign_host"),
    ({"Host": "localhost.example:9100"}, 403, "foreign_host"),
    ({"Host": "["}, 403, "foreign_host"),
    ({"Host": "localhost:9100", "Origin": "http://evil.example"}, 403, "foreign_origin"),
    ({"Host": "localhost:9100", "Origin": "null"}, 403, "foreign_origin"),
    ({"Host": "localhost:9100", "Origin": "http://localhost:3000"}, 403, "foreign_origin"),
]


async def test_only_pages_of_this_machine_may_ask(http):
    for headers, status, code in CALLERS:
        answer = await http.get("/summary", headers=headers)
        assert (answer.status_code, answer.json().get("code")) == (status, code), headers
