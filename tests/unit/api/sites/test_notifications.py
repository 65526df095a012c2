"""Registering a browser, choosing what comes, receipts, blocked stalls and "please move", over HTTP."""

from dataclasses import replace

import pytest

from model import paths
from services.accounts.names import user_named
from services.context import Services
from tests.fakes.browser_subscription import BrowserSubscription
from tests.fakes.composition import fake_services
from tests.fakes.people import PASSWORD, Someone
from tests.fakes.site_composition import with_sites

KEY = "B" + "A" * 86


@pytest.fixture
def services() -> Services:
    return replace(with_sites(fake_services()), web_push_key=KEY)


def subscription(endpoint: str = "https://push.example.org/ann") -> dict[str, object]:
    return BrowserSubscription(endpoint).as_json()


def test_everybody_may_read_the_key_that_browsers_subscribe_with(nobody):
    assert nobody.get("/api/web_push").json == {"public_key": KEY}


def test_a_browser_is_a_device_of_its_user_and_its_address_is_never_shown(app, services, nobody, ann):
    login = {"username": "ann", "password": PASSWORD, "device": "laptop"}
    laptop = Someone(app, nobody.post("/api/auth/login", login).json["token"])
    body = subscription()
    answer = laptop.put("/api/user/web_push", {**body, "label": "Firefox"})
    assert answer.json["user"]["devices"] == [{"device_id": "laptop", "label": "Firefox", "web_push": True}]
    assert "push.example.org" not in answer.text
    [device] = user_named(services.store, "ann").devices
    keys = body["keys"]
    assert isinstance(keys, dict)
    assert (device.notification_token, device.p256dh, device.auth) == (body["endpoint"], keys["p256dh"], keys["auth"])
    again = laptop.put("/api/user/web_push", subscription("https://push.example.org/new"))
    assert len(again.json["user"]["devices"]) == 1
    assert laptop.delete("/api/user/web_push").status_code == 200
    assert user_named(services.store, "ann").devices == ()


def test_a_browser_is_taken_off_by_its_endpoint_also_after_its_token_was_swapped(app, services, ann):
    body = subscription()
    ann.put("/api/user/web_push", body)
    swapped = Someone(app, ann.post("/api/auth/refresh").json["token"])
    assert swapped.delete("/api/user/web_push?endpoint=https%3A%2F%2Fother.example%2Fx").status_code == 200
    assert len(user_named(services.store, "ann").devices) == 1
    assert swapped.delete(f"/api/user/web_push?endpoint={body['endpoint']}").status_code == 200
    assert user_named(services.store, "ann").devices == ()


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://127.0.0.1/x"}, {"endpoint": "http://push.example.org/x"}, {"endpoint": "https://"},
        {"endpoint": "https://169.254.169.254/x"}, {"keys": {"p256dh": "A" * 87, "auth": "A" * 23}},
        {"keys": {"p256dh": "A" * 40, "auth": "A" * 22}}, {"keys": {"p256dh": KEY}}, {"keys": None}, {"more": 1},
        {"endpoint": None}, {"endpoint": "https://push.example.org/" + "x" * 3000}, {"label": "x" * 101},
    ],
)  # fmt: skip
def test_a_subscription_nothing_can_be_sent_to_is_refused(ann, services, change):
    answer = ann.put("/api/user/web_push", {**subscription(), **change})
    assert answer.status_code == 422
    assert user_named(services.store, "ann").devices == ()


def test_the_settings_page_has_all_it_shows(ann, root):
    shown = ann.get("/api/user/notifications").json["notifications"]
    assert (shown["language"], shown["languages"], shown["quiet_hours"], shown["web_push_key"]) == (
        "en", ["en", "de"], None, KEY,
    )  # fmt: skip
    messages = {one["event"]: one for one in shown["messages"]}
    assert not any(name.startswith("alert.") for name in messages)
    assert messages["offered"] == {
        "event": "offered", "switch": "offered", "title": "A charger is free for you", "for_managers": False,
        "switchable": False, "push": True, "mail": False, "mail_otherwise": True,
    }  # fmt: skip
    managers = root.get("/api/user/notifications").json["notifications"]["messages"]
    assert "alert.offline" in {one["event"] for one in managers}


