"""Scheduling room: why a driver stands where they stand, in one sentence, from the inputs kept with the entry.

The sentence holds no "minutes ago", so that a page polled every few seconds stays the same while nothing happens.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from model.entry import Entry, Score
from model.foreseen import Soon, Wait
from model.settings import Order, Settings

_DEBT_KWH = 0.5
"""Overstaying below this is not worth a word."""
_HALF_MIN = 0.5
_LIKELY, _HARDLY = 0.9, 0.25
_STEP_MIN = 5


def sentence(entry: Entry, settings: Settings, time_zone: str, *, own: bool = True) -> str:
    """One sentence; clock times are of ``time_zone`` (IANA). ``own`` says *you*, else it is told to a third person."""
    zone = ZoneInfo(time_zone)
    you = "you" if own else "they"
    parts = [f"{you.capitalize()} joined at {entry.joined_at.astimezone(zone):%H:%M}"]
    if entry.moved_at is not None:
        parts.append(
            f"a manager moved {'you' if own else 'them'} at {entry.moved_at.astimezone(zone):%H:%M} ({entry.moved_why})"
        )
    elif entry.front_at is not None:
        parts.append(
            f"a charger failed {'you' if own else 'them'} at {entry.front_at.astimezone(zone):%H:%M}, so {you} go first"
        )
    elif settings.order is Order.FIFO:
        parts.append("first come, first served")
    else:
        parts.append(_share(entry.score, you))
    if entry.front_at is None and entry.moved_at is None:
        parts += _extras(entry.score)
    if entry.snoozed_until is not None:
        why = f"{you} did not answer an offer" if entry.snoozed_by_silence else f"{you} snoozed"
        parts.append(f"{why} and will be asked again from {entry.snoozed_until.astimezone(zone):%H:%M}")
    return "; ".join(parts) + "."


def _share(score: Score, you: str) -> str:
    """The fair share: what was got of what was needed, against the others, and what it is worth in the queue."""
    if score.ask_kwh <= 0 and score.debt_kwh < _DEBT_KWH:
        return f"without a history here {you} count as the others do"
    debt = ""
    if score.debt_kwh >= _DEBT_KWH:
        debt = f" (staying too long counts as {score.debt_kwh:.0f} kWh of it)"
    return (
        f"over the last weeks {you} got {_percent(score.ratio)} of what {you} needed{debt}, "
        f"others {_percent(score.mean)}: {_moved(score.shift_min)}"
    )


def _extras(score: Score) -> list[str]:
    extras = []
    if score.boost_min >= _HALF_MIN:
        extras.append(f"a boost of {score.boost_min:.0f} min")
    if score.penalty_min >= _HALF_MIN:
        extras.append(f"{score.penalty_min:.0f} min later for not coming to a held charger")
    return extras


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _moved(shift_min: float) -> str:
    if abs(shift_min) < _HALF_MIN:
        return "no change"
    return f"{abs(shift_min):.0f} min {'later' if shift_min > 0 else 'earlier'}"


def wait_sentence(wait: Wait, now: datetime, time_zone: str, *, own: bool = True) -> str:
    """What a predicted wait comes from, in one sentence; ``now`` is when it was foreseen."""
    you, them = ("you", "you") if own else ("they", "them")
    if not wait.chargers:
        return f"No charger that {you} may use works just now, so nobody can tell how long it takes."
    before = {0: "nobody is", 1: "one is"}.get(wait.ahead, f"{wait.ahead} are")
    chargers = "one charger" if wait.chargers == 1 else f"{wait.chargers} chargers"
    parts = [f"{before.capitalize()} before {them} at {chargers}"]
    if wait.soon:
        parts.append("expected free: " + ", ".join(_free(one, now, ZoneInfo(time_zone)) for one in wait.soon))
    if wait.today < _HARDLY:
        parts.append("it will hardly be before the queue closes today")
    elif wait.today < _LIKELY:
        parts.append("it may not be before the queue closes today")
    return "; ".join(parts) + "."


def _free(one: Soon, now: datetime, zone: ZoneInfo) -> str:
    """To five minutes: it is not known better."""
    if one.free_min < 1:
        return f"{one.charger_id} now"
    at = (now + timedelta(minutes=one.free_min + _STEP_MIN / 2)).astimezone(zone)
    return f"{one.charger_id} about {at.replace(minute=at.minute - at.minute % _STEP_MIN):%H:%M}"
