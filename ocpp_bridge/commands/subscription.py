"""The bridge's end of Pub/Sub: commands are pulled from the subscription ``commands-<bridge_id>``, whatever happens.

The only file of the bridge that knows Google's client; imported only where commands come this way.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Mapping
from typing import Any

import google.auth
import grpc
import structlog
from google.api_core.exceptions import (
    AlreadyExists,
    DeadlineExceeded,
    GatewayTimeout,
    GoogleAPIError,
    RetryError,
    ServiceUnavailable,
)
from google.pubsub_v1 import PublisherAsyncClient, SubscriberAsyncClient
from google.pubsub_v1.types import ReceivedMessage

from ocpp_bridge.backoff import pause_s
from ocpp_bridge.commands.inbox import CommandInbox
from ocpp_bridge.metrics import Metrics
from wire.topics import ACK_DEADLINE_S, commands_topic, subscription_of

log = structlog.get_logger()
PULLED_AT_ONCE = 100
HELD_MOST = 1_000
POLL_S = 30.0
"""How long one request waits for commands. 3,000 requests a day are nothing to Pub/Sub, nor to its bill."""
CONNECT_S = 5.0
WELL_AFTER_S = 1.0
"""A subscription that is missing, or not allowed, is told sooner than this."""
ANSWER_S = 3.0
FIRST_RETRY_S = 0.5
RETRY_MOST_S = 30.0
UNREACHABLE = "Pub/Sub cannot be reached"
SCOPES = ("https://www.googleapis.com/auth/pubsub",)


class Pulled:
    """A message that waits for its acknowledgement; its lease is kept up until then."""

    def __init__(self, received: ReceivedMessage, subscription: "CommandSubscription") -> None:
        self.data = received.message.data
        self.attributes: Mapping[str, str] = received.message.attributes
        self.message_id = received.message.message_id
        self._ack_id = received.ack_id
        self._subscription = subscription

    def ack(self) -> None:
        self._subscription.answer(self._ack_id, again=False)

    def nack(self) -> None:
        self._subscription.answer(self._ack_id, again=True)


class CommandSubscription:
    """``failing`` says why no command can arrive; empty while they can.

    Pulls one request at a time instead of Google's streaming: a stream whose bridge was killed keeps, at the emulator,
    the commands of some charge points for ever, and its ten threads hide how the connection is.
    """

    def __init__(self, project: str, bridge_id: str, inbox: CommandInbox, metrics: Metrics) -> None:
        self._request = subscription_of(project, commands_topic(bridge_id))
        self._name: str = self._request["name"]
        self._inbox = inbox
        self._metrics = metrics
        self._client: SubscriberAsyncClient | None = None
        self._held: set[str] = set()
        self._room = asyncio.Semaphore(HELD_MOST)
        self._answers: set[asyncio.Task[None]] = set()
        self._told = ""
        self.failing = "connecting to Pub/Sub"

    async def run(self) -> None:
        """Until it is cancelled: then what is being taken is taken, and the rest given back."""
        failures = 0
        try:
            while True:
                try:
                    await self._connected()
                except Exception as error:  # noqa: BLE001 -- whatever it was, the next connection may be well
                    failures = failures + 1 if self.failing else 1
                    self._lost(error)
                await asyncio.sleep(pause_s(failures, FIRST_RETRY_S, RETRY_MOST_S))
        finally:
            self._metrics.bus_connected.set(0)

    def answer(self, ack_id: str, *, again: bool) -> None:
        """Acknowledge a message or give it back. One that does not get through is delivered again, and is a repeat."""
        self._held.discard(ack_id)
        self._room.release()
        if self._client is None:
            return
        ids = [ack_id]
        task = asyncio.get_running_loop().create_task(
            _tried(
                self._client.modify_ack_deadline(
                    subscription=self._name, ack_ids=ids, ack_deadline_seconds=0, retry=None, timeout=ANSWER_S
                )
                if again
                else self._client.acknowledge(subscription=self._name, ack_ids=ids, retry=None, timeout=ANSWER_S)
            )
        )
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _connected(self) -> None:
        """Until something fails, which is raised. A new client each time: an old one's channel may wait for minutes."""
        self._client = client = await _client()
        leases = asyncio.get_running_loop().create_task(self._keep_leases(client))
        try:
            await self._pull(client)
        except asyncio.CancelledError:
            await self._inbox.close()
            raise
        finally:
            leases.cancel()
            if self._answers:
                await asyncio.wait(self._answers, timeout=ANSWER_S)
            self._client = None
            await client.transport.close()  # type: ignore[no-untyped-call]

    async def _pull(self, client: SubscriberAsyncClient) -> None:
        channel: grpc.aio.Channel = client.transport.grpc_channel  # type: ignore[attr-defined]  # of its base class
        async with asyncio.timeout(CONNECT_S):
            await channel.channel_ready()
        if os.environ.get("PUBSUB_EMULATOR_HOST"):
            await _make_missing(client, self._request)
        while True:
            pulling = asyncio.get_running_loop().create_task(
                client.pull(subscription=self._name, max_messages=PULLED_AT_ONCE, retry=None, timeout=POLL_S)
            )
            try:
                await asyncio.wait({pulling}, timeout=WELL_AFTER_S if self.failing else None)
                if self.failing and not pulling.done():
                    self._well()
                answer = await pulling
            except DeadlineExceeded:
                continue
            finally:
                pulling.cancel()
            if self.failing:
                self._well()
            for received in answer.received_messages:
                await self._room.acquire()
                self._held.add(received.ack_id)
                self._inbox.arrived(Pulled(received, self))

    async def _keep_leases(self, client: SubscriberAsyncClient) -> None:
        """Commands may wait here for their charge points, longer than Pub/Sub waits for us."""
        while True:
            await asyncio.sleep(ACK_DEADLINE_S / 2)
            if self._held:
                await _tried(
                    client.modify_ack_deadline(
                        subscription=self._name,
                        ack_ids=list(self._held),
                        ack_deadline_seconds=ACK_DEADLINE_S,
                        retry=None,
                        timeout=ANSWER_S,
                    )
                )

    def _well(self) -> None:
        self._metrics.bus_connected.set(1)
        self.failing = self._told = ""
        log.info("commands arrive", subscription=self._name)

    def _lost(self, error: BaseException) -> None:
        self._metrics.bus_connected.set(0)
        self.failing = _reason(error)
        if self.failing != self._told:
            log.warning("commands do not arrive", subscription=self._name, error=self.failing)
        self._told = self.failing


