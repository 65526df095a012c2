"""The simulator's page, clicked through in a real browser, against a central system made with the `ocpp` package."""

import asyncio
import csv
import io
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener
from tests.unit.simulator.central import Central
from tests.unit.simulator.ocpp201.central201 import Central201

ROOT = Path(__file__).parents[2]
AnyCentral = TypeVar("AnyCentral", Central, Central201)


@contextmanager
def beside(central: AnyCentral) -> Iterator[AnyCentral]:
    """On an event loop of its own."""
    loop = asyncio.new_event_loop()
    turning = threading.Thread(target=loop.run_forever)
    turning.start()

    def wait(work):
        return asyncio.run_coroutine_threadsafe(work, loop).result(20)

    wait(central.__aenter__())
    yield central
    wait(central.__aexit__(None, None, None))
    loop.call_soon_threadsafe(loop.stop)
    turning.join()
    loop.close()


@pytest.fixture(scope="module")
def central() -> Iterator[Central]:
    with beside(Central()) as central:
        yield central


@pytest.fixture
def central201() -> Iterator[Central201]:
    with beside(Central201()) as central:
        yield central


@pytest.fixture(scope="module")
def address(central: Central, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of a simulator that runs as a process."""
    state = tmp_path_factory.mktemp("simulator") / "state.db"
    options = ["--listen", "127.0.0.1:0", "--central", central.address, "--state", str(state)]
    with subprocess.Popen(
        [sys.executable, "-m", "simulator", *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("simulator listening on "), line
        yield line.split()[-1]
        process.terminate()


@pytest.fixture
def made(address: str, request: pytest.FixtureRequest) -> str:
    """The id of a charge point of the test's own, booted."""
    name = request.node.name[:60].replace("[", "-").replace("]", "")
    answer = httpx.put(f"{address}/charge-points/{name}?wait=10", json={}, trust_env=False)
    assert answer.json()["answered"]
    return str(name)


def frames(page: Page, words: str) -> list[str]:
    """The lines of the log that hold these words, newest first."""
    return page.locator(".frame summary").filter(has_text=words).all_inner_texts()


def test_a_charge_point_is_made_charges_and_its_messages_are_read(address: str, opened: Opener):
    page = opened(f"{address}/#/")
    page.get_by_role("link", name="New", exact=True).last.click()
    page.get_by_label("id *").fill("BAY-1")
    page.get_by_label("connectors", exact=True).fill("2")
    page.get_by_role("button", name="Make it").click()

    expect(page.get_by_role("heading", name="BAY-1")).to_be_visible()
    expect(page.locator(".title").first).to_contain_text("connected")
    first = page.locator(".connector").first
    first.get_by_role("button", name="Plug in a car").click()
    expect(first).to_contain_text("Preparing")
    first.get_by_label("Card at connector 1").fill("ALICE")
    first.get_by_role("button", name="Hold the card").click()
    expect(first).to_contain_text("Charging")
    expect(first).to_contain_text("The display says: started")
    first.get_by_role("button", name="Hold the card").click()
    expect(first).to_contain_text("Finishing")
    first.get_by_role("button", name="Unplug").click()
    expect(first).to_contain_text("Available")

    page.get_by_role("link", name="Messages").click()
    page.get_by_label("Action or text").fill("StopTransaction")
    expect(page.locator(".frame")).to_have_count(2)
    page.locator(".frame").last.click()
    expect(page.locator(".frame").last).to_contain_text('"reason": "Local"')
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))
    assert [row["action"] for row in rows if row["direction"] == "sent"].count("StopTransaction") == 1


def test_messages_come_while_one_looks(address: str, made: str, opened: Opener):
    page = opened(f"{address}/#/cp/{made}/messages")
    expect(page.locator(".frame").filter(has_text="BootNotification")).to_have_count(2)
    httpx.post(f"{address}/charge-points/{made}/operations", json={"action": "Heartbeat"}, trust_env=False)
    expect(page.locator(".frame").filter(has_text="Heartbeat")).to_have_count(2)
    page.get_by_role("button", name="Hold still").click()
    httpx.post(f"{address}/charge-points/{made}/operations", json={"action": "Heartbeat"}, trust_env=False)
    expect(page.get_by_role("status").filter(has_text="messages")).to_contain_text("10 messages")
    assert len(frames(page, "Heartbeat")) == 2


def test_a_message_of_ones_own_is_made_in_a_form(address: str, made: str, central: Central, opened: Opener):
    page = opened(f"{address}/#/cp/{made}/operations")
    page.get_by_label("action").select_option("DataTransfer")
    page.get_by_label("as the unit would").uncheck()
    page.get_by_label("vendorId").fill("org.example")
    page.get_by_label("data", exact=True).fill("hello")
    page.get_by_role("button", name="Send").click()
    shown = page.locator(".operation")
    expect(shown).to_contain_text("UnknownVendorId")
    heard: SimpleNamespace = central.of("DataTransfer")[-1]
    assert (heard.vendor_id, heard.data) == ("org.example", "hello")


def test_a_wrong_payload_is_refused_here_unless_it_is_meant(address: str, made: str, opened: Opener):
    page = opened(f"{address}/#/cp/{made}/operations")
    page.get_by_label("action").select_option("StatusNotification")
    page.get_by_label("as the unit would").uncheck()
    page.get_by_label("do not check it").check()
    page.get_by_label("payload").fill('{"connectorId": "one"}')
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".operation")).to_contain_text("failed")
    expect(page.locator(".frame.error")).to_have_count(1)
    page.get_by_label("payload").fill("{")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".toast.failed")).to_contain_text("no JSON")


