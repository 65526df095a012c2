"""Energy flows in real time: what a car took since one last looked goes onto the register."""

import asyncio

from simulator.chargepoint.status import offered_w, power_w
from simulator.chargepoint.unit import Unit

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
    taken_mwh = connector.car.take(offered_w(connector, unit.settings), moment_s - since_s)
    connector.register_mwh += taken_mwh
    return taken_mwh > 0


def next_step_s(unit: Unit, number: int) -> float | None:
    """Seconds until the register should be brought up to date; None while nothing flows."""
    connector = unit.connector(number)
    if connector.car is None or power_w(connector, unit.settings) == 0:
        return None
    return connector.car.next_step_s(offered_w(connector, unit.settings), LONGEST_STEP_S)
