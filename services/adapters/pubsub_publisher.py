"""The ``Publisher`` of a Pub/Sub topic with a schema, from which a warehouse fills a table."""

import json
import os
import threading
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from model.errors import Unavailable
from model.instants import to_text
from services.ports import Publication
from wire.topics import PUBLISHED, topic_path

if TYPE_CHECKING:
    from google.cloud.pubsub_v1 import PublisherClient

ACKNOWLEDGED_S = 8.0
MOST_BYTES = 5_000_000
"""Of one request; Pub/Sub takes 10 MB."""


class PubSubPublisher:
    """Publishes to one topic of a project, in the order of each location; honours PUBSUB_EMULATOR_HOST.

    For one thread. The client is made at the first message.
    """

    def __init__(self, project: str, acknowledged_s: float = ACKNOWLEDGED_S) -> None:
        self._project = project
        self._acknowledged_s = acknowledged_s
        self._making = threading.Lock()
        self._made: PublisherClient | None = None

    @property
    def name(self) -> str:
        """See :class:`services.ports.Publisher`."""
        return f"pubsub:{self._project}/{PUBLISHED}"

    @property
    def memory(self) -> int | None:
        """See :class:`services.ports.Publisher`."""
        return None

    def publish(self, publications: Sequence[Publication]) -> None:
        """See :class:`services.ports.Publisher`."""
        for location_id, group in groupby(publications, lambda one: one.location_id):
            for some in _requests([message_of(one, location_id) for one in group]):
                self._send(some)

    def close(self) -> None:
        """See :class:`services.ports.Publisher`."""
        with self._making:
            client, self._made = self._made, None
        if client is not None:
            client.transport.close()

    def _send(self, messages: list[dict[str, Any]]) -> None:
        from google.api_core import exceptions  # noqa: PLC0415 -- with the client
        from google.api_core.retry import Retry, if_exception_type  # noqa: PLC0415
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415
        from google.pubsub_v1 import PublisherClient as OneRequest  # noqa: PLC0415

        again = if_exception_type(exceptions.Aborted, exceptions.InternalServerError, exceptions.ServiceUnavailable)
        retry = Retry(predicate=again, initial=0.1, maximum=1.0, timeout=self._acknowledged_s)
        request = {"topic": topic_path(self._project, PUBLISHED), "messages": messages}
        try:
            client = self._client()
            try:
                OneRequest.publish(client, request=request, retry=retry, timeout=self._acknowledged_s)
            except exceptions.NotFound:
                if not os.environ.get("PUBSUB_EMULATOR_HOST"):
                    raise
                client.create_topic(name=topic_path(self._project, PUBLISHED))
                OneRequest.publish(client, request=request, retry=retry, timeout=self._acknowledged_s)
        except (exceptions.GoogleAPIError, GoogleAuthError, ValueError) as error:
            self.close()  # a channel that lost its network waits for minutes before it tries again
            said = " ".join(f"{type(error).__name__}: {error}".split())[:300]
            raise Unavailable("topic_unavailable", f"Pub/Sub topic {PUBLISHED} of {self._project}: {said}") from error

    def _client(self) -> "PublisherClient":
        with self._making:
            if self._made is None:
                from google.cloud.pubsub_v1 import PublisherClient  # noqa: PLC0415

                self._made = PublisherClient()
            return self._made


def message_of(publication: Publication, ordering_key: str) -> dict[str, Any]:
    """A row of the table (:data:`wire.topics.PUBLISHED_ROW`): what every message has, and its body as JSON."""
    row = {
        "schema": 1,
        "id": publication.message_id,
        "kind": publication.kind,
        "location": publication.location_id,
        "charger": publication.charger_id,
        "at": to_text(publication.at),
        "body": publication.body.decode(),
    }
    return {
        "data": json.dumps(row, ensure_ascii=False).encode(),
        "attributes": {"id": publication.message_id, "kind": publication.kind},
        "ordering_key": ordering_key,
    }


def _requests(messages: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    requests: list[list[dict[str, Any]]] = [[]]
    size = 0
    for message in messages:
        size += len(message["data"])
        if requests[-1] and size > MOST_BYTES:
            requests.append([])
            size = len(message["data"])
        requests[-1].append(message)
    return requests
