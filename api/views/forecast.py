"""A forecast as its driver sees it: whole minutes, and instants."""

from datetime import datetime, timedelta
from math import ceil, floor

from api.schemas.forecast import Forecast, ForecastRange, ForecastReply, FreeSoon
from model.foreseen import Range
from model.instants import to_text
from services.sites.foreseeing import Forecast as Foreseen


def forecast_reply(location_id: str, found: Foreseen) -> ForecastReply:
    """The reply about a forecast."""
    wait = found.wait
    return ForecastReply(
        forecast=Forecast(
            location_id=location_id,
            foreseen_at=_instant(found.at, 0),
            stands=found.stands,
            range=None if wait is None else _range(found.at, wait.range),
            today=None if wait is None else round(wait.today, 2),
            full=_range(found.at, found.full),
            place=None if wait is None else wait.place,
            ahead=None if wait is None else wait.ahead,
            chargers=None if wait is None else wait.chargers,
            soon=[
                FreeSoon(
                    charger_id=one.charger_id,
                    free_min=round(one.free_min),
                    free_at=_instant(found.at, round(one.free_min)),
                )
                for one in (wait.soon if wait else ())
            ],
            reasons=found.reasons,
            because=found.because,
        )
    )


def _range(at: datetime, found: Range | None) -> ForecastRange | None:
    """Outwards to whole minutes."""
    if found is None:
        return None
    low = floor(found.low_min)
    median = None if found.median_min is None else round(found.median_min)
    high = None if found.high_min is None else ceil(found.high_min)
    return ForecastRange(
        low_min=low,
        median_min=median,
        high_min=high,
        low_at=_instant(at, low),
        median_at=None if median is None else _instant(at, median),
        high_at=None if high is None else _instant(at, high),
    )


def _instant(at: datetime, minutes: int) -> str:
    return str(to_text(at + timedelta(minutes=minutes)))
