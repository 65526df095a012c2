"""What the core asks of a charge point: written to the cloud, read back, compared."""

from contextlib import asynccontextmanager

import pytest

from ocpp_bridge.units.chargeamps.control import declared, rfid_of
from ocpp_bridge.units.driver import LinkLost, Refused, Unsupported
from simulator.cars.catalogue import car_of
from simulator.chargeamps_cloud.faults import Fault
from tests.fakes.unit_ports import until
from tests.unit.bridge.units.chargeamps.accounts import running
from wire.settings import SETTINGS

TAG = "KWABCDEFGHIJKLMNOP"


@asynccontextmanager
async def controlled(address, ports, **more):
    async with running(address, ports, **more):
        await until(lambda: "CA1" in ports.units and ports.units["CA1"].of("observed"))
        yield ports.units["CA1"]


def of(port, **shown):
    """The last observation is so."""
    return lambda: all(getattr(port.last, name) == value for name, value in shown.items())


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit_a", 10), ("limit_a", 0), ("limit_a", 32.0), ("limit_a", None), ("rfid_lock", True),
        ("cable_lock", True), ("mode", "Schedule"), ("enabled", False),
    ],
)  # fmt: skip
async def test_a_setting_is_written_and_read_back_and_leaves_the_others(address, standing_in, ports, name, value):
    async with controlled(address, ports) as port:
        before = await port.control.settings(1, {})
        after = await port.control.settings(1, {name: value})
    expected = before | {name: value}
    if name in {"mode", "enabled"}:
        expected |= {"enabled": value is not False, "mode": "Off" if value is False else value}
    assert after == expected
    assert set(after) == set(declared((1,)).settings) <= set(SETTINGS)


@pytest.mark.anyio
async def test_what_the_cloud_takes_and_ignores_is_read_back_as_it_is(address, standing_in, ports):
    standing_in.connector("CA1").deaf = frozenset({"max_current", "mode"})
    async with controlled(address, ports) as port:
        assert (await port.control.settings(1, {"limit_a": 10}))["limit_a"] is None
        with pytest.raises(Refused, match="read back as On"):
            await port.control.switch(1, on=False, tag="")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ({"limit_a": 3}, Refused), ({"limit_a": 33}, Refused), ({"limit_a": -1}, Refused), ({"limit_a": "10"}, Refused),
        ({"mode": "Party"}, Refused), ({"phases": 1}, Unsupported),
    ],
)  # fmt: skip
async def test_what_it_does_not_take_is_refused_and_nothing_changes(address, standing_in, ports, wanted, error):
    async with controlled(address, ports) as port:
        before = await port.control.settings(1, {})
        with pytest.raises(error):
            await port.control.settings(1, wanted)
        assert await port.control.settings(1, {}) == before


@pytest.mark.anyio
async def test_half_an_ampere_is_rounded_down(address, ports):
    async with controlled(address, ports) as port:
        assert (await port.control.settings(1, {"limit_a": 10.9}))["limit_a"] == 10


@pytest.mark.anyio
async def test_a_limit_reaches_the_car_and_is_shown(address, standing_in, ports):
    async with controlled(address, ports) as port:
        standing_in.connector("CA1").plug(car_of("compact", 20_000))
        await port.control.settings(1, {"limit_a": 8})
        standing_in.clock.advance(10)
        await until(of(port, limit_a=8, current_ma=(8000, 8000, 8000)))
        await port.control.settings(1, {"limit_a": 0})
        await until(of(port, limit_a=0, charging=False, enabled=False, plugged=True))


@pytest.mark.anyio
async def test_switched_off_a_plug_stays_visible_and_nothing_flows_until_it_is_switched_on(address, standing_in, ports):
    async with controlled(address, ports) as port:
        await port.control.switch(1, on=False, tag="")
        await until(of(port, enabled=False, plugged=False))
        standing_in.connector("CA1").plug(car_of("compact", 20_000))
        await until(of(port, enabled=False, plugged=True, charging=False, session=""))
        await port.control.switch(1, on=True, tag=TAG)
        standing_in.clock.advance(10)
        await until(of(port, enabled=True, charging=True, session="1001"))


@pytest.mark.anyio
async def test_switched_off_during_a_charge_it_waits_and_then_goes_on(address, standing_in, ports):
    async with controlled(address, ports) as port:
        standing_in.connector("CA1").plug(car_of("compact", 20_000))
        await until(of(port, plugged=True, session="1001"))
        await port.control.switch(1, on=False, tag="")
        await until(of(port, enabled=False, charging=False, plugged=True, session="1001"))
        await port.control.switch(1, on=True, tag=TAG)
        standing_in.clock.advance(10)
        await until(of(port, enabled=True, charging=True, session="1001"))


