"""The ``Bus`` of the cloud: commands go to the topic of the bridge they are for, decisions to the functions' topic."""

import json
import os
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog

from model.errors import Unavailable
from services.ports import CommandFate
from wire.codec import encode
from wire.commands import Command
from wire.topics import COMMAND_MOST_BYTES, DECISIONS, attributes_of, commands_topic, subscription_of, topic_path

if TYPE_CHECKING:
    from google.cloud.pubsub_v1 import PublisherClient

ACKNOWLEDGED_S = 4.0
NUDGES_MOST = 1_000
"""Handed over and not yet published; what is more is left to the minute job."""
_LOG = structlog.get_logger(__name__)


class PubSubBus:
    """Publishes to the topics of one project; honours PUBSUB_EMULATOR_HOST. Safe between threads.

    The client is made at the first message: its import takes a second that a cold start does not have.
    """

    def __init__(self, project: str, acknowledged_s: float = ACKNOWLEDGED_S) -> None:
        self._project = project
        self._acknowledged_s = acknowledged_s
        self._making = threading.Lock()
        self._made: PublisherClient | None = None
        self._nudges = ThreadPoolExecutor(1, "nudge")  # one: they leave in the order of the commits
        self._handed_over: set[Future[None]] = set()
        self._silent = False

    def command(self, bridge_id: str, command: Command) -> CommandFate:
        """See :class:`services.ports.Bus`. SENT: Pub/Sub has it, also while the bridge is away.

        One request, and none in the background: a command that failed here is not sent later behind the caller's back,
        unless only the acknowledgement was lost.
        """
        try:
            topic = commands_topic(bridge_id)
        except ValueError as error:
            raise Unavailable("bus_no_topic", f"No command can be sent: {error}.") from error
        body = encode(command)
        if len(body) > COMMAND_MOST_BYTES:
            raise Unavailable("command_too_large", f"A command has {COMMAND_MOST_BYTES} bytes at most.")
        # The order within a charge point is kept: its commands have one key.
        self._publish(topic, body, attributes_of(command), command.charge_point_id, subscribed=True)
        return CommandFate.SENT

    def decided(self, path: str) -> None:
        """See :class:`services.ports.Bus`. Never waits, never raises."""
        if len(self._handed_over) >= NUDGES_MOST:
            return
        try:
            nudge = self._nudges.submit(self._nudge, path)
        except RuntimeError:  # closed: the process ends
            return
        self._handed_over.add(nudge)
        nudge.add_done_callback(self._handed_over.discard)

    def flush(self, within_s: float) -> None:
        """See :class:`services.ports.Bus`."""
        wait(self._handed_over.copy(), timeout=within_s)

    def close(self) -> None:
        """Send what was handed over, if that is quick, and end."""
        self.flush(self._acknowledged_s)
        self._nudges.shutdown(cancel_futures=True)
        with self._making:
            client, self._made = self._made, None
        if client is not None:
            client.transport.close()

    def _nudge(self, path: str) -> None:
        try:
            self._publish(DECISIONS, json.dumps({"path": path}).encode(), {}, "", subscribed=False)
        except Unavailable as error:
            if not self._silent:
                _LOG.warning("decisions_unheard", error=str(error))
            self._silent = True
            for other in self._handed_over.copy():  # the minute job finds them, too
                other.cancel()
        except Exception:  # noqa: BLE001 -- the minute job finds the decision
            _LOG.exception("nudge_failed", path=path)
        else:
            self._silent = False

    def _publish(
        self, topic: str, body: bytes, attributes: Mapping[str, str], ordering_key: str, *, subscribed: bool
    ) -> None:
        """Raises :class:`Unavailable`. ``subscribed``: on the emulator, a topic that is missing gets a subscription."""
        from google.api_core import exceptions  # noqa: PLC0415 -- with the client, at the first message
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415

        message = {"data": body, "attributes": attributes, "ordering_key": ordering_key}
        client = None
        try:
            client = self._client()
            path = topic_path(self._project, topic)
            try:
                self._send(client, path, message)
            except exceptions.NotFound:
                if not os.environ.get("PUBSUB_EMULATOR_HOST"):
                    raise
                make_missing(client, self._project, topic, subscribed=subscribed)
                self._send(client, path, message)
        except exceptions.NotFound as error:
            raise Unavailable("bus_no_topic", f"Project {self._project} has no topic {topic}.") from error
        except (exceptions.Forbidden, exceptions.Unauthorized, GoogleAuthError) as error:
            raise Unavailable("bus_denied", f"Publishing to {topic} is not allowed: {_said(error)}") from error
        except exceptions.TooManyRequests as error:
            raise Unavailable("bus_quota", f"The quota for publishing is used up: {_said(error)}") from error
        except (exceptions.GoogleAPIError, ValueError) as error:
            self._renew(client)
            raise Unavailable("bus_unreachable", f"Pub/Sub took no message for {topic}: {_said(error)}") from error

    def _send(self, client: "PublisherClient", path: str, message: Mapping[str, Any]) -> None:
        from google.api_core import exceptions  # noqa: PLC0415
        from google.api_core.retry import Retry, if_exception_type  # noqa: PLC0415
        from google.pubsub_v1 import PublisherClient as OneRequest  # noqa: PLC0415

        again = if_exception_type(exceptions.Aborted, exceptions.InternalServerError, exceptions.ServiceUnavailable)
        retry = Retry(predicate=again, initial=0.1, maximum=1.0, timeout=self._acknowledged_s)
        # Not the client's own `publish`: with ordering keys that one retries for ever in the background.
        request = {"topic": path, "messages": [message]}
        OneRequest.publish(client, request=request, retry=retry, timeout=self._acknowledged_s)

    def _client(self) -> "PublisherClient":
        with self._making:
            if self._made is None:
                from google.cloud.pubsub_v1 import PublisherClient  # noqa: PLC0415

                self._made = PublisherClient()
            return self._made

    def _renew(self, client: "PublisherClient | None") -> None:
        """A channel that lost its network waits, in the end for minutes, before it tries again; a new one does not."""
        with self._making:
            current = self._made is client
            if current:
                self._made = None
        if client is not None and current:
            client.transport.close()


def make_missing(client: "PublisherClient", project: str, topic: str, *, subscribed: bool) -> None:
    """On the emulator, where nobody deploys: the topic, and its subscription, lest the first message reaches nobody."""
    from google.api_core.exceptions import AlreadyExists  # noqa: PLC0415 -- with the client
    from google.cloud.pubsub_v1 import SubscriberClient  # noqa: PLC0415

    with suppress(AlreadyExists):
        client.create_topic(name=topic_path(project, topic))
    if subscribed:
        with SubscriberClient() as subscriber, suppress(AlreadyExists):
            subscriber.create_subscription(request=subscription_of(project, topic))


def _said(error: Exception) -> str:
    """One line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]
