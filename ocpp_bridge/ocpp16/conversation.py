"""What one socket's conversation remembers, as far as translating needs it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ocpp_bridge.boot_admission import let_in
from ocpp_bridge.watching.open_transactions import OpenTransactions
from wire.vendor_profiles import USUAL

FAULTS_MOST = 256
REPLAY_WITHIN = timedelta(minutes=10)
REPLAY_MARGIN = timedelta(seconds=30)


def usual() -> frozenset[str]:
    """What is tolerated of a charge point without a vendor profile."""
    return USUAL


class Faults:
    """What each connector last said is wrong: said again, it is no news."""

    __slots__ = ("_told",)

    def __init__(self) -> None:
        self._told: dict[int, tuple[str, ...]] | None = None

    def is_news(self, connector: int, fault: tuple[str, ...]) -> bool:
        """Is something wrong that was not said before? ``fault`` empty: nothing is."""
        told = self._told
        if not fault:
            if told is not None:
                told.pop(connector, None)
            return False
        if told is None or len(told) >= FAULTS_MOST:
            told = self._told = {}
        is_known = told.get(connector) == fault
        told[connector] = fault
        return not is_known


@dataclass(frozen=True, slots=True)
class Conversation:
    """One charge point's, on one socket."""

    charge_point_id: str
    connected_at: datetime
    heartbeat_s: int
    transactions: OpenTransactions
    tolerated: Callable[[], frozenset[str]] = usual
    """The deviations its vendor profile tolerates at this moment."""
    boot_wait_s: Callable[[datetime], int] = let_in
    """Seconds after which a charge point that boots now is to boot again; 0: it is accepted."""
    faults: Faults = field(default_factory=Faults)

    def is_replay(self, occurred_at: datetime, received_at: datetime) -> bool:
        """Did this happen while the charge point was away?

        1.6 has no flag for it. Shortly after connecting, what is stamped before the connection is taken for history;
        later on, an old stamp is a clock that is wrong, and refusing must still work.
        """
        return received_at - self.connected_at < REPLAY_WITHIN and occurred_at < self.connected_at - REPLAY_MARGIN
