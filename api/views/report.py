"""Reports, as JSON and as tables."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from flask import Response

from api.schemas.report import (
    Earnings,
    FairnessReport,
    PeriodReport,
    PeriodsReply,
    QueueReport,
    Shares,
    StationMonths,
    StationTime,
    Taken,
    WaitFigures,
    YearReply,
    YearReport,
)
from model.instants import to_text
from services.reports.period import ChargerPeriod, Period, Times
from services.reports.reading import Year
from services.reports.sums import Sum

_PERIOD_COLUMNS = (
    "location_id", "first", "last", "charger_id", "sessions", "energy_wh", "currency", "earnings", *Times.__slots__,
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is run by a spreadsheet program."""


def year_reply(year: Year) -> YearReply:
    """A year as JSON."""
    return YearReply(
        report=YearReport(
            year=year.year,
            as_of=to_text(year.as_of),
            stations=[
                StationMonths(
                    location_id=one.location_id,
                    charger_id=one.charger_id,
                    months=[_taken(month) for month in one.months],
                    total=_taken(one.total),
                )
                for one in year.stations
            ],
            months=[_taken(month) for month in year.months],
            total=_taken(year.total),
        )
    )


def year_table(year: Year) -> Response:
    """A year as a table: a row for each station, month and currency."""
    rows = (
        (one.location_id, one.charger_id, f"{year.year:04d}-{number:02d}", month.sessions, month.energy_wh, *earned)
        for one in year.stations
        for number, month in enumerate(one.months, start=1)
        for earned in _by_currency(month)
    )
    return _table(
        f"report-{year.year}.csv",
        ("location_id", "charger_id", "month", "sessions", "energy_wh", "currency", "earnings"),
        rows,
    )


def periods_reply(periods: Sequence[Period]) -> PeriodsReply:
    """Days or weeks as JSON."""
    return PeriodsReply(reports=[_period(one) for one in periods])


def periods_table(periods: Sequence[Period], name: str) -> Response:
    """Days or weeks as a table: a row for each charger and currency."""
    rows = (
        (*_of(period), *_named(one), *earned, *asdict(one.times).values())
        for period in periods
        for one in period.chargers
        for earned in _by_currency(one.takings)
    )
    return _table(
        f"report-{name}.csv",
        _PERIOD_COLUMNS,
        rows,
    )


def _of(period: Period) -> tuple[object, ...]:
    return period.location_id, period.first, period.last


def _named(one: ChargerPeriod) -> tuple[object, ...]:
    return one.charger_id, one.takings.sessions, one.takings.energy_wh


def _period(period: Period) -> PeriodReport:
    queue = period.queue
    total = ChargerPeriod("", period.takings, period.times)
    return PeriodReport(
        location_id=period.location_id,
        first=period.first.isoformat(),
        last=period.last.isoformat(),
        starts_at=to_text(period.starts_at) or "",
        ends_at=to_text(period.ends_at) or "",
        as_of=to_text(period.as_of),
        chargers=[_station(one) for one in period.chargers],
        total=_station(total),
        queue=QueueReport(
            observed_s=queue.observed_s,
            mean_depth=queue.mean_depth,
            most_waiting=queue.most_waiting,
            waits=WaitFigures(**asdict(queue.waits)),
            idle_share=queue.idle_share,
            **asdict(period.outcomes),
        ),
        fairness=FairnessReport(**asdict(period.fairness)),
    )


def _station(one: ChargerPeriod) -> StationTime:
    times = one.times

    def share(seconds: int) -> float | None:
        return seconds / times.present_s if times.present_s else None

    return StationTime(
        charger_id=one.charger_id or None,
        taken=_taken(one.takings),
        **asdict(times),
        shares=Shares(
            charging=share(times.charging_s),
            occupied=share(times.occupied_s),
            held=share(times.held_s),
            empty=share(times.empty_s),
        ),
    )


def _taken(one: Sum) -> Taken:
    earnings = [Earnings(currency=currency, amount=amount) for currency, amount in sorted(one.earnings.items())]
    return Taken(sessions=one.sessions, energy_wh=one.energy_wh, earnings=earnings)


def _by_currency(one: Sum) -> list[tuple[str, int]]:
    return sorted(one.earnings.items()) or [("", 0)]


def _table(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    response = Response(text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
