"""How a run ends before its time: somebody asked it to stop, or it cannot go on."""

import signal
from types import FrameType


class CannotRun(Exception):
    """The run cannot start or go on; the text is for a person and says what to do."""


class Stopped(Exception):
    """Somebody asked to stop: Ctrl-C, SIGTERM, or a closed terminal."""


class StopSwitch:
    """Turned by a signal or from a thread. Signal handlers only set a flag: no lock can be held against them."""

    def __init__(self) -> None:
        self.asked = False
        self.urgent = False

    def on_signals(self) -> None:
        """Let SIGINT, SIGTERM and SIGHUP turn it; a second one means: at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._turn)

    def check(self) -> None:
        """Raise :class:`Stopped` once it was turned."""
        if self.asked:
            raise Stopped

    def _turn(self, _number: int, _frame: FrameType | None) -> None:
        self.urgent = self.asked
        self.asked = True
