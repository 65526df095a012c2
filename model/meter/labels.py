"""A register in kWh that says Wh: known by the transaction's start, or by the power measured beside it. Pure.

The one rule of it, named ``kwh-as-wh``: it is noted on the session and applied where its values are read, never where
they are stored, so it can be seen and taken back.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

KWH_AS_WH: Final = "kwh-as-wh"
FACTOR: Final = 1000
LEAST_START_WH = 10_000
NEAR_WH = 200_000
"""So much may have been drawn between a start and the first reading that is judged."""
LEAST_EXPECTED_WH = 50.0
LOW, HIGH = 0.0005, 0.002
"""What the register grew by, per Wh that the power says: a thousandth, give or take a factor of two."""


def begins_in_kwh(start_wh: int | None, first_wh: float) -> bool:
    """Whether a transaction's first reading is a thousandth of the register it started at."""
    if start_wh is None or start_wh < LEAST_START_WH or first_wh >= start_wh / 2:
        return False
    return start_wh - FACTOR <= first_wh * FACTOR <= start_wh + NEAR_WH


def grows_in_kwh(register: Sequence[tuple[int, float]], power: Sequence[tuple[int, float]]) -> bool:
    """Whether a register (milliseconds, Wh as it says) grew by a thousandth of what the power (W) amounts to."""
    if len(register) < 2 or len(power) < 2:
        return False
    first, last = register[0], register[-1]
    within = [one for one in power if first[0] <= one[0] <= last[0]]
    expected_wh = sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(within)) / 3_600_000
    if expected_wh < LEAST_EXPECTED_WH:
        return False
    return LOW < (last[1] - first[1]) / expected_wh < HIGH
