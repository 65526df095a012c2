"""The last frames of a charge point, both ways, for who debugs with it. Credentials are masked."""

from collections import deque
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from simulator.chargepoint.configuration import AUTHORIZATION_KEY

KEPT = 1000
MASK = "***"


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """One frame. ``message_id`` counts this charge point's frames from 1 since the process started; ``frame``
    is the parsed JSON, or the text itself where it is none.
    """

    message_id: int
    at: datetime
    direction: Literal["sent", "received"]
    frame: Any


class MessageLog:
    """A bounded log: the oldest frames make room."""

    def __init__(self) -> None:
        self._frames: deque[Logged] = deque(maxlen=KEPT)
        self._count = 0

    def add(self, direction: Literal["sent", "received"], text: str | bytes) -> None:
        self._count += 1
        self._frames.append(
            Logged(message_id=self._count, at=datetime.now(UTC), direction=direction, frame=_parsed(text))
        )

    def last(self, limit: int) -> list[Logged]:
        """The newest ``limit`` frames, oldest first."""
        return list(self._frames)[-limit:] if limit > 0 else []


def _parsed(text: str | bytes) -> Any:
    try:
        frame = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return text if isinstance(text, str) else text.decode(errors="replace")
    match frame:
        case [2, _, "ChangeConfiguration", {"key": str(key)} as payload] if (
            key.casefold() == AUTHORIZATION_KEY.casefold()
        ):
            payload["value"] = MASK
    return frame
