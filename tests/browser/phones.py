"""Phones with the drivers' app: fresh profiles, watched for errors and for calls to elsewhere."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, expect

from tests.browser.conftest import PHONE
from tests.fakes.people import PASSWORD

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
EXPECTED = re.compile(r"Failed to load resource: (.* status of 40[1349]|net::ERR_INTERNET_DISCONNECTED)")
"""What a browser's console says by itself of an answer such as "no offer now", and of a net that was taken away."""


class Phone(Protocol):
    def __call__(self, path: str = "/app/", scheme: str = "light", language: str = "en-GB") -> Page: ...


@contextmanager
def phones(browser: Browser, address: str) -> Iterator[Phone]:
    """``phone("/app/l/yard", scheme="dark", language="de-AT")``"""
    wrong: list[str] = []
    contexts = []
    home = urlsplit(address).netloc

    def logged(message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.match(message.text):
            wrong.append(f"{message.text} ({message.location.get('url')})")

    def erred(error: Error) -> None:
        wrong.append(str(error))

    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc not in {home, ""}:
            wrong.append(f"called {request.url}")

    def open_page(path: str = "/app/", scheme: str = "light", language: str = "en-GB") -> Page:
        options: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce", "locale": language}
        context = browser.new_context(
            viewport={"width": PHONE[0], "height": PHONE[1]},
            permissions=["geolocation", "notifications"],
            geolocation={"latitude": 60.171, "longitude": 24.941},
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8_000)
        page.on("console", logged)
        page.on("pageerror", erred)
        page.on("request", asked)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{address}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not wrong, wrong


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


def accessible(page: Page) -> None:
    """No serious violation, and nothing wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(found => found.violations)")
    serious = [
        (one["id"], [node["html"][:150] for node in one["nodes"]])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]
    assert serious == [], page.url
