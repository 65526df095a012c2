"""The controller components: every variable that OCPP 2.0.1 (part 2, appendix 3) wants of blocks B to K, and a few
that central systems look for.
"""

from typing import Any, Literal

from simulator.ocpp201.device_model.definition import Mutability, Variable

MEASURANDS = (
    "Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Current.Offered", "Power.Offered",
    "Voltage", "SoC",
)  # fmt: skip
TRANSACTION_POINTS = ("EVConnected", "Authorized", "PowerPathClosed", "EnergyTransfer")
NETWORK_SLOTS = ("1", "2", "3")
USUAL_MEASURANDS = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,SoC"
REGISTER = "Energy.Active.Import.Register"
# Bounds of what one message may ask for, and of what the station keeps.
ITEMS_PER_MESSAGE = 20
BYTES_PER_MESSAGE = 60_000
LOCAL_LIST_ENTRIES = 500
CACHED_TOKENS = 200
PROFILES = 50
PERIODS_PER_SCHEDULE = 24
STACK_LEVEL = 9
LONGEST_VALUE = 1000


def _flag(component: str, name: str, *, first: bool, mutability: Mutability = "ReadWrite", **more: Any) -> Variable:
    return Variable(
        component=component, name=name, kind="boolean", first=str(first).lower(), mutability=mutability, **more
    )


def _seconds(component: str, name: str, first: int, **more: Any) -> Variable:
    given: dict[str, Any] = {"kind": "integer", "least": 0, "unit": "s", "mutability": "ReadWrite"} | more
    return Variable(component=component, name=name, first=str(first), **given)


def _fixed(component: str, name: str, value: int, instance: str | None = None) -> Variable:
    return Variable(
        component=component, name=name, instance=instance, kind="integer", first=str(value), most=value, constant=True
    )


def _list(
    component: str,
    name: str,
    first: str,
    values: tuple[str, ...],
    kind: Literal["MemberList", "SequenceList", "OptionList"] = "MemberList",
    **more: Any,
) -> Variable:
    more = {"mutability": "ReadWrite"} | more
    return Variable(component=component, name=name, kind=kind, first=first, values=values, **more)


def _absent(component: str) -> Variable:
    return _flag(component, "Available", first=False, mutability="ReadOnly", constant=True)


COMMUNICATION = (
    Variable(
        component="OCPPCommCtrlr",
        name="ActiveNetworkProfile",
        kind="integer",
        reads=lambda facts, _: str(facts.active_network_profile()),
    ),
    _list("OCPPCommCtrlr", "FileTransferProtocols", "HTTP,HTTPS", ("HTTP", "HTTPS"), mutability="ReadOnly"),
    _seconds("OCPPCommCtrlr", "HeartbeatInterval", 300, setting="heartbeat_s", least=1),
    _seconds("OCPPCommCtrlr", "MessageAttemptInterval", 2, instance="TransactionEvent"),
    _seconds("OCPPCommCtrlr", "MessageAttempts", 1_000_000, instance="TransactionEvent", unit=None, least=1),
    _seconds("OCPPCommCtrlr", "MessageTimeout", 30, instance="Default", mutability="ReadOnly"),
    _list("OCPPCommCtrlr", "NetworkConfigurationPriority", "1", NETWORK_SLOTS, kind="SequenceList", restart=True),
    _seconds("OCPPCommCtrlr", "NetworkProfileConnectionAttempts", 3, unit=None, mutability="ReadOnly"),
    _seconds("OCPPCommCtrlr", "OfflineThreshold", 60),
    _flag("OCPPCommCtrlr", "QueueAllMessages", first=False, mutability="ReadOnly"),
    _seconds("OCPPCommCtrlr", "ResetRetries", 0, unit=None, mutability="ReadOnly"),
    _seconds("OCPPCommCtrlr", "RetryBackOffRandomRange", 1, mutability="ReadOnly"),
    _seconds("OCPPCommCtrlr", "RetryBackOffRepeatTimes", 5, unit=None, mutability="ReadOnly"),
    _seconds("OCPPCommCtrlr", "RetryBackOffWaitMinimum", 1, mutability="ReadOnly"),
    _flag("OCPPCommCtrlr", "UnlockOnEVSideDisconnect", first=True, mutability="ReadOnly"),
    _seconds("OCPPCommCtrlr", "WebSocketPingInterval", 20, mutability="ReadOnly"),
    Variable(component="SecurityCtrlr", name="BasicAuthPassword", mutability="WriteOnly", least=8, most=40),
    Variable(component="SecurityCtrlr", name="OrganizationName", first="Kilowait", mutability="ReadWrite", most=64),
    _fixed("SecurityCtrlr", "CertificateEntries", 0),
    Variable(
        component="SecurityCtrlr",
        name="SecurityProfile",
        kind="integer",
        reads=lambda facts, _: str(facts.settings.security_profile),
    ),
    Variable(component="ClockCtrlr", name="DateTime", kind="dateTime", reads=lambda facts, _: facts.clock()),
    _list("ClockCtrlr", "TimeSource", "NTP", ("Heartbeat", "NTP"), kind="SequenceList", mutability="ReadOnly"),
)

