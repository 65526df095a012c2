"""MeterValues as the schema wants it, read in one step: most of what is said. Anything else takes the long way.

Nothing is accepted here that `judging` would refuse or tolerate: the words are those of the schema, and what is
absent, odd or too much makes it no usual reading.
"""

import functools
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NamedTuple

import msgspec

from ocpp_bridge.ocpp16.frames import MESSAGE_ID_MOST
from ocpp_bridge.ocpp16.leniency import INTEGER_MOST
from ocpp_bridge.ocpp16.sampled_values import REGISTER, SAMPLES_MOST
from wire.events import Sample
from wire.ocpp_schemas import schema_of

ACTION = "MeterValues"
_MARK = b'"MeterValues"'
_MARK_WITHIN = 512
"""Bytes; the message id stands before it."""
_LENGTH = msgspec.Meta(min_length=1)


class Readings(NamedTuple):
    """What was told. ``transaction_id`` 0: none was named."""

    message_id: str
    connector: int
    transaction_id: int
    samples: tuple[Sample, ...]


def read(frame: bytes) -> Readings | None:
    """The readings of a frame; None when it is anything but a call that is proper in every way."""
    if frame.find(_MARK, 0, _MARK_WITHIN) < 0:
        return None
    try:
        _, message_id, _, told = _decoder().decode(frame)
        samples = tuple(_samples(told.meterValue))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError, OverflowError):
        return None
    if len(samples) > SAMPLES_MOST:
        return None
    return Readings(message_id, told.connectorId, told.transactionId, samples)


def _samples(readings: Iterable[Any]) -> list[Sample]:
    """Raises ``ValueError`` for a timestamp that is none, or has no zone."""
    found: list[Sample] = []
    for reading in readings:
        at = datetime.fromisoformat(reading.timestamp)
        if at.tzinfo is None:
            raise ValueError("no zone")
        at = at.astimezone(UTC)
        for value in reading.sampledValue:
            found.append(  # noqa: PERF401 -- as in `sampled_values`
                Sample(
                    at=at,
                    value=value.value,
                    measurand=value.measurand or REGISTER,
                    unit=value.unit,
                    phase=value.phase,
                    location=value.location,
                    context=value.context,
                )
            )
    return found


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
            *((name, literal[tuple(word["enum"])], "") for name, word in words.items() if name != "value"),
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
    message_id = Annotated[str, msgspec.Meta(min_length=1, max_length=MESSAGE_ID_MOST)]
    return msgspec.json.Decoder(tuple[Literal[2], message_id, Literal["MeterValues"], told])  # type: ignore[valid-type]
