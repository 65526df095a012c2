"""What a charge point says of a value, written the same way: measurand, unit, phase, context, location, sign.

A word nobody knows is kept as it is: a value is never thrown away for its unit.
"""

from functools import lru_cache
from typing import Final, NamedTuple

from model.meter.samples import Series

REGISTER: Final = "Energy.Active.Import.Register"
POWER: Final = "Power.Active.Import"
POWER_OFFERED: Final = "Power.Offered"
CURRENT: Final = "Current.Import"
CURRENT_OFFERED: Final = "Current.Offered"
SOC: Final = "SoC"
OUTLET: Final = "Outlet"
PERIODIC: Final = "Sample.Periodic"
MOST_MILLI: Final = 2**53
MOST_WORD_CHARS: Final = 64
MOST_SERIES: Final = 4_096

UNITS: Final[dict[str, tuple[str, float, float]]] = {
    "": ("", 1, 0),
    "wh": ("Wh", 1, 0), "kwh": ("Wh", 1e3, 0), "mwh": ("Wh", 1e6, 0),
    "varh": ("varh", 1, 0), "kvarh": ("varh", 1e3, 0),
    "w": ("W", 1, 0), "kw": ("W", 1e3, 0), "mw": ("W", 1e6, 0),
    "va": ("VA", 1, 0), "kva": ("VA", 1e3, 0), "var": ("var", 1, 0), "kvar": ("var", 1e3, 0),
    "a": ("A", 1, 0), "ma": ("A", 1e-3, 0), "ka": ("A", 1e3, 0),
    "v": ("V", 1, 0), "mv": ("V", 1e-3, 0), "kv": ("V", 1e3, 0),
    "percent": ("Percent", 1, 0), "%": ("Percent", 1, 0), "pct": ("Percent", 1, 0),
    "celsius": ("Celsius", 1, 0), "celcius": ("Celsius", 1, 0), "c": ("Celsius", 1, 0), "°c": ("Celsius", 1, 0),
    "fahrenheit": ("Celsius", 5 / 9, -160 / 9), "f": ("Celsius", 5 / 9, -160 / 9), "°f": ("Celsius", 5 / 9, -160 / 9),
    "k": ("Celsius", 1, -273.15), "kelvin": ("Celsius", 1, -273.15),
    "hz": ("Hz", 1, 0), "hertz": ("Hz", 1, 0), "khz": ("Hz", 1e3, 0), "rpm": ("rpm", 1, 0),
}  # fmt: skip
"""Unit as said, folded → (unit kept, factor, what is added). ``mW`` and ``mWh`` are milli only as written so."""
_MILLI: Final = {"mW": ("W", 1e-3, 0.0), "mWh": ("Wh", 1e-3, 0.0)}
_QUANTITIES: Final = (
    ("energy.reactive", "varh"), ("energy", "Wh"), ("power.reactive", "var"), ("power.factor", ""), ("power", "W"),
    ("current", "A"), ("voltage", "V"), ("soc", "Percent"), ("temperature", "Celsius"), ("frequency", "Hz"),
)  # fmt: skip
"""How a measurand begins, folded → the unit of values that name none."""
_PHASES: Final = {
    **{word: f"L{line}" for line in "123" for word in (f"l{line}", f"l{line}-n", f"l{line}n", f"phase{line}", line)},
    "n": "N", "l1-l2": "L1-L2", "l2-l3": "L2-L3", "l3-l1": "L3-L1", "l1-l3": "L3-L1",
}  # fmt: skip
_MEASURANDS: Final = {
    word.casefold(): word
    for word in (
        REGISTER, "Energy.Active.Export.Register", "Energy.Active.Import.Interval", "Energy.Active.Export.Interval",
        "Energy.Reactive.Import.Register", "Energy.Reactive.Export.Register", "Energy.Reactive.Import.Interval",
        "Energy.Reactive.Export.Interval", POWER, "Power.Active.Export", POWER_OFFERED, "Power.Reactive.Import",
        "Power.Reactive.Export", "Power.Factor", CURRENT, "Current.Export", CURRENT_OFFERED, "Voltage", "Frequency",
        "Temperature", SOC, "RPM",
    )
}  # fmt: skip


class Meaning(NamedTuple):
    """A series, and how a value of it is made thousandths of its unit: ``value * factor + added``, rounded."""

    series: Series
    factor: float
    added: float
    unsigned: bool
    """What flows out is positive by its name."""


@lru_cache(MOST_SERIES)
def meaning(measurand: str, unit: str, phase: str, location: str, context: str) -> Meaning:
    """What these words of a charge point mean. Total: unknown words stay, cut to a bound."""
    said = measurand.strip() or REGISTER
    name = _MEASURANDS.get(said.casefold(), said)[:MOST_WORD_CHARS]
    unit = unit.strip()
    kept, factor, added = _MILLI.get(unit) or UNITS.get(unit.casefold(), (unit[:MOST_WORD_CHARS], 1.0, 0.0))
    if not kept:
        kept = next((usual for start, usual in _QUANTITIES if name.casefold().startswith(start)), "")
    series = Series(
        measurand=name,
        phase=_PHASES.get(phase.strip().casefold(), phase.strip()[:MOST_WORD_CHARS]),
        location=location.strip()[:MOST_WORD_CHARS] or OUTLET,
        context=context.strip()[:MOST_WORD_CHARS] or PERIODIC,
        unit=kept,
    )
    return Meaning(series, factor * 1000, added * 1000, ".Export" in name)
