"""Situations 33 to 37: what stands in the fields."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contracts.bridge.situations.conftest import Place
from tests.fakes.charge_point import CallFailed, ChargePoint, now
from wire.codec import event_from_plain
from wire.columns import samples_of
from wire.events import Meter, Sample

STATUS = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
ALL = "Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage,SoC"
FEWER = "Energy.Active.Import.Register,Power.Active.Import"


@pytest.mark.parametrize(
    ("stamp", "means"),
    [
        ("2026-05-04T11:59:00", "2026-05-04T11:59:00Z"),
        ("2026-05-04T11:59:00+02:00", "2026-05-04T09:59:00Z"),
        ("1970-01-01T00:00:12Z", "1970-01-01T00:00:12Z"),
        ("yesterday", None),
    ],
)
def test_33_timestamps_without_zone_of_1970_or_none_at_all(place: Place, stamp: str, means: str | None) -> None:
    with place.point(33) as point:
        before = len(place.api.of_kind("status", "S33"))
        assert point.call("StatusNotification", {**STATUS, "timestamp": stamp}) == {}
        event = place.told(33, "status", before + 1)[-1]
    received = datetime.fromisoformat(event["received_at"])
    assert abs(received - datetime.now(UTC)) < timedelta(seconds=10)  # what deadlines go by
    assert datetime.fromisoformat(event["occurred_at"]) == (datetime.fromisoformat(means) if means else received)


def test_33_before_its_clock_is_set_two_starts_are_two_transactions(place: Place) -> None:
    start = {"connectorId": 2, "idTag": "CARD-A", "meterStart": 100, "timestamp": "1970-01-01T00:00:12Z"}
    with place.point(33) as point:
        first = point.call("StartTransaction", start)["transactionId"]
        assert point.call("StartTransaction", start)["transactionId"] == first
        point.stop(first, 150)
        assert point.call("StartTransaction", {**start, "meterStart": 150})["transactionId"] != first
        starts = place.told(33, "transaction_started", 2)
        assert not any(event["offline"] for event in starts)


@pytest.mark.parametrize(
    ("action", "payload", "kind", "field", "value"),
    [
        ("StatusNotification", {**STATUS, "connectorId": "1"}, "status", "connector", 1),
        ("StatusNotification", {**STATUS, "errorCode": "VendorThing"}, "status", "error_code", "VendorThing"),
        ("StatusNotification", {**STATUS, "info": None, "vendorId": 7}, "status", "connector", 1),
        (
            "StartTransaction",
            {"connectorId": "1", "idTag": 1234, "meterStart": "70", "timestamp": "2026-05-04T11:59:00Z"},
            "transaction_started",
            "meter_start_wh",
            70,
        ),
        (
            "StartTransaction",
            {"connectorId": 1, "idTag": "A", "meterStart": 80.9, "timestamp": "2026-05-04T11:59:01Z", "extra": 1},
            "transaction_started",
            "meter_start_wh",
            80,
        ),
    ],
)
def test_34_numbers_for_texts_and_texts_for_numbers(
    place: Place, action: str, payload: dict[str, Any], kind: str, field: str, value: Any
) -> None:
    with place.point(34) as point:
        before = len(place.api.of_kind(kind, "S34"))
        point.call(action, payload)
        assert place.told(34, kind, before + 1)[-1][field] == value


def test_34_empty_values_and_words_that_ocpp_does_not_know(place: Place) -> None:
    values: list[dict[str, Any]] = [
        {"value": 50, "unit": "Hz", "measurand": "Frequency"},
        {"value": "21.5", "unit": "Celcius"},
    ]
    with place.point(34) as point:
        assert point.call("MeterValues", _meter([])) == {}
        assert point.call("MeterValues", _meter([{"value": None}])) == {}
        assert point.call("MeterValues", _meter(values)) == {}
        (event,) = place.told(34, "meter")
    assert [(sample.value, sample.unit) for sample in _samples(event)] == [("50", "Hz"), ("21.5", "Celcius")]
    assert place.tolerated("odd-value-word") == place.tolerated("empty-sampled-value") == 1
    with place.point(34) as point, pytest.raises(CallFailed) as failed:
        point.call("Authorize", {"idTag": 5})  # A question: refused, it loses nothing.
    assert failed.value.code == "TypeConstraintViolation"


def test_35_readings_of_any_unit_and_registers_that_go_back_are_taken_as_they_are(place: Place) -> None:
    with place.point(35) as point:
        started = point.start("CARD-A", 5_000)["transactionId"]
        point.call("MeterValues", {**_meter([{"value": "5.1", "unit": "kWh"}]), "transactionId": started})
        point.call("MeterValues", {**_meter([{"value": "5.2", "unit": "Wh"}]), "transactionId": started})
        assert point.stop(started, 20) == {}  # below its start: the meter began anew
        assert place.told(35, "transaction_ended")[0]["meter_stop_wh"] == 20
        samples = [sample for event in place.told(35, "meter", 2) for sample in _samples(event)]
    assert [(sample.value, sample.unit) for sample in samples] == [("5.1", "kWh"), ("5.2", "Wh")]


def test_36_phases_however_they_are_named(place: Place) -> None:
    phases = ["L1", "L1-N", "N", "L1-L2", "l1"]
    with place.point(36) as point:
        about = {"measurand": "Voltage", "unit": "V"}
        assert point.call("MeterValues", _meter([{**about, "value": "230", "phase": phase} for phase in phases])) == {}
        (event,) = place.told(36, "meter")
    assert [sample.phase for sample in _samples(event)] == phases


def test_37_asking_for_all_measurands_restarts_it_so_fewer_are_asked_for(place: Place) -> None:
    with place.point(37, boots=False) as point:
        asked = _measures(point, survives=FEWER)
        point.boot()
        assert point.closed.wait(5)
    with place.point(37, boots=False) as point:
        fewer = _measures(point, survives=FEWER)
        point.boot()
        _wait_for_key(point)
    assert (asked, fewer) == ([ALL], [FEWER])
    with place.point(37, boots=False) as point:  # And it is left in peace.
        again = _measures(point, survives=FEWER, value=FEWER)
        point.boot()
        point.next_call("GetConfiguration")
        point.next_call("GetConfiguration")
        point.status("Available")
        assert again == []


def _measures(point: ChargePoint, survives: str, value: str = "") -> list[str]:
    """Have it show the key, and restart at more than ``survives``; returns what it is asked for."""
    key = "MeterValuesSampledData"
    point.answers["GetConfiguration"] = {"configurationKey": [{"key": key, "readonly": False, "value": value}]}
    asked: list[str] = []

    def on_call(action: str, payload: dict[str, Any]) -> None:
        if action == "ChangeConfiguration" and payload["key"] == key:
            asked.append(payload["value"])
            if len(payload["value"]) > len(survives):
                point.cut()
            point.answers["GetConfiguration"] = {
                "configurationKey": [{"key": key, "readonly": False, "value": payload["value"]}]
            }

    point.on_call = on_call
    return asked


def _wait_for_key(point: ChargePoint) -> None:
    while point.next_call("ChangeConfiguration")["key"] != "MeterValuesSampledData":
        pass
    point.next_call("GetConfiguration")


def _samples(event: dict[str, Any]) -> tuple[Sample, ...]:
    """What a posted event of readings tells."""
    meter = event_from_plain(event)
    assert isinstance(meter, Meter)
    return samples_of(meter)


def _meter(values: list[dict[str, Any]]) -> dict[str, Any]:
    return {"connectorId": 1, "meterValue": [{"timestamp": now(), "sampledValue": values}]}
