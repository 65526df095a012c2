"""Where somebody may stand between a charge point and its socket, to spoil what passes."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from websockets.asyncio.client import ClientConnection


class Interference(Protocol):
    """Every frame passes here as text. The log holds what was meant to go out, and what arrived."""

    def opened(self, socket: ClientConnection) -> None:
        """A socket opened."""

    def closed(self) -> None:
        """It closed."""

    async def send(self, text: str, socket: ClientConnection) -> None:
        """In place of ``socket.send(text)``; raises its ``ConnectionClosed``."""

    async def received(self, text: str | bytes, deliver: Callable[[str | bytes], Awaitable[None]]) -> None:
        """In place of ``deliver(text)``. While this waits, nothing more is read."""
