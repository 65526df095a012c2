"""Whatever is sent to the routes around sites, the answer says what is wrong with it, and it is never a 500."""

import json

import pytest

from tests.fakes.people import Someone

JSON = {"Content-Type": "application/json"}
WRITES = (
    ("POST", "/api/location/new"),
    ("PUT", "/api/location/new"),
    ("PATCH", "/api/location/lot"),
    ("POST", "/api/location/lot/charger/new"),
    ("PATCH", "/api/location/lot/charger/A"),
    ("PUT", "/api/location/lot/charger/A"),
    ("POST", "/api/location/lot/charger/A/session"),
    ("POST", "/api/location/lot/queue"),
    ("POST", "/api/location/lot/queue/offer"),
    ("PUT", "/api/chargepoint/CP-1"),
    ("POST", "/api/chargepoint/CP-1/command"),
)


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("body", ["{", '{"name": }', "\x00", '{"name": "\\ud800"}', "[" * 5_000, "{'name': 1}"])
def test_invalid_json_is_400(root: Someone, lot: str, method: str, path: str, body: str) -> None:
    refused = root.send(method, path, data=body, headers=JSON)
    assert (refused.status_code, refused.json["code"]) == (400, "invalid_json")


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("body", ["[]", '"x"', "1", "null", "true", '{"nothing_like_it": 1}'])
def test_json_that_is_no_such_object_is_422(root: Someone, lot: str, method: str, path: str, body: str) -> None:
    assert root.send(method, path, data=body, headers=JSON).status_code == 422


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_another_content_type_is_415(root: Someone, lot: str, method: str, path: str) -> None:
    refused = root.send(method, path, data='{"name": "x"}', headers={"Content-Type": "text/plain"})
    assert refused.status_code == 415
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_body_of_a_megabyte_is_413(root: Someone, lot: str, method: str, path: str) -> None:
    body = json.dumps({"name": "x" * 1_000_000})
    assert root.send(method, path, data=body, headers=JSON).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        {"name": 1}, {"name": None}, {"name": "x" * 201}, {"name": "a\u0000b"}, {"name": "a\nb"}, {"notes": "x" * 5001},
        {"latitude": 91, "longitude": 0}, {"latitude": -91, "longitude": 0}, {"latitude": 0, "longitude": 181},
        {"latitude": 0}, {"longitude": 0}, {"latitude": "1", "longitude": 1}, {"latitude": True, "longitude": 1},
        {"time_zone": "Mars/Olympus"}, {"time_zone": ""}, {"time_zone": "../UTC"}, {"time_zone": "europe/helsinki"},
        {"currency": "EURO"}, {"currency": "eur"}, {"reset_queue_daily": "yes"}, {"reset_queue_daily": 1},
        {"location_id": "other"}, {"chargers": []}, {"version": 3}, {"settings": None}, {"settings": []},
        {"settings": {"unheard_of": 1}}, {"settings": {"response_s": "600"}}, {"settings": {"response_s": 600.5}},
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_location_that_cannot_be_is_422(root: Someone, lot: str, method: str, body: object) -> None:
    path = lot if method == "PATCH" else "/api/location/new"
    before = root.get("/api/location").json
    assert root.send(method, path, json=body).status_code == 422
    assert root.get("/api/location").json == before


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "1" * 400])
def test_numbers_that_are_none_are_refused(root: Someone, lot: str, text: str) -> None:
    for body in (f'{{"latitude": {text}, "longitude": 0}}', f'{{"settings": {{"response_s": {text}}}}}'):
        assert root.send("PATCH", lot, data=body, headers=JSON).status_code in {400, 422}
    payload = f'{{"action": "GetConfiguration", "payload": {{"key": [{text}]}}}}'
    assert root.send("PUT", "/api/chargepoint/CP-1", json={"connectors": {"1": "lot:A"}}).status_code == 201
    assert root.send("POST", "/api/chargepoint/CP-1/command", data=payload, headers=JSON).status_code in {400, 422}


@pytest.mark.parametrize("text", ["NaN", "1e999", "1" * 400])
def test_events_with_numbers_that_are_none_are_noted(bridge: Someone, text: str) -> None:
    body = f'{{"stream": "s", "events": [{{"kind": "status", "seq": {text}, "charge_point_id": "CP"}}, {text}]}}'
    answer = bridge.send("POST", "/api/events", data=body, headers=JSON)
    assert answer.status_code == 200
    assert [each["outcome"] for each in answer.json["results"]] == ["noted", "noted"]


