"""`report/year`, `report/week`, `report/day`: what came of it all, for site managers."""

from flask import Response

from api.resource import Resource
from api.schemas.report import DayQuery, Form, PeriodsReply, YearQuery, YearReply
from api.site_wiring import at
from api.views.report import periods_reply, periods_table, year_reply, year_table

report = Resource("report", "What days, weeks and years came to.")


@report.get("/report/year", responses={200: YearReply})
def get_year_report(query: YearQuery) -> YearReply | Response:
    """Read energy and earnings per month and station of a year.

    A year without any charge is all zeros; one that is yet to come is 422. In a table a month's energy stands in each
    row of its currencies.
    """
    year = at().reports.year(query.year, query.location)
    return year_table(year) if query.format is Form.CSV else year_reply(year)


@report.get("/report/week", responses={200: PeriodsReply})
def get_week_report(query: DayQuery) -> PeriodsReply | Response:
    """Read the queue, the chargers' times and fairness of the week, Monday to Sunday, that a day is in."""
    weeks = at().reports.week(query.date, query.location)
    name = f"{query.date:%G-W%V}"
    return periods_table(weeks, name) if query.format is Form.CSV else periods_reply(weeks)


@report.get("/report/day", responses={200: PeriodsReply})
def get_day_report(query: DayQuery) -> PeriodsReply | Response:
    """Read the queue, the chargers' times and fairness of a local day; 422 for one that is yet to come."""
    days = at().reports.day(query.date, query.location)
    return periods_table(days, query.date.isoformat()) if query.format is Form.CSV else periods_reply(days)
