"""What the dashboard's pages have in common: their blueprint, how a page is made, what templates may ask."""

from datetime import MAXYEAR, MINYEAR, date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from api.wiring import services
from model.charger import Charger
from model.errors import Invalid
from web import errors
from web.files import HERE
from web.policy import page
from web.rendering import rendered

ENFORCED = {
    "reserve": "holds its place itself",
    "authorize": "refuses other cards",
    "power": "gives others no power",
    "presumed": "cannot refuse anybody",
}
"""How a charger keeps a hold, in words."""
RENEWED_S = {"local": 3, "firestore": 40}
"""How often a part that shows how it is now asks again, by the store: there each look costs documents."""


def blueprint(name: str) -> Blueprint:
    """The routes of one page; refusals on them are pages."""
    made = Blueprint(f"dashboard_{name}", f"web.dashboard.{name}", template_folder=str(HERE / "templates"))
    errors.install(made)
    made.add_app_template_filter(part_of_address, "urlencode")
    return made


def show(template: str, *, active: str, **values: Any) -> Response:
    """A page, or the part of one; ``active`` is its name in the menu. Kept nowhere, not even for the way back."""
    shown = rendered(f"dashboard/{template}", active=active, now=services().clock.now(), **formats(), **values)
    answer = page(shown)
    if template.startswith("parts/"):  # Asked for again and again: what has not changed is not sent.
        answer.add_etag()
        answer.make_conditional(request)
        return answer
    answer.headers["Cache-Control"] = "no-store"
    return answer


def part_of_address(value: object) -> str:
    """Text as one part of an address; Jinja's own filter lets ``/`` through, and a card may be named ``../../user``."""
    return quote(str(value), safe="")


def day_asked(name: str = "date") -> date | None:
    """The day in the request's query; None: none is given. Raises ``Invalid``; the days beside it are there, too."""
    text = request.args.get(name, "")
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("invalid_date", "A day is written YYYY-MM-DD.", field=name) from error
    if day is not None and not MINYEAR < day.year < MAXYEAR:
        raise Invalid("invalid_date", "There is no such day.", field=name)
    return day


def formats() -> dict[str, Any]:
    """How templates write instants, energies and amounts, and how often a part is renewed."""
    return {
        "clock": clock, "moment": moment, "kwh": kwh, "kw": kw, "amount": amount, "since": since, "enforced": ENFORCED,
        "holds": holds, "shown": shown,
        "renewed_s": RENEWED_S["firestore" if services().configuration.store.startswith("firestore:") else "local"],
    }  # fmt: skip


def holds(charger: Charger) -> str:
    """How a charger keeps a hold, in words; what an admin set counts for nothing where no charge point is behind it."""
    return ENFORCED[charger.enforcement.value] if charger.charge_point_id else "no charge point: cannot refuse anybody"


def shown(state: str) -> str:
    """What a charger shows, in words: ``kept for a driver``."""
    return {"pre_session": "kept for a driver"}.get(state, state)


def clock(instant: datetime | None, zone: str) -> str:
    """``14:05``, in the location's zone."""
    return "" if instant is None else f"{instant.astimezone(ZoneInfo(zone)):%H:%M}"


def moment(instant: datetime | None, zone: str) -> str:
    """``2026-03-01 14:05``, in the location's zone."""
    return "" if instant is None else f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def since(instant: datetime | None) -> str:
    """How long ago: ``3 min``, ``2 h``, ``5 d``."""
    if instant is None:
        return "never"
    seconds = max(0, (services().clock.now() - instant).total_seconds())
    for length, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= length:
            return f"{seconds // length:.0f} {unit}"
    return "now"


def kwh(energy_wh: int | None) -> str:
    """``7.25 kWh``."""
    return "" if energy_wh is None else f"{energy_wh / 1000:.2f} kWh"


def kw(power_w: int | None) -> str:
    """``11.0 kW``."""
    return "" if power_w is None else f"{power_w / 1000:.1f} kW"


def amount(minor_units: int | None, currency: str) -> str:
    """``3.50 EUR``."""
    return "" if minor_units is None else f"{minor_units / 100:.2f} {currency}"
