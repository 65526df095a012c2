"""Which faults the line of a charge point has, and how often."""

from typing import Annotated, Literal

import msgspec

Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
Directions = Literal["both", "sent", "received"]

USUAL_HALF_OPEN = 0.01
USUAL_DELAY_S = 1.0
USUAL_HALF_OPEN_S = 10.0


class Chaos(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Probabilities count per frame, ``directions`` says of which. The same seed does the same to the same frames of
    the same charge point.

    ``replay``: after a frame went out, an earlier request about a transaction is sent once more under a new id, as
    charge points do that lost its answer. ``delay_s`` is the longest delay, alone it means every frame;
    ``half_open_s`` is how long nothing is read or written while the socket stays open, alone it means one frame in a
    hundred. ``slow_reading_bps``: bits a second. ``skew_s`` and ``drift_ppm`` put the unit's clock off at once, and
    further with time. ``crash_every_s``: power goes after half to one and a half times as long, again and again.
    """

    seed: int = 0
    directions: Directions = "both"
    drop: Probability = 0.0
    delay: Probability | None = None
    delay_s: Annotated[float, msgspec.Meta(ge=0, le=600)] = 0.0
    duplicate: Probability = 0.0
    reorder: Probability = 0.0
    truncate: Probability = 0.0
    corrupt: Probability = 0.0
    replay: Probability = 0.0
    disconnect: Probability = 0.0
    half_open: Probability | None = None
    half_open_s: Annotated[float, msgspec.Meta(ge=0, le=3_600)] = 0.0
    slow_reading_bps: Annotated[int, msgspec.Meta(ge=80, le=1_000_000_000)] | None = None
    skew_s: Annotated[float, msgspec.Meta(ge=-1e9, le=1e9)] = 0.0
    drift_ppm: Annotated[float, msgspec.Meta(ge=-500_000, le=500_000)] = 0.0
    crash_every_s: Annotated[float, msgspec.Meta(ge=5, le=1_000_000)] | None = None

    def __post_init__(self) -> None:
        """What one half of a pair says of the other."""
        complete = msgspec.structs.force_setattr
        if self.delay is None:
            complete(self, "delay", float(self.delay_s > 0))
        elif self.delay > 0 and self.delay_s == 0:
            complete(self, "delay_s", USUAL_DELAY_S)
        if self.half_open is None:
            complete(self, "half_open", USUAL_HALF_OPEN * (self.half_open_s > 0))
        elif self.half_open > 0 and self.half_open_s == 0:
            complete(self, "half_open_s", USUAL_HALF_OPEN_S)
