"""An observation's measured values as samples, in OCPP's words: the API knows no others."""

from collections.abc import Iterator, Sequence

from ocpp_bridge.units.driver import Observation
from wire.events import Sample

FLOWS_MA = 1000
"""A phase that carries less is not used: meters and wires are never quite silent."""


def samples_of(seen: Observation, energy_wh: int) -> tuple[Sample, ...]:
    """The register, and what else the unit measures."""
    return (
        Sample(at=seen.at, value=str(energy_wh), unit="Wh"),
        *_by_phase(seen, "Current.Import", "A", seen.current_ma),
        *_by_phase(seen, "Voltage", "V", seen.voltage_mv),
        *_whole(seen, "Power.Active.Import", "W", power_w(seen)),
        *_whole(seen, "Current.Offered", "A", seen.limit_a if seen.enabled else 0),
    )


def phases_used(seen: Observation, before: str) -> str:
    """``before``, or how many phases carry current now if those are more: a car that begins, or ends, uses fewer."""
    used = sum(value is not None and value >= FLOWS_MA for value in seen.current_ma)
    return max(before, f"{used}-phase") if used and seen.charging else before


def power_w(seen: Observation) -> int | None:
    """As measured; else currents times voltages, where both are known of every phase."""
    if seen.power_w is not None:
        return seen.power_w
    pairs = list(zip(seen.current_ma, seen.voltage_mv, strict=False))
    if not pairs or len(seen.current_ma) != len(seen.voltage_mv):
        return None
    total = 0
    for current_ma, voltage_mv in pairs:
        if current_ma is None or voltage_mv is None:
            return None
        total += current_ma * voltage_mv
    return round(total / 1_000_000)


def _by_phase(seen: Observation, measurand: str, unit: str, thousandths: Sequence[int | None]) -> Iterator[Sample]:
    for number, value in enumerate(thousandths, start=1):
        if value is not None:
            phase = f"L{number}"
            yield Sample(at=seen.at, value=_text(value / 1000), measurand=measurand, unit=unit, phase=phase)


def _whole(seen: Observation, measurand: str, unit: str, value: float | None) -> Iterator[Sample]:
    if value is not None:
        yield Sample(at=seen.at, value=_text(value), measurand=measurand, unit=unit)


def _text(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
