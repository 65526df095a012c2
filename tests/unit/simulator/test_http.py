import json

import pytest

pytestmark = pytest.mark.anyio

CAR = {"car": {"battery_wh": 50_000, "need_wh": 20_000}}
AT = "/charge-points/CP1/connectors/1"


@pytest.fixture
async def charge_point(http):
    assert await status_of(http, "PUT", "/charge-points/CP1", {"meter_interval_s": 1}) == 201


async def ask(http, method, path, body=None, status=200):
    answer = await http.request(method, path, **({} if body is None else {"json": body}))
    content = answer.json() if answer.status_code != 204 else None
    assert answer.status_code == status, content
    return content


async def status_of(http, method, path, body=None):
    return (await http.request(method, path, **({} if body is None else {"json": body}))).status_code


async def test_a_charge_point_is_made_read_changed_listed_and_removed(central, http):
    made = await ask(http, "PUT", "/charge-points/CP1", {"connectors": 2, "password": "s3cret"}, status=201)
    assert made["answered"] is True
    charge_point = made["charge_point"]
    assert (charge_point["boot_status"], charge_point["connection"]["state"]) == ("Accepted", "connected")
    assert [one["status"] for one in charge_point["connectors"]] == ["Available", "Available"]
    changed = await ask(http, "PUT", "/charge-points/CP1", {"connectors": 1, "model": "Two"})
    assert len(changed["charge_point"]["connectors"]) == 1
    # Left out of the second call, the password stays.
    assert central.authorizations == ["Basic Q1AxOnMzY3JldA=="] * 2
    listed = await ask(http, "GET", "/charge-points")
    assert [one["model"] for one in listed["charge_points"]] == ["Two"]
    assert "s3cret" not in json.dumps(listed)
    assert await status_of(http, "DELETE", "/charge-points/CP1") == 204
    await ask(http, "GET", "/charge-points/CP1", status=404)
    assert (await ask(http, "GET", "/charge-points"))["charge_points"] == []


async def test_putting_the_same_again_changes_nothing(central, http, charge_point):
    await ask(http, "POST", f"{AT}/plug", CAR)
    again = await ask(http, "PUT", "/charge-points/CP1", {"meter_interval_s": 1})
    assert again["charge_point"]["connectors"][0]["plugged"] is True
    assert len(central.authorizations) == 1


async def test_a_charge_by_hand(central, http, charge_point):
    plugged = await ask(http, "POST", f"{AT}/plug", CAR)
    assert (plugged["answered"], plugged["connector"]["status"]) == (True, "Preparing")
    tapped = await ask(http, "POST", f"{AT}/tap", {"tag": "ALICE"})
    assert (tapped["outcome"], tapped["connector"]["last_authorize_status"]) == ("started", "Accepted")
    assert (tapped["connector"]["status"], tapped["connector"]["transaction_id"]) == ("Charging", 100)
    broken = await ask(http, "POST", f"{AT}/fault", {"error_code": "HighTemperature"})
    assert (broken["connector"]["status"], broken["connector"]["error_code"]) == ("Faulted", "HighTemperature")
    await ask(http, "POST", f"{AT}/fault", {"error_code": None})
    pulled = await ask(http, "POST", f"{AT}/unplug")
    assert (pulled["connector"]["status"], pulled["connector"]["transaction_id"]) == ("Available", None)
    assert pulled["connector"]["last_transaction"]["reason"] == "EVDisconnected"
    assert (await ask(http, "GET", AT))["connector"] == pulled["connector"]
    log = (await ask(http, "GET", "/charge-points/CP1/messages?limit=1000"))["messages"]
    sent = [one["frame"][2] for one in log if one["direction"] == "sent" and one["frame"][0] == 2]
    assert sent[-2:] == ["StopTransaction", "StatusNotification"]
    assert log[0].keys() >= {"message_id", "at", "direction", "frame"}


async def test_the_network_cable_is_pulled_and_put_back(http, charge_point):
    off = await ask(http, "POST", "/charge-points/CP1/disconnect")
    assert off["charge_point"]["connection"]["state"] == "disconnected"
    plugged = await ask(http, "POST", f"{AT}/plug", CAR)
    assert (plugged["answered"], plugged["connector"]["status"]) == (False, "Preparing")
    on = await ask(http, "POST", "/charge-points/CP1/connect")
    assert (on["answered"], on["charge_point"]["connection"]["state"]) == (True, "connected")


async def test_a_reboot_boots_again(central, http, charge_point, monkeypatch):
    monkeypatch.setattr("simulator.unit.power.RESTART_S", 0)
    await ask(http, "POST", f"{AT}/plug", CAR)
    await ask(http, "POST", f"{AT}/tap", {"tag": "ALICE"})
    answer = await ask(http, "POST", "/charge-points/CP1/reboot", {"kind": "reboot"})
    assert (answer["answered"], answer["charge_point"]["boot_status"]) == (True, "Accepted")
    assert len(central.of("BootNotification")) == 2
    assert central.of("StopTransaction")[0].reason == "Reboot"


