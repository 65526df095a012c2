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
REFUSED = re.compile(r"Failed to load resource: .* status of 40[49]")
"""An answer such as "no offer now" is in a browser's console, as any that is not 2xx."""
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
            lambda message: None
            if message.type != "error" or REFUSED.match(message.text)
            else wrong.append(message.text),
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
    expect(ann.get_by_role("heading", name="Your charge")).to_be_visible(timeout=15_000)
    accessible(ann)
    app.report("yard", "A1", "full")
    app.report("yard", "A1", "available")
    expect(bob.get_by_role("button", name="Accept")).to_be_visible(timeout=15_000)
    accessible(bob)
    bob.get_by_role("button", name="Ask me later").click()
    expect(bob.get_by_role("status").filter(has_text="You keep your place")).to_be_visible()
