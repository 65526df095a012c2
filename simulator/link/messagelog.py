"""The last frames of a charge point, both ways, for who debugs with it. Credentials are masked."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from simulator.link import frames

KEPT = 1000
BEGINNING = re.compile(r"\s*\[\s*([234])\s*,")
MASK = "***"
SECRETS = ("authorizationkey", "basicauthpassword", "setnetworkprofile")
# Of OCPP 2.0.1's NetworkConnectionProfileType.
NETWORK_SECRETS = (("apn", "apnPassword"), ("apn", "simPin"), ("vpn", "password"), ("vpn", "key"))

Direction = Literal["sent", "received"]

# The operation on whose behalf things are said: set by who starts it, inherited by every task that follows.
operation_id: ContextVar[str | None] = ContextVar("operation_id", default=None)


@contextmanager
def in_operation(name: str | None) -> Iterator[None]:
    """All frames of what is begun inside are logged with this operation."""
    token = operation_id.set(name)
    try:
        yield
    finally:
        operation_id.reset(token)


class Logged(msgspec.Struct, frozen=True, kw_only=True):
    """One frame. ``message_id`` counts this charge point's frames from 1. ``text`` is the frame as it went
    over the wire; ``latency_ms`` is what an answer took.
    """

    message_id: int
    at: datetime
    direction: Direction
    text: str
    action: str | None = None
    unique_id: str | None = None
    latency_ms: float | None = None
    operation_id: str | None = None

    @property
    def message_type(self) -> int | None:
        """2 for a CALL, 3 for a CALLRESULT, 4 for a CALLERROR; None for what is no frame."""
        begun = BEGINNING.match(self.text)
        return int(begun[1]) if begun is not None else None

    @property
    def frame(self) -> Any:
        """The parsed JSON, or the text itself where it is none."""
        try:
            return frames.parse(self.text)
        except frames.BadFrame:
            return self.text

    def plain(self) -> dict[str, Any]:
        """As others see it."""
        return {
            "message_id": self.message_id,
            "at": self.at,
            "direction": self.direction,
            "action": self.action,
            "unique_id": self.unique_id,
            "latency_ms": self.latency_ms,
            "operation_id": self.operation_id,
            "frame": self.frame,
        }


class MessageLog:
    """A bounded log: the oldest frames make room. ``tell`` is called with each."""

    def __init__(self, first_message_id: int = 1, tell: Callable[[Logged], None] | None = None) -> None:
        self._frames: deque[Logged] = deque(maxlen=KEPT)
        self._next = first_message_id
        self._tell = tell

    def add(
        self,
        direction: Direction,
        text: str | bytes,
        *,
        action: str | None = None,
        unique_id: str | None = None,
        latency_ms: float | None = None,
    ) -> None:
        """Log a frame as part of the current operation."""
        logged = Logged(
            message_id=self._next,
            at=datetime.now(UTC),
            direction=direction,
            text=masked(text if isinstance(text, str) else text.decode(errors="replace")),
            action=action,
            unique_id=unique_id,
            latency_ms=latency_ms,
            operation_id=operation_id.get(),
        )
        self._next += 1
        self._frames.append(logged)
        if self._tell is not None:
            self._tell(logged)

    def keep(self, count: int) -> None:
        """How many frames it holds from now on."""
        self._frames = deque(self._frames, maxlen=count)

    def last(self, limit: int) -> list[Logged]:
        """The newest ``limit`` frames, oldest first."""
        return list(self._frames)[-limit:] if limit > 0 else []


def masked(text: str) -> str:
    """The frame without the password that a central system sets in it."""
    lower = text.casefold()
    if not any(secret in lower for secret in SECRETS):
        return text
    try:
        frame = frames.parse(text)
    except frames.BadFrame:
        return text
    match frame:
        case [2, _, "ChangeConfiguration", {"key": str(key)} as payload] if key.casefold() in SECRETS:
            payload["value"] = MASK
        case [2, _, "SetVariables", {"setVariableData": list(items)}]:
            for item in items:
                match item:
                    case {"variable": {"name": str(name)}} if name.casefold() in SECRETS:
                        item["attributeValue"] = MASK
        case [2, _, "SetNetworkProfile", {"connectionData": dict(data)}]:
            for part, secret in NETWORK_SECRETS:
                if isinstance(data.get(part), dict) and secret in data[part]:
                    data[part][secret] = MASK
        case _:
            return text
    return msgspec.json.encode(frame).decode()
