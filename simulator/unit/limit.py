"""What charging profiles leave of a connector's power."""

from typing import NamedTuple


class Limit(NamedTuple):
    """The most that may flow now, None where nothing limits it; on how many phases, None: on all."""

    power_w: int | None = None
    phases: int | None = None


UNLIMITED = Limit()
