"""The stand-in's MQTT client: one value a sub-topic, an announcement that stays, and a last will."""

import asyncio
import json
import threading
from typing import Any

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from tests.fakes.openevse.unit import OpenEvse
from tests.fakes.openevse.wifi import apply_override, status_of

EVERY_S = 0.1


class MqttUnit:
    """At a broker, below ``base``. Its loop is the one it is started on."""

    def __init__(self, unit: OpenEvse, port: int, base: str = "openevse") -> None:
        self.unit = unit
        self.base = base
        self.overrides: list[dict[str, Any]] = []
        self._port = port
        self._announce = f"openevse/announce/{base}"
        self._client: Client | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        unit.changed.append(self._tell)

    @property
    def address(self) -> str:
        return f"mqtt://127.0.0.1:{self._port}/{self.base}"

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._client = client = Client(CallbackAPIVersion.VERSION2)
        client.will_set(
            self._announce, json.dumps({"state": "disconnected", "id": "1", "name": "evse"}), 1, retain=True
        )
        client.on_message = lambda *each: self._override(each[2].payload)
        subscribed = threading.Event()
        client.on_subscribe = lambda *_: subscribed.set()
        client.connect("127.0.0.1", self._port)
        client.loop_start()
        client.subscribe(f"{self.base}/override/set", 1)
        await asyncio.to_thread(subscribed.wait, 10)
        said = {"state": "connected", "id": "1", "name": "evse", "mqtt": self.base, "http": "http://10.0.0.9/"}
        client.publish(self._announce, json.dumps(said), 1, retain=True)
        self._burst()

    def close(self) -> None:
        """Switched off in peace."""
        if self._client is not None:
            if self._timer is not None:
                self._timer.cancel()
            self._client.disconnect()
            self._client.loop_stop()
            self._client = None

    async def stop(self) -> None:
        """As a unit that loses its power: the broker tells its last will."""
        if self._client is None:
            return
        client, self._client = self._client, None
        if self._timer is not None:
            self._timer.cancel()
        client.on_message = None
        line = client.socket()
        client.loop_stop()
        if line is not None:
            line.close()

    def _burst(self) -> None:
        self._tell()
        if self._loop is not None:
            self._timer = self._loop.call_later(EVERY_S, self._burst)

    def _tell(self) -> None:
        if self._client is None:
            return
        for name, value in status_of(self.unit).items():
            self._client.publish(f"{self.base}/{name}", str(value))

    def _override(self, payload: bytes) -> None:
        wanted = json.loads(payload)
        self.overrides.append(wanted)
        if self._loop is not None:
            self._loop.call_soon_threadsafe(apply_override, self.unit, wanted)
