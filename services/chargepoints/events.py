"""Services: what bridges report: each event is applied, repeated or noted, and never refused."""

from collections.abc import Sequence
from typing import Any

from wire.events import EventReply


class Events:
    """Takes batches of events."""

    def post(self, bridge_id: str, stream: str, events: Sequence[Any]) -> EventReply:
        """Apply a batch of parsed JSON events of one stream. Results stand in the order of the events.

        Raises ``Invalid`` for a stream that is no id, ``StoreBusy`` / ``StoreUnavailable`` (the bridge repeats the whole post:
        what was applied already is then a ``repeat``).
        """
        raise NotImplementedError
