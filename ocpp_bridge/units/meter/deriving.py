"""Is a car there, and does it charge? From power alone, with thresholds that lie apart and times that must pass. Pure.

A meter sees no plug. A car is there from the moment it draws; it may be gone once next to nothing was drawn for long.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from ocpp_bridge.units.meter.sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """A car charges from ``start_w`` that last ``start_s``, until less than ``stop_w`` lasts ``stop_s``; less than
    ``gone_w`` for ``gone_s`` more, and it is taken to be gone. A gap of ``silence_s`` begins every wait anew.
    """

    start_w: float = 1000.0
    start_s: float = 10.0
    stop_w: float = 150.0
    stop_s: float = 120.0
    gone_w: float = 150.0
    gone_s: float = 900.0
    silence_s: float = 120.0


class Seen(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is believed, and since when the readings have said otherwise. ``start_ws`` is the count when the car's first
    charge, or the rise that may be one, ``began``: what flows until it is believed is part of it.
    """

    plugged: bool = False
    charging: bool = False
    began: datetime | None = None
    start_ws: int = 0
    rising: datetime | None = None
    falling: datetime | None = None
    empty: datetime | None = None
    last: datetime | None = None


def derived(seen: Seen, sample: Sample, before_ws: int, after_ws: int, by: Thresholds) -> Seen:
    """With one more sample. ``before_ws`` and ``after_ws`` are the energy counted before and with it."""
    at, power_mw = sample.at, sample.power_mw
    if seen.last is not None and not timedelta() <= at - seen.last <= timedelta(seconds=by.silence_s):
        # Or the clock was put back. What flowed meanwhile is nobody's, but a car's that was there before and is still.
        seen = msgspec.structs.replace(seen, rising=None, falling=None, empty=None)
        before_ws = after_ws
    high = power_mw >= by.start_w * 1000
    low = power_mw < by.stop_w * 1000
    empty = power_mw < by.gone_w * 1000
    if not seen.plugged and seen.rising is None and (high or sample.plugged):
        seen = msgspec.structs.replace(seen, began=at, start_ws=before_ws)
    seen = msgspec.structs.replace(
        seen,
        rising=(seen.rising or at) if high and not seen.charging else None,
        falling=(seen.falling or at) if low and seen.charging else None,
        empty=(seen.empty or at) if empty and seen.plugged and not seen.charging else None,
        last=at,
    )
    if seen.rising is not None and _lasted(seen.rising, at, by.start_s):
        seen = msgspec.structs.replace(seen, plugged=True, charging=True, rising=None)
    elif seen.falling is not None and _lasted(seen.falling, at, by.stop_s):
        seen = msgspec.structs.replace(seen, charging=False, falling=None, empty=at if empty else None)
    elif seen.empty is not None and _lasted(seen.empty, at, by.gone_s):
        seen = msgspec.structs.replace(seen, plugged=False, empty=None)
    return _by_contact(seen, sample.plugged)


def _by_contact(seen: Seen, plugged: bool | None) -> Seen:  # noqa: FBT001 -- what a contact says, no switch
    """A contact at the plug knows better."""
    if plugged is None:
        return seen
    if plugged:
        return msgspec.structs.replace(seen, plugged=True, empty=None)
    return msgspec.structs.replace(seen, plugged=False, charging=False, rising=None, falling=None, empty=None)


def _lasted(since: datetime, at: datetime, seconds: float) -> bool:
    return at - since >= timedelta(seconds=seconds)
