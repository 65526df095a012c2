"""The vendor's HTTP API, versions 3 to 5, over a cloud."""

import asyncio
import string
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from simulator.chargeamps_cloud import moments
from simulator.chargeamps_cloud.account import Tokens
from simulator.chargeamps_cloud.cloud import Cloud, Unknown
from simulator.chargeamps_cloud.connector import Connector, NotPossible
from simulator.chargeamps_cloud.connector_settings import BadSettings, ConnectorSettings
from simulator.chargeamps_cloud.faults import Fault

VERSIONS = ("v3", "v4", "v5")
CLOUD: web.AppKey[Cloud] = web.AppKey("cloud")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_STATUS = {"unauthorized": 401, "too_many": 429, "server_error": 500}


def vendor_routes() -> list[web.RouteDef]:
    """Below ``/api/v3`` to ``/api/v5``."""
    point = "/chargepoints/{id}"
    connector = point + "/connectors/{number:\\d+}"
    routes: list[web.RouteDef] = []
    for version in VERSIONS:
        base = f"/api/{version}"
        routes += [
            web.post(f"{base}/auth/login", _log_in),
            web.post(f"{base}/auth/refreshToken", _refresh),
            web.get(f"{base}/chargepoints/owned", _owned),
            web.get(f"{base}{point}/status", _status),
            web.put(f"{base}{point}/reboot", _reboot),
            web.get(f"{base}{point}/chargingsessions", _sessions),
            web.get(f"{base}{connector}/settings", _read_settings),
            web.put(f"{base}{connector}/settings", _write_settings),
            web.put(f"{base}{connector}/remotestart", _remote_start),
            web.put(f"{base}{connector}/remotestop", _remote_stop),
        ]
    return routes


@web.middleware
async def faulty_and_guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Ordered faults first, then the token, then what is wrong with the request itself."""
    if not request.path.startswith("/api/"):
        return await handler(request)
    cloud = request.app[CLOUD]
    fault = cloud.faults.next(request.path)
    if fault is not None and fault.kind == "slow":
        await asyncio.sleep(fault.delay_s)
    elif fault is not None:
        return _faulty(request, fault)
    if "/auth/" not in request.path:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not cloud.account.admits(token, cloud.clock.now()):
            return web.json_response({"message": "Unauthorized"}, status=401)
    try:
        return await handler(request)
    except Unknown as error:
        return web.json_response({"message": str(error)}, status=404)
    except (BadSettings, NotPossible, ValueError) as error:
        return web.json_response({"message": str(error)}, status=400)


def _faulty(request: web.Request, fault: Fault) -> web.Response:
    if fault.kind == "down":
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
    if fault.kind == "nonsense":
        return web.json_response({"connectorStatuses": "many", "token": 7, "status": [None]})
    if fault.kind == "not_json":
        return web.Response(text="<html>Maintenance</html>", content_type="text/html")
    headers = {"Retry-After": fault.retry_after} if fault.kind == "too_many" else {}
    return web.Response(status=_STATUS[fault.kind], text="", headers=headers)


async def _log_in(request: web.Request) -> web.Response:
    cloud = request.app[CLOUD]
    tokens = cloud.account.log_in(request.headers.get("apiKey", ""), await _body(request), cloud.clock.now())
    return _with_tokens(tokens)


async def _refresh(request: web.Request) -> web.Response:
    cloud = request.app[CLOUD]
    return _with_tokens(cloud.account.refresh(await _body(request), cloud.clock.now()))


def _with_tokens(tokens: Tokens | None) -> web.Response:
    if tokens is None:
        return web.json_response({"message": "Unauthorized"}, status=401)
    return web.json_response({"message": "", "token": tokens.token, "refreshToken": tokens.refresh_token})


async def _owned(request: web.Request) -> web.Response:
    return web.json_response([point.described() for point in request.app[CLOUD].all()])


async def _status(request: web.Request) -> web.Response:
    return web.json_response(request.app[CLOUD].charge_point(request.match_info["id"]).status())


async def _reboot(request: web.Request) -> web.Response:
    _reached(request)
    request.app[CLOUD].charge_point(request.match_info["id"]).reboot()
    return web.Response()


async def _sessions(request: web.Request) -> web.Response:
    asked = {name: moments.read(text) for name in ("startTime", "endTime") if (text := request.query.get(name))}
    found = request.app[CLOUD].sessions_of(request.match_info["id"], asked.get("startTime"), asked.get("endTime"))
    return web.json_response([each.view() for each in found])


async def _read_settings(request: web.Request) -> web.Response:
    connector = _connector(request)
    return web.json_response(connector.settings.view(connector.charge_point_id, connector.number))


async def _write_settings(request: web.Request) -> web.Response:
    settings = ConnectorSettings.of(await _body(request))
    _reached(request)
    _connector(request).write(settings)
    return web.Response()


async def _remote_start(request: web.Request) -> web.Response:
    body = await _body(request)
    rfid = str(body.get("rfid", ""))
    if str(body.get("rfidFormat", "")).casefold() != "hex" or not rfid or set(rfid) - set(string.hexdigits):
        return web.json_response({"message": "rfid is hexadecimal"}, status=400)
    if body.get("rfidLength") not in {len(rfid), len(rfid) // 2}:
        return web.json_response({"message": "rfidLength is the length of rfid"}, status=400)
    _reached(request)
    _connector(request).authorise(rfid, str(body.get("externalTransactionId", "")))
    return web.Response()


async def _remote_stop(request: web.Request) -> web.Response:
    _reached(request)
    _connector(request).stop()
    return web.Response()


def _connector(request: web.Request) -> Connector:
    return request.app[CLOUD].connector(request.match_info["id"], int(request.match_info["number"]))


def _reached(request: web.Request) -> None:
    """Raises :class:`NotPossible` for a charge point that the cloud cannot reach."""
    if not request.app[CLOUD].charge_point(request.match_info["id"]).online:
        raise NotPossible("the charge point is offline")


async def _body(request: web.Request) -> dict[str, Any]:
    """Raises ``ValueError``."""
    body = await request.json()
    if not isinstance(body, dict):
        raise ValueError("a JSON object is needed")  # noqa: TRY004 -- the caller's input, no programming error
    return body
