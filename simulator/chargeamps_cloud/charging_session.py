"""A charge as the cloud books it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator.chargeamps_cloud.moments import written


@dataclass(slots=True)
class ChargingSession:
    """Open while ``ended`` is None. Energy in thousandths of a Wh."""

    number: int
    charge_point_id: str
    connector: int
    started: datetime
    session_type: str
    rfid: str = ""
    external_transaction_id: str = ""
    taken_mwh: int = 0
    ended: datetime | None = None

    def view(self) -> dict[str, Any]:
        """As the session list shows it."""
        return {
            "id": self.number,
            "chargePointId": self.charge_point_id,
            "connectorId": self.connector,
            "sessionType": self.session_type,
            "totalConsumptionKwh": self.taken_mwh / 1e6,
            "startTime": written(self.started),
            "endTime": written(self.ended),
            "rfid": self.rfid or None,
            "externalTransactionId": self.external_transaction_id or None,
        }
