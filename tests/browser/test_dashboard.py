"""The managers' dashboard: what a manager does on a day, who is refused, and that every page is fit for everybody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, Route, expect

from services.adapters.manager_channels import ManagerChannels, read_channels
from services.adapters.outbound import Outbound
from tests.browser.conftest import PHONE, Opener
from tests.browser.open_app import OpenApp, WallClock, open_app
from tests.fakes.building_readings import reading as building_reading
from tests.fakes.http_sink import HttpSink
from tests.fakes.people import PASSWORD
from wire.attempts import Attempt

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
PAGES = (
    "", "location/Lot", "location/Lot/settings", "location/Lot/sessions", "location/Lot/figures", "location/Lot/log",
    "location/Lot/film", "location/Lot/sheet", "location/Lot/new_charger", "location/Lot/charger/A",
    "location/Lot/charger/A/session/1", "chargepoints", "chargepoint/CP1", "users", "users/ann", "import", "report",
    "actions", "cost", "new", "location/Lot/building",
)  # fmt: skip


@pytest.fixture(scope="module")
def app() -> Iterator[OpenApp]:
    """A location with a charge, somebody who waits, a charge point that knocks, and a chat that refuses."""
    with HttpSink() as chat:
        chat.answers = [(410, {})]
        channels = read_channels(f"* slack {chat.url}/x; * teams {chat.url}/y")
        with open_app(managers=ManagerChannels(channels, WallClock(), Outbound({chat.host}))) as app:
            _furnish(app)
            yield app


def _furnish(app: OpenApp) -> None:
    app.site("Lot", "A", latitude=60.17, longitude=24.94, currency="EUR", time_zone="Europe/Helsinki")
    ann, bob = app.people.user("ann"), app.people.user("bob")
    app.people.user("cid").post("/api/user/tag", {"tag": "04AB"})
    assert ann.post("/api/location/Lot/queue").json["offer"] is not None
    ann.post("/api/location/Lot/queue/offer", {"action": "accept"})
    app.report("Lot", "A", "charging")
    bob.post("/api/location/Lot/queue")
    point = {"connectors": {"1": "Lot:P"}, "password": "sixteen-letters-!"}
    assert app.manager.put("/api/chargepoint/CP1", point).status_code == 201
    now = app.services.clock.now()
    sites = app.services.sites
    assert sites is not None
    sites.building_keeping.told("b1", "Lot", [building_reading(now - timedelta(minutes=late)) for late in range(9)])
    knock = Attempt(charge_point_id="NEW-1", count=3, first_at=now - timedelta(minutes=2), last_at=now)
    sites.unknown.report("b1", [knock])


def logged_in(app: OpenApp, opened: Opener, path: str, name: str = "manager", **more: object) -> Page:
    page = opened(f"{app.address}/login?next=/dashboard/{path}", **more)
    page.get_by_label("Username or e-mail").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"**/dashboard/{path}")
    return page


def test_a_location_and_a_charger_are_added_and_changed_with_the_same_form(app: OpenApp, opened: Opener) -> None:
    page = logged_in(app, opened, "")
    page.get_by_role("link", name="Add a location").click()
    page.get_by_label("Id", exact=True).fill("north")
    page.get_by_label("Name", exact=True).fill("North garage")
    page.get_by_label("Latitude").fill("61")
    page.get_by_label("Longitude").fill("25")
    page.get_by_text("Settings (all have good defaults)").click()
    page.get_by_label("Mon", exact=True).fill("07:00-12:00, 13:00-18:00")
    page.get_by_label("Price (per kWh)").fill("0.35")
    page.get_by_role("button", name="Add the location").click()
    page.wait_for_url("**/dashboard/location/north")
    made = app.manager.get("/api/location/north").json["location"]
    assert (made["name"], made["latitude"], made["settings"]["price"]) == ("North garage", 61, 35_000)
    assert made["settings"]["queue_hours"] == {"mon": [["07:00", "12:00"], ["13:00", "18:00"]]}
    page.get_by_role("link", name="Add a charger").click()
    page.get_by_label("Id", exact=True).fill("N1")
    page.get_by_label("Max power").fill("11000")
    page.get_by_role("button", name="Add the charger").click()
    page.get_by_role("link", name="N1").click()
    page.get_by_label("Connector type").fill("type2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("type2 · 11.0 kW")).to_be_visible()
    page.goto(f"{app.address}/dashboard/location/north/settings")
    expect(page.get_by_label("Mon", exact=True)).to_have_value("07:00-12:00, 13:00-18:00")
    page.get_by_label("Response").fill("120")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/dashboard/location/north")
    after = app.manager.get("/api/location/north").json["location"]["settings"]
    assert after == {**made["settings"], "response_s": 120}


def test_a_field_that_is_wrong_is_told_beside_it_and_nothing_is_lost(app: OpenApp, opened: Opener) -> None:
    page = logged_in(app, opened, "location/Lot/settings", refused=422)
    page.get_by_label("Name", exact=True).fill("The lot")
    page.get_by_label("Time zone").fill("Mars/Base")
    with page.expect_response("**/api/location/Lot") as answered:
        page.get_by_role("button", name="Save").click()
    assert answered.value.status == 422
    expect(page.locator('[data-wrong="time_zone"]')).to_contain_text("time zone")
    expect(page.get_by_label("Name", exact=True)).to_have_value("The lot")
    assert page.get_by_label("Time zone").get_attribute("aria-invalid") == "true"


def test_a_manager_moves_somebody_and_gives_a_reason(app: OpenApp, opened: Opener) -> None:
    app.people.user("dan").post("/api/location/Lot/queue")
    page = logged_in(app, opened, "location/Lot")
    expect(page.get_by_text("joined at").first).to_be_visible()
    page.get_by_role("row", name="dan").get_by_role("button", name="Move").click()
    page.get_by_label("Where to").select_option("front")
    page.get_by_label("Reason").fill("on call")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_text("a manager moved them at")).to_be_visible()
    page.get_by_role("link", name="Log", exact=True).click()
    expect(page.get_by_text("on call").first).to_be_visible()


def test_on_a_phone_a_place_is_explained_over_the_whole_width_and_the_first_tab_skips_the_menu(
    app: OpenApp, opened: Opener
) -> None:
    page = logged_in(app, opened, "location/Lot", viewport=PHONE)
    why = page.locator("#now td", has_text="joined at").first.bounding_box()
    assert why is not None
    assert why["width"] > PHONE[0] * 0.8
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="To the content")).to_be_focused()


def told(app: OpenApp, number: int, kind: str, **fields: object) -> None:
    """What the bridge tells of CP2."""
    now = app.services.clock.now().isoformat()
    event = {"kind": kind, "charge_point_id": "CP2", "seq": number, "occurred_at": now, "received_at": now, **fields}
    assert app.services.sites is not None
    [result] = app.services.sites.events.post("b1", "s1", [event]).results
    assert result.outcome == "applied", result


def test_what_runs_shows_what_it_draws_as_soon_as_that_is_measured(app: OpenApp, opened: Opener) -> None:
    app.site("Pier")
    point = {"connectors": {"1": "Pier:P"}, "password": "sixteen-letters-!"}
    assert app.manager.put("/api/chargepoint/CP2", point).status_code == 201
    told(app, 1, "transaction_started", connector=1, transaction_id="t1", meter_start_wh=0, tag="04AB")
    samples = [
        {"at": app.services.clock.now().isoformat(), "measurand": name, "unit": unit, "value": value}
        for name, unit, value in (("Power.Active.Import", "W", "7240"), ("Energy.Active.Import.Register", "Wh", "510"))
    ]
    told(app, 2, "meter", connector=1, transaction_id="t1", samples=samples)
    page = logged_in(app, opened, "location/Pier")
    expect(page.get_by_role("row", name="CP2 / 1")).to_contain_text("7.2 kW0.51 kWh")


def test_a_test_message_is_sent_to_each_channel_and_says_what_came_of_it(app: OpenApp, opened: Opener) -> None:
    page = logged_in(app, opened, "location/Lot/settings")
    page.get_by_role("button", name="Send a test message").click()
    expect(page.get_by_role("listitem").filter(has_text="Slack")).to_contain_text("answered 410.")
    expect(page.get_by_role("listitem").filter(has_text="Teams")).to_contain_text("✓ taken")


def test_a_charge_point_that_knocks_is_adopted_and_told_what_to_do(app: OpenApp, opened: Opener) -> None:
    page = logged_in(app, opened, "chargepoints")
    expect(page.get_by_role("heading", name="Adopt me")).to_be_visible()
    page.get_by_label("Location").select_option("Lot")
    page.get_by_role("button", name="Adopt").click()
    page.wait_for_url("**/dashboard/chargepoint/NEW-1")
    assert app.manager.get("/api/chargepoint/NEW-1").json["chargepoint"]["connectors"] == {"1": "Lot:NEW-1"}
    page.get_by_role("button", name="Tell its state").click()
    expect(page.get_by_role("status")).to_contain_text("It is not connected.")
    page.get_by_text("Any operation").click()
    page.get_by_label("Operation").select_option("GetConfiguration")
    page.get_by_label("Payload").fill("{nonsense")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("The payload is no JSON")


def test_a_list_is_looked_at_first_and_then_taken(app: OpenApp, opened: Opener) -> None:
    page = logged_in(app, opened, "import")
    page.get_by_label("Or the text itself").fill("username,password\neve,correct horse\nfay,short\n")
    page.get_by_role("button", name="Look first").click()
    expect(page.get_by_text("1 can be read, 1 cannot.")).to_be_visible()
    page.get_by_role("button", name="Take it").click()
    expect(page.get_by_text("1 made, 1 refused, 0 there already.")).to_be_visible()
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        text = f"username,name\n{encoding},Jürgen Groß\n"
        page.get_by_label("File").set_input_files(
            {"name": "list.csv", "mimeType": "text/csv", "buffer": text.encode(encoding)}
        )
        expect(page.get_by_label("Or the text itself")).to_have_value(text)


def test_a_driver_is_made_an_admin_once_the_question_is_answered(app: OpenApp, opened: Opener) -> None:
    app.people.user("gil")
    page = logged_in(app, opened, "users")
    button = page.get_by_role("row", name="gil").get_by_role("button", name="Make admin")
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="No").click()
    assert app.manager.get("/api/user?username=gil").json["user"]["type"] == "user"
    button.click()
    page.get_by_role("dialog").get_by_role("button", name="Yes").click()
    expect(page.get_by_role("row", name="gil").get_by_role("button", name="No admin")).to_be_visible()
    assert app.manager.get("/api/user?username=gil").json["user"]["type"] == "admin"


def test_a_day_is_played_again_with_a_slider(app: OpenApp, opened: Opener) -> None:
    today = app.services.clock.now().astimezone(ZoneInfo("Europe/Helsinki")).date()
    page = logged_in(app, opened, "location/Lot/film")
    page.goto(f"{app.address}/dashboard/location/Lot/film?date={today}")
    slider = page.get_by_label("Decision", exact=True)
    expect(slider).to_be_enabled()
    slider.focus()
    page.keyboard.press("End")
    expect(page.locator("#waiting")).to_contain_text("bob")
    page.keyboard.press("Home")
    expect(page.locator("#waiting")).to_contain_text("nobody")


def test_who_is_no_admin_is_refused_with_a_page(app: OpenApp, opened: Opener) -> None:
    page = opened(f"{app.address}/login?next=/app/")
    page.get_by_label("Username or e-mail").fill("cid")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/app/**")
    answer = page.context.request.get(f"{app.address}/dashboard/users")
    assert answer.status == 403
    assert "Not for this account" in answer.text()


@pytest.mark.parametrize(
    ("viewport", "scheme"),
    [
        pytest.param(PHONE, "dark", id="phone, dark"),
        pytest.param((1280, 900), "light", id="desk, light", marks=pytest.mark.fuzz),
    ],
)
def test_every_page_is_fit_for_everybody(app: OpenApp, opened: Opener, viewport: tuple[int, int], scheme: str) -> None:
    page = logged_in(app, opened, "", viewport=viewport, scheme=scheme)
    faults = []
    for path in PAGES:
        page.goto(f"{app.address}/dashboard/{path}", wait_until="networkidle" if "session" in path else "load")
        page.evaluate(AXE.read_text())
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        faults += [
            (path, one["id"], [node["target"] for node in one["nodes"]][:3])
            for one in found
            if one["impact"] in {"serious", "critical"}
        ]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            faults.append((path, "wider than the window", [wide]))
    assert faults == []


def test_money_is_booked_also_by_who_types_before_the_page_is_ready(app: OpenApp, opened: Opener) -> None:
    page = logged_in(app, opened, "users/cid", viewport=PHONE)
    held: list[Route] = []
    page.route("**/dashboard/form.js", lambda route: held.append(route))  # noqa: PLW0108 -- playwright marks it
    with page.expect_request("**/dashboard/form.js"):
        page.goto(f"{app.address}/dashboard/users/cid", wait_until="commit")
    page.get_by_label("Book (cents").fill("500")
    page.get_by_label("Reason").fill("a gift")
    held[0].continue_()
    page.wait_for_load_state("load")
    page.get_by_role("button", name="Book").click()
    expect(page.get_by_text("5.00 EUR").first).to_be_visible()
    expect(page.get_by_text("a gift")).to_be_visible()


def test_old_news_are_called_old_and_who_is_logged_out_loses_no_text(app: OpenApp, opened: Opener) -> None:
    page = logged_in(app, opened, "location/Lot", refused=401)
    page.route("**/location/Lot/now", lambda route: route.fulfill(status=401))
    page.get_by_role("button", name="Move").first.wait_for()
    page.evaluate("htmx.trigger('#now', 'renew')")
    expect(page.get_by_text("No news since")).to_be_visible()
    page.unroute("**/location/Lot/now")
    page.evaluate("htmx.trigger('#now', 'renew')")
    expect(page.get_by_text("No news since")).to_be_hidden()
    page.goto(f"{app.address}/dashboard/location/Lot/settings")
    page.get_by_label("Address").fill("Main street 1")
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("You are logged out, and nothing was changed.")).to_be_visible()
    expect(page.get_by_label("Address")).to_have_value("Main street 1")
    page.goto(f"{app.address}/dashboard/location/Lot?all=1")
    assert page.url == f"{app.address}/login?next=/dashboard/location/Lot?all%3D1"
