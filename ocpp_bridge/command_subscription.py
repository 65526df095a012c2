"""The bridge's end of Pub/Sub: commands stream in from the subscription ``commands-<bridge_id>``, whatever happens.

The only file of the bridge that knows Google's client; imported only where commands come this way.
"""

import asyncio
import contextlib
import os
import queue
import random
from collections.abc import Callable
from typing import Any

import grpc
import structlog
from google.api_core.exceptions import AlreadyExists, GatewayTimeout, RetryError, ServiceUnavailable
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.cloud.pubsub_v1.subscriber.scheduler import Scheduler
from google.cloud.pubsub_v1.types import FlowControl

from ocpp_bridge.command_inbox import SETTLE_S, CommandInbox
from ocpp_bridge.metrics import Metrics
from wire.topics import ACK_DEADLINE_S, commands_topic, subscription_of

log = structlog.get_logger()
WELL_AFTER_S = 1.0
"""A subscription that is missing, or not allowed, ends its stream sooner than this."""
FIRST_RETRY_S = 0.5
RETRY_MOST_S = 30.0
END_S = SETTLE_S + 1.0
UNREACHABLE = "Pub/Sub cannot be reached"
FLOW = FlowControl(max_messages=1_000, max_bytes=16 * 1024 * 1024, max_duration_per_lease_extension=ACK_DEADLINE_S)
"""The last: after ``kill -9`` of the bridge its messages come again after so many seconds; the default is a minute."""


class Lost(Exception):
    """The stream ended; the text says why."""


class OnTheLoop(Scheduler):  # type: ignore[misc]  # the library is not typed
    """Google's threads hand messages to the inbox on the loop, in their order; the library's own has ten threads."""

    def __init__(self, loop: asyncio.AbstractEventLoop, inbox: CommandInbox) -> None:
        self._loop = loop
        self._inbox = inbox
        self._requests: queue.Queue[Any] = queue.Queue()

    @property
    def queue(self) -> "queue.Queue[Any]":
        """Where messages put their acknowledgements."""
        return self._requests

    def schedule(self, callback: Callable[..., Any], *args: Any, **_kwargs: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended: Pub/Sub delivers again
            self._loop.call_soon_threadsafe(callback, *args)

    def shutdown(self, await_msg_callbacks: bool = False) -> list[Any]:  # noqa: ARG002, FBT001, FBT002 -- the library's
        """On a thread of the library, before it sends the last acknowledgements."""
        with contextlib.suppress(RuntimeError, TimeoutError):
            asyncio.run_coroutine_threadsafe(self._inbox.settle(), self._loop).result(END_S)
        return []


class CommandSubscription:
    """``failing`` says why no command can arrive; empty while they can."""

    def __init__(self, project: str, bridge_id: str, inbox: CommandInbox, metrics: Metrics) -> None:
        self._subscription = subscription_of(project, commands_topic(bridge_id))
        self._inbox = inbox
        self._metrics = metrics
        self._told = ""
        self.failing = "connecting to Pub/Sub"

    async def run(self) -> None:
        """Until it is cancelled; then nothing is pulled any more, and what was taken is acknowledged."""
        failures = 0
        try:
            while True:
                try:
                    await self._stream()
                except Exception as error:  # noqa: BLE001 -- whatever it was, the next stream may be well
                    failures = 1 if not self.failing else failures + 1
                    self._lost(error)
                longest = min(RETRY_MOST_S, FIRST_RETRY_S * 2 ** min(failures - 1, 10))
                await asyncio.sleep(random.uniform(longest / 2, longest))  # noqa: S311 -- spreads retries
        finally:
            self._metrics.bus_connected.set(0)

    async def _stream(self) -> None:
        """Until it ends. Raises what ended it."""
        # Making a client may ask a metadata server for credentials.
        client = await asyncio.to_thread(SubscriberClient)
        try:
            if os.environ.get("PUBSUB_EMULATOR_HOST"):
                await asyncio.to_thread(_make_missing, client, self._subscription)
            await self._pull(client)
        finally:
            client.close()

    async def _pull(self, client: SubscriberClient) -> None:
        loop = asyncio.get_running_loop()
        opened, ended = asyncio.Event(), loop.create_future()

        def end(error: BaseException | None) -> None:
            if not ended.done():
                ended.set_result(error)

        def on_network(state: grpc.ChannelConnectivity) -> None:
            if state is grpc.ChannelConnectivity.READY:
                _on(loop, opened.set)
            elif state is grpc.ChannelConnectivity.TRANSIENT_FAILURE:
                # The library would try for ever without a word, and the channel wait for minutes.
                _on(loop, end, Lost(UNREACHABLE))

        channel = client.transport.grpc_channel
        channel.subscribe(on_network, try_to_connect=True)
        stream = client.subscribe(self._subscription["name"], self._inbox.arrived, FLOW, OnTheLoop(loop, self._inbox))
        closed = asyncio.Event()

        def on_end(_stream: Any) -> None:
            _on(loop, end, stream.exception())
            _on(loop, closed.set)

        stream.add_done_callback(on_end)
        try:
            await self._until_lost(opened, ended)
        finally:
            channel.unsubscribe(on_network)
            stream.cancel()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(closed.wait(), END_S)

    async def _until_lost(self, opened: asyncio.Event, ended: "asyncio.Future[BaseException | None]") -> None:
        opening = asyncio.ensure_future(opened.wait())
        either: set[asyncio.Future[Any]] = {opening, ended}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            opening.cancel()
        await asyncio.wait({ended}, timeout=WELL_AFTER_S)
        if not ended.done():
            self._well()
        raise await ended or Lost("the stream ended")

    def _well(self) -> None:
        self._metrics.bus_connected.set(1)
        self.failing = self._told = ""
        log.info("commands arrive", subscription=self._subscription["name"])

    def _lost(self, error: BaseException) -> None:
        self._metrics.bus_connected.set(0)
        self.failing = _reason(error)
        if self.failing != self._told:
            log.warning("commands do not arrive", subscription=self._subscription["name"], error=self.failing)
        self._told = self.failing


def _reason(error: BaseException) -> str:
    """One line, the same for every try of the same kind."""
    if isinstance(error, RetryError | ServiceUnavailable | GatewayTimeout):
        return UNREACHABLE
    return " ".join(str(error).split())[:300] or type(error).__name__


def _make_missing(client: SubscriberClient, subscription: dict[str, Any]) -> None:
    """On the emulator, where nobody deploys: the topic and the subscription."""
    with PublisherClient() as publisher, contextlib.suppress(AlreadyExists):
        publisher.create_topic(name=subscription["topic"], retry=None, timeout=END_S)
    with contextlib.suppress(AlreadyExists):
        client.create_subscription(request=subscription, retry=None, timeout=END_S)


def _on(loop: asyncio.AbstractEventLoop, call: Callable[..., Any], *arguments: Any) -> None:
    with contextlib.suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(call, *arguments)
