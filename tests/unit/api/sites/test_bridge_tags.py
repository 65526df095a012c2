"""What bridges hear of tags, and what the API shows of the lists they keep at charge points."""

import pytest

from services.context import Services
from tests.fakes.clock import FakeClock
from tests.fakes.people import Someone


@pytest.fixture
def clock(services: Services) -> FakeClock:
    assert isinstance(services.clock, FakeClock)
    return services.clock


def told(bridge: Someone, since: str) -> tuple[dict[str, str], str]:
    """Tag → verdict of a poll, and the cursor for the next."""
    config = bridge.get(f"/api/bridge/config?since={since}").json
    return {tag["tag"]: tag["status"] for tag in config["tags"]}, config["cursor"]


def test_the_cards_of_a_driver_who_is_deactivated_are_blocked_with_the_next_poll(root, ann, bridge, clock):
    ann.post("/api/user/tag", {"tag": "04AB"})
    made_up = ann.get("/api/user").json["user"]["tag"]
    clock.advance(seconds=31)
    _, cursor = told(bridge, "")
    clock.advance(seconds=60)
    assert told(bridge, cursor)[0] == {}
    root.patch("/api/user/ann", {"active": False})
    assert told(bridge, cursor)[0] == {"04AB": "Blocked", made_up: "Blocked"}
    root.patch("/api/user/ann", {"active": True})
    assert told(bridge, cursor)[0] == {"04AB": "Accepted", made_up: "Accepted"}
    clock.advance(seconds=60)
    _, cursor = told(bridge, cursor)
    clock.advance(seconds=60)
    root.patch("/api/user/ann", {"type": "user"})
    assert told(bridge, cursor)[0] == {}


def test_the_list_a_bridge_keeps_at_a_charge_point_is_shown(root, lot, bridge, clock):
    del lot
    body = {"password": "0123456789abcdef", "connectors": {"1": "Lot:A"}}
    assert root.put("/api/chargepoint/CP-1", body).status_code == 201
    now = clock.now().isoformat()

    def notice(seq: int, **payload: object) -> None:
        event = {
            "kind": "notice", "charge_point_id": "CP-1", "seq": seq, "occurred_at": now, "received_at": now,
            "action": "SendLocalList", "payload": payload,
        }  # fmt: skip
        answer = bridge.post("/api/events", {"stream": "s1", "events": [event]})
        assert answer.json["results"][0]["outcome"] == "applied", answer.json

    def shown() -> tuple[int, str, list[str]]:
        record = root.get("/api/chargepoint/CP-1/records").json["records"]["local_list"]
        return record["version"], record["status"], record["tags"]

    notice(1, listVersion=3, status="Accepted", tags=["04AB", "04AC"])
    assert shown() == (3, "Accepted", ["04AB", "04AC"])
    notice(2, listVersion=3, status="Failed", tags=["04AB"])
    assert shown() == (3, "Failed", ["04AB"])
    notice(3, listVersion="x", status="GivenUp")
    assert shown() == (3, "GivenUp", ["04AB"])