def test_switches_quiet_hours_and_language_are_kept(ann):
    quiet = {"start": "22:00", "end": "07:00", "offers": False}
    body = {"switches": {"full.mail": True, "started": False}, "quiet_hours": quiet, "language": "de"}
    user = ann.patch("/api/user", body).json["user"]
    assert (user["switches"], user["quiet_hours"], user["language"]) == (body["switches"], quiet, "de")
    shown = ann.get("/api/user/notifications").json["notifications"]
    messages = {one["event"]: one for one in shown["messages"]}
    assert (messages["full"]["push"], messages["full"]["mail"]) == (True, True)
    assert (messages["started"]["push"], messages["started"]["title"]) == (False, "Das Laden hat begonnen")
    user = ann.patch("/api/user", {"name": "Ann"}).json["user"]
    assert user["quiet_hours"] == quiet
    assert ann.patch("/api/user", {"quiet_hours": None}).json["user"]["quiet_hours"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"language": "tlh"}, {"language": 1}, {"quiet_hours": {"start": "22:00"}}, {"quiet_hours": "always"},
        {"quiet_hours": {"start": "24:00", "end": "07:00"}}, {"quiet_hours": {"start": "7:000", "end": "07:00"}},
        {"quiet_hours": {"start": "22:00", "end": "07:00", "zone": "UTC"}}, {"switches": {"unknown": True}},
        {"switches": {"full.sms": True}}, {"switches": {"full.": True}}, {"switches": {"full": None}},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_changes(ann, body):
    before = ann.get("/api/user").json
    assert ann.patch("/api/user", {"name": "changed", **body}).status_code == 422
    assert ann.get("/api/user").json == before


def test_a_receipt_is_for_ones_own_message_only(services, ann, bob, lot):
    ann.post(f"{lot}/queue", {})
    version = services.sites.sites.get("lot").version
    path = f"/api/user/notifications/Lot:{version}:0/seen"
    assert bob.post(path).status_code == 404
    assert services.store.get(paths.receipt("lot", "A", 1)) is None
    assert ann.post(path).json["status"] == "ok"
    assert ann.post(path).status_code == 200
    assert services.store.get(paths.receipt("lot", "A", 1)) is not None
    for wrong in ("x", "Lot:99:0", "Lot:1:0", f"Lot:{version}:9", "%00", "x" * 300):
        assert ann.post(f"/api/user/notifications/{wrong}/seen").status_code in {404, 422}


def test_opening_the_offer_is_a_receipt_and_an_admins_look_is_none(services, ann, root, lot):
    ann.post(f"{lot}/queue", {})
    assert root.get(f"{lot}/queue/offer?username=ann").status_code == 200
    assert services.store.get(paths.receipt("lot", "A", 1)) is None
    assert ann.get(f"{lot}/queue/offer").status_code == 200
    assert services.store.get(paths.receipt("lot", "A", 1)) is not None


def test_the_holder_of_a_blocked_charger_gets_the_next_one(services, ann, bob, lot, root):
    ann.post(f"{lot}/queue", {})
    assert ann.post(f"{lot}/charger/A/blocked").json["status"] == "ok"
    assert ann.get(f"{lot}/queue/offer").json["offer"]["charger_id"] == "B"
    seen = bob.get(f"{lot}/charger/A").json["charger"]
    assert (seen["blocked"], seen["station_state"], seen["state"]) == (True, "used", "available")
    bob.post(f"{lot}/queue", {})
    assert bob.get(f"{lot}/queue/offer").status_code == 404
    assert root.put(f"{lot}/charger/A", {"state": "available"}).status_code == 200
    assert bob.get(f"{lot}/queue/offer").json["offer"]["charger_id"] == "A"


def test_who_waits_has_the_driver_of_a_full_car_asked_without_a_name(services, ann, bob, lot, unit, people):
    ann.post(f"{lot}/queue", {})
    unit.put(f"{lot}/charger/A", {"state": "charging"})
    people.user("cid").post(f"{lot}/queue", {})
    bob.post(f"{lot}/queue", {})
    assert bob.post(f"{lot}/charger/A/please_move").json["code"] == "not_full"
    unit.put(f"{lot}/charger/A", {"state": "full"})
    answer = bob.post(f"{lot}/charger/A/please_move")
    assert answer.status_code == 200
    assert "ann" not in answer.text
    assert bob.post(f"{lot}/charger/A/please_move").json["code"] == "asked_lately"
    assert ann.post(f"{lot}/charger/A/please_move").json["code"] == "illegal_transition"
