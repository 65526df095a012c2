"""Scheduling: when the chargers that work now come free, as scenarios draw it."""

from datetime import datetime
from zlib import crc32

from model.charger import Charger, ChargerState, Phase
from scheduling.forecasting.chances import Chances
from scheduling.forecasting.drawing import lets_go, pick
from scheduling.forecasting.habits import minutes
from scheduling.forecasting.scenarios import Free
from scheduling.forecasting.spread import beyond

_WORKS = frozenset({ChargerState.AVAILABLE, ChargerState.PRE_SESSION, ChargerState.CHARGING, ChargerState.FULL})
_PROMISED = 0.5
"""Who has accepted lets go so much more seldom than who is only asked."""


def works(charger: Charger) -> bool:
    """Whether it is worth waiting for: what is broken or offline now is not counted on."""
    return not charger.retired and charger.state in _WORKS


def key_of(charger: Charger) -> int:
    """A charger's number in scenarios: never an entry's."""
    session = 0 if charger.session is None else charger.session.number
    return (1 << 40) + crc32(f"{charger.charger_id}:{session}".encode())


def free_in(charger: Charger, chances: Chances, now: datetime) -> Free:
    """Minutes from ``now`` until the charger can be offered."""
    session = charger.session
    if session is None:
        if charger.free:
            return lambda _: 0.0
        left = beyond(chances.moving, 0.0 if charger.status_at is None else minutes(charger.status_at, now))
        return lambda drawn: pick(left, drawn, 12)
    entry = session.entry
    going = chances.leaving_of(minutes(session.assigned_at if entry is None else entry.joined_at, now))
    charging, moving = chances.charging_of(entry), chances.moving_of(entry)
    if session.phase is Phase.FULL:
        left = beyond(moving, minutes(session.full_at or now, now))
        return lambda drawn: min(pick(left, drawn, 12), pick(going, drawn, 18))
    if session.phase is Phase.CHARGING:
        left = beyond(charging, minutes(session.plugged_at or now, now))
        return lambda drawn: min(pick(left, drawn, 6) + pick(moving, drawn, 12), pick(going, drawn, 18))
    since = minutes(session.assigned_at, now)
    coming, letting_go = beyond(chances.coming, since), beyond(chances.letting_go, since)
    chance = chances.let_go * (_PROMISED if session.phase is Phase.HELD else 1.0)

    def free(drawn: int) -> float:
        if lets_go(chance, drawn):
            return pick(letting_go, drawn, 0)
        gone = pick(coming, drawn, 0) + pick(charging, drawn, 6) + pick(moving, drawn, 12)
        return min(gone, pick(going, drawn, 18))

    return free