AUTHORIZATION = (
    _flag("AuthCtrlr", "Enabled", first=True),
    _flag("AuthCtrlr", "AuthorizeRemoteStart", first=False),
    _flag("AuthCtrlr", "LocalAuthorizeOffline", first=True),
    _flag("AuthCtrlr", "LocalPreAuthorize", first=False),
    _flag("AuthCtrlr", "DisableRemoteAuthorization", first=False),
    _flag("AuthCtrlr", "OfflineTxForUnknownIdEnabled", first=False),
    _fixed("AuthCtrlr", "AdditionalInfoItemsPerMessage", 1),
    Variable(component="AuthCtrlr", name="MasterPassGroupId", mutability="ReadWrite", most=36),
    _flag("AuthCacheCtrlr", "Available", first=True, mutability="ReadOnly", constant=True),
    _flag("AuthCacheCtrlr", "Enabled", first=True),
    _seconds("AuthCacheCtrlr", "LifeTime", 86_400),
    _list(
        "AuthCacheCtrlr", "Policy", "FIFO", ("LRU", "LFU", "FIFO", "CUSTOM"), kind="OptionList", mutability="ReadOnly"
    ),
    _fixed("AuthCacheCtrlr", "Storage", CACHED_TOKENS * 200),
    _flag("AuthCacheCtrlr", "DisablePostAuthorize", first=False),
    _flag("LocalAuthListCtrlr", "Available", first=True, mutability="ReadOnly", constant=True),
    _flag("LocalAuthListCtrlr", "Enabled", first=True),
    Variable(
        component="LocalAuthListCtrlr",
        name="Entries",
        kind="integer",
        most=LOCAL_LIST_ENTRIES,
        reads=lambda facts, _: str(facts.count("local_list")),
    ),
    _fixed("LocalAuthListCtrlr", "ItemsPerMessage", LOCAL_LIST_ENTRIES),
    _fixed("LocalAuthListCtrlr", "BytesPerMessage", BYTES_PER_MESSAGE),
    _fixed("LocalAuthListCtrlr", "Storage", LOCAL_LIST_ENTRIES * 200),
    _flag("LocalAuthListCtrlr", "DisablePostAuthorize", first=False),
)

