"""Meters that speak MQTT: each publishes its samples as JSON to a topic of its own."""

import asyncio
import ssl
from collections.abc import Mapping

import aiomqtt
import structlog

from ocpp_bridge.units.driver import LinkLost
from ocpp_bridge.units.meter.entry import Broker
from ocpp_bridge.units.meter.sample import BadSample
from ocpp_bridge.units.meter.silence import Silence
from ocpp_bridge.units.meter.source import Source

log = structlog.get_logger()
MOST_BYTES = 32 * 1024
CONNECT_S = 10.0
MOST_WAITING = 1000
REFUSED = 0x80
"""From here on a broker's answer is a no."""


class Newest(asyncio.Queue[aiomqtt.Message]):
    """What comes too fast pushes the oldest out, and nothing too large is held: whoever publishes fills no memory."""

    def put_nowait(self, item: aiomqtt.Message) -> None:
        """Never raises."""
        if self.full():
            self.get_nowait()
        if isinstance(item.payload, bytes | bytearray):
            item.payload = item.payload[: MOST_BYTES + 1]  # It is refused by its length.
        super().put_nowait(item)


class Subscriber:
    """By topic."""

    def __init__(self, meters: Mapping[str, Source], silence: Silence) -> None:
        self._meters = meters
        self._silence = silence
        self._odd: set[str] = set()

    async def run(self, broker: Broker) -> None:
        """Until cancelled. Raises :class:`LinkLost` when the broker is gone, which says nothing of any meter yet."""
        try:
            async with aiomqtt.Client(
                broker.host,
                broker.port,
                username=broker.username or None,
                password=broker.password or None,
                tls_context=ssl.create_default_context() if broker.tls else None,
                timeout=CONNECT_S,
                queue_type=Newest,
                max_queued_incoming_messages=MOST_WAITING,
            ) as client:
                for topic, meter in self._meters.items():
                    answers = await client.subscribe(topic, qos=1)
                    if any((each if isinstance(each, int) else each.value) >= REFUSED for each in answers):
                        log.error("the broker refuses a topic", meter=meter.name, topic=topic)
                async for message in client.messages:
                    self._take(str(message.topic), message.payload, retained=message.retain)
        except aiomqtt.MqttError as error:
            raise LinkLost(f"the broker: {error}"[:300]) from error

    def _take(self, topic: str, payload: object, *, retained: bool) -> None:
        """A retained sample is of nobody knows when."""
        meter = self._meters.get(topic)
        if meter is None or retained:
            return
        if not isinstance(payload, bytes | bytearray) or len(payload) > MOST_BYTES:
            self._refuse(topic, meter, f"a sample is JSON of at most {MOST_BYTES} bytes")
            return
        try:
            meter.take(payload)
        except BadSample as error:
            self._refuse(topic, meter, str(error))
            return
        self._silence.heard(meter)

    def _refuse(self, topic: str, meter: Source, why: str) -> None:
        """Once a topic: it will go on like that."""
        if topic not in self._odd:
            self._odd.add(topic)
            log.warning("a sample cannot be used", meter=meter.name, why=why[:300])
