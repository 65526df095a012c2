"""The page of a charge point offers what it can do: OCPP's operations, a unit's own few, or nothing."""

from typing import Any

import pytest

from model.decision import Actor
from tests.fakes.people import People
from tests.unit.web.browser import Browser

PAGE = "/dashboard/chargepoint/CP1"
ADMIN = Actor(kind="admin", id="root")


@pytest.fixture
def manager(people: People, manager: Browser, services: Any) -> Browser:
    people.admin("root").post("/api/location/Lot")
    services.sites.registry.put("CP1", {"1": "Lot:A"}, ADMIN, password="sixteen-letters-!")
    return manager


def boots(services: Any, seq: int, **said: object) -> None:
    services.clock.advance(seconds=1)
    now = services.clock.now().isoformat()
    event = {"kind": "boot", "charge_point_id": "CP1", "seq": seq, "occurred_at": now, "received_at": now, **said}
    services.sites.events.post("b1", "s1", [event])


def test_a_unit_without_ocpp_is_asked_for_nothing_it_has_not(manager: Browser, services: Any) -> None:
    shown = manager.get(PAGE).text
    assert all(words in shown for words in ("Unlock connector 1", "Any operation", "Read it anew", "Restart at once"))
    boots(services, 1, protocol="openevse-rapi", commands=["start", "stop", "reboot"], enforcement="power")
    shown = manager.get(PAGE).text
    assert "Restart…" in shown
    assert not any(words in shown for words in ("Unlock", "Any operation", "Read it anew", "at once", "Send readings"))
    boots(services, 2, protocol="meter", commands=[], enforcement="presumed")
    shown = manager.get(PAGE).text
    assert "It only tells: nothing can be asked of it." in shown
    assert "Restart" not in shown
