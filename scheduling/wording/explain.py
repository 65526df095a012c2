"""Scheduling room: why a driver stands where they stand, in one sentence, from the inputs kept with the entry.

The sentence holds no "minutes ago", so that a page polled every few seconds stays the same while nothing happens.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from model.entry import Entry, Score
from model.foreseen import Soon, Wait
from model.settings import Order, Settings
from scheduling.wording.phrases import DEFAULT, Phrases

_DEBT_KWH = 0.5
"""Overstaying below this is not worth a word."""
_HALF_MIN = 0.5
_LIKELY, _HARDLY = 0.9, 0.25
_STEP_MIN = 5


def sentence(
    entry: Entry,
    settings: Settings,
    time_zone: str,
    *,
    own: bool = True,
    language: str = DEFAULT,
    keeps_place: bool = False,
) -> str:
    """One sentence; clock times are of ``time_zone`` (IANA). ``own`` says *you*, else it is told to a third person.

    ``keeps_place``: see :func:`scheduling.fairness.order.keeps_place`.
    """
    zone, say = ZoneInfo(time_zone), Phrases(language, own=own)
    parts = [say("joined", at=_clock(entry.joined_at, zone))]
    if entry.moved_at is not None:
        parts.append(say("moved", at=_clock(entry.moved_at, zone), why=entry.moved_why))
    elif entry.front_at is not None:
        parts.append(say("front", at=_clock(entry.front_at, zone)))
    elif settings.order is Order.FIFO:
        parts.append(say("fifo"))
    else:
        parts.append(_share(entry.score, say))
    if entry.front_at is None and entry.moved_at is None:
        parts += _extras(entry.score, say)
    if keeps_place:
        parts.append(say("keeps_place", count=settings.locked_places))
    if entry.snoozed_until is not None:
        parts.append(say("silent" if entry.snoozed_by_silence else "snoozed", at=_clock(entry.snoozed_until, zone)))
    return "; ".join(parts) + "."


def _share(score: Score, say: Phrases) -> str:
    """The fair share: what was got of what was needed, against the others, and what it is worth in the queue."""
    if score.ask_kwh <= 0 and score.debt_kwh < _DEBT_KWH:
        return say("no_history")
    debt = say("debt", kwh=f"{score.debt_kwh:.0f}") if score.debt_kwh >= _DEBT_KWH else ""
    shift = _moved(score.shift_min, say)
    return say("share", share=_percent(score.ratio), debt=debt, mean=_percent(score.mean), shift=shift)


def _extras(score: Score, say: Phrases) -> list[str]:
    extras = []
    if score.boost_min >= _HALF_MIN:
        extras.append(say("boost", min=f"{score.boost_min:.0f}"))
    if score.penalty_min >= _HALF_MIN:
        extras.append(say("penalty", min=f"{score.penalty_min:.0f}"))
    return extras


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _moved(shift_min: float, say: Phrases) -> str:
    if abs(shift_min) < _HALF_MIN:
        return say("as_it_is")
    return say("later" if shift_min > 0 else "earlier", min=f"{abs(shift_min):.0f}")


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"


def wait_sentence(wait: Wait, now: datetime, time_zone: str, *, own: bool = True, language: str = DEFAULT) -> str:
    """What a predicted wait comes from, in one sentence; ``now`` is when it was foreseen."""
    say, zone = Phrases(language, own=own), ZoneInfo(time_zone)
    if not wait.chargers:
        return say("none_works") + "."
    before = {0: "nobody_before", 1: "one_before"}.get(wait.ahead, "some_before")
    chargers = say("one_charger") if wait.chargers == 1 else say("chargers", count=wait.chargers)
    parts = [say(before, count=wait.ahead, chargers=chargers)]
    if wait.soon:
        parts.append(say("soon", soon=", ".join(_free(one, now, zone, say) for one in wait.soon)))
    if wait.today < _HARDLY:
        parts.append(say("hardly_today"))
    elif wait.today < _LIKELY:
        parts.append(say("maybe_today"))
    return "; ".join(parts) + "."


def _free(one: Soon, now: datetime, zone: ZoneInfo, say: Phrases) -> str:
    """To five minutes: it is not known better."""
    if one.free_min < 1:
        return say("free_now", charger=one.charger_id)
    at = (now + timedelta(minutes=one.free_min + _STEP_MIN / 2)).astimezone(zone)
    return say("free_at", charger=one.charger_id, at=_clock(at.replace(minute=at.minute - at.minute % _STEP_MIN), zone))
