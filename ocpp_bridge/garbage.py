"""When the process looks for objects that only hold each other: by the clock, not by how much was made.

Python looks each time some thousand objects more are alive, which is just when a whole site connects: it cost a storm
of 2,000 charge points a fifth of its time, in pauses of up to a quarter of a second, and found nothing.
"""

import asyncio
import gc
from collections.abc import Callable

NEW_S = 60.0
"""How often what was made lately is looked through: also what the turn before found alive, such as a handshake."""
ALL_TURNS = 60
"""Of so many turns one looks through everything: 0.1 to 0.2 s at 2,000 charge points."""
ENDED_MOST = 1_000
"""Sockets; when more have ended everything is looked through at the next turn: each leaves a ring of 12 KiB or more."""
MADE_MOST = 500_000
"""So many objects more at once are looked through without waiting for the clock."""


def expect_little() -> None:
    """What is alive now stays: it is never looked through again. Python itself looks only beyond ``MADE_MOST``."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MADE_MOST, 1_000, 1_000)


async def collect(ended: Callable[[], int], new_s: float = NEW_S, all_turns: int = ALL_TURNS) -> None:
    """Look now and then, for ever. ``ended`` counts the sockets that have."""
    turn = seen = 0
    while True:
        await asyncio.sleep(new_s)
        turn += 1
        if turn % all_turns == 0 or ended() - seen > ENDED_MOST:
            seen = ended()
            gc.collect(2)
        else:
            gc.collect(1)
