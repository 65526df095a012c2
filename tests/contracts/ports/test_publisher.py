"""What every publisher does, the fake included: MQTT's with a real broker, Pub/Sub's with the official emulator."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from model.errors import Unavailable
from services.adapters.mqtt_publisher import MqttPublisher
from services.adapters.pubsub_publisher import PubSubPublisher
from services.ports import Publication
from services.publishing.address import Broker
from standalone.ports import free_ports
from tests.emulators.mosquitto import Mosquitto, Subscriber
from tests.emulators.topics import Topics
from tests.fakes.clock import START
from tests.fakes.publisher import FakePublisher
from wire.topics import PUBLISHED, PUBLISHED_ROW

ROOT = Path(__file__).parents[3]
AVRO = {"int": int, "string": str}


def message(number: int = 1, *, location_id: str = "yard", charger_id: str = "c1", body: bytes = b"{}") -> Publication:
    return Publication(
        message_id=f"{location_id}:{number}:session:{charger_id}:1:full",
        kind="session",
        location_id=location_id,
        charger_id=charger_id,
        at=START + timedelta(seconds=number),
        body=body,
    )


class Faked:
    """A publisher, what has arrived, and one that nobody listens to."""

    def __init__(self) -> None:
        self.publisher: Any = FakePublisher()
        self.dead: Any = FakePublisher()
        self.dead.failing = True

    def bodies(self, count: int) -> list[bytes]:
        """Once there are so many."""
        assert len(self.publisher.told) >= count
        return [one.body for one in self.publisher.told]


class Mqtt:
    def __init__(self, broker: Mosquitto, reader: Subscriber) -> None:
        (nobody,) = free_ports(1)
        self.publisher: Any = MqttPublisher(Broker(host="127.0.0.1", port=broker.port, prefix="kilowait"))
        self.dead: Any = MqttPublisher(Broker(host="127.0.0.1", port=nobody, prefix="kilowait"))
        self._reader = reader

    def bodies(self, count: int) -> list[bytes]:
        def told(messages: list[Any]) -> list[Any]:
            return [one.payload for one in messages if not one.topic.endswith("/status")]

        return told(self._reader.until(lambda messages: len(told(messages)) >= count))


class PubSub:
    def __init__(self, project: str) -> None:
        self.publisher: Any = PubSubPublisher(project)
        self.dead: Any = PubSubPublisher(project, acknowledged_s=0.5)
        self.topics = Topics(project)
        self.topics.make(PUBLISHED, "warehouse")

    def rows(self, count: int) -> list[dict[str, Any]]:
        return [json.loads(one.data) for one in self.topics.pull("warehouse", count)]

    def bodies(self, count: int) -> list[bytes]:
        return [row["body"].encode() for row in self.rows(count)]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path_factory.mktemp("broker"), forgetful=True) as broker:
        yield broker


@pytest.fixture(params=["fake", "mqtt", "pubsub"])
def adapter(request: pytest.FixtureRequest) -> Iterator[Any]:
    if request.param == "fake":
        yield Faked()
        return
    if request.param == "mqtt":
        with Subscriber(request.getfixturevalue("broker")) as reader:
            found: Any = Mqtt(request.getfixturevalue("broker"), reader)
            yield found
            found.publisher.close()
        return
    request.getfixturevalue("pubsub_host")
    found = PubSub(request.getfixturevalue("project"))
    yield found
    found.publisher.close()


def test_messages_arrive_whole_and_in_order(adapter):
    bodies = [json.dumps({"number": number, "text": "Ä / + # %"}).encode() for number in range(50)]
    adapter.publisher.publish([message(number, body=body) for number, body in enumerate(bodies)])
    assert adapter.bodies(50) == bodies


def test_pages_follow_each_other_and_it_may_be_used_after_a_goodbye(adapter):
    adapter.publisher.publish([message(1, body=b'{"a":1}')])
    adapter.publisher.close()
    adapter.publisher.publish([message(2, body=b'{"a":2}')])
    assert adapter.bodies(2) == [b'{"a":1}', b'{"a":2}']


def test_nothing_is_nothing(adapter):
    adapter.publisher.publish([])
    adapter.publisher.publish([message()])
    assert adapter.bodies(1) == [b"{}"]


def test_a_message_as_large_as_any_arrives(adapter):
    body = json.dumps({"text": "x" * 100_000}).encode()
    adapter.publisher.publish([message(number, body=body) for number in range(3)])
    assert adapter.bodies(3) == [body] * 3


def test_a_name_is_the_same_for_ever_and_holds_no_secret(adapter):
    assert adapter.publisher.name == adapter.publisher.name != ""


@pytest.mark.parametrize("adapter", ["fake", "mqtt"], indirect=True)
def test_without_a_receiver_it_says_so_in_one_line_each_time(adapter):
    for _ in range(2):
        with pytest.raises(Unavailable) as error:
            adapter.dead.publish([message()])
        assert "\n" not in str(error.value)
    adapter.dead.close()


def test_a_topic_that_cannot_be_reached_is_told_in_one_line(monkeypatch):
    (nobody,) = free_ports(1)
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", f"127.0.0.1:{nobody}")
    publisher = PubSubPublisher("charging-4711", acknowledged_s=0.3)
    with pytest.raises(Unavailable, match="Pub/Sub topic published of charging-4711") as error:
        publisher.publish([message()])
    assert "\n" not in str(error.value)
    publisher.close()


def test_rows_fit_the_schema_of_the_table(pubsub_host, project):
    found = PubSub(project)
    found.publisher.publish([message(1), message(2, location_id="dock")])
    fields = {field["name"]: AVRO[field["type"]] for field in PUBLISHED_ROW["fields"]}
    rows = found.rows(2)
    for row in rows:
        assert {name: type(value) for name, value in row.items()} == fields
    assert {(row["location"], row["kind"], row["at"]) for row in rows} == {
        ("yard", "session", "2026-03-02T08:00:01.000Z"),
        ("dock", "session", "2026-03-02T08:00:02.000Z"),
    }
    found.publisher.close()


def test_no_client_is_loaded_before_the_first_message():
    source = (
        "import sys; from services.adapters.publishers import publisher_of\n"
        "from services.configuration import from_environment\n"
        "for name in ('mqtts://h/p', 'pubsub:charging-4711'):\n"
        "    publisher_of(from_environment({'KILOWAIT_PUBLISH': name})).close()\n"
        "print([name for name in ('paho', 'grpc', 'google.cloud.pubsub_v1') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", source], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"
