"""Who may open which page: the table of the pages, in the words of the API's (`api/access.py`)."""

from api.access import Entry, Who

_ANYONE = Entry(frozenset({Who.ANYONE}))
_USER = Entry(frozenset({Who.USER}))
_ADMIN = Entry(frozenset({Who.ADMIN}))
_LOCATION = "/dashboard/location/<location_id>"
_CHARGER = f"{_LOCATION}/charger/<charger_id>"

TABLE: dict[tuple[str, str], Entry] = {
    # files
    ("GET", "/static/<file_version>/<path:name>"): _ANYONE,
    ("GET", "/vendor/<file_version>/<path:name>"): _ANYONE,
    ("GET", "/favicon.ico"): _ANYONE,
    # in and out
    ("GET", "/session"): _ANYONE,
    ("POST", "/session"): _ANYONE,
    ("POST", "/session/register"): _ANYONE,
    ("DELETE", "/session"): _ANYONE,
    ("GET", "/login"): _ANYONE,
    ("POST", "/login"): _ANYONE,
    ("POST", "/logout"): _ANYONE,
    # a demo's shortcuts
    ("GET", "/demo"): _ANYONE,
    ("POST", "/demo/login"): _ANYONE,
    ("POST", "/demo/plug"): _USER,
    # the drivers' app
    ("GET", "/"): _ANYONE,
    ("GET", "/app/"): _ANYONE,
    ("GET", "/app/<path:place>"): _ANYONE,
    ("GET", "/app/texts/<lang>.json"): _ANYONE,
    ("GET", "/app/live/<location_id>"): _USER,
    ("GET", "/app/manifest.webmanifest"): _ANYONE,
    ("GET", "/app/sw.js"): _ANYONE,
    # the dashboard
    ("GET", "/dashboard/"): _ADMIN,
    ("GET", "/dashboard/parts/locations"): _ADMIN,
    ("GET", "/dashboard/new"): _ADMIN,
    ("GET", _LOCATION): _ADMIN,
    ("GET", f"{_LOCATION}/now"): _ADMIN,
    ("GET", f"{_LOCATION}/building"): _ADMIN,
    ("GET", f"{_LOCATION}/building/now"): _ADMIN,
    ("GET", f"{_LOCATION}/settings"): _ADMIN,
    ("POST", f"{_LOCATION}/channels"): _ADMIN,
    ("GET", f"{_LOCATION}/sessions"): _ADMIN,
    ("GET", f"{_LOCATION}/figures"): _ADMIN,
    ("GET", f"{_LOCATION}/log"): _ADMIN,
    ("GET", f"{_LOCATION}/film"): _ADMIN,
    ("GET", f"{_LOCATION}/film.json"): _ADMIN,
    ("GET", f"{_LOCATION}/sheet"): _ADMIN,
    ("GET", f"{_LOCATION}/new_charger"): _ADMIN,
    ("GET", _CHARGER): _ADMIN,
    ("GET", f"{_CHARGER}/day"): _ADMIN,
    ("GET", f"{_CHARGER}/sessions"): _ADMIN,
    ("GET", f"{_CHARGER}/session/<int:number>"): _ADMIN,
    ("GET", f"{_CHARGER}/code.<kind>"): _ADMIN,
    ("GET", "/dashboard/chargepoints"): _ADMIN,
    ("GET", "/dashboard/chargepoint/<charge_point_id>"): _ADMIN,
    ("GET", "/dashboard/users"): _ADMIN,
    ("GET", "/dashboard/users/<username>"): _ADMIN,
    ("GET", "/dashboard/actions"): _ADMIN,
    ("GET", "/dashboard/report"): _ADMIN,
    ("GET", "/dashboard/cost"): _ADMIN,
    ("GET", "/dashboard/import"): _ADMIN,
    ("GET", "/dashboard/<path:place>"): _ADMIN,
}
