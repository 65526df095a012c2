"""The configuration of one charge point over the firmware's first values."""

from collections.abc import Mapping

from simulator.ocpp16.keys import KEYS, spelling
from simulator.ocpp16.state import State16
from simulator.unit.settings import Settings

PROFILES = ("Core", "FirmwareManagement", "LocalAuthListManagement", "RemoteTrigger", "Reservation", "SmartCharging")


class Configuration:
    """What was changed is kept in ``state``; the charge point's settings stand between that and first values."""

    def __init__(self, settings: Settings, state: State16) -> None:
        self._state = state
        self._fixed = self._of(settings)

    def apply(self, old: Settings, new: Settings) -> None:
        """Other settings: a key whose setting changed follows it; others stay as the central system left
        them.
        """
        before, self._fixed = self._of(old), self._of(new)
        for name, value in self._fixed.items():
            if before[name] != value:
                self._state.configuration.pop(name, None)

    @staticmethod
    def _of(settings: Settings) -> Mapping[str, str]:
        profiles = [one for one in PROFILES if one != "Reservation" or settings.supports_reservation]
        return {
            "HeartbeatInterval": str(settings.heartbeat_s),
            "MeterValueSampleInterval": str(settings.meter_interval_s),
            "NumberOfConnectors": str(settings.connectors),
            "SecurityProfile": str(settings.security_profile),
            "SupportedFeatureProfiles": ",".join(profiles),
        }

    def text(self, name: str) -> str:
        return self._state.configuration.get(name, self._fixed.get(name, KEYS[name].first))

    def flag(self, name: str) -> bool:
        return self.text(name).lower() == "true"

    def count(self, name: str) -> int:
        return int(self.text(name))

    def names(self, name: str) -> list[str]:
        """A comma-separated list, without empty items."""
        return [item.strip() for item in self.text(name).split(",") if item.strip()]

    def change(self, name: str, value: str) -> str:
        """ChangeConfiguration's status for ``name`` (any spelling of case): Accepted, Rejected,
        RebootRequired or NotSupported.
        """
        spelled = spelling(name)
        if spelled is None:
            return "NotSupported"
        key = KEYS[spelled]
        if key.takes is None or not key.takes(value):
            return "Rejected"
        if key.reboot and value != self.text(spelled):
            self._state.after_restart[spelled] = value
            return "RebootRequired"
        self._state.configuration[spelled] = value
        return "Accepted"

    def restarted(self) -> None:
        """What waited for this takes effect."""
        self._state.configuration.update(self._state.after_restart)
        self._state.after_restart.clear()

    def shown(self, name: str) -> dict[str, object]:
        """A key as GetConfiguration answers it; a secret one without its value."""
        shown = {"key": name, "readonly": KEYS[name].read_only}
        return shown if KEYS[name].secret else shown | {"value": self.text(name)}
