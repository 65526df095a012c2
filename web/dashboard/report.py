"""What a year came to, month by month and station by station; what a location's day or week came to."""

from datetime import timedelta

from flask import Response, request

from api.site_wiring import at
from api.wiring import services
from model.errors import Invalid
from model.instants import local_day
from web.dashboard.pages import blueprint, day_asked, show

report = blueprint("report")
PLOT_HEIGHT = 160


@report.get("/dashboard/report")
def show_year() -> Response:
    """A year of all locations; ``?year=``."""
    text = request.args.get("year", str(services().clock.now().year))
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        raise Invalid("invalid_year", "A year is four digits.", field="year")
    year = at().reports.year(int(text))
    most_wh = max((month.energy_wh for month in year.months), default=0) or 1
    bars = [PLOT_HEIGHT * month.energy_wh / most_wh for month in year.months]
    return show("report.html", active="report", year=year, bars=bars, height=PLOT_HEIGHT)


@report.get("/dashboard/location/<location_id>/figures")
def show_figures(location_id: str) -> Response:
    """The queue, the chargers' times and fairness of a day and of the week it is in; ``?date=``."""
    site = at().sites.cached(location_id)
    day = day_asked() or local_day(services().clock.now(), site.time_zone)
    return show(
        "figures.html",
        active="home",
        tab="figures",
        site=site,
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        periods=[("Day", at().reports.day(day, location_id)[0]), ("Week", at().reports.week(day, location_id)[0])],
    )
