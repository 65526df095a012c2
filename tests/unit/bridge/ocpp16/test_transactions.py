"""Transaction ids, repeats and what happened while the charge point was away."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp_bridge.ocpp16.instants import written
from ocpp_bridge.ocpp16.transaction_ids import transaction_id
from ocpp_bridge.translation import OpenTransaction, StartQuestion
from ocpp_bridge.watching.open_transactions import OPEN_MOST, OpenTransactions
from services.chargepoints.intake import read_event
from tests.unit.bridge.ocpp16.translating import CONNECTED_AT, NOW, call, translator
from wire.events import TransactionEnded, TransactionStarted

START = {"connectorId": 1, "idTag": "CARD", "meterStart": 100, "timestamp": "2026-05-04T11:59:59Z"}
UNSET_CLOCK = "1970-01-01T00:00:12Z"


def started(payload: dict[str, Any], transactions: OpenTransactions | None = None) -> TransactionStarted:
    (event,) = call("StartTransaction", payload, translator(transactions)).events
    assert isinstance(event, TransactionStarted)
    return event


def test_the_same_start_has_the_same_id_on_every_instance() -> None:
    assert started(START).transaction_id == started(START).transaction_id


def test_the_same_instant_in_another_zone_is_the_same_start() -> None:
    assert started({**START, "timestamp": "2026-05-04T13:59:59+02:00"}).transaction_id == started(START).transaction_id


@pytest.mark.parametrize(
    "other",
    [
        {"connectorId": 2},
        {"idTag": "OTHER"},
        {"meterStart": 101},
        {"timestamp": "2026-05-04T11:59:58Z"},
    ],
)
def test_another_start_has_another_id(other: dict[str, Any]) -> None:
    assert started({**START, **other}).transaction_id != started(START).transaction_id


@pytest.mark.parametrize("timestamp", [UNSET_CLOCK, "2019-12-31T23:59:59Z", "2026-05-05T12:00:01Z", "soon"])
def test_without_a_set_clock_a_repeat_is_known_by_its_open_transaction(timestamp: str) -> None:
    transactions = OpenTransactions()
    first = started({**START, "timestamp": timestamp}, transactions)
    again = started({**START, "timestamp": timestamp}, transactions)
    assert first.transaction_id == again.transaction_id
    other = started({**START, "timestamp": timestamp, "meterStart": 200}, transactions)
    assert other.transaction_id != first.transaction_id


def test_without_a_set_clock_a_new_transaction_after_the_stop_has_a_new_id() -> None:
    transactions = OpenTransactions()
    payload = {**START, "timestamp": UNSET_CLOCK}
    first = started(payload, transactions)
    call(
        "StopTransaction",
        {"transactionId": int(first.transaction_id), "meterStop": 200, "timestamp": UNSET_CLOCK},
        translator(transactions),
    )
    assert started(payload, transactions).transaction_id != first.transaction_id


@given(
    st.text(max_size=20),
    st.integers(0, 50),
    st.text(max_size=20),
    st.integers(-(2**53), 2**53),
    st.booleans(),
)
def test_an_id_is_always_a_positive_31_bit_number(
    charge_point_id: str, connector: int, tag: str, meter_start_wh: int, is_set: bool
) -> None:
    timestamp = written(NOW) if is_set else UNSET_CLOCK
    made = transaction_id(charge_point_id, connector, tag, timestamp, meter_start_wh, NOW, ())
    assert 1 <= made < 2**31


def test_a_repeat_says_which_event_it_repeats() -> None:
    transactions = OpenTransactions()
    by = translator(transactions)
    first = call("StartTransaction", START, by)
    assert isinstance(first.question, StartQuestion)
    assert first.question.repeats == 0
    transactions.note(first.question.transaction_id, 42)
    again = call("StartTransaction", START, by)
    assert isinstance(again.question, StartQuestion)
    assert again.question.repeats == 42
    assert again.question.transaction_id == first.question.transaction_id


def test_a_start_cannot_be_answered_unless_it_is_durable() -> None:
    received = call("StartTransaction", START)
    assert received.instead is not None
    assert b"InternalError" in received.instead


def test_the_end_of_a_known_transaction_names_its_connector_and_forgets_it() -> None:
    transactions = OpenTransactions([OpenTransaction(5, 2, "CARD", 100, 1)])
    stop = {"transactionId": 5, "meterStop": 900, "timestamp": "2026-05-04T11:59:00Z"}
    received = call("StopTransaction", stop, translator(transactions))
    (event,) = received.events
    assert isinstance(event, TransactionEnded)
    assert event.connector == 2
    assert received.closed == (5,)
    assert list(transactions) == []


def test_the_end_of_an_unknown_transaction_closes_no_other() -> None:
    transactions = OpenTransactions([OpenTransaction(5, 2, "CARD", 100, 1)])
    stop = {"transactionId": -1, "meterStop": 900, "timestamp": "2026-05-04T11:59:00Z"}
    received = call("StopTransaction", stop, translator(transactions))
    (event,) = received.events
    assert isinstance(event, TransactionEnded)
    assert event.connector is None
    assert [known.transaction_id for known in transactions] == [5]


def test_an_end_told_again_because_the_disk_refused_it_is_still_forgotten_on_the_disk() -> None:
    transactions = OpenTransactions([OpenTransaction(5, 2, "CARD", 100, 1)])
    stop = {"transactionId": 5, "meterStop": 900, "timestamp": "2026-05-04T11:59:00Z"}
    for _ in range(2):
        assert call("StopTransaction", stop, translator(transactions)).closed == (5,)


@pytest.mark.parametrize(("said", "taken"), [(2**60, 2**53 - 1), (-(2**60), -(2**53 - 1)), (2**53, 2**53 - 1)])
def test_an_end_with_an_absurd_register_is_within_what_the_api_takes(said: int, taken: int) -> None:
    stop = {"transactionId": 5, "meterStop": said, "timestamp": "2026-05-04T11:59:00Z"}
    (event,) = call("StopTransaction", stop, translator()).events
    assert isinstance(event, TransactionEnded)
    assert event.meter_stop_wh == taken
    told = msgspec.json.Decoder(type=object).decode(msgspec.json.encode(event))
    assert read_event(told, NOW).result is None


def test_open_transactions_are_bounded_and_the_forgotten_are_named() -> None:
    transactions = OpenTransactions()
    for number in range(OPEN_MOST):
        assert transactions.open(OpenTransaction(number, 1, "CARD", 0)) == ()
    assert transactions.open(OpenTransaction(999, 1, "CARD", 0)) == (0,)
    assert len(list(transactions)) == OPEN_MOST


@pytest.mark.parametrize(
    ("connected_before_s", "happened_before_s", "offline"),
    [
        (5, 3600, True),  # just back: replayed
        (5, 1, False),  # just back, and it happened now
        (5, 20, False),  # within the margin of two clocks
        (3600, 7200, False),  # connected for long: the clock is wrong, the charge is now
    ],
)
def test_history_is_what_happened_before_a_fresh_connection(
    connected_before_s: int, happened_before_s: int, offline: bool
) -> None:
    by = translator(connected_at=NOW - timedelta(seconds=connected_before_s))
    at = written(NOW - timedelta(seconds=happened_before_s))
    (event,) = call("StartTransaction", {**START, "timestamp": at}, by).events
    assert isinstance(event, TransactionStarted)
    assert event.offline is offline


def test_a_clock_of_1970_is_no_history() -> None:
    by = translator(connected_at=NOW)
    (event,) = call("StartTransaction", {**START, "timestamp": UNSET_CLOCK}, by).events
    assert isinstance(event, TransactionStarted)
    assert not event.offline
    assert CONNECTED_AT < NOW
