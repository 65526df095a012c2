"""Who may do what: one literal table of every route, and the one gate that holds every request to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask import Flask, current_app, g, request

from api.authentication import identify
from model.account import ScopeKind
from model.errors import Forbidden, Unauthenticated
from model.ids import fold
from services.caller import Caller

BODY_BYTES = 256 * 1024
EVENTS_BODY_BYTES = 1024 * 1024
EXTENSION = "kilowait-access"


class Who(StrEnum):
    """The roles of the table."""

    ANYONE = "anyone"
    """No token is asked for, nor looked at."""
    EVERYONE = "everyone"
    """Without a token too; but a token that is sent must be good."""
    PASSWORD_RESET = "password reset"  # noqa: S105 -- a role
    """The holder of a letter's single-use secret, which is in the request itself."""
    USER = "user"
    """Any person."""
    OWNER = "owner"
    """Any person here; the service then lets only the owner of the thing (or an admin) have it."""
    SERVICE = "service"
    """A unit, bound to the one thing its token names."""
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Entry:
    """Who may use a route, which kinds of unit among them, and how large a body may be."""

    who: frozenset[Who]
    bound: frozenset[ScopeKind] = frozenset()
    body_bytes: int = BODY_BYTES


def _to(*who: Who, bound: Iterable[ScopeKind] = (), body_bytes: int = BODY_BYTES) -> Entry:
    return Entry(frozenset(who), frozenset(bound), body_bytes)


_ANYONE = _to(Who.ANYONE)
_EVERYONE = _to(Who.EVERYONE)
_RESET = _to(Who.PASSWORD_RESET)
_USER = _to(Who.USER)
_OWNER = _to(Who.OWNER)
_ADMIN = _to(Who.ADMIN)
_TOKEN = _to(Who.USER, Who.SERVICE, bound=ScopeKind)
_CHARGER = (ScopeKind.CHARGER,)
_BRIDGE = (ScopeKind.BRIDGE,)

_LOCATION = "/api/location/<location_id>"
_ONE_CHARGER = f"{_LOCATION}/charger/<charger_id>"
_STATION = "/api/station/<station_id>"
_CHARGE_POINT = "/api/chargepoint/<charge_point_id>"

