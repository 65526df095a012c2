"""Services: waiting for what another process writes, with looks that grow rarer: each of them is paid for."""

from collections.abc import Iterator

FIRST_S = 0.1
LONGEST_S = 1.0
GROWTH = 1.3


def pauses(within_s: float) -> Iterator[float]:
    """The seconds to wait before each look; together ``within_s``. About thirty looks in twenty seconds."""
    left_s, pause_s = within_s, FIRST_S
    while left_s > 0:
        yield min(pause_s, left_s)
        left_s -= pause_s
        pause_s = min(LONGEST_S, pause_s * GROWTH)
