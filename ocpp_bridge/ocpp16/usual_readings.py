"""MeterValues as the schema wants it, read in one step: most of what is said. Anything else takes the long way.

Nothing is accepted here that `judging` would refuse or tolerate: the words are those of the schema, and what is
absent, odd or too much makes it no usual reading.
"""

import functools
from collections.abc import Iterable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from ocpp_bridge.ocpp16.frames import PROPER_MESSAGE_ID_MOST
from ocpp_bridge.ocpp16.leniency import INTEGER_MOST
from ocpp_bridge.ocpp16.sampled_values import REGISTER, SAMPLES_MOST
from wire.columns import columns
from wire.events import Sample
from wire.ocpp_schemas import schema_of

ACTION = "MeterValues"
_MARK = b'"MeterValues"'
_MARK_WITHIN = 512
"""Bytes; the message id stands before it."""
_LENGTH = msgspec.Meta(min_length=1)
_LABEL = attrgetter("measurand", "unit", "phase", "location", "context")
_VALUE = attrgetter("value")


class Readings(NamedTuple):
    """What was told. ``transaction_id`` 0: none was named. Values of one instant are a row, others samples."""

    message_id: str
    connector: int
    transaction_id: int
    at: datetime
    """Of the last of them."""
    samples: tuple[Sample, ...] = ()
    columns: str = ""
    values: tuple[str, ...] = ()


def read(frame: bytes) -> Readings | None:
    """The readings of a frame; None when it is anything but a call that is proper in every way."""
    if frame.find(_MARK, 0, _MARK_WITHIN) < 0:
        return None
    try:
        _, message_id, _, told = _decoder().decode(frame)
        readings = told.meterValue
        at = _instant(readings[-1].timestamp)
        if len(readings) == 1:
            values = readings[0].sampledValue
            said = columns(tuple(map(_LABEL, values)))
            if said:
                row = tuple(map(_VALUE, values))
                return Readings(message_id, told.connectorId, told.transactionId, at, (), said, row)
        samples = tuple(_samples(readings))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError):
        return None
    if len(samples) > SAMPLES_MOST:
        return None
    return Readings(message_id, told.connectorId, told.transactionId, at, samples)


def _instant(text: str) -> datetime:
    """Raises ``ValueError`` for a timestamp that is none, or has no zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at.astimezone(UTC)


def _samples(readings: Iterable[Any]) -> Iterable[Sample]:
    for reading in readings:
        at = _instant(reading.timestamp)
        for value in reading.sampledValue:
            measurand, unit, phase, location, context = _LABEL(value)
            yield Sample(
                at=at,
                value=value.value,
                measurand=measurand,
                unit=unit,
                phase=phase,
                location=location,
                context=context,
            )


@functools.cache
def _decoder() -> "msgspec.json.Decoder[Any]":
    """Made of the schema itself, so that the two cannot differ in a word."""
    reading = schema_of(ACTION)["properties"]["meterValue"]["items"]["properties"]
    words = reading["sampledValue"]["items"]["properties"]
    literal: Any = Literal
    value = msgspec.defstruct(
        "SampledValue",
        [
            ("value", str),
            *(
                (name, literal[tuple(word["enum"])], REGISTER if name == "measurand" else "")
                for name, word in words.items()
                if name != "value"
            ),
        ],
        forbid_unknown_fields=True,
    )
    meter_value = msgspec.defstruct(
        "MeterValue",
        [("timestamp", str), ("sampledValue", Annotated[list[value], _LENGTH])],  # type: ignore[valid-type]
        forbid_unknown_fields=True,
    )
    told = msgspec.defstruct(
        "Told",
        [
            ("connectorId", Annotated[int, msgspec.Meta(ge=0, le=INTEGER_MOST)]),
            ("meterValue", Annotated[list[meter_value], _LENGTH]),  # type: ignore[valid-type]
            ("transactionId", Annotated[int, msgspec.Meta(ge=1, le=INTEGER_MOST)], 0),
        ],
        forbid_unknown_fields=True,
    )
    message_id = Annotated[str, msgspec.Meta(min_length=1, max_length=PROPER_MESSAGE_ID_MOST)]
    return msgspec.json.Decoder(tuple[Literal[2], message_id, Literal["MeterValues"], told])  # type: ignore[valid-type]