async def test_an_absent_central_system_is_named_in_the_answer(central, http):
    await central.close()
    answer = await ask(http, "PUT", "/charge-points/CP1?wait=0.3", {}, status=201)
    assert answer["answered"] is False
    connection = answer["charge_point"]["connection"]
    assert connection["state"] == "connecting"
    assert "refused" in connection["last_error"].lower() or "connect" in connection["last_error"].lower()


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code", "says"),
    [
        ("GET", "/charge-points/NONE", None, 404, "not_found", "there is no charge point NONE"),
        ("DELETE", "/charge-points/NONE", None, 404, "not_found", "there is no charge point NONE"),
        ("POST", "/charge-points/NONE/connectors/1/plug", {}, 404, "not_found", "NONE"),
        ("POST", "/charge-points/CP1/connectors/2/plug", {}, 404, "not_found", "there is no connector 2"),
        ("POST", "/charge-points/CP1/connectors/0/tap", {"tag": "A"}, 404, "not_found", "there is no connector 0"),
        ("POST", "/charge-points/CP1/connectors/one/plug", {}, 404, "not_found", "there is no connector one"),
        ("GET", "/elsewhere", None, 404, "not_found", "Not Found"),
        ("POST", "/charge-points/CP1", {}, 405, "method_not_allowed", "Method Not Allowed"),
        ("POST", f"{AT}/unplug", {}, 409, "conflict", "no car is plugged in at connector 1"),
        ("PUT", "/charge-points/CP1", {"connectors": 0}, 422, "invalid", "connectors"),
        ("PUT", "/charge-points/CP1", {"connectors": "2"}, 422, "invalid", "connectors"),
        ("PUT", "/charge-points/CP1", {"colour": "red"}, 422, "invalid", "colour"),
        ("PUT", "/charge-points/CP1", [], 422, "invalid", "object"),
        ("PUT", "/charge-points/CP1", {"central": "http://x"}, 422, "invalid", "ws://"),
        ("PUT", "/charge-points/CP1", {"central": "ws://:99999999/x"}, 422, "invalid", "ws://"),
        ("PUT", "/charge-points/" + "x" * 65, {}, 422, "invalid", "1 to 64"),
        ("PUT", "/charge-points/a%0Ab", {}, 422, "invalid", "printable"),
        ("PUT", "/charge-points/%2E%2E", {}, 422, "invalid", "another place"),
        ("PUT", "/charge-points/CP1?wait=long", {}, 422, "invalid", "wait"),
        ("PUT", "/charge-points/CP1?wait=nan", {}, 422, "invalid", "wait"),
        ("POST", f"{AT}/plug?wait=61", {}, 422, "invalid", "wait"),
        ("POST", f"{AT}/plug", {"car": {"battery_wh": -1}}, 422, "invalid", "battery_wh"),
        ("POST", f"{AT}/plug", {"car": {"battery_wh": 10, "need_wh": 11}}, 422, "invalid", "0 to 10 Wh"),
        ("POST", f"{AT}/plug", {"car": {"need_wh": 1, "state_of_charge_percent": 2}}, 422, "invalid", "not both"),
        ("POST", f"{AT}/tap", {}, 422, "invalid", "tag"),
        ("POST", f"{AT}/tap", None, 422, "invalid", "tag"),
        ("POST", f"{AT}/tap", {"tag": "x" * 21}, 422, "invalid", "tag"),
        ("POST", f"{AT}/fault", {"error_code": "Toaster"}, 422, "invalid", "Toaster"),
        ("POST", "/charge-points/CP1/reboot", {"kind": "kick"}, 422, "invalid", "kind"),
        ("POST", "/charge-points/CP1/connect", {"now": True}, 422, "invalid", "now"),
        ("GET", "/charge-points/CP1/messages?limit=0", None, 422, "invalid", "limit"),
    ],
)
async def test_bad_input_is_named_as_a_problem(http, charge_point, method, path, body, status, code, says):
    answer = await http.request(method, path, **({} if body is None else {"json": body}))
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert says in problem["detail"]


@pytest.mark.parametrize(
    ("data", "kind", "status", "code"),
    [
        (b"{", "application/json", 400, "invalid_json"),
        (b"\xff", "application/json", 400, "invalid_json"),
        (b'{"tag": "\xff"}', "application/json", 400, "invalid_json"),
        (b'{"tag":' + b"[" * 100 + b"]" * 100 + b"}", "application/json", 400, "invalid_json"),
        (b"tag=A", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b'{"tag": "' + b"A" * 300_000 + b'"}', "application/json", 413, "too_large"),
    ],
)
async def test_a_body_that_is_none_is_named_as_a_problem(http, charge_point, data, kind, status, code):
    answer = await http.post(f"{AT}/tap", content=data, headers={"Content-Type": kind})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code)


async def test_a_car_is_not_plugged_in_twice_nor_its_connector_taken_away(http, charge_point):
    await ask(http, "PUT", "/charge-points/CP1", {"connectors": 2})
    await ask(http, "POST", "/charge-points/CP1/connectors/2/plug", CAR)
    twice = await ask(http, "POST", "/charge-points/CP1/connectors/2/plug", CAR, status=409)
    assert twice["detail"] == "a car is plugged in at connector 2 already"
    gone = await ask(http, "PUT", "/charge-points/CP1", {"connectors": 1}, status=409)
    assert gone["detail"] == "connector 2 is in use"


@pytest.mark.parametrize(
    ("car", "need_wh", "state_of_charge_percent"),
    [
        ({}, 36_000, 40),
        ({"battery_wh": 50_000, "state_of_charge_percent": 70, "full_at_percent": 80}, 5_000, 70),
        ({"battery_wh": 50_000, "need_wh": 10_000}, 10_000, 80),
        ({"need_wh": 0, "full_at_percent": 80}, 0, 80),
    ],
)
async def test_a_cars_need_follows_from_what_is_told(http, charge_point, car, need_wh, state_of_charge_percent):
    plugged = (await ask(http, "POST", f"{AT}/plug", {"car": car}))["connector"]["car"]
    assert (plugged["need_wh"], plugged["state_of_charge_percent"]) == (need_wh, state_of_charge_percent)