async def _client() -> SubscriberAsyncClient:
    if os.environ.get("PUBSUB_EMULATOR_HOST"):
        return SubscriberAsyncClient()
    # A file, or a question to the machine's metadata server.
    credentials, _ = await asyncio.to_thread(google.auth.default, scopes=SCOPES)
    return SubscriberAsyncClient(credentials=credentials)


async def _make_missing(client: SubscriberAsyncClient, subscription: dict[str, Any]) -> None:
    """On the emulator, where nobody deploys: the topic and the subscription."""
    publisher = PublisherAsyncClient()
    try:
        with contextlib.suppress(AlreadyExists):
            await publisher.create_topic(name=subscription["topic"], retry=None, timeout=CONNECT_S)
    finally:
        await publisher.transport.close()  # type: ignore[no-untyped-call]
    with contextlib.suppress(AlreadyExists):
        await client.create_subscription(request=subscription, retry=None, timeout=CONNECT_S)


async def _tried(request: Awaitable[object]) -> None:
    with contextlib.suppress(GoogleAPIError):
        await request


def _reason(error: BaseException) -> str:
    """One line, the same for every try of the same kind."""
    if isinstance(error, RetryError | ServiceUnavailable | GatewayTimeout | TimeoutError):
        return UNREACHABLE
    return " ".join(str(error).split())[:300] or type(error).__name__
