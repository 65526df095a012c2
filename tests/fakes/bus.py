"""A bus that keeps what was put on it, and fails when it is told to."""

from services.ports import CommandFate
from wire.commands import Command


class FakeBus:
    def __init__(self) -> None:
        self.commands: list[tuple[str, Command]] = []
        self.decisions: list[str] = []
        self.failing = False
        self.fate = CommandFate.SENT

    def command(self, bridge_id: str, command: Command) -> CommandFate:
        if self.failing:
            raise ConnectionError("the bus was told to fail")
        self.commands.append((bridge_id, command))
        return self.fate

    def decided(self, path: str) -> None:
        if self.failing:
            raise ConnectionError("the bus was told to fail")
        self.decisions.append(path)

    def flush(self, within_s: float) -> None:
        """Nothing waits here."""
