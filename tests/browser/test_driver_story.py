"""The drivers' app on a phone: two drivers and one charger, from registering to the next offer, and what surrounds it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import segno
from playwright.sync_api import Browser, Error, Page, Request, expect

from tests.browser.conftest import PHONE
from tests.browser.open_app import OpenApp, open_app
from tests.fakes.people import PASSWORD

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
EXPECTED = re.compile(r"Failed to load resource: (.* status of 40[49]|net::ERR_INTERNET_DISCONNECTED)")
"""What a browser's console says by itself of an answer such as "no offer now", and of a net that was taken away."""
Phone = Callable[..., Page]


@pytest.fixture(scope="module")
def app() -> Iterator[OpenApp]:
    with open_app() as app:
        yield app


@pytest.fixture
def phone(app: OpenApp, browser: Browser) -> Iterator[Phone]:
    """``phone("/app/")``: the app on a fresh phone, watched for errors and for calls to elsewhere."""
    wrong: list[str] = []
    contexts = []
    home = urlsplit(app.address).netloc

    def open_page(path: str = "/app/", scheme: str = "light", language: str = "en-GB") -> Page:
        context = browser.new_context(
            viewport={"width": PHONE[0], "height": PHONE[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            locale=language,
            permissions=["geolocation"],
            geolocation={"latitude": 60.171, "longitude": 24.941},
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8_000)

        def erred(error: Error) -> None:
            wrong.append(str(error))

        def asked(request: Request) -> None:
            if urlsplit(request.url).netloc not in {home, ""}:
                wrong.append(f"called {request.url}")

        page.on(
            "console",
            lambda message: (
                None if message.type != "error" or EXPECTED.match(message.text) else wrong.append(message.text)
            ),
        )
        page.on("pageerror", erred)
        page.on("request", asked)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{app.address}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def log_in(page: Page, name: str) -> None:
    page.get_by_label("Username or e-mail").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Log in").click()
    expect(page.get_by_role("link", name="Me", exact=True)).to_be_visible()


def wake(page: Page) -> None:
    """Ask at once, as a push message has the app do: no test waits for the next question."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def controlled(page: Page) -> None:
    """Wait until the service worker answers for the page."""
    page.evaluate(
        "new Promise(done => navigator.serviceWorker.controller ? done()"
        " : navigator.serviceWorker.addEventListener('controllerchange', done))"
    )


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def accessible(page: Page) -> None:
    """No serious violation, and nothing wider than the screen."""
    fits(page)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(found => found.violations)")
    serious = [
        (one["id"], [node["html"][:150] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == [], page.url


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
    accessible(ann)
    app.report("yard", "A1", "full")
    app.report("yard", "A1", "available")
    wake(bob)
    expect(bob.get_by_role("button", name="Accept")).to_be_visible()
    accessible(bob)
    bob.get_by_role("button", name="Ask me later").click()
    expect(bob.get_by_role("status").filter(has_text="You keep your place")).to_be_visible()


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
