"""A connector's events, in the words of `wire.events`: from one place at one moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ocpp_bridge.units.driver import Observation
from ocpp_bridge.units.kept import Charge, Ended
from ocpp_bridge.units.readings import samples_of
from wire.events import ConnectorStatus, Meter, Status, TransactionEnded, TransactionStarted

HISTORY = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where and when: ``occurred_at`` as far as the unit tells it, ``received_at`` by the bridge's clock."""

    charge_point_id: str
    connector: int
    occurred_at: datetime
    received_at: datetime

    @property
    def is_history(self) -> bool:
        """A vendor's own record told of it afterwards: nothing can be refused any more."""
        return self.received_at - self.occurred_at > HISTORY

    def status(self, status: ConnectorStatus, error_code: str = "") -> Status:
        return Status(
            charge_point_id=self.charge_point_id,
            seq=0,
            occurred_at=self.occurred_at,
            received_at=self.received_at,
            connector=self.connector,
            status=status,
            error_code=error_code,
        )

    def started(self, charge: Charge, reservation_id: int | None) -> TransactionStarted:
        return TransactionStarted(
            charge_point_id=self.charge_point_id,
            seq=0,
            occurred_at=self.occurred_at,
            received_at=self.received_at,
            connector=self.connector,
            transaction_id=str(charge.transaction_id),
            meter_start_wh=charge.meter_start_wh,
            tag=charge.tag,
            reservation_id=reservation_id,
            offline=self.is_history,
        )

    def ended(self, charge: Charge | Ended, meter_stop_wh: int, reason: str) -> TransactionEnded:
        return TransactionEnded(
            charge_point_id=self.charge_point_id,
            seq=0,
            occurred_at=self.occurred_at,
            received_at=self.received_at,
            transaction_id=str(charge.transaction_id),
            meter_stop_wh=meter_stop_wh,
            connector=self.connector,
            reason=reason,
            offline=self.is_history,
            session_type=charge.session_type,
            vendor_session_id=charge.session,
        )

    def readings(self, charge: Charge, seen: Observation, energy_wh: int) -> Meter:
        return Meter(
            charge_point_id=self.charge_point_id,
            seq=0,
            occurred_at=self.occurred_at,
            received_at=self.received_at,
            connector=self.connector,
            transaction_id=str(charge.transaction_id),
            samples=samples_of(seen, energy_wh),
        )
