"""Every message fits the schema that is documented for it, and says in one place what it is."""

import json

import jsonschema_rs
import pytest

from docs.mqtt import schema_of
from model.settings import Settings
from scheduling.inputs import PutCharger, PutLocation
from services.adapters.mqtt_publisher import topic_of
from services.ports import Publication
from services.publishing.messages import SCHEMA, SHAPES
from tests.fakes.charging_hour import charged
from tests.fakes.clock import START
from tests.fakes.site_world import ADMIN, DRIVER, YARD


def test_all_messages_of_a_charge_fit_the_documented_schemas(yard, receiver, publishing):
    publishing.publish(YARD)
    yard.services.queueing.join(YARD, yard.ann.user_id, DRIVER)
    yard.starts(yard.ann.tag)
    yard.post(*charged(yard, 60))
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=8_000, connector=1)
    yard.tell("CP1", "status", connector=1, status="faulted")
    yard.services.keeping.put_charger(YARD, PutCharger(charger_id="c1", out_of_service=True), ADMIN)
    publishing.publish(YARD)
    schemas = {shape.kind: schema_of(shape.message) for shape in SHAPES}
    assert {one.kind for one in receiver.told} == {"location", "state", "session", "meter"}
    for one in receiver.told:
        body = json.loads(one.body)
        jsonschema_rs.validate(schemas[one.kind], body)
        assert set(schemas[one.kind]["properties"]) == set(body)
        assert (body["schema"], body["id"], body["location"]) == (SCHEMA, one.message_id, YARD)
        assert body["at"].endswith("Z")


def test_a_session_of_nobody_has_no_user(yard, receiver, publishing):
    publishing.publish(YARD)
    yard.tell("CP1", "status", connector=1, status="charging")
    yard.starts("UNKNOWN")
    publishing.publish(YARD)
    for one in receiver.told:
        if one.kind == "session":
            assert json.loads(one.body)["user"] == ""


def test_energy_told_after_the_end_corrects_the_session(yard, receiver, publishing):
    yard.services.keeping.put_location(YARD, put(price=30_000), ADMIN)
    publishing.publish(YARD)
    yard.starts(yard.ann.tag)
    yard.tell("CP1", "status", connector=1, status="charging")
    yard.services.charging.end_session(YARD, "c1", "admin", ADMIN, number=1)
    yard.tell("CP1", "transaction_ended", transaction_id="t1", meter_stop_wh=8_000, connector=1)
    publishing.publish(YARD)
    told = [json.loads(one.body) for one in receiver.told if one.kind == "session"]
    assert [one["event"] for one in told] == ["started", "ended", "corrected"]
    assert (told[-1]["energy_wh"], told[-1]["cost"]) == (7_000, 210)


def put(**changes):
    return PutLocation(settings=Settings(**changes), currency="EUR")


@pytest.mark.parametrize(
    ("location_id", "charger_id", "topic"),
    [
        ("yard", "C1", "p/yard/C1/session"),
        ("a+b#c", "$sys%", "p/a%2Bb%23c/%24sys%25/session"),
        ("Ä🙂", "x", "p/Ä🙂/x/session"),
        ("status", "location", "p/status/location/session"),
    ],
)
def test_ids_stay_one_level_of_a_topic(location_id, charger_id, topic):
    one = Publication(
        message_id="1", kind="session", location_id=location_id, charger_id=charger_id, at=START, body=b"{}"
    )
    assert topic_of("p", one) == topic
