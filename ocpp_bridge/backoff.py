"""How long the bridge waits before what failed is tried again: longer each time, never in step with other bridges."""

import random


def pause_s(failures: int, first_s: float, most_s: float) -> float:
    """After so many failures in a row: between half and all of ``first_s`` doubled with each, ``most_s`` at most."""
    longest_s = min(most_s, first_s * 2.0 ** min(failures - 1, 10))
    return random.uniform(longest_s / 2, longest_s)  # noqa: S311 -- spreads retries, no secret
