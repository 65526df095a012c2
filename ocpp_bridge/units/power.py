"""May this connector give power now, and to whom? How a hold is enforced where a charger can only be switched."""

from dataclasses import dataclass
from datetime import datetime

from ocpp_bridge.units.kept import Kept
from wire.questions import HoldConfig


@dataclass(frozen=True, slots=True)
class Situation:
    """What the bridge knows of the connector besides what the unit shows. ``hold``: a live one."""

    hold: HoldConfig | None = None
    admits_unknown: bool = False
    """Whoever plugs in may charge here without saying who they are."""


@dataclass(frozen=True, slots=True)
class Power:
    """``tag`` is whose charge it is, "" anybody's."""

    on: bool
    tag: str = ""


OFF = Power(on=False)
ANYBODY = Power(on=True)


def due(kept: Kept, situation: Situation, now: datetime) -> Power:
    """What the connector is to give. Empty and free it is on: a unit that loses its bridge then still works."""
    if kept.disabled:
        return OFF
    if kept.charge is not None:
        return OFF if kept.charge.ending else Power(on=True, tag=kept.charge.tag)
    if kept.awaited is not None and kept.awaited.until > now:
        return Power(on=True, tag=kept.awaited.tag)
    if situation.hold is not None:
        return OFF
    if kept.plugged and (kept.over or not situation.admits_unknown):
        return OFF
    return ANYBODY
