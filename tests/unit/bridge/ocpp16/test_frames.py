"""Frames that are none: logged, answered where it is known to whom, and never an exception."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp_bridge.ocpp16 import frames
from ocpp_bridge.ocpp16.frames import Code
from ocpp_bridge.translation import AnswerTo
from tests.unit.bridge.ocpp16.translating import frames as shown
from tests.unit.bridge.ocpp16.translating import receive

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"{}",
        b"42",
        b"[]",
        b'["2","m1","Heartbeat",{}]',
        b"[2]",
        b'[2,null,"Heartbeat",{}]',
        b'[2,"","Heartbeat",{}]',
        b'[2,true,"Heartbeat",{}]',
        b"[3]",
        b"[3,null,{}]",
        b"[4]",
        b'[1,"m1","Heartbeat",{}]',
        b'[5,"m1","GenericError","of a later version",{}]',
        b'[6,"m1","NotifyPeriodicEventStream",{}]',
        b'\xff\xfe[2,"m1"]',
        b'[2,"\xff","Heartbeat",{}]',
        b"[" * 100_000,
        b'{"a":' * 5_000,
    ],
)
def test_a_frame_that_belongs_to_nobody_is_noted_and_not_answered(data: bytes) -> None:
    received = receive(data)
    assert received.note
    assert received.frames == ()
    assert received.events == ()


@pytest.mark.parametrize(
    "frame",
    [
        [2, "m1", "Heartbeat"],
        [2, "m1", "Heartbeat", {}, {}],
        [2, "m1", "Heartbeat", []],
        [2, "m1", "Heartbeat", "x"],
        [2, "m1", 7, {}],
        [2, "m1"],
    ],
)
def test_a_malformed_call_with_an_id_is_told_so(frame: list[Any]) -> None:
    received = receive(frame)
    assert received.note
    assert [answer[:3] for answer in shown(received)] == [[4, "m1", "FormationViolation"]]


def test_a_call_nested_too_deeply_is_told_so() -> None:
    deep: Any = {}
    for _ in range(40):
        deep = {"a": deep}
    assert shown(receive([2, "m1", "Heartbeat", deep]))[0][:3] == [4, "m1", "FormationViolation"]


def test_a_call_without_payload_is_null_or_an_empty_object() -> None:
    none: tuple[Any, Any] = ({}, None)
    for payload in none:
        received = receive([2, "m1", "Heartbeat", payload])
        assert (shown(received)[0][:2], received.deviations) == ([3, "m1"], frozenset())
    assert shown(receive([2, "m1", "Authorize", None]))[0][:3] == [4, "m1", "ProtocolError"]


def test_a_message_id_without_end_is_answered_with_an_error_under_the_same_id() -> None:
    long = "m" * 300
    assert shown(receive([2, long, "Heartbeat", {}]))[0][:3] == [4, long, "FormationViolation"]


def test_a_flat_call_with_many_brackets_is_not_too_deep() -> None:
    value = {"value": "1"}
    meter = [{"timestamp": "2026-05-04T12:00:00Z", "sampledValue": [value] * 100}]
    received = receive([2, "m1", "MeterValues", {"connectorId": 1, "meterValue": meter}])
    assert len(received.events) == 1


def test_a_number_as_message_id_is_answered_with_the_same_number() -> None:
    assert shown(receive([2, 17, "Heartbeat", {}]))[0][:2] == [3, 17]


@pytest.mark.parametrize("payload", [None, [], "x", 3])
def test_a_result_whose_payload_is_no_object_counts_as_empty(payload: Any) -> None:
    received = receive([3, "m9", payload])
    assert received.answer is not None
    assert (received.answer.message_id, received.answer.answer.payload) == ("m9", {})


@pytest.mark.parametrize(
    ("rest", "code", "description"),
    [
        (["NotSupported", "no", {}], "NotSupported", "no"),
        (["NotSupported"], "NotSupported", ""),
        ([], "GenericError", ""),
        ([None, None, None], "None", "None"),
    ],
)
def test_an_error_answer_is_read_however_short(rest: list[Any], code: str, description: str) -> None:
    received = receive([4, "m9", *rest])
    assert received.answer is not None
    assert (received.answer.answer.error, received.answer.answer.description) == (code, description)
    assert received.frames == ()


def test_an_error_description_is_cut_to_what_ocpp_allows() -> None:
    frame = json.loads(frames.error("m1", Code.INTERNAL_ERROR, "x" * 1000))
    assert len(frame[3]) == 255


@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    received = receive(data)
    assert received.note or received.answer or received.frames


@given(JSON)
def test_no_json_raises_and_answers_are_never_answered(value: Any) -> None:
    data = json.dumps(value).encode()
    message = frames.read(data)
    received = receive(data)
    if isinstance(value, list) and value and type(value[0]) is int and value[0] in {3, 4}:
        assert received.frames == ()
    assert isinstance(message, AnswerTo) == (received.answer is not None)


@given(
    st.sampled_from(
        [
            "Authorize",
            "BootNotification",
            "Heartbeat",
            "MeterValues",
            "StartTransaction",
            "StatusNotification",
            "StopTransaction",
            "Reset",
            "X",
        ]
    ),
    st.dictionaries(
        st.sampled_from(["connectorId", "idTag", "meterStart", "timestamp", "transactionId", "meterStop", "meterValue"])
        | st.text(max_size=5),
        JSON,
        max_size=6,
    ),
)
def test_every_call_gets_exactly_one_answer_or_asks_one_question(action: str, payload: dict[str, Any]) -> None:
    received = receive([2, "m1", action, payload])
    assert len(received.frames) + (received.question is not None) == 1
    if received.frames:
        assert shown(received)[0][1] == "m1"


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        (b'[3,"a",{"t":"caf\xe9"}]', '[3, "a", {"t": "caf\ufffd"}]'),
        (b'[3,"a",{"t":"\\ud83d"}]', '[3, "a", {"t": "\ufffd"}]'),
        (b'[3,"a",{"t":"\\\\ud83d"}]', '[3, "a", {"t": "\\\\ud83d"}]'),
        (b'[3,"a",{"t":"\\ud83d\\ude00"}]', '[3, "a", {"t": "\U0001f600"}]'),
    ],
)
def test_a_broken_text_is_made_whole_and_nothing_else_is_touched(broken: bytes, whole: str) -> None:
    assert frames.with_whole_text(broken) == whole.encode()


@pytest.mark.parametrize("data", [b"\xff", b"[2,", b"[" * 100_000, b""])
def test_what_is_no_frame_has_no_whole_text(data: bytes) -> None:
    assert frames.with_whole_text(data) is None