@pytest.mark.anyio
async def test_where_the_mode_is_not_taken_the_charge_is_stopped_and_can_be_started_again(address, standing_in, ports):
    async with controlled(address, ports) as port:
        standing_in.connector("CA1").plug(car_of("compact", 20_000))
        await until(of(port, plugged=True, session="1001"))
        standing_in.connector("CA1").deaf = frozenset({"mode"})
        with pytest.raises(Refused, match="read back as On"):
            await port.control.switch(1, on=False, tag="")
        await until(of(port, charging=False, plugged=True))
        assert standing_in.sessions[0].ended is not None
        await port.control.switch(1, on=True, tag=TAG)
        standing_in.clock.advance(10)
        await until(of(port, charging=True, session="1002", tag=TAG))


@pytest.mark.anyio
async def test_where_a_card_is_needed_the_holders_is_sent_when_the_car_is_there(address, standing_in, ports):
    async with controlled(address, ports) as port:
        await port.control.settings(1, {"rfid_lock": True})
        await port.control.switch(1, on=False, tag="")
        await port.control.switch(1, on=True, tag=TAG)
        standing_in.connector("CA1").plug(car_of("compact", 20_000))
        standing_in.clock.advance(10)
        await until(of(port, charging=True, session="1001", tag=TAG))
        assert standing_in.sessions[0].rfid == rfid_of(TAG)
        standing_in.connector("CA1").unplug()
        await until(of(port, plugged=False))
        standing_in.connector("CA1").plug(car_of("compact", 20_000))  # Once only.
        await until(of(port, plugged=True, charging=False, session=""))


@pytest.mark.anyio
async def test_a_start_that_was_lost_is_sent_when_its_driver_asks_again_and_none_where_the_session_runs(
    address, standing_in, ports
):
    async with controlled(address, ports) as port:
        await port.control.settings(1, {"rfid_lock": True})
        standing_in.connector("CA1").plug(car_of("compact", 20_000))
        await until(of(port, plugged=True, session=""))
        await port.control.switch(1, on=True, tag=TAG)
        await until(of(port, charging=True, session="1001", tag=TAG))
        await port.control.switch(1, on=True, tag="another")
        assert len(standing_in.sessions) == 1
        assert standing_in.sessions[0].rfid == rfid_of(TAG)


@pytest.mark.anyio
async def test_a_card_at_the_charge_point_is_told_with_its_session(address, standing_in, ports):
    async with controlled(address, ports) as port:
        await port.control.settings(1, {"rfid_lock": True})
        standing_in.connector("CA1").plug(car_of("compact", 20_000))
        await until(of(port, plugged=True, session=""))
        standing_in.connector("CA1").authorise("04A1B2C3D4E5F6")
        await until(of(port, session="1001", tag="04A1B2C3D4E5F6"))


@pytest.mark.anyio
async def test_a_reboot_reaches_the_charge_point(address, standing_in, ports):
    async with controlled(address, ports) as port:
        await port.control.reboot()
    assert standing_in.charge_point("CA1").reboots == 1


@pytest.mark.anyio
@pytest.mark.parametrize("kind", ["server_error", "too_many", "nonsense", "not_json", "slow"])
async def test_a_cloud_that_fails_meanwhile_is_a_lost_link(address, standing_in, ports, kind):
    async with controlled(address, ports, timeout_s=0.2) as port:
        standing_in.faults.order(Fault(kind, on="settings", delay_s=0.4, retry_after="0"))
        with pytest.raises(LinkLost):
            await port.control.settings(1, {"limit_a": 10})
        standing_in.faults.clear()


@pytest.mark.anyio
async def test_a_charge_point_the_cloud_does_not_hear_refuses(address, standing_in, ports):
    async with controlled(address, ports) as port:
        standing_in.charge_point("CA1").go(online=False)
        with pytest.raises(Refused, match="offline"):
            await port.control.settings(1, {"limit_a": 10})


@pytest.mark.parametrize(
    ("tag", "rfid"),
    [("04a1b2c3", "04A1B2C3"), ("04A1B2C3D4E5F6", "04A1B2C3D4E5F6"), ("0123456789abcdefABCD", "0123456789ABCDEFABCD")],
)
def test_a_cards_own_number_is_said_as_it_is(tag, rfid):
    assert rfid_of(tag) == rfid


def test_any_other_tag_has_a_card_number_of_its_own_always_the_same():
    made_up = {rfid_of(tag) for tag in (TAG, TAG.lower(), "", "04A1B2C3\n", "ä", "04A1B")}
    assert len(made_up) == 6
    assert all(len(each) == 14 for each in made_up)
    assert rfid_of(TAG) == rfid_of(TAG)
