"""The control pilot between unit and car: states A to F of IEC 61851-1 (SAE J1772), what leads from one to another,
and the duty cycle that tells the current.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from simulator.cars.car import Car
from simulator.cars.offer import NOTHING, Offer


class Pilot(StrEnum):
    """The state that both ends agree on by its voltage."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


VOLTS = {Pilot.A: 12, Pilot.B: 9, Pilot.C: 6, Pilot.D: 3, Pilot.E: 0, Pilot.F: -12}
"""The positive peak of the pilot; F is a steady −12 V."""

MEANINGS = {
    Pilot.A: "unplugged",
    Pilot.B: "plugged, not charging",
    Pilot.C: "charging",
    Pilot.D: "charging with ventilation",
    Pilot.E: "no power",
    Pilot.F: "fault",
}

MOVES: dict[tuple[Pilot, Pilot], str] = {
    (Pilot.A, Pilot.B): "a car was plugged in",
    (Pilot.B, Pilot.A): "the plug was pulled",
    (Pilot.B, Pilot.C): "the car closed its switch: it charges",
    (Pilot.B, Pilot.D): "the car closed its switch: it charges, with ventilation",
    (Pilot.C, Pilot.B): "the car opened its switch: it is full, or may not draw",
    (Pilot.D, Pilot.B): "the car opened its switch: it is full, or may not draw",
    (Pilot.C, Pilot.A): "the plug was pulled under load",
    (Pilot.D, Pilot.A): "the plug was pulled under load",
    (Pilot.A, Pilot.E): "the unit lost power",
    (Pilot.B, Pilot.E): "the unit lost power",
    (Pilot.C, Pilot.E): "the unit lost power",
    (Pilot.D, Pilot.E): "the unit lost power",
    (Pilot.F, Pilot.E): "the unit lost power",
    (Pilot.E, Pilot.A): "power is back, nothing is plugged in",
    (Pilot.E, Pilot.B): "power is back, a car is plugged in",
    (Pilot.E, Pilot.F): "power is back, the fault is still there",
    (Pilot.A, Pilot.F): "the unit found a fault",
    (Pilot.B, Pilot.F): "the unit found a fault",
    (Pilot.C, Pilot.F): "the unit found a fault",
    (Pilot.D, Pilot.F): "the unit found a fault",
    (Pilot.F, Pilot.A): "the fault is mended, nothing is plugged in",
    (Pilot.F, Pilot.B): "the fault is mended, a car is plugged in",
}
"""Every direct move and its reason. What is missing goes by way of B: a car shows itself before it draws."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides the state. ``permitted``: the unit gives the car leave (a transaction, and at least 6 A);
    ``wants``: the car would draw; ``ventilated``: only with ventilation.
    """

    powered: bool = True
    faulted: bool = False
    plugged: bool = False
    permitted: bool = False
    wants: bool = False
    ventilated: bool = False


def pilot_of(facts: Facts) -> Pilot:
    """The state that these facts make, the strongest first."""
    if not facts.powered:
        return Pilot.E
    if facts.faulted:
        return Pilot.F
    if not facts.plugged:
        return Pilot.A
    if not (facts.permitted and facts.wants):
        return Pilot.B
    return Pilot.D if facts.ventilated else Pilot.C


def walk(before: Pilot, after: Pilot) -> list[tuple[Pilot, str]]:
    """The states from ``before`` to ``after``, each with the reason for it; empty when nothing changed."""
    if before is after:
        return []
    if (before, after) in MOVES:
        return [(after, MOVES[before, after])]
    return [(Pilot.B, MOVES[before, Pilot.B]), (after, MOVES[Pilot.B, after])]


def duty_percent(current_ma: int) -> float:
    """The duty cycle that tells so much current on each phase (IEC 61851-1, annex A); 100 (steady): no leave.

    10 % to 85 % is 6 A to 51 A, 85 % to 96 % up to 80 A; more cannot be told.
    """
    current_a = min(current_ma, 80_000) / 1000
    if current_a < 6:
        return 100.0
    return round(current_a / 0.6 if current_a <= 51 else current_a / 2.5 + 64, 1)


def facts_of(car: Car | None, offer: Offer = NOTHING, *, powered: bool = True, faulted: bool = False) -> Facts:
    """Of a connector with this car; ``offer`` is what its unit gives leave to draw now."""
    wants, ventilated = car is not None and not car.full, car is not None and car.ventilated
    return Facts(powered, faulted, car is not None, not offer.too_little, wants, ventilated)


def pilot_view(facts: Facts, offer: Offer = NOTHING) -> dict[str, Any]:
    """The pilot of a connector as others see it."""
    state = pilot_of(facts)
    swings = state in {Pilot.B, Pilot.C, Pilot.D}
    return {
        "state": state.value,
        "meaning": MEANINGS[state],
        "reason": _reason(state, facts),
        "volts": VOLTS[state],
        "duty_percent": duty_percent(offer.current_ma) if swings else None,
    }


def _reason(state: Pilot, facts: Facts) -> str:
    """Why it is this state and no other."""
    if state is Pilot.B and not facts.permitted:
        return "the unit gives no leave to charge: no transaction, or less than 6 A"
    if state is Pilot.B:
        return "the car asks for nothing: it has what it needs"
    return {
        Pilot.A: "nothing is plugged in",
        Pilot.C: "the unit gives leave and the car draws",
        Pilot.D: "the unit gives leave and the car draws, in a ventilated place only",
        Pilot.E: "the unit has no power",
        Pilot.F: "the unit has a fault",
    }[state]
