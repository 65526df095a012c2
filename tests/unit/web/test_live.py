"""Server-sent events on one machine; in the cloud apps poll."""

from dataclasses import replace

import pytest

from api.app import create_app
from services.adapters.local_bus import LocalBus
from services.context import Services
from tests.fakes.people import PASSWORD, People
from tests.unit.web.browser import Browser
from web.driver import live
from web.room import PAGES


@pytest.fixture
def here(services: Services, monkeypatch: pytest.MonkeyPatch) -> tuple[Browser, People]:
    """A browser at one machine's system, logged in; streams look often and end soon."""
    monkeypatch.setattr(live, "LOOK_S", 0.01)
    monkeypatch.setattr(live, "LASTS_S", 0.1)
    bus = LocalBus("http://127.0.0.1:9", "sixteen-letters-or-more")
    app = create_app(replace(services, bus=bus), pages=PAGES)
    people = People(app, services)
    people.admin("root").post("/api/location/Lot")
    people.user("ann")
    return Browser(app).logged_in("ann", PASSWORD), people


def test_a_change_is_told_at_once(here: tuple[Browser, People]) -> None:
    browser, people = here
    stream = browser.client.get("/app/live/Lot", base_url="http://localhost")
    lines = iter(stream.response)
    assert next(lines) == b"data: 1\n\n"
    people.user("bob").post("/api/location/lot/queue")
    assert next(lines) == b"data: 2\n\n"
    stream.close()
    assert stream.mimetype == "text/event-stream"


def test_streams_leave_threads_for_others(here: tuple[Browser, People]) -> None:
    browser, _ = here
    held = [browser.client.get("/app/live/Lot", base_url="http://localhost") for _ in range(live.MOST_STREAMS)]
    assert {one.status_code for one in held} == {200}
    assert browser.get("/app/live/Lot").status_code == 204
    for one in held:
        one.close()
    assert browser.get("/app/live/Lot").status_code == 200


def test_in_the_cloud_and_for_strangers_there_is_none(ann: Browser, nobody: Browser, people: People) -> None:
    people.admin("root").post("/api/location/Lot")
    assert ann.get("/app/live/Lot").status_code == 204
    assert nobody.get("/app/live/Lot").status_code == 401
    assert ann.get("/app/live/Nowhere").status_code == 404
