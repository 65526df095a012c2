"""The ``Publisher`` of an MQTT 5 broker: QoS 1, retained states, and a last will that says ``offline``."""

import socket
import ssl
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec
import structlog

from model.errors import Unavailable
from services.adapters.secret_manager import PREFIX as SECRET
from services.adapters.secret_manager import read_secret
from services.ports import Publication
from services.publishing.address import Broker
from services.publishing.messages import SHAPES, Status

if TYPE_CHECKING:
    from paho.mqtt.client import Client

QOS = 1
KEEPALIVE_S = 30
IN_FLIGHT = 10
"""Fewer than any broker takes at once."""
CONNECT_S = 5.0
ACKNOWLEDGED_S = 8.0
"""Of one call; with the connection, less than the lease of :mod:`services.publishing.role` is renewed before."""
_LOG = structlog.get_logger(__name__)
_TOPICS = {shape.kind: shape.topic for shape in SHAPES}


class MqttPublisher:
    """Connects at the first message and stays connected. For one thread; its client has a thread of its own.

    After a failure the client is thrown away with all it still had: what was not acknowledged is handed over anew.
    ``stays``: the broker tells whether we are there.
    """

    def __init__(
        self,
        broker: Broker,
        *,
        stays: bool = True,
        connect_s: float = CONNECT_S,
        acknowledged_s: float = ACKNOWLEDGED_S,
    ) -> None:
        self._broker = broker
        self._stays = stays
        self._connect_s = connect_s
        self._acknowledged_s = acknowledged_s
        self._made: Client | None = None
        self._changed = threading.Condition()
        self._refused = ""
        self._connected = False
        self._acknowledged: set[int] = set()
        self._memory = 0

    @property
    def name(self) -> str:
        """See :class:`services.ports.Publisher`."""
        return f"mqtt:{self._broker.host}:{self._broker.port}/{self._broker.prefix}"

    @property
    def memory(self) -> int | None:
        """See :class:`services.ports.Publisher`. A broker that remembers our session remembers what it retained."""
        return self._memory

    def publish(self, publications: Sequence[Publication]) -> None:
        """See :class:`services.ports.Publisher`."""
        try:
            client = self._client()
            self._hand_over(
                client, [(topic_of(self._broker.prefix, one), one.body, one.retained) for one in publications]
            )
        except (OSError, ValueError) as error:
            self._drop()
            raise self._trouble(str(error)) from error
        except Unavailable:
            self._drop()
            raise

    def close(self) -> None:
        """See :class:`services.ports.Publisher`."""
        client = self._made
        if client is None:
            return
        try:
            if self._stays:
                self._hand_over(client, [(self._status_topic, _status("offline"), True)])
        except (Unavailable, OSError, ValueError) as error:
            _LOG.warning("broker_not_told", error=str(error))
            self._drop()
        else:
            client.disconnect()
            self._end(client)

    @property
    def _status_topic(self) -> str:
        return f"{self._broker.prefix}/{_TOPICS['status']}"

    def _client(self) -> "Client":
        """Connected. Raises :class:`Unavailable`, ``OSError``, ``ValueError``."""
        if self._made is None:
            self._made = self._new()
            self._made.connect(
                self._broker.host, self._broker.port, KEEPALIVE_S, clean_start=False, properties=_session_kept()
            )
            self._made.loop_start()
        with self._changed:
            if not self._changed.wait_for(lambda: self._connected or self._refused, self._connect_s):
                raise self._trouble("it does not answer")
            if not self._connected:
                raise self._trouble(self._refused)
        return self._made

    def _new(self) -> "Client":
        from paho.mqtt.client import Client, MQTTv5  # noqa: PLC0415 -- only where there is a broker
        from paho.mqtt.enums import CallbackAPIVersion  # noqa: PLC0415

        broker = self._broker
        client = Client(CallbackAPIVersion.VERSION2, client_id=broker.client_id, protocol=MQTTv5)
        client.suppress_exceptions = True
        client.connect_timeout = self._connect_s
        client.max_inflight_messages_set(IN_FLIGHT)
        if broker.username:
            client.username_pw_set(broker.username, _password(broker.password))
        if broker.tls:
            client.tls_set_context(ssl.create_default_context(cafile=broker.ca_file or None))
        if self._stays:
            client.will_set(self._status_topic, _status("offline"), QOS, retain=True)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_publish = self._on_publish
        return client

    def _hand_over(self, client: "Client", messages: Sequence[tuple[str, bytes, bool]]) -> None:
        """Send (topic, body, retained) and wait. Raises :class:`Unavailable`, ``ValueError``."""
        with self._changed:
            self._acknowledged.clear()
        # Not under the lock: the client's thread takes it while it has the client's own.
        sent = {client.publish(topic, body, QOS, retain=retain).mid for topic, body, retain in messages}
        with self._changed:
            done = self._changed.wait_for(lambda: self._refused or sent <= self._acknowledged, self._acknowledged_s)
            if self._refused:
                raise self._trouble(self._refused)
            if not done:
                raise self._trouble(f"{len(sent - self._acknowledged)} messages are not acknowledged")

    def _drop(self) -> None:
        """Without a goodbye, so that the broker tells our last will; and without waiting for what it does not take."""
        client = self._made
        if client is None:
            return
        connection = client.socket()
        if isinstance(connection, socket.socket):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._end(client)

    def _end(self, client: "Client") -> None:
        client.loop_stop()
        client.on_connect = client.on_disconnect = client.on_publish = None
        self._made = None
        with self._changed:
            self._connected, self._refused = False, ""

    def _trouble(self, why: str) -> Unavailable:
        return Unavailable(
            "broker_unavailable", " ".join(f"MQTT {self._broker.host}:{self._broker.port}: {why}.".split())
        )

    def _on_connect(self, client: "Client", _: Any, flags: Any, reason: Any, __: Any) -> None:
        if self._stays and not reason.is_failure:
            client.publish(self._status_topic, _status("online"), QOS, retain=True)
        with self._changed:
            self._connected = not reason.is_failure
            self._refused = f"it refuses us ({reason})" if reason.is_failure else ""
            self._memory += self._connected and not flags.session_present
            self._changed.notify_all()

    def _on_disconnect(self, _: "Client", __: Any, ___: Any, reason: Any, ____: Any) -> None:
        with self._changed:
            if self._connected:
                self._connected, self._refused = False, f"the connection was lost ({reason})"
            self._changed.notify_all()

    def _on_publish(self, _: "Client", __: Any, mid: int, reason: Any, ___: Any) -> None:
        with self._changed:
            if reason.is_failure:
                self._refused = f"it takes no message ({reason})"
            self._acknowledged.add(mid)
            self._changed.notify_all()


def topic_of(prefix: str, publication: Publication) -> str:
    """Where it goes. Ids stand as they are, but for characters that mean something in a topic: these are ``%XX``."""
    place = _TOPICS[publication.kind].format(
        location=_level(publication.location_id), charger=_level(publication.charger_id)
    )
    return f"{prefix}/{place}"


def _level(text: str) -> str:
    return "".join(quote(char, safe="") if char in "/+#%$" else char for char in text)


def _password(text: str) -> str | None:
    """Itself, or the secret it names. Raises ``SecretTrouble``, a ``ValueError``."""
    return read_secret(text).decode().strip() if text.startswith(SECRET) else text or None


def _status(status: str) -> bytes:
    return msgspec.json.encode(Status(status="online" if status == "online" else "offline"))


def _session_kept() -> Any:
    """Our session outlives the connection by so long: a broker that still has it after that has lost nothing."""
    from paho.mqtt.packettypes import PacketTypes  # noqa: PLC0415
    from paho.mqtt.properties import Properties  # noqa: PLC0415

    properties: Any = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 7 * 24 * 3600
    return properties
