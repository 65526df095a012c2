"""Every configuration key of OCPP 1.6 and its security whitepaper: first values, and which new ones are taken.
The last ones are this firmware's own.
"""

from collections.abc import Callable
from typing import NamedTuple

from simulator.unit.meter import MEASURANDS

AUTHORIZATION_KEY = "AuthorizationKey"
SECURITY_PROFILE = "SecurityProfile"
REGISTER = "Energy.Active.Import.Register"
LONGEST_LIST = 20

FIRMWARE_OUTCOMES = (
    "Installed",
    "DownloadFailed",
    "InstallationFailed",
    "InvalidSignature",
    "InstallVerificationFailed",
)
UPLOAD_OUTCOMES = ("Uploaded", "UploadFailed", "BadMessage", "NotSupportedOperation", "PermissionDenied")


class Key(NamedTuple):
    """One key: its first value and the check of a new one; without a check it is read-only. ``secret`` ones
    can be set and are never shown.
    """

    first: str
    takes: Callable[[str], bool] | None = None
    reboot: bool = False
    secret: bool = False

    @property
    def read_only(self) -> bool:
        return self.takes is None


def _flag(value: str) -> bool:
    return value.lower() in {"true", "false"}


def _count(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 9


def _percent(value: str) -> bool:
    return _count(value) and int(value) <= 100


def _measurands(value: str) -> bool:
    names = [name.strip() for name in value.split(",")] if value else []
    return len(names) <= LONGEST_LIST and all(name in MEASURANDS for name in names)


def _phase_rotation(value: str) -> bool:
    """``0.RST,1.RTS`` …"""
    words = {"NotApplicable", "Unknown", "RST", "RTS", "SRT", "STR", "TRS", "TSR"}
    items = [item.strip() for item in value.split(",")]
    return len(items) <= LONGEST_LIST and all(
        item in words or (item.partition(".")[0].isdigit() and item.partition(".")[2] in words) for item in items
    )


def _one_of(*words: str) -> Callable[[str], bool]:
    return lambda value: value in words


def _hex_key(value: str) -> bool:
    """16 to 20 bytes in hexadecimal (whitepaper, 2.3)."""
    try:
        return 16 <= len(bytes.fromhex(value)) <= 20
    except ValueError:
        return False


KEYS: dict[str, Key] = {
    # Core
    "AllowOfflineTxForUnknownId": Key("false", _flag),
    "AuthorizationCacheEnabled": Key("true", _flag),
    "AuthorizeRemoteTxRequests": Key("false", _flag),
    "BlinkRepeat": Key("3", _count),
    "ClockAlignedDataInterval": Key("0", _count),
    "ConnectionTimeOut": Key("60", _count),
    "ConnectorPhaseRotation": Key("NotApplicable", _phase_rotation, reboot=True),
    "ConnectorPhaseRotationMaxLength": Key(str(LONGEST_LIST)),
    "GetConfigurationMaxKeys": Key("100"),
    "HeartbeatInterval": Key("300", _count),
    "LightIntensity": Key("100", _percent),
    "LocalAuthorizeOffline": Key("true", _flag),
    "LocalPreAuthorize": Key("false", _flag),
    "MaxEnergyOnInvalidId": Key("0", _count),
    "MeterValueSampleInterval": Key("60", _count),
    "MeterValuesAlignedData": Key(REGISTER, _measurands),
    "MeterValuesAlignedDataMaxLength": Key(str(LONGEST_LIST)),
    "MeterValuesSampledData": Key(f"{REGISTER},Power.Active.Import,Current.Import,SoC", _measurands),
    "MeterValuesSampledDataMaxLength": Key(str(LONGEST_LIST)),
    "MinimumStatusDuration": Key("0", _count),
    "NumberOfConnectors": Key("1"),
    "ResetRetries": Key("0", _count),
    "StopTransactionOnEVSideDisconnect": Key("true", _flag),
    "StopTransactionOnInvalidId": Key("true", _flag),
    "StopTxnAlignedData": Key("", _measurands),
    "StopTxnAlignedDataMaxLength": Key(str(LONGEST_LIST)),
    "StopTxnSampledData": Key("", _measurands),
    "StopTxnSampledDataMaxLength": Key(str(LONGEST_LIST)),
    "SupportedFeatureProfiles": Key(""),
    "SupportedFeatureProfilesMaxLength": Key("6"),
    "TransactionMessageAttempts": Key("1000000", _count),
    "TransactionMessageRetryInterval": Key("2", _count),
    "UnlockConnectorOnEVSideDisconnect": Key("true", _flag),
    "WebSocketPingInterval": Key("20", _count, reboot=True),
    # LocalAuthListManagement
    "LocalAuthListEnabled": Key("true", _flag),
    "LocalAuthListMaxLength": Key("1000"),
    "SendLocalListMaxLength": Key("200"),
    # Reservation
    "ReserveConnectorZeroSupported": Key("true"),
    # SmartCharging
    "ChargeProfileMaxStackLevel": Key("9"),
    "ChargingScheduleAllowedChargingRateUnit": Key("Current,Power"),
    "ChargingScheduleMaxPeriods": Key("48"),
    "ConnectorSwitch3to1PhaseSupported": Key("true"),
    "MaxChargingProfilesInstalled": Key("20"),
    # FirmwareManagement
    "SupportedFileTransferProtocols": Key("HTTP,HTTPS,FTP,FTPS,SFTP"),
    # Security whitepaper
    "AdditionalRootCertificateCheck": Key("false"),
    AUTHORIZATION_KEY: Key("", _hex_key, secret=True),
    "CertificateSignedMaxChainSize": Key("10000"),
    "CertificateStoreMaxLength": Key("10"),
    "CpoName": Key("", lambda value: len(value) <= 50),
    SECURITY_PROFILE: Key("0", _one_of("0", "1", "2", "3")),
    # How this firmware's walks go and end.
    "SimulatedFirmwareOutcome": Key("Installed", _one_of(*FIRMWARE_OUTCOMES)),
    "SimulatedUploadOutcome": Key("Uploaded", _one_of(*UPLOAD_OUTCOMES)),
    "SimulatedStepSeconds": Key("2", _count),
}
_SPELLING = {name.casefold(): name for name in KEYS}


def spelling(name: str) -> str | None:
    """The key's own spelling, or None when this firmware does not know it."""
    return _SPELLING.get(name.casefold())
