"""What the API lets its owner set at a connector."""

from dataclasses import dataclass
from typing import Any

MODES = ("On", "Off", "Schedule")
LEAST_A, MOST_A = 6, 32


class BadSettings(ValueError):
    """Not such settings; the text says which."""


@dataclass(frozen=True, slots=True)
class ConnectorSettings:
    """``max_current`` None: the charge point's own; 0: none at all."""

    mode: str = "On"
    rfid_lock: bool = False
    cable_lock: bool = False
    max_current: int | None = None

    @classmethod
    def of(cls, body: Any) -> "ConnectorSettings":
        """From a PUT's body, which names every one. Raises :class:`BadSettings`."""
        if not isinstance(body, dict):
            raise BadSettings("a JSON object is needed")
        try:
            mode, rfid, cable, current = (body[name] for name in ("mode", "rfidLock", "cableLock", "maxCurrent"))
        except KeyError as error:
            raise BadSettings(f"{error} is missing") from error
        if mode not in MODES:
            raise BadSettings(f"mode is one of {', '.join(MODES)}")
        if not isinstance(rfid, bool) or not isinstance(cable, bool):
            raise BadSettings("rfidLock and cableLock are true or false")
        if current is not None:
            if isinstance(current, bool) or not isinstance(current, int | float) or current != int(current):
                raise BadSettings("maxCurrent is a whole number of amperes, or null")
            current = int(current)
            if current != 0 and not LEAST_A <= current <= MOST_A:
                raise BadSettings(f"maxCurrent is null, 0 or {LEAST_A} to {MOST_A}")
        return cls(mode, rfid, cable, current)

    def view(self, charge_point_id: str, connector: int) -> dict[str, Any]:
        return {
            "chargePointId": charge_point_id,
            "connectorId": connector,
            "mode": self.mode,
            "rfidLock": self.rfid_lock,
            "cableLock": self.cable_lock,
            "maxCurrent": self.max_current,
        }
