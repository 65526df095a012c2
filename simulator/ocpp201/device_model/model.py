"""The variables of one station: what was changed (kept in its state) over the firmware's first values."""

from collections.abc import Iterator
from typing import Any

from simulator.ocpp201.device_model.controllers import CONTROLLERS
from simulator.ocpp201.device_model.definition import Address, Facts, Variable, items
from simulator.ocpp201.device_model.hardware import HARDWARE
from simulator.ocpp201.state import State
from simulator.unit.settings import Settings

VARIABLES = CONTROLLERS + HARDWARE
LEVELS = ("station", "evse", "connector")


def _folded(variable: Variable) -> tuple[str, str, str, str | None]:
    instance = variable.instance.casefold() if variable.instance is not None else None
    return variable.component.casefold(), variable.level, variable.name.casefold(), instance


# Shared by all stations of the process.
_BY_NAME = {_folded(variable): variable for variable in VARIABLES}
_COMPONENTS = {(variable.component.casefold(), variable.level) for variable in VARIABLES}
_BY_KEY = {Address(variable=variable).key: variable for variable in VARIABLES if variable.level == "station"}


class Unknown(LookupError):
    """``str`` is OCPP's word: UnknownComponent or UnknownVariable."""


class DeviceModel:
    """Values are text, as on the wire. ``facts`` tells what nobody sets."""

    def __init__(self, facts: Facts, state: State) -> None:
        self._facts = facts
        self._state = state

    # -- for the firmware ------------------------------------------------------------------------------------

    def text(self, key: str) -> str:
        """The value of a controller's variable, ``TxCtrlr.TxStartPoint``."""
        changed = self._state.variables.get(key)
        return changed if changed is not None else self._first(_BY_KEY[key])

    def flag(self, key: str) -> bool:
        return self.text(key).lower() == "true"

    def count(self, key: str) -> int:
        return int(self.text(key))

    def names(self, key: str) -> list[str]:
        """A list's items."""
        return items(self.text(key))

    def change(self, key: str, value: str) -> None:
        """The firmware's own change."""
        self._state.variables[key] = value

    def apply(self, old: Settings, new: Settings) -> None:
        """Other settings: a variable whose setting changed follows it; others stay as the central system left them."""
        for key, variable in _BY_KEY.items():
            name = variable.setting
            if name is not None and getattr(old, name) != getattr(new, name):
                self._state.variables.pop(key, None)

    def restarted(self) -> None:
        """What waited for a restart holds."""
        self._state.variables.update(self._state.after_restart)
        self._state.after_restart.clear()

    # -- for who asks ----------------------------------------------------------------------------------------

    def find(self, component: dict[str, Any], variable: dict[str, Any]) -> Address:
        """Where a ComponentType and a VariableType point to. Raises :class:`Unknown`."""
        evse_id, level = self._place(component)
        name = component["name"].casefold()
        if component.get("instance") is not None or (name, level) not in _COMPONENTS:
            raise Unknown("UnknownComponent")
        instance = variable.get("instance")
        found = _BY_NAME.get(
            (name, level, variable["name"].casefold(), instance.casefold() if instance is not None else None)
        )
        if found is None:
            raise Unknown("UnknownVariable")
        return Address(variable=found, evse_id=evse_id)

    def find_key(self, key: str) -> Address | None:
        """Where a key such as ``TxCtrlr.TxStartPoint`` or ``EVSE#2.Power`` points to."""
        folded = key.casefold()
        return next((one for one in self.addresses() if one.key.casefold() == folded), None)

    def _place(self, component: dict[str, Any]) -> tuple[int, str]:
        evse = component.get("evse")
        if evse is None:
            return 0, "station"
        if not 1 <= evse["id"] <= self._facts.settings.connectors or evse.get("connectorId", 1) != 1:
            raise Unknown("UnknownComponent")
        return evse["id"], "connector" if "connectorId" in evse else "evse"

    def addresses(self) -> Iterator[Address]:
        """Every variable there is, in a fixed order."""
        numbers = range(1, self._facts.settings.connectors + 1)
        for variable in VARIABLES:
            for evse_id in (0,) if variable.level == "station" else numbers:
                yield Address(variable=variable, evse_id=evse_id)

    def value(self, address: Address) -> str:
        """The actual value, also of what may not be shown."""
        variable = address.variable
        if variable.reads is not None:
            return variable.reads(self._facts, address.evse_id)
        changed = self._state.variables.get(address.key)
        return changed if changed is not None else self._first(variable)

    def _first(self, variable: Variable) -> str:
        if variable.setting is not None:
            value = getattr(self._facts.settings, variable.setting)
            return str(value).lower() if variable.kind == "boolean" else str(value)
        return variable.first

    def set(self, address: Address, value: str) -> tuple[str, str | None]:
        """SetVariableStatus and, where it is refused, the reason's code. The caller saves."""
        variable = address.variable
        if variable.mutability == "ReadOnly":
            return "Rejected", "ReadOnly"
        if not variable.takes(value):
            return "Rejected", "InvalidValue"
        if variable.restart:
            self._state.after_restart[address.key] = value
            return "RebootRequired", None
        self._state.variables[address.key] = value
        return "Accepted", None

    def report(self, address: Address) -> dict[str, Any]:
        """ReportDataType; a value that may only be written is left out."""
        variable = address.variable
        attribute: dict[str, Any] = {
            "type": "Actual",
            "mutability": variable.mutability,
            "persistent": variable.reads is None,
            "constant": variable.constant,
        }
        if variable.mutability != "WriteOnly":
            attribute["value"] = self.value(address)
        return {
            "component": address.component(),
            "variable": address.name(),
            "variableAttribute": [attribute],
            "variableCharacteristics": variable.characteristics(),
        }
