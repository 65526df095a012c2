"""What is a driver's own in the app: account, money, cards, messages, history, data; each screen looked through."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from model import paths
from model.store.query import Filter, Query
from services.accounts.names import user_named
from tests.browser.conftest import OPTIONS
from tests.browser.open_app import OpenApp, open_app
from tests.browser.phones import Phone, accessible, log_in, phones, wake
from tests.fakes.people import PASSWORD

SCREENS = ("me/history", "me/balance", "me/profile", "me/notifications", "me/cards", "me/password", "me/data")


@pytest.fixture(scope="module")
def app() -> Iterator[OpenApp]:
    with open_app() as app:
        app.site("yard", "A1", currency="EUR")
        yield app


@pytest.fixture
def phone(app: OpenApp, browser: Browser) -> Iterator[Phone]:
    with phones(browser, app.address) as phone:
        yield phone


def opened(app: OpenApp, phone: Phone, name: str, scheme: str = "light") -> Page:
    app.people.user(name, name=name.title(), surname="Driver", email=f"{name}@example.org")
    page = phone("/app/enter", scheme=scheme)
    log_in(page, name)
    return page


def test_every_screen_of_ones_own_can_be_used_by_everybody(app: OpenApp, phone: Phone) -> None:
    """In the language whose words are longer."""
    page = opened(app, phone, "ann", "dark")
    page.context.add_cookies([{"name": "kilowait_language", "value": "de", "url": app.address}])
    page.goto(f"{app.address}/app/me")
    expect(page.get_by_role("heading", name="Ich", exact=True)).to_be_visible()
    accessible(page)
    for screen in SCREENS:
        page.locator(f"a[href='/app/{screen}']").click()
        page.wait_for_url(f"**/app/{screen}")
        expect(page.locator("#content > *").first).to_be_visible()
        expect(page.locator(".loading")).to_have_count(0)
        accessible(page)
        page.go_back()


def test_an_account_is_changed_and_kept_so(app: OpenApp, phone: Phone) -> None:
    page = opened(app, phone, "bob")
    page.goto(f"{app.address}/app/me/profile")
    page.get_by_label("Surname").fill("Birch")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.get_by_label("Colours").select_option("dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 21, 18)"
    page.reload()
    expect(page.get_by_label("Surname")).to_have_value("Birch")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 21, 18)"

    page.goto(f"{app.address}/app/me/cards")
    page.get_by_label("Number of the card").fill("04 AB 12")
    page.get_by_label("Name for it").fill("blue one")
    page.get_by_role("button", name="Add a card").click()
    expect(page.get_by_role("listitem").filter(has_text="blue one")).to_be_visible()
    page.get_by_role("button", name="Block", exact=True).click()
    expect(page.get_by_role("button", name="Unblock")).to_be_visible()

    page.goto(f"{app.address}/app/me/notifications")
    page.get_by_role("checkbox", name="Charging has started: Push").uncheck()
    expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    page.get_by_role("button", name="Set quiet hours").click()
    expect(page.get_by_role("button", name="No quiet hours")).to_be_visible()
    user = app.manager.get("/api/user?username=bob").json["user"]
    assert user["switches"] == {"started.push": False}
    assert user["quiet_hours"] == {"start": "22:00", "end": "06:00", "offers": True}

    page.goto(f"{app.address}/app/me/password")
    page.get_by_label("Password now").fill("not it at all")
    page.get_by_label("New password").fill(PASSWORD + "!")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_have_text("The current password is wrong.")
    page.get_by_label("Password now").fill(PASSWORD)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Me")).to_be_visible()


def test_money_is_added_and_every_booking_shown(app: OpenApp, phone: Phone) -> None:
    page = opened(app, phone, "cid")
    app.manager.post("/api/user/cid/balance/adjust", {"amount": 1250, "reason": "welcome"})
    page.goto(f"{app.address}/app/me/balance")
    expect(page.get_by_text("€12.50").first).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="welcome")).to_contain_text("+€12.50")
    page.get_by_label("Amount").fill("a lot")
    page.get_by_role("button", name="Top up").click()
    expect(page.get_by_role("alert")).to_contain_text("Write an amount")
    page.get_by_label("Amount").fill("20,00")
    page.get_by_role("button", name="Top up").click()
    expect(page.get_by_role("status").filter(has_text="payment")).to_be_visible()


def test_data_is_taken_along_and_the_account_erased(app: OpenApp, phone: Phone) -> None:
    page = opened(app, phone, "dan")
    page.goto(f"{app.address}/app/me/data")
    with page.expect_download() as download:
        page.get_by_role("button", name="Take my data").click()
    assert '"username": "dan"' in Path(download.value.path()).read_text(encoding="utf-8")
    name = page.get_by_label("To be sure, type dan")
    name.fill("somebody")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("alert")).to_have_text("That is not your username.")
    name.fill("dan")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_role("heading", name="Places")).to_be_visible()
    assert app.manager.get("/api/user?username=dan").status_code == 404
    assert page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('kilowait:/user'))") == []


def test_who_is_logged_out_elsewhere_is_led_to_the_login_and_back(app: OpenApp, phone: Phone) -> None:
    page = opened(app, phone, "fay")
    page.goto(f"{app.address}/app/me/cards")
    expect(page.get_by_text("You have no card yet.")).to_be_visible()
    app.services.token_cache.forget_user(user_named(app.services.store, "fay").user_id)
    for document in app.services.store.query(Query(paths.TOKENS, (Filter("username", "==", "fay"),))):
        app.services.store.delete(document.path)
    wake(page)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    page.get_by_role("link", name="Places").click()
    expect(page.get_by_role("link", name="yard")).to_be_visible()


@pytest.mark.fuzz
def test_the_code_on_a_charger_is_read_by_the_camera(app: OpenApp, browser: Browser, tmp_path: Path) -> None:
    film = tmp_path / "film.y4m"
    film.write_bytes(filmed("https://any.name/app/c/yard/A1?code=abc"))
    found = shutil.which("chromium")
    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
    with browser.browser_type.launch(executable_path=found, args=[*OPTIONS, *camera]) as filming:
        page = filming.new_context(permissions=["camera"], locale="en-GB").new_page()
        page.goto(f"{app.address}/app/scan")
        page.get_by_role("button", name="Use the camera").click()
        expect(page.get_by_text("You are at charger A1.")).to_be_visible()
        assert page.evaluate("document.querySelectorAll('video').length") == 0


def filmed(text: str, width: int = 640, height: int = 480, scale: int = 8) -> bytes:
    """Two pictures of a QR code as a film of raw pictures (YUV4MPEG2)."""
    matrix = [list(row) for row in segno.make(text).matrix_iter(scale=scale, border=4)]
    left, top = (width - len(matrix[0])) // 2, (height - len(matrix)) // 2
    grey = [bytearray(b"\xeb" * width) for _ in range(height)]
    for y, row in enumerate(matrix):
        grey[top + y][left : left + len(row)] = bytes(16 if dark else 235 for dark in row)
    picture = b"FRAME\n" + b"".join(bytes(row) for row in grey) + b"\x80" * (width * height // 2)
    return f"YUV4MPEG2 W{width} H{height} F10:1 Ip A1:1 C420jpeg\n".encode() + picture * 2
