"""Readings of a meter on the day on which these tests play."""

from datetime import UTC, datetime, timedelta

from ocpp_bridge.units.meter.sample import Sample

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def after(seconds):
    return NOON + timedelta(seconds=seconds)


def sample(seconds, power_w=0, register_wh=None, plugged=None):
    register_mwh = None if register_wh is None else round(register_wh * 1000)
    return Sample(at=after(seconds), power_mw=round(power_w * 1000), register_mwh=register_mwh, plugged=plugged)
