"""Starts from afar that a charge point accepted and may never carry out: who waits for one is told."""

import asyncio
from collections.abc import Callable

from wire.commands import Start

Connector = tuple[str, int]


class AwaitedStarts:
    """``never`` is called with a start that nothing came of, and how long that was. A restart forgets them."""

    def __init__(self, never: Callable[[Start, float], None], wait_s: float = 120.0) -> None:
        self.wait_s = wait_s
        self._never = never
        self._expected: dict[Connector, Start] = {}
        self._timers: dict[Connector, asyncio.TimerHandle] = {}

    def expect(self, command: Start) -> None:
        """It goes out now: its transaction may begin before it is answered."""
        connector = (command.charge_point_id, command.connector)
        self._forget(connector)
        self._expected[connector] = command

    def answered(self, command: Start, *, accepted: bool) -> None:
        """The charge point's word on it. From an acceptance on, time runs."""
        connector = (command.charge_point_id, command.connector)
        if self._expected.get(connector) is not command:
            return
        if accepted:
            loop = asyncio.get_running_loop()
            self._timers[connector] = loop.call_later(self.wait_s, self._over, connector)
        else:
            self._forget(connector)

    def began(self, charge_point_id: str, connector: int) -> None:
        """A transaction began there, whoever's."""
        self._forget((charge_point_id, connector))

    def close(self) -> None:
        """No more timers."""
        for connector in list(self._expected):
            self._forget(connector)

    def _over(self, connector: Connector) -> None:
        command = self._expected.get(connector)
        self._forget(connector)
        if command is not None:
            self._never(command, self.wait_s)

    def _forget(self, connector: Connector) -> None:
        self._expected.pop(connector, None)
        timer = self._timers.pop(connector, None)
        if timer is not None:
            timer.cancel()
