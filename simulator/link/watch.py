"""Who looks on: told every frame and every request, and asked what somebody wants answered."""

from typing import Any, Literal, Protocol

import msgspec

from simulator.link.messagelog import Logged


class SetAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a person set as the answer to an action. ``as_usual`` only delays."""

    mode: Literal["as_usual", "payload", "error", "silent"] = "as_usual"
    payload: dict[str, Any] = msgspec.field(default_factory=dict)
    error_code: str = "InternalError"
    delay_s: float = 0.0


class Watch(Protocol):
    """Of all charge points of a simulator; nothing in it may wait."""

    def first_message_id(self, charge_point_id: str) -> int:
        """From which its frames are counted: one more than any it ever had."""

    def message(self, charge_point_id: str, logged: Logged) -> None:
        """A frame went out or came in."""

    def asked(self, charge_point_id: str, action: str) -> str | None:
        """The central system asks: the operation that this and all that follows from it belongs to."""

    def answered(self, charge_point_id: str, operation_id: str, error: str | None) -> None:
        """That was answered: ``error`` is a CALLERROR's code, or ``silent``."""

    def answer_to(self, charge_point_id: str, action: str) -> SetAnswer | None:
        """What a person set for this action, used up by asking; None: as usual."""
