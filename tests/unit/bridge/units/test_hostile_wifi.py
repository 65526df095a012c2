"""A WiFi module, or whoever stands in its place: answers in pieces, without end, or that point elsewhere."""

import asyncio
import gzip
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from ocpp_bridge.units.driver import Entry, LinkLost
from ocpp_bridge.units.openevse.wifi_driver import MOST_BYTES, make
from ocpp_bridge.units.openevse.wifi_status import WifiStatus
from tests.fakes.unit_ports import KeptPorts, until

STATUS = json.dumps({"state": 3, "vehicle": 1, "amp": 16000, "pilot": 16, "padding": "x" * 9000}).encode()


@pytest.fixture
def anyio_backend():
    return "asyncio"


@asynccontextmanager
async def served(**handlers):
    """A server, and the driver of the module at it."""
    application = web.Application()
    for path, handler in handlers.items():
        application.router.add_get(f"/{path}", handler)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    options = {"username": "admin", "password": "geheim", "poll_s": 0.1}
    try:
        yield make(Entry("openevse-wifi", "EVSE-1", address, options)), address
    finally:
        await runner.cleanup()


async def in_pieces(request):
    response = web.StreamResponse()
    await response.prepare(request)
    for place in range(0, len(STATUS), 1500):
        await response.write(STATUS[place : place + 1500])
        await asyncio.sleep(0.002)
    return response


@pytest.mark.anyio
async def test_an_answer_that_comes_in_pieces_is_read_to_its_end():
    ports = KeptPorts(["EVSE-1"])
    async with served(status=in_pieces) as (driver, _):
        running = asyncio.create_task(driver.run(ports))
        await until(lambda: "EVSE-1" in ports.units and ports.units["EVSE-1"].of("observed"))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert ports.units["EVSE-1"].last.current_ma == (16000,)


@pytest.mark.anyio
@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_without_end_is_a_lost_link(packed):
    async def endless(request):
        headers = {"Content-Encoding": "gzip"} if packed else {}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        piece = gzip.compress(bytes(50 * MOST_BYTES)) if packed else bytes(MOST_BYTES)
        for _ in range(50):
            await response.write(piece)
        return response

    async with served(status=endless) as (driver, _):
        with pytest.raises(LinkLost, match="too long"):
            await asyncio.wait_for(driver.run(KeptPorts(["EVSE-1"])), 5)


@pytest.mark.anyio
@pytest.mark.parametrize("at", ["status", "ws"])
async def test_nobody_is_sent_elsewhere_and_no_password_goes_there(at):
    visits = []

    async def elsewhere(request):
        visits.append(request.headers.get("Authorization"))
        return web.json_response({})

    async def points(_request):
        raise web.HTTPTemporaryRedirect(f"{address.replace('127.0.0.1', 'localhost')}/elsewhere")

    async def well(_request):
        return web.json_response({"state": 1, "vehicle": 0})

    handlers = {"status": well, "elsewhere": elsewhere} | {at: points}
    async with served(**handlers) as (driver, address):
        with pytest.raises(LinkLost) as lost:
            await asyncio.wait_for(driver.run(KeptPorts(["EVSE-1"])), 5)
    assert visits == []
    assert "geheim" not in str(lost.value)


def test_a_number_beyond_all_numbers_is_as_if_not_said():
    status = WifiStatus()
    assert not status.merge({"state": 10**400, "vehicle": float("inf"), "amp": "1e999"})
