"""MQTT as drivers speak it: what waits to be taken is bounded, and a topic that a broker refuses is known."""

import asyncio
import ssl

import aiomqtt

from ocpp_bridge.units.broker import Broker

MOST_BYTES = 32 * 1024
MOST_WAITING = 1000
CONNECT_S = 10.0
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


def client_of(broker: Broker) -> aiomqtt.Client:
    """To be entered; raises ``aiomqtt.MqttError`` then, and at whatever it is used for."""
    return aiomqtt.Client(
        broker.host,
        broker.port,
        username=broker.username or None,
        password=broker.password or None,
        tls_context=ssl.create_default_context() if broker.tls else None,
        timeout=CONNECT_S,
        queue_type=Newest,
        max_queued_incoming_messages=MOST_WAITING,
    )


async def hears(client: aiomqtt.Client, topic: str) -> bool:
    """Subscribe. Whether the broker lets us hear the topic, which it may refuse without a word of why."""
    answers = await client.subscribe(topic, qos=1)
    return all((each if isinstance(each, int) else each.value) < REFUSED for each in answers)
