"""What a meter sends: one JSON object, or a list of them where it kept some back. Strict in values, not in extras."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec

MOST_SAMPLES = 120
BELIEVED = timedelta(days=1)
"""A clock further off is not set: its samples count as of now."""
AHEAD = timedelta(seconds=5)

MOST_W = 1e6
Power = Annotated[float, msgspec.Meta(ge=-MOST_W, le=MOST_W)]
Current = Annotated[float, msgspec.Meta(ge=-5000, le=5000)]
Voltage = Annotated[float, msgspec.Meta(ge=0, le=1000)]
Register = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
PHASES = msgspec.Meta(min_length=1, max_length=3)


class BadSample(ValueError):
    """It cannot be used; the text says where and why."""


class Sent(msgspec.Struct, frozen=True):
    """``at`` by the meter's clock, with zone; missing: now. By phase, L1 first; ``power_w`` of all together will do.

    ``energy_wh`` is the meter's own register, which only grows. ``plugged`` is for one that has a contact at the plug.
    """

    at: datetime | None = None
    power_w: Power | Annotated[tuple[Power, ...], PHASES] | None = None
    current_a: Annotated[tuple[Current, ...], PHASES] | None = None
    voltage_v: Annotated[tuple[Voltage, ...], PHASES] | None = None
    energy_wh: Register | None = None
    plugged: bool | None = None


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """One reading in whole units. ``power_mw`` of all phases; ``estimated``: reckoned from currents."""

    at: datetime
    power_mw: int
    phase_power_mw: tuple[int, ...] = ()
    current_ma: tuple[int, ...] = ()
    voltage_mv: tuple[int, ...] = ()
    register_mwh: int | None = None
    plugged: bool | None = None
    estimated: bool = False


def samples(body: bytes | bytearray | str, now: datetime, volts: float) -> list[Sample]:
    """In the order of their instants, the last one of each. ``volts`` is assumed where currents come alone. Raises
    :class:`BadSample`.
    """
    try:
        sent = msgspec.json.decode(body, type=Sent | list[Sent])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadSample(str(error)) from error
    each = [sent] if isinstance(sent, Sent) else sent
    if not 0 < len(each) <= MOST_SAMPLES:
        raise BadSample(f"1 to {MOST_SAMPLES} samples at once")
    found = sorted((_sample(one, now, volts) for one in each), key=lambda one: one.at)
    return list({one.at: one for one in found}.values())


def is_late(at: datetime, newest_at: datetime | None, now: datetime) -> bool:
    """Whether a sample was told before, or comes too late: time goes forward, unless our own clock was put back."""
    return newest_at is not None and at <= newest_at <= now + AHEAD


def _sample(sent: Sent, now: datetime, volts: float) -> Sample:
    by_phase = _power_by_phase_w(sent, volts)
    power_w = sent.power_w if isinstance(sent.power_w, float) else sum(by_phase)
    return Sample(
        at=_instant(sent.at, now),
        power_mw=round(power_w * 1000),
        phase_power_mw=tuple(round(value * 1000) for value in by_phase),
        current_ma=tuple(round(value * 1000) for value in sent.current_a or ()),
        voltage_mv=tuple(round(value * 1000) for value in sent.voltage_v or ()),
        register_mwh=None if sent.energy_wh is None else round(sent.energy_wh * 1000),
        plugged=sent.plugged,
        estimated=sent.power_w is None,
    )


def _power_by_phase_w(sent: Sent, volts: float) -> tuple[float, ...]:
    """As it was told, or else by the currents; empty where only all phases together were told."""
    if isinstance(sent.power_w, tuple):
        return sent.power_w
    if sent.power_w is not None:
        return ()
    if sent.current_a is None:
        raise BadSample("power_w is needed, or current_a")
    voltages = sent.voltage_v or (volts,) * len(sent.current_a)
    if len(voltages) != len(sent.current_a):
        raise BadSample("current_a and voltage_v are of as many phases")
    by_phase = tuple(current * voltage for current, voltage in zip(sent.current_a, voltages, strict=True))
    if any(abs(power_w) > MOST_W for power_w in by_phase):
        raise BadSample(f"current_a times voltage_v is at most {MOST_W:g} W a phase")
    return by_phase


def _instant(at: datetime | None, now: datetime) -> datetime:
    if at is None:
        return now
    if at.tzinfo is None:
        raise BadSample("at needs a zone: 2026-03-02T12:00:00Z")
    try:
        at = at.astimezone(UTC)
    except OverflowError:
        return now
    return at if now - BELIEVED <= at <= now + AHEAD else now
