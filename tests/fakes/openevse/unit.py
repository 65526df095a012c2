"""A stand-in OpenEVSE, written from facts about its firmware: what it does, in no protocol. Shares no code of ours."""

from collections.abc import Callable
from dataclasses import dataclass, field

A, B, C, NO_GROUND, SLEEPING, DISABLED = 0x01, 0x02, 0x03, 0x07, 0xFE, 0xFF
HARDWARE_MOST_A, CONFIGURED_MOST_A, LEAST_A = 80, 32, 6
CAR_MOST_A = 16
MILLIVOLTS = 240_000


@dataclass
class OpenEvse:
    """``changed`` is called after every change of its state."""

    plugged: bool = False
    asks: bool = False
    """The car wants power."""
    off: int = 0
    """0, SLEEPING or DISABLED."""
    fault: int = 0
    limit_a: int = CONFIGURED_MOST_A
    session_ws: int = 0
    lifetime_wh: int = 0
    elapsed_s: int = 0
    had_session: bool = False
    boots: int = 0
    changed: list[Callable[[], None]] = field(default_factory=list)
    booted: list[Callable[[], None]] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    """What it was told, in order."""

    @property
    def pilot(self) -> int:
        """What the car asks for."""
        if not self.plugged:
            return A
        return C if self.asks else B

    @property
    def evse(self) -> int:
        return self.fault or self.off or self.pilot

    @property
    def charging(self) -> bool:
        return self.evse == C

    @property
    def current_ma(self) -> int:
        return min(self.limit_a, CAR_MOST_A) * 990 if self.charging else 0

    @property
    def vflags(self) -> int:
        return (0x40 if self.charging else 0) | (0x100 if self.plugged else 0) | (0x200 if self.had_session else 0)

    def plug(self, *, asks: bool = False) -> None:
        self.plugged = True
        self._say()
        if asks:
            self.ask()

    def ask(self) -> None:
        """The car closes its switch."""
        if not self.asks and not self.off and self.had_session is False:
            self.session_ws = self.elapsed_s = 0
            self.had_session = True
        self.asks = True
        self._say()

    def full(self) -> None:
        self.asks = False
        self._say()

    def unplug(self) -> None:
        if self.had_session:
            self.lifetime_wh += self.session_ws // 3600
        self.plugged = self.asks = self.had_session = False
        self._say()

    def lose_power(self) -> None:
        """For a moment, and whoever listened with it: what was drawn of the session is forgotten; the car stays."""
        self.session_ws = self.elapsed_s = 0
        self.had_session = self.charging
        self.boots += 1

    def draw_ws(self, watt_seconds: int) -> None:
        """Energy flows, as far as it may; nothing is said of it."""
        if self.charging:
            self.session_ws += watt_seconds
            self.elapsed_s += 1

    def break_down(self) -> None:
        self.fault = NO_GROUND
        self._say()

    def mend(self) -> None:
        self.fault = 0
        self._say()

    def switch(self, word: str) -> None:
        """``FE``, ``FS`` or ``FD``."""
        self.orders.append(word)
        self.off = {"FE": 0, "FS": SLEEPING, "FD": DISABLED}[word]
        if self.charging and not self.had_session:
            self.session_ws = self.elapsed_s = 0
            self.had_session = True
        self._say()

    def set_limit(self, amperes: int) -> int:
        """The limit it has then."""
        self.limit_a = max(LEAST_A, min(CONFIGURED_MOST_A, amperes))
        self.orders.append(f"SC {amperes}")
        return self.limit_a

    def restart(self) -> None:
        self.off, self.limit_a = 0, CONFIGURED_MOST_A
        self.boots += 1
        for hear in list(self.booted):
            hear()
        self._say()

    def _say(self) -> None:
        for hear in list(self.changed):
            hear()
