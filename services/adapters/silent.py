"""Stand-ins for what a deployment does not have: no bridge to command, nobody to tell."""

from model.errors import Unavailable
from services.ports import CommandFate, Notification
from wire.commands import Command


class NoBus:
    """No bridge is known: commands fail, nudges are dropped (the minute job finds what is pending)."""

    def command(self, bridge_id: str, command: Command) -> CommandFate:
        raise Unavailable("no_bus", f"No way to bridge {bridge_id} is set up for {type(command).__name__}.")

    def decided(self, path: str) -> None:
        """Nothing to nudge."""

    def flush(self, within_s: float) -> None:
        """Nothing waits here."""


class NoNotifier:
    """Nobody is told."""

    def send(self, notification: Notification) -> None:
        """Dropped."""
