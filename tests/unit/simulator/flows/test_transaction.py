"""What counts as told and answered."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from simulator.flows import transaction
from simulator.link.messagelog import Logged
from simulator.operations.operation import Exchange
from simulator.operations.runner import Failed

METER_VALUES = '[2,"{}","MeterValues",{{"connectorId":1,"meterValue":[{{"timestamp":"2026-01-01T00:00:00.000Z"}}]}}]'


def logged(text):
    return Logged(message_id=1, at=datetime.now(UTC), direction="sent", text=text, action="MeterValues")


def stage(*exchanges):
    """One that sent these."""
    return SimpleNamespace(speaks_16=True, sent=lambda _action: list(exchanges))


def exchange(unique_id, answer):
    return Exchange(logged(METER_VALUES.format(unique_id)), logged(answer) if answer is not None else None)


def test_two_meter_values_of_the_same_moment_are_two():
    both = stage(exchange("a", '[3,"a",{}]'), exchange("b", '[3,"b",{}]'))
    assert len(transaction.answered(both, "updated", 2)) == 2


def test_what_is_sent_again_after_an_error_or_silence_counts_once():
    again = stage(exchange("a", '[4,"a","InternalError","",{}]'), exchange("b", None), exchange("c", '[3,"c",{}]'))
    assert len(transaction.answered(again, "updated", 1)) == 1
    with pytest.raises(Failed, match="1 messages that a transaction updated were answered, not 2"):
        transaction.answered(again, "updated", 2)