TRANSACTIONS = (
    _seconds("TxCtrlr", "EVConnectionTimeOut", 60),
    _flag("TxCtrlr", "StopTxOnEVSideDisconnect", first=True),
    _flag("TxCtrlr", "StopTxOnInvalidId", first=True),
    _flag("TxCtrlr", "TxBeforeAcceptedEnabled", first=True),
    _seconds("TxCtrlr", "MaxEnergyOnInvalidId", 0, unit="Wh", most=0, mutability="ReadOnly"),
    _list("TxCtrlr", "TxStartPoint", "PowerPathClosed", TRANSACTION_POINTS),
    _list("TxCtrlr", "TxStopPoint", "EVConnected,Authorized", TRANSACTION_POINTS),
    _flag("SampledDataCtrlr", "Available", first=True, mutability="ReadOnly", constant=True),
    _flag("SampledDataCtrlr", "Enabled", first=True),
    _seconds("SampledDataCtrlr", "TxUpdatedInterval", 60, setting="meter_interval_s"),
    _seconds("SampledDataCtrlr", "TxEndedInterval", 0),
    _list("SampledDataCtrlr", "TxStartedMeasurands", REGISTER, MEASURANDS),
    _list("SampledDataCtrlr", "TxUpdatedMeasurands", USUAL_MEASURANDS, MEASURANDS),
    _list("SampledDataCtrlr", "TxEndedMeasurands", REGISTER, MEASURANDS),
    _flag("AlignedDataCtrlr", "Available", first=True, mutability="ReadOnly", constant=True),
    _flag("AlignedDataCtrlr", "Enabled", first=True),
    _seconds("AlignedDataCtrlr", "Interval", 0),
    _list("AlignedDataCtrlr", "Measurands", REGISTER, MEASURANDS),
    _flag("AlignedDataCtrlr", "SendDuringIdle", first=False),
    _seconds("AlignedDataCtrlr", "TxEndedInterval", 0),
    _list("AlignedDataCtrlr", "TxEndedMeasurands", "", MEASURANDS),
)

DEVICE_DATA = (
    *(
        _fixed("DeviceDataCtrlr", name, value, instance)
        for name, value in (("ItemsPerMessage", ITEMS_PER_MESSAGE), ("BytesPerMessage", BYTES_PER_MESSAGE))
        for instance in ("GetReport", "GetVariables", "SetVariables")
    ),
    _fixed("DeviceDataCtrlr", "ConfigurationValueSize", LONGEST_VALUE),
    _fixed("DeviceDataCtrlr", "ReportingValueSize", LONGEST_VALUE),
)

RESERVATION_AND_POWER = (
    _flag("ReservationCtrlr", "Available", first=True, setting="supports_reservation", mutability="ReadOnly"),
    _flag("ReservationCtrlr", "Enabled", first=True),
    _flag("ReservationCtrlr", "NonEvseSpecific", first=True, mutability="ReadOnly"),
    _flag("SmartChargingCtrlr", "Available", first=True, mutability="ReadOnly", constant=True),
    _flag("SmartChargingCtrlr", "Enabled", first=True),
    Variable(
        component="SmartChargingCtrlr",
        name="Entries",
        instance="ChargingProfiles",
        kind="integer",
        most=PROFILES,
        reads=lambda facts, _: str(facts.count("profiles")),
    ),
    _seconds("SmartChargingCtrlr", "LimitChangeSignificance", 1, unit="Percent", kind="decimal"),
    _fixed("SmartChargingCtrlr", "PeriodsPerSchedule", PERIODS_PER_SCHEDULE),
    _fixed("SmartChargingCtrlr", "ProfileStackLevel", STACK_LEVEL),
    _list("SmartChargingCtrlr", "RateUnit", "A,W", ("A", "W"), mutability="ReadOnly"),
    _flag("SmartChargingCtrlr", "NotifyChargingLimitWithSchedules", first=True),
    _flag("SmartChargingCtrlr", "ExternalControlSignalsEnabled", first=True),
    _flag("SmartChargingCtrlr", "Phases3to1", first=False, mutability="ReadOnly"),
    *(_absent(name) for name in ("TariffCostCtrlr", "DisplayMessageCtrlr", "MonitoringCtrlr", "ISO15118Ctrlr")),
)

CONTROLLERS = COMMUNICATION + AUTHORIZATION + TRANSACTIONS + DEVICE_DATA + RESERVATION_AND_POWER
