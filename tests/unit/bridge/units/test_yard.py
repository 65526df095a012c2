"""All units of one bridge: a charge point is one entry's, whoever else tells of it."""

from types import SimpleNamespace
from typing import Any, cast

from structlog.testing import capture_logs

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
