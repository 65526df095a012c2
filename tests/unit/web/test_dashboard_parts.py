"""Parts that are renewed, lists that are long, and what a manager is told when something is not there."""

from dataclasses import replace
from typing import Any

import pytest

from api.app import create_app
from model.decision import Actor
from model.store.counting import CountingStore
from model.store.errors import StoreUnavailable
from scheduling.inputs import PutCharger
from services.sites.film import MOST_NAMES, film
from services.slot import Slot
from tests.fakes.people import PASSWORD, People
from tests.unit.web.browser import Browser
from web.dashboard import location, log
from web.room import PAGES

ADMIN = Actor(kind="admin", id="root")


@pytest.fixture
def lot(people: People, services: Any) -> People:
    """One charger, and three drivers of whom two wait."""
    root = people.admin("root")
    root.post("/api/location/Lot", {"time_zone": "UTC"})
    root.post("/api/location/Lot/charger/A")
    root.put("/api/location/Lot/charger/A", {"state": "available"})
    for name in ("ann", "bob", "cid"):
        people.user(name).post("/api/location/Lot/queue")
        services.clock.advance(minutes=1)
    return people


def test_who_stands_before_a_lower_score_is_marked_with_the_reason(
    people: People, manager: Browser, services: Any
) -> None:
    root = people.admin("root")
    root.post("/api/location/Lot")
    root.post("/api/location/Lot/charger/A")
    root.put("/api/location/Lot/charger/A", {"state": "available"})
    ann, bob, cid = (people.user(name) for name in ("ann", "bob", "cid"))
    ann.post("/api/location/Lot/queue")
    bob.post("/api/location/Lot/queue")
    ann.post("/api/location/Lot/queue/offer", {"action": "accept"})
    services.clock.advance(minutes=16)  # ann does not come: 60 min later
    services.sites.keeping.put_charger("Lot", PutCharger(charger_id="B", out_of_service=True), ADMIN)
    cid.post("/api/location/Lot/queue")
    page = manager.get("/dashboard/location/Lot").text
    assert page.count("keeps place") == 1
    assert "the first 3 keep their places, so nobody behind overtakes them" in page
    assert [one["keeps_place"] for one in cid.get("/api/location/Lot/queue").json["queue"]] == [True, False]


def test_a_charger_without_a_charge_point_refuses_nobody_whatever_is_set(lot: People, manager: Browser) -> None:
    lot.admin("boss").patch("/api/location/Lot/charger/A", {"enforcement": "power"})
    shown = [manager.get(f"/dashboard/location/{page}").text for page in ("Lot", "Lot/charger/A")]
    assert all("no charge point: cannot refuse anybody" in page for page in shown)
    assert not any("last seen never" in page for page in shown)
    assert "power – gives others no power" in shown[1]


