"""On each of the stores outside systems are told of decisions and samples once, and the place is kept there."""

import json

from services.publishing.publishing import Publishing
from tests.fakes.charging_hour import charged, posts
from tests.fakes.publisher import FakePublisher
from tests.fakes.site_world import YARD


def test_decisions_and_samples_are_told_once_and_the_place_is_kept(busy):
    receiver = FakePublisher()
    receiver.memory = None
    publishing = Publishing(busy.store, busy.clock, busy.services.sites, receiver, "p1")
    publishing.publish(YARD)
    for batch in posts(charged(busy, 900)):
        busy.post(*batch)
        publishing.publish(YARD)
    busy.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=8_000, connector=1)
    busy.tell("CP1", "status", connector=1, status="available")
    publishing.close()
    Publishing(busy.store, busy.clock, busy.services.sites, receiver, "p2").sweep()
    ids = [one.message_id for one in receiver.told]
    assert len(ids) == len(set(ids))
    events = [json.loads(one.body)["event"] for one in receiver.told if one.kind == "session"]
    assert events == ["started", "full", "ended"]
    samples = [sample for one in receiver.told if one.kind == "meter" for sample in json.loads(one.body)["samples"]]
    assert len(samples) == 90 * 12
