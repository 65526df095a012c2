"""A small catalogue of classes of cars, so that a fleet is not all alike."""

from dataclasses import dataclass

from simulator.cars.car import Car


@dataclass(frozen=True, slots=True, kw_only=True)
class CarType:
    """A class of cars, no make: its battery, the most it takes from a cable, and over how many phases."""

    about: str
    battery_wh: int
    max_power_w: int
    phases: int
    obeys_within_s: float = 2.0
    """How fast it follows a changed limit; the standard allows 5 s."""
    ventilated: bool = False


CATALOGUE: dict[str, CarType] = {
    "plug_in_hybrid": CarType(
        about="small battery, one phase of 16 A", battery_wh=12_000, max_power_w=3_680, phases=1
    ),
    "city": CarType(about="one phase of 32 A", battery_wh=36_000, max_power_w=7_360, phases=1),
    "two_phase": CarType(about="two phases of 16 A", battery_wh=40_000, max_power_w=7_360, phases=2),
    "compact": CarType(about="three phases of 16 A", battery_wh=58_000, max_power_w=11_040, phases=3),
    "touring": CarType(
        about="large battery, three phases of 16 A, slow to follow", battery_wh=95_000, max_power_w=11_040, phases=3,
        obeys_within_s=4.0,
    ),
    "fast": CarType(about="three phases of 32 A", battery_wh=52_000, max_power_w=22_080, phases=3),
    "van": CarType(about="three phases of 16 A", battery_wh=75_000, max_power_w=11_040, phases=3, obeys_within_s=3.0),
    "ventilated": CarType(
        about="lead batteries that gas: charges only where the air is changed", battery_wh=14_000, max_power_w=2_300,
        phases=1, ventilated=True,
    ),
}  # fmt: skip


def car_of(name: str, need_wh: int, full_at_percent: int = 100) -> Car:
    """A car of this type that lacks ``need_wh``. Raises ``KeyError`` for an unknown type, ``ValueError`` for a need
    that its battery up to ``full_at_percent`` cannot have.
    """
    kind = CATALOGUE[name]
    room_wh = kind.battery_wh * full_at_percent // 100
    if not 0 <= need_wh <= room_wh:
        raise ValueError(f"a {name} car can need 0 to {room_wh} Wh until it is full, not {need_wh}")
    return Car(
        battery_wh=kind.battery_wh,
        need_wh=need_wh,
        max_power_w=kind.max_power_w,
        full_at_percent=full_at_percent,
        phases=kind.phases,
        obeys_within_s=kind.obeys_within_s,
        ventilated=kind.ventilated,
        type=name,
    )
