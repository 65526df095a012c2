"""Is it still the same car, and which energy is whose? What a unit shows, held against what is kept of it. Pure."""

from typing import NamedTuple

from ocpp_bridge.units.driver import Observation
from ocpp_bridge.units.kept import Kept
from ocpp_bridge.units.register import Register


class Registers(NamedTuple):
    """``former``: with all that counts to the car that was there; ``now``: with all that the unit shows."""

    former: Register
    now: Register


def is_another(kept: Kept, seen: Observation) -> bool:
    """Whether another car is there than before, though nobody saw a gap between them."""
    charge = kept.charge
    if charge is not None and charge.session and seen.session not in {"", charge.session}:
        return True
    return bool(kept.plugged and kept.stay and seen.stay not in {"", kept.stay})


def stay_of(kept: Kept, seen: Observation, *, plugged: bool) -> str:
    """The stay of the car that is there. A unit may name it only a while after the plug."""
    return (seen.stay or kept.stay) if plugged else ""


def counted(kept: Kept, seen: Observation, *, lifetime: bool, counts_anew: bool) -> Registers:
    """``counts_anew``: what the counter shows first was counted by another driver, or is nobody's."""
    before, counter = kept.register, seen.counter or seen.session
    late = before.last_ws is None and lifetime and kept.charge is not None
    if counts_anew or late:  # A charge that is open is not what was counted so far.
        before = Register(total_ws=before.total_ws, last_ws=seen.energy_ws, counter=counter)
    elif counter not in {"", before.counter}:
        before = before.ended(seen.former_energy_ws)
    now = before.counted(counter, seen.energy_ws, lifetime=lifetime)
    return Registers(before if now.counter != kept.register.counter else now, now)
