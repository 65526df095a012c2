"""What simulated charge points say, ready to be sent: message id and what differs are filled in by ``%``."""

from datetime import UTC, datetime, timedelta

import msgspec

BOOT = b'[2,"%d","BootNotification",{"chargePointVendor":"Bench","chargePointModel":"M1","firmwareVersion":"1.0"}]'
HEARTBEAT = b'[2,"%d","Heartbeat",{}]'
AUTHORIZE = b'[2,"%d","Authorize",{"idTag":"BENCH-CARD"}]'
START = b'[2,"%d","StartTransaction",{"connectorId":1,"idTag":"BENCH-CARD","meterStart":%d,"timestamp":"%s"}]'
STOP = (
    b'[2,"%d","StopTransaction",{"transactionId":%d,"idTag":"BENCH-CARD","meterStop":%d,"timestamp":"%s",'
    b'"reason":"EVDisconnected"}]'
)
STATUS = b'[2,"%d","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"%s"}]'
READ_EVERY = timedelta(seconds=10)


def _sampled(value: str, measurand: str, unit: str, phase: str = "") -> dict[str, str]:
    return {"value": value, "measurand": measurand, "unit": unit} | ({"phase": phase} if phase else {})


_SAMPLES = [
    _sampled("7360", "Power.Active.Import", "W"),
    *(_sampled("10.7", "Current.Import", "A", phase) for phase in ("L1", "L2", "L3")),
    *(_sampled("230.1", "Voltage", "V", f"{phase}-N") for phase in ("L1", "L2", "L3")),
]
METER = (
    b'[2,"%d","MeterValues",{"connectorId":1,"transactionId":%d,"meterValue":[{"timestamp":"%s","sampledValue":['
    b'{"value":"%d","measurand":"Energy.Active.Import.Register","unit":"Wh"},'
    + msgspec.json.encode(_SAMPLES)[1:]
    + b"}]}]"
)
"""Eight sampled values."""


def stamp(at: datetime) -> bytes:
    """As a charge point writes an instant."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").encode()


def result_of(text: bytes) -> dict[str, object]:
    """The payload of a CALLRESULT. Raises ``ValueError`` when it is none."""
    kind, _, payload = msgspec.json.decode(text)
    if kind != 3 or not isinstance(payload, dict):
        raise ValueError(text)
    return payload
