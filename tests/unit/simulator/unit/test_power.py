import asyncio

import pytest

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("kind", ["power_loss", "reboot"])
async def test_a_start_anew_that_is_given_up_leaves_a_unit_with_power(central, charge_point, monkeypatch, kind):
    monkeypatch.setattr("simulator.unit.power.RESTART_S", 60)
    restarting = asyncio.get_running_loop().create_task(charge_point.reboot(kind))
    await central.sessions["CP1"].socket.wait_closed()
    restarting.cancel()
    await asyncio.gather(restarting, return_exceptions=True)
    assert await charge_point.booted()
    assert charge_point.unit.powered
    assert len(central.of("BootNotification")) == 2