def test_what_has_not_changed_is_not_sent_again(lot: People, manager: Browser, services: Any) -> None:
    first = manager.get("/dashboard/location/Lot/now")
    assert "no-store" not in first.headers["Cache-Control"]
    again = manager.get("/dashboard/location/Lot/now", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    services.sites.keeping.put_charger("Lot", PutCharger(charger_id="B"), ADMIN)
    assert (
        manager.get("/dashboard/location/Lot/now", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    )


def test_after_logging_out_nobody_goes_back_to_a_page(lot: People, manager: Browser) -> None:
    for path in ("", "location/Lot", "users", "users/ann", "chargepoints", "location/Lot/log"):
        assert manager.get(f"/dashboard/{path}").headers["Cache-Control"] == "no-store", path


def test_who_is_logged_out_meanwhile_comes_back_to_the_page_and_not_to_its_part(nobody: Browser) -> None:
    shown = {"HX-Request": "true", "HX-Current-URL": "http://localhost/dashboard/location/Lot?all=1"}
    part = nobody.get("/dashboard/location/Lot/now", headers=shown)
    assert part.headers["HX-Redirect"] == "/login?next=/dashboard/location/Lot?all%3D1"


def test_of_a_long_queue_the_first_are_shown_and_all_on_request(
    lot: People, manager: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(location, "LISTED", 1)
    page = manager.get("/dashboard/location/Lot").text
    assert page.count("data-move") == 1
    assert "Show all 2" in page
    everybody = manager.get("/dashboard/location/Lot?all=1").text
    assert everybody.count("data-move") == 2
    assert '/now?all=1"' in everybody


def test_the_log_says_who_did_it_and_looks_far_for_alerts(
    lot: People, manager: Browser, services: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = manager.get("/dashboard/location/Lot/log").text
    assert "<td>bob" in page
    monkeypatch.setattr(log, "MAX_PAGE", 2)
    assert "No alert among the last 5 decisions." in manager.get("/dashboard/location/Lot/log?alerts=1").text
    monkeypatch.setattr(log, "MOST_LOOKED", 4)
    part = manager.get("/dashboard/location/Lot/log?alerts=1").text
    assert "No alert among the last 4 decisions." in part
    assert "Older" in part


def test_a_user_is_found_by_name_or_address(lot: People, manager: Browser) -> None:
    lot.user("dan", email="dan@example.org")
    for name in ("DAN", " dan@example.org "):
        assert (
            manager.get("/dashboard/users", query_string={"name": name}).headers["Location"] == "/dashboard/users/dan"
        )
    assert "Nobody is called “&lt;b&gt;”" in manager.get("/dashboard/users?name=<b>").text


def test_a_store_that_is_away_is_told_as_a_page(lot: People, services: Any) -> None:
    class Away:
        def __getattr__(self, name: str) -> object:
            raise StoreUnavailable("gone")

    app = create_app(services, pages=PAGES)
    lot.admin("boss")
    browser = Browser(app).logged_in("boss", PASSWORD)
    browser.get("/dashboard/users")
    app.extensions["kilowait"] = replace(services, store=Away())
    answer = browser.get("/dashboard/users")
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert "Try again in a moment." in answer.text


def test_a_film_tells_only_what_changed_and_finds_its_day_without_reading_every_other(
    lot: People, manager: Browser, services: Any
) -> None:
    today = services.clock.now().date()
    for number in range(MOST_NAMES):
        lot.user(f"d{number}").post("/api/location/Lot/queue")
    shown = manager.get(f"/dashboard/location/Lot/film.json?date={today}").json
    last = shown["pictures"][-1]
    assert (last["waiting"], len(last["first"]), shown["whole"]) == (MOST_NAMES + 2, MOST_NAMES, True)
    assert [one["changed"] for one in shown["pictures"]][:4] == [
        [],
        [{"id": "A", "state": "free", "who": ""}],
        [{"id": "A", "state": "reserved", "who": "ann"}],
        [],
    ]
    services.clock.advance(days=2)
    lot.user("late").post("/api/location/Lot/queue")
    counting = CountingStore(services.store)
    with counting.measure() as count:
        empty = film(counting, services.clock, services.sites.sites, "Lot")
    assert (empty.pictures, empty.whole) == ((), True)
    assert count.reads < 20
    over = film(services.store, services.clock, services.sites.sites, "Lot", today, Slot(-1))
    assert (over.pictures, over.whole) == ((), False)


def test_who_stayed_on_is_listed_and_marked(lot: People, manager: Browser, services: Any) -> None:
    root = lot.admin("boss")
    charger = "/api/location/Lot/charger/A"
    for state in ("charging", "full"):
        assert root.put(charger, {"state": state}).status_code == 200
    assert "stays on for" not in manager.get("/dashboard/location/Lot").text
    services.clock.advance(minutes=40)
    assert "stays on for 40 min" in manager.get("/dashboard/location/Lot").text
    root.put(charger, {"state": "available"})
    listed = manager.get("/dashboard/location/Lot/sessions?overstay=1").text
    assert '<strong class="alert">40 min</strong>' in listed
    assert "among 2 sessions" in listed
