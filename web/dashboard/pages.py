"""What the dashboard's pages have in common: their blueprint, how a page is made, what templates may ask."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response

from api.wiring import services
from web import errors
from web.files import HERE
from web.policy import page
from web.rendering import rendered


def blueprint(name: str) -> Blueprint:
    """The routes of one page; refusals on them are pages."""
    made = Blueprint(f"dashboard_{name}", f"web.dashboard.{name}", template_folder=str(HERE / "templates"))
    errors.install(made)
    return made


def show(template: str, *, active: str, **values: Any) -> Response:
    """A page, or the part of one; ``active`` is its name in the menu."""
    return page(rendered(f"dashboard/{template}", active=active, now=services().clock.now(), **formats(), **values))


def formats() -> dict[str, Any]:
    """How templates write instants, energies and amounts."""
    return {"clock": clock, "moment": moment, "kwh": kwh, "kw": kw, "amount": amount, "since": since}


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
