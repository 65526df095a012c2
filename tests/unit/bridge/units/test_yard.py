"""All units of one bridge: a charge point is one entry's, whoever else tells of it."""

import asyncio
import contextlib
from types import SimpleNamespace
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from ocpp_bridge.units import yard as module
from ocpp_bridge.units.driver import Declaration, Entry
from ocpp_bridge.units.units_file import Configured
from ocpp_bridge.units.yard import Row, Yard


def yard_of(*names: str) -> tuple[Yard, list[Row]]:
    """A yard of entries by their unit's id, "" an account's. The API knows everything."""
    everything = SimpleNamespace(charge_points={"EVSE-1": 1, "CA1": 1}, known=True)
    entries = [Configured(Entry("test", name), cast(Any, None)) for name in names]
    ports = SimpleNamespace(copy=everything, clock=SimpleNamespace(monotonic=lambda: 0.0))
    yard = Yard(entries, {}, cast(Any, None), cast(Any, None), cast(Any, ports))
    return yard, yard._rows  # noqa: SLF001 -- a driver is given its row


def test_an_account_does_not_get_the_unit_that_another_entry_names() -> None:
    yard, (account, unit) = yard_of("", "EVSE-1")
    with capture_logs() as logs:
        assert [account.unit("EVSE-1", Declaration(protocol="test")) for _ in range(3)] == [None] * 3
        assert yard.owns(unit, "EVSE-1")
    assert [(line["log_level"], line["charge_point"]) for line in logs] == [("error", "EVSE-1")]


def test_of_two_accounts_the_first_that_tells_of_a_charge_point_has_it() -> None:
    yard, (first, second) = yard_of("", "")
    assert yard.owns(first, "CA1")
    assert not yard.owns(second, "CA1")
    assert yard.owns(first, "CA1")


def test_an_entry_whose_driver_waits_failures_out_tells_them_and_is_sound_again() -> None:
    yard, (_, account) = yard_of("EVSE-1", "")
    assert yard.troubles() == []
    account.failing("the cloud refused the password")
    (told,) = yard.troubles()
    assert told["why"] == "the cloud refused the password"
    account.failing("")
    assert yard.troubles() == []


class Deaf:
    """A driver in whose library a cancellation is lost."""

    def __init__(self) -> None:
        self.runs = asyncio.Event()
        self.ended = False

    async def run(self, _ports: Row) -> None:
        self.runs.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        try:
            await asyncio.Event().wait()
        finally:
            self.ended = True


def test_a_driver_in_which_a_cancellation_is_lost_ends_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CANCEL_AGAIN_S", 0.02)

    async def run() -> bool:
        driver = Deaf()
        ports = SimpleNamespace(clock=SimpleNamespace(monotonic=lambda: 0.0))
        entries = [Configured(Entry("test"), cast(Any, driver))]
        yard = Yard(entries, {}, cast(Any, None), cast(Any, None), cast(Any, ports))
        yard.begin()
        async with asyncio.timeout(5):
            await driver.runs.wait()
            await yard.close()
        return driver.ended

    assert asyncio.run(run())
