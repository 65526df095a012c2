"""The driver at a cloud that stands in: what happens at the charge points is what the core is told."""

import pytest

from ocpp_bridge.units.chargeamps.charge_point_poll import ChargePointPoll
from ocpp_bridge.units.chargeamps.cloud_client import CloudClient
from ocpp_bridge.units.chargeamps.entry import account_of
from ocpp_bridge.units.chargeamps.shapes import ChargePointDescribed
from simulator.cars.catalogue import car_of
from simulator.chargeamps_cloud.faults import Fault
from tests.fakes.unit_ports import KeptPorts, until
from tests.unit.bridge.units.chargeamps.accounts import entry, running

WH = 3600


def steps(port, connector=1):
    """Changes of what was seen: plugged, charging, session."""
    shown: list = []
    for each in port.of("observed"):
        step = (each.plugged, each.charging, each.session)
        if each.connector == connector and (not shown or shown[-1] != step):
            shown.append(step)
    return shown


async def next_look(ports, name="CA1"):
    """Until a look is over that began after now."""
    port = ports.units[name]
    many = len(port.of("observed"))
    await until(lambda: len(port.of("observed")) >= many + 2)
    return port


@pytest.mark.anyio
async def test_owned_charge_points_are_found_and_those_the_api_knows_are_told_of(address, standing_in, ports):
    ports.known = {"CA1"}
    async with running(address, ports):
        await until(lambda: "CA1" in ports.units and len(ports.asked) > 6)
        assert "CA2" not in ports.units
        declaration = next(declared for name, declared in ports.asked if name == "CA2")
        assert declaration.connectors == (1, 2)
        ports.known.add("CA2")
        await until(lambda: "CA2" in ports.units and ports.units["CA2"].of("observed"))
        standing_in.add("CA3")
        ports.known.add("CA3")
        await until(lambda: "CA3" in ports.units)
    kind, identity = ports.units["CA2"].told[0]
    assert (kind, identity.vendor, identity.model, identity.serial) == ("connected", "Charge Amps", "Luna", "CA2")


@pytest.mark.anyio
@pytest.mark.parametrize("by_number", [False, True])
@pytest.mark.parametrize(("name", "version"), [("CA1", "v5"), ("CA2", "v3")])
async def test_a_charge_is_seen_from_plug_to_unplug(address, standing_in, ports, name, version, by_number):
    standing_in.charge_point(name).by_number = by_number
    async with running(address, ports, api_version=version):
        await until(lambda: name in ports.units and ports.units[name].of("observed"))
        standing_in.connector(name).plug(car_of("compact", 3000))
        await next_look(ports, name)
        standing_in.clock.advance(600)
        port = await next_look(ports, name)
        seen = [each for each in port.of("observed") if each.connector == 1][-1]
        assert (seen.charging, seen.session, seen.session_type) == (True, "1001", "3-phase")
        assert seen.current_ma == (16000, 16000, 16000)
        assert seen.voltage_mv == (230000, 230000, 230000)
        assert 1830 * WH < seen.energy_ws <= 1842 * WH
        standing_in.clock.advance(3600)
        await next_look(ports, name)
        standing_in.connector(name).unplug()
        await next_look(ports, name)
    assert steps(port) == [
        (False, False, ""), (True, True, "1001"), (True, False, "1001"), (False, False, ""),
    ]  # fmt: skip
    assert [each for each in port.of("observed") if each.session][-1].energy_ws == 3000 * WH
    assert not port.of("corrected")


@pytest.mark.anyio
async def test_two_cars_swapped_between_two_looks_are_two_sessions(address, standing_in, ports):
    async with running(address, ports):
        await until(lambda: "CA1" in ports.units and ports.units["CA1"].of("observed"))
        connector = standing_in.connector("CA1")
        connector.plug(car_of("compact", 20_000))
        standing_in.clock.advance(900)
        await next_look(ports)
        standing_in.clock.advance(30)
        connector = standing_in.connector("CA1")
        connector.unplug()
        connector.plug(car_of("city", 20_000))
        standing_in.clock.advance(5)
        port = await next_look(ports)
    assert steps(port) == [
        (False, False, ""), (True, True, "1001"), (True, False, "1001"), (False, False, ""), (True, True, "1002"),
    ]  # fmt: skip
    first = [each for each in port.of("observed") if each.session == "1001"][-1]
    assert first.energy_ws == pytest.approx(930 / 3600 * 11_040 * WH, rel=0.003)  # By the cloud's own record.
    assert port.last.energy_ws < 20 * WH
    assert port.last.session_type == "1-phase"


