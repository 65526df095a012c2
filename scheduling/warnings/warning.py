"""Managers are told, without storms: the same of one charger once in a while, many at once in one sentence."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from model.charger import Charger
from model.ids import fold
from model.site import Warned
from scheduling.draft import Draft
from scheduling.effects import Alert, Warn
from scheduling.inputs import UnknownTag
from scheduling.outcome import Answer

MOST_TOLD = 4
"""So many chargers are named one by one within ``alert_every_s``; what comes then is summed up at its end."""
MOST_NAMED = 10
LEAST_S = 900
"""Anybody may report a charger as blocked, or hold a card to it, and a stop that fails is asked for again: the managers
hear of each only so often, whatever the settings say."""
_OFTEN = frozenset({Alert.BLOCKED.value, Alert.UNKNOWN_TAG.value, Alert.NOT_STOPPED.value})


def warn(draft: Draft, alert: Alert, charger: Charger, *, about: str = "", **facts: str | float | bool) -> None:
    """Tell the managers, or keep it for the summary where they were told of it lately.

    ``about`` tells apart what one kind of alert may be about.
    """
    kind, key = f"{alert.value}:{about}" if about else alert.value, fold(charger.charger_id)
    every = _every(draft, kind)
    if every:
        known = draft.warned.get(kind)
        if known is not None and known.held and known.since + every <= draft.now:
            _tell_held(draft, kind, known)
            known = draft.warned[kind]
        if known is None or known.since + every <= draft.now:
            known = Warned(since=draft.now)
        if key in known.told or len(known.told) >= MOST_TOLD:
            times = known.held.get(key, 0) + 1
            draft.warned = {**draft.warned, kind: replace(known, held={**known.held, key: times})}
            return
        draft.warned = {**draft.warned, kind: replace(known, told=(*known.told, key))}
    draft.effects.append(Warn(alert=alert, charger_id=charger.charger_id, facts=facts))


def unknown_tag(draft: Draft, report: UnknownTag) -> Answer:
    """A card that is nobody's was refused: the managers may know whose it is. The card itself is told to nobody."""
    charger = draft.chargers.get(fold(report.charger_id))
    if charger is None or charger.retired:
        return Answer(outcome="repeat")
    warn(draft, Alert.UNKNOWN_TAG, charger)
    draft.reasons.append(f"charger {charger.charger_id}: a card that is nobody's was refused")
    return Answer(charger_id=charger.charger_id)


def sum_up(draft: Draft) -> None:
    """What was kept back is told once its time has come."""
    for kind, until in _held(draft):
        if until <= draft.now:
            _tell_held(draft, kind, draft.warned[kind])


def deadlines(draft: Draft) -> Iterator[datetime]:
    """When there is something to sum up."""
    return (until for _, until in _held(draft))


def _held(draft: Draft) -> list[tuple[str, datetime]]:
    return [(kind, known.since + _every(draft, kind)) for kind, known in draft.warned.items() if known.held]


def _tell_held(draft: Draft, kind: str, known: Warned) -> None:
    alert, _, about = kind.partition(":")
    names = [draft.chargers[key].charger_id for key in sorted(known.held) if key in draft.chargers]
    more = len(names) - MOST_NAMED
    said = ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    facts: dict[str, str | int | float | bool] = {"chargers": said, "times": sum(known.held.values())}
    if about:
        facts["about"] = about
    only = names[0] if len(names) == 1 else ""
    draft.effects.append(Warn(alert=Alert(alert), charger_id=only, facts=facts))
    draft.warned = {**draft.warned, kind: Warned(since=draft.now, told=tuple(sorted(known.held))[:MOST_TOLD])}


def _every(draft: Draft, kind: str) -> timedelta:
    least_s = LEAST_S if kind in _OFTEN else 0
    return timedelta(seconds=max(draft.settings.alert_every_s, least_s))
