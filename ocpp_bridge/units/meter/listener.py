"""Meters that speak HTTP: ``POST /meter/<id>`` or ``/building/<location>`` with their own token, a sample as JSON."""

import asyncio
import hmac
import json
from collections.abc import Mapping

from aiohttp import web

from ocpp_bridge.units.meter.sample import BadSample
from ocpp_bridge.units.meter.silence import Silence
from ocpp_bridge.units.meter.source import TOLD_BEFORE, Source

MOST_BYTES = 32 * 1024
CLOSE_S = 0.5
VISIT_S = 10.0
"""A connection is for one post: it ends with the answer, and after so long without one."""
LOOK_S = 1.0
MOST_VISITS = 300
"""Connections at once: whoever reaches the port cannot take those of charge points."""


class Listener:
    """``meters`` by the charge point's id, ``buildings`` by the location's, casefolded."""

    def __init__(self, meters: Mapping[str, Source], buildings: Mapping[str, Source], silence: Silence) -> None:
        self._meters = meters
        self._buildings = buildings
        self._silence = silence
        self.port = 0

    async def run(self, host: str, port: int) -> None:
        """Until cancelled. Raises ``OSError`` when the address cannot be listened on."""
        application = web.Application(client_max_size=MOST_BYTES)
        application.router.add_post("/meter/{id}", self._take_of_charger)
        application.router.add_post("/building/{location}", self._take_of_building)
        application.on_response_prepare.append(_no_more)
        runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=CLOSE_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            self.port = int(runner.addresses[0][1])
            await _show_out(runner)
        finally:
            await runner.cleanup()

    async def _take_of_charger(self, request: web.Request) -> web.Response:
        return await self._take(request, self._meters.get(request.match_info["id"]))

    async def _take_of_building(self, request: web.Request) -> web.Response:
        return await self._take(request, self._buildings.get(request.match_info["location"].casefold()))

    async def _take(self, request: web.Request, meter: Source | None) -> web.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        expected = "" if meter is None else meter.token
        # One that is not there is refused as one with a wrong token: nobody learns which ids there are.
        is_right = hmac.compare_digest(token.strip().encode("utf-8", "surrogateescape"), expected.encode())
        if meter is None or scheme.casefold() != "bearer" or not is_right:
            return _problem(401, "unauthorized", "the meter's token is missing or wrong")
        try:
            why_not = meter.take(await request.read())
        except web.RequestPayloadError:
            return _problem(400, "bad_request", "the body ends early, or is not in its Content-Encoding")
        except BadSample as error:
            return _problem(422, "bad_sample", str(error)[:300])
        if why_not != TOLD_BEFORE:
            self._silence.heard(meter)
        if why_not:
            return web.json_response({"status": "noted", "reason": why_not}, status=202)
        return web.json_response({"status": "ok"})


async def _no_more(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Connection"] = "close"
    response.force_close()


async def _show_out(runner: web.AppRunner) -> None:
    """For ever: end connections that say too little for too long, or are too many."""
    clock, came = asyncio.get_running_loop().time, dict[object, float]()
    while True:
        await asyncio.sleep(LOOK_S)
        here = [] if runner.server is None else runner.server.connections
        came = {visit: came.get(visit, clock()) for visit in here}
        newest_first = sorted(here, key=lambda visit: came[visit], reverse=True)
        for place, visit in enumerate(newest_first):
            if clock() - came[visit] > VISIT_S or place >= MOST_VISITS:
                visit.force_close()


def _problem(status: int, code: str, detail: str) -> web.Response:
    body = {"type": "about:blank", "status": status, "code": code, "detail": detail}
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    return web.Response(status=status, text=json.dumps(body), content_type="application/problem+json", headers=headers)