@pytest.mark.anyio
async def test_a_gap_is_a_gap_and_what_happened_in_it_is_told_once_when_it_is_over(address, standing_in, ports):
    async with running(address, ports):
        await until(lambda: "CA1" in ports.units and ports.units["CA1"].of("observed"))
        standing_in.connector("CA1").plug(car_of("compact", 20_000))
        standing_in.clock.advance(600)
        port = await next_look(ports)
        standing_in.charge_point("CA1").go(online=False)
        await until(lambda: port.of("disconnected"))
        before = len(port.of("observed"))
        standing_in.clock.advance(1200)
        connector = standing_in.connector("CA1")
        connector.unplug()
        standing_in.clock.advance(60)
        standing_in.connector("CA1").plug(car_of("compact", 1000))  # Comes and goes without being seen.
        standing_in.clock.advance(3600)
        standing_in.connector("CA1").unplug()
        standing_in.clock.advance(60)
        assert len(port.of("observed")) == before
        standing_in.charge_point("CA1").go(online=True)
        await until(lambda: len(port.of("observed")) > before)
        await next_look(ports)
    told = port.of("observed")[before:]
    assert [(each.plugged, each.charging, each.session, each.energy_ws) for each in told[:6]] == [
        (True, False, "1001", pytest.approx(5520 * WH, abs=10 * WH)),
        (False, False, "", None),
        (True, True, "1002", 0),
        (True, False, "1002", 1000 * WH),
        (False, False, "", None),
        (False, False, "", 0),
    ]
    assert [each.at for each in told] == sorted(each.at for each in told)
    assert (told[2].at - told[0].at).total_seconds() == pytest.approx(60, abs=2)
    assert all(each.session == "" for each in told[6:])
    assert not port.of("corrected")


@pytest.mark.anyio
async def test_a_charge_outlives_a_cloud_that_fails(address, standing_in, ports):
    async with running(address, ports):
        await until(lambda: "CA1" in ports.units and ports.units["CA1"].of("observed"))
        standing_in.connector("CA1").plug(car_of("compact", 20_000))
        port = await next_look(ports)
        standing_in.faults.order(Fault("too_many", 1, retry_after="0"))
        standing_in.faults.order(Fault("nonsense", 1, on="CA1/status"))
        await until(lambda: port.of("disconnected"))
        standing_in.clock.advance(600)
        await until(lambda: len(port.of("connected")) > 1, 10)
        await next_look(ports)
    assert steps(port) == [(False, False, ""), (True, True, "1001")]


@pytest.mark.anyio
async def test_a_record_that_differs_from_what_was_told_is_corrected_exactly_once(address, standing_in, ports):
    standing_in.charge_point("CA1").jump_wh = 500
    async with running(address, ports):
        await until(lambda: "CA1" in ports.units and ports.units["CA1"].of("observed"))
        standing_in.connector("CA1").plug(car_of("compact", 3400))
        standing_in.clock.advance(3600)
        port = await next_look(ports)
        assert port.last.energy_ws == 3000 * WH  # Consumption in jumps.
        standing_in.faults.order(Fault("server_error", on="chargingsessions"))
        standing_in.connector("CA1").unplug()
        await until(lambda: port.last.plugged is False)
        standing_in.faults.clear()
        await until(lambda: port.of("corrected"), 10)
        await next_look(ports)
        await next_look(ports)
        assert port.of("corrected") == [(1, "1001", 3400 * WH)]
    again = KeptPorts(["CA1"], standing_in.clock)
    again.units["CA1"] = port
    port.told.clear()
    async with running(address, again):
        await until(lambda: len(port.of("observed")) > 4)
    assert not port.of("corrected")
    assert steps(port) == [(False, False, "")]


