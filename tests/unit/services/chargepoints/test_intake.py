"""An event that was read at once is judged as one that was parsed."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from services.chargepoints.intake import Arrived, read_event
from wire.codec import decode_events

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
AT = "2026-05-04T11:59:00Z"
METER: dict[str, Any] = {
    "kind": "meter",
    "charge_point_id": "CP1",
    "seq": 1,
    "occurred_at": AT,
    "received_at": AT,
    "connector": 1,
    "samples": [{"at": AT, "value": "1"}],
}
ROW = {key: METER[key] for key in METER if key != "samples"} | {
    "columns": "Energy.Active.Import.Register|Wh;SoC",
    "values": ["1", "50"],
}
STARTED = {key: METER[key] for key in METER if key != "samples"} | {
    "kind": "transaction_started",
    "transaction_id": "t1",
    "meter_start_wh": 1,
}
GOOD = [
    METER,
    STARTED,
    METER | {"received_at": "2026-05-04T13:59:00+02:00"},
    METER | {"occurred_at": "2026-05-04T13:59:00+02:00"},
    METER | {"received_at": "2030-01-01T00:00:00Z"},
    METER | {"samples": []},
    ROW,
    ROW | {"samples": METER["samples"]},
    ROW | {"columns": ";|||L", "values": ["1", "x" * 5_000]},
    ROW | {"columns": "", "values": []},
    STARTED | {"tag": "x" * 4_000},
]
BAD = [
    METER | {"seq": -1},
    METER | {"seq": 2**53},
    METER | {"seq": -(2**53)},
    METER | {"connector": -1},
    METER | {"connector": 10_001},
    METER | {"received_at": "2026-05-04T11:59:00"},
    METER | {"occurred_at": "2026-05-04T11:59:00"},
    METER | {"occurred_at": "0001-01-01T00:00:00+14:00"},
    METER | {"samples": [{"at": "2026-05-04T11:59:00", "value": "1"}]},
    METER | {"charge_point_id": "x" * 400},
    METER | {"transaction_id": "x" * 400},
    ROW | {"values": ["1"]},
    ROW | {"columns": ""},
    ROW | {"values": []},
    ROW | {"columns": "SoC||||||;SoC"},
    ROW | {"columns": "SoC;" + "x" * 4_000},
    ROW | {"occurred_at": "2026-05-04T11:59:00"},
    STARTED | {"transaction_id": ""},
    STARTED | {"meter_start_wh": 2**53},
    STARTED | {"tag": "x" * 4_001},
]


def both(event: dict[str, Any]) -> tuple[Arrived, Arrived]:
    """Read at once, and parsed."""
    _, [read] = decode_events(msgspec.json.encode({"stream": "s1", "events": [event]}))
    return read_event(read, NOW), read_event(event, NOW)


@pytest.mark.parametrize("event", GOOD)
def test_what_is_good_is_the_same_event(event: dict[str, Any]) -> None:
    read, parsed = both(event)
    assert read.event == parsed.event is not None
    assert read.event is not None
    assert read.event.received_at <= NOW
    assert read.event.occurred_at.tzinfo is UTC
    assert read.result is parsed.result is None


@pytest.mark.parametrize("event", BAD)
def test_what_is_bad_is_noted_with_the_same_words(event: dict[str, Any]) -> None:
    read, parsed = both(event)
    assert read.event is parsed.event is None
    assert read.result == parsed.result
    assert read.result is not None
    assert read.result.reason.startswith("bad_event: ")
