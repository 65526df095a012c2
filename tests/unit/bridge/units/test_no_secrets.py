"""However much is logged, and whatever goes wrong, no password, key or token of a unit is in it."""

import asyncio
import logging
from contextlib import suppress

import aiohttp
import pytest
from structlog.testing import capture_logs

from ocpp_bridge.units.driver import Entry
from ocpp_bridge.units.kinds import make
from standalone.ports import free_ports
from tests.emulators.mosquitto import Mosquitto
from tests.fakes.unit_ports import KeptPorts, until

SECRET = "kept-to-itself-whatever-comes"


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def _tried(entry, ports, met=None):
    """What a driver says that runs until ``met``, or until its link ends."""
    asyncio.get_running_loop().set_debug(True)
    driver = make(entry)
    running = asyncio.create_task(driver.run(ports))
    if met is not None:
        await met(driver)
        running.cancel()
    with suppress(asyncio.CancelledError):
        async with asyncio.timeout(10):
            (error,) = await asyncio.gather(running, return_exceptions=True)
            cause = None if error is None else error.__cause__
            return f"{error!r} {cause!r} {entry!r} {driver!r}"
    return f"{entry!r} {driver!r}"


@pytest.mark.anyio
async def test_no_secret_is_in_a_log_of_everything_nor_in_an_error(caplog, tmp_path):
    caplog.set_level(logging.DEBUG)
    (nobody,) = free_ports(1)
    ports = KeptPorts(["EVSE-1", "south"])
    login = {"username": "admin", "password": SECRET}
    with capture_logs() as logs, Mosquitto(tmp_path, password="another") as broker:
        said = [
            await _tried(Entry("openevse-wifi", "EVSE-1", f"http://127.0.0.1:{nobody}", login), ports),
            await _tried(Entry("openevse-mqtt", "EVSE-1", f"mqtt://kilowait:{SECRET}@127.0.0.1:{nobody}/e"), ports),
            await _tried(Entry("openevse-mqtt", "EVSE-1", f"mqtt://127.0.0.1:{broker.port}/e", login), ports),
            await _tried(
                Entry("meter", options={"listen": "127.0.0.1:0", "meter": [{"id": "south", "token": SECRET}]}),
                ports,
                _posted,
            ),
        ]
    shown = f"{said} {logs} {caplog.text}"
    assert "LinkLost" in shown
    assert SECRET not in shown
    assert "YWRtaW46" not in shown, "the same as Basic has it"


async def _posted(driver):
    await until(lambda: driver.port)
    address = f"http://127.0.0.1:{driver.port}/meter/south"
    async with aiohttp.ClientSession() as session:
        for token, body in (
            (SECRET, b'{"power_w": 1}'),
            (SECRET, b"{"),
            (f"{SECRET}!", b"{}"),
            (SECRET, b" " * 40_000),
        ):
            async with session.post(address, data=body, headers={"Authorization": f"Bearer {token}"}) as answer:
                assert SECRET not in await answer.text()
