"""The ``Bus`` of one machine: commands go to the bridge's control port, decisions to this process's own worker."""

from collections.abc import Callable

import httpx

from model.errors import Unavailable
from services.ports import CommandFate
from wire.codec import encode
from wire.commands import Command

TIMEOUT_S = 3.0


class LocalBus:
    """Posts to ``<bridge url>/commands``; without a control secret nothing is sent. Safe between threads."""

    def __init__(self, bridge_url: str, control_secret: str, client: httpx.Client | None = None) -> None:
        self._address = f"{bridge_url.rstrip('/')}/commands"
        self._secret = control_secret
        self._client = client or httpx.Client(timeout=TIMEOUT_S)
        self._deliver: Callable[[str], None] | None = None

    def deliver_to(self, take: Callable[[str], None]) -> None:
        """Hand the paths of decisions to ``take``, which must return at once."""
        self._deliver = take

    def command(self, bridge_id: str, command: Command) -> CommandFate:
        """See :class:`services.ports.Bus`. There is one bridge on this machine, whatever its id."""
        if not self._secret:
            raise Unavailable("no_control_secret", "Commands need KILOWAIT_CONTROL_SECRET, shared with the bridge.")
        headers = {"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"}
        try:
            answer = self._client.post(self._address, content=encode(command), headers=headers)
            answer.raise_for_status()
            return CommandFate(answer.json()["status"])
        except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
            raise Unavailable("bridge_unreachable", f"Bridge {bridge_id} took no command: {error!r}") from error

    def decided(self, path: str) -> None:
        """See :class:`services.ports.Bus`."""
        if self._deliver is not None:
            self._deliver(path)

    def flush(self, within_s: float) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
