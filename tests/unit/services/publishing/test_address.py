"""Whom `KILOWAIT_PUBLISH` names, and one line for what names nobody."""

import pytest

from services.adapters.publishers import publisher_of
from services.configuration import BadConfiguration, from_environment
from services.publishing.address import Broker, Topic, address_of


@pytest.mark.parametrize(
    ("name", "broker"),
    [
        ("mqtt://broker", Broker(host="broker", port=1883, prefix="kilowait")),
        ("mqtts://broker/", Broker(host="broker", port=8883, prefix="kilowait", tls=True)),
        ("mqtt://[::1]:2000/a/b/", Broker(host="::1", port=2000, prefix="a/b")),
        ("mqtt://a%40b@h/w%C3%A4rme", Broker(host="h", port=1883, prefix="wärme", username="a@b")),
    ],
)
def test_brokers(name, broker):
    assert address_of(name) == broker


def test_a_topic():
    assert address_of("pubsub:charging-4711") == Topic(project="charging-4711")


@pytest.mark.parametrize(
    "name",
    ["mqtt", "mqtt://", "http://h/p", "mqtt://h:port/p", "mqtt://h:99999/p", "mqtt://u:secret-word@h/p", "mqtt://h/a+b",
     "mqtt://h/a%23", "mqtt://h/a//b", "mqtt://h/$SYS", "mqtt://h/p?x=1", "mqtt://h/p#f", "pubsub:", "pubsub:No",
     "mqtt://h/a%00b", "mqtt://[h/p"],
)  # fmt: skip
def test_what_names_nobody_ends_the_start_with_one_line(name):
    with pytest.raises(BadConfiguration, match="KILOWAIT_PUBLISH cannot be") as error:
        from_environment({"KILOWAIT_PUBLISH": name})
    assert "\n" not in str(error.value)
    assert "secret-word" not in str(error.value)


@pytest.mark.parametrize("client_id", ["", "a b", "x" * 65, "ä"])
def test_a_client_id_has_plain_characters(client_id):
    with pytest.raises(BadConfiguration, match="KILOWAIT_PUBLISH_CLIENT_ID"):
        from_environment({"KILOWAIT_PUBLISH_CLIENT_ID": client_id})


def test_a_password_is_shown_nowhere():
    found = from_environment({"KILOWAIT_PUBLISH": "mqtts://u@h/p", "KILOWAIT_PUBLISH_PASSWORD": "open sesame"})
    publisher = publisher_of(found)
    assert publisher is not None
    assert publisher.name == "mqtt:h:8883/p"
    assert "sesame" not in repr((found, publisher, publisher.__dict__))
    assert publisher_of(from_environment({})) is None
