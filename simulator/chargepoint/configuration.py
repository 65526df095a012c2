"""The configuration keys of OCPP 1.6 that this firmware knows, their first and allowed values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulator.chargepoint.settings import Settings

MEASURANDS = frozenset({
    "Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Voltage", "SoC",
})  # fmt: skip
AUTHORIZATION_KEY = "AuthorizationKey"


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its first value and the check of a new one; without a check it is read-only."""

    first: str
    takes: Callable[[str], bool] | None = None

    @property
    def read_only(self) -> bool:
        return self.takes is None


def _flag(value: str) -> bool:
    return value.lower() in {"true", "false"}


def _count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 9


def _measurands(value: str) -> bool:
    return all(name.strip() in MEASURANDS for name in value.split(",")) if value else True


KEYS: dict[str, Key] = {
    "AllowOfflineTxForUnknownId": Key("false", _flag),
    "AuthorizationCacheEnabled": Key("true", _flag),
    "AuthorizeRemoteTxRequests": Key("false", _flag),
    "ClockAlignedDataInterval": Key("0"),
    "ConnectionTimeOut": Key("60", _count),
    "ConnectorPhaseRotation": Key("NotApplicable"),
    "GetConfigurationMaxKeys": Key("100"),
    "HeartbeatInterval": Key("300", _count),
    "LocalAuthListEnabled": Key("false", _flag),
    "LocalAuthorizeOffline": Key("true", _flag),
    "LocalPreAuthorize": Key("false", _flag),
    "MaxEnergyOnInvalidId": Key("0", lambda value: value == "0"),
    "MeterValueSampleInterval": Key("60", _count),
    "MeterValuesAlignedData": Key(""),
    "MeterValuesSampledData": Key("Energy.Active.Import.Register,Power.Active.Import,Current.Import,SoC", _measurands),
    "NumberOfConnectors": Key("1"),
    "ReserveConnectorZeroSupported": Key("false"),
    "ResetRetries": Key("0", _count),
    "StopTransactionOnEVSideDisconnect": Key("true"),
    "StopTransactionOnInvalidId": Key("true", _flag),
    "StopTxnAlignedData": Key(""),
    "StopTxnSampledData": Key(""),
    "SupportedFeatureProfiles": Key("Core,RemoteTrigger"),
    "TransactionMessageAttempts": Key("1000000", _count),
    "TransactionMessageRetryInterval": Key("2", _count),
    "UnlockConnectorOnEVSideDisconnect": Key("true"),
    "WebSocketPingInterval": Key("20"),
}
_SPELLING = {name.casefold(): name for name in KEYS}


class Configuration:
    """The keys of one charge point: what was changed (kept in its state) over the firmware's first values."""

    def __init__(self, settings: Settings, changed: dict[str, str]) -> None:
        self._changed = changed
        self._fixed = self._of(settings)

    def apply(self, old: Settings, new: Settings) -> None:
        """Other settings: a key whose setting changed follows it; others stay as the central system left
        them.
        """
        before, self._fixed = self._of(old), self._of(new)
        for name, value in self._fixed.items():
            if before[name] != value:
                self._changed.pop(name, None)

    @staticmethod
    def _of(settings: Settings) -> Mapping[str, str]:
        profiles = "Core,RemoteTrigger" + (",Reservation" if settings.supports_reservation else "")
        return {
            "HeartbeatInterval": str(settings.heartbeat_s),
            "MeterValueSampleInterval": str(settings.meter_interval_s),
            "NumberOfConnectors": str(settings.connectors),
            "SupportedFeatureProfiles": profiles,
        }

    def text(self, name: str) -> str:
        return self._changed.get(name, self._fixed.get(name, KEYS[name].first))

    def flag(self, name: str) -> bool:
        return self.text(name).lower() == "true"

    def count(self, name: str) -> int:
        return int(self.text(name))

    def names(self, name: str) -> list[str]:
        """A comma-separated list, without empty items."""
        return [item.strip() for item in self.text(name).split(",") if item.strip()]

    def change(self, name: str, value: str) -> str:
        """ChangeConfiguration's status for ``name`` (any spelling of case): Accepted, Rejected or
        NotSupported.
        """
        spelled = spelling(name)
        if spelled is None:
            return "NotSupported"
        takes = KEYS[spelled].takes
        if takes is None or not takes(value):
            return "Rejected"
        self._changed[spelled] = value
        return "Accepted"

    def shown(self, name: str) -> dict[str, object]:
        """A key as GetConfiguration answers it."""
        return {"key": name, "readonly": KEYS[name].read_only, "value": self.text(name)}


def spelling(name: str) -> str | None:
    """The key's own spelling, or None when this firmware does not know it."""
    return _SPELLING.get(name.casefold())
