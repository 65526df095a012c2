"""Names that drivers, charge points and managers choose become neither markup nor another address."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from services.context import Services
from tests.fakes.people import People
from tests.unit.web.browser import Browser

EVIL = "<img src=x onerror=alert(1)>'\"&"
PLACE = "a%2e?#&'\"<x>{id}ü\\"


@pytest.fixture
def odd(people: People) -> People:
    root = people.admin("root")
    root.post(f"/api/location/{quote(PLACE, safe='')}", {"name": EVIL, "address": EVIL, "latitude": 1, "longitude": 2})
    root.put(
        f"/api/chargepoint/{quote(EVIL, safe='')}",
        {"connectors": {"1": f"{PLACE}:{PLACE}"}, "password": "sixteen-letters-!"},
    )
    ann = people.user("ann")
    ann.post("/api/user/tag", {"tag": "../../user", "label": EVIL})
    ann.patch("/api/user", {"name": EVIL})
    ann.post(f"/api/location/{quote(PLACE, safe='')}/queue")
    return people


def test_a_location_may_be_called_anything(odd: People, manager: Browser) -> None:
    place = quote(PLACE, safe="")
    tabs = ("settings", "sessions", "log", "film", "sheet", "figures", "now")
    charger = f"charger/{place}"
    for path in ("", *(f"/{tab}" for tab in tabs), f"/{charger}", f"/{charger}/day"):
        answer = manager.get(f"/dashboard/location/{place}{path}")
        assert answer.status_code == 200, path
        assert "<img src=x" not in answer.text
        assert "<x>" not in answer.text
        for name in ("href", "hx-get", "data-api", "data-path", "data-call", "data-then", "data-pictures"):
            for address in re.findall(rf'{name}="([^"]*)"', answer.text):
                assert "/location/" not in address or f"/location/{place}" in unescape(address), address


def test_a_name_is_text_on_every_page(odd: People, manager: Browser) -> None:
    for path in ("", "chargepoints", f"chargepoint/{quote(EVIL, safe='')}", "users", "users/ann"):
        answer = manager.get(f"/dashboard/{path}")
        assert answer.status_code == 200, path
        assert "<img src=x" not in answer.text
        assert "&lt;img src=x" in answer.text


def test_a_card_named_like_a_way_up_leads_to_that_card_only(odd: People, manager: Browser) -> None:
    """``/api/user/tag/../../user`` is ``/api/user`` in a browser: forgetting it would delete the manager's account."""
    page = manager.get("/dashboard/users/ann").text
    calls = re.findall(r'data-call="(\w+) (/api/user/tag/[^"]*)"', page)
    assert calls == [("PATCH", "/api/user/tag/..%2F..%2Fuser"), ("DELETE", "/api/user/tag/..%2F..%2Fuser")]
    assert manager.send("DELETE", calls[1][1]).json["message"] != "The account is deleted."
    assert manager.get("/api/user").status_code == 200
    assert "../../user" not in manager.get("/dashboard/users/ann").text


def test_a_page_that_is_not_there_is_told_as_a_page(manager: Browser, services: Services) -> None:
    for path in ("nonsense", "users/nobody", "location/Nowhere", "chargepoint/a%2Fb", "location/%00/log"):
        answer = manager.get(f"/dashboard/{path}")
        assert (answer.status_code, answer.mimetype) == (404, "text/html"), path
        assert 'href="/dashboard/"' in answer.text


def test_what_is_no_day_and_no_page_is_told_in_a_sentence(people: People, manager: Browser) -> None:
    root = people.admin("root")
    root.post("/api/location/Lot")
    root.post("/api/location/Lot/charger/A")
    for path in (
        "charger/A/day?date=0001-01-01", "charger/A?date=9999-12-31", "charger/A/day?date=2026-02-30",
        "figures?date=0001-01-01", "figures?date=9999-12-31", "film.json?date=9999-12-31", "sessions?from=0001-01-01",
        "sessions?until=9999-12-31", "sessions?end=nonsense", "log?page_token=nonsense",
    ):  # fmt: skip
        answer = manager.get(f"/dashboard/location/Lot/{path}")
        assert answer.status_code == 422, path
        assert 'role="alert"' in answer.text
