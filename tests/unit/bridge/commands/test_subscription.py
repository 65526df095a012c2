"""Pulling commands when Pub/Sub refuses, and when they must wait: with a client that answers as it is told to."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.auth.exceptions import DefaultCredentialsError
from google.pubsub_v1.types import PubsubMessage, PullResponse, ReceivedMessage
from structlog.testing import capture_logs

from ocpp_bridge.clock import Clock
from ocpp_bridge.commands import inbox as command_inbox
from ocpp_bridge.commands import subscription as command_subscription
from ocpp_bridge.commands.inbox import CommandInbox
from ocpp_bridge.commands.subscription import CommandSubscription
from ocpp_bridge.metrics import Metrics
from ocpp_bridge.spool.disk import DiskRefused
from wire.codec import encode
from wire.commands import Start

NOW = datetime.now(UTC)
START = Start(
    command_id="s1", charge_point_id="CP", issued_at=NOW, expires_at=NOW + timedelta(hours=1), connector=1, tag="T"
)


class Client:
    """``pulls`` are what requests answer or raise, one after another; then none is answered."""

    def __init__(self, *pulls: Any) -> None:
        self.pulls = list(pulls)
        self.acked: list[str] = []
        self.modified: list[tuple[list[str], int]] = []
        self.closed = 0
        self.transport = self.grpc_channel = self

    async def channel_ready(self) -> None:
        """At once."""

    async def pull(self, **_request: Any) -> PullResponse:
        answer = self.pulls.pop(0) if self.pulls else asyncio.Event()
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, asyncio.Event):
            await answer.wait()
        assert isinstance(answer, PullResponse)
        return answer

    async def acknowledge(self, *, ack_ids: list[str], **_request: Any) -> None:
        self.acked += ack_ids

    async def modify_ack_deadline(self, *, ack_ids: list[str], ack_deadline_seconds: int, **_request: Any) -> None:
        self.modified.append((ack_ids, ack_deadline_seconds))

    async def close(self) -> None:
        self.closed += 1


class Desk:
    """Takes what it is given, once the disk is well."""

    def __init__(self) -> None:
        self.refusals = 0
        self.taken: list[str] = []
        self.broken = False

    async def take(self, command: Start) -> str:
        if self.broken:
            raise KeyError("a mistake of ours")
        if self.refusals:
            self.refusals -= 1
            raise DiskRefused("disk full")
        self.taken.append(command.command_id)
        return "sent"


class Links:
    def __init__(self) -> None:
        self.there = asyncio.Event()

    async def has_returned(self, _charge_point_id: str) -> None:
        await self.there.wait()


class Scene:
    """A subscription that runs with this client, or error; its charge point is away until ``links.there``."""

    def __init__(self, client: Any) -> None:
        self.desk, self.links, self.metrics = Desk(), Links(), Metrics()
        # Stand-ins, as their own types know them.
        desk: Any = self.desk
        links: Any = self.links
        inbox = CommandInbox(desk, links, Clock(), self.metrics)
        self.subscription = CommandSubscription("my-project", "b1", inbox, self.metrics)
        self.client = client

    @contextlib.asynccontextmanager
    async def running(self) -> Any:
        async def made() -> Any:
            if isinstance(self.client, Exception):
                raise self.client
            return self.client

        with pytest.MonkeyPatch.context() as patch:
            patch.delenv("PUBSUB_EMULATOR_HOST", raising=False)
            patch.setattr(command_subscription, "_client", made)
            patch.setattr(command_subscription, "FIRST_RETRY_S", 0.01)
            patch.setattr(command_subscription, "WELL_AFTER_S", 0.01)
            patch.setattr(command_subscription, "ACK_DEADLINE_S", 0.04)
            patch.setattr(command_inbox, "DISK_RETRY_S", 0.01)
            task = asyncio.create_task(self.subscription.run())
            yield self
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def counted(self, was: str) -> bool:
        return f'bus_messages_total{{was="{was}"}} 1.0' in self.metrics.text().decode()


def delivered(*bodies: bytes) -> PullResponse:
    received = [
        ReceivedMessage(ack_id=f"a{number}", message=PubsubMessage(data=body, message_id=str(number)))
        for number, body in enumerate(bodies)
    ]
    return PullResponse(received_messages=received)


async def until(look: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not look():  # noqa: ASYNC110 -- what is looked for says nothing
            await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (exceptions.NotFound("Resource not found (resource=commands-b1)."), "Resource not found"),
        (exceptions.PermissionDenied("User not authorized\nto perform this action."), "User not authorized to"),
        (exceptions.ResourceExhausted("Quota exceeded"), "Quota exceeded"),
        (exceptions.ServiceUnavailable("failed to connect to ipv4:1.2.3.4"), "Pub/Sub cannot be reached"),
        (ValueError(), "ValueError"),
    ],
)
def test_what_pubsub_refuses_is_told_once_until_it_is_mended(error, why):
    async def scenario() -> None:
        with capture_logs() as logs:
            scene = Scene(Client(error, error, error))
            async with scene.running():
                await until(lambda: why in scene.subscription.failing)
                assert "\n" not in scene.subscription.failing
                await until(lambda: not scene.subscription.failing)
                assert b"bus_connected 1.0" in scene.metrics.text()
                assert scene.client.closed == 3
        told = [line["event"] for line in logs]
        assert told == ["commands do not arrive", "commands arrive"]

    asyncio.run(scenario())


def test_missing_credentials_are_a_reason_too():
    async def scenario() -> None:
        scene = Scene(DefaultCredentialsError("Your default credentials were not found."))
        async with scene.running():
            await until(lambda: "credentials were not found" in scene.subscription.failing)

    asyncio.run(scenario())


def test_a_pull_that_brings_nothing_is_no_failure():
    async def scenario() -> None:
        scene = Scene(Client(PullResponse(), exceptions.DeadlineExceeded("504"), delivered(encode(START))))
        scene.links.there.set()
        with capture_logs() as logs:
            async with scene.running():
                await until(lambda: scene.desk.taken)
        assert "commands do not arrive" not in [line["event"] for line in logs]

    asyncio.run(scenario())


def test_what_waits_for_its_charge_point_stays_ours_and_is_acknowledged_when_taken():
    async def scenario() -> None:
        scene = Scene(Client(delivered(encode(START))))
        async with scene.running():
            await until(lambda: len(scene.client.modified) >= 3)
            assert scene.client.modified[0][0] == ["a0"]
            assert scene.client.acked == scene.desk.taken == []
            scene.links.there.set()
            await until(lambda: scene.client.acked)
        assert scene.client.acked == ["a0"]
        assert scene.desk.taken == ["s1"]

    asyncio.run(scenario())


def test_at_the_end_what_waits_is_given_back():
    async def scenario() -> None:
        scene = Scene(Client(delivered(encode(START), encode(START))))
        async with scene.running():
            await until(lambda: scene.client.modified)
        assert sorted(scene.client.modified[-2:]) == [(["a0"], 0), (["a1"], 0)]
        assert scene.client.acked == scene.desk.taken == []

    asyncio.run(scenario())


def test_a_full_disk_is_waited_for():
    async def scenario() -> None:
        scene = Scene(Client(delivered(encode(START))))
        scene.links.there.set()
        scene.desk.refusals = 3
        async with scene.running():
            await until(lambda: scene.client.acked)
        assert scene.desk.taken == ["s1"]

    asyncio.run(scenario())


def test_a_command_that_breaks_the_desk_does_not_come_again():
    async def scenario() -> None:
        scene = Scene(Client(delivered(encode(START))))
        scene.links.there.set()
        scene.desk.broken = True
        with capture_logs() as logs:
            async with scene.running():
                await until(lambda: scene.client.acked)
        assert scene.counted("broken")
        assert "a command could not be taken" in [line["event"] for line in logs]

    asyncio.run(scenario())
