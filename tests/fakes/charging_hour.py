"""A car that charges for a while, as its charge point and its bridge tell of it."""

import random
from datetime import datetime, timedelta
from typing import Any

from tests.fakes.site_world import YARD, World

EVERY_S = 10
POST_S = 300
PHASES = ("L1", "L2", "L3")


def readings(at: datetime, energy_wh: float, chance: random.Random) -> list[dict[str, str]]:
    """One reading of eight measurands, current and voltage of three phases, as three-phase wallboxes send them."""
    powers = [2_450 + chance.uniform(-20, 20) for _ in PHASES]
    volts = [230 + chance.uniform(-1.5, 1.5) for _ in PHASES]
    said = [
        ("Energy.Active.Import.Register", "Wh", "", f"{energy_wh:.0f}"),
        ("Power.Active.Import", "W", "", f"{sum(powers):.1f}"),
        ("SoC", "Percent", "", str(20 + int(energy_wh) % 60)),
        ("Current.Offered", "A", "", "16"),
        ("Power.Offered", "W", "", "11040"),
        ("Temperature", "Celsius", "", f"{35 + chance.uniform(-0.4, 0.4):.1f}"),
        *(("Voltage", "V", f"{phase}-N", f"{volt:.1f}") for phase, volt in zip(PHASES, volts, strict=True)),
        *(
            ("Current.Import", "A", phase, f"{power / volt:.2f}")
            for phase, power, volt in zip(PHASES, powers, volts, strict=True)
        ),
    ]
    return [
        {"at": at.isoformat(), "measurand": measurand, "unit": unit, "phase": phase, "value": value,
         "context": "Sample.Periodic"}
        for measurand, unit, phase, value in said
    ]  # fmt: skip


def charged(world: World, seconds: int, seed: int = 1, transaction_id: str = "t1") -> list[dict[str, Any]]:
    """Meter events of so many seconds from now on, one every ten; the clock stands at the end of them."""
    chance = random.Random(seed)
    events = []
    for number in range(1, seconds // EVERY_S + 1):
        world.clock.advance(seconds=EVERY_S)
        samples = readings(world.clock.now(), 1_000 + 20.4 * number, chance)
        events.append(world.event("CP1", "meter", connector=1, transaction_id=transaction_id, samples=samples))
    return events


def told(events: list[dict[str, Any]]) -> int:
    """How many samples."""
    return sum(len(event["samples"]) for event in events)


def begun(world: World) -> None:
    """A session of a driver's, charging."""
    world.location()
    world.charge_point()
    world.ann = world.driver("ann")
    world.starts(world.ann.tag, "t1", meter_wh=1_000)
    world.tell("CP1", "status", connector=1, status="charging")
    world.nudged()


def kept(world: World, number: int = 1) -> int:
    """How many samples can be read back."""
    measured = world.services.measurements.read(YARD, "c1", number)
    return sum(len(line.points) for line in measured.lines)


def posts(events: list[dict[str, Any]], every_s: int = POST_S) -> list[list[dict[str, Any]]]:
    """As a bridge posts them: the first at once, then those of so many seconds together."""
    first, rest = events[:1], events[1:]
    size = every_s // EVERY_S
    return [first, *(rest[start : start + size] for start in range(0, len(rest), size))]


def ago(world: World, **time: float) -> datetime:
    return world.clock.now() - timedelta(**time)
