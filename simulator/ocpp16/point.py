"""What the blocks of OCPP 1.6 share: the unit, what this version adds to its memory, its configuration."""

from simulator.ocpp16.configuration import Configuration
from simulator.ocpp16.state import State16
from simulator.unit.unit import Unit


class Point:
    """``boot_status`` is BootNotification's last answer: None before the first."""

    def __init__(self, unit: Unit, state: State16) -> None:
        self.unit = unit
        self.state = state
        self.configuration = Configuration(unit.settings, state)
        self.boot_status: str | None = None
