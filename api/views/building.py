"""A building's meter, as an admin sees it."""

from collections.abc import Sequence
from datetime import datetime

from api.schemas.building import Building, BuildingPhase, BuildingReply, BuildingSeries, BuildingSeriesReply
from api.views.measurements import series_of
from model.building import BuildingReading, NewestReading, Spread
from model.instants import to_text
from services.meter.reading import Line


def building_reply(newest: NewestReading, now: datetime) -> BuildingReply:
    """The reply about what a building takes ``now``."""
    reading = newest.reading
    return BuildingReply(
        building=Building(
            at=to_text(reading.at) or "",
            age_s=round(newest.age(now).total_seconds(), 3),
            stale=newest.is_stale(now),
            received_at=to_text(newest.received_at) or "",
            bridge_id=newest.bridge_id,
            power_w=reading.power_mw.last / 1000,
            power_mean_w=reading.power_mw.mean / 1000,
            power_min_w=reading.power_mw.least / 1000,
            power_max_w=reading.power_mw.greatest / 1000,
            since=to_text(reading.since) or "",
            samples=reading.samples,
            phases=phases_of(reading),
            import_wh=None if reading.import_mwh is None else reading.import_mwh // 1000,
            estimated=reading.estimated,
        )
    )


def phases_of(reading: BuildingReading) -> list[BuildingPhase]:
    """Phase by phase, as many as anything is told of."""
    told = (reading.phase_power_mw, reading.current_ma, reading.voltage_mv)
    return [
        BuildingPhase(
            phase=f"L{number + 1}",
            power_w=_last(reading.phase_power_mw, number),
            current_a=_last(reading.current_ma, number),
            voltage_v=_last(reading.voltage_mv, number),
        )
        for number in range(max(map(len, told)))
    ]


def building_series_reply(lines: Sequence[Line]) -> BuildingSeriesReply:
    """The reply about what it took."""
    return BuildingSeriesReply(measurements=BuildingSeries(series=[series_of(line) for line in lines]))


def _last(spreads: Sequence[Spread], number: int) -> float | None:
    return spreads[number].last / 1000 if number < len(spreads) else None
