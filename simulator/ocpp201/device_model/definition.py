"""What a variable of the device model is: its type, its bounds, who may change it, and the check of a new value."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from simulator.unit.settings import Settings

DataType = Literal["string", "decimal", "integer", "dateTime", "boolean", "OptionList", "SequenceList", "MemberList"]
Mutability = Literal["ReadOnly", "WriteOnly", "ReadWrite"]

LONGEST_TEXT = 1000
LARGEST_COUNT = 2_147_483_647


class Facts(Protocol):
    """What variables that nobody sets are read from."""

    @property
    def settings(self) -> Settings: ...
    def availability(self, evse_id: int) -> str:
        """AvailabilityState: 0 is the station."""

    def problem(self, evse_id: int) -> bool: ...
    def power_w(self, evse_id: int) -> int: ...
    def clock(self) -> str: ...
    def count(self, what: Literal["local_list", "profiles"]) -> int: ...
    def connector_type(self, evse_id: int) -> str: ...
    def active_network_profile(self) -> int: ...


class Variable(msgspec.Struct, frozen=True, kw_only=True):
    """One variable. ``first`` is the firmware's value, ``reads`` one that is worked out; ``level`` where the component
    stands. ``restart``: a new value holds after the next restart.
    """

    component: str
    name: str
    instance: str | None = None
    level: Literal["station", "evse", "connector"] = "station"
    kind: DataType = "string"
    first: str = ""
    setting: str | None = None
    reads: Callable[[Facts, int], str] | None = None
    mutability: Mutability = "ReadOnly"
    unit: str | None = None
    least: float | None = None
    most: float | None = None
    values: tuple[str, ...] = ()
    restart: bool = False
    constant: bool = False

    def takes(self, value: str) -> bool:
        """Whether a value is of this variable's type and within its bounds."""
        match self.kind:
            case "boolean":
                return value.lower() in {"true", "false"}
            case "integer" | "decimal":
                return self._takes_number(value)
            case "OptionList":
                return value in self.values
            case "SequenceList" | "MemberList":
                chosen = items(value)
                unique = self.kind == "SequenceList" or len(set(chosen)) == len(chosen)
                return unique and all(one in self.values for one in chosen)
            case "dateTime":
                return _is_instant(value)
        return len(value) <= (self.most or LONGEST_TEXT) and len(value) >= (self.least or 0)

    def _takes_number(self, value: str) -> bool:
        if self.kind == "integer" and not value.removeprefix("-").isdecimal():
            return False
        if not value.isascii() or "_" in value:
            return False
        try:
            number = float(value)
        except ValueError:
            return False
        least, most = self.least if self.least is not None else -LARGEST_COUNT, self.most or LARGEST_COUNT
        return least <= number <= most

    def characteristics(self) -> dict[str, Any]:
        """VariableCharacteristicsType."""
        told: dict[str, Any] = {"dataType": self.kind, "supportsMonitoring": False}
        if self.unit is not None:
            told["unit"] = self.unit
        if self.least is not None:
            told["minLimit"] = self.least
        if self.most is not None:
            told["maxLimit"] = self.most
        if self.values:
            told["valuesList"] = ",".join(self.values)
        return told


def items(value: str) -> list[str]:
    """A comma-separated list, without empty items."""
    return [item.strip() for item in value.split(",") if item.strip()]


def _is_instant(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a variable is: component, EVSE and connector (0: none), variable; spelled as the firmware does."""

    variable: Variable
    evse_id: int = 0

    @property
    def key(self) -> str:
        """``OCPPCommCtrlr.MessageAttempts[TransactionEvent]``, ``EVSE#2.Power``."""
        variable = self.variable
        place = {"station": "", "evse": f"#{self.evse_id}", "connector": f"#{self.evse_id}.1"}[variable.level]
        instance = f"[{variable.instance}]" if variable.instance is not None else ""
        return f"{variable.component}{place}.{variable.name}{instance}"

    def component(self) -> dict[str, Any]:
        """ComponentType."""
        evse: dict[str, Any] = {}
        if self.variable.level != "station":
            evse["evse"] = {"id": self.evse_id} | ({"connectorId": 1} if self.variable.level == "connector" else {})
        return {"name": self.variable.component, **evse}

    def name(self) -> dict[str, Any]:
        """VariableType."""
        instance = self.variable.instance
        return {"name": self.variable.name} | ({"instance": instance} if instance is not None else {})