@pytest.mark.anyio
async def test_what_went_on_while_the_bridge_was_down_is_told_after_its_restart(address, standing_in, ports):
    async with running(address, ports):
        await until(lambda: "CA1" in ports.units and ports.units["CA1"].of("observed"))
    port = ports.units["CA1"]
    port.told.clear()
    standing_in.clock.advance(600)
    standing_in.connector("CA1").plug(car_of("compact", 500))
    standing_in.clock.advance(600)
    standing_in.connector("CA1").unplug()
    standing_in.clock.advance(600)
    async with running(address, ports):
        await until(lambda: len(port.of("observed")) > 3)
    assert steps(port) == [(True, True, "1001"), (True, False, "1001"), (False, False, "")]


@pytest.mark.anyio
async def test_what_was_before_the_first_look_is_nobodys_business(address, standing_in, ports):
    standing_in.connector("CA1").plug(car_of("compact", 500))
    standing_in.clock.advance(600)
    standing_in.connector("CA1").unplug()
    standing_in.clock.advance(3600)
    async with running(address, ports):
        await until(lambda: "CA1" in ports.units and len(ports.units["CA1"].of("observed")) > 3)
    port = ports.units["CA1"]
    assert steps(port) == [(False, False, "")]
    assert not port.of("corrected")


@pytest.mark.anyio
async def test_a_count_of_the_whole_life_is_never_taken_for_a_sessions(address, standing_in, ports):
    standing_in.charge_point("CA1").lifetime = True
    standing_in.connector("CA1").register_mwh = 4_321_000 * 1000
    for settings, expected in (({}, None), ({"lifetime_consumption": True}, 1840 * WH)):
        async with running(address, ports, **settings):
            await until(lambda: "CA1" in ports.units and ports.units["CA1"].of("observed"))
            await next_look(ports)
            standing_in.connector("CA1").plug(car_of("compact", 20_000))
            await next_look(ports)
            standing_in.clock.advance(600)
            port = await next_look(ports)
            assert port.last.energy_ws == (None if expected is None else pytest.approx(expected, rel=0.01))
            standing_in.connector("CA1").unplug()
            await next_look(ports)


@pytest.mark.anyio
async def test_a_connector_that_cannot_be_read_does_not_hide_the_other(address, standing_in, ports):
    point = standing_in.charge_point("CA2")
    whole = point.status
    point_type = type(point)

    def spoilt(self):
        status = whole()
        status["connectorStatuses"][0]["totalConsumptionKwh"] = "much"
        status["connectorStatuses"].append({"connectorId": 9, "status": "Available"})
        return status

    original = point_type.status
    point_type.status = spoilt
    try:
        ports.known = {"CA2"}
        async with running(address, ports):
            await until(lambda: "CA2" in ports.units and len(ports.units["CA2"].of("observed")) > 1)
    finally:
        point_type.status = original
    assert {each.connector for each in ports.units["CA2"].of("observed")} == {2}


@pytest.mark.anyio
async def test_a_charge_point_that_is_given_away_is_gone(address, standing_in, ports):
    async with running(address, ports):
        await until(lambda: "CA1" in ports.units and ports.units["CA1"].of("observed"))
        standing_in.remove("CA1")
        await until(lambda: ports.units["CA1"].of("disconnected"))


@pytest.mark.parametrize(("chance", "pause_s"), [(0.0, 27), (0.5, 30), (1.0, 33)])
def test_a_charge_point_is_looked_at_about_every_thirty_seconds_never_quite_regularly(chance, pause_s):
    described = ChargePointDescribed(id="CA1")
    account = account_of(entry("https://cloud.example.com"))
    poll = ChargePointPoll(CloudClient(account), account, described, lambda: None, lambda: chance)
    assert poll.pause_s() == pytest.approx(pause_s)


@pytest.mark.anyio
async def test_looks_at_several_charge_points_are_spread_over_the_time_between_two(address, standing_in, ports):
    at_once = []

    class Counting(KeptPorts):
        def unit(self, charge_point_id, declaration):
            at_once.append(charge_point_id)
            return super().unit(charge_point_id, declaration)

    async with running(address, Counting(["CA1", "CA2"], standing_in.clock), poll_s=0.6, discover_s=10):
        await until(lambda: at_once)
        assert at_once == ["CA1"]
        await until(lambda: "CA2" in at_once)
