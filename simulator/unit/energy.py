"""Energy flows in real time: what a car took since one last looked goes onto the register."""

import asyncio

from simulator.unit.unit import Unit

LONGEST_STEP_S = 1.0


def advance(unit: Unit, number: int) -> bool:
    """Bring a connector's register up to now; to be called before anything changes its power, and saved by
    the caller. Returns whether it moved. A time without a process counts as without power: nothing flowed.
    """
    connector = unit.connector(number)
    moment_s = asyncio.get_running_loop().time()
    since_s = unit.metered_until.get(number, moment_s)
    unit.metered_until[number] = moment_s
    if connector.car is None:
        return False
    taken_mwh = connector.car.take(unit.offer(number), (moment_s - since_s) * unit.meter_speed)
    connector.register_mwh += taken_mwh
    return taken_mwh > 0


def next_step_s(unit: Unit, number: int) -> float | None:
    """Seconds until the register should be brought up to date; None while nothing flows."""
    connector = unit.connector(number)
    offer = unit.offer(number)
    if connector.car is None or connector.car.full or offer.power_w == 0:
        return None
    return connector.car.next_step_s(offer, LONGEST_STEP_S * unit.meter_speed) / unit.meter_speed
