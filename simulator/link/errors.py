"""What goes wrong between a charge point and its central system."""

from collections.abc import Callable
from typing import Any


class NotConnected(Exception):
    """There is no socket, or it closed before the answer came."""


class CallFailed(Exception):
    """The central system answered CALLERROR, or nothing in time."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(f"{code}: {description}" if description else code)
        self.code = code


class Refused(Exception):
    """Raised by a handler of the central system's call: answered as CALLERROR with this code."""

    def __init__(self, code: str, description: str = "") -> None:
        super().__init__(description or code)
        self.code = code


class MalformedAnswer(Exception):
    """A CALLRESULT without what it must hold; counts as a failed attempt."""


# A handler answers a payload, and what to do once the answer is out.
Answer = tuple[dict[str, Any], Callable[[], object] | None]
