"""Pages in Debian's Chromium. Missing: skipped, in CI a failure. A page that errs or calls elsewhere fails its test."""

import os
import shutil
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

# No account, no updates: a test's browser speaks to the test's server only.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = (1280, 900)
PHONE = (390, 844)
Opener = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Not for the whole session: its event loop runs until it is closed, and others could start none meanwhile."""
    found = shutil.which("chromium")
    if found is None and os.environ.get("CI"):
        pytest.fail("chromium is not on this machine: CI never skips it")
    if found is None:
        pytest.skip("chromium is not on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opener]:
    """``opened(address, viewport=PHONE, scheme="dark")``: a page of a fresh profile, watched for errors.

    ``refused``: a status the console may complain of by itself.
    """
    wrong: list[str] = []
    contexts = []

    def open_page(
        address: str, viewport: tuple[int, int] = DESK, scheme: str = "light", refused: int | None = None
    ) -> Page:
        context = browser.new_context(
            viewport={"width": viewport[0], "height": viewport[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        home = urlsplit(address).netloc

        def logged(message: ConsoleMessage) -> None:
            said = (f"status of {refused}", f"Status Error Code {refused}")  # the browser's words, and htmx's
            by_itself = refused is not None and any(words in message.text for words in said)
            if message.type == "error" and not by_itself:
                wrong.append(message.text)

        def erred(error: Error) -> None:
            wrong.append(str(error))

        def asked(request: Request) -> None:
            if urlsplit(request.url).netloc not in {home, ""}:
                wrong.append(f"called {request.url}")

        page.on("console", logged)
        page.on("pageerror", erred)
        page.on("request", asked)
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []
