"""A cloud that means harm: it points elsewhere, never ends, packs bombs, and lists what cannot be."""

import asyncio
import base64
import gzip
from contextlib import asynccontextmanager

import msgspec
import pytest
from aiohttp import web

from ocpp_bridge.units.chargeamps import driver
from ocpp_bridge.units.chargeamps.cloud_client import MOST_BYTES, retry_after_s
from ocpp_bridge.units.chargeamps.driver import MOST_CHARGE_POINTS, owned
from ocpp_bridge.units.chargeamps.shapes import MOST_CONNECTORS, ChargePointDescribed, instant
from ocpp_bridge.units.chargeamps.tokens import UNKNOWN_LIFE_S, life_s
from ocpp_bridge.units.driver import LinkLost, Refused
from tests.fakes.unit_ports import until
from tests.unit.bridge.units.chargeamps.accounts import client_of, running

DEEP = b"[" * 200_000


@asynccontextmanager
async def hostile(answer):
    """The address of a cloud that logs everybody in, and what it was asked elsewhere."""
    visits = []

    async def login(_request):
        return web.json_response({"token": "the-bearer", "refreshToken": "r"})

    async def elsewhere(request):
        visits.append(request.headers.get("Authorization"))
        return web.json_response([])

    application = web.Application()
    application.router.add_post("/api/v5/auth/login", login)
    application.router.add_get("/api/v5/chargepoints/owned", answer)
    application.router.add_get("/elsewhere", elsewhere)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", visits
    finally:
        await runner.cleanup()


@pytest.mark.anyio
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_the_token_goes_nowhere_else(status):
    async def points(request):
        place = f"http://localhost:{request.url.port}/elsewhere"
        return web.Response(status=status, headers={"Location": place})

    async with hostile(points) as (address, visits), client_of(address) as client:
        with pytest.raises(LinkLost, match=str(status)):
            await owned(client)
    assert visits == []


@pytest.mark.anyio
@pytest.mark.parametrize("packed", [False, True])
async def test_an_answer_without_end_is_a_lost_link(packed):
    async def endless(request):
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"} if packed else {})
        await response.prepare(request)
        piece = gzip.compress(bytes(20 * MOST_BYTES)) if packed else bytes(MOST_BYTES // 4)
        for _ in range(20):
            await response.write(piece)
        return response

    async with hostile(endless) as (address, _), client_of(address) as client:
        with pytest.raises(LinkLost, match="ValueError"):
            await owned(client)


@pytest.mark.anyio
@pytest.mark.parametrize(("status", "error"), [(200, LinkLost), (400, Refused), (500, LinkLost)])
async def test_lists_within_lists_are_nonsense_and_no_more(status, error):
    async def deep(_request):
        return web.Response(status=status, body=DEEP)

    async with hostile(deep) as (address, _), client_of(address) as client:
        with pytest.raises(error):
            await owned(client)


@pytest.mark.anyio
async def test_of_ten_thousand_charge_points_some_are_looked_at_and_each_once(monkeypatch, ports):
    made = []

    class Poll:
        def __init__(self, _client, _account, described, _find_port):
            made.append(described.id)

        def end(self):
            pass

        async def run(self, _first_after_s):
            await asyncio.Event().wait()

    async def many(_request):
        return web.json_response([{"id": f"CP{number // 2}"} for number in range(10_000)])

    monkeypatch.setattr(driver, "ChargePointPoll", Poll)
    async with hostile(many) as (address, _), running(address, ports):
        await until(lambda: made)
    assert len(made) == len(set(made)) == MOST_CHARGE_POINTS // 2


def test_connectors_that_cannot_be_are_none():
    def numbers(*listed):
        connectors = [{"connectorId": each} for each in listed]
        return msgspec.convert({"id": "CA1", "connectors": connectors}, ChargePointDescribed).numbers

    assert numbers() == numbers(0, -1, 10**9) == (1,)
    assert numbers(2, 1, 2, 0) == (1, 2)
    assert len(numbers(*range(10_000))) == MOST_CONNECTORS


def test_instants_beyond_all_time_are_not_told():
    assert instant("0001-01-01T00:00:00+01:00") is None
    assert instant("9999-12-31T23:59:59-14:00") is None
    assert retry_after_s({"Retry-After": "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"}) is None


def test_a_token_of_lists_within_lists_has_the_usual_life():
    middle = base64.urlsafe_b64encode(DEEP).decode()
    assert life_s(f"e30.{middle}.s", 0.0) == UNKNOWN_LIFE_S