def test_a_message_of_ocpp_2_is_made_of_parts_within_parts(address: str, central201: Central201, opened: Opener):
    body = {"protocol": "ocpp2.0.1", "central": central201.address}
    assert httpx.put(f"{address}/charge-points/PARTS?wait=10", json=body, trust_env=False).json()["answered"]
    page = opened(f"{address}/#/cp/PARTS/operations", viewport=PHONE)
    page.get_by_label("action").select_option("MeterValues")
    page.get_by_label("as the unit would").uncheck()
    page.get_by_label("evseId").fill("1")
    page.get_by_label("timestamp").fill("2030-01-31T12:00:00Z")
    page.get_by_label("value *", exact=True).fill("12.5")
    page.get_by_role("button", name="Add unitOfMeasure").click()
    page.get_by_label("multiplier").fill("3")
    assert "urn:x-" not in page.locator("form").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".operation .chip").first).to_contain_text("done")
    sampled = {"value": 12.5, "unitOfMeasure": {"multiplier": 3}}
    told = {"timestamp": "2030-01-31T12:00:00Z", "sampledValue": [sampled]}
    assert central201.of("MeterValues") == [{"evseId": 1, "meterValue": [told]}]


def test_all_charge_points_are_deleted_at_once(address: str, made: str, opened: Opener):
    page = opened(f"{address}/#/")
    expect(page.get_by_role("link", name=made)).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete all").click()
    expect(page.get_by_role("heading", name="No charge point yet")).to_be_visible()


def test_who_changes_one_thing_leaves_the_rest_as_it_was(address: str, made: str, opened: Opener):
    page = opened(f"{address}/#/edit/{made}")
    page.get_by_label("model").fill("Other")
    with page.expect_request(lambda request: request.method == "PATCH") as request:
        page.get_by_role("button", name="Save").click()
    assert request.value.post_data_json == {"model": "Other"}
    expect(page.get_by_role("heading", name=made)).to_be_visible()


def test_the_keyboard_stays_among_the_tabs_and_the_last_page_asked_for_is_shown(
    address: str, made: str, opened: Opener
):
    page = opened(f"{address}/#/cp/{made}/live")
    page.locator(".tabs a", has_text="Flows").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".tabs a", has_text="Flows")).to_be_focused()
    for tab in ("messages", "live", "chaos"):
        page.evaluate(f"location.hash = '#/cp/{made}/{tab}'")
    expect(page.get_by_role("heading", name="Disturb the line")).to_be_visible()
    expect(page.locator("h1")).to_have_count(1)


def test_a_flow_is_played_to_its_end(address: str, made: str, opened: Opener):
    page = opened(f"{address}/#/cp/{made}/flows")
    flow = page.locator("details", has_text="plug first")
    flow.locator("summary").first.click()
    flow.get_by_label("tag", exact=True).fill("ALICE")
    flow.get_by_role("button", name="Play").click()
    shown = page.locator(".operation")
    expect(shown.locator(".chip").first).to_contain_text("done", timeout=30_000)
    expect(shown).to_contain_text("StartTransaction")
    expect(page.get_by_role("cell", name="plug_first")).to_be_visible()


def test_configuration_is_set_and_what_is_read_only_is_not(address: str, made: str, opened: Opener):
    page = opened(f"{address}/#/cp/{made}/configuration")
    page.get_by_label("HeartbeatInterval").fill("77")
    page.get_by_role("button", name="Set").locator("visible=true").click()
    expect(page.locator(".toast")).to_contain_text("HeartbeatInterval")
    found = httpx.get(f"{address}/charge-points/{made}/configuration/HeartbeatInterval", trust_env=False).json()
    assert found["configuration"]["value"] == "77"
    expect(page.get_by_label("NumberOfConnectors")).to_be_disabled()


def test_on_a_phone_nothing_is_wider_than_the_screen_and_a_line_can_be_disturbed(
    address: str, made: str, opened: Opener
):
    page = opened(f"{address}/#/cp/{made}/chaos", viewport=PHONE, scheme="dark")
    page.get_by_label("seed").fill("7")
    page.get_by_label("duplicate").fill("0.5")
    page.get_by_role("button", name="Disturb it").click()
    expect(page.locator("pre")).to_contain_text('"duplicate": 0.5')
    for tab in ("live", "operations", "flows", "messages", "configuration", "answers", "chaos"):
        page.goto(f"{address}/#/cp/{made}/{tab}")
        expect(page.locator(".tabs [aria-current]")).to_have_text(tab.capitalize())
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    found = httpx.get(f"{address}/charge-points/{made}/chaos", trust_env=False).json()["chaos"]
    assert (found["chaos"]["seed"], found["chaos"]["duplicate"]) == (7, 0.5)


def test_the_page_is_worked_with_the_keyboard_alone(address: str, made: str, opened: Opener):
    page = opened(f"{address}/#/cp/{made}/live")
    plug = page.get_by_role("button", name="Plug in a car")
    expect(plug).to_be_visible()
    for _ in range(40):
        page.keyboard.press("Tab")
        if plug.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator(".connector")).to_contain_text("Preparing")


def test_a_charge_point_that_is_not_there_is_said(address: str, browser):
    page = browser.new_page()
    page.goto(f"{address}/#/cp/NOBODY/live")
    expect(page.get_by_role("heading", name="That did not work")).to_be_visible()
    expect(page.locator("main")).to_contain_text("NOBODY")
    page.close()