TABLE: dict[tuple[str, str], Entry] = {
    # health
    ("GET", "/healthz"): _ANYONE,
    ("GET", "/api/health"): _ANYONE,
    ("GET", "/readyz"): _ANYONE,
    ("GET", "/_ah/warmup"): _ANYONE,
    ("GET", "/metrics"): _ANYONE,
    ("GET", "/api/openapi.json"): _ANYONE,
    # auth
    ("POST", "/api/auth/login"): _ANYONE,
    ("POST", "/api/auth/register"): _ANYONE,
    ("POST", "/api/auth/logout"): _TOKEN,
    ("GET", "/api/auth/logout"): _TOKEN,
    ("POST", "/api/auth/refresh"): _TOKEN,
    ("GET", "/api/auth/validateToken"): _TOKEN,
    ("POST", "/api/auth/resetPasswordToken"): _ANYONE,
    ("GET", "/api/auth/resetPasswordPage"): _RESET,
    ("POST", "/api/auth/resetPassword"): _RESET,
    # users
    ("GET", "/api/user"): _USER,
    ("PUT", "/api/user"): _USER,
    ("PATCH", "/api/user"): _USER,
    ("DELETE", "/api/user"): _USER,
    ("GET", "/api/user/export"): _USER,
    ("POST", "/api/user"): _ADMIN,
    ("GET", "/api/user/all"): _ADMIN,
    ("PATCH", "/api/user/<username>"): _ADMIN,
    ("PATCH", "/api/user/<username>/set_user_admin"): _ADMIN,
    # balances
    ("GET", "/api/user/balance"): _USER,
    ("POST", "/api/user/balance/top_up"): _USER,
    ("POST", "/api/user/<username>/balance/adjust"): _ADMIN,
    ("POST", "/api/user/<username>/balance/refund"): _ADMIN,
    ("POST", "/api/payments/<provider>/callback"): _ANYONE,
    # the admin log
    ("GET", "/api/admin_log"): _ADMIN,
    # groups and quotas
    ("GET", "/api/user/quota"): _USER,
    ("GET", "/api/group"): _ADMIN,
    ("GET", "/api/group/<group_id>"): _ADMIN,
    ("PUT", "/api/group/<group_id>"): _ADMIN,
    ("DELETE", "/api/group/<group_id>"): _ADMIN,
    ("GET", "/api/group/<group_id>/member"): _ADMIN,
    ("PUT", "/api/group/<group_id>/member/<username>"): _ADMIN,
    ("DELETE", "/api/group/<group_id>/member/<username>"): _ADMIN,
    # notifications
    ("GET", "/api/web_push"): _EVERYONE,
    ("PUT", "/api/user/web_push"): _USER,
    ("DELETE", "/api/user/web_push"): _USER,
    ("GET", "/api/user/notifications"): _USER,
    ("POST", "/api/user/notifications/<message_id>/seen"): _OWNER,
    # tags
    ("GET", "/api/user/tag"): _USER,
    ("POST", "/api/user/tag"): _USER,
    ("PATCH", "/api/user/tag/<path:tag>"): _OWNER,
    ("DELETE", "/api/user/tag/<path:tag>"): _OWNER,
    # tokens of units
    ("GET", "/api/user/<username>/token"): _ADMIN,
    ("POST", "/api/user/<username>/token"): _ADMIN,
    ("DELETE", "/api/user/<username>/token/<token_id>"): _ADMIN,
    # locations
    ("GET", "/api/location"): _EVERYONE,
    ("GET", _LOCATION): _EVERYONE,
    ("POST", _LOCATION): _ADMIN,
    ("PUT", _LOCATION): _ADMIN,
    ("PATCH", _LOCATION): _ADMIN,
    ("DELETE", _LOCATION): _ADMIN,
    ("GET", f"{_LOCATION}/decisions"): _ADMIN,
    ("GET", f"{_LOCATION}/authorizations"): _ADMIN,
    ("GET", f"{_LOCATION}/building"): _ADMIN,
    ("GET", f"{_LOCATION}/building/measurements"): _ADMIN,
    ("GET", f"{_LOCATION}/codes"): _ADMIN,
    ("POST", f"{_LOCATION}/codes"): _ADMIN,
    # chargers
    ("GET", f"{_LOCATION}/charger"): _EVERYONE,
    ("GET", _ONE_CHARGER): _EVERYONE,
    ("POST", _ONE_CHARGER): _ADMIN,
    ("PATCH", _ONE_CHARGER): _ADMIN,
    ("DELETE", _ONE_CHARGER): _ADMIN,
    ("PUT", _ONE_CHARGER): _to(Who.SERVICE, Who.ADMIN, bound=_CHARGER),
    ("POST", f"{_ONE_CHARGER}/not_me"): _OWNER,
    ("POST", f"{_ONE_CHARGER}/blocked"): _USER,
    ("POST", f"{_ONE_CHARGER}/please_move"): _USER,
    ("GET", f"{_ONE_CHARGER}/settings"): _ADMIN,
    ("PUT", f"{_ONE_CHARGER}/settings"): _ADMIN,
    # reserving and charging
    ("POST", f"{_ONE_CHARGER}/reserve"): _USER,
    ("POST", f"{_ONE_CHARGER}/cancel_reservation"): _OWNER,
    ("POST", f"{_ONE_CHARGER}/start_charging"): _USER,
    ("POST", f"{_ONE_CHARGER}/stop_charging"): _OWNER,
    ("GET", f"{_ONE_CHARGER}/last_charge"): _EVERYONE,
    ("GET", f"{_ONE_CHARGER}/last_reservation"): _EVERYONE,
    ("GET", "/api/user/last_usage"): _USER,
    ("GET", "/api/user/last_reservation"): _USER,
    ("GET", "/api/connector"): _EVERYONE,
    # the same by other names (api/station.py)
    ("GET", "/api/station"): _EVERYONE,
    ("GET", _STATION): _EVERYONE,
    ("POST", f"{_STATION}/reserve"): _USER,
    ("POST", f"{_STATION}/cancel_reservation"): _OWNER,
    ("POST", f"{_STATION}/start_charging"): _USER,
    ("POST", f"{_STATION}/stop_charging"): _OWNER,
    ("GET", f"{_STATION}/last_charge"): _EVERYONE,
    ("GET", f"{_STATION}/last_reservation"): _EVERYONE,
    ("GET", "/api/user/last_charge"): _USER,
    # sessions
    ("GET", f"{_ONE_CHARGER}/session"): _USER,
    ("GET", f"{_ONE_CHARGER}/session/<session_id>"): _USER,
    ("GET", f"{_ONE_CHARGER}/session/<session_id>/measurements"): _OWNER,
    ("GET", f"{_ONE_CHARGER}/sessions"): _USER,
    ("GET", f"{_LOCATION}/sessions"): _USER,
    ("GET", "/api/user/sessions"): _USER,
    ("POST", f"{_ONE_CHARGER}/session"): _to(Who.SERVICE, Who.ADMIN, bound=_CHARGER),
    ("DELETE", f"{_ONE_CHARGER}/session"): _to(Who.OWNER, Who.SERVICE, bound=_CHARGER),
    # history
    ("GET", f"{_ONE_CHARGER}/status_history"): _USER,
    ("GET", f"{_ONE_CHARGER}/timeline"): _USER,
    ("GET", f"{_ONE_CHARGER}/uptime"): _USER,
    # exports
    ("GET", "/api/export/<what>.<format>"): _USER,
    ("POST", "/api/export"): _USER,
    ("GET", "/api/export/<export_id>"): _USER,
    ("GET", "/api/export/<export_id>/part/<int:part>"): _USER,
    # lists
    ("POST", "/api/import/<kind>"): _ADMIN,
    # queues and offers
    ("GET", f"{_LOCATION}/queue"): _USER,
    ("POST", f"{_LOCATION}/queue"): _USER,
    ("DELETE", f"{_LOCATION}/queue"): _USER,
    ("POST", f"{_LOCATION}/queue/move"): _ADMIN,
    ("GET", f"{_LOCATION}/queue/forecast"): _USER,
    ("GET", f"{_LOCATION}/queue/offer"): _OWNER,
    ("POST", f"{_LOCATION}/queue/offer"): _OWNER,
    # reports
    ("GET", "/api/report/year"): _ADMIN,
    ("GET", "/api/report/week"): _ADMIN,
    ("GET", "/api/report/day"): _ADMIN,
    # charge points
    ("GET", "/api/chargepoint"): _ADMIN,
    ("GET", _CHARGE_POINT): _ADMIN,
    ("PUT", _CHARGE_POINT): _ADMIN,
    ("DELETE", _CHARGE_POINT): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/command"): _ADMIN,
    ("GET", f"{_CHARGE_POINT}/messages"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/messages"): _ADMIN,
    ("GET", f"{_CHARGE_POINT}/command/<command_id>"): _ADMIN,
    ("GET", f"{_CHARGE_POINT}/records"): _ADMIN,
    ("GET", f"{_CHARGE_POINT}/notices"): _ADMIN,
    ("GET", f"{_CHARGE_POINT}/transactions"): _ADMIN,
    ("GET", f"{_CHARGE_POINT}/configuration"): _ADMIN,
    ("PATCH", f"{_CHARGE_POINT}/configuration"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/reset"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/unlock"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/availability"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/trigger"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/clear_cache"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/firmware"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/diagnostics"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/log"): _ADMIN,
    ("PUT", f"{_CHARGE_POINT}/local_list"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/charging_profile"): _ADMIN,
    ("DELETE", f"{_CHARGE_POINT}/charging_profile"): _ADMIN,
    ("GET", f"{_CHARGE_POINT}/authorizations"): _ADMIN,
    ("POST", f"{_CHARGE_POINT}/authorize"): _to(Who.SERVICE, bound=(ScopeKind.BRIDGE, ScopeKind.CHARGE_POINT)),
    # the bridge
    ("POST", "/api/events"): _to(Who.SERVICE, bound=_BRIDGE, body_bytes=EVENTS_BODY_BYTES),
    ("GET", "/api/bridge/config"): _to(Who.SERVICE, bound=_BRIDGE),
    ("POST", "/api/bridge/authorize"): _to(Who.SERVICE, bound=_BRIDGE),
    ("POST", "/api/bridge/attempts"): _to(Who.SERVICE, bound=_BRIDGE),
    ("POST", "/api/bridge/authorizations"): _to(Who.SERVICE, bound=_BRIDGE),
    ("POST", "/api/bridge/building"): _to(Who.SERVICE, bound=_BRIDGE),
}


class Unlisted(RuntimeError):
    """A route is not in the table: the app does not start."""


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every (method, rule) the app answers; HEAD goes with GET, OPTIONS is Flask's own."""
    return {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or ())
        if method not in {"HEAD", "OPTIONS"}
    }


def refuse_unlisted(app: Flask) -> None:
    """Raise :class:`Unlisted` for a route nobody decided about."""
    if missing := sorted(routes(app) - app.extensions[EXTENSION].keys()):
        raise Unlisted("not in the table of api/access.py: " + ", ".join(" ".join(each) for each in missing))


def install(app: Flask, pages: Mapping[tuple[str, str], Entry]) -> None:
    """Hold every request of ``app`` to the table and that of its pages, before anything else looks at it."""
    app.extensions[EXTENSION] = {**TABLE, **pages}
    app.before_request(_gate)


def _gate() -> None:
    g.caller = None
    rule = request.url_rule
    if rule is None or request.method == "OPTIONS":  # 404, 405, or Flask's own answer about methods
        return
    entry: Entry = current_app.extensions[EXTENSION]["GET" if request.method == "HEAD" else request.method, rule.rule]
    request.max_content_length = entry.body_bytes
    if entry.who & {Who.ANYONE, Who.PASSWORD_RESET}:
        return
    caller = identify()
    if caller is None:
        if Who.EVERYONE in entry.who:
            return
        raise Unauthenticated("no_token", "Log in first: this needs a token.")
    g.caller = caller
    refuse_outsiders(entry, caller, {name: str(value) for name, value in (request.view_args or {}).items()})


def refuse_outsiders(entry: Entry, caller: Caller, arguments: dict[str, str]) -> None:
    """Raise :class:`Forbidden` unless the table lets ``caller`` use a route with these path arguments."""
    if Who.EVERYONE in entry.who:
        return
    if caller.is_service:
        _refuse_foreign_unit(entry, caller, arguments)
    elif caller.is_admin:
        if not entry.who & {Who.ADMIN, Who.USER, Who.OWNER}:
            raise Forbidden("units_only", "Only a unit's own token may do this.")
    elif not entry.who & {Who.USER, Who.OWNER}:
        raise Forbidden("not_allowed", "Your account may not do this.")


def _refuse_foreign_unit(entry: Entry, caller: Caller, arguments: dict[str, str]) -> None:
    scope = caller.scope
    if Who.SERVICE not in entry.who or scope is None or scope.kind not in entry.bound:
        raise Forbidden("not_allowed", "This unit's token may not do this.")
    named = None
    if scope.kind is ScopeKind.CHARGER and "charger_id" in arguments:
        named = fold(f"{arguments['location_id']}:{arguments['charger_id']}") == fold(scope.id)
    elif scope.kind is ScopeKind.CHARGE_POINT and "charge_point_id" in arguments:
        named = arguments["charge_point_id"] == scope.id
    if named is False:
        raise Forbidden("not_your_unit", "This token is bound to another unit.")
