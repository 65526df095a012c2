"""A demo's shortcuts: log in as one of its people, plug a simulated car in and out. Not there without a demo."""

from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from flask import Blueprint, Response, jsonify, redirect, request
from pydantic import BaseModel
from werkzeug.wrappers import Response as Answer

from api.browser import keep, refuse_other_sites
from api.problems import status_of
from api.resource import read_body
from api.schemas.base import Body
from api.site_wiring import at
from api.wiring import address, services
from model.errors import Conflict, KilowaitError, NotFound, Unavailable
from services.accounts.demo import MANAGER, PEOPLE, log_in_as
from services.sites.reading import charger_of
from web.policy import page
from web.rendering import rendered

demo = Blueprint("demo", __name__)
SIMULATOR_S = 10.0
CAR = {"battery_wh": 60_000, "need_wh": 60}
"""Full within a minute at a demo's charger."""


class PlugBody(Body):
    """Which charger, and whether the plug goes in."""

    location_id: str
    charger_id: str
    plugged: bool


@demo.get("/demo")
def people() -> Response:
    """``{"people": [{username, about}]}``: empty where no demo runs."""
    here = services().configuration.demo
    shown = [{"username": one.username, "about": one.about} for one in PEOPLE if here and _may(one.username)]
    return jsonify({"people": shown})


@demo.post("/demo/login")
def log_in() -> Answer:
    """By the button of a page's form (``username``); on to the app, or the dashboard."""
    refuse_other_sites()
    username = request.form.get("username", "")
    try:
        issued = log_in_as(services(), username, nearby=_nearby())
    except KilowaitError as error:
        return page(rendered("shared/login.html", next="", demo=(), error=error.message), status_of(error))
    answer = redirect("/dashboard/" if username == MANAGER else "/app/", 303)
    keep(answer, issued.secret, issued.token.expires_at)
    return answer


@demo.post("/demo/plug")
def plug() -> Response:
    """Plug the demo's car in or out at a simulated charger."""
    root = services().configuration.demo
    if not root:
        raise NotFound("no_demo", "No demo runs here.")
    asked: BaseModel = read_body(PlugBody)
    assert isinstance(asked, PlugBody)  # noqa: S101 -- for the types
    charger = charger_of(at().sites.cached(asked.location_id), asked.charger_id)
    if not charger.charge_point_id:
        raise Conflict("not_simulated", "No simulated charge point is behind this charger.")
    import httpx  # noqa: PLC0415 -- no start but a demo's needs it

    action, body = ("plug", {"car": CAR}) if asked.plugged else ("unplug", None)
    path = f"/charge-points/{quote(charger.charge_point_id, safe='')}/connectors/{charger.connector}/{action}"
    try:
        answered = httpx.post(f"{root}{path}", json=body, timeout=SIMULATOR_S)
        said = answered.json()
    except (httpx.HTTPError, ValueError) as error:
        raise Unavailable("no_simulator", "The simulator does not answer.") from error
    if not answered.is_success:
        raise Conflict("not_possible", str(said.get("detail", "That is not possible there now.")))
    return jsonify({"message": "Plugged in." if asked.plugged else "Unplugged.", "status": "ok"})


def _may(username: str) -> bool:
    return username != MANAGER or _nearby()


def _nearby() -> bool:
    """From this machine, by a name only it has: a page of elsewhere can lead its own name here, but not take ours."""
    host = (urlsplit(request.host_url).hostname or "").removesuffix(".")
    return _is_loopback(address()) and (host == "localhost" or _is_loopback(host))


def _is_loopback(text: str) -> bool:
    try:
        return ip_address(text).is_loopback
    except ValueError:
        return False
