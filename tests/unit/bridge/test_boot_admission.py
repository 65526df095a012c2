"""In a storm some boot later: how many at once, and when the others' turn is."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

from ocpp_bridge.after_boot.reminder import BootReminder
from ocpp_bridge.boot_admission import LEAST_S, BootAdmission
from ocpp_bridge.ocpp16.translator import Ocpp16
from ocpp_bridge.watching.open_transactions import OpenTransactions
from tests.unit.bridge.ocpp16.translating import frames

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
BOOT = b'[2,"m1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'


def test_so_many_come_in_and_the_rest_has_turns_at_the_pace_of_the_refill() -> None:
    admission = BootAdmission(10, refill_s=5)
    waits_s = [admission.wait_s(NOW) for _ in range(110)]
    assert waits_s[:10] == [0] * 10
    later = waits_s[10:]
    assert all(wait_s >= LEAST_S for wait_s in later)
    # A hundred turns at two a second from the fifth second on, each stretched by a quarter at most.
    assert LEAST_S + 49 <= max(later) <= (LEAST_S + 50) * 1.25 + 1
    for begin_s in range(LEAST_S, 50, 10):
        assert sum(begin_s <= wait_s < begin_s + 10 for wait_s in later) <= 2 * 10 * 2


def test_after_a_while_as_many_come_in_again() -> None:
    admission = BootAdmission(10, refill_s=5)
    for _ in range(50):
        admission.wait_s(NOW)
    assert [admission.wait_s(NOW + timedelta(seconds=5)) for _ in range(10)] == [0] * 10
    assert admission.wait_s(NOW + timedelta(seconds=5)) > 0


def test_a_clock_that_is_set_back_locks_nobody_out() -> None:
    admission = BootAdmission(1, refill_s=1)
    admission.wait_s(NOW)
    assert admission.wait_s(NOW - timedelta(hours=1)) <= LEAST_S * 1.25 + 1
    assert admission.wait_s(NOW - timedelta(hours=1) + timedelta(seconds=1)) == 0


def test_without_a_bound_everybody_comes_in() -> None:
    admission = BootAdmission(0)
    assert {admission.wait_s(NOW) for _ in range(1_000)} == {0}


def test_a_boot_that_comes_too_early_is_answered_pending_and_is_no_event() -> None:
    translator = Ocpp16("CP-1", NOW, 300, OpenTransactions(), boot_wait_s=lambda _now: 17)
    received = translator.receive(BOOT, NOW)
    (answer,) = frames(received)
    assert answer == [3, "m1", {"currentTime": "2026-05-04T12:00:00.000Z", "interval": 17, "status": "Pending"}]
    assert (received.events, received.booted) == ((), False)


def test_who_was_told_when_to_boot_is_not_asked_for_it() -> None:
    class Connected:
        charge_point_id = "CP-1"

    reminder = BootReminder([], 20)
    assert reminder.needs(cast(Any, Connected()))
    reminder.heard("CP-1")
    assert not reminder.needs(cast(Any, Connected()))
