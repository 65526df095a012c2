"""Topics and subscriptions of one project at the Pub/Sub emulator, as a test makes, fills and empties them."""

import contextlib
import time
from collections.abc import Mapping
from typing import Any

from google.api_core.exceptions import AlreadyExists, DeadlineExceeded
from google.cloud.pubsub_v1 import PublisherClient, SubscriberClient
from google.pubsub_v1 import PublisherClient as OneRequest

from wire.topics import subscription_of, topic_path

ONE_LOOK_S = 2.0


class Topics:
    """At the emulator that PUBSUB_EMULATOR_HOST names when a method is called."""

    def __init__(self, project: str) -> None:
        self.project = project

    def make(self, topic: str, subscription: str = "") -> None:
        """A topic and a subscription, of the same name if none is given; harmless when they are there."""
        with PublisherClient() as publisher, contextlib.suppress(AlreadyExists):
            publisher.create_topic(name=topic_path(self.project, topic))
        with SubscriberClient() as subscriber, contextlib.suppress(AlreadyExists):
            request = subscription_of(self.project, topic)
            if subscription:
                request["name"] = self._path(subscription)
            subscriber.create_subscription(request=request)

    def publish(
        self, topic: str, data: bytes, attributes: Mapping[str, str] | None = None, ordering_key: str = ""
    ) -> None:
        message = {"data": data, "attributes": attributes or {}, "ordering_key": ordering_key}
        with PublisherClient() as publisher:
            OneRequest.publish(publisher, request={"topic": topic_path(self.project, topic), "messages": [message]})

    def pull(self, subscription: str, count: int, within_s: float = 10.0) -> list[Any]:
        """What arrives until it is ``count`` messages or more; acknowledged."""
        found: list[Any] = []
        until = time.monotonic() + within_s
        with SubscriberClient() as subscriber:
            path = self._path(subscription)
            while len(found) < count:
                assert time.monotonic() < until, f"{len(found)} of {count} messages in {within_s:g} s"
                with contextlib.suppress(DeadlineExceeded):
                    answer = subscriber.pull(subscription=path, max_messages=1_000, timeout=ONE_LOOK_S, retry=None)
                    if answer.received_messages:
                        subscriber.acknowledge(
                            subscription=path, ack_ids=[each.ack_id for each in answer.received_messages]
                        )
                    found += [each.message for each in answer.received_messages]
        return found

    def _path(self, subscription: str) -> str:
        return f"projects/{self.project}/subscriptions/{subscription}"
