"""The first reading that shows a charge's energy does not wait, though the one of 0 Wh before it went at once."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from ocpp_bridge.back_end.backlog import Backlog
from ocpp_bridge.watching.first_energy import MOST, FirstEnergy
from wire.events import Meter, Sample, TransactionEnded, TransactionStarted

AT = datetime(2026, 5, 4, 8, tzinfo=UTC)
PLACE: dict[str, Any] = {"charge_point_id": "CP", "seq": 0, "occurred_at": AT, "received_at": AT, "connector": 1}


def started(transaction_id: str = "t1") -> TransactionStarted:
    return TransactionStarted(**PLACE, transaction_id=transaction_id, meter_start_wh=1000)


def read(value: str, unit: str = "Wh", transaction_id: str = "t1") -> Meter:
    samples = (Sample(at=AT, value=value, unit=unit),)
    return Meter(**PLACE, transaction_id=transaction_id, samples=samples)


def test_of_a_charges_readings_one_is_the_first_that_shows_energy() -> None:
    first = FirstEnergy()
    assert not first.is_first(read("1500")), "nothing is known of that charge"
    assert not first.is_first(started())
    told = [first.is_first(read(value)) for value in ("1000", "nonsense", "", "1000", "1001", "1002")]
    assert told == [False, False, False, False, True, False]


def test_energy_in_kwh_is_energy_and_an_ended_charge_shows_none() -> None:
    first = FirstEnergy()
    first.is_first(started())
    assert not first.is_first(read("0.9", "kWh"))
    assert first.is_first(read("1.1", "kWh"))
    first.is_first(started("t2"))
    first.is_first(TransactionEnded(**PLACE, transaction_id="t2", meter_stop_wh=1000))
    assert not first.is_first(read("9000", transaction_id="t2"))


def test_charges_that_never_end_fill_no_memory() -> None:
    first = FirstEnergy()
    for number in range(MOST + 1):
        first.is_first(started(f"t{number}"))
    assert not first.is_first(read("2000", transaction_id="t0"))
    assert first.is_first(read("2000", transaction_id="t1"))


def test_a_reading_that_shows_it_is_due_soon_after_one_that_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ocpp_bridge.back_end.backlog.SOON_S", 0.02)

    async def run() -> None:
        due = asyncio.Event()
        backlog = Backlog(lambda _: "a", 100.0, lambda _: due.set())
        for seq, shows in ((1, False), (2, True)):
            due.clear()
            backlog.note("CP", seq, urgent=False, read=shows)
            async with asyncio.timeout(5):
                await due.wait()
            assert backlog.take(backlog.groups.pop("a")) == ("CP", seq - 1)
            backlog.confirmed("CP", seq)
            backlog.give_back("CP")
        backlog.note("CP", 3, urgent=False)
        await asyncio.sleep(0.05)
        assert not backlog.groups, "the next ones wait"
        backlog.close()

    asyncio.run(run())
