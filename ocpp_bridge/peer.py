"""Whatever is connected and takes commands: an OCPP charge point's socket, or a unit that speaks something else.

The desks know only this; `link.Link` and `units.unit.Unit` are it.
"""

from typing import Protocol

from ocpp_bridge.translation import Answer, Call, Outcome, SettingSteps
from wire.commands import Command, Settings


class CommandTranslator(Protocol):
    """Commands in the peer's own words, and its answers back (`translation.Translator` is one)."""

    def call_for(self, command: Command) -> Call:
        """The call that carries out a command. Raises :class:`Impossible`."""
        ...

    def outcome(self, command: Command, answer: Answer) -> Outcome:
        """What the peer's answer means for the command."""
        ...

    def setting_steps(self, command: Settings) -> SettingSteps:
        """The steps that carry out a settings command."""
        ...


class Peer(Protocol):
    """One connection of one charge point."""

    @property
    def charge_point_id(self) -> str: ...

    @property
    def epoch(self) -> int: ...

    @property
    def last_frame_at(self) -> float: ...

    @property
    def translator(self) -> CommandTranslator: ...

    async def call(self, call: Call, response_s: float) -> Answer:
        """Its answer; ``error`` is ``timeout`` or ``disconnected`` when there is none. One call at a time."""
        ...

    def end(self) -> None:
        """The connection is over: who waits for an answer is told so."""
        ...

    async def close(self, code: int, why: str) -> None:
        """End it from this side; ``code`` is a WebSocket's where it has one."""
        ...
