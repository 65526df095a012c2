"""Services: whom ``KILOWAIT_PUBLISH`` names. Needs no package: deployment checks settings by it."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from wire.topics import project_of

PORTS = {"mqtt": 1883, "mqtts": 8883}
PREFIX = "kilowait"
TOPIC_PREFIX = "pubsub:"
_NO_PREFIX = re.compile(r"[+#\x00-\x1f\x7f]|//|^\$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where an MQTT broker is, and who we are there."""

    host: str
    port: int
    prefix: str
    tls: bool = False
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    """Whom to believe; empty: whom the system believes."""
    client_id: str = "kilowait"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A project of Google Cloud; the topic in it is :data:`wire.topics.PUBLISHED`."""

    project: str


def address_of(name: str) -> Broker | Topic:
    """The receiver of ``mqtt[s]://[user@]host[:port][/prefix]`` or ``pubsub:PROJECT``.

    Raises ``ValueError`` that says what is wrong with it.
    """
    if name.startswith(TOPIC_PREFIX):
        try:
            return Topic(project=project_of(name))
        except ValueError as error:
            raise ValueError("PROJECT must be a project id of Google Cloud") from error
    parts = urlsplit(name)
    if parts.scheme not in PORTS or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("it must be mqtt://HOST:PORT/PREFIX, mqtts://USER@HOST:PORT/PREFIX or pubsub:PROJECT")
    if parts.password is not None:
        raise ValueError("no password may stand in it: KILOWAIT_PUBLISH_PASSWORD has it")
    prefix = unquote(parts.path).strip("/") or PREFIX
    if _NO_PREFIX.search(prefix):
        raise ValueError("the prefix may have no '+', '#', empty level or control character, nor begin with '$'")
    return Broker(
        host=parts.hostname,
        port=parts.port or PORTS[parts.scheme],
        prefix=prefix,
        tls=parts.scheme == "mqtts",
        username=unquote(parts.username or ""),
    )
