"""Readings that are proper in every way are read in one step, to the same end as by the long way; no other is."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpp_bridge.ocpp16 import usual_readings
from ocpp_bridge.ocpp16.translator import Ocpp16
from ocpp_bridge.watching.open_transactions import OpenTransactions

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
AT = "2026-05-04T11:59:50Z"
VALUE = {"value": "12.5"}


def frame(message_id: object = "m1", **told: Any) -> bytes:
    reading = {"timestamp": AT, "sampledValue": [VALUE]}
    return json.dumps([2, message_id, "MeterValues", {"connectorId": 1, "meterValue": [reading], **told}]).encode()


def reading(timestamp: object = AT, *values: object) -> dict[str, Any]:
    return {"meterValue": [{"timestamp": timestamp, "sampledValue": list(values or (VALUE,))}]}


def translator() -> Ocpp16:
    return Ocpp16("CP", NOW, 300, OpenTransactions([]))


PROPER = {
    "the least": frame(),
    "of a transaction": frame(transactionId=7),
    "of the charge point": frame(connectorId=0),
    "every word": frame(
        **reading(
            "2026-05-04T13:59:50.123+02:00",
            {
                "value": "1",
                "measurand": "Power.Active.Import",
                "unit": "kW",
                "phase": "L1",
                "location": "Outlet",
                "context": "Sample.Clock",
                "format": "Raw",
            },
            {"value": "", "unit": "Celcius"},
        )
    ),
    "several instants": frame(meterValue=[*reading()["meterValue"], *reading("2026-05-04T11:00:00Z")["meterValue"]]),
    "not ASCII": frame("ü", **reading(AT, {"value": "é"})),
}


@pytest.mark.parametrize("data", PROPER.values(), ids=PROPER.keys())
def test_proper_readings_become_what_the_long_way_makes_of_them(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    assert usual_readings.read(data) is not None
    usual = translator().receive(data, NOW)
    monkeypatch.setattr(usual_readings, "read", lambda _frame: None)
    assert usual == translator().receive(data, NOW)
    assert usual.events
    assert not usual.deviations


OTHER = {
    "another action": b'[2,"MeterValues","Heartbeat",{}]',
    "an answer": b'[3,"m1",{"MeterValues":1}]',
    "not JSON": b'[2,"m1","MeterValues",{',
    "not UTF-8": frame().replace(b"12.5", b"\xff"),
    "half a pair": frame().replace(b"12.5", rb"\ud800"),
    "a part too many": frame()[:-1] + b",1]",
    "numeric id": frame(5),
    "no id": frame(""),
    "long id": frame("x" * 256),
    "text for the connector": frame(connectorId="1"),
    "true for the connector": frame(connectorId=True),
    "decimals in the connector": frame(connectorId=1.0),
    "negative connector": frame(connectorId=-1),
    "absurd connector": frame(connectorId=2**53 + 1),
    "null transaction": frame(transactionId=None),
    "transaction 0": frame(transactionId=0),
    "absurd transaction": frame(transactionId=2**53 + 1),
    "no readings": frame(meterValue=[]),
    "no values": frame(meterValue=[{"timestamp": AT, "sampledValue": []}]),
    "more fields": frame(vendor="x"),
    "more fields of a reading": frame(meterValue=[{**reading()["meterValue"][0], "vendor": "x"}]),
    "more fields of a value": frame(**reading(AT, {**VALUE, "at": AT})),
    "number for a value": frame(**reading(AT, {"value": 12.5})),
    "no value": frame(**reading(AT, {"unit": "Wh"})),
    "unknown unit": frame(**reading(AT, {**VALUE, "unit": "wh"})),
    "empty phase": frame(**reading(AT, {**VALUE, "phase": ""})),
    "null phase": frame(**reading(AT, {**VALUE, "phase": None})),
    "no timestamp": frame(**reading(None)),
    "empty timestamp": frame(**reading("")),
    "no zone": frame(**reading("2026-05-04T11:59:50")),
    "beyond all years": frame(**reading("0001-01-01T00:00:00+14:00")),
    "too many values": frame(**reading(AT, *[VALUE] * 2_001)),
}


@pytest.mark.parametrize("data", OTHER.values(), ids=OTHER.keys())
def test_whatever_is_not_proper_takes_the_long_way(data: bytes) -> None:
    assert usual_readings.read(data) is None
