"""Meters that speak MQTT: each publishes its samples as JSON to a topic of its own."""

from collections.abc import Mapping

import aiomqtt
import structlog

from ocpp_bridge.units.broker import Broker
from ocpp_bridge.units.driver import LinkLost
from ocpp_bridge.units.meter.sample import BadSample
from ocpp_bridge.units.meter.silence import Silence
from ocpp_bridge.units.meter.source import TOLD_BEFORE, Source
from ocpp_bridge.units.mqtt import MOST_BYTES, client_of, hears

log = structlog.get_logger()


class Subscriber:
    """By topic."""

    def __init__(self, meters: Mapping[str, Source], silence: Silence) -> None:
        self._meters = meters
        self._silence = silence
        self._odd: set[str] = set()

    async def run(self, broker: Broker) -> None:
        """Until cancelled. Raises :class:`LinkLost` when the broker is gone, which says nothing of any meter yet."""
        try:
            async with client_of(broker) as client:
                for topic, meter in self._meters.items():
                    if not await hears(client, topic):
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
            why_not = meter.take(payload)
        except BadSample as error:
            self._refuse(topic, meter, str(error))
            return
        if why_not != TOLD_BEFORE:
            self._silence.heard(meter)

    def _refuse(self, topic: str, meter: Source, why: str) -> None:
        """Once a topic: it will go on like that."""
        if topic not in self._odd:
            self._odd.add(topic)
            log.warning("a sample cannot be used", meter=meter.name, why=why[:300])
