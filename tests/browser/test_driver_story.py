"""The drivers' app on a phone: two drivers and one charger, from registering to the next offer; and offline."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from tests.browser.open_app import OpenApp, open_app
from tests.browser.phones import Phone, accessible, controlled, log_in, phones, wake
from tests.fakes.people import PASSWORD

SHELLS = "caches.keys().then(names => names.filter(name => name.startsWith('shell-')))"


@pytest.fixture(scope="module")
def app() -> Iterator[OpenApp]:
    with open_app() as app:
        yield app


@pytest.fixture
def phone(app: OpenApp, browser: Browser) -> Iterator[Phone]:
    with phones(browser, app.address) as phone:
        yield phone


def test_two_drivers_share_one_charger(app: OpenApp, phone: Phone) -> None:
    app.site("yard", "A1", latitude=60.17, longitude=24.94, currency="EUR")
    ann = phone()
    accessible(ann)
    ann.get_by_role("link", name="yard").click()
    ann.get_by_role("link", name="Log in to join").click()
    accessible(ann)
    ann.get_by_role("link", name="New account").click()
    accessible(ann)
    ann.get_by_label("Username").fill("ann")
    ann.get_by_label("Password").fill(PASSWORD)
    ann.get_by_label("First name").fill("Ann")
    ann.get_by_label("Surname").fill("Ash")
    ann.get_by_role("button", name="Make account").click()
    ann.get_by_role("link", name="yard").click()
    ann.get_by_role("button", name="Get a charger now").click()
    expect(ann.get_by_role("timer")).to_have_text(re.compile(r"^(9:5\d|10:00)$"))
    accessible(ann)
    ann.get_by_role("button", name="Accept").click()
    expect(ann.get_by_role("heading", name="Kept for you")).to_be_visible()
    expect(ann.get_by_text("Plug in there: the charge begins by itself.")).to_be_visible()
    expect(ann.get_by_role("button", name="Start charging")).to_have_count(0)
    accessible(ann)

    app.people.user("bob", name="Bob", surname="Birch")
    bob = phone("/app/l/yard", scheme="dark")
    bob.get_by_role("link", name="Log in to join").click()
    log_in(bob, "bob")
    bob.get_by_role("link", name="yard").click()
    bob.get_by_role("button", name="Join the queue").click()
    mine = bob.get_by_role("region", name="Your place")
    expect(mine).to_contain_text("You joined at")
    expect(bob.get_by_role("listitem").filter(has_text="1.")).to_contain_text("You")
    accessible(bob)

    app.report("yard", "A1", "charging")
    wake(ann)
    expect(ann.get_by_role("heading", name="Your charge")).to_be_visible()
    expect(ann.get_by_text("To stop, unplug the car.")).to_be_visible()
    expect(ann.get_by_role("button", name="Stop charging")).to_have_count(0)
    accessible(ann)
    app.report("yard", "A1", "full")
    app.report("yard", "A1", "available")
    wake(bob)
    expect(bob.get_by_role("button", name="Accept")).to_be_visible()
    accessible(bob)
    bob.get_by_role("button", name="Ask me later").click()
    expect(bob.get_by_role("status").filter(has_text="You keep your place")).to_be_visible()


def test_only_a_charger_that_waits_for_a_start_offers_it_the_other_says_what_to_do(app: OpenApp, phone: Phone) -> None:
    app.site("quay", "P1", "S1")
    point = {"password": "sixteen-letters-or-more", "connectors": {"1": "quay:S2"}}
    assert app.manager.put("/api/chargepoint/box-1", point).status_code in {200, 201}
    app.report("quay", "S2", "available")
    assert app.manager.patch("/api/location/quay/charger/S1", {"enforcement": "power"}).status_code == 200
    app.people.user("fay", name="Fay", surname="Fir")
    page = phone("/app/enter", language="de-AT")
    page.context.add_cookies([{"name": "kilowait_language", "value": "de", "url": app.address}])
    page.get_by_label("Benutzername").fill("fay")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("link", name="Ich", exact=True)).to_be_visible()
    page.goto(f"{app.address}/app/c/quay/P1")
    presumed, no_unit, box = (page.get_by_role("listitem").filter(has_text=name) for name in ("P1", "S1", "S2"))
    expect(presumed).to_contain_text("dann stecke an: Das Laden beginnt von selbst.")
    expect(no_unit).to_contain_text("Will der Ladeplatz eine Karte, halte deine davor.")
    expect(box.get_by_role("button", name="Laden starten")).to_be_visible()
    for one in (presumed, no_unit):
        expect(one.get_by_role("button", name="Laden starten")).to_have_count(0)
    accessible(page)


def test_the_code_on_a_charger_is_read_from_a_picture(app: OpenApp, phone: Phone, tmp_path: Path) -> None:
    app.site("dock", "B2")
    sheet = tmp_path / "sheet.png"
    segno.make("https://another.name/app/c/dock/B2?code=abc").save(str(sheet), scale=6, border=4)
    page = phone("/app/scan")
    accessible(page)
    page.get_by_label("Take a picture or choose one").set_input_files(str(sheet))
    expect(page.get_by_text("You are at charger B2.")).to_be_visible()
    assert urlsplit(page.url).path == "/app/c/dock/B2"
    assert urlsplit(page.url).query == ""
    accessible(page)
    page.goto(f"{app.address}/app/scan")
    foreign = tmp_path / "foreign.png"
    segno.make("https://elsewhere.example/menu").save(str(foreign), scale=6, border=4)
    page.get_by_label("Take a picture or choose one").set_input_files(str(foreign))
    expect(page.get_by_role("alert")).to_have_text("That code is none of ours.")
    page.get_by_label("Location and charger").fill("dock")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_have_text("Write it as location:charger.")
    page.get_by_label("Location and charger").fill("dock:B2")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("You are at charger B2.")).to_be_visible()


def test_without_a_net_what_was_known_is_read_and_what_can_wait_is_sent_later(app: OpenApp, phone: Phone) -> None:
    app.site("pier", "C1", "C2", address="3 Quay")
    app.people.user("cid", name="Cid", surname="Cole")
    app.report("pier", "C1", "unavailable")
    app.report("pier", "C2", "unavailable")
    page = phone("/app/enter")
    log_in(page, "cid")
    page.get_by_role("link", name="pier").click()
    page.get_by_role("button", name="Join the queue").click()
    expect(page.get_by_role("region", name="Your place")).to_be_visible()
    controlled(page)

    page.context.set_offline(True)
    page.goto(f"{app.address}/app/l/pier")
    expect(page.get_by_text("No connection. You see what was known last.")).to_be_visible()
    expect(page.get_by_role("region", name="Your place")).to_contain_text("1")
    expect(page.get_by_text(re.compile(r"As of \d\d:\d\d"))).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Leave the queue").click()
    expect(page.get_by_text("Not sent yet: Leave the queue")).to_be_visible()
    page.goto(f"{app.address}/app/me/password")
    page.get_by_label("Password now").fill(PASSWORD)
    page.get_by_label("New password").fill(PASSWORD + "!")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("This needs a connection.")

    page.context.set_offline(False)
    wake(page)
    expect(page.get_by_text("Not sent yet")).to_have_count(0)
    assert app.manager.get("/api/location/pier").json["location"]["waiting"] == 0


def test_it_can_be_installed_and_speaks_german(phone: Phone) -> None:
    page = phone(language="de-AT", scheme="dark")
    expect(page.get_by_role("heading", name="Orte")).to_be_visible()
    controlled(page)
    session = page.context.new_cdp_session(page)
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {one["errorId"] for one in found} <= {"in-incognito"}  # as every context of a test is
    assert session.send("Page.getAppManifest")["errors"] == []


def test_a_location_that_wants_its_code_takes_that_of_the_sheet(app: OpenApp, phone: Phone) -> None:
    app.site("gate", "D1", settings={"presence": "qr"})
    app.people.user("dan", name="Dan", surname="Dorn")
    sheet = app.manager.get("/api/location/gate/codes").json["codes"][0]["path"]
    page = phone("/app/l/gate")
    page.get_by_role("link", name="Log in to join").click()
    log_in(page, "dan")
    page.get_by_role("link", name="gate").click()
    expect(page.get_by_text("To join here, scan the code at the charger.")).to_be_visible()
    page.goto(f"{app.address}{sheet}")
    page.get_by_role("button", name="Get a charger now").click()
    expect(page.get_by_role("button", name="Accept")).to_be_visible()


def test_a_message_is_shown_once_and_leads_to_the_offer(app: OpenApp, phone: Phone) -> None:
    app.people.user("eve", name="Eve", surname="Elm")
    page = phone("/app/enter")
    log_in(page, "eve")
    controlled(page)
    session = page.context.new_cdp_session(page)
    registrations: list[str] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda news: registrations.extend(one["registrationId"] for one in news["registrations"]),
    )
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(100)
    message = {"message_id": "yard:7:0", "event": "offered", "title": "A charger is free", "text": "A1 until 12:10."}
    count = "navigator.serviceWorker.ready.then(r => r.getNotifications()).then(found => found.map(n => n.tag))"

    def push(**changes: str) -> None:
        session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": app.address, "registrationId": registrations[0], "data": json.dumps(message | changes)},
        )

    push()
    push()
    push(message_id="yard:8:0", event="lapsed", location_id="yard")
    expect_soon(page, count, ["yard:7:0", "yard:8:0"])
    page.evaluate(
        "navigator.serviceWorker.ready.then(r => r.getNotifications({tag: 'yard:7:0'})).then(([n]) => n.close())"
    )
    push()  # A repeat of what was put away is not shown again.
    expect_soon(page, count, ["yard:8:0"])
    push(message_id="yard:9:0")
    expect_soon(page, count, ["yard:8:0", "yard:9:0"])
    page.context.service_workers[0].evaluate(
        "registration.getNotifications({tag: 'yard:9:0'}).then(([notification]) =>"
        " { self.dispatchEvent(new NotificationEvent('notificationclick', {notification})) })"
    )
    page.wait_for_url("**/app/offer")


def test_a_new_version_is_offered_and_taken_at_a_tap(
    app: OpenApp, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = phone()
    controlled(page)
    monkeypatch.setattr("web.driver.pages.version", lambda: "newer")
    page.evaluate("navigator.serviceWorker.getRegistration().then(found => found.update())")
    page.get_by_role("button", name="Update").click()
    expect(page.locator("body[data-version=newer]")).to_be_visible()
    expect_soon(page, SHELLS, ["shell-newer"])


@pytest.mark.fuzz
def test_a_page_that_is_newer_than_its_worker_needs_no_tap(
    app: OpenApp, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = phone()
    controlled(page)
    monkeypatch.setattr("web.driver.pages.version", lambda: "newest")
    page.reload()
    expect(page.locator("body[data-version=newest]")).to_be_visible()
    expect_soon(page, SHELLS, ["shell-newest"])
    expect(page.get_by_role("button", name="Update")).to_have_count(0)


def expect_soon(page: Page, script: str, wanted: object) -> None:
    """What the browser keeps is not on the page, so it is asked for until it is so."""
    found: object = None
    for _ in range(200):
        found = page.evaluate(script)
        if found == wanted:
            return
        page.wait_for_timeout(50)
    raise AssertionError((found, wanted))