@pytest.mark.parametrize(
    "body",
    [
        {"connector_type": 2}, {"connector_type": "x" * 65}, {"connector_type": "a\u0007"}, {"max_power_w": -1},
        {"max_power_w": 1_000_001}, {"max_power_w": 11.5}, {"max_power_w": "11000"}, {"max_power_w": None},
        {"price": -1}, {"price": 0.5}, {"price": "free"}, {"enforcement": "police"}, {"out_of_service": "no"},
        {"charge_point_id": "CP-1"}, {"state": "available"},
    ],
)  # fmt: skip
@pytest.mark.parametrize(("method", "charger"), [("POST", "new"), ("PATCH", "A")])
def test_a_charger_that_cannot_be_is_422(root: Someone, lot: str, method: str, charger: str, body: object) -> None:
    before = root.get(lot).json
    assert root.send(method, f"{lot}/charger/{charger}", json=body).status_code == 422
    assert root.get(lot).json == before


BAD_IDS = ("a%20b", "a:b", "%20", "a%00b", "%7F", "x" * 65, "__x__", "e%CC%81", "%E2%80%8B", "a%09b")


@pytest.mark.parametrize("bad", BAD_IDS)
def test_an_id_with_illegal_characters_is_422_when_made_and_404_when_read(root: Someone, lot: str, bad: str) -> None:
    for path in (f"/api/location/{bad}", f"{lot}/charger/{bad}"):
        made = root.post(path, {})
        assert (made.status_code, made.json["code"]) == (422, "invalid_id"), path
        assert root.get(path).status_code == 404, path
    assert root.put(f"/api/location/{bad}", {}).status_code == 422
    assert root.patch(f"/api/location/{bad}", {"name": "x"}).status_code in {404, 422}
    assert root.delete(f"/api/location/{bad}").status_code == 404


@pytest.mark.parametrize("bad", [*BAD_IDS, "%2F", "a%2Fb", "..%2F..", "%C0%AF", "%ED%A0%80"])
def test_no_path_breaks_a_read_or_an_action(root: Someone, ann: Someone, lot: str, bad: str) -> None:
    for path in (
        f"/api/location/{bad}",
        f"/api/location/{bad}/queue",
        f"/api/location/{bad}/queue/offer",
        f"/api/location/{bad}/charger",
        f"/api/location/{bad}/charger/A/sessions",
        f"{lot}/charger/{bad}",
        f"{lot}/charger/{bad}/session",
        f"{lot}/charger/{bad}/session/1",
        f"{lot}/charger/{bad}/sessions",
        f"/api/chargepoint/{bad}",
        f"/api/chargepoint/{bad}/command/{bad}",
        f"/api/location/{bad}/decisions",
    ):
        assert 400 <= root.get(path).status_code < 500, path
    for method, path, body in (
        ("POST", f"/api/location/{bad}/queue", {}),
        ("DELETE", f"/api/location/{bad}/queue", None),
        ("POST", f"/api/location/{bad}/queue/offer", {"action": "accept"}),
        ("POST", f"{lot}/charger/{bad}/start_charging", None),
        ("POST", f"{lot}/charger/{bad}/stop_charging", None),
        ("POST", f"{lot}/charger/{bad}/not_me", None),
        ("DELETE", f"{lot}/charger/{bad}/session", None),
        ("PUT", f"{lot}/charger/{bad}", {"state": "available"}),
        ("DELETE", f"{lot}/charger/{bad}", None),
        ("DELETE", f"/api/chargepoint/{bad}", None),
    ):
        assert 400 <= root.send(method, path, json=body).status_code < 500, (method, path)


@pytest.mark.parametrize(
    "query", ["page_size=0", "page_size=201", "page_size=a", "page_size=1.5", "page_token=%00", "what=else"]
)
def test_a_page_that_cannot_be_is_422(root: Someone, lot: str, query: str) -> None:
    for path in ("/api/location", f"{lot}/decisions", f"{lot}/charger/A/sessions"):
        assert root.get(f"{path}?{query}").status_code == 422, path


@pytest.mark.parametrize("username", ["", "a%00b", "x" * 300, "%20"])
def test_a_username_nobody_has_is_refused(root: Someone, ann: Someone, lot: str, username: str) -> None:
    for method, path in (("POST", "queue"), ("GET", "queue/offer"), ("POST", "charger/A/start_charging")):
        answer = root.send(method, f"{lot}/{path}?username={username}", json={} if path == "queue" else None)
        assert answer.status_code in {404, 422}, path
        answer = ann.send(method, f"{lot}/{path}?username={username}", json={} if path == "queue" else None)
        assert answer.status_code == 403, path
