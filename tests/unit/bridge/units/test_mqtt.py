"""What drivers hear of a broker: no more than there is room for, and nothing of a topic that it refuses."""

import aiomqtt
import pytest
from structlog.testing import capture_logs

from ocpp_bridge.units import mqtt
from ocpp_bridge.units.driver import Entry, LinkLost
from ocpp_bridge.units.kinds import make
from tests.fakes.unit_ports import KeptPorts

UNIT = Entry("openevse-mqtt", "EVSE-1", "mqtt://127.0.0.1/garage")


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
def broker(monkeypatch):
    """Its refused topics, to be named: what is used of a client is gone after one message of the unit."""
    refused: set[str] = set()

    class Client:
        def __init__(self, *_where, **_how):
            self.messages = self.heard()

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_error):
            return None

        async def subscribe(self, topic, qos):
            return (0x80,) if topic in refused else (qos,)

        async def heard(self):
            yield aiomqtt.Message("garage/state", b"1", 1, False, 1, None)
            await self.gone()

        async def gone(self):
            raise aiomqtt.MqttError("gone")

    monkeypatch.setattr(aiomqtt, "Client", Client)
    return refused


@pytest.mark.anyio
async def test_a_unit_whose_topic_the_broker_refuses_is_not_waited_for(broker):
    broker.add("garage/#")
    with pytest.raises(LinkLost, match="refuses the topic garage/#"):
        await make(UNIT).run(KeptPorts(["EVSE-1"]))


@pytest.mark.anyio
async def test_a_unit_whose_announcements_are_refused_is_heard_and_the_log_says_so(broker):
    broker.add("openevse/announce/#")
    with capture_logs() as logs, pytest.raises(LinkLost, match="gone"):
        await make(UNIT).run(KeptPorts(["EVSE-1"]))
    assert [each["topic"] for each in logs if each["event"] == "the broker refuses a topic"] == ["openevse/announce/#"]


@pytest.mark.anyio
async def test_a_flood_of_messages_keeps_the_newest_and_little_of_what_is_too_large():
    waiting = mqtt.Newest(mqtt.MOST_WAITING)
    for number in range(5000):
        payload = bytes(10 * mqtt.MOST_BYTES) if number == 4999 else b"%d" % number
        waiting.put_nowait(aiomqtt.Message("office", payload, 1, False, number, None))
    held = [waiting.get_nowait().payload for _ in range(waiting.qsize())]
    assert [int(each) for each in held[:-1]] == list(range(4000, 4999))
    assert len(held[-1]) == mqtt.MOST_BYTES + 1
