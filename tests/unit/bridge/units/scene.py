"""One connector, and what happens at it: a clock of the test's own, orders that are carried out at once."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ocpp_bridge.units.connector import Connector
from ocpp_bridge.units.driver import Declaration, Observation
from ocpp_bridge.units.kept import Kept
from ocpp_bridge.units.power import Power, Situation
from wire.codec import decode, encode
from wire.events import Event, Meter, Status, TransactionEnded, TransactionStarted
from wire.questions import HoldConfig

BEGAN = datetime(2026, 5, 4, 8, tzinfo=UTC)
FREE = Situation(admits_unknown=True)
SWITCHES = Declaration(protocol="test", switches_power=True, commands=("start", "stop"))
CANNOT = Declaration(protocol="test")


@dataclass
class Scene:
    """One connector, what it told, and the orders it gave, each carried out at once."""

    declaration: Declaration = SWITCHES
    situation: Situation = FREE
    kept: Kept = field(default_factory=Kept)
    now: datetime = BEGAN
    told: list[Event] = field(default_factory=list)
    orders: list[Power] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.connector = self._made(self.kept)

    def _made(self, kept: Kept) -> Connector:
        ids = iter(range(100 + len(self.told), 10_000))
        return Connector("CP", 1, self.declaration, kept, sample_s=10, make_id=lambda: next(ids))

    def see(self, after_s: float = 30.0, **seen: Any) -> list[str]:
        """What one more observation made it tell."""
        self.now += timedelta(seconds=after_s)
        return self._took(self.connector.observe(Observation(at=self.now, **seen), self.now, self.situation).events)

    def wait(self, after_s: float) -> list[str]:
        self.now += timedelta(seconds=after_s)
        return self._took(self.connector.again(self.now, self.situation).events)

    def restart(self) -> None:
        """The bridge's process ended; what is kept went through the spool."""
        self.connector = self._made(decode(Kept, encode(self.connector.kept)))

    def hold(self, tag: str = "KW-ANNA") -> None:
        until = self.now + timedelta(hours=1)
        hold = HoldConfig(charge_point_id="CP", connector=1, reservation_id=5, tag=tag, until=until)
        self.situation = Situation(hold=hold)

    def start(self, tag: str = "KW-ANNA") -> None:
        self.connector.start(tag, self.now + timedelta(seconds=120))

    def _took(self, events: list[Event]) -> list[str]:
        self.told += events
        order = self.connector.order(self.now, self.situation)
        if order is not None:
            self.orders.append(order)
            self.connector.carried_out(order, self.now)
        return [_word(event) for event in events if not isinstance(event, Meter)]

    def energies_wh(self) -> list[int]:
        starts = {one.transaction_id: one.meter_start_wh for one in self.told if isinstance(one, TransactionStarted)}
        ends = [one for one in self.told if isinstance(one, TransactionEnded)]
        return [end.meter_stop_wh - starts[end.transaction_id] for end in ends]


def _word(event: Event) -> str:
    if isinstance(event, Status):
        return str(event.status)
    return event.__struct_config__.tag  # type: ignore[return-value]
