"""A batch of well-formed events alone is read in one go; any other is parsed, so that each bad event can be noted."""

from typing import Any

import msgspec
import pytest
from pydantic import ValidationError

from api.schemas.events import MOST_EVENTS, EventsBody
from wire.codec import ReadEvent
from wire.events import Meter

GOOD: dict[str, Any] = {
    "kind": "meter",
    "charge_point_id": "CP1",
    "seq": 1,
    "occurred_at": "2026-05-04T12:00:00Z",
    "received_at": "2026-05-04T12:00:00Z",
    "connector": 1,
    "samples": [{"at": "2026-05-04T12:00:00Z", "value": "1"}],
    "new": {"field": [1]},
}


def body(events: object, stream: object = "s1", **more: object) -> bytes:
    return msgspec.json.encode({"stream": stream, "events": events, **more})


def test_well_formed_events_are_read_and_keep_their_own_json() -> None:
    read = EventsBody.model_validate_json(body([GOOD, GOOD]))
    assert read.stream == "s1"
    assert [type(one.event) for one in read.events] == [Meter, Meter]
    assert [msgspec.json.decode(one.raw) for one in read.events] == [GOOD, GOOD]


@pytest.mark.parametrize("bad", [{}, 7, None, {**GOOD, "seq": "1"}, {**GOOD, "kind": "x"}, {**GOOD, "seq": 1.5}])
def test_a_bad_event_has_its_batch_parsed(bad: object) -> None:
    assert EventsBody.model_validate_json(body([GOOD, bad])).events == [GOOD, bad]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        body([GOOD], stream=""),
        body([GOOD], stream=7),
        body([GOOD], stream="x" * 2_000),
        body([GOOD], more=1),
        body(GOOD),
        body([GOOD] * (MOST_EVENTS + 1)),
        body([GOOD]).replace(b"CP1", b"\xff"),
        body([GOOD]).replace(b"field", b"\xff"),
        body([GOOD]).replace(b"CP1", rb"\ud800"),
    ],
)
def test_what_is_no_batch_is_refused(data: bytes) -> None:
    with pytest.raises(ValidationError):
        EventsBody.model_validate_json(data)


def test_no_events_are_a_batch() -> None:
    assert EventsBody.model_validate_json(body([])).events == []
    assert not any(isinstance(one, ReadEvent) for one in EventsBody.model_validate_json(body([{}])).events)
