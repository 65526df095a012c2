"""Where messages go at Pub/Sub, and what they carry beside their body: back end, bridge and deployment agree here.

Whoever deploys makes the topics and subscriptions; on the emulator those who need them do.
"""

import re
from datetime import UTC
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:  # deployment runs where nothing is installed
    from wire.commands import Command

DECISIONS: Final = "decisions"
"""The topic of decisions with effects pending; a message is ``{"path": "locations/…/decisions/…"}``."""
PUBLISHED: Final = "published"
"""The topic of what outside systems are told; each message is a row of the schema of the same name."""
PUBLISHED_ROW: Final[dict[str, Any]] = {
    "type": "record",
    "name": "Published",
    "doc": "A message of Kilowait, schema 1: docs/mqtt.md has the shape of each kind's body.",
    "fields": [
        {"name": "schema", "type": "int", "doc": "1"},
        {"name": "id", "type": "string", "doc": "Of this message for ever: one that comes again has the same."},
        {"name": "kind", "type": "string", "doc": "location, state, session or meter"},
        {"name": "location", "type": "string"},
        {"name": "charger", "type": "string", "doc": "Empty for a location's own."},
        {"name": "at", "type": "string", "doc": "ISO 8601, UTC"},
        {"name": "body", "type": "string", "doc": "JSON"},
    ],
}
"""In Avro. No field may be null, so that its JSON is as plain as any."""
ACK_DEADLINE_S: Final = 10
"""Of a bridge's subscription: how long after its death its messages are delivered again. Pub/Sub's minimum."""
COMMAND_MOST_BYTES: Final = 256 * 1024
"""A longer command is sent nowhere and taken by no bridge."""
_PREFIX = "pubsub:"
_PROJECT = re.compile(r"(?:[a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]")
_MOST_CHARACTERS = 255


def project_of(bus: str) -> str:
    """The project of ``pubsub:PROJECT``. Raises ``ValueError``."""
    project = bus.removeprefix(_PREFIX)
    if not bus.startswith(_PREFIX) or not _PROJECT.fullmatch(project):
        raise ValueError("a bus is 'local' or 'pubsub:PROJECT', where PROJECT is a project id of Google Cloud")
    return project


def commands_topic(bridge_id: str) -> str:
    """The name of a bridge's topic, and of its one subscription. Raises ``ValueError`` for an id that fits in no name.

    Characters that no topic may have are percent-encoded.
    """
    name = f"commands-{quote(bridge_id, safe='')}"
    if not bridge_id or len(name) > _MOST_CHARACTERS:
        raise ValueError(f"the bridge id {bridge_id!r} does not fit in the name of a topic")
    return name


def topic_path(project: str, topic: str) -> str:
    """A topic's full name."""
    return f"projects/{project}/topics/{topic}"


def subscription_of(project: str, topic: str) -> dict[str, Any]:
    """A bridge's subscription, in Pub/Sub's words. Without the order, a release could overtake its hold."""
    return {
        "name": f"projects/{project}/subscriptions/{topic}",
        "topic": topic_path(project, topic),
        "ack_deadline_seconds": ACK_DEADLINE_S,
        "enable_message_ordering": True,
    }


def attributes_of(command: "Command") -> dict[str, str]:
    """What tells a command whose body cannot be read, as one of a newer schema: who asked is answered all the same."""
    return {
        "command_id": command.command_id,
        "charge_point_id": command.charge_point_id,
        "expires_at": command.expires_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }
